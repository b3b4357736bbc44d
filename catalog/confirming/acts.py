"""Confirming what waits for a second person, with the letter that came with it: for the page and for the command."""

from datetime import datetime

from django.db import transaction

from accounts import two_people
from accounts.access import Access
from accounts.enrolling import Enrolled
from accounts.models import Membership, PendingAct, User
from indicators.services import hand_letters_over


@transaction.atomic
def confirm(
    *, access: Access | None, act: PendingAct, now: datetime, answer: str = "", base_url: str | None = None
) -> User | Membership | Enrolled:
    """Do what was asked; the file of its letter becomes the role's. See ``two_people.confirm`` for what is refused."""
    done = two_people.confirm(access=access, act=act, now=now, answer=answer, base_url=base_url)
    if isinstance(done, Membership):
        hand_letters_over(access=access, act=act, membership=done, now=now)
    return done
