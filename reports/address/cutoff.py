"""Which year, cut-off and scope a page shows: read from its address, with one default for all pages.

An address that asks for something that does not exist raises ``WrongAddress``, whose sentence and choices the
page shows with a 404.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils import timezone

from core.asked import read_whole
from core.compiled import Compiled
from core.keeping import written
from core.moments import day_text
from indicators import calculations
from indicators.models import Measurement, Period, month_name
from indicators.results.scope import captured_in
from indicators.results.year import OFFICIAL, Scope
from indicators.wording import enters_as_text
from programs.models import FiscalYear
from reports import words
from reports.address.published import Published, annotations, published
from reports.address.way_back import PARAMETER, WayBack, read_way_back


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of the bar at the top."""

    value: str
    label: str
    selected: bool = False


class WrongAddress(Exception):
    """The address asks for a year, month or scope that does not exist; ``choices`` are (label, address) that do."""

    def __init__(self, message: str, choices: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.choices = tuple(choices)


@dataclass(frozen=True)
class Cut:
    """January to ``month`` of one fiscal year, in one scope; ``years`` are all that exist, the latest first.

    ``back`` is the page of the plan from which one came, or the very page; None where the plan at the cut-off will do.
    """

    fiscal_year: FiscalYear
    month: int
    scope: Scope
    years: tuple[FiscalYear, ...] = field(default=(), repr=False)
    back: WayBack | None = field(default=None, repr=False)

    @property
    def year(self) -> str:
        """As text: a number would be shown as 2,016."""
        return str(self.fiscal_year.year)

    @property
    def scope_slug(self) -> str:
        return next(slug for slug, scope in words.SCOPE_SLUGS.items() if scope == self.scope)

    @property
    def scope_label(self) -> str:
        return words.SCOPE_LABELS[self.scope]

    @property
    def scope_meaning(self) -> str:
        return words.SCOPE_MEANINGS[self.scope]

    @property
    def enters_as(self) -> str:
        return enters_as_text(self.fiscal_year)

    @cached_property
    def label(self) -> str:
        """«enero–septiembre 2016»."""
        return f"{words.span(self.month)} {self.year}"

    @property
    def month_label(self) -> str:
        return month_name(self.month)

    @cached_property
    def query(self) -> str:
        """What every link carries on: ``?mes=9&alcance=oficial``."""
        return "?" + urlencode({"mes": self.month, "alcance": self.scope_slug})

    @cached_property
    def onward(self) -> str:
        """What the links to sheets and explanations carry on: the cut-off, and the way back to the plan."""
        return self.query + (self.back.parameter if self.back else "")

    @cached_property
    def plan_url(self) -> str:
        """Where the first crumb of a sheet leads."""
        return self.back.url if self.back else reverse("reports:dashboard", args=[self.fiscal_year.year]) + self.query

    @property
    def plan_label(self) -> str:
        return self.back.label if self.back else f"Tablero {self.year}"

    @cached_property
    def published(self) -> Published | None:
        """The closing of this cut-off, asked for where there is one."""
        year = self.fiscal_year
        return published(year.pk, self.month, getattr(year, "closed_months", None))

    @property
    def live_text(self) -> str:
        """What whoever reads or prints live figures of a closed cut-off is told; empty where it is not closed."""
        if self.published is None:
            return ""
        version = f" (versión {self.published.version})" if self.published.version > 1 else ""
        return (
            f"El corte {self.label} se cerró el {day_text(self.published.closed_on)}{version}. Estas son las cifras de "
            "hoy, que pueden no ser las que se publicaron."
        )

    @cached_property
    def key(self) -> Hashable:
        """All that a page takes of it, but for the choices of its bar: what the page was made of is told by this."""
        year = self.fiscal_year
        return get_script_prefix(), written(year), written(year.plan), self.month, self.scope, self.back

    @property
    def year_choices(self) -> list[Choice]:
        return [Choice(str(year.year), str(year.year), year == self.fiscal_year) for year in self.years]

    @property
    def month_choices(self) -> list[Choice]:
        return [
            Choice(str(month), words.span(month).capitalize(), month == self.month) for month in calculations.MONTHS
        ]

    @property
    def scope_choices(self) -> list[Choice]:
        return [
            Choice(slug, words.SCOPE_LABELS[scope], scope == self.scope) for slug, scope in words.SCOPE_SLUGS.items()
        ]


def load_years(*, today: date, defaults_in: Scope | None = None) -> tuple[FiscalYear, ...]:
    """Every fiscal year, the latest first; one query, cheaper without what only the defaults of a scope need.

    ``has_opened``: some month has. ``under_way``: a month is due, or one that has ended has a figure in that scope.
    ``captured_month``: the last month with a capture in that scope. ``due_month``: the latest month already due.
    """
    if defaults_in is None:
        return tuple(_years())
    return tuple(_with_defaults[defaults_in](today=today, month_began=today.replace(day=1)))


def load_years_under_way(*, today: date) -> tuple[FiscalYear, ...]:
    """The same with what ``current_year`` needs and no more: the frame of every page that names no year asks for it."""
    return tuple(_under_way(today=today, month_began=today.replace(day=1)))


def _all_years() -> QuerySet[FiscalYear]:
    return FiscalYear.objects.select_related("plan").annotate(**annotations()).order_by("-year")


def _years_under_way(today: date, month_began: date, scope: Scope = OFFICIAL) -> QuerySet[FiscalYear]:
    periods = _periods()
    return _all_years().annotate(
        has_opened=Exists(periods.filter(opens_on__lte=today)),
        under_way=Exists(periods.filter(Q(due_on__lte=today) | Q(Exists(_captured(scope)), opens_on__lt=month_began))),
    )


def _years_with_defaults(today: date, month_began: date, scope: Scope) -> QuerySet[FiscalYear]:
    return _years_under_way(today, month_began, scope).annotate(
        captured_month=_last_month(_periods().filter(Exists(_captured(scope)))),
        due_month=_last_month(_periods().filter(due_on__lte=today)),
    )


def _periods() -> QuerySet[Period]:
    return Period.objects.filter(fiscal_year=OuterRef("pk"))


def _captured(scope: Scope) -> QuerySet[Measurement]:
    return Measurement.objects.filter(captured_in(scope), period=OuterRef("pk"))


def _last_month(periods: Any) -> Subquery:
    return Subquery(periods.order_by(F("month").desc()).values("month")[:1])


_years: Compiled[FiscalYear] = Compiled(_all_years)
_under_way: Compiled[FiscalYear] = Compiled(_years_under_way)
_with_defaults: dict[Scope, Compiled[FiscalYear]] = {
    scope: Compiled(partial(_years_with_defaults, scope=scope)) for scope in words.SCOPE_SLUGS.values()
}


def years_of(
    request: HttpRequest, *, defaults_in: Scope | None = None, under_way: bool = False
) -> tuple[FiscalYear, ...]:
    """The fiscal years, read once a request (once more if the defaults, or which is under way, are asked for later)."""
    found: tuple[FiscalYear, ...] | None = getattr(request, "_fiscal_years", None)
    wanted = "captured_month" if defaults_in else "under_way" if under_way else "pk"
    if found is None or (found and not hasattr(found[0], wanted)):
        today = timezone.localdate()
        found = load_years_under_way(today=today) if under_way else load_years(today=today, defaults_in=defaults_in)
        request._fiscal_years = found  # type: ignore[attr-defined]
    return found


def current_year(years: Iterable[FiscalYear]) -> FiscalYear | None:
    """The year shown where the address names none: the latest under way of those that are not locked.

    A year is under way once one of its months is due, or has ended and has a figure. So nothing turns to an empty
    year on 1 January: while everybody finishes and validates December, pages and menu stay with the old year, and the
    new one takes over with its first January figures in February, at the latest on the day when January is due.
    Locking the old year says that it is over: then the new one is shown as soon as it has opened. Where none is under
    way it is the latest unlocked one that has opened, and otherwise the latest of all.

    What waits for a person (``home_page``) does not depend on it. The years come with the defaults of some scope.
    """
    ordered = sorted(years, key=lambda year: year.year, reverse=True)
    unlocked = [year for year in ordered if not year.locked]
    under_way = [year for year in unlocked if year.under_way]  # type: ignore[attr-defined]
    opened = [year for year in unlocked if year.has_opened]  # type: ignore[attr-defined]
    return (under_way or opened or ordered or [None])[0]


def default_month(fiscal_year: FiscalYear) -> int:
    """The last month with a capture in the scope of the defaults; without any, the latest already due; else January."""
    return fiscal_year.captured_month or fiscal_year.due_month or 1  # type: ignore[attr-defined]


def month_before(month: int) -> int:
    """The earlier cut-off of a page that compares, where nobody chose one: the month before; 0 in January.

    One answer for the comparison, the card and the ficha, so that they tell the same change.
    """
    return month - 1


def read_cut(request: HttpRequest, year: int) -> Cut:
    """The year of the path, and ``mes`` and ``alcance`` of the query; WrongAddress for what does not exist."""
    scope = _scope(request.GET, request.path)
    years = years_of(request, defaults_in=None if request.GET.get("mes") else scope)
    fiscal_year = next((found for found in years if found.year == year), None)
    if fiscal_year is None:
        raise WrongAddress(f"No existe el ejercicio {year}.", _other_years(request, years, year))
    back = read_way_back(request.get_full_path()) or read_way_back(request.GET.get(PARAMETER, ""))
    return Cut(fiscal_year, _month(request.GET, request.path, fiscal_year), scope, years, back)


def _other_years(request: HttpRequest, years: tuple[FiscalYear, ...], wrong: int) -> list[tuple[str, str]]:
    return [
        (f"Ejercicio {found.year}", request.path.replace(f"/{wrong:04d}/", f"/{found.year}/", 1)) for found in years
    ]


def _scope(query: Mapping[str, str], path: str) -> Scope:
    slug = query.get("alcance") or "oficial"
    if slug not in words.SCOPE_SLUGS:
        raise WrongAddress(
            f"No existe el alcance «{slug[:40]}»: es oficial o preliminar.",
            [(words.SCOPE_LABELS[scope], f"{path}?alcance={known}") for known, scope in words.SCOPE_SLUGS.items()],
        )
    return words.SCOPE_SLUGS[slug]


def _month(query: Mapping[str, str], path: str, fiscal_year: FiscalYear) -> int:
    typed = query.get("mes") or ""
    if not typed:
        return default_month(fiscal_year)
    month = read_whole(typed, digits=2)
    if month not in calculations.MONTHS:
        raise WrongAddress(
            f"No existe el mes «{typed[:40]}»: va de 1 (enero) a 12 (diciembre).",
            [(words.span(known).capitalize(), f"{path}?mes={known}") for known in calculations.MONTHS],
        )
    return month
