"""The chain of closings: its bytes, its links, its figures recomputed, and what the trail says was closed."""

import json
from collections.abc import Iterator
from typing import Any

from core import seals
from core.models import TrailEntry
from publishing.acts import ClosingAct
from publishing.checking.findings import Findings, Part
from publishing.document.borders import NAMES
from publishing.document.canonical import canonical_bytes, sha256_of
from publishing.document.recomputing import faults_of
from publishing.models import Closing

_SHOWN = 20  # faults of one document that are named; the rest are counted


def check_closings(found: Findings) -> int:
    """How many closings were looked at. One document at a time is in memory, whatever the length of the chain."""
    checked, before, numbers = 0, None, dict[tuple[int, int], int]()
    for closing in Closing.objects.in_order().select_related("fiscal_year").iterator(chunk_size=1):
        checked += 1
        for sentence in _faults(closing, before, numbers):
            found.add(Part.CLOSINGS, f"{closing}: {sentence}")
        before = closing
        before.document = b""
    for sentence in _against_the_trail():
        found.add(Part.CLOSINGS, sentence)
    return checked


def _faults(closing: Closing, before: Closing | None, numbers: dict[tuple[int, int], int]) -> Iterator[str]:
    version = numbers.get((closing.fiscal_year_id, closing.month), 0) + 1
    numbers[closing.fiscal_year_id, closing.month] = closing.version
    if closing.version != version:
        yield f"es la versión {closing.version} y debería ser la {version}; falta o sobra un cierre."
    if closing.previous_id != (before.pk if before else None):
        yield "no sigue al cierre que tiene antes: falta un eslabón de la cadena."
    yield from _seal_faults(closing)
    if not closing.holds:
        yield f"su documento no es el que se guardó: la huella {closing.sha256} no coincide."
        return
    document = json.loads(bytes(closing.document))
    place = (document.get("year"), document.get("month"), document.get("version"))
    if place != (closing.fiscal_year.year, closing.month, closing.version):
        yield "su documento es de otro mes o de otra versión."
    if document.get("closed_on") != closing.closed_on.isoformat():
        yield "su documento tiene otra fecha de cierre."
    said = (document.get("previous") or {}).get("sha256")
    if said != (before.sha256 if before else None):
        yield f"su documento nombra como anterior al cierre {said or 'ninguno'}, que no es el que está antes."
    if kept := closing.acta.get("results"):
        rules, shown = document.get("rules") or {}, document.get("plan_results") or {}
        wanted = {**shown, "borders": [rules.get(name) for name in NAMES]}
        if any(value != wanted.get(name) for name, value in kept.items()):
            yield "los resultados que muestra la lista de cierres no son los de su documento."
    faults = faults_of(document)
    yield from (str(fault) for fault in faults[:_SHOWN])
    if len(faults) > _SHOWN:
        yield f"otras {len(faults) - _SHOWN:,} cifras no se siguen de su documento."


def _seal_faults(closing: Closing) -> Iterator[str]:
    """Where the trail stood when the month was closed has to be a seal of today's chain."""
    seal: dict[str, Any] = closing.seal
    if seal.get("sha256") != closing.sha256:
        yield "su sello es de otro documento."
    head, entries = seal.get("head"), seal.get("entries")
    if head and isinstance(entries, int):
        kept = seals.KeptHead(closing.closed_on.isoformat(), entries, head)
        if why := seals.why_not_of_the_chain(kept):
            yield f"la bitácora que selló no es la de hoy. {why}"


def _against_the_trail() -> Iterator[str]:
    """What the acts of closing say: which closings there are, and what their actas print."""
    acts = (ClosingAct.CLOSE, ClosingAct.RECTIFY)
    entries = TrailEntry.objects.filter(subject_type=Closing._meta.label_lower, action__in=acts)
    told = {entry.subject_id: entry for entry in entries}
    there = {closing.pk: closing for closing in Closing.objects.without_documents().select_related("fiscal_year")}
    for pk, entry in told.items():
        sha256 = _said(entry, "sha256")
        if pk not in there:
            yield f"{entry.subject_label}: la bitácora dice que se cerró con la huella {sha256} y el cierre ya no está."
            continue
        closing = there[pk]
        if closing.sha256 != sha256:
            yield f"{closing}: la bitácora dice que se cerró con otra huella ({sha256})."
        if closing.reason != entry.reason:
            yield f"{closing}: el motivo no es el que dice la bitácora."
        if closing.instrument != _said(entry, "instrument"):
            yield f"{closing}: el instrumento no es el que dice la bitácora."
        if closing.made_by_id != entry.actor_id or closing.made_at != entry.at:
            yield f"{closing}: quién lo cerró, o cuándo, no es lo que dice la bitácora."
        acta = _said(entry, "acta_sha256")
        if acta and acta != sha256_of(canonical_bytes(closing.acta)):
            yield f"{closing}: lo que el acta dice que faltaba, o quién la firma, se cambió."
    for pk in there.keys() - told.keys():
        yield f"{there[pk]}: no está en la bitácora; no se hizo con el sistema."


def _said(entry: TrailEntry, name: str) -> str:
    return (entry.changes.get(name) or [None, None])[1] or ""
