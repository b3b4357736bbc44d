"""Publishing the chain of closings up to one of them, and taking the public site down, which two people do.

The files are written, or taken away, once the transaction is over.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from accounts.access import Access, Action
from accounts.pending_acts import independent, second_people
from core import trail
from core.refusals import NotAllowed, ServiceError
from publishing.acts import SiteAct
from publishing.closing.closing import refuse_unkeepable
from publishing.models import Closing, Publication, TakingDown
from publishing.publication.state import SiteState, closings_up_to, site_state
from publishing.publication.writing import bring_to_decision, write_site

ONLY_PLANNING = "Solo Planeación publica los cierres o retira el sitio público."
SECOND = "lo confirma otra persona de Planeación o quien administra el sistema"
_LOCK = 20161015  # of PostgreSQL's own locks, that of whoever decides about the public site
_AT_ONCE = 10.0  # seconds that a request waits for who writes the folder, before the worker goes on

Write = Callable[[], object]


def publish_up_to(
    *,
    access: Access,
    closing: Closing,
    now: datetime,
    reason: str = "",
    instrument: str = "",
    write: Write = write_site.enqueue,
) -> Publication:
    """Everybody may read the chain up to ``closing``; ``write`` writes the files after the transaction.

    NotAllowed; DocumentAltered where one of the documents is not what was kept; ServiceError where it is public
    already, or somebody asked that the site be taken down.
    """
    access.require(Action.PUBLISH, ONLY_PLANNING)
    refuse_unkeepable(reason, instrument)
    with _alone():
        state = site_state()
        if refused := why_not_publish(state, closing):
            raise ServiceError(refused)
        for one in closings_up_to(closing).select_related("fiscal_year").iterator(chunk_size=1):
            _ = one.document_bytes  # raises where the bytes are others
        made = Publication.objects.create(
            closing=closing, reason=reason.strip(), instrument=instrument.strip(), made_by=access.user, made_at=now
        )
        before = state.shown.closing if state.shown else None
        trail.record(
            subject=made,
            label="Sitio público",
            action=SiteAct.PUBLISH,
            actor=access.user,
            at=now,
            capacity=access.capacity(Action.PUBLISH, 0),
            changes={
                "closing": [str(before) if before else None, str(closing)],
                "sha256": [before.sha256 if before else None, closing.sha256],
                "instrument": [None, made.instrument or None],
            },
            reason=made.reason,
        )
        transaction.on_commit(write)
    return made


def ask_taking_down(*, access: Access, reason: str, now: datetime) -> TakingDown:
    """ServiceError without a reason, where nothing is public and where it was asked already."""
    access.require(Action.PUBLISH, ONLY_PLANNING)
    refuse_unkeepable(reason, "")
    with _alone():
        state = site_state()
        if state.shown is None:
            raise ServiceError("No hay nada publicado que retirar.")
        if state.asked is not None:
            raise ServiceError(f"{state.asked.asked_by} ya pidió retirar el sitio público: {SECOND}.")
        if not reason.strip():
            raise ServiceError("Escriba por qué se retira el sitio público.")
        asked = TakingDown.objects.create(
            publication=state.shown, reason=reason.strip(), asked_by=access.user, asked_at=now
        )
        _record(access, asked, SiteAct.ASK_TAKING_DOWN, [None, "que otra persona lo confirme"], now)
    return asked


def withdraw_taking_down(*, access: Access, now: datetime) -> None:
    """Whoever asked thinks better of it, or a colleague says no. ServiceError where nothing waits."""
    access.require(Action.PUBLISH, ONLY_PLANNING)
    with _alone():
        asked = _asked()
        asked.withdrawn_at = now
        asked.save(update_fields=["withdrawn_at"])
        _record(access, asked, SiteAct.WITHDRAW_TAKING_DOWN, ["que otra persona lo confirme", None], now)


def why_not_confirm(access: Access, asked: TakingDown, *, now: datetime) -> str:
    """Why this person may not confirm it, in Spanish; empty where they may."""
    if access.user.pk == asked.asked_by_id:
        return f"Usted lo pidió: {SECOND}."
    if not independent(access.user, asked.asked_by, on=timezone.localdate(now)):
        return (
            "Uno de los dos está en Planeación por una suplencia que registró el otro o la misma persona: "
            "lo confirma alguien más de Planeación o quien administra el sistema."
        )
    return ""


def take_down(*, access: Access | None, now: datetime) -> TakingDown:
    """Confirm what a colleague asked: the folder is gone when this returns, unless somebody was writing it just then.

    ``access`` None: an administrator of the server, by a command, where nobody else is there. NotAllowed for who may
    not confirm it; ServiceError where nothing waits, and where others could confirm.
    """
    if access is not None:
        access.require(Action.PUBLISH, ONLY_PLANNING)
    with _alone():
        asked = _asked()
        if access is not None:
            if refused := why_not_confirm(access, asked, now=now):
                raise NotAllowed(refused)
        elif others := second_people(asked.asked_by, now=now):
            names = ", ".join(f"{user} ({user.username})" for user in others)
            raise ServiceError(f"Lo puede confirmar otra persona en la página «Sitio público»: {names}.")
        asked.confirmed_by, asked.confirmed_at = (access.user if access else None), now
        asked.save(update_fields=["confirmed_by", "confirmed_at"])
        _record(access, asked, SiteAct.TAKE_DOWN, [str(asked.publication.closing), None], now)
        transaction.on_commit(_gone_at_once, robust=True)
    return asked


def _gone_at_once() -> None:
    """Renamed here, so that nobody reads it any more; deleted by the worker, who also goes on where this could not."""
    bring_to_decision(patience=_AT_ONCE, sweeps=False)
    write_site.enqueue()


def why_not_publish(state: SiteState, closing: Closing) -> str:
    """Why what is public cannot become the chain up to that closing, in Spanish; empty where it can."""
    if state.asked is not None:
        return (
            f"{state.asked.asked_by} pidió retirar el sitio público: antes de publicar, confirme o retire esa petición."
        )
    shown = state.shown
    if shown is None or closing.pk > shown.closing_id:
        return ""
    if closing.pk == shown.closing_id:
        return f"El {str(closing).lower()} ya está publicado, con todos los anteriores."
    return (
        f"El {str(closing).lower()} ya está publicado: lo está hasta el {str(shown.closing).lower()}. Lo publicado no "
        "se acorta: si algo no debe verse, rectifique el cierre, o retire el sitio."
    )


def _asked() -> TakingDown:
    asked = site_state().asked
    if asked is None:
        raise ServiceError("Nadie ha pedido retirar el sitio público, o ya se resolvió.")
    return asked


@contextmanager
def _alone() -> Iterator[None]:
    """One transaction, and nobody else decides meanwhile; on SQLite writers wait for each other anyway."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


def _record(access: Access | None, asked: TakingDown, act: SiteAct, pending: list[str | None], now: datetime) -> None:
    trail.record(
        subject=asked,
        label="Sitio público",
        action=act,
        actor=access.user if access else None,
        at=now,
        capacity=access.capacity(Action.PUBLISH, 0) if access else "",
        changes={"closing" if act is SiteAct.TAKE_DOWN else "pending": pending},
        reason=asked.reason,
    )
