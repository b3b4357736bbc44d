"""Addresses of many indicators or programmes at once: one is resolved and the others are made from it.

Resolving the address of each row of a page costs more than drawing the row.
"""

from dataclasses import dataclass, replace

from django.urls import reverse

from reports.cutoff import Cut


@dataclass(frozen=True, slots=True)
class Addresses:
    """The page ``name`` (a url name of a year and a code) at a cut-off."""

    pattern: str
    cut: Cut

    @classmethod
    def of(cls, name: str, cut: Cut) -> "Addresses":
        return cls(reverse(name, args=[cut.fiscal_year.year, "CODE"]), cut)

    def at(self, code: str, month: int | None = None) -> str:
        """Of that code, at that month or at the cut-off itself; empty beyond the cut-off."""
        if month is not None and month > self.cut.month:
            return ""
        cut = self.cut if month is None else replace(self.cut, month=month)
        return self.pattern.replace("CODE", code) + cut.query
