"""The mayor's card: what is furthest behind and what fell most, with real quantities and who said what they will do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse

from indicators.calculations import AMBER, RED, IndicatorResult
from indicators.models import Indicator
from indicators.results import ProgramSheet, YearResults, load_results
from reports import words
from reports.cutoff import Cut
from reports.dashboard import Headline, headline
from reports.document import results_fingerprint
from reports.papers.content import Data, change_words, commitment_notes, sheet_data, signed
from reports.papers.reading import capped, latest_commitments
from reports.program_sheet import result_line

SHOWN = 5
TEXT_ON_PAPER = 260
NO_WORST = "Ningún indicador con cumplimiento está en amarillo o rojo al corte."
NO_FALL = "Ningún indicador bajó de cumplimiento."
NO_EARLIER = "Enero es el primer corte del año: no hay uno anterior con el cual comparar."


@dataclass(frozen=True, slots=True)
class CardRow:
    """An indicator. ``change``: points of compliance, capped at 100, since the earlier cut-off; empty if not told."""

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
    compliance: str
    light: str
    light_reason: str
    change: str
    commitment: list[Data]


@dataclass(frozen=True, slots=True)
class Card:
    """``earlier``: the cut-off that falls are told against, in words; empty in January."""

    headline: Headline
    change: str
    earlier: str
    worst: list[CardRow]
    fell: list[CardRow]
    worst_none: str
    fell_none: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class _Found:
    sheet: ProgramSheet
    result: IndicatorResult
    change: Decimal | None


def card(cut: Cut, since: int, *, on: date) -> Card:
    """January to the cut-off against January to ``since`` (0: nothing to compare with); 10 queries."""
    year = cut.fiscal_year
    now = load_results(year, month=cut.month, scope=cut.scope, with_lines=True)
    before = load_results(year, month=since, scope=cut.scope) if since else None
    followed = _followed(now, before)
    worst, fell = worst_of(followed), fell_of(followed)
    rows = _rows(cut, [*worst, *fell], on)
    return Card(
        headline=headline(now),
        change=change_words(now.plan.global_, before.plan.global_ if before else None) or "",
        earlier=words.span(since) if since else "",
        worst=[rows[found.result.code] for found in worst],
        fell=[rows[found.result.code] for found in fell],
        worst_none=NO_WORST,
        fell_none=NO_FALL if since else NO_EARLIER,
        fingerprint=results_fingerprint(*filter(None, (now, before))),
    )


def _followed(now: YearResults, before: YearResults | None) -> list[_Found]:
    """The considered indicators still in use that have a compliance, each with its change."""
    known = (
        {row.code: capped(row.compliance) for sheet in before.programs for row in sheet.indicators} if before else {}
    )
    found = []
    for sheet in now.programs:
        for row in sheet.indicators:
            if row.considered and row.retired_from is None and row.compliance is not None:
                was, becomes = known.get(row.code), capped(row.compliance)
                found.append(_Found(sheet, row, None if was is None or becomes is None else becomes - was))
    return found


def worst_of(followed: Sequence[_Found]) -> list[_Found]:
    """The five of least compliance among those in amber or red."""
    behind = [found for found in followed if found.result.light in (AMBER, RED)]
    return sorted(behind, key=lambda found: (found.result.compliance, found.result.code))[:SHOWN]


def fell_of(followed: Sequence[_Found]) -> list[_Found]:
    """The five that lost most compliance."""
    lost = [(found.change, found.result.code, found) for found in followed if found.change is not None]
    return [found for change, _, found in sorted(lost, key=lambda item: item[:2]) if change < 0][:SHOWN]


def _rows(cut: Cut, found: Sequence[_Found], on: date) -> dict[str, CardRow]:
    codes = {row.result.code for row in found}
    rows = Indicator.objects.filter(fiscal_year=cut.fiscal_year, code__in=codes).select_related("action")
    indicators = {row.code: row for row in rows}
    commitments = latest_commitments(cut, [row.pk for row in indicators.values()])
    made = {}
    for row in found:
        indicator = indicators[row.result.code]
        line = result_line(indicator, row.result, indicator.action.unit)
        made[indicator.code] = CardRow(
            code=indicator.code,
            name=indicator.name,
            url=reverse("reports:indicator", args=[cut.fiscal_year.year, indicator.code]) + cut.query,
            program=f"{row.sheet.code} {row.sheet.name}",
            department=row.sheet.department,
            numerator=line.numerator,
            numerator_label=indicator.numerator_label,
            denominator=line.denominator,
            denominator_label=indicator.denominator_label,
            percentage=line.percentage,
            expected=line.expected,
            compliance=line.compliance,
            light=line.light,
            light_reason=line.reason,
            change="" if row.change is None else signed(row.change),
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
            "lights": [{"light": found.light, "count": f"{found.programs:,}"} for found in top.lights],
        },
        "worst": [_on_paper(row) for row in made.worst],
        "fell": [_on_paper(row) for row in made.fell],
        "worst_none": made.worst_none,
        "fell_none": made.fell_none,
    }


def _on_paper(row: CardRow) -> Data:
    return {
        "code": row.code,
        "name": _short(row.name),
        "program": _short(row.program),
        "department": row.department,
        "quantities": f"{_short(row.numerator_label)}: {row.numerator}; {_short(row.denominator_label)}: "
        f"{row.denominator}; avance {row.percentage}, esperado al corte {row.expected}",
        "percentage": row.percentage,
        "compliance": row.compliance,
        "light": row.light,
        "light_reason": row.light_reason or None,
        "change": row.change or None,
        "commitment": [{"label": note["label"], "text": _short(note["text"])} for note in row.commitment],
    }


def _short(text: str) -> str:
    return text if len(text) <= TEXT_ON_PAPER else f"{text[: TEXT_ON_PAPER - 1].rstrip()}…"
