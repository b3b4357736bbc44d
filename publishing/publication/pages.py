"""What planning's pages of the public site say: what is public, what would be, and how its files stand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from accounts.access import ALL, Access, Action
from core.moments import moment_text
from publishing.document.words import joined
from publishing.models import Closing, DocumentAltered, Publication, SiteWriting, TakingDown
from publishing.open_data.files import DATA_FILES
from publishing.publication.acting import why_not_publish
from publishing.publication.state import SiteState, closings_up_to, last_writing, site_state, unpublished

_NAMED = 6  # closings and people that a sentence names; of more it says how many
_EARLIER = 30
_LASTS_AT_MOST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Act:
    at: str
    who: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class SitePage:
    """``writing`` says how the files stand; ``failed`` where they are not what was decided, ``under_way`` while they
    may become it.
    """

    url: str
    shown: Publication | None
    closings: int  # how many are public
    asked: TakingDown | None
    asked_at: str
    taken_down: str
    writing: str
    failed: bool
    under_way: bool
    unpublished: list[Closing]
    unpublished_text: str
    next_url: str
    acts: list[Act] = field(default_factory=list)


def site_page(access: Access, now: datetime) -> SitePage:
    """Who asked and why is for who reads the whole trail."""
    state, row = site_state(), last_writing()
    reads_acts = access.department_ids(Action.READ_TRAIL) == ALL
    waiting = unpublished(state)
    writing, failed, under_way = _writing(state, row, now)
    last = waiting[-1] if waiting else None
    return SitePage(
        url=settings.PMD_PUBLIC_URL,
        shown=state.shown,
        closings=closings_up_to(state.shown.closing).count() if state.shown else 0,
        asked=state.asked if reads_acts else None,
        asked_at=moment_text(state.asked.asked_at) if state.asked else "",
        taken_down=moment_text(state.taken_down.confirmed_at) if state.taken_down else "",
        writing=writing,
        failed=failed,
        under_way=under_way,
        unpublished=waiting,
        unpublished_text=_closings_text(waiting),
        next_url=reverse("publishing:publish", args=[last.fiscal_year.year, last.month, last.version]) if last else "",
        acts=_acts() if reads_acts else [],
    )


def _writing(state: SiteState, row: SiteWriting | None, now: datetime) -> tuple[str, bool, bool]:
    """How the files stand, whether that is not what was decided, and whether it may still become so."""
    if row is not None and row.ended_at is None:
        if now - row.started_at > _LASTS_AT_MOST:
            return f"La escritura del {moment_text(row.started_at)} no terminó; se lee lo que había antes.", True, False
        return f"Los archivos se están escribiendo desde el {moment_text(row.started_at)}.", False, True
    if row is not None and row.error:
        return f"{row.error} (Se intentó el {moment_text(row.started_at)}.)", True, False
    if state.shown is not None and (row is None or row.publication_id != state.shown.pk):
        return "Los archivos esperan su turno para escribirse: suele tardar un minuto.", False, True
    if row is None:
        return "", False, False
    if row.publication_id is None:
        return f"Los archivos se retiraron el {moment_text(row.started_at)}.", False, False
    return _written_text(row), False, False


def _written_text(row: SiteWriting) -> str:
    assert row.ended_at is not None
    seconds = max(1, round((row.ended_at - row.started_at).total_seconds()))
    took = f"{seconds:,} {'segundo' if seconds == 1 else 'segundos'}"
    files = f"son {row.files:,}, y {f'cambiaron {row.changed:,}' if row.changed else 'ninguno cambió'}"
    return f"Los archivos se escribieron el {moment_text(row.started_at)}, en {took}: {files}."


def _acts() -> list[Act]:
    """What planning decided, the latest first."""
    people = ("made_by", "asked_by", "confirmed_by")
    found: list[tuple[datetime, Act]] = []
    rows = Publication.objects.select_related("closing__fiscal_year", people[0]).defer("closing__document")
    for one in rows[:_EARLIER]:
        why = " · ".join(filter(None, (one.reason, one.instrument)))
        what = f"Publicó hasta el {str(one.closing).lower()}"
        found.append((one.made_at, Act(moment_text(one.made_at), str(one.made_by), what, why)))
    for down in TakingDown.objects.select_related(*people[1:])[:_EARLIER]:
        asked = Act(moment_text(down.asked_at), str(down.asked_by), "Pidió retirar el sitio", down.reason)
        found.append((down.asked_at, asked))
        if down.confirmed_at:
            who = str(down.confirmed_by or "Quien administra el servidor")
            found.append((down.confirmed_at, Act(moment_text(down.confirmed_at), who, "Lo confirmó: se retiró", "")))
        if down.withdrawn_at:
            said = Act(moment_text(down.withdrawn_at), "", "La petición se retiró: el sitio siguió publicado", "")
            found.append((down.withdrawn_at, said))
    found.sort(key=lambda one: one[0], reverse=True)
    return [act for _, act in found[:_EARLIER]]


@dataclass(frozen=True, slots=True)
class WouldBePublic:
    """What publishing up to a closing shows: each sentence says one thing of it. ``altered`` refuses it."""

    closing: Closing
    url: str
    new: list[Closing]
    sentences: list[str]
    refused: str = ""


def would_be_public(closing: Closing) -> WouldBePublic:
    state = site_state()
    closings = list(closings_up_to(closing).without_documents().select_related("fiscal_year", "made_by"))
    new = [one for one in closings if state.shown is None or one.pk > state.shown.closing_id]
    return WouldBePublic(closing, settings.PMD_PUBLIC_URL, new, _said(closing, closings, new), _refused(state, closing))


def _refused(state: SiteState, closing: Closing) -> str:
    """The sentence of what would refuse it; empty where nothing does."""
    if refused := why_not_publish(state, closing):
        return refused
    for one in closings_up_to(closing).select_related("fiscal_year").iterator(chunk_size=1):
        try:
            _ = one.document_bytes
        except DocumentAltered as altered:
            return str(altered)
    return ""


def _said(closing: Closing, closings: Sequence[Closing], new: Sequence[Closing]) -> list[str]:
    if len(closings) == 1:
        said = [f"Un cierre, el de {_closings_text(closings)}, que es el primero."]
    else:
        said = [f"{len(closings):,} cierres: todos, del primero al {str(closing).lower()}, con sus rectificaciones."]
    if new and len(new) < len(closings):
        said.append(f"Lo nuevo es {_closings_text(new)}; lo demás ya se lee.")
    if closing.holds:
        said.append(_what_it_has(closing))
    said.append(
        "Cada cierre lleva una página de cada programa, indicador, eje y dependencia, su acta en PDF y "
        f"{len(DATA_FILES)} archivos de datos (documento, tablas, libro de Excel)."
    )
    said.append(f"En las actas se leen los nombres de quien cerró y de quienes firman: {_signers_text(closings)}.")
    rectified = [one for one in new if one.reason]
    if rectified:
        said.append(
            f"De {_closings_text(rectified)} se lee también el motivo y el instrumento: compruebe que no nombren a "
            "nadie que no deba aparecer."
        )
    said.append("No se publican borradores, observaciones, justificaciones, evidencia, correos ni usuarios.")
    return said


def _what_it_has(closing: Closing) -> str:
    programs = closing.content["programs"]
    indicators = sum(len(one["indicators"]) for one in programs)
    return f"Programas que se leen en él: {len(programs):,}; indicadores: {indicators:,}, con sus capturas mes por mes."


def _signers_text(closings: Sequence[Closing]) -> str:
    names = dict.fromkeys(str(one.made_by) for one in closings)
    names |= dict.fromkeys(row["name"] for one in closings for row in one.acta.get("signers", ()))
    return _some(list(names))


def _closings_text(closings: Sequence[Closing]) -> str:
    return _some([str(one).removeprefix("Cierre de ") for one in closings])


def _some(words: list[str]) -> str:
    if len(words) <= _NAMED:
        return joined(words)
    return f"{', '.join(words[:_NAMED])} y {len(words) - _NAMED:,} más"
