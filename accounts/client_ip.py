"""From which address a request comes, for the lock-out of repeated failures."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str | None:
    """The address of whoever asks, None if the server does not know it (a Unix socket without a proxy).

    Without proxies of ours the connection's own address, whatever the headers say. With N proxies the Nth entry of
    X-Forwarded-For from the right: each of our proxies appended one, and what lies further left anybody may write.
    """
    peer = request.META.get("REMOTE_ADDR") or None
    count: int = settings.PMD_PROXY_COUNT
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if count == 0 or len(entries) < count:
        return peer
    try:
        return str(ip_address(entries[-count].strip()))
    except ValueError:
        return peer
