"""Three years of real size as they were kept, brought in through the screen: every global equal to the source's."""

from bench.figures import Figure
from bench.municipality import Run, copy
from tests.support.owner import OWNER, signed_in_as

LIMIT_PREVIEW = 10.0  # seconds, the upload included
LIMIT_MEGABYTES = 300
_MODULE = "bench.history"


def measure(run: Run) -> list[Figure]:
    from django.db import connections

    directory = run.directory / "historia"
    directory.mkdir()
    connections.close_all()  # a database that somebody uses is not copied
    moved = copy(run.real, "history")
    # Taking figures out of a database is the owner's affair; bringing them in is the application's.
    taken = run.child(_MODULE, "take", str(directory), database=signed_in_as(moved, OWNER))["rows"]
    brought = run.child(_MODULE, "bring", str(directory), database=moved)
    rows = sum(taken.values())
    note = f"{brought['written']:,} of {rows:,} figures of {len(taken)} years"
    programs = f"of {brought['programs']}, at the end of each year"
    lost = rows - brought["written"] + brought["refused"]
    return [
        Figure("history: figures that are refused or lost", lost, "rows", 0, note),
        Figure("history: programmes whose results differ", brought["different"], "rows", 0, programs),
        Figure("history: upload and preview of a year", max(brought["previews"]), "s", LIMIT_PREVIEW),
        Figure("history: confirming a year", max(brought["confirmations"]), "s"),
        Figure("history: peak memory", brought["megabytes"], "MB", LIMIT_MEGABYTES),
    ]
