from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """What the frame of every page shows: whose product this is, and whether it is the demonstration."""
    return {"municipality": settings.PMD_MUNICIPALITY, "demo_mode": settings.PMD_DEMO}
