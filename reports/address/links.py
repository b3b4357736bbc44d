"""Addresses of many indicators or programmes at once: one is resolved and the others are made from it.

Resolving the address of each row of a page costs more than drawing the row.
"""

from dataclasses import dataclass, replace

from django.urls import reverse

from reports.address.cutoff import Cut

_CODE = "CODE"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The page ``name`` (a url name of a year and a code) at a cut-off."""

    before: str
    after: str
    cut: Cut
    query: str

    @classmethod
    def of(cls, name: str, cut: Cut) -> "Addresses":
        before, after = reverse(name, args=[cut.fiscal_year.year, _CODE]).split(_CODE)
        return cls(before, after, cut, cut.onward)

    def at(self, code: str, month: int | None = None) -> str:
        """Of that code, at that month or at the cut-off itself; empty beyond the cut-off."""
        if month is None:
            return f"{self.before}{code}{self.after}{self.query}"
        if month > self.cut.month:
            return ""
        return f"{self.before}{code}{self.after}{replace(self.cut, month=month).onward}"
