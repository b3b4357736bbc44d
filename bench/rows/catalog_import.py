"""Importing a catalogue workbook of 1,280 rows, against merely reading it; and the memory that it takes."""

from bench.figures import Figure
from bench.municipality import INDICATORS, Run, manage
from bench.pages import YEAR

LIMIT_TIMES = 4  # what openpyxl needs to read the file
LIMIT_MEGABYTES = 300


def measure(run: Run) -> list[Figure]:
    path = run.directory / "catalogo.xlsx"
    manage(run.real, run.directory, "export_catalog", str(path), "--year", str(YEAR))
    times = run.child("bench.importing", "times", str(path), database=run.empty)
    memory = run.child("bench.importing", "memory", str(path), database=run.empty)
    if times["rows"] != INDICATORS:
        raise RuntimeError(f"The import wrote {times['rows']} indicators.")
    note = f"{times['import']:.2f} s against {times['read']:.2f} s"
    return [
        Figure(
            f"import of {INDICATORS} rows: times reading them", times["import"] / times["read"], "x", LIMIT_TIMES, note
        ),
        Figure(f"import of {INDICATORS} rows: peak memory", memory["megabytes"], "MB", LIMIT_MEGABYTES),
    ]
