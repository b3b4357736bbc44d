"""Programmes by the twelve months of a year: each cell is the accumulated global at that cut-off."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from core.formats import percent
from core.templatetags.pmd import LIGHTS
from indicators import calculations
from indicators.models import month_name
from indicators.results import Scope, YearResults, load_results
from programs.models import FiscalYear
from reports.cutoff import Cut

NO_DATA = "s. d."
_EMPTY = mark_safe('<td class="heat-beyond"><span class="visually-hidden">después del corte</span></td>')
# Colour, shape and number in each cell, the light's word for who hears the page.
_CELLS = {
    light: (
        f'<td class="heat light-{light}"><a href="', f'">%s<span class="light-shape" aria-hidden="true"> {shape}</span>'
        f'<span class="visually-hidden"> {word}</span></a></td>'
    )
    for light, (word, shape) in LIGHTS.items()
}  # fmt: skip


class HeatRow(NamedTuple):
    """One programme; ``cells`` are twelve table cells, written here because a page has thousands."""

    code: str
    name: str
    url: str
    department: str
    cells: SafeString


@dataclass(frozen=True, slots=True)
class HeatMap:
    months: tuple[str, ...]
    rows: list[HeatRow]


def heat_map(cut: Cut) -> HeatMap:
    """The months up to the cut-off; the later ones stay empty, because nothing of them counts at the cut-off."""
    by_month = load_months(cut.fiscal_year, scope=cut.scope)
    pattern = reverse("reports:program", args=[cut.fiscal_year.year, "CODE"])
    addresses = [f"{pattern}?mes={month}&amp;alcance={cut.scope_slug}" for month in calculations.MONTHS[: cut.month]]
    rows = []
    for position, sheet in enumerate(by_month[cut.month].programs):
        results = [by_month[month].programs[position].result for month in calculations.MONTHS[: cut.month]]
        cells = [
            _cell(result.global_, result.light, address.replace("CODE", sheet.code))
            for result, address in zip(results, addresses, strict=True)
        ]
        cells += [_EMPTY] * (12 - cut.month)
        url = pattern.replace("CODE", sheet.code) + cut.query
        rows.append(HeatRow(sheet.code, sheet.name, url, sheet.department, mark_safe("".join(cells))))
    return HeatMap(tuple(month_name(month) for month in calculations.MONTHS), rows)


def load_months(fiscal_year: FiscalYear, *, scope: Scope) -> dict[int, YearResults]:
    return {month: load_results(fiscal_year, month=month, scope=scope) for month in calculations.MONTHS}


def _cell(value: Decimal | None, light: str, url: str) -> str:
    before, after = _CELLS[light]
    # Codes hold capital letters, digits and hyphens only (a constraint of the database), numbers digits and signs.
    return before + url + after % percent(value, empty=NO_DATA).removesuffix(" %")
