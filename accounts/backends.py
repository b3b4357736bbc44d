"""Who may sign in, and whose open session still counts."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class PersonBackend(ModelBackend):
    """Active people sign in with user name and password; demonstration accounts only in demonstration mode.

    Django asks the same question of every request of an open session, so a session that a demonstration account
    opened ends as soon as the mode is off, and a deactivated person's session with the deactivation.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        if user.is_demo and not settings.PMD_DEMO:
            return False
        return super().user_can_authenticate(user)


def may_choose_password(user: Any) -> bool:
    """Whether this person's password may be set by themselves: never a demonstration account's, which is public."""
    return user.is_active and not user.is_demo
