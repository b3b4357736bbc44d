"""The mayor's card: what is furthest behind and what fell most, with real quantities and who said what they will do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.formats import percent
from indicators import calculations
from indicators.calculations import AMBER, MISSING, PERCENTAGE, RED, IndicatorResult
from indicators.models import Direction, Indicator
from indicators.results import OFFICIAL, ProgramSheet, YearResults, load_results
from reports import words
from reports.addresses import Addresses
from reports.cutoff import Cut
from reports.dashboard import Headline, coverage, headline
from reports.document import results_fingerprint
from reports.papers.content import Data, change_words, commitment_notes, sheet_data, signed
from reports.papers.reading import capped, latest_commitments
from reports.program_sheet import result_line

SHOWN = 5
TEXT_ON_PAPER = 260
NO_WORST = "Ningún indicador con cumplimiento está en amarillo o rojo al corte."
NO_FALL = "Ningún indicador bajó de cumplimiento."
NO_PAIRS = "Ningún indicador tiene cumplimiento en los dos cortes: no hay qué comparar."
NO_EARLIER = "Enero es el primer corte del año: no hay uno anterior con el cual comparar."
TIES = "A igual cumplimiento, primero el que está más lejos de lo esperado en cantidad real."
_COUNTS = ("", "", "dos ", "tres ", "cuatro ", "cinco ")


@dataclass(frozen=True, slots=True)
class CardRow:
    """An indicator. ``change``: points of compliance, capped at 100, since the earlier cut-off; empty if not told.

    ``before`` is its compliance then. ``whence`` and ``whence_before`` explain it at each of the two cut-offs.
    """

    code: str
    name: str
    url: str
    program: str
    department: str
    numerator: str
    numerator_label: str
    denominator: str
    denominator_label: str
    percentage: str
    expected: str
    expected_label: str
    compliance: str
    light: str
    light_reason: str
    change: str
    before: str
    whence: str
    whence_before: str
    commitment: list[Data]


@dataclass(frozen=True, slots=True)
class CardList:
    """``title`` says how many there are, ``none`` why there is none, ``more`` how many tie with the last one shown."""

    title: str
    rows: list[CardRow]
    none: str
    more: str


@dataclass(frozen=True, slots=True)
class Card:
    """``earlier``: the cut-off that falls are told against, in words; empty in January.

    ``uncaptured`` says how many indicators no list can show, empty where all have some figure.
    """

    headline: Headline
    change: str
    earlier: str
    earlier_query: str
    worst: CardList
    fell: CardList
    uncaptured: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class _Found:
    """``was``: its compliance at the earlier cut-off. ``distance``: in its own unit, from what is expected."""

    sheet: ProgramSheet
    result: IndicatorResult
    was: Decimal | None
    distance: Decimal

    @property
    def change(self) -> Decimal | None:
        return calculations.change(capped(self.was), capped(self.result.compliance))


def card(cut: Cut, since: int, *, on: date) -> Card:
    """January to the cut-off against January to ``since`` (0: nothing to compare with); 11 queries."""
    year = cut.fiscal_year
    now = load_results(year, month=cut.month, scope=cut.scope, with_lines=True)
    before = load_results(year, month=since, scope=cut.scope) if since else None
    followed = _followed(now, before)
    behind, lost = worst_of(followed), fell_of(followed)
    rows = _rows(cut, replace(cut, month=since) if since else None, [*behind[:SHOWN], *lost[:SHOWN]], on)
    nothing = _nothing_captured(now, cut)
    earlier = words.span(since) if since else ""
    return Card(
        headline=headline(now),
        change=change_words(now.plan.global_, before.plan.global_ if before else None) or "",
        earlier=earlier,
        earlier_query=replace(cut, month=since).query if since else "",
        worst=CardList(_worst_title(len(behind)), _shown(behind, rows), nothing or NO_WORST, _worst_ties(behind)),
        fell=CardList(
            _fell_title(len(lost), earlier), _shown(lost, rows), nothing or _no_fall(since, followed), _fell_ties(lost)
        ),
        uncaptured=_uncaptured(now, cut),
        fingerprint=results_fingerprint(*filter(None, (now, before))),
    )


def _shown(found: Sequence[_Found], rows: dict[str, CardRow]) -> list[CardRow]:
    return [rows[row.result.code] for row in found[:SHOWN]]


def _worst_title(behind: int) -> str:
    if behind > SHOWN:
        return f"Los {_COUNTS[SHOWN]}más atrasados, de {behind:,} en amarillo o rojo"
    return "El único atrasado" if behind == 1 else f"Los {_COUNTS[behind] or 'más '}atrasados"


def _fell_title(lost: int, earlier: str) -> str:
    since = f" desde {earlier}" if earlier else ""
    if lost > SHOWN:
        return f"Los {_COUNTS[SHOWN]}que más bajaron{since}, de {lost:,} que bajaron"
    return f"El único que bajó{since}" if lost == 1 else f"Los {_COUNTS[lost]}que bajaron{since}"


def _worst_ties(behind: Sequence[_Found]) -> str:
    ties = _ties(behind, lambda row: row.result.compliance)
    if not ties:
        return ""
    return f"Y {ties:,} más con el mismo cumplimiento que el último ({percent(behind[SHOWN - 1].result.compliance)})."


def _fell_ties(lost: Sequence[_Found]) -> str:
    ties = _ties(lost, lambda row: row.change)
    last = lost[SHOWN - 1].change if ties else None
    return f"Y {ties:,} más que bajaron lo mismo que el último ({signed(last)} puntos)." if last is not None else ""


def _ties(found: Sequence[_Found], figure: Callable[[_Found], Decimal | None]) -> int:
    """How many of those that are not shown have the figure of the last one shown."""
    return sum(figure(row) == figure(found[SHOWN - 1]) for row in found[SHOWN:])


def _no_fall(since: int, followed: Sequence[_Found]) -> str:
    if not since:
        return NO_EARLIER
    return NO_FALL if any(row.change is not None for row in followed) else NO_PAIRS


def _figures(cut: Cut) -> str:
    return "validadas" if cut.scope == OFFICIAL else "enviadas ni validadas"


def _nothing_captured(now: YearResults, cut: Cut) -> str:
    """That nothing is known, where so it is: without figures nothing is behind, which is no good news."""
    captured, due = coverage(now.programs)
    if captured:
        return ""
    return f"No hay cifras {_figures(cut)}: {captured} de {due:,} meses capturados."


def _uncaptured(now: YearResults, cut: Cut) -> str:
    asked = [row for sheet in now.programs for row in sheet.indicators if row.considered and row.retired_from is None]
    missing = sum(row.status == MISSING for row in asked)
    if not missing:
        return ""
    figure = "validada" if cut.scope == OFFICIAL else "enviada ni validada"
    return (
        f"{missing:,} de {len(asked):,} indicadores considerados no {'tiene' if missing == 1 else 'tienen'} ninguna "
        f"cifra {figure} al corte, y por eso no {'aparece' if missing == 1 else 'aparecen'} en estas listas."
    )


def _followed(now: YearResults, before: YearResults | None) -> list[_Found]:
    """The considered indicators still in use that have a compliance, each with the earlier one."""
    known = {row.code: row.compliance for sheet in before.programs for row in sheet.indicators} if before else {}
    kinds = Indicator.objects.filter(fiscal_year=now.fiscal_year).exclude(target_kind=PERCENTAGE)
    by_amount = set(kinds.values_list("code", flat=True))
    return [
        _Found(
            sheet, row, known.get(row.code), calculations.distance(row, by_percentage=row.code not in by_amount)
        )
        for sheet in now.programs
        for row in sheet.indicators
        if row.considered and row.retired_from is None and row.compliance is not None
    ]  # fmt: skip


def worst_of(followed: Sequence[_Found]) -> list[_Found]:
    """Those in amber or red, the least compliance first; of equal ones, the farthest from what is expected."""
    behind = [found for found in followed if found.result.light in (AMBER, RED)]
    return sorted(behind, key=lambda found: (found.result.compliance, -found.distance, found.result.code))


def fell_of(followed: Sequence[_Found]) -> list[_Found]:
    """Those that lost compliance, the most first; of equal ones, the farthest from what is expected."""
    lost = [(found.change, -found.distance, found.result.code, found) for found in followed]
    fallen = [item for item in lost if item[0] is not None and item[0] < 0]
    return [item[3] for item in sorted(fallen, key=lambda item: item[:3])]


def _rows(cut: Cut, before: Cut | None, found: Sequence[_Found], on: date) -> dict[str, CardRow]:
    codes = {row.result.code for row in found}
    rows = Indicator.objects.filter(fiscal_year=cut.fiscal_year, code__in=codes).select_related("action")
    indicators = {row.code: row for row in rows}
    commitments = latest_commitments(cut, [row.pk for row in indicators.values()])
    pages, explained = (Addresses.of(name, cut) for name in ("reports:indicator", "reports:explain_indicator"))
    made = {}
    for row in found:
        indicator = indicators[row.result.code]
        line = result_line(indicator, row.result, indicator.action.unit)
        made[indicator.code] = CardRow(
            code=indicator.code,
            name=indicator.name,
            url=pages.at(indicator.code),
            program=f"{row.sheet.code} {row.sheet.name}",
            department=row.sheet.department,
            numerator=line.numerator,
            numerator_label=indicator.numerator_label,
            denominator=line.denominator,
            denominator_label=indicator.denominator_label,
            percentage=line.percentage,
            expected=line.expected,
            expected_label="máximo permitido" if indicator.direction == Direction.DESCENDING else "esperado al corte",
            compliance=line.compliance,
            light=line.light,
            light_reason=line.reason,
            change="" if row.change is None else signed(row.change),
            before=percent(row.was),
            whence=explained.at(indicator.code),
            whence_before=explained.at(indicator.code, before.month) if before else "",
            commitment=commitment_notes(commitments.get(indicator.pk), on=on),
        )
    return made


def card_data(cut: Cut, made: Card) -> Data:
    """The data of ``tarjeta.typ``: one page, so long texts end in «…»; the page of the card has them whole."""
    top = made.headline
    return sheet_data(cut, made.fingerprint) | {
        "scope": "oficiales" if cut.scope == "official" else "preliminares",
        "earlier": made.earlier or None,
        "headline": {
            "mean": top.mean,
            "change": made.change or None,
            "compliance": top.compliance,
            "with_data": f"{top.with_data:,} de {top.programs:,} programas con datos",
            "coverage": top.coverage,
            "lights": [{"light": found.light, "count": f"{found.programs:,}"} for found in top.lights],
        },
        "worst": _list_on_paper(made.worst),
        "fell": _list_on_paper(made.fell),
        "notes": [note for note in (made.uncaptured, TIES) if note],
    }


def _list_on_paper(made: CardList) -> Data:
    rows = [_on_paper(row) for row in made.rows]
    return {"title": made.title, "rows": rows, "none": made.none, "more": made.more or None}


def _on_paper(row: CardRow) -> Data:
    return {
        "code": row.code,
        "name": _short(row.name),
        "program": _short(row.program),
        "department": row.department,
        "quantities": f"{_short(row.numerator_label)}: {row.numerator}; {_short(row.denominator_label)}: "
        f"{row.denominator}; avance {row.percentage}, {row.expected_label} {row.expected}",
        "percentage": row.percentage,
        "compliance": row.compliance,
        "light": row.light,
        "light_reason": row.light_reason or None,
        "change": row.change or None,
        "commitment": [{"label": note["label"], "text": _short(note["text"])} for note in row.commitment],
    }


def _short(text: str) -> str:
    return text if len(text) <= TEXT_ON_PAPER else f"{text[: TEXT_ON_PAPER - 1].rstrip()}…"
