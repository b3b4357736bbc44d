from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.access import Action
from pmd import __version__


def site(request: HttpRequest) -> dict[str, object]:
    """What the frame of every page shows: whose product this is, whether it is the demonstration, and which version."""
    return {
        "municipality": settings.PMD_MUNICIPALITY,
        "demo_mode": settings.PMD_DEMO,
        "version": SimpleLazyObject(lambda: _version(request)),
    }


def _version(request: HttpRequest) -> str:
    """For whoever runs the system and is asked which one it is; nothing for other people."""
    # An error page may be rendered before the middleware gave the request its person.
    access = getattr(request, "access", None)
    return __version__ if access and access.allows(Action.MANAGE_CATALOG) else ""
