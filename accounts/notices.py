"""Telling by e-mail what planning does about people: the person concerned and Contraloría, once it is saved.

A mail server that is down undoes nothing: the trail has it, and planning sees what did not leave.
"""

from collections.abc import Iterable
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.mailing import post
from accounts.models import Mail, Membership, Role, User


def tell(
    *, person: User, what: str, who: str, reason: str, now: datetime, addresses: Iterable[str] = (), follows: str = ""
) -> None:
    """Tell the person, Contraloría and the further ``addresses`` (a former one, who may confirm) ``what`` happened.

    One message to each, so that nobody reads the others' addresses.
    """
    watching = Membership.objects.in_force(timezone.localdate(now)).filter(role=Role.COMPTROLLER, user__is_active=True)
    owners: dict[str, User | None] = dict.fromkeys([person.email, *addresses])
    owners[person.email] = person
    owners |= {row.user.email: row.user for row in watching.select_related("user").order_by("pk")}
    context = {"person": person, "what": what, "who": who, "reason": reason, "follows": follows}
    text = render_to_string("accounts/email/about_person.txt", context)
    for address, owner in owners.items():
        if address:
            post(
                kind=Mail.Kind.NOTICE,
                to=address,
                subject="PMD: aviso sobre la cuenta de una persona",
                text=text,
                about=f"{person}: {what}",
                person=owner,
                now=now,
            )
