"""A proxy before PostgreSQL: it lets a COMMIT through and swallows its answer, or stands still like a frozen server."""

import contextlib
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

SOCKET = ".s.PGSQL.5432"


@dataclass
class DatabaseProxy:
    """``is_armed``: the next COMMIT is done and its answer lost. ``swallowed`` counts them.

    While ``moves`` is not set it takes connections and what is sent, and answers nothing. ``taken`` counts connections.
    ``refuses``: whoever comes is shut out, and who is within stays.
    """

    server: str
    is_armed: bool = False
    swallowed: int = 0
    taken: int = 0
    refuses: bool = False
    moves: threading.Event = field(default_factory=threading.Event)
    _closing: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.moves.set()

    def serve(self, listener: socket.socket) -> None:
        listener.settimeout(0.2)
        while not self._closing.is_set():
            with contextlib.suppress(TimeoutError):
                client, _ = listener.accept()
                self.taken += 1
                if self.refuses:
                    client.close()
                    continue
                threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        self.moves.wait()
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.connect(self.server)
        answers = threading.Thread(target=self._pump, args=(server, client), daemon=True)
        cut = threading.Event()
        answers.start()
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                self.moves.wait()
                if self.is_armed and b"COMMIT\0" in data:
                    self.is_armed = False
                    self.swallowed += 1
                    cut.set()
                    # From here on nothing reaches the client: its socket is shut before the server answers.
                    client.shutdown(socket.SHUT_RDWR)
                server.sendall(data)
                if cut.is_set():
                    answers.join(5)
                    break
        for end in (client, server):
            with contextlib.suppress(OSError):
                end.close()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            source.settimeout(30)
            while data := source.recv(65536):
                self.moves.wait()
                target.sendall(data)

    def close(self) -> None:
        self._closing.set()
        self.moves.set()


@contextlib.contextmanager
def behind_proxy() -> Iterator[DatabaseProxy]:
    """This process's connection goes through a DatabaseProxy; PostgreSQL on a socket in a folder only."""
    given = connection.settings_dict
    with tempfile.TemporaryDirectory(prefix="pmd-px-") as folder:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(Path(folder) / SOCKET))
        listener.listen()
        proxy = DatabaseProxy(str(Path(given["HOST"]) / SOCKET))
        serving = threading.Thread(target=proxy.serve, args=(listener,), daemon=True)
        serving.start()
        connection.close()
        direct, given["HOST"] = given["HOST"], folder
        try:
            yield proxy
        finally:
            connection.close()
            given["HOST"] = direct
            proxy.close()
            serving.join(5)
            listener.close()
