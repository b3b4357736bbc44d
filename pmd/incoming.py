"""What comes in, before anything else looks at it: a code for the request, and only the headers that count."""

import re
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase

from accounts.client_ip import client_ip
from pmd.environment import LOOPBACK_HOSTS
from pmd.logs import IP, REQUEST_ID, WHO, Asked, asked
from pmd.security_events import tell_refused

HEALTH = ("/salud/", "/salud/vivo/")
_CODE = re.compile(r"[A-Za-z0-9-]{8,64}")
# Read nowhere, so that no library that does is led astray.
_NEVER = ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX", "HTTP_X_REAL_IP",
          "HTTP_FORWARDED", "HTTP_X_SCRIPT_NAME")  # fmt: skip
# Read where a proxy of ours writes them.
_OF_A_PROXY = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_SSL", "HTTP_X_REQUEST_ID")


class RequestCodeMiddleware:
    """Gives each request a code, which the log's lines, the answer (X-Request-ID) and the page of a failure carry.

    A proxy of ours may bring its own, so that its log and ours have the same one; anybody else's is not taken.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        brought = request.META.get("HTTP_X_REQUEST_ID", "") if settings.PMD_PROXY_COUNT else ""
        code = brought if _CODE.fullmatch(brought) else secrets.token_hex(6)
        ip = client_ip(request) or ""
        request.META.update({REQUEST_ID: code, IP: ip})
        token = asked.set(Asked(code, ip))
        try:
            response = self.get_response(request)
            # Only where a page asked for it: nobody is read from the database for a line of the log.
            if person := getattr(request, "_cached_user", None):
                request.META[WHO] = person.get_username()
            if response.status_code in (401, 403):
                tell_refused(request, request.META.get(WHO, ""))
        finally:
            asked.reset(token)
        response["X-Request-ID"] = code
        return response


class ForwardedHeadersMiddleware:
    """Whatever a header says of another server's address, name or protocol is gone, unless a proxy of ours says it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        for name in _NEVER if settings.PMD_PROXY_COUNT else (*_NEVER, *_OF_A_PROXY):
            request.META.pop(name, None)
        return self.get_response(request)


class HealthOnLoopbackMiddleware:
    """The health pages answer whoever asks this machine by its own name, which ALLOWED_HOSTS need not have."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in HEALTH and settings.ALLOWED_HOSTS:
            name, _ = split_domain_port(request.META.get("HTTP_HOST", "").lower())
            if name in LOOPBACK_HOSTS:
                request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0].lstrip(".")
        return self.get_response(request)
