"""What whoever guards the server looks for in the log: who came in or was refused, from where, and who became what.

Lines of the logger ``pmd.security``, unmasked: only those who run the server read them. The trail has the same acts for
good; the log has them where a program watches. When stands in the line, as in every other.
"""

import logging
from collections.abc import Sequence
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.tokens import link_asked, link_refused
from core import trail
from core.models import TrailEntry
from pmd.logs import asked

logger = logging.getLogger("pmd.security")

_NOT_OF_SECURITY = ("accounts.mail",)


def tell(event: str, message: str, *, who: str, level: int = logging.INFO, **more: Any) -> None:
    logger.log(level, message, extra={"event": event, "who": who, "ip": asked.get().ip, **more})


@receiver(user_logged_in)
def _came_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    tell("sign_in", "Entró", who=user.get_username())


@receiver(user_logged_out)
def _left(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        tell("sign_out", "Salió", who=user.get_username())


@receiver(user_login_failed)
def _failed(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    who = str(credentials.get("username") or "")[:200]
    tell("sign_in_failed", "No entró: usuario o contraseña equivocados", who=who, level=logging.WARNING)


@receiver(user_locked_out)
def _locked(sender: Any, request: HttpRequest, username: str, ip_address: str, **kwargs: Any) -> None:
    tell("locked_out", "Bloqueado por intentos repetidos", who=str(username)[:200], level=logging.WARNING)


@receiver(link_asked)
def _asked_for_link(sender: Any, email: str, **kwargs: Any) -> None:
    tell("link_asked", "Pidió un enlace para su contraseña", who=email)


@receiver(link_refused)
def _opened_no_link(sender: Any, user: Any, **kwargs: Any) -> None:
    who = user.get_username() if user is not None else ""
    tell("link_refused", "Abrió un enlace que ya no sirve", who=who, level=logging.WARNING)


def tell_refused(request: HttpRequest, who: str) -> None:
    """What answered 401 or 403: what somebody may not do, a form that was not ours, a key that does not count."""
    tell("refused", "No se le permitió", who=who, level=logging.WARNING, method=request.method, path=request.path)


def tell_acts(entries: Sequence[TrailEntry]) -> None:
    """Acts on accounts, appointments and what waits for a second person, once they are committed."""
    for entry in entries:
        if entry.subject_type.startswith("accounts.") and entry.subject_type not in _NOT_OF_SECURITY:
            transaction.on_commit(lambda entry=entry: _tell_act(entry))  # type: ignore[misc]


def _tell_act(entry: TrailEntry) -> None:
    who = entry.actor.get_username() if entry.actor_id else ""
    tell(
        "account", f"{trail.sentence_of(entry.action)}: {entry.subject_label}", who=who, act=entry.action,
        subject=entry.subject_type, subject_id=entry.subject_id,
    )  # fmt: skip


trail.hear(tell_acts)
