"""``doctor``, of what lies beyond the process: the mail server, the site as people reach it, the files of the plan."""

import contextlib
import http.server
import re
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from smtplib import SMTPAuthenticationError, SMTPConnectError, SMTPNotSupportedError, SMTPRecipientsRefused
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from pmd import __version__
from pmd.installation import listed, reached, running
from tests.pmd.in_order import in_order, told
from tests.support.tasks import AUTHORITY, SERVER_CERTIFICATE, MailServer, mail_server

__all__ = ["in_order"]  # a fixture of every test below
SITE_FAULTS = reached._site_faults
pytestmark = pytest.mark.django_db


def not_trusted(code: int, message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, message
    return error


class TestTheMailServer:
    def test_is_connected_to_and_nothing_is_sent(self, settings: Any) -> None:
        with mail_server(settings) as server:
            assert told()[0] == 0
            assert server.received == []

    def test_a_message_to_oneself(self, settings: Any) -> None:
        with mail_server(settings) as server:
            out = StringIO()
            call_command("doctor", mail="sistemas@example.gob.mx", stdout=out)
            assert "Se entregó un correo para sistemas@example.gob.mx" in out.getvalue()
            assert any("puede enviar correo" in line for line in server.received)
            server.answer = "550 no"
            with pytest.raises(SystemExit):
                call_command("doctor", mail="nadie@example.gob.mx", stdout=out)
            assert "ese buzón no existe o no recibe" in out.getvalue()

    def test_without_one_that_is_said_once(self, settings: Any) -> None:
        settings.EMAIL_BACKEND, settings.EMAIL_CONFIGURED = "django.core.mail.backends.smtp.EmailBackend", False
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        status, said = told()
        assert status == 1 and said.count("FALTA") == 1 and "Falta EMAIL_URL" in said

    @pytest.mark.parametrize("given", ["noescorreo", "a@b.mx\nBcc: x@y.mx"])
    def test_a_message_to_nobody(self, given: str) -> None:
        with pytest.raises(CommandError, match="no es un correo"):
            call_command("doctor", f"--mail={given}")

    def test_one_that_is_not_there(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        status, said = told()
        assert status == 1 and "El servidor de correo 127.0.0.1:9 no sirve" in said

    def test_one_that_never_comes_to_an_end(self, settings: Any, monkeypatch: Any) -> None:
        """A letter now and then keeps every time limit of the connection from passing."""
        patient = [replace(one, patience=2) if one.ask is reached.mail_server else one for one in listed.CHECKS]
        monkeypatch.setattr(listed, "CHECKS", tuple(patient))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        with drop_by_drop() as port:
            settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 8
            began = time.monotonic()
            status, said = told()
        assert status == 1 and "El servidor de correo de EMAIL_URL no termina de contestar." in said
        assert said.count("FALTA") == 1 and time.monotonic() - began < 15

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (SMTPAuthenticationError(535, b"no AUTH PLAIN AGEAYg=="), "(535) Corrija el usuario y la clave"),
            (UnicodeEncodeError("ascii", "niño", 2, 3, "no"), "lleva acentos, ñ u otros signos. Ponga una clave sin"),
            (SMTPAuthenticationError(454, b"later"), "pidió intentarlo más tarde. (454) Espere unos minutos"),
            (SMTPConnectError(554, b"no"), "no acepta conexiones de esta máquina. (554) Avise a quien lo administra."),
            (SMTPRecipientsRefused({"a@b.mx": (451, b"greylisted")}), "Espere unos minutos y corra lo mismo otra vez"),
            (not_trusted(62, "Hostname mismatch, certificate is not valid for 'x'."), "'x'. Escriba en EMAIL_URL el"),
            (not_trusted(10, "certificate has expired"), "has expired. Pida a quien administra ese servidor"),
            (SMTPNotSupportedError("STARTTLS extension not supported"), "no ofrece lo que EMAIL_URL pide."),
            (ssl.SSLError(1, "wrong version number"), "no habla TLS como pide EMAIL_URL"),
            (socket.gaierror(-2, "Name or service not known"), "su nombre no se encuentra. Corrija EMAIL_URL"),
        ],
    )
    def test_why_and_what_to_do(self, settings: Any, monkeypatch: Any, error: Exception, said: str) -> None:
        def fail(self: Any) -> None:
            raise error

        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        monkeypatch.setattr("django.core.mail.backends.smtp.EmailBackend.open", fail)
        assert said in told()[1] and "AGEAYg" not in told()[1]

    def test_one_whose_certificate_is_nobody_s(self, settings: Any) -> None:
        settings.EMAIL_BACKEND, settings.EMAIL_USE_SSL = "django.core.mail.backends.smtp.EmailBackend", True
        with tls_server(MailServer(tls=True)) as port:
            settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", port
            status, said = told()
        assert status == 1 and "nombre el de su autoridad con PMD_EMAIL_CA_FILE" in said


@contextlib.contextmanager
def drop_by_drop() -> Iterator[int]:
    """A server that never says a whole line."""
    over = threading.Event()

    class Slow(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                while not over.wait(0.2):
                    self.request.sendall(b"2")

    with tls_server(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Slow)) as port:
        yield port
        over.set()


class Answer(http.server.BaseHTTPRequestHandler):
    text, status = f"ok · PMD {__version__}", 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.text.encode())

    def log_message(self, *args: Any) -> None:
        pass


@contextlib.contextmanager
def tls_server(server: socketserver.BaseServer) -> Iterator[int]:
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]  # type: ignore[index]
        server.shutdown()


@contextlib.contextmanager
def site(status: int = 200, text: str = Answer.text) -> Iterator[int]:
    answer = type("Answer", (Answer,), {"status": status, "text": text})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SERVER_CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with tls_server(server) as port:
        yield port


class TestTheSite:
    @pytest.fixture(autouse=True)
    def reached(self, monkeypatch: pytest.MonkeyPatch, in_order: None) -> None:
        """The certificate's authority is one of the system's; the site is asked for."""
        monkeypatch.setattr(reached, "_site_faults", SITE_FAULTS)
        monkeypatch.setenv("SSL_CERT_FILE", str(AUTHORITY))
        monkeypatch.setenv("no_proxy", "*")

    def said_of(self, settings: Any, port: int, host: str = "localhost") -> str:
        settings.PMD_SITE_URL = f"https://{host}:{port}"
        return "\n".join(line for line in told()[1].splitlines() if f"{host}:{port}" in line or "vence" in line)

    def test_as_it_should_be(self, settings: Any) -> None:
        with site() as port:
            assert self.said_of(settings, port) == ""

    def test_its_certificate_is_nobody_s(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("SSL_CERT_FILE")
        with site() as port:
            assert "no lo reconocerá ningún navegador" in self.said_of(settings, port)

    def test_its_certificate_ends_soon(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reached, "_DAYS_LEFT", 10**9)
        with site() as port:
            assert re.search(r"El certificado de localhost vence en \d+ días", self.said_of(settings, port))

    def test_another_program_answers(self, settings: Any) -> None:
        with site(text="<h1>Welcome to nginx!</h1>") as port:
            assert "contesta otro programa" in self.said_of(settings, port)

    def test_another_version_answers(self, settings: Any) -> None:
        with site(text="ok · PMD 0.0.9\nNadie toma las tareas.") as port:
            said = self.said_of(settings, port)
        assert f"trabaja PMD 0.0.9, y este código es {__version__}. Si es esta instalación, reinicie" in said

    def test_it_is_not_ready(self, settings: Any) -> None:
        with site(503, "sin base de datos") as port:
            assert "respondió 503: sin base de datos" in self.said_of(settings, port)

    def test_nobody_answers(self, settings: Any) -> None:
        assert "No se llega a https://localhost:9/salud/ desde esta máquina" in self.said_of(settings, 9)

    def test_its_name_is_unknown(self, settings: Any) -> None:
        assert "no se encuentra" in self.said_of(settings, 443, "pmd.no-existe.invalid")


class TestTheFilesOfTheWholePlan:
    def papers_at(self, port: int, monkeypatch: pytest.MonkeyPatch, folder: Path) -> str:
        (folder / "pmd-papers.socket").write_text(f"[Socket]\nListenStream=127.0.0.1:{port}\n", encoding="utf-8")
        monkeypatch.setattr(running, "UNITS", folder)
        return told()[1]

    def test_the_files_of_the_whole_plan_have_nobody(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        said = self.papers_at(9, monkeypatch, tmp_path)
        assert "En 127.0.0.1:9 nadie contesta, y los archivos de todo el plan" in said and "pmd-papers.socket" in said

    def test_whoever_is_at_work_on_one_is_not_taken_for_nobody(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """Such a failure would take an upgrade back while somebody downloads the plan."""
        monkeypatch.setattr(running, "_PATIENCE", 0.2)
        with socket.create_server(("127.0.0.1", 0)) as busy:
            said = self.papers_at(busy.getsockname()[1], monkeypatch, tmp_path)
        assert "Aviso" in said and "se tarda en contestar" in said and "FALTA" not in said

    def test_somebody_makes_the_files_of_the_whole_plan(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        with tls_server(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)) as port:
            assert "todo el plan" not in self.papers_at(port, monkeypatch, tmp_path)
