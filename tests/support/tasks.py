"""The queue and its worker in a test, and a mail server that says what the test wants it to say."""

import contextlib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django_tasks import task_backends
from django_tasks_db.management.commands.db_worker import Worker

# Made for the tests alone, with the key beside it.
AUTHORITY, SERVER_CERTIFICATE = (Path(__file__).parent / "tls" / name for name in ("authority.pem", "server.pem"))
DATABASE = "django_tasks_db.DatabaseBackend"


@contextlib.contextmanager
def tasks_by_worker() -> Iterator[None]:
    """Tasks are rows until ``work`` takes them, as in production."""
    before = settings.TASKS
    settings.TASKS = {"default": {"BACKEND": DATABASE}}
    _forget()
    try:
        yield
    finally:
        settings.TASKS = before
        _forget()


def _forget() -> None:
    task_backends._settings = task_backends.settings = task_backends.configure_settings(None)
    with contextlib.suppress(AttributeError):
        del task_backends["default"]


def work() -> None:
    """What the worker process does until the queue is empty; the test's own connection stays open."""
    worker = Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    )
    with patch("django_tasks_db.management.commands.db_worker.close_old_connections"):
        worker.run()


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server: Any = self.server
        if server.silent.wait(0) or not self._say("220 ready"):
            server.released.wait(20)
            return
        in_data = False
        for raw in self.rfile:
            line = raw.decode().strip()
            if in_data:
                in_data = line != "."
                if not in_data:
                    self._say("250 taken")
                else:
                    server.received.append(line)
                continue
            word = line.split(":")[0].upper()
            if word == "RCPT TO":
                self._say(server.answer)
            elif word == "DATA":
                in_data = self._say("354 go on")
            else:
                self._say("250 ok")

    def _say(self, text: str) -> bool:
        self.wfile.write(f"{text}\r\n".encode())
        return True


class MailServer(socketserver.ThreadingTCPServer):
    """``answer`` is what it says of an address; while ``silent`` is set it says nothing at all.

    With ``tls`` it speaks TLS from the first byte, as ``localhost``, with a certificate of our own authority.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self, *, tls: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(SERVER_CERTIFICATE)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.answer, self.received = "250 ok", list[str]()
        self.silent, self.released = threading.Event(), threading.Event()


@contextlib.contextmanager
def mail_server(test_settings: Any) -> Iterator[MailServer]:
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        test_settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        test_settings.EMAIL_HOST, test_settings.EMAIL_PORT = server.server_address
        test_settings.EMAIL_TIMEOUT = 8
        yield server
        server.released.set()
        server.shutdown()
