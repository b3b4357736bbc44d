"""What lacks when a month is closed: figures that are not there, figures that wait, months that are open.

It stops nobody. Planning reads it first, the acta names it, and it holds no person: departments, codes and months.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from core.moments import day_text
from indicators import calculations
from indicators.models import Measurement, Period, State, month_name
from programs.models import FiscalYear
from publishing.closing.words import joined
from publishing.document.recomputing import cells_of, spec_of
from publishing.models import Closing


@dataclass(frozen=True, slots=True)
class LackingIndicator:
    code: str
    name: str
    months: list[int]


@dataclass(frozen=True, slots=True)
class LackingDepartment:
    """``figures`` are months of indicators that were due and have no validated figure; ``waiting`` those of them and of
    others that were sent and wait for review, ``returned`` those that went back.
    """

    prefix: str
    name: str
    figures: int
    waiting: int
    returned: int
    indicators: list[LackingIndicator] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lacks:
    """``open_months`` are earlier months of the year that are open, ``unclosed_months`` those without a closing."""

    departments: list[LackingDepartment]
    open_months: list[int]
    unclosed_months: list[int]

    @property
    def figures(self) -> int:
        return sum(row.figures for row in self.departments)

    @property
    def waiting(self) -> int:
        return sum(row.waiting for row in self.departments)

    @property
    def returned(self) -> int:
        return sum(row.returned for row in self.departments)

    @property
    def indicators(self) -> int:
        return sum(len(row.indicators) for row in self.departments)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def what_lacks(document: Mapping[str, Any], fiscal_year: FiscalYear, periods: Sequence[Period]) -> Lacks:
    """``document`` is the one that the closing would keep, ``periods`` the year's months; 3 queries."""
    month = document["month"]
    lacking = _lacking(document)
    waiting = _in_state(fiscal_year, month, State.SUBMITTED)
    returned = _in_state(fiscal_year, month, State.RETURNED)
    names = {row["prefix"]: row["name"] for row in document["departments"]}
    found = [
        LackingDepartment(
            prefix,
            name,
            sum(len(row.months) for row in lacking[prefix]),
            waiting[prefix],
            returned[prefix],
            lacking[prefix],
        )
        for prefix, name in names.items()
    ]
    closed = set(Closing.objects.filter(fiscal_year=fiscal_year).values_list("month", flat=True))
    before = [period for period in periods if period.month < month]
    return Lacks(
        [row for row in found if row.figures or row.waiting or row.returned],
        [] if fiscal_year.locked else [period.month for period in before if period.closed_on is None],
        [period.month for period in before if period.month not in closed],
    )


def _lacking(document: Mapping[str, Any]) -> Mapping[str, list[LackingIndicator]]:
    """By department, the indicators with due months that have no official figure."""
    found: dict[str, list[LackingIndicator]] = defaultdict(list)
    month = document["month"]
    for program in document["programs"]:
        for indicator in program["indicators"]:
            spec = spec_of(indicator)
            there = {cell.month for cell in cells_of(indicator, month)}
            lacks = [
                one
                for one in range(1, month + 1)
                if calculations.is_due(one, spec.frequency, spec.retired_from, spec.starts_in) and one not in there
            ]
            if lacks:
                found[program["department"]].append(LackingIndicator(indicator["code"], indicator["name"], lacks))
    return found


def _in_state(fiscal_year: FiscalYear, month: int, state: State) -> Counter[str]:
    """Figures up to the cut-off that are in that state, corrections among them, by department."""
    rows = Measurement.objects.filter(fiscal_year=fiscal_year, month__lte=month, state=state)
    return Counter(rows.order_by().values_list("indicator__action__program__department__prefix", flat=True))


def summary(lacks: Lacks) -> str:
    """«Faltan 12 cifras de 4 indicadores; 3 esperan revisión y 1 está observada.»; empty where nothing lacks."""
    if not lacks.departments:
        return ""
    figures = f"{lacks.figures:,} {'cifra' if lacks.figures == 1 else 'cifras'}"
    indicators = f"{lacks.indicators:,} {'indicador' if lacks.indicators == 1 else 'indicadores'}"
    waiting = f"{lacks.waiting:,} {'espera' if lacks.waiting == 1 else 'esperan'} revisión"
    returned = f"{lacks.returned:,} {'está observada' if lacks.returned == 1 else 'están observadas'}"
    return f"{'Falta' if lacks.figures == 1 else 'Faltan'} {figures} de {indicators}; {waiting} y {returned}."


def entails(period: Period, *, on: date, closings: Iterable[Closing]) -> list[str]:
    """What closing this month on that day means, a sentence each: early, or out of order; else nothing."""
    year, name = period.fiscal_year.year, month_name(period.month)
    found = []
    if on < period.opens_on:
        found.append(
            f"{name.capitalize()} empieza el {day_text(period.opens_on)}: se cerraría sin que nadie lo haya capturado."
        )
    if on <= period.due_on and not (period.fiscal_year.locked or period.fiscal_year.historical):
        found.append(
            f"Las dependencias pueden entregar {name} hasta el {day_text(period.due_on)}: al cerrarlo hoy ya no lo "
            "capturan sin prórroga, y lo que se valide después no entra en este cierre, solo en una rectificación."
        )
    if period.month == 12 and on.year <= year:
        found.append(f"Diciembre es el cierre del ejercicio: sus cifras son las que quedan como resultado de {year}.")
    later = sorted({one.month for one in closings if one.fiscal_year_id == period.fiscal_year_id})
    after = [month for month in later if month > period.month]
    if after:
        names = joined([month_name(one) for one in after])
        found.append(
            f"Ya {'está cerrado' if len(after) == 1 else 'están cerrados'} {names}: este cierre queda después en la "
            "cadena, con lo que está validado hoy, y puede no coincidir con lo que aquellos dicen de los mismos meses."
        )
    return found
