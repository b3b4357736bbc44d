"""Erasing a person's data, where the law asks for it: an administrator of the server does it, with an instrument.

What they did stays, by the key of their account; who they were goes: the account's own data, what the trail and the
letters say, what was asked about them. Papers that were issued stay as they were.
"""

import re
from datetime import datetime

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.acts import AccountAct
from accounts.models import Mail, PendingAct, User
from accounts.rules import SERVER
from core import trail
from core.models import TrailEntry
from core.refusals import ServiceError
from core.seals.erasing import erase_words
from core.seals.words import ERASED

_NAMING = ("username", "email")
_LABEL = re.compile(r"(.+) \((.+)\)")


@transaction.atomic
def erase_person(*, person: User, reason: str, instrument: str, now: datetime) -> int:
    """Erase it for good and write that into the trail; in how many of its entries the words went.

    ServiceError without a reason and an instrument, and for whoever still works here.
    """
    _refuse(person, reason, instrument, now)
    names = names_of(person)
    entries = erase_words(names=names, now=now)
    _erase_letters(person, names)
    _erase_asked(person, names)
    person.api_tokens.update(name=ERASED)
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(username__in=names).delete()
    person.username, person.first_name, person.last_name, person.email = f"suprimido-{person.pk}", ERASED, "", ""
    person.set_unusable_password()
    person.save(update_fields=["username", "first_name", "last_name", "email", "password"])
    trail.record(
        subject=person,
        label=f"{person} ({person.username})",
        action=AccountAct.ERASE,
        actor=None,
        at=now,
        capacity=SERVER,
        changes={"entries": [None, entries], "instrument": [None, instrument.strip()]},
        reason=reason.strip(),
    )
    return entries


def _refuse(person: User, reason: str, instrument: str, now: datetime) -> None:
    if not reason.strip() or not instrument.strip():
        raise ServiceError("Diga por qué se suprimen los datos y con qué instrumento (resolución u oficio).")
    if person.first_name == ERASED:
        raise ServiceError("Los datos de esta cuenta ya se suprimieron.")
    if person.is_active:
        raise ServiceError("La cuenta está activa: dela de baja en «Personas» antes de suprimir sus datos.")
    if person.memberships.not_over(timezone.localdate(now)).exists():
        raise ServiceError("Aún tiene un nombramiento vigente o por empezar: fije su último día antes.")
    if PendingAct.objects.waiting().filter(person=person).exists():
        raise ServiceError("Algo sobre esta persona espera en «Por confirmar»: confírmelo o retírelo antes.")


def names_of(person: User) -> set[str]:
    """What the person is and was called: full names, user names and addresses, the former ones from the trail."""
    names = {str(person), person.username, person.email}
    own = TrailEntry.objects.filter(subject_type=User._meta.label_lower, subject_id=person.pk)
    for label, changes in own.values_list("subject_label", "changes"):
        found = _LABEL.fullmatch(label)
        names.update(found.groups() if found else ())
        for field in _NAMING:
            names.update(text for text in changes.get(field, ()) if isinstance(text, str))
    return {name for name in names if name.strip() and name != ERASED}


def _erase_letters(person: User, names: set[str]) -> None:
    addressed = Mail.objects.filter(Q(person=person) | Q(address__in=names))
    addressed.filter(state__in=(Mail.State.WAITING, Mail.State.FAILED)).update(
        state=Mail.State.DISMISSED, text="", due_at=None
    )
    addressed.update(address=f"suprimido-{person.pk}@invalid.invalid", about=ERASED, subject=ERASED)
    for name in names:
        Mail.objects.filter(about__contains=name).update(about=ERASED)


def _erase_asked(person: User, names: set[str]) -> None:
    answered = PendingAct.objects.exclude(pk__in=PendingAct.objects.waiting().values("pk"))
    answered.filter(person=person).update(words=ERASED, data={})
    for act in answered.filter(kind=PendingAct.Kind.IMPORT):
        if person.username in str(act.data) or any(name in act.words for name in names):
            act.words, act.data = ERASED, {}
            act.save(update_fields=["words", "data"])
