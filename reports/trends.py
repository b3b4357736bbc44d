"""The course of a programme's year as a few blocks of text, beside its name."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from core.formats import percent
from indicators import calculations
from indicators.course import ProgramCourse
from indicators.models import month_name
from reports.dashboard import ProgramRow

_BLOCKS = "▁▂▃▄▅▆▇█"
_STEP = calculations.HUNDRED / len(_BLOCKS)


def with_trends(rows: Sequence[ProgramRow], courses: Iterable[ProgramCourse]) -> list[ProgramRow]:
    """The same rows with the global at each cut-off: a block from 0 to 100 %, a point where there are no data."""
    by_code = {course.code: [result.global_ for result in course.results] for course in courses}
    return [row._replace(trend=_blocks(by_code[row.code]), trend_words=_trend_words(by_code[row.code])) for row in rows]


def _blocks(values: Sequence[Decimal | None]) -> str:
    top = len(_BLOCKS) - 1
    return "".join("·" if value is None else _BLOCKS[min(top, int(value // _STEP))] for value in values)


def _trend_words(values: Sequence[Decimal | None]) -> str:
    """«de 60.63 % en enero a 66.43 % en septiembre», between the first and the last month with data."""
    known = [(month, value) for month, value in enumerate(values, start=1) if value is not None]
    if not known:
        return "sin datos"
    first, last = (f"{percent(value)} en {month_name(month)}" for month, value in (known[0], known[-1]))
    return first if len(known) == 1 else f"de {first} a {last}"
