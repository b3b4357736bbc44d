"""The rows behind a year's results, read again only where the stamps say that they changed (``stamps``).

What is kept is kept by what the database said in this very request: the stamps are read every time. On SQLite, and
where the triggers that write them are not all there, everything is read.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db import connection

from core.keeping import Keeper
from indicators.results.rows import PLAN_COLUMNS, PLAN_ROWS, ask, indicator_rows
from indicators.results.scope import Scope
from indicators.results.stamps import STAMPS, are_watching

IndicatorRow = tuple[Any, ...]  # of ``indicator_rows``
_FEW = 40  # so many programmes are read one by one; of more, the whole year


class ProgramRows(tuple[IndicatorRow, ...]):
    """A programme's ``indicator_rows``; the same object wherever they are equal, so that it is its own quick key."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def program_of(rows: Iterable[IndicatorRow]) -> ProgramRows:
    return _one_of_equal(tuple(sorted(rows, key=_code)))


def _code(row: IndicatorRow) -> str:
    code: str = row[1]
    return code


@lru_cache(maxsize=4096)
def _one_of_equal(rows: tuple[IndicatorRow, ...]) -> ProgramRows:
    return ProgramRows(rows)


@dataclass(frozen=True, slots=True, eq=False)
class YearRead:
    """Rows as they were read: ``program_rows`` or ``plan_rows``, and the ``indicator_rows`` of each by its id.

    ``is_kept``: the same object comes again as long as nothing changed, so that what is made of it may be kept by it.
    """

    programs: Sequence[Sequence[Any]]
    members: dict[int, ProgramRows]
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    """A year as it was read, and what the database said then."""

    triggers: str
    plan: str
    stamps: str
    by_program: dict[int, str]
    read: YearRead


# By database, year and scope; a year of 1,280 indicators is 3 MB.
_shelf: Keeper[_Kept] = Keeper(8)


def read_whole_year(fiscal_year_id: int, scope: Scope) -> YearRead | None:
    """Every programme with its line of the plan and the rows of its whole year; None where there are no stamps.

    One query where nothing changed, and one more for the programmes that did.
    """
    if connection.vendor != "postgresql":
        return None
    key = (connection.alias, fiscal_year_id, scope)
    kept = _shelf.find(key)
    known = f"{kept.triggers} {kept.plan}" if kept else ""
    ((triggers, plan, stamps, lines),) = ask(_ASKED, [fiscal_year_id, known, fiscal_year_id])
    if not plan or not are_watching(triggers):
        return None
    if kept is None or kept.triggers != triggers:  # what was written while they were off left no stamp
        kept = _Kept(triggers, "", "", {}, YearRead((), {}))
    if (kept.plan, kept.stamps) == (plan, stamps or ""):
        return kept.read
    programs = kept.read.programs if lines is None else tuple(map(tuple, json.loads(lines)))
    now = _Kept(triggers, plan, stamps or "", _by_program(stamps or ""), YearRead(programs, {}, True))
    if any(row[0] not in now.by_program for row in programs):
        return None  # somebody took stamps away
    found = _reread(fiscal_year_id, scope, kept, now)
    _shelf.keep(key, found)
    return found.read


def stamp_of_year(fiscal_year_id: int) -> str | None:
    """What the database says of a year's rows: another text as soon as one of them changed, whoever changed it.

    None where there are no stamps. One query.
    """
    if connection.vendor != "postgresql":
        return None
    ((triggers, plan, stamps),) = ask(STAMPS, [fiscal_year_id])
    return f"{triggers} {plan} {stamps}" if plan and are_watching(triggers) else None


def _by_program(stamps: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for one in stamps.split():
        program_id, _, stamp = one.partition(":")
        found[int(program_id)] = found.get(int(program_id), "") + stamp
    return found


def _reread(fiscal_year_id: int, scope: Scope, kept: _Kept, now: _Kept) -> _Kept:
    """Rows that another commit changed since the stamps were read are kept under stamps that never come again."""
    members = now.read.members
    changed: list[int] = []
    for program_id, *_ in now.read.programs:
        if kept.by_program.get(program_id) == now.by_program[program_id] and program_id in kept.read.members:
            members[program_id] = kept.read.members[program_id]
        else:
            changed.append(program_id)
    for program_id, rows in _rows_of(fiscal_year_id, scope, changed):
        members[program_id] = rows
    if now.read.programs == kept.read.programs and members == kept.read.members:
        return replace(now, read=kept.read)
    return now


def _rows_of(fiscal_year_id: int, scope: Scope, program_ids: Sequence[int]) -> Iterator[tuple[int, ProgramRows]]:
    if not program_ids:
        return
    found: dict[int, list[IndicatorRow]] = {program_id: [] for program_id in program_ids}
    for row in indicator_rows(
        fiscal_year_id,
        month=12,
        scope=scope,
        program_ids=program_ids if len(program_ids) <= _FEW else None,
        with_names=True,
        with_delays=True,
    ):
        if row[0] in found:
            found[row[0]].append(row)
    for program_id, rows in found.items():
        yield program_id, program_of(rows)


_ASKED = f"""WITH said AS MATERIALIZED ({STAMPS})
SELECT said.triggers, said.plan, said.programs, CASE WHEN said.triggers || ' ' || said.plan = %s THEN NULL ELSE (
    SELECT COALESCE(json_agg(json_build_array({", ".join(f"r.{name}" for name in PLAN_COLUMNS)})), '[]')::text
    FROM ({PLAN_ROWS}) AS r
) END FROM said"""
