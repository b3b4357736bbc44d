"""A process of its own that imports a catalogue into an empty database and prints times or memory as JSON."""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from io import StringIO

ROUNDS = 5


class _Undo(Exception):
    """Leaves the database empty for the next round."""


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def read(path: str) -> None:
    """What openpyxl needs merely to go through the cells."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        for _ in sheet.iter_rows(values_only=True):
            pass
    book.close()


def import_catalog(path: str) -> None:
    from django.core.management import call_command

    call_command("import_catalog", path, stdout=StringIO(), stderr=StringIO())


def times(path: str) -> dict[str, float]:
    """The medians of reading and of importing, in turns; each import is undone."""
    from django.db import transaction

    from indicators.models import Indicator

    taken: dict[str, list[float]] = {"read": [], "import": []}
    rows = 0
    for _ in range(ROUNDS):
        taken["read"].append(_seconds(lambda: read(path)))
        try:
            with transaction.atomic():
                taken["import"].append(_seconds(lambda: import_catalog(path)))
                rows = Indicator.objects.count()
                raise _Undo
        except _Undo:
            pass
    return {"rows": rows, **{name: statistics.median(values) for name, values in taken.items()}}


def memory(path: str) -> dict[str, float]:
    """The most that this process ever held, Django included."""
    import_catalog(path)
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"megabytes": kilobytes / 1024}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps({"times": times, "memory": memory}[sys.argv[1]](sys.argv[2])))
