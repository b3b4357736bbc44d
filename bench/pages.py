"""Requests of a signed-in person to the project's pages, through the whole WSGI handler in this process.

As a program (``python -m bench.pages``) it prints the number of queries of each page on its database, as JSON.
"""

import io
import json
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from bench.municipality import HOST

YEAR, MONTH = 2016, 9
USERNAME = "planeacion"
PAGES = {
    "plan page": f"/{YEAR}/tablero/?mes={MONTH}",
    "heat map": f"/{YEAR}/mapa/?mes={MONTH}",
    "programme page": f"/{YEAR}/programas/PRE-01/?mes={MONTH}",
    "capture page": f"/{YEAR}/captura/PRE/{MONTH}/",
    "review page": f"/{YEAR}/revision/PRE/12/",  # 37 figures wait there
    "mayor's sheet": f"/{YEAR}/tarjeta/?mes={MONTH}",
}
FRAME = "/bench/vacia/"
BARE = "/bench/desnuda/"

Get = Callable[[str], bytes]


def visitor() -> Get:
    """A function that requests a path as the planning officer and returns the page; anything but 200 is an error."""
    handler, cookie = _handler(), session_cookie()
    return lambda path: _answer(handler, path, _environ(path, cookie))[1]


def saver() -> Callable[[], None]:
    """A function that saves another figure into a row of a grid, as its browser does; all but «saved» is an error."""
    from bench import saving

    handler, person = _handler(), saving.people()[0]

    def save() -> None:
        path, body, headers = person.request(person.count)
        environ = _environ(path, person.cookie) | {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_REFERER": headers["Referer"],
            "HTTP_X_CSRFTOKEN": headers["X-CSRFToken"],
            "wsgi.input": io.BytesIO(body.encode()),
        }
        given, _ = _answer(handler, path, environ)
        if given.get("X-Fila") != "saved":
            raise RuntimeError(f"{path} answered {given.get('X-Fila')}")
        person.saved_one(person.count)

    return save


def answered(path: str, headers: dict[str, str]) -> tuple[str, dict[str, str], bytes]:
    """The status, headers and body for somebody who has not signed in."""
    return _asked(_handler(), _environ(path, "") | headers)


@cache
def _handler() -> Any:
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.urls import set_urlconf

    settings.ROOT_URLCONF = "bench.urls"
    set_urlconf(None)
    return WSGIHandler()


def _answer(handler: Any, path: str, environ: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    """The headers and the body of a page that was found."""
    status, given, body = _asked(handler, environ)
    if not status.startswith("200"):
        raise RuntimeError(f"{path} answered {status}")
    return given, body


def _asked(handler: Any, environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    status: list[str] = []
    given: dict[str, str] = {}

    def start(line: str, headers: list[tuple[str, str]]) -> None:
        status.append(line)
        given.update(headers)

    response = handler(environ, start)
    try:
        return status[0], given, b"".join(response)
    finally:
        response.close()


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
