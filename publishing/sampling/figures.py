"""What there is on one figure of a sample: its indicator, captures, files, acts with their seals, and papers."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from accounts.access import Access, readable_trail
from core.models import TrailEntry, TrailSeal
from core.seals import COLUMNS, sealed_bytes
from core.seals.words import hash_of, text_at
from indicators.models import (
    CorrectionRequest,
    Evidence,
    Extension,
    Indicator,
    InstrumentFile,
    Measurement,
    Observation,
    Period,
    Receipt,
    TargetAdjustment,
)
from indicators.papers.reading import papers_of
from publishing.sampling.drawing import Unit

_AT_ONCE = 50
_PAIR = ("state", "numerator", "denominator", "no_activity", "justification")


@dataclass(frozen=True, slots=True)
class Figure:
    """``number`` is its place in the sample, from 1."""

    number: int
    unit: Unit
    row: Measurement
    evidence: Sequence[Evidence]
    instruments: Sequence[InstrumentFile]
    adjustments: Sequence[TargetAdjustment]
    entries: Sequence[TrailEntry]
    papers: Sequence[Receipt]

    @property
    def indicator(self) -> Indicator:
        return self.row.indicator

    @property
    def folder(self) -> str:
        return f"cifras/{self.number:03d}-{self.unit.name}"


@dataclass(slots=True)
class Version:
    """A capture as an act of the trail left it."""

    entry: TrailEntry
    values: dict[str, Any] = field(default_factory=dict)


def read_figures(access: Access, units: Sequence[Unit]) -> Iterator[Figure]:
    """Of this sample, in its order; some rows at a time, and the files and acts of one figure only."""
    for start in range(0, len(units), _AT_ONCE):
        some = units[start : start + _AT_ONCE]
        rows = Measurement.objects.select_related(
            "indicator__fiscal_year", "indicator__action__program__department", "period__fiscal_year",
            "indicator__action__program__strategy__objective__axis", "updated_by", "submitted_by", "validated_by",
        ).in_bulk([unit.key for unit in some])  # fmt: skip
        for number, unit in enumerate(some, start=start + 1):
            yield _figure(access, number, unit, rows[unit.key])


def _figure(access: Access, number: int, unit: Unit, row: Measurement) -> Figure:
    papers = list(
        papers_of(access)
        .filter(measurements=row)
        .select_related("period__fiscal_year", "department", "issued_by", "replaced_by")
        .order_by("pk")
    )
    adjustments = list(row.indicator.adjustments.order_by("effective_month"))
    return Figure(
        number=number,
        unit=unit,
        row=row,
        evidence=list(row.evidence.visible_to(access).select_related("uploaded_by", "superseded_by").order_by("pk")),
        instruments=list(
            InstrumentFile.objects.visible_to(access)
            .filter(Q(measurement=row) | Q(adjustment__in=[made.pk for made in adjustments]))
            .order_by("pk")
        ),
        adjustments=adjustments,
        entries=_entries(access, row, papers, adjustments),
        papers=papers,
    )


def _entries(
    access: Access, row: Measurement, papers: Sequence[Receipt], adjustments: Sequence[TargetAdjustment]
) -> list[TrailEntry]:
    """Every act on the figure and what it stands on, from the first."""
    department = row.indicator.action.program.department_id
    subjects: dict[Any, Any] = {
        Measurement: [row.pk],
        Indicator: [row.indicator_id],
        Period: [row.period_id],
        Observation: row.observations.values("pk"),
        CorrectionRequest: row.correction_requests.values("pk"),
        Extension: Extension.objects.filter(period=row.period_id, department=department).values("pk"),
        Receipt: [paper.pk for paper in papers],
        TargetAdjustment: [made.pk for made in adjustments],
    }
    wanted = Q(pk__in=[])
    for model, keys in subjects.items():
        wanted |= Q(subject_type=model._meta.label_lower, subject_id__in=keys)
    found = readable_trail(access).filter(wanted).select_related("actor", "seal").prefetch_related("sealed_words")
    return list(found.order_by("at", "id"))


def versions(figure: Figure) -> list[Version]:
    """Every pair that the figure had, as the trail tells it, the first one first."""
    made: list[Version] = []
    values: dict[str, Any] = {}
    for entry in figure.entries:
        if entry.subject_type != Measurement._meta.label_lower or not set(_PAIR) & entry.changes.keys():
            continue
        values = values | {name: entry.changes[name][1] for name in _PAIR if name in entry.changes}
        made.append(Version(entry, values))
    return made


@dataclass(frozen=True, slots=True)
class Sealed:
    """The seal of an entry and the bytes that it was taken of; ``holds``: they still give it."""

    seal: TrailSeal
    content: bytes
    holds: bool

    @property
    def name(self) -> str:
        return f"sellos/{self.seal.number:08d}.json"


def sealed(entry: TrailEntry) -> Sealed | None:
    """None of what is not sealed yet."""
    seal: TrailSeal | None = getattr(entry, "seal", None)
    if seal is None:
        return None
    values = {name: getattr(entry, name) for name in COLUMNS}
    words = list(entry.sealed_words.all())
    hashes = {one.place: one.sha256 for one in words}
    content = sealed_bytes(values, hashes, sealed_at=seal.sealed_at, previous=seal.previous)
    named = all(one.erased_at or hash_of(one.salt, str(text_at(values, one.place))) == one.sha256 for one in words)
    return Sealed(seal, content, named and hashlib.sha256(content).hexdigest() == seal.sha256)
