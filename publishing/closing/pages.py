"""What the pages of closings show, read from the rows and documents of closings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse

from core.lights import LIGHTS
from core.moments import day_text, moment_text
from indicators.models import Period, month_name
from programs.models import FiscalYear
from publishing.acta.changes import holding
from publishing.closing.closing import Draft
from publishing.closing.what_lacks import Lacks, correcting_text, counted_text, lacks_of, summary
from publishing.document.borders import Borders, borders_by_figure, borders_of, percent_text
from publishing.document.differences import Kind, differences
from publishing.document.telling import TITLES, Part, figures_text, told
from publishing.document.words import months_text, span, span_of
from publishing.models import Closing, DocumentAltered


@dataclass(frozen=True, slots=True)
class MonthRow:
    """``next`` is the first month without a closing; the figures are those of the latest version."""

    number: int
    name: str
    state: str
    latest: Closing | None
    versions: list[Closing]
    close_url: str  # empty for who does not close months
    compliance: str = ""
    global_: str = ""
    next: bool = False


def month_rows(
    fiscal_year: FiscalYear, periods: Sequence[Period], closings: Iterable[Closing], *, closes: bool
) -> list[MonthRow]:
    """Each month of the year with its closings, the latest version first."""
    by_month: dict[int, list[Closing]] = {}
    for closing in closings:
        by_month.setdefault(closing.month, []).append(closing)
    rows = []
    following = next((period.month for period in periods if period.month not in by_month), None)
    for period in periods:
        versions = by_month.get(period.month, [])
        results = (versions[0].acta.get("results") if versions else None) or {}
        borders = tuple(map(Decimal, results.get("borders", ())))
        rows.append(
            MonthRow(
                period.month,
                month_name(period.month).capitalize(),
                _state(period, fiscal_year),
                versions[0] if versions else None,
                versions[1:],
                reverse("publishing:close", args=[fiscal_year.year, period.month]) if closes else "",
                percent_text(results["compliance"], borders) if results else "",
                percent_text(results["global"], borders) if results else "",
                next=period.month == following,
            )
        )
    return rows


def months_summary(rows: Sequence[MonthRow]) -> str:
    """«3 de 12 meses tienen cierre; el siguiente es abril.»; empty where there are no months."""
    if not rows:
        return ""
    made = sum(row.latest is not None for row in rows)
    following = next((row.name.lower() for row in rows if row.next), None)
    said = f"{made} de {len(rows)} {'meses tiene' if made == 1 else 'meses tienen'} cierre"
    return f"{said}; el siguiente es {following}." if following else f"{said}: el ejercicio está completo."


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
    heading: str
    altered: str = ""
    compliance: str = ""
    global_: str = ""
    with_data: str = ""
    captured: str = ""
    lights: list[tuple[str, str]] = field(default_factory=list)  # code and how many
    groups: list[tuple[str, str, list[GroupRow]]] = field(default_factory=list)
    lacked: Lacks | None = None
    span: str = ""  # «de enero a febrero»
    lacked_text: str = ""
    counted: str = ""
    correcting: str = ""
    open_months: str = ""
    unclosed_months: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    entries: str = ""  # how many the trail had


def closing_page(closing: Closing) -> ClosingPage:
    title = span_of(closing.fiscal_year.year, closing.month)[3:].capitalize()
    version = f", versión {closing.version}" if closing.version > 1 else ""
    heading = f"Cierre {span_of(closing.fiscal_year.year, closing.month)}{version}"
    facts, entries = _facts(closing), f"{closing.seal.get('entries', 0):,}"
    try:
        document = closing.content
    except DocumentAltered as refusal:
        return ClosingPage(closing, title, heading, altered=str(refusal), facts=facts, entries=entries)
    borders = borders_of(document["rules"])
    plan, lacked = document["plan_results"], lacks_of(closing.acta.get("lacked") or {})
    return ClosingPage(
        closing,
        title,
        heading,
        compliance=percent_text(plan["compliance"], borders),
        global_=percent_text(plan["global"], borders),
        with_data=f"{plan['with_data']:,} de {plan['programs']:,}",
        captured=f"{plan['months_captured']:,} de {plan['months_due']:,}",
        lights=[(code, f"{plan['lights'][code]:,}") for code in LIGHTS if plan["lights"].get(code)],
        groups=[
            ("Ejes", "Eje", _groups(document["axes"], document["axis_results"], borders)),
            ("Dependencias", "Dependencia", _groups(document["departments"], document["department_results"], borders)),
        ],
        lacked=lacked,
        span=span(closing.month),
        lacked_text=summary(lacked, closing.month, then=True),
        counted=counted_text(document, lacked),
        correcting=correcting_text(lacked, then=True),
        open_months=months_text(lacked.open_months),
        unclosed_months=months_text(lacked.unclosed_months),
        facts=facts,
        entries=entries,
    )


def _facts(closing: Closing) -> list[tuple[str, str]]:
    rows = [
        ("Cerrado", f"el {moment_text(closing.made_at)}, por {closing.made_by}"),
        ("Versión", f"{closing.version:,}"),
        ("Motivo", closing.reason),
        ("Instrumento", closing.instrument),
    ]
    return [(label, value) for label, value in rows if value]


def _groups(
    names: Iterable[Mapping[str, Any]], results: Iterable[Mapping[str, Any]], borders: Borders
) -> list[GroupRow]:
    return [
        GroupRow(
            row["name"],
            percent_text(found["compliance"], borders),
            percent_text(found["global"], borders),
            f"{found['with_data']:,} de {found['programs']:,}",
        )
        for row, found in zip(names, results, strict=True)
        if found["programs"]
    ]


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
    held = holding(found, (other for other in others if other.holds))
    return ChangesPage(
        told(found, borders_by_figure(after.content)), [(other, figures_text(old)) for other, old in held]
    )


@dataclass(frozen=True, slots=True)
class WouldChange:
    """What a rectification would change if it were made now: by kinds, and the captured figures by name."""

    counts: list[str]
    figures: str


def would_change(draft: Draft) -> WouldChange | None:
    """None for a first closing, and where the document of before is not what was kept: its page says that."""
    if draft.rectified is None or not draft.rectified.holds:
        return None
    found = differences(draft.rectified.content, draft.document)
    counts = Counter(one.kind for one in found)
    return WouldChange(
        [f"{TITLES[kind].lower()}: {counts[kind]:,}" for kind in Kind if counts[kind]],
        figures_text([one for one in found if one.kind is Kind.FIGURE]),
    )


def rectified_since(closing: Closing) -> list[Closing]:
    """Rectifications of earlier months of its year that were made after this closing: it may hold what they changed."""
    return list(
        Closing.objects.filter(
            fiscal_year=closing.fiscal_year_id, month__lt=closing.month, version__gt=1, pk__gt=closing.pk
        )
        .select_related("fiscal_year")
        .without_documents()
        .in_order()
    )
