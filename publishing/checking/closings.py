"""The chain of closings: its bytes, its links, its figures recomputed, and what the trail says was closed."""

import json
from collections.abc import Iterator
from typing import Any

from core import seals
from core.models import TrailEntry
from publishing.acts import ClosingAct
from publishing.checking.findings import Findings, Part
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
    for sentence in _gone():
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
        said = document.get("plan_results") or {}
        if any(kept.get(name) != said.get(name) for name in ("compliance", "global")):
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


def _gone() -> Iterator[str]:
    """What the trail says was closed and is not there any more, or is another document, and the other way round."""
    acts = (ClosingAct.CLOSE, ClosingAct.RECTIFY)
    told: dict[int, tuple[str, str]] = {}
    entries = TrailEntry.objects.filter(subject_type=Closing._meta.label_lower, action__in=acts)
    for pk, label, changes in entries.values_list("subject_id", "subject_label", "changes"):
        told[pk] = label, (changes.get("sha256") or [None, ""])[1]
    there = dict(Closing.objects.values_list("pk", "sha256"))
    for pk, (label, sha256) in told.items():
        if pk not in there:
            yield f"{label}: la bitácora dice que se cerró con la huella {sha256} y el cierre ya no está."
        elif there[pk] != sha256:
            yield f"{label}: la bitácora dice que se cerró con otra huella ({sha256})."
    for pk in there.keys() - told.keys():
        yield f"El cierre con la huella {there[pk]} no está en la bitácora: no se hizo con el sistema."
