"""What planning's pages of targets show: the list of a year's indicators, and one indicator."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from core import formats
from core.moments import stamp_text
from core.text import fold
from indicators import wording
from indicators.calculations import Thresholds
from indicators.models import Direction, Indicator, InstrumentFile, Measurement, TargetAdjustment, month_name
from indicators.results import standards
from indicators.services import own_border_indicators
from programs.models import Department, FiscalYear

PER_PAGE = 50
ONLY = {
    "ajustadas": "con meta ajustada",
    "sin-archivo": "con meta ajustada sin archivo",
    "propios": "con umbrales propios",
    "sin-capturas": "sin capturas todavía",
}


@dataclass(frozen=True, slots=True)
class TargetRow:
    code: str
    name: str
    url: str
    department: str
    program: str
    target: str
    adjusted: str  # «80 % desde octubre», empty without an adjustment
    schedule: str
    direction: str  # empty where it is the usual one
    borders: str  # own ones, empty where all are the year's


@dataclass(frozen=True, slots=True)
class TargetList:
    rows: list[TargetRow]
    page: Page[Indicator]
    asked: "Asked"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of the list; what no department or choice is called counts as not asked."""

    text: str
    department: str  # its prefix
    only: str
    departments: list[Department]  # to choose from
    found: QuerySet[Indicator]  # in code order, with their programmes and adjusted targets

    @property
    def also(self) -> str:
        """What the links of the list repeat of its address."""
        return f"{self.query}&" if self.query else ""

    @property
    def query(self) -> str:
        kept = {"buscar": self.text, "dependencia": self.department, "solo": self.only}
        return urlencode({name: value for name, value in kept.items() if value})


def asked_targets(fiscal_year: FiscalYear, query: QueryDict) -> Asked:
    """The year's indicators that match; one query for the departments, none yet for the indicators."""
    departments = list(Department.objects.filter(programs__fiscal_year=fiscal_year).distinct().order_by("prefix"))
    text, prefix, only = query.get("buscar", "").strip()[:200], query.get("dependencia", ""), query.get("solo", "")
    prefix = prefix if prefix in {department.prefix for department in departments} else ""
    only = only if only in ONLY else ""
    found = _narrowed(Indicator.objects.filter(fiscal_year=fiscal_year), text, prefix, only)
    found = found.select_related("action__program__department").prefetch_related("adjustments").order_by("code")
    return Asked(text, prefix, only, departments, found)


def target_list(fiscal_year: FiscalYear, query: QueryDict) -> TargetList:
    """Fifty of the year's indicators that match; 4 queries."""
    asked = asked_targets(fiscal_year, query)
    page = Paginator(asked.found, PER_PAGE).get_page(query.get("pagina"))
    return TargetList([_row(fiscal_year, row) for row in page], page, asked)


def _narrowed(found: QuerySet[Indicator], text: str, prefix: str, only: str) -> QuerySet[Indicator]:
    for word in fold(text).split():
        found = found.filter(
            Q(search__contains=word) | Q(action__search__contains=word) | Q(action__program__search__contains=word)
        )
    if prefix:
        found = found.filter(action__program__department__prefix=prefix)
    if only == "ajustadas":
        found = found.filter(Exists(TargetAdjustment.objects.filter(indicator=OuterRef("pk"))))
    elif only == "sin-archivo":
        found = found.filter(Exists(without_file().filter(indicator=OuterRef("pk"))))
    elif only == "propios":
        found = found.filter(Q(green_from__isnull=False) | Q(amber_from__isnull=False) | Q(over_above__isnull=False))
    elif only == "sin-capturas":
        found = found.exclude(Exists(Measurement.objects.filter(indicator=OuterRef("pk"))))
    return found


def _row(fiscal_year: FiscalYear, indicator: Indicator) -> TargetRow:
    adjustments = sorted(indicator.adjustments.all(), key=lambda made: made.effective_month)
    unit, program = indicator.action.unit, indicator.action.program
    last = adjustments[-1] if adjustments else None
    return TargetRow(
        code=indicator.code,
        name=indicator.name,
        url=target_url(fiscal_year, indicator.code),
        department=program.department.name,
        program=f"{program.code} {program.name}",
        target=wording.target_words(indicator, indicator.target, unit),
        adjusted=f"{wording.target_words(indicator, last.target, unit)} desde {month_name(last.effective_month)}"
        if last
        else "",
        schedule=wording.schedule_words(indicator, standards.spec_of(indicator, month=12, adjustments=adjustments)),
        direction="" if indicator.direction == Direction.ASCENDING else indicator.get_direction_display(),
        borders=borders_words(own_borders(indicator)),
    )


def target_url(fiscal_year: FiscalYear, code: str) -> str:
    return reverse("catalog:target", args=[fiscal_year.year, code])


Borders = dict[str, str]


def own_borders(indicator: Indicator) -> Borders:
    """The indicator's own borders in words; those that it takes from the year are not there."""
    own = {"green_from": indicator.green_from, "amber_from": indicator.amber_from, "over_above": indicator.over_above}
    return {name: f"{formats.amount(value)} %" for name, value in own.items() if value is not None}


def borders_of(thresholds: Thresholds) -> Borders:
    return {name: f"{formats.amount(value)} %" for name, value in thresholds.borders._asdict().items()}


_BORDERS = {"green_from": "verde desde", "amber_from": "amarillo desde", "over_above": "sobrecumplimiento arriba de"}


def borders_words(borders: Borders) -> str:
    """«verde desde 95 %, amarillo desde 80 %»."""
    return ", ".join(f"{word} {borders[name]}" for name, word in _BORDERS.items() if name in borders)


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    since: str
    target: str
    reason: str
    authorized_by: str
    instrument: str
    by: str
    files: Sequence[InstrumentFile]
    attach_url: str  # where a file that is lacking is brought


def without_file() -> QuerySet[TargetAdjustment]:
    """The adjusted targets that cite their instrument without its file, as imports and the admin leave them."""
    return TargetAdjustment.objects.filter(instrument_files__isnull=True)


def citing_the_same(adjustment: TargetAdjustment) -> list[TargetAdjustment]:
    """The others of its year that lack their file and cite the same instrument in the same words; one query."""
    others = without_file().filter(indicator__fiscal_year=adjustment.indicator.fiscal_year).exclude(pk=adjustment.pk)
    cited = fold(adjustment.instrument)
    found = others.select_related("indicator__fiscal_year").order_by("indicator__code", "effective_month")
    return [other for other in found if fold(other.instrument) == cited]


def adjustment_rows(indicator: Indicator) -> list[AdjustmentRow]:
    """The indicator's adjusted targets, the first to be in force first; two queries."""
    made = indicator.adjustments.select_related("created_by").prefetch_related("instrument_files")
    year = indicator.fiscal_year.year
    return [
        AdjustmentRow(
            month_name(row.effective_month),
            wording.target_words(indicator, row.target, indicator.action.unit),
            row.reason,
            row.authorized_by,
            row.instrument,
            f"{row.created_by}, {stamp_text(row.created_at)}",
            row.instrument_files.all(),
            reverse("catalog:target_file", args=[year, indicator.code, row.effective_month]),
        )
        for row in made.order_by("effective_month")
    ]


@dataclass(frozen=True, slots=True)
class OwnBorders:
    code: str
    name: str
    url: str
    borders: str


def own_border_rows(fiscal_year: FiscalYear, *, can_write: bool) -> list[OwnBorders]:
    """The indicators whose lights do not follow the year's borders alone; one query.

    Each leads to where its borders are changed or, for whoever only reads, are shown.
    """
    page = "catalog:own_thresholds" if can_write else "catalog:target"
    return [
        OwnBorders(
            row.code,
            row.name,
            reverse(page, args=[fiscal_year.year, row.code]),
            borders_words(own_borders(row)),
        )
        for row in own_border_indicators(fiscal_year)
    ]
