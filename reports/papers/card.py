"""The mayor's card: what is furthest behind and what fell most, with real quantities and who said what they will do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.formats import percent, points
from indicators.calculations import MISSING
from indicators.models import Direction
from indicators.results.year import OFFICIAL, YearResults
from indicators.wording import compliance_text
from reports import words
from reports.address.cutoff import Cut
from reports.address.links import Addresses
from reports.fingerprint import results_fingerprint
from reports.papers.card_reading import SHOWN, CardReading, Followed, read_card
from reports.papers.content import Data, change_words, commitment_notes, sheet_data
from reports.plan.programs import Headline, coverage, headline
from reports.sheets.program import result_line

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
    entry: str  # what of a descending one enters the global, where that is not the percentage
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


def card(cut: Cut, since: int, *, on: date) -> Card:
    """The card of a cut-off, with falls told against January to ``since`` (0: nothing to compare with)."""
    reading = read_card(cut, since)
    now, before, behind, lost = reading.now, reading.before, reading.behind, reading.lost
    nothing = _nothing_captured(now, cut)
    earlier = words.span(since) if since else ""
    return Card(
        headline=headline(now),
        change=change_words(now.plan.global_, before.plan.global_ if before else None) or "",
        earlier=earlier,
        earlier_query=replace(cut, month=since).onward if since else "",
        worst=CardList(_worst_title(len(behind)), _rows(reading, behind, on), nothing or NO_WORST, _worst_ties(behind)),
        fell=CardList(
            _fell_title(len(lost), earlier),
            _rows(reading, lost, on),
            nothing or _no_fall(since, reading.followed),
            _fell_ties(lost),
        ),
        uncaptured=_uncaptured(now, cut),
        fingerprint=results_fingerprint(*filter(None, (now, before))),
    )


def _worst_title(behind: int) -> str:
    if behind > SHOWN:
        return f"Los {_COUNTS[SHOWN]}más atrasados, de {behind:,} en amarillo o rojo"
    return "El único atrasado" if behind == 1 else f"Los {_COUNTS[behind] or 'más '}atrasados"


def _fell_title(lost: int, earlier: str) -> str:
    since = f" desde {earlier}" if earlier else ""
    if lost > SHOWN:
        return f"Los {_COUNTS[SHOWN]}que más bajaron{since}, de {lost:,} que bajaron"
    return f"El único que bajó{since}" if lost == 1 else f"Los {_COUNTS[lost]}que bajaron{since}"


def _worst_ties(behind: Sequence[Followed]) -> str:
    ties = _ties(behind, lambda row: row.result.compliance)
    if not ties:
        return ""
    return f"Y {ties:,} más con el mismo cumplimiento que el último ({compliance_text(behind[SHOWN - 1].result)})."


def _fell_ties(lost: Sequence[Followed]) -> str:
    ties = _ties(lost, lambda row: row.change)
    last = lost[SHOWN - 1].change if ties else None
    return f"Y {ties:,} más que bajaron lo mismo que el último ({points(last)} puntos)." if last is not None else ""


def _ties(found: Sequence[Followed], figure: Callable[[Followed], Decimal | None]) -> int:
    """How many of those that are not shown have the figure of the last one shown."""
    return sum(figure(row) == figure(found[SHOWN - 1]) for row in found[SHOWN:])


def _no_fall(since: int, followed: Sequence[Followed]) -> str:
    if not since:
        return NO_EARLIER
    return NO_FALL if any(row.change is not None for row in followed) else NO_PAIRS


def _figures(cut: Cut) -> str:
    return "validadas" if cut.scope == OFFICIAL else "enviadas ni validadas"


def _nothing_captured(now: YearResults, cut: Cut) -> str:
    """That nothing is known, where so it is: without figures nothing is behind, which is no good news."""
    if not now.programs:
        return f"El ejercicio {cut.year} no tiene programas todavía."
    captured, due = coverage(now.programs)
    if captured:
        return ""
    if not due:
        return f"No hay cifras {_figures(cut)}: ningún mes se pide aún."
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


def _rows(reading: CardReading, found: Sequence[Followed], on: date) -> list[CardRow]:
    """The first ``SHOWN`` of a list, their numbers written."""
    names = ("reports:indicator", "reports:explain_indicator")
    pages, explained = (Addresses.of(name, reading.cut) for name in names)
    made = []
    for row in found[:SHOWN]:
        indicator = reading.indicators[row.result.code]
        line = result_line(indicator, row.result, indicator.action.unit)
        made.append(
            CardRow(
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
                entry=line.entry,
                expected=line.expected,
                expected_label="máximo permitido"
                if indicator.direction == Direction.DESCENDING
                else "esperado al corte",
                compliance=line.compliance,
                light=line.light,
                light_reason=line.reason,
                change="" if row.change is None else points(row.change),
                before=percent(row.was, row.result.borders),
                whence=explained.at(indicator.code),
                whence_before=explained.at(indicator.code, reading.since) if reading.since else "",
                commitment=commitment_notes(reading.commitments.get(indicator.pk), on=on),
            )
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
        "numerator": row.numerator,
        "numerator_label": _short(row.numerator_label),
        "denominator": row.denominator,
        "denominator_label": _short(row.denominator_label),
        "percentage": _unbroken(row.percentage),
        "entry": _unbroken(row.entry) or None,
        "expected": _unbroken(row.expected),
        "expected_label": row.expected_label,
        "compliance": row.compliance,
        "light": row.light,
        "light_reason": row.light_reason or None,
        "change": row.change or None,
        "commitment": [{"label": note["label"], "text": _short(note["text"])} for note in row.commitment],
    }


def _unbroken(text: str) -> str:
    """«75.00 %» on one line, however narrow the column."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _short(text: str) -> str:
    return text if len(text) <= TEXT_ON_PAPER else f"{text[: TEXT_ON_PAPER - 1].rstrip()}…"
