from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.access import Action
from pmd import __version__


def site(request: HttpRequest) -> dict[str, object]:
    """What the frame of every page shows: whose product this is, whether it is the demonstration, and which version."""
    return {
        "municipality": settings.PMD_MUNICIPALITY,
        "logo_url": logo_url(),
        "demo_mode": settings.PMD_DEMO,
        # The pages of the catalogue are read by more people than change it.
        "can_write": SimpleLazyObject(lambda: _runs_catalog(request)),
        "version": SimpleLazyObject(lambda: _version(request)),
    }


def logo_url() -> str:
    """Where the shield is served; empty without one. Another file has another address."""
    return f"{reverse('logo')}?v={settings.PMD_LOGO.digest}" if settings.PMD_LOGO else ""


def _version(request: HttpRequest) -> str:
    """For whoever runs the system and is asked which one it is; nothing for other people."""
    return __version__ if _runs_catalog(request) else ""


def _runs_catalog(request: HttpRequest) -> bool:
    # An error page may be rendered before the middleware gave the request its person.
    access = getattr(request, "access", None)
    return bool(access and access.allows(Action.MANAGE_CATALOG))
