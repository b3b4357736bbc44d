"""A browser of the tests in which somebody has signed in."""

from django.conf import settings
from playwright.sync_api import BrowserContext

from accounts.models import User
from tests.factories import signed_in


def bring_session(context: BrowserContext, user: User, address: str) -> None:
    """By the session's cookie: the sign-in page has its own tests."""
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": signed_in(user).cookies[name].value, "url": address}])
