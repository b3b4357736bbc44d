"""Chains of closings for the tests of pages."""

from typing import Any

from publishing.published import Source
from tests.publishing.export.altering import small_programs
from tests.publishing.export.documents import Document, a_closing, a_program, an_indicator, chain_of, sealed


def small_chain() -> list[Source]:
    """August, September and a rectification of August that changes nothing."""
    return chain_of([8, 9, 8], small_programs)


def rectified(change: Any, *, indicator: str = "PRE-01-01") -> list[Source]:
    """September, and its rectification, of which ``change`` alters that indicator."""
    programs = small_programs(9)
    chain = [sealed(a_closing(small_programs(9)))]
    change(next(one for program in programs for one in program["indicators"] if one["code"] == indicator))
    return [*chain, sealed(a_closing(programs, chain=chain))]


def three_years() -> list[Source]:
    """An indicator and a programme of 2016 that had other codes in 2015 and 2014, and their closings of December."""
    chain: list[Source] = []
    for year, code, former in ((2014, "ANT-01", None), (2015, "PRE-07", "ANT-01"), (2016, "PRE-01", "PRE-07")):
        back: Any = None if former is None else {"year": year - 1, "code": former}
        inner: Any = None if former is None else {"year": year - 1, "code": f"{former}-01"}
        pairs = {month: (str(year - 2010), "12") for month in range(1, 13)}
        program = a_program(code, [an_indicator(f"{code}-01", pairs, previous=inner)], previous=back)
        chain.append(sealed(a_closing([program], year=year, month=12, chain=chain)))
    return chain


def of_programs(*programs: Document, month: int = 9) -> list[Source]:
    return [sealed(a_closing(programs, month=month))]
