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
from publishing.document.recomputing import cells_of, spec_of
from publishing.document.words import joined, span
from publishing.models import Closing


@dataclass(frozen=True, slots=True)
class LackingIndicator:
    code: str
    name: str
    months: list[int]


@dataclass(frozen=True, slots=True)
class LackingDepartment:
    """``figures`` are months of indicators that were due and have no official figure: of them ``waiting`` were sent and
    wait for review, ``returned`` went back, and the rest nobody has sent. ``correcting`` are corrections under way of
    figures that are official: those lack nowhere.
    """

    prefix: str
    name: str
    figures: int
    waiting: int
    returned: int
    correcting: int = 0
    indicators: list[LackingIndicator] = field(default_factory=list)

    @property
    def unsent(self) -> int:
        return self.figures - self.waiting - self.returned


@dataclass(frozen=True, slots=True)
class Lacks:
    """``due`` are the figures from January to the month that correspond, ``open_months`` earlier months of the year
    that are open, ``unclosed_months`` those without a closing.
    """

    departments: list[LackingDepartment]
    open_months: list[int]
    unclosed_months: list[int]
    due: int

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
    def unsent(self) -> int:
        return sum(row.unsent for row in self.departments)

    @property
    def correcting(self) -> int:
        return sum(row.correcting for row in self.departments)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def lacks_of(kept: Mapping[str, Any]) -> Lacks:
    """What ``as_json`` gave. A closing that was made before ``due`` was counted has 0 there."""
    rows = [
        LackingDepartment(**{**row, "indicators": [LackingIndicator(**one) for one in row["indicators"]]})
        for row in kept.get("departments", ())
    ]
    return Lacks(rows, list(kept.get("open_months", ())), list(kept.get("unclosed_months", ())), kept.get("due", 0))


def what_lacks(document: Mapping[str, Any], fiscal_year: FiscalYear, periods: Sequence[Period]) -> Lacks:
    """``document`` is the one that the closing would keep, ``periods`` the year's months; 2 queries."""
    month = document["month"]
    due, lacking, official = _figures(document)
    states = _states(fiscal_year, month)
    found = []
    for department in document["departments"]:
        prefix = department["prefix"]
        rows = lacking[prefix]
        counts = Counter(states.get((row.code, one)) for row in rows for one in row.months)
        correcting = sum((code, one) in states for code, one in official[prefix])
        found.append(
            LackingDepartment(
                prefix,
                department["name"],
                sum(len(row.months) for row in rows),
                counts[State.SUBMITTED],
                counts[State.RETURNED],
                correcting,
                rows,
            )
        )
    closed = set(Closing.objects.filter(fiscal_year=fiscal_year).values_list("month", flat=True))
    before = [period for period in periods if period.month < month]
    return Lacks(
        [row for row in found if row.figures or row.correcting],
        [] if fiscal_year.locked else [period.month for period in before if period.closed_on is None],
        [period.month for period in before if period.month not in closed],
        due,
    )


_Figures = tuple[int, Mapping[str, list[LackingIndicator]], Mapping[str, list[tuple[str, int]]]]


def _figures(document: Mapping[str, Any]) -> _Figures:
    """How many are due; by department, the indicators with due months that have no official figure, and what is
    official, each by code and month.
    """
    due = 0
    lacking: dict[str, list[LackingIndicator]] = defaultdict(list)
    official: dict[str, list[tuple[str, int]]] = defaultdict(list)
    month = document["month"]
    for program in document["programs"]:
        for indicator in program["indicators"]:
            spec = spec_of(indicator)
            there = {cell.month for cell in cells_of(indicator, month)}
            asked = [
                one
                for one in range(1, month + 1)
                if calculations.is_due(one, spec.frequency, spec.retired_from, spec.starts_in)
            ]
            due += len(asked)
            official[program["department"]] += [(spec.code, one) for one in there]
            if lacks := [one for one in asked if one not in there]:
                lacking[program["department"]].append(LackingIndicator(spec.code, indicator["name"], lacks))
    return due, lacking, official


def _states(fiscal_year: FiscalYear, month: int) -> dict[tuple[str, int], str]:
    """Of the figures up to the cut-off that wait for review or went back, by indicator's code and month."""
    rows = Measurement.objects.filter(
        fiscal_year=fiscal_year, month__lte=month, state__in=(State.SUBMITTED, State.RETURNED)
    )
    return {(code, one): state for code, one, state in rows.order_by().values_list("indicator__code", "month", "state")}


@dataclass(frozen=True, slots=True)
class _Tense:
    lacks: tuple[str, str]
    waiting: tuple[str, str]
    returned: tuple[str, str]
    unsent: tuple[str, str]


_NOW = _Tense(
    ("falta", "faltan"),
    ("espera revisión", "esperan revisión"),
    ("está observada", "están observadas"),
    ("no se ha enviado", "no se han enviado"),
)
_THEN = _Tense(
    ("faltaba", "faltaban"),
    ("esperaba revisión", "esperaban revisión"),
    ("estaba observada", "estaban observadas"),
    ("no se había enviado", "no se habían enviado"),
)


def _counted(number: int, words: tuple[str, str]) -> str:
    return f"{number:,} {words[number != 1]}"


def summary(lacks: Lacks, month: int, *, then: bool = False) -> str:
    """«De 12,804 cifras de enero a septiembre faltan 555: 185 esperan revisión y 370 no se han enviado.»; empty where
    none lacks. ``then``: as it was when the month was closed.
    """
    if not lacks.figures:
        return ""
    words = _THEN if then else _NOW
    number, lacked = lacks.figures, words.lacks[lacks.figures != 1]
    if not lacks.due:
        return f"{lacked.capitalize()} {_counted(number, ('cifra', 'cifras'))} {span(month)}."
    parts = [
        _counted(count, said)
        for count, said in (
            (lacks.waiting, words.waiting),
            (lacks.returned, words.returned),
            (lacks.unsent, words.unsent),
        )
        if count
    ]
    return f"De {_counted(lacks.due, ('cifra', 'cifras'))} {span(month)} {lacked} {number:,}: {joined(parts)}."


def correcting_text(lacks: Lacks, *, then: bool = False) -> str:
    """What corrections under way mean for the closing; empty where there is none."""
    if not lacks.correcting:
        return ""
    under_way = ("estaban" if then else "están") if lacks.correcting != 1 else ("estaba" if then else "está")
    corrections = _counted(lacks.correcting, ("corrección", "correcciones"))
    return (
        f"Aparte, {corrections} de cifras oficiales {under_way} en curso: "
        f"el cierre {'guardó' if then else 'guarda'} la cifra oficial, sin la corrección."
    )


def steps(lacks: Lacks) -> list[str]:
    """What is done first, in order, before the month is closed."""
    found = []
    if lacks.waiting:
        them = "la cifra que espera" if lacks.waiting == 1 else f"las {lacks.waiting:,} cifras que esperan"
        found.append(f"Revise {them}: lo que se valide antes de cerrar entra en el cierre.")
    if rest := lacks.returned + lacks.unsent:
        them = "la cifra que les falta" if rest == 1 else f"las {rest:,} cifras que les faltan"
        found.append(f"Pida a las dependencias {them} por corregir o por enviar.")
    if lacks.correcting:
        found.append("Si alguna corrección en curso debe entrar en el cierre, valídela antes.")
    if found:
        found.append("Cierre cuando ya no espere más: lo que siga faltando queda dicho en el acta.")
    return found


def counted_text(document: Mapping[str, Any], lacks: Lacks) -> str:
    """Why the «meses capturados» of the plan's results are not the figures that are counted here."""
    plan = document["plan_results"]
    captured, due = plan["months_captured"], plan["months_due"]
    if not lacks.due:
        return ""
    if due == lacks.due:
        return ""
    return (
        f"Se cuentan todos los indicadores. «Meses capturados» del plan ({captured:,} de {due:,}) cuenta solo los que "
        f"entran en el indicador global: {_counted(lacks.due - due, ('cifra es', 'cifras son'))} de los demás."
    )


def told_at_closing(document: Mapping[str, Any], lacks: Lacks) -> list[str]:
    """The sentences that the acta prints, kept with it."""
    month = document["month"]
    said = summary(lacks, month, then=True), correcting_text(lacks, then=True), counted_text(document, lacks)
    return list(filter(None, said))


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
    years = sorted({one.fiscal_year.year for one in closings if one.fiscal_year.year > year})
    if years:
        found.append(
            f"Ya hay cierres de {joined([str(one) for one in years])}: este, de {year}, queda después de ellos en la "
            "cadena."
        )
    return found
