"""What the pages of closings show, read from the rows and documents of closings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse

from core.formats import percent
from core.lights import LIGHTS
from core.moments import day_text, moment_text
from indicators.models import Period, month_name
from programs.models import FiscalYear
from publishing.closing.telling import Part, figures_text, told
from publishing.closing.words import month_of
from publishing.document.differences import differences, holds_old_figure
from publishing.models import Closing, DocumentAltered


@dataclass(frozen=True, slots=True)
class MonthRow:
    number: int
    name: str
    state: str
    latest: Closing | None
    versions: list[Closing]
    close_url: str  # empty for who does not close months, and for one that has not begun


def month_rows(
    fiscal_year: FiscalYear, periods: Iterable[Period], closings: Iterable[Closing], *, closes: bool
) -> list[MonthRow]:
    """Each month of the year with its closings, the latest version first."""
    by_month: dict[int, list[Closing]] = {}
    for closing in closings:
        by_month.setdefault(closing.month, []).append(closing)
    rows = []
    for period in periods:
        versions = by_month.get(period.month, [])
        rows.append(
            MonthRow(
                period.month,
                month_name(period.month).capitalize(),
                _state(period, fiscal_year),
                versions[0] if versions else None,
                versions[1:],
                reverse("publishing:close", args=[fiscal_year.year, period.month]) if closes else "",
            )
        )
    return rows


def _state(period: Period, fiscal_year: FiscalYear) -> str:
    if fiscal_year.locked:
        return "ejercicio cerrado"
    return f"captura cerrada el {day_text(period.closed_on)}" if period.closed_on else "captura abierta"


@dataclass(frozen=True, slots=True)
class GroupRow:
    name: str
    compliance: str
    global_: str
    with_data: str


@dataclass(frozen=True, slots=True)
class ClosingPage:
    """One closing as its document has it. ``altered`` is the sentence for bytes that are not what was kept."""

    closing: Closing
    title: str
    altered: str = ""
    compliance: str = ""
    global_: str = ""
    with_data: str = ""
    captured: str = ""
    lights: list[tuple[str, str]] = field(default_factory=list)  # code and how many
    groups: list[tuple[str, list[GroupRow]]] = field(default_factory=list)
    lacked: Mapping[str, Any] = field(default_factory=dict)
    facts: list[tuple[str, str]] = field(default_factory=list)
    entries: str = ""  # how many the trail had


def closing_page(closing: Closing) -> ClosingPage:
    title = month_of(closing.fiscal_year.year, closing.month).capitalize()
    facts, entries = _facts(closing), f"{closing.seal.get('entries', 0):,}"
    try:
        document = closing.content
    except DocumentAltered as refusal:
        return ClosingPage(closing, title, altered=str(refusal), facts=facts, entries=entries)
    plan = document["plan_results"]
    return ClosingPage(
        closing,
        title,
        compliance=percent_text(plan["compliance"]),
        global_=percent_text(plan["global"]),
        with_data=f"{plan['with_data']:,} de {plan['programs']:,}",
        captured=f"{plan['months_captured']:,} de {plan['months_due']:,}",
        lights=[(code, f"{plan['lights'][code]:,}") for code in LIGHTS if plan["lights"].get(code)],
        groups=[
            ("eje", _groups(document["axes"], document["axis_results"])),
            ("dependencia", _groups(document["departments"], document["department_results"])),
        ],
        lacked=closing.acta.get("lacked") or {},
        facts=facts,
        entries=entries,
    )


def _facts(closing: Closing) -> list[tuple[str, str]]:
    rows = [
        ("Cerrado el", day_text(closing.closed_on)),
        ("Versión", f"{closing.version:,}"),
        ("Lo cerró", f"{closing.made_by}, {moment_text(closing.made_at)}"),
        ("Motivo", closing.reason),
        ("Instrumento", closing.instrument),
    ]
    return [(label, value) for label, value in rows if value]


def _groups(names: Iterable[Mapping[str, Any]], results: Iterable[Mapping[str, Any]]) -> list[GroupRow]:
    return [
        GroupRow(
            row["name"],
            percent_text(found["compliance"]),
            percent_text(found["global"]),
            f"{found['with_data']:,} de {found['programs']:,}",
        )
        for row, found in zip(names, results, strict=True)
        if found["programs"]
    ]


def percent_text(value: str | None) -> str:
    return percent(None if value is None else Decimal(value), empty="sin datos")


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What a version changed of the one before, and which later closings still hold the old figures."""

    parts: list[Part]
    holding: list[tuple[Closing, str]]


def changes_page(before: Closing, after: Closing) -> ChangesPage:
    """Raises DocumentAltered where a document is not what was kept."""
    found = differences(before.content, after.content)
    others = (
        Closing.objects.latest_versions()
        .filter(fiscal_year=after.fiscal_year_id, month__gt=after.month)
        .select_related("fiscal_year")
        .in_order()
    )
    holding = []
    for other in others:
        if other.holds and (old := holds_old_figure(other.content, found)):
            holding.append((other, figures_text(old)))
    return ChangesPage(told(found), holding)
