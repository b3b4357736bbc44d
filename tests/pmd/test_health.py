"""The health pages: ready means that a write would not fail, and nothing is told but that."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from core import last_runs, private_files
from core.models import LastRun
from pmd import __version__, health
from pmd.installation.patience import AskedOnce
from pmd.logs import JsonLine

pytestmark = pytest.mark.django_db
READY = f"ok · PMD {__version__}"


@pytest.fixture(autouse=True)
def asked_anew() -> None:
    health._tried.clear()


def asked(client: Client, path: str = "/salud/", **meta: Any) -> tuple[int, str]:
    response = client.get(path, **meta)
    assert "no-store" in response["Cache-Control"]
    return response.status_code, response.content.decode()


def test_a_write_is_tried_once_in_ten_seconds(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2) as first:
        assert asked(client) == (200, READY)
    assert "INSERT" in first[1]["sql"]
    written = LastRun.objects.get(pk=last_runs.HEALTH).at
    with django_assert_num_queries(1) as second:
        assert asked(client) == (200, READY)
    assert "SELECT 1" in second[0]["sql"]
    health._tried[0] -= health.TRIED_EVERY
    assert asked(client) == (200, READY)
    assert LastRun.objects.get(pk=last_runs.HEALTH).at > written


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_writes(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    switches = {"postgresql": "SET default_transaction_read_only = {}", "sqlite": "PRAGMA query_only = {}"}
    switch = switches[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(switch.format("on"))
    try:
        assert asked(client) == (503, "no se puede guardar")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(switch.format("off"))
    assert "readonly" in caplog.text or "read-only" in caplog.text
    assert asked(client) == (200, READY)


def test_while_somebody_else_writes_it_is_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*args: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(last_runs, "note", locked)
    assert asked(client) == (200, READY)


@pytest.mark.parametrize("error", ["database or disk is full", "attempt to write a readonly database"])
def test_what_a_write_would_meet_is_told_without_details(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: Any) -> None:
        raise OperationalError(error)

    monkeypatch.setattr(last_runs, "note", fail)
    assert asked(client) == (503, "no se puede guardar")
    assert error in caplog.text


def test_the_line_that_django_writes_of_it_has_the_code_too(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.FILES_ROOT, settings.OWN_FILES_ROOT = Path("/no/esta/montado"), False
    code = client.get("/salud/")["X-Request-ID"]
    (line,) = [JsonLine().format(record) for record in caplog.records if record.name == "django.request"]
    assert json.loads(line)["request_id"] == code


def test_files_that_could_not_be_kept(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT, settings.OWN_FILES_ROOT = tmp_path / "no-montado", False
    assert asked(client) == (503, "no se puede guardar")
    settings.FILES_ROOT.mkdir()
    assert asked(client) == (200, READY)
    assert list(settings.FILES_ROOT.iterdir()) == []


def test_a_database_that_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("connection to server at 10.0.0.3 failed")

    monkeypatch.setattr(connection, "cursor", away)
    assert asked(client) == (503, "sin base de datos")
    assert asked(client, "/salud/vivo/") == (200, "ok")


def test_alive_asks_for_nothing(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert asked(client, "/salud/vivo/") == (200, "ok")


@pytest.mark.parametrize("path", ["/salud/", "/salud/vivo/"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "[::1]:8000"])
def test_on_the_loopback_by_any_of_its_names_and_without_tls(
    client: Client, settings: Any, path: str, host: str
) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = [".durango.gob.mx"], True
    assert asked(client, path, headers={"host": host})[0] == 200
    assert asked(client, path, headers={"host": "pmd.durango.gob.mx"})[0] == 200
    assert client.get(path, headers={"host": "malo.example"}).status_code == 400
    assert client.get("/entrar/", headers={"host": host}).status_code == 400


def test_last_runs_are_written_anew() -> None:
    assert last_runs.last(last_runs.REMINDERS) is None
    for _ in range(2):
        now = timezone.now()
        last_runs.note(last_runs.REMINDERS, now)
        assert last_runs.last(last_runs.REMINDERS) == now
    assert LastRun.objects.count() == 1


def test_a_disk_that_does_not_answer_holds_one_thread(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a monitor asks: those that answer people go on."""
    released = threading.Event()
    monkeypatch.setattr(private_files, "_write", lambda *args: released.wait(30))
    monkeypatch.setattr(health, "_files", AskedOnce(seconds=0.5))
    began = time.monotonic()
    try:
        for _ in range(5):
            assert asked(client) == (503, "no se puede guardar")
        waiting = [one for one in threading.enumerate() if one.name == "asked-beside"]
        assert len(waiting) == 1 and time.monotonic() - began < 10
    finally:
        released.set()
    monkeypatch.undo()
    waiting[0].join(10)
    assert asked(client) == (200, READY)


def test_two_who_ask_at_once_are_told_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes a moment is no fault, also where another monitor asks in that moment."""
    begun, goes_on = threading.Event(), threading.Event()
    times: list[int] = []

    def ask(now: Any) -> list[Any]:
        times.append(1)
        begun.set()
        assert goes_on.wait(5)
        return []

    monkeypatch.setattr(health, "_files", AskedOnce(seconds=5.0))
    check = replace(health.FILES, ask=ask)
    monkeypatch.setattr(health, "FILES", check)
    monkeypatch.setattr(health, "CHECKS", (check,))
    monkeypatch.setattr(health, "_tried", [])
    with ThreadPoolExecutor(2) as together:
        first = together.submit(health.why_not_ready, timezone.now())
        assert begun.wait(5)
        second = together.submit(health.why_not_ready, timezone.now())
        with pytest.raises(TimeoutError):
            second.result(0.3)  # it waits for the same answer
        goes_on.set()
        assert (first.result(5), second.result(5)) == ("", "")
    assert len(times) == 1
