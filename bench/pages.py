"""Requests of a signed-in person to the project's pages, through the whole WSGI handler in this process.

As a program (``python -m bench.pages``) it prints the number of queries of each page on its database, as JSON.
"""

import io
import json
import sys
from collections.abc import Callable
from typing import Any

from bench.municipality import HOST

YEAR, MONTH = 2016, 9
USERNAME = "planeacion"
PAGES = {
    "dashboard": f"/{YEAR}/tablero/?mes={MONTH}",
    "heat map": f"/{YEAR}/mapa/?mes={MONTH}",
    "programme page": f"/{YEAR}/programas/PRE-01/?mes={MONTH}",
    "capture page": f"/{YEAR}/captura/PRE/{MONTH}/",
}
EMPTY = "/bench/vacia/"

Get = Callable[[str], bytes]


def visitor() -> Get:
    """A function that requests a path as the planning officer and returns the page; anything but 200 is an error."""
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.urls import set_urlconf

    settings.ROOT_URLCONF = "bench.urls"
    set_urlconf(None)
    handler, cookie = WSGIHandler(), session_cookie()

    def get(path: str) -> bytes:
        status: list[str] = []
        response = handler(_environ(path, cookie), lambda line, headers: status.append(line))  # type: ignore[arg-type]
        try:
            body = b"".join(response)
        finally:
            response.close()
        if not status[0].startswith("200"):
            raise RuntimeError(f"{path} answered {status[0]}")
        return body

    return get


def session_cookie() -> str:
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    # Demonstration accounts enter in demonstration mode only, and this measures production's settings.
    User.objects.filter(username=USERNAME).update(is_demo=False)
    client = Client()
    client.force_login(User.objects.get(username=USERNAME), backend="accounts.backends.PersonBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _environ(path: str, cookie: str) -> dict[str, Any]:
    path_info, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path_info,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": HOST,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": HOST,
        "HTTP_COOKIE": cookie,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }


def query_counts() -> dict[str, int]:
    """How many queries each page makes, session and person included."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    get = visitor()
    counts = {}
    for name, path in PAGES.items():
        get(path)  # the first request of a process connects and loads templates
        with CaptureQueriesContext(connection) as queries:
            get(path)
        counts[name] = len(queries)
    return counts


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(query_counts()))
