"""Mail leaves outside the request: written in the transaction of its cause, taken to the mail server by a task.

With the database backend of django-tasks the task is a row of that same transaction and a worker process sends; with
the immediate one (demonstration, tests) it is sent at once after the commit. A refused message is tried again with
growing pauses, and what is given up waits for planning («Correos»). What a task is given is the key of the message
only, so no text and no link is in the table of tasks; the token of a link is made when its message leaves.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.db.transaction import on_commit
from django.utils import timezone
from django_tasks import task

from accounts.access import Access, Action
from accounts.acts import MailAct
from accounts.backends import may_choose_password
from accounts.mail_refusals import in_words
from accounts.models import Mail, User
from accounts.resets import reset_waits_until
from accounts.tokens import link_tokens
from core import trail

logger = logging.getLogger(__name__)

# Stands in the text for the token of a link, which is made when the message leaves.
TOKEN = "__pmd-token__"
PAUSES = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6),
)  # fmt: skip
# A message that nobody took, or whose worker was killed while it sent: taken up again after this long.
FORGOTTEN = timedelta(minutes=15)
BEING_SENT = timedelta(minutes=1)


class MailError(Exception):
    """Refused; the message says why, in Spanish."""


@transaction.atomic
def post(
    *,
    kind: Mail.Kind,
    to: str,
    subject: str,
    text: str,
    about: str,
    now: datetime,
    person: User | None = None,
    opens_account: bool = False,
) -> Mail:
    """Write a message that leaves once the caller's transaction is committed; nothing is sent where it is not.

    ``person`` whose address it is, None for a former one; ``about`` what planning reads of it; ``opens_account``: the
    text has ``TOKEN`` where the token of the person's link goes.
    """
    (mail,) = post_all([Letter(kind, to, subject, text, about, person, opens_account)], now=now)
    return mail


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is not written yet: what ``post`` takes."""

    kind: Mail.Kind
    to: str
    subject: str
    text: str
    about: str
    person: User | None = None
    opens_account: bool = False


@transaction.atomic
def post_all(letters: Sequence[Letter], *, now: datetime) -> list[Mail]:
    """Write many messages with one query; each leaves by its own task, as one of ``post`` does."""
    mails = [
        Mail(
            kind=letter.kind,
            address=letter.to,
            person=letter.person,
            about=letter.about[:300],
            subject=letter.subject,
            text=letter.text,
            created_at=now,
            opens_account=letter.opens_account,
        )
        for letter in letters
    ]
    Mail.objects.bulk_create(mails)
    for mail in mails:
        _enqueue(mail)
    return mails


def sends_later() -> bool:
    """Whether a worker sends, so that whoever writes does not know yet whether it arrives."""
    return deliver.get_backend().supports_defer


def _enqueue(mail: Mail) -> None:
    if sends_later():
        timed = deliver if mail.due_at is None else deliver.using(run_after=mail.due_at)
        timed.enqueue(mail.pk)
    else:
        on_commit(partial(deliver.enqueue, mail.pk), robust=True)


@task
def deliver(mail_id: int) -> str:
    """Take one message to the mail server; what goes wrong is kept with the message, in words. Returns its state."""
    now = timezone.now()
    mail = _claim(mail_id, now)
    if mail is not None:
        _try_to_send(mail, now)
    take_up_forgotten(now)
    return mail.state if mail is not None else ""


def _claim(mail_id: int, now: datetime) -> Mail | None:
    """The message, if it is this task's turn: two tasks of one message never send it both."""
    with transaction.atomic():
        waiting = Mail.objects.filter(Q(due_at__isnull=True) | Q(due_at__lte=now), state=Mail.State.WAITING)
        mail = waiting.select_for_update(of=("self",), no_key=True).filter(pk=mail_id).first()
        if mail is not None:
            mail.attempts, mail.attempted_at, mail.due_at = mail.attempts + 1, now, now + FORGOTTEN
            mail.save(update_fields=["attempts", "attempted_at", "due_at"])
    return mail


def _try_to_send(mail: Mail, now: datetime) -> None:
    why = _withheld(mail, now)
    if why:
        _give_up(mail, why, now)
        return
    try:
        EmailMessage(mail.subject, _whole_text(mail), None, [mail.address]).send()
    except Exception as error:
        # Whatever the mail server answers concerns this message only.
        logger.warning("El correo %s a %s no salió: %s: %s", mail.pk, mail.address, type(error).__name__, error)
        _refused(mail, in_words(error), now)
    else:
        mail.state, mail.text, mail.reason, mail.done_at = Mail.State.SENT, "", "", now
        mail.save(update_fields=["state", "text", "reason", "done_at"])


def _whole_text(mail: Mail) -> str:
    if not mail.opens_account:
        return mail.text
    tokens = link_tokens.make_invitation if mail.kind == Mail.Kind.INVITATION else default_token_generator.make_token
    return mail.text.replace(TOKEN, tokens(mail.person))


def _withheld(mail: Mail, now: datetime) -> str:
    """Why a link is not sent any more, whatever was right when it was asked for; empty where it is."""
    person = mail.person
    if not mail.opens_account or person is None:
        return ""
    if not may_choose_password(person):
        return "La cuenta está de baja: su enlace ya no se envía."
    if person.email.lower() != mail.address.lower() or reset_waits_until(person, now=now) is not None:
        return "La dirección de la cuenta cambió mientras tanto: ese enlace ya no se envía."
    return ""


def _refused(mail: Mail, why: str, now: datetime) -> None:
    if not sends_later() or mail.attempts > len(PAUSES):
        _give_up(mail, why, now)
        return
    with transaction.atomic():
        mail.reason, mail.due_at = why, now + PAUSES[mail.attempts - 1]
        mail.save(update_fields=["reason", "due_at"])
        _enqueue(mail)


@transaction.atomic
def _give_up(mail: Mail, why: str, now: datetime) -> None:
    mail.state, mail.reason, mail.due_at, mail.done_at = Mail.State.FAILED, why, None, now
    mail.save(update_fields=["state", "reason", "due_at", "done_at"])
    trail.record(
        subject=mail,
        label=f"{mail} · {mail.about}",
        action=MailAct.GIVE_UP,
        actor=None,
        at=now,
        changes={"attempts": [None, mail.attempts]},
        reason=why,
    )


def take_up_forgotten(now: datetime) -> int:
    """Enqueue again what a killed worker left half way; how many. One query where nothing was left."""
    if not sends_later():
        return 0
    before = now - FORGOTTEN
    with transaction.atomic():
        late = Q(due_at__lt=before) | Q(due_at__isnull=True, created_at__lt=before)
        waiting = Mail.objects.filter(late, state=Mail.State.WAITING)
        left = list(waiting.select_for_update(of=("self",), skip_locked=True))
        for mail in left:
            mail.due_at = now
            mail.save(update_fields=["due_at"])
            _enqueue(mail)
    return len(left)


@transaction.atomic
def try_again(*, access: Access, mail: Mail, now: datetime) -> Mail:
    """Planning's «Reintentar»: from the first attempt on, to the address that the person has by now.

    MailError for who may not, for what left already and while it is being sent.
    """
    locked = _locked(access, mail)
    attempted = locked.attempted_at
    if locked.state == Mail.State.WAITING and attempted is not None and attempted > now - BEING_SENT:
        raise MailError("Ese correo se intentó hace un momento: espere un minuto.")
    before = locked.address
    if locked.person is not None and locked.person.email:
        locked.address = locked.person.email
    locked.state, locked.attempts, locked.due_at, locked.done_at = Mail.State.WAITING, 0, None, None
    locked.save(update_fields=["state", "attempts", "due_at", "done_at", "address"])
    _note(access, locked, MailAct.RETRY, {} if before == locked.address else {"email": [before, locked.address]}, now)
    _enqueue(locked)
    return locked


@transaction.atomic
def dismiss(*, access: Access, mail: Mail, now: datetime) -> Mail:
    """It need not be sent any more: it is not tried again, and its text goes."""
    locked = _locked(access, mail)
    locked.state, locked.text, locked.due_at, locked.done_at = Mail.State.DISMISSED, "", None, now
    locked.save(update_fields=["state", "text", "due_at", "done_at"])
    _note(access, locked, MailAct.DISCARD, {}, now)
    return locked


def _locked(access: Access, mail: Mail) -> Mail:
    if not access.allows(Action.MANAGE_CATALOG):
        raise MailError("Solo Planeación reintenta o descarta los correos.")
    locked = Mail.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(pk=mail.pk)
    if locked.state not in (Mail.State.WAITING, Mail.State.FAILED):
        raise MailError(f"Ese correo ya está {locked.get_state_display()}.")
    return locked


def _note(access: Access, mail: Mail, action: MailAct, changes: dict[str, list[str]], now: datetime) -> None:
    trail.record(
        subject=mail,
        label=f"{mail} · {mail.about}",
        action=action,
        actor=access.user,
        at=now,
        changes=changes,
        capacity=access.capacity(Action.MANAGE_CATALOG, 0),
    )
