"""One machine of an office opens connections without end: those who come from the same address go on working."""

import contextlib
import http.server
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.install import main

pytestmark = pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
MANY = 250


class Pages(http.server.BaseHTTPRequestHandler):
    """What stands behind nginx: a page for everybody."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of nginx with the site that ``make install`` writes."""
    for name, value in (("MUNICIPALITY", "Durango"), ("HOST", "pmd.durango.gob.mx"), ("TIME_ZONE", "America/Tijuana")):
        monkeypatch.setenv(name, value)
    assert main(["--root", str(tmp_path)]) == 0
    pages = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    port = _free_port()
    written = (tmp_path / "etc/nginx/sites-enabled/pmd").read_text()
    written = re.sub(r"^ *listen \[::\].*\n", "", written, flags=re.MULTILINE)
    written = written.replace("listen 80;", f"listen 127.0.0.1:{_free_port()};")
    written = written.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl;")
    written = re.sub(r"proxy_pass http://[^;]+;", f"proxy_pass http://127.0.0.1:{pages.server_port};", written)
    (tmp_path / "site.conf").write_text(written)
    kept = "".join(
        f"{what}_temp_path {tmp_path}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = tmp_path / "nginx.conf"
    conf.write_text(
        f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{ worker_connections 1024; }}\n"
        f"http {{ access_log off; {kept} include {tmp_path}/site.conf; }}\n"
    )
    nginx = subprocess.Popen(["nginx", "-c", conf, "-e", tmp_path / "error.log"])
    try:
        _until_it_listens(port)
        yield port
    finally:
        nginx.terminate()
        nginx.wait(10)
        pages.shutdown()


def _until_it_listens(port: int) -> None:
    end = time.monotonic() + 10
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert time.monotonic() < end
        time.sleep(0.05)


def _connected(port: int, cookie: str, words: str) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    there = context.wrap_socket(socket.create_connection(("127.0.0.1", port), 10), server_hostname="pmd.durango.gob.mx")
    session = f"Cookie: sessionid={cookie}\r\n" if cookie else ""
    there.sendall(f"{words} HTTP/1.1\r\nHost: pmd.durango.gob.mx\r\n{session}".encode())
    return there


def _status(port: int, cookie: str) -> int:
    with _connected(port, cookie, "GET /") as there:
        there.sendall(b"Connection: close\r\n\r\n")
        return int(there.recv(100).split()[1])


@pytest.mark.parametrize("flooding", ["", "una-sesion"])
def test_who_floods_is_refused_and_others_of_the_same_address_are_not(site: int, flooding: str) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(MANY):
            there = held.enter_context(_connected(site, flooding, "POST /entrar/"))
            there.sendall(b"Content-Length: 100000\r\n\r\nx")  # and no more of it
        assert _status(site, flooding) == 429
        assert _status(site, "otra-sesion") == 200
