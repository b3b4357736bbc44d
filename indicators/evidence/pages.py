"""What the pages of evidence show, ready to print and read with a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.urls import reverse

from accounts.access import Access, Action
from core.kept_files import fault_of
from core.models import FileFault
from core.moments import moment_text
from indicators import writing
from indicators.deadlines import Deadlines
from indicators.evidence import attaching
from indicators.files.fault_pages import fault_sentence
from indicators.models import Evidence, Measurement, Period, State, month_name
from indicators.models.evidence import evidence_storage
from indicators.wording import UNCAPTURED, measurement_text, pair_text
from programs.models import Department

TYPE_WORDS = {
    "application/pdf": "PDF",
    "image/jpeg": "imagen JPG",
    "image/png": "imagen PNG",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "documento de Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "libro de Excel",
}


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file in a list. ``state`` is empty while it is in force; ``supports`` names its figures."""

    id: str
    name: str
    url: str
    kind: str
    size: str
    who: str
    state: str
    supports: list[str]
    fault: str = ""  # «perdido» or «alterado» in the store


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure that a file supports; ``pair`` is empty where nothing is captured yet."""

    code: str
    name: str
    month: str
    pair: str
    percentage: str
    state: str
    state_code: str
    url: str


@dataclass(frozen=True, slots=True)
class FilePage:
    """One file beside its figures. ``why_not`` says why this person cannot supersede it, where they cannot.

    ``fault``: a sentence where the stored file is lost or was altered.
    """

    name: str
    department: str
    kind: str
    size: str
    sha256: str
    who: str
    state: str
    is_picture: bool
    is_shown: bool
    url: str
    content_url: str
    month_url: str
    month_title: str
    figures: list[FigureLine]
    others: list[FileLine]
    successor: FileLine | None
    predecessors: list[FileLine]
    can_supersede: bool
    can_withdraw: bool
    needs_reason: bool
    why_not: str
    fault: str
    can_put_back: bool


def files_of_month(department: Department, period: Period) -> QuerySet[Evidence]:
    """Every file of the department's figures of that month, the newest first."""
    return Evidence.objects.filter(department=department, measurements__period=period).distinct()


def files_to_reuse(department: Department, period: Period) -> QuerySet[Evidence]:
    """Files in force of the department's year, the newest first."""
    files = Evidence.objects.filter(department=department, fiscal_year_id=period.fiscal_year_id)
    return files.in_force()


def month_lines(department: Department, period: Period) -> dict[str, Any]:
    """``files`` in force and ``former`` ones of a month, in 2 queries."""
    lines = [_file_line(evidence) for evidence in _with_figures(files_of_month(department, period))]
    return {
        "files": [line for line in lines if not line.state],
        "former": [line for line in lines if line.state],
    }


def _with_figures(files: QuerySet[Evidence]) -> QuerySet[Evidence]:
    figures = Measurement.objects.select_related("indicator").order_by("month", "indicator__code")
    fault = FileFault.objects.filter(name=OuterRef("file")).values("fault")
    files = files.annotate(fault=Subquery(fault))
    return files.select_related("uploaded_by", "superseded_by").prefetch_related(
        Prefetch("measurements", queryset=figures)
    )


def _file_line(evidence: Evidence) -> FileLine:
    return FileLine(
        id=str(evidence.pk),
        name=evidence.name,
        url=reverse("indicators:evidence", args=[evidence.pk]),
        kind=TYPE_WORDS.get(evidence.content_type, evidence.content_type),
        size=size_text(evidence.size),
        who=f"{evidence.uploaded_by}, {moment_text(evidence.uploaded_at)}",
        state=_state(evidence),
        supports=_supports(evidence.measurements.all()),
        fault=FileFault.Fault(evidence.fault).label if evidence.fault else "",  # type: ignore[attr-defined]
    )


def _supports(figures: Iterable[Measurement]) -> list[str]:
    """«septiembre: PRE-01-01, PRE-01-02», a text for each month."""
    by_month: dict[int, list[str]] = {}
    for row in figures:
        by_month.setdefault(row.month, []).append(row.indicator.code)
    return [f"{month_name(month)}: {', '.join(codes)}" for month, codes in by_month.items()]


def _state(evidence: Evidence) -> str:
    if evidence.superseded_by is not None:
        return f"sustituido por «{evidence.superseded_by.name}»"
    if evidence.withdrawn_at is not None:
        return f"retirado el {moment_text(evidence.withdrawn_at)}"
    return ""


def size_text(size: int) -> str:
    """«1.2 MB», «340 kB», never 0."""
    if size >= 2**20:
        return f"{size / 2**20:.1f} MB"
    return f"{max(1, round(size / 2**10))} kB"


def month_url(evidence: Evidence) -> str:
    """The page of the files of the month of its first figure."""
    first = evidence.measurements.order_by("month").first()
    month = first.month if first else 1
    return reverse("indicators:evidence_month", args=[evidence.fiscal_year.year, evidence.department.prefix, month])


def file_page(access: Access, evidence: Evidence, *, on: date) -> FilePage:
    """The file as this person may see it; at most 9 queries. It comes with its department, year and people."""
    rows = list(
        evidence.measurements.select_related("indicator", "period__fiscal_year").order_by("month", "indicator__code")
    )
    related = list(
        _with_figures(
            Evidence.objects.filter(
                Q(measurements__in=rows, superseded_by__isnull=True, withdrawn_at__isnull=True)
                | Q(superseded_by=evidence)
            )
            .exclude(pk=evidence.pk)
            .distinct()
        )
    )
    month = rows[0].month if rows else 1
    year = evidence.fiscal_year.year
    why_not = _why_not(access, evidence, rows, on)
    content_url = reverse("indicators:evidence_content", args=[evidence.pk])
    return FilePage(
        name=evidence.name,
        department=evidence.department.name,
        kind=TYPE_WORDS.get(evidence.content_type, evidence.content_type),
        size=size_text(evidence.size),
        sha256=evidence.sha256,
        who=f"{evidence.uploaded_by}, {moment_text(evidence.uploaded_at)}",
        state=_state(evidence),
        is_picture=evidence.content_type.startswith("image/"),
        is_shown=evidence.opens_beside_the_figure,
        url=reverse("indicators:evidence", args=[evidence.pk]),
        content_url=content_url,
        month_url=reverse("indicators:evidence_month", args=[year, evidence.department.prefix, month]),
        month_title=f"{month_name(month).capitalize()} {year}",
        figures=[_figure(row, evidence) for row in rows],
        others=[_file_line(other) for other in related if other.is_in_force and other.pk != evidence.superseded_by_id],
        successor=next((_file_line(other) for other in related if other.pk == evidence.superseded_by_id), None),
        predecessors=[_file_line(other) for other in related if other.superseded_by_id == evidence.pk],
        can_supersede=not why_not and evidence.is_in_force,
        can_withdraw=not why_not and attaching.may_withdraw(evidence, rows),
        needs_reason=not attaching.may_withdraw(evidence, rows),
        why_not=why_not if evidence.is_in_force else "",
        fault=fault_sentence(_fault(evidence), evidence.name),
        can_put_back=access.allows(Action.CAPTURE, evidence.department_id),
    )


def _fault(evidence: Evidence) -> str:
    """Looked for anew: whoever opens the page of a file is told of the file as it is now."""
    return fault_of(evidence_storage(), evidence.file.name, sha256=evidence.sha256, size=evidence.size)


def _figure(row: Measurement, evidence: Evidence) -> FigureLine:
    year, prefix = evidence.fiscal_year.year, evidence.department.prefix
    empty = row.numerator is None and row.denominator is None
    return FigureLine(
        code=row.indicator.code,
        name=row.indicator.name,
        month=month_name(row.month),
        pair="" if empty else pair_text(row.numerator, row.denominator),
        percentage="" if empty else measurement_text(row),
        state=State(row.state).label if row.version else UNCAPTURED,
        state_code=row.state if row.version else "missing",
        url=f"{reverse('indicators:capture', args=[year, prefix, row.month])}#fila-{row.indicator.code}",
    )


def _why_not(access: Access, evidence: Evidence, rows: Sequence[Measurement], on: date) -> str:
    """Why this person cannot put another file in the place of this one; empty where they can, or nobody asks."""
    if not access.allows(Action.CAPTURE, evidence.department_id):
        return "Usted puede ver este archivo, no cambiarlo."
    deadlines = Deadlines({row.period for row in rows}, on=on)
    for row in rows:
        why_not = writing.why_not_open(access, row.period, evidence.department_id, row, deadlines)
        if why_not:
            return why_not
        if row.state == State.VALIDATED and not access.allows(Action.MAKE_CORRECTION, evidence.department_id):
            return "La cifra ya se validó con este archivo: si hay que sustituirlo, pídalo a Planeación."
    return ""
