"""Two people for what one must not do alone: a second one confirms what was asked, or says no, or it is withdrawn."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import appointing, enrolling, services
from accounts.access import Access, Action
from accounts.acts import TwoPeopleAct
from accounts.models import Membership, PendingAct, User
from accounts.notices import tell
from accounts.pending_acts import concerned, independent, who_may_confirm
from core import trail
from core.moments import moment_text
from core.refusals import NotAllowed, ServiceError

_DO = {
    PendingAct.Kind.ADDRESS: services.set_data,
    PendingAct.Kind.DATA: services.set_data,
    PendingAct.Kind.STANDING: services.set_active,
    PendingAct.Kind.APPOINTMENT: appointing.name_to_role,
    PendingAct.Kind.TERM: appointing.set_last_day,
    PendingAct.Kind.CORRECTION: appointing.set_correction,
}


def why_not(access: Access, act: PendingAct, *, now: datetime) -> str:
    """Why this person may not confirm it, in Spanish; empty where they may."""
    if not access.allows(Action.CONFIRM):
        return "Solo Planeación o quien administra el sistema confirma."
    if access.user.pk == act.asked_by_id:
        return "Usted lo pidió: lo confirma otra persona de Planeación o quien administra el sistema."
    if act.person is None and access.user.pk in concerned(act):
        return "El archivo lo nombra a usted: lo confirma otra persona de Planeación o quien administra el sistema."
    if access.user.pk == act.person_id:
        return "Se trata de usted: lo confirma otra persona de Planeación o quien administra el sistema."
    if not independent(access.user, act.asked_by, on=timezone.localdate(now)):
        return (
            "Uno de los dos está en Planeación por una suplencia que registró el otro o la misma persona: "
            "lo confirma alguien más de Planeación o quien administra el sistema."
        )
    return ""


@transaction.atomic
def confirm(
    *, access: Access | None, act: PendingAct, now: datetime, answer: str = "", base_url: str | None = None
) -> User | Membership | enrolling.Enrolled:
    """Do what was asked. ``access`` None: an administrator of the server, by a command, where nobody else is there.

    ``base_url``: for the invitations of whom an import lets in; None: what the settings say, ``PMD_SITE_URL``.
    NotAllowed for who may not confirm it; ServiceError where it was answered already, where the person changed
    meanwhile and where others could confirm it; ValidationError when a rule of the database refuses it.
    """
    locked = _locked(act)
    if access is not None:
        refused = why_not(access, locked, now=now)
        if refused:
            raise NotAllowed(refused)
    else:
        others = who_may_confirm(locked, now=now)
        if others:
            names = ", ".join(f"{user} ({user.username})" for user in others)
            raise ServiceError(f"Lo puede confirmar otra persona en su página «Por confirmar»: {names}.")
    locked.confirmed_by, locked.confirmed_at, locked.answer = (access.user if access else None), now, answer.strip()
    locked.save(update_fields=["confirmed_by", "confirmed_at", "answer"])
    if locked.kind == PendingAct.Kind.IMPORT:
        return enrolling.enroll_confirmed(access, locked, now, base_url or settings.PMD_SITE_URL)
    return _DO[PendingAct.Kind(locked.kind)](access, locked, now)


@transaction.atomic
def decline(*, access: Access, act: PendingAct, reason: str, now: datetime) -> PendingAct:
    """Whoever asked thinks better of it, or a colleague says no. ServiceError without a reason."""
    access.require(Action.CONFIRM, "Solo Planeación rechaza o retira lo que se pidió.")
    if not reason.strip():
        raise ServiceError("Escriba por qué no se hace.")
    locked = _locked(act)
    own = access.user.pk == locked.asked_by_id
    locked.declined_by, locked.declined_at, locked.answer = access.user, now, reason.strip()
    locked.save(update_fields=["declined_by", "declined_at", "answer"])
    person = locked.person
    trail.record(
        subject=person or locked,
        label=f"{person} ({person.username})" if person else locked.words,
        action=TwoPeopleAct.WITHDRAW if own else TwoPeopleAct.DECLINE,
        actor=access.user,
        at=now,
        capacity=access.capacity(Action.CONFIRM, 0),
        reason=locked.answer,
        changes={"pending": [locked.words, None], "asked_by": [None, str(locked.asked_by)]},
    )
    what = f"Ya no se hará lo que se había pedido: {locked.words}."
    who = f"Lo pidió {locked.asked_by} y lo {'retiró' if own else 'rechazó'} {access.user}."
    asker = [locked.asked_by.email]
    if person is None:
        enrolling.tell_declined(locked, what=what, who=f"{who} Motivo: {locked.answer}", addresses=asker, now=now)
    else:
        tell(person=person, what=what, reason=locked.answer, who=who, now=now, addresses=asker)
    return locked


def _locked(act: PendingAct) -> PendingAct:
    """The act, so that two people do not answer it at once."""
    rows = PendingAct.objects.select_for_update(of=("self",)).select_related("person", "asked_by")
    locked = rows.get(pk=act.pk)
    if locked.confirmed_at is not None:
        who = locked.confirmed_by or services.SERVER
        raise ServiceError(f"Ya lo confirmó {who} el {moment_text(locked.confirmed_at)}.")
    if locked.declined_at is not None:
        raise ServiceError(
            f"Ya no se puede: {locked.declined_by} lo rechazó o retiró el {moment_text(locked.declined_at)}."
        )
    return locked
