"""The history of one figure in plain words: who, when, from what to what, why; the trail cannot be changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from accounts.access import Access, readable_trail
from core import formats, trail
from core.models import TrailEntry
from core.moments import moment_text
from indicators.acts import CalendarAct
from indicators.models import MONTH_NAMES, Extension, Measurement, NoActivity, Origin, Period, Receipt, State

FIELD_WORDS = {
    "numerator": "numerador",
    "denominator": "denominador",
    "state": "estado",
    "no_activity": "motivo de 0/0",
    "justification": "justificación",
    "validated_numerator": "numerador validado",
    "validated_denominator": "denominador validado",
    "validated_no_activity": "motivo de 0/0 validado",
    "validated_justification": "justificación validada",
    "target": "meta",
    "effective_month": "desde el mes",
    "retired_from": "retirado desde",
    "opens_on": "abre",
    "due_on": "vence",
    "closed_on": "cerrado el",
    "until": "hasta",
    "reason": "motivo",
    "authorized_by": "autoriza",
    "instrument": "instrumento",
    "granted_by": "otorgada por",
    "ended_at": "terminada",
    "cause": "causa",
    "action": "acción",
    "committed_on": "fecha compromiso",
    "folio": "folio",
    "fingerprint": "huella",
    "void_at": "sin efecto desde",
    "replaced_by": "sustituida por",
    "origin": "origen",
    "late": "extemporánea",
    "evidence": "evidencia",
    "file": "archivo",
    "sha256": "huella",
    "pending": "pendiente",
    "asked_by": "lo pidió",
    "closed_months": "meses que se cerraron",
    "opened_months": "meses que se abrieron de nuevo",
    "historical": "histórico",
    "confirmed_by": "lo confirmó",
    "objectives": "objetivos",
    "attempts": "intentos",
    "lacked": "cifras que faltaban",
    "closing": "hasta qué cierre",
    "acta_sha256": "huella de lo que dice el acta",
    "cut_off": "corte",
    "size": "tamaño",
    "seed": "semilla",
    "strata": "estratos",
    "population": "población",
    "population_sha256": "huella de la población",
}
_MONTHS = {str(month): name for month, name in enumerate(MONTH_NAMES) if month}
_WORDS: dict[str, dict[str, str]] = {
    "state": {str(state.value): str(state.label) for state in State},
    "no_activity": {str(reason.value): str(reason.label) for reason in NoActivity},
    "validated_no_activity": {str(reason.value): str(reason.label) for reason in NoActivity},
    "origin": {str(origin.value): str(origin.label) for origin in Origin},
    "retired_from": _MONTHS,
    "starts_in": _MONTHS,
}
_TEXTS = {
    "justification",
    "validated_justification",
    "reason",
    "cause",
    "action",
    "authorized_by",
    "instrument",
    "folio",
    "fingerprint",
    "replaced_by",
}
# Numbers that count nothing: 2016 is never 2,016.
_VERBATIM = {"year", "fiscal_year", "start_year", "end_year", "baseline_year", "number", "seed"}
# Hashes: that of a paper is on the paper, that of a file in the reason, with the file's name.
_HIDDEN = {"fingerprint", "source_sha256"}


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What people call a field, and each of the values that it may choose from."""

    name: str
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: str
    who: str
    capacity: str
    act: str
    subject: str  # what else than the figure itself it was done to: the month, a paper
    changes: tuple[str, ...]
    reason: str
    unsealed: bool = False  # where a page says which acts the chain of seals does not hold yet


def figure_history(access: Access, row: Measurement | None, period: Period, department_id: int) -> list[HistoryLine]:
    """Every act on the figure, its papers, its month and the department's extensions that this person may read.

    The latest first; one query.
    """
    subjects = Q(subject_type=Period._meta.label_lower, subject_id=period.pk) | Q(
        subject_type=Extension._meta.label_lower,
        subject_id__in=Extension.objects.filter(period=period, department_id=department_id).values("pk"),
    )
    if row is not None:
        subjects |= Q(subject_type=Measurement._meta.label_lower, subject_id=row.pk) | Q(
            subject_type=Receipt._meta.label_lower,
            subject_id__in=Receipt.objects.filter(measurements=row).values("pk"),
        )
    entries = readable_trail(access).filter(subjects).select_related("actor").order_by("-at", "-id")
    return [history_line(entry, own=_is_figure(entry)) for entry in entries]


def _is_figure(entry: TrailEntry) -> bool:
    return entry.subject_type == Measurement._meta.label_lower


def history_line(entry: TrailEntry, *, own: bool = False, words: Mapping[str, FieldWords] = {}) -> HistoryLine:
    """An entry of the trail in words; ``own`` leaves out the subject, which the page already names.

    ``words`` name the fields that figures do not have; without them, those of the subject's own model.
    """
    return HistoryLine(
        at=moment_text(entry.at),
        who=str(entry.actor) if entry.actor else "el sistema",
        capacity=entry.capacity,
        act=_MONTH_OPENED if _opens_month(entry) else trail.sentence_of(entry.action),
        subject="" if own else entry.subject_label,
        changes=tuple(change_lines(entry.changes, words or field_words(entry.subject_type))),
        reason=entry.reason,
    )


# A year is opened with its months, each of which has its own entry.
_MONTH_OPENED = "Al abrir el ejercicio se fijaron las fechas de"


def _opens_month(entry: TrailEntry) -> bool:
    return entry.action == CalendarAct.OPEN_YEAR and entry.subject_type == Period._meta.label_lower


def change_lines(changes: dict[str, list[Any]], words: Mapping[str, FieldWords] = {}) -> Iterable[str]:
    """«numerador: 3 → 4»; what had no value before is told as it became.

    ``words`` name the fields that are not known here, and their choices.
    """
    for name in sorted(changes, key=_by_words):
        old, new = changes[name]
        if name in _HIDDEN or (old in (None, "") and new in (None, "")):
            continue
        known = words.get(name, FieldWords(name))
        was, becomes = (value_words(name, value, known.choices) for value in (old, new))
        word = FIELD_WORDS.get(name, known.name)
        yield f"{word}: {becomes}" if old in (None, "") else f"{word}: {was} → {becomes}"


def _by_words(name: str) -> int:
    """The order of ``FIELD_WORDS``, then as stored: PostgreSQL does not keep the order of a JSON's keys."""
    return _ORDER.get(name, len(_ORDER))


_ORDER = {name: place for place, name in enumerate(FIELD_WORDS)}


def value_words(name: str, value: Any, choices: Mapping[str, str] = {}) -> str:
    """A value of the trail as people write it; one of ``choices`` by its words."""
    if value in (None, ""):
        return "vacío"
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, list):
        return _listed([value_words(name, item, choices) for item in value])
    text = str(value)
    known = _WORDS.get(name, choices).get(text)
    if known is not None:
        return known
    if name in _VERBATIM:
        return text
    return f"«{text}»" if name in _TEXTS and " " in text else _plain_words(text)


def _listed(items: Sequence[str]) -> str:
    """«PRE-01, PRE-02»; sentences without their full stop: «Promover el deporte; Cuidar los parques»."""
    sentences = any(" " in item for item in items)
    return "; ".join(item.rstrip(".") for item in items) if sentences else ", ".join(items)


def _plain_words(text: str) -> str:
    moment = _moment(text)
    if isinstance(moment, datetime):
        return moment_text(moment)
    if isinstance(moment, date):
        return f"{moment:%d/%m/%Y}"
    try:
        return formats.amount(Decimal(text))
    except (InvalidOperation, ValueError):
        return text


def _moment(text: str) -> date | None:
    """A date or a moment in ISO form, None for any other text."""
    try:
        moment = parse_datetime(text) if "T" in text else None
        return (moment if moment and timezone.is_aware(moment) else None) or parse_date(text)
    except ValueError:
        return None


@cache
def field_words(subject_type: str) -> dict[str, FieldWords]:
    """What the people who fill in a model («programs.program») call its fields and what these choose from."""
    try:
        model = apps.get_model(subject_type)
    except (LookupError, ValueError):
        return {}
    return {known.name: _words_of(known) for known in model._meta.get_fields()}


def _words_of(known: Any) -> FieldWords:
    choices = {str(value): str(label) for value, label in getattr(known, "flatchoices", ())}
    return FieldWords(str(getattr(known, "verbose_name", known.name)), choices)
