"""Personal tokens («llaves de lectura»): made by the person, shown once, ended by them, by planning, with the account.

What a token reads is what its person may read on that day (``accounts.api_access``); here is who makes and ends them.

A password that was recovered ends all of the person's tokens: whoever asked for the link had lost the account's key,
or feared that somebody else had it. A password that was changed by who knew the former one leaves them, because a
report that refreshes at night would stop at every change; the page says how many there are and where they are ended.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.access import Access, Action
from accounts.acts import ApiTokenAct
from accounts.models import ApiToken, TokenStanding, User
from accounts.notices import tell
from accounts.rules import manageable
from core import trail
from core.refusals import ServiceError

PREFIX = "pmd_"
LETTERS = 40  # of 62: 238 bits, which nobody guesses
_SHOWN = len(PREFIX) + 6
AT_MOST = 5
LASTS = (30, 90, 365)
"""For how many days a token may be asked; never more than a year."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new token and its secret, which is nowhere else and is shown once."""

    token: ApiToken
    secret: str


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def make_token(*, access: Access, name: str, days: int, now: datetime) -> Made:
    """A token of the person's own, for that many days (one of ``LASTS``).

    NotAllowed for who reads nothing; ValidationError for a name that another token in force has, or for none;
    ServiceError once they have ``AT_MOST`` in force.
    """
    access.require(Action.READ, "Hoy no tiene ninguna función, y por eso no hay datos que una llave pueda leer.")
    if days not in LASTS:
        raise ValidationError({"days": "Elija por cuánto tiempo sirve."})
    name, today = " ".join(name.split()), timezone.localdate(now)
    person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=access.user.pk)
    living = list(person.api_tokens.in_force(today))
    if any(token.name.casefold() == name.casefold() for token in living):
        raise ValidationError({"name": f"Ya tiene una llave que se llama «{name}»: póngale otro nombre, o revóquela."})
    if len(living) >= AT_MOST:
        raise ServiceError(f"Ya tiene {AT_MOST} llaves vigentes, que son las más que se pueden tener: revoque alguna.")
    secret = PREFIX + get_random_string(LETTERS)
    token = ApiToken(
        person=person,
        name=name,
        shown=secret[:_SHOWN],
        sha256=hash_of(secret),
        created_at=now,
        expires_on=today + timedelta(days=days),
    )
    token.full_clean()
    token.save(force_insert=True)
    changes = {"expires_on": [None, token.expires_on.isoformat()]}
    record_token(token, ApiTokenAct.MAKE, actor=person, now=now, changes=changes)
    return Made(token, secret)


@transaction.atomic
def revoke_token(*, access: Access, token: ApiToken, now: datetime) -> bool:
    """End it for good: one's own, or planning another person's, who is told. False where it had ended already."""
    is_own = token.person_id == access.user.pk
    if not is_own:
        manageable(access, token.person)
    locked = ApiToken.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(pk=token.pk)
    if locked.standing(timezone.localdate(now)) is not TokenStanding.IN_FORCE:
        return False
    _revoke([locked], access.user, now)
    if not is_own:
        tell(
            person=locked.person,
            what=f"Se revocó su llave de lectura «{locked.name}»: el programa que la usa ya no lee datos.",
            who=f"Lo hizo {access.user}.",
            reason="",
            now=now,
        )
    return True


def revoke_all(*, person: User, by: User | None, why: str, now: datetime) -> int:
    """End whatever tokens the person has in force, within the caller's transaction; how many there were."""
    rows = person.api_tokens.in_force(timezone.localdate(now)).select_for_update(of=("self",), no_key=True)
    tokens = list(rows.order_by("pk"))
    _revoke(tokens, by, now, why)
    return len(tokens)


def _revoke(tokens: Iterable[ApiToken], by: User | None, now: datetime, why: str = "") -> None:
    for token in tokens:
        token.revoked_at, token.revoked_by = now, by
        token.save(update_fields=["revoked_at", "revoked_by"])
        changes = {"revoked_at": [None, now.isoformat()]}
        record_token(token, ApiTokenAct.REVOKE, actor=by, now=now, changes=changes, reason=why)


def record_token(
    token: ApiToken,
    action: ApiTokenAct,
    *,
    actor: User | None,
    now: datetime,
    changes: dict[str, list[str | None]],
    reason: str = "",
) -> None:
    """The trail names token and person; the secret and its hash are in no entry."""
    label = f"{token} de {token.person} ({token.person.username})"
    trail.record(subject=token, label=label, action=action, actor=actor, at=now, changes=changes, reason=reason)
