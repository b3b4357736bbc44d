"""The published folder of a year of real size: how long it takes to write, and to check without the system."""

from bench.figures import Figure
from bench.municipality import Run, copy

LIMIT_CHECK = 10  # seconds: twelve closings of 161 programmes and 1,280 indicators


def measure(run: Run) -> list[Figure]:
    # Closings stay: they are made in a database of their own.
    from django.db import connection

    connection.close()  # a database is copied only while nobody is connected to it
    told = run.child("bench.publication", database=copy(run.real, "publication"))
    if not told["holds"]:
        raise RuntimeError("verificar.py found something that does not hold")
    note = f"{told['size'] / 2**20:.0f} MB; {told['worked']:.1f} s of the processor"
    return [
        Figure("verificar.py: twelve closings", told["check"], "s", LIMIT_CHECK, note),
        Figure("export_publication: twelve closings", told["first"], "s"),
        Figure("… again, nothing new", told["again"], "s"),
    ]
