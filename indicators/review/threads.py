"""What people said to each other about a figure: observations, correction requests and their answers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from core.compiled import Compiled, keys
from core.moments import stamp_text
from indicators import wording
from indicators.models import Correction, CorrectionRequest, InstrumentFile, Observation

OPEN, DONE, DECLINED = CorrectionRequest.State.OPEN, CorrectionRequest.State.DONE, CorrectionRequest.State.DECLINED


@dataclass(frozen=True, slots=True)
class ThreadItem:
    at: datetime
    kind: str
    text: str
    who: str
    about: str = ""
    is_open: bool = False

    @property
    def when(self) -> str:
        return stamp_text(self.at)


def thread(
    observations: Iterable[Observation],
    requests: Iterable[CorrectionRequest],
    corrections: Sequence[Correction] = (),
) -> list[ThreadItem]:
    """The thread of one figure, oldest first."""
    items = [_of_observation(note) for note in observations]
    items += _of_corrections(corrections)
    for request in requests:
        items += _of_request(request)
    return sorted(items, key=lambda item: item.at)


def requests_of(measurement_ids: Collection[int]) -> dict[int, list[CorrectionRequest]]:
    """Every request of these figures, by figure; one query."""
    found: dict[int, list[CorrectionRequest]] = {}
    for request in _requests(measurements=keys(measurement_ids)):
        found.setdefault(request.measurement_id, []).append(request)
    return found


_requests: Compiled[CorrectionRequest] = Compiled(
    lambda measurements: (
        CorrectionRequest.objects.filter(measurement_id__among=measurements)
        .select_related("requested_by", "answered_by")
        .order_by("pk")
    )
)


def corrections_of(measurement_ids: Collection[int]) -> dict[int, list[Correction]]:
    """Those that were validated, by figure, the oldest first; one query."""
    return read_corrections(measurement_ids)[0]


def read_corrections(measurement_ids: Collection[int]) -> tuple[dict[int, list[Correction]], dict[int, Correction]]:
    """Those that were validated, by figure, the oldest first, and by figure the one that waits; one query.

    Each has the newest file of an instrument of its figure: ``file_id`` and ``file_name``, None without any,
    ``filed_at``.
    """
    made: dict[int, list[Correction]] = {}
    waiting: dict[int, Correction] = {}
    for one in _corrections(measurements=keys(measurement_ids)):
        if one.validated_at is None:
            waiting[one.measurement_id] = one
        else:
            made.setdefault(one.measurement_id, []).append(one)
    return made, waiting


def _corrections_of(measurements: str) -> Any:
    newest = InstrumentFile.objects.filter(measurement_id=OuterRef("measurement_id")).order_by("-pk")
    return (
        Correction.objects.filter(measurement_id__among=measurements)
        .select_related("corrected_by")
        .annotate(
            file_id=Subquery(newest.values("pk")[:1]),
            file_name=Subquery(newest.values("name")[:1]),
            filed_at=Subquery(newest.values("uploaded_at")[:1]),
        )
        .order_by("pk")
    )


_corrections: Compiled[Any] = Compiled(_corrections_of)


def _of_corrections(corrections: Sequence[Correction]) -> Iterable[ThreadItem]:
    last = len(corrections) - 1
    for place, made in enumerate(corrections):
        pairs = wording.pairs_text(made, superseded=place < last)
        yield ThreadItem(made.at, "Corregido", f"{pairs}. {made.reason}".strip(), made.by)  # type: ignore[arg-type]


def _of_observation(note: Observation) -> ThreadItem:
    pair = wording.pair_text(note.numerator, note.denominator)
    return ThreadItem(
        note.created_at,
        "Observación" if note.resolved_at is None else "Observación atendida",
        note.text,
        str(note.author),
        f"sobre {pair}",
        note.resolved_at is None,
    )


def _of_request(request: CorrectionRequest) -> Iterable[ThreadItem]:
    yield ThreadItem(
        request.requested_at,
        "Solicitud de corrección",
        request.reason,
        str(request.requested_by),
        is_open=request.state == OPEN,
    )
    if request.answered_at is not None:
        kind = "Planeación corrigió" if request.state == DONE else "Planeación respondió que no procede"
        yield ThreadItem(request.answered_at, kind, request.answer, str(request.answered_by))
