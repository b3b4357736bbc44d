"""Next year's catalogue from this year's: within what a request may take, in queries that do not grow by the row."""

from bench.figures import Figure
from bench.municipality import Run

LIMIT_SECONDS = 5  # what takes longer in a request needs a job queue
LIMIT_MEGABYTES = 300
# With enough rows for a COPY each model's keys are reserved by one query more; the trail's too.
LIMIT_MORE = 8


def measure(run: Run) -> list[Figure]:
    real = run.child("bench.roll_over", database=run.real)
    small = run.child("bench.roll_over", database=run.small)
    note = f"{real['indicators']} indicators, and {small['indicators']} with 5 programmes"
    figures = [Figure("roll-over: peak memory", real["megabytes"], "MB", LIMIT_MEGABYTES)]
    for name in ("preview", "confirm", "compare"):
        more = real[f"{name}_queries"] - small[f"{name}_queries"]
        limit = LIMIT_MORE if name == "confirm" else 0
        figures += [
            Figure(f"roll-over: {name}", real[name], "s", LIMIT_SECONDS, f"{real[f'{name}_queries']} queries"),
            Figure(f"roll-over: {name}: more queries than with 5 programmes", more, "queries", limit, note),
        ]
    return figures
