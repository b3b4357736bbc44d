"""Telling by e-mail what planning does about people: the person concerned and Contraloría, once it is saved.

A mail server that is down undoes nothing: the trail has it.
"""

import logging
from collections.abc import Iterable
from datetime import date

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import Membership, Role, User

logger = logging.getLogger(__name__)


def tell(
    *, person: User, what: str, who: str, reason: str, on: date, addresses: Iterable[str] = (), follows: str = ""
) -> None:
    """Tell the person, Contraloría and the further ``addresses`` (a former one, who may confirm) ``what`` happened."""
    watching = Membership.objects.in_force(on).filter(role=Role.COMPTROLLER, user__is_active=True)
    found = [person.email, *addresses, *watching.order_by("pk").values_list("user__email", flat=True)]
    to = list(dict.fromkeys(address for address in found if address))
    context = {"person": person, "what": what, "who": who, "reason": reason, "follows": follows}
    text = render_to_string("accounts/email/about_person.txt", context)
    transaction.on_commit(lambda: send("PMD: aviso sobre la cuenta de una persona", text, to), robust=True)


def send(subject: str, text: str, to: Iterable[str]) -> None:
    """One message to each, so that nobody reads the others' addresses; whatever goes wrong is logged only."""
    try:
        with get_connection() as connection:
            for address in to:
                _send_one(EmailMessage(subject, text, None, [address], connection=connection))
    except Exception:
        logger.exception("No se pudo avisar por correo.")


def _send_one(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:
        # The next one may have better luck: an address that is refused says nothing of the others.
        logger.exception("No se pudo avisar por correo a una persona.")
