"""The key of what a page is made of, by which a process keeps it until something of it changes."""

from collections.abc import Hashable, Sequence
from typing import Any

from core.keeping import Same
from reports.address.cutoff import Cut


def made_of(cut: Cut, *read: Sequence[Any] | None, asked: Hashable = ()) -> Hashable:
    """Of these and nothing else; None where the same ones will not come again.

    What is read of a whole year is the same object until something of it changes (``indicators.results.kept``), and
    the database is asked whether it has in every request.
    """
    if not all(one is None or isinstance(one, Same) for one in read):
        return None
    return cut.key, read, asked
