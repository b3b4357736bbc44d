"""``manage.py doctor`` asks the site what of a request arrives: a wrong PMD_PROXY_COUNT is a failure, not a guess."""

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from django.core.signing import BadSignature
from django.test import Client, RequestFactory

from pmd.installation import passed_on, reached
from tests.support.tasks import SERVER_CERTIFICATE


@contextmanager
def behind(proxies: int, *, proto: bool = True, replaced: bool = False) -> Iterator[int]:
    """The product at a port with TLS, with so many proxies before it that write as deploy/nginx/site.conf does."""

    class Proxy(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            before = "" if replaced else self.headers.get("X-Forwarded-For", "")
            added = [f"10.0.0.{number}" for number in range(1, proxies + 1)]
            headers["X-Forwarded-For"] = ", ".join([*filter(None, [before]), *added])
            if proto and proxies:
                headers["X-Forwarded-Proto"] = "https"
            answer = Client(headers=headers).get(self.path)
            self.send_response(answer.status_code)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SERVER_CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize(
    ("count", "proxies", "how", "said", "grave"),
    [
        (1, 1, {}, "", False),
        (2, 2, {}, "", False),
        (1, 1, {"replaced": True}, "", False),
        (0, 1, {}, "PMD_PROXY_COUNT es 0: cada página de {url} se redirige a sí misma sin fin. Escriba cuántos", True),
        (1, 1, {"proto": False}, "El proxy no dice que se llegó por TLS", True),
        (2, 1, {}, "entra con la dirección que quiera. Cuente los suyos; parece que son 1: corrija", True),
        (5, 1, {}, "parece que son 1: corrija PMD_PROXY_COUNT", True),
        (2, 1, {"replaced": True}, "todas las visitas cuentan como una sola dirección", True),
        (1, 3, {}, "Si todos son suyos, escriba 3", False),
    ],
)
def test_what_arrives(settings: Any, count: int, proxies: int, how: dict[str, bool], said: str, grave: bool) -> None:
    settings.LOCAL, settings.PMD_PROXY_COUNT, settings.ALLOWED_HOSTS = False, count, ["testserver"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if count else None
    with behind(proxies, **how) as port:
        settings.PMD_SITE_URL = f"https://localhost:{port}"
        found = list(passed_on.faults(5))
    assert [(said.format(url=settings.PMD_SITE_URL) in str(one), one.grave) for one in found] == [(True, grave)] * bool(
        said
    ), found


def test_a_site_with_another_key_is_told(settings: Any) -> None:
    """Another installation on this machine, or one that was not started anew."""
    settings.LOCAL, settings.PMD_PROXY_COUNT, settings.ALLOWED_HOSTS = False, 1, ["testserver"]
    with behind(1) as port:
        settings.PMD_SITE_URL = f"https://localhost:{port}"
        with patch.object(passed_on.TimestampSigner, "unsign", side_effect=BadSignature):
            (found,) = passed_on.faults(5)
    assert "trabaja PMD con otra SECRET_KEY" in str(found) and not found.grave


def test_doctor_asks_it_and_nobody_else_is_answered(
    settings: Any, client: Client, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LOCAL, settings.PMD_SITE_URL = False, "https://pmd.durango.gob.mx"
    monkeypatch.setattr(reached, "_site_faults", lambda now: iter(()))
    monkeypatch.setattr(passed_on, "faults", lambda patience: iter(["asked"]))
    assert list(reached.site(None)) == ["asked"]  # type: ignore[arg-type, comparison-overlap]
    for given in ("", "doctor", passed_on.signer().sign("doctor") + "x"):
        assert client.get("/salud/vivo/", headers={"X-PMD-Doctor": given}).content == b"ok"
    signed = passed_on.signer().sign("doctor")
    assert client.get("/salud/vivo/", headers={"X-PMD-Doctor": signed}).content != b"ok"
    monkeypatch.setattr(passed_on, "_SECONDS", -1)
    assert client.get("/salud/vivo/", headers={"X-PMD-Doctor": signed}).content == b"ok"
