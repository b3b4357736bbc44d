"""The course of a programme's year as a few blocks of text, beside its name."""

from collections.abc import Iterable, Sequence

from indicators import calculations
from indicators.calculations import ProgramResult
from indicators.models import month_name
from indicators.results.course import ProgramCourse
from indicators.wording import global_text
from reports.plan.programs import ProgramRow

_BLOCKS = "▁▂▃▄▅▆▇█"
_STEP = calculations.HUNDRED / len(_BLOCKS)


def with_trends(rows: Sequence[ProgramRow], courses: Iterable[ProgramCourse]) -> list[ProgramRow]:
    """The same rows with the global at each cut-off: a block from 0 to 100 %, a point where there are no data."""
    by_code = {course.code: course.results for course in courses}
    return [row._replace(trend=_blocks(by_code[row.code]), trend_words=_trend_words(by_code[row.code])) for row in rows]


def _blocks(course: Sequence[ProgramResult]) -> str:
    top, values = len(_BLOCKS) - 1, [result.global_ for result in course]
    return "".join("·" if value is None else _BLOCKS[min(top, int(value // _STEP))] for value in values)


def _trend_words(course: Sequence[ProgramResult]) -> str:
    """«de 60.63 % en enero a 66.43 % en septiembre», between the first and the last month with data."""
    known = [(month, result) for month, result in enumerate(course, start=1) if result.global_ is not None]
    if not known:
        return "sin datos"
    first, last = (f"{global_text(result)} en {month_name(month)}" for month, result in (known[0], known[-1]))
    return first if len(known) == 1 else f"de {first} a {last}"
