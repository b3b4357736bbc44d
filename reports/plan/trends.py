"""The course of a programme's year as a small line beside its name."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.utils.safestring import SafeString

from core.formats import percent
from indicators.calculations import ProgramResult, RollUp
from indicators.models import month_name
from indicators.results.course import ProgramCourse
from reports.charts import Sparkline, sparkline
from reports.plan.programs import ProgramRow


def with_trends(rows: Sequence[ProgramRow], courses: Iterable[ProgramCourse]) -> list[ProgramRow]:
    """The same rows with the compliance at each cut-off."""
    by_code = {program.code: program.course for program in courses}
    return [row._replace(trend=trend(by_code[row.code])) for row in rows]


# Drawn once, and again where one of its figures changed.
@lru_cache(maxsize=1024)
def trend(course: tuple[ProgramResult, ...] | tuple[RollUp, ...]) -> SafeString:
    return sparkline(Sparkline(course_words(course), [result.compliance for result in course]))


def course_words(course: Sequence[ProgramResult | RollUp]) -> str:
    """«cumplimiento: de 60.63 % en enero a 66.43 % en septiembre», between the first and the last month with data."""
    known = [(month, one) for month, one in enumerate(course, start=1) if one.compliance is not None]
    if not known:
        return "sin datos"
    first, last = (
        f"{percent(one.compliance, one.borders)} en {month_name(month)}" for month, one in (known[0], known[-1])
    )
    return f"cumplimiento: {first}" if len(known) == 1 else f"cumplimiento: de {first} a {last}"
