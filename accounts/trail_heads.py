"""The head of the trail's chain leaves the database once a day: by mail, to whoever watches for Contraloría.

Whoever owns the database can make the whole chain anew, and nothing in it would tell. A head that lies in somebody
else's mailbox does.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.mailing import Letter, post_all
from accounts.models import Mail, Membership, Role, User
from core import seals
from core.models import TrailHead
from core.moments import day_text, moment_text


class HeadNotSent(Exception):
    """Nothing left; the message says why and what to do, in Spanish."""


class NothingYet(HeadNotSent):
    """A new installation, where no head ever left: nothing is amiss, and ``doctor`` reminds of it later."""


@dataclass(frozen=True, slots=True)
class SentHead:
    """The head of that day, and to how many people it went now; nobody where it had gone out before."""

    head: TrailHead
    mails: int


def send_head(*, now: datetime) -> SentHead:
    """Seal what is there and mail the head, also where nothing changed since yesterday; a second run sends nothing.

    HeadNotSent where the trail is empty or nobody watches; NothingYet until a first one left.
    """
    seals.seal_trail(now=now)
    day = timezone.localdate(now)
    head = seals.head()
    if head is None:
        if TrailHead.objects.exists():
            raise HeadNotSent("La bitácora está vacía, y ya habían salido sellos de ella: avise a Contraloría.")
        raise NothingYet("La bitácora no tiene actos todavía: no hay nada que enviar.")
    with transaction.atomic():
        made, new = TrailHead.objects.get_or_create(
            day=day, defaults={"entries": head.entries, "sha256": head.sha256, "made_at": now}
        )
        if not new:
            return SentHead(made, 0)
        people = watching(now)
        if not people:
            before = TrailHead.objects.exclude(pk=made.pk).exists()
            raise (HeadNotSent if before else NothingYet)(
                "Nadie de Contraloría tiene una cuenta activa con correo: nómbrelo en «Personas» y repita la orden hoy."
            )
        mails = post_all([_letter(made, person) for person in people], now=now)
    return SentHead(made, len(mails))


def watching(now: datetime) -> list[User]:
    """Who holds Contraloría's office that day and has an address."""
    held = Membership.objects.in_force(timezone.localdate(now)).filter(role=Role.COMPTROLLER)
    people = User.objects.filter(is_active=True, pk__in=held.values("user")).exclude(email="")
    return list(people.order_by("pk"))


def _letter(head: TrailHead, person: User) -> Letter:
    before = TrailHead.objects.filter(day__lt=head.day).order_by("-day").first()
    context = {
        "person": person,
        "at": moment_text(head.made_at),
        "entries": f"{head.entries:,}",
        "line": seals.head_line(seals.Head(head.sha256, head.entries, head.made_at)),
        "before": day_text(before.day) if before else "",
        "new": f"{head.entries - before.entries:,}" if before else "",
    }
    subject = f"PMD: último sello de la bitácora del {head.day:%d/%m/%Y}"
    text = render_to_string("accounts/email/trail_head.txt", context)
    return Letter(
        Mail.Kind.NOTICE,
        person.email,
        subject,
        text,
        about=f"Último sello de la bitácora, {head.day:%d/%m/%Y}",
        person=person,
    )
