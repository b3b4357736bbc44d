"""The token of a link with which a person chooses a password, and how long it lasts.

An invitation lasts a week: whoever is invited on a Friday comes back on a Monday. That holds for who never entered;
a forgotten password's link lasts as long as Django's setting says. Either serves once, because the password is in it.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator, default_token_generator
from django.dispatch import Signal
from django.utils.crypto import constant_time_compare
from django.utils.http import base36_to_int

# For whoever guards the server: somebody asked for a link (``email``), or opened one that does not count (``user``,
# None where it names nobody).
link_asked, link_refused = Signal(), Signal()

INVITATION_LASTS = timedelta(days=7)


def link_days(user: Any = None) -> int:
    """For how many days the link can be used: an invitation's for who never entered, else a forgotten password's."""
    if user is not None and user.last_login is None:
        return INVITATION_LASTS.days
    days: int = settings.PASSWORD_RESET_TIMEOUT // 86400
    return days


class InvitationTokens(PasswordResetTokenGenerator):
    """As Django's, for a week, and nothing once the person has entered."""

    key_salt = "accounts.tokens.InvitationTokens"

    def check_token(self, user: Any, token: str | None) -> bool:
        if user is None or not token or user.last_login is not None:
            return False
        try:
            made = base36_to_int(token.partition("-")[0])
        except ValueError:
            return False
        secrets = [self.secret, *self.secret_fallbacks]
        if not any(constant_time_compare(self._make_token_with_timestamp(user, made, one), token) for one in secrets):
            return False
        return self._num_seconds(self._now()) - made <= INVITATION_LASTS.total_seconds()


class LinkTokens(PasswordResetTokenGenerator):
    """Of a person who was invited and of one who forgot the password: the same page takes both."""

    def make_invitation(self, user: Any) -> str:
        """The token of an invitation that leaves now."""
        if user.last_login is None:
            return InvitationTokens().make_token(user)
        return default_token_generator.make_token(user)

    def check_token(self, user: Any, token: str | None) -> bool:
        return default_token_generator.check_token(user, token) or InvitationTokens().check_token(user, token)


link_tokens = LinkTokens()
