"""Captured figures against the trail: what the last acts say that each one is, and what the database has.

Whoever writes a figure past the product leaves no act; the figure is named then, with both values.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from core.models import TrailEntry
from indicators.models import Measurement, State, month_name
from indicators.writing import STATE_FIELDS
from publishing.checking.findings import Findings, Part

_WORDS = {
    "numerator": "el numerador",
    "denominator": "el denominador",
    "no_activity": "el motivo de 0/0",
    "justification": "la justificación",
    "state": "el estado",
    "validated_numerator": "el numerador validado",
    "validated_denominator": "el denominador validado",
    "validated_no_activity": "el motivo de 0/0 validado",
    "validated_justification": "la justificación validada",
}
# What a figure is before any act. The other fields are younger than the trail: compared once an act has named them.
_BEGINS = {
    "numerator": None, "denominator": None, "state": State.DRAFT.value,
    "validated_numerator": None, "validated_denominator": None,
}  # fmt: skip
_AMOUNTS = frozenset(("numerator", "denominator", "validated_numerator", "validated_denominator"))
_PERSONAL = frozenset(("justification", "validated_justification"))
_BATCH = 2000
_TABLE = Measurement._meta.label_lower


def check_figures(found: Findings, year: int | None = None) -> int:
    """How many figures were compared; of all years, or of one. Two queries for some thousand of them at a time."""
    rows = Measurement.objects.order_by("pk")
    if year is not None:
        rows = rows.filter(fiscal_year__year=year)
    columns = ("pk", "indicator__code", "fiscal_year__year", "month", *STATE_FIELDS)
    checked, after = 0, 0
    while batch := list(rows.filter(pk__gt=after).values(*columns)[:_BATCH]):
        last = batch[-1]["pk"]
        told = _told(after + 1, last)
        for row in batch:
            for sentence in _differences(row, told.pop(row["pk"], None)):
                found.add(Part.FIGURES, sentence)
        if year is None:
            _name_gone(found, told)
        checked, after = checked + len(batch), last
    if year is None:
        _name_gone(found, _told(after + 1, None))
    return checked


class _Told(dict[str, Any]):
    """What the acts of one figure left in each field, and what it was called."""

    label = ""


def _told(first: int, last: int | None) -> dict[int, _Told]:
    entries = TrailEntry.objects.filter(subject_type=_TABLE, subject_id__gte=first).order_by("subject_id", "pk")
    if last is not None:
        entries = entries.filter(subject_id__lte=last)
    found: dict[int, _Told] = {}
    for pk, label, changes in entries.values_list("subject_id", "subject_label", "changes").iterator():
        one = found.setdefault(pk, _Told(_BEGINS))
        one.label = label
        for name in STATE_FIELDS:
            if name in changes:
                one[name] = changes[name][1]
    return found


def _differences(row: Mapping[str, Any], told: _Told | None) -> Iterator[str]:
    name = f"{row['indicator__code']}, {month_name(row['month'])} {row['fiscal_year__year']}"
    if told is None:
        yield f"{name}: la bitácora no tiene ningún acto de esta captura."
        return
    for field, said in told.items():
        has = row[field]
        if _same(field, said, has):
            continue
        what = _WORDS[field]
        if field in _PERSONAL:
            yield f"{name}: {what} no es la que dice la bitácora."
        else:
            yield f"{name}: {what} es {_text(field, has)} y la bitácora dice {_text(field, said)}."


def _same(field: str, said: Any, has: Any) -> bool:
    if field not in _AMOUNTS or said is None or has is None:
        return (said or None) == (has or None)
    try:
        return Decimal(said) == has
    except (InvalidOperation, TypeError):
        return False


def _text(field: str, value: Any) -> str:
    if value in (None, ""):
        return "ninguno"
    if field in _AMOUNTS:
        return f"{value}".rstrip("0").rstrip(".") if "." in f"{value}" else f"{value}"
    if field == "state":
        return f"«{State(value).label}»" if value in State.values else f"«{value}»"
    return f"«{value}»"


def _name_gone(found: Findings, told: Mapping[int, _Told]) -> None:
    for sentence in _gone(told.values()):
        found.add(Part.FIGURES, sentence)


def _gone(told: Iterable[_Told]) -> Iterator[str]:
    for one in told:
        yield f"{one.label}: la bitácora tiene actos de esta captura y la captura ya no está."
