"""Who asks for a page."""

from django.http import HttpRequest

from accounts.access import Access


def access_of(request: HttpRequest) -> Access:
    """What this person may do today; ``accounts.middleware`` put it there."""
    found: Access = request.access  # type: ignore[attr-defined]
    return found
