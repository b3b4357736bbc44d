"""The product as it runs in production: gunicorn, in a process of its own, and what it writes into its log."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.pmd.test_settings import PRODUCTION, ROOT, without_settings

_PATIENCE = 90
_READY = "/salud/vivo/"


@dataclass(frozen=True)
class Served:
    port: int
    log: Path

    def get(self, path: str, host: str = "pmd.durango.gob.mx", **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers (lower case) and text; headers are given with «_» for «-»."""
        return self.ask("GET", path, None, {"Host": host, **headers})

    def ask(self, method: str, path: str, form: str | None, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, form, {name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text

    def lines(self) -> list[dict[str, Any]]:
        """Everything that was written so far, by gunicorn and by the product; each line is JSON or this fails."""
        return [json.loads(line) for line in self.log.read_text().rpartition("\n")[0].splitlines()]

    def lines_of(self, code: str) -> list[dict[str, Any]]:
        """Those of one request, of which gunicorn writes the last one after it answered."""
        end = time.monotonic() + _PATIENCE
        while True:
            found = [line for line in self.lines() if line.get("request_id") == code]
            if any(line["logger"] == "gunicorn.access" for line in found) or time.monotonic() > end:
                return found
            time.sleep(0.02)


@contextlib.contextmanager
def served(folder: Path, **given: str) -> Iterator[Served]:
    """On a database of its own without tables, with the settings of production and what ``given`` changes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    files, static = folder / "files", folder / "static"
    files.mkdir(exist_ok=True)
    environment = without_settings(os.environ) | PRODUCTION
    environment |= {
        "DATABASE_URL": f"sqlite:///{folder / 'pmd.sqlite3'}", "PMD_FILES_ROOT": str(files), "PMD_ENV_FILE": "",
        "PMD_STATIC_ROOT": str(static), "DJANGO_SETTINGS_MODULE": "pmd.settings", **given,
    }  # fmt: skip
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "pmd.wsgi", "--bind", f"127.0.0.1:{port}", "--no-control-socket"],
            cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    one = Served(port, log)
    try:
        end = time.monotonic() + _PATIENCE
        while True:
            with contextlib.suppress(OSError):
                if one.get(_READY)[0] == 200:
                    break
            assert time.monotonic() < end and process.poll() is None, log.read_text()
            time.sleep(0.2)
        yield one
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
