"""Telling by e-mail what planning does about people: the person concerned and Contraloría, once it is saved.

A mail server that is down undoes nothing: the trail has it, and planning sees what did not leave.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.mailing import Letter, post, post_all
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


def tell_of_list(
    *,
    what: str,
    who: str,
    lines: Sequence[str],
    now: datetime,
    people: Mapping[User, Sequence[str]],
    addresses: Iterable[str] = (),
    follows: str = "",
) -> None:
    """Tell Contraloría and the further ``addresses`` of a list of people, and each of ``people`` of their own part.

    One letter to each with all of it, whatever the number of lines.
    """
    watching = Membership.objects.in_force(timezone.localdate(now)).filter(role=Role.COMPTROLLER, user__is_active=True)
    owners: dict[str, User | None] = dict.fromkeys(address for address in addresses if address)
    owners |= {row.user.email: row.user for row in watching.select_related("user").order_by("pk") if row.user.email}
    subject = "PMD: aviso sobre una importación de personas"
    context = {"what": what, "who": who, "lines": lines, "follows": follows}
    text = render_to_string("accounts/email/about_list.txt", context)
    letters = [Letter(Mail.Kind.NOTICE, address, subject, text, what, owner) for address, owner in owners.items()]
    for person, roles in people.items():
        if person.email and person.email not in owners:
            own = render_to_string("accounts/email/about_list.txt", {**context, "person": person, "lines": roles})
            letters.append(Letter(Mail.Kind.NOTICE, person.email, subject, own, f"{person}: {what}", person))
    post_all(letters, now=now)
