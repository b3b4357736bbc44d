"""Whoever runs the server is told that something broke: once an hour, without anybody's data; no page waits for it."""

import json
import logging
import multiprocessing
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from pmd import environment, error_mail
from tests.indicators.town import make_town
from tests.pmd.test_settings import PRODUCTION, run
from tests.support.tasks import mail_server

ADMINS = ["sistemas@example.gob.mx", "otra@example.gob.mx"]
SECRETS = ("Ana Quiñones", "8123", "ana@example.gob.mx", "PRE-01-01")


@pytest.fixture(autouse=True)
def operators(settings: Any, tmp_path: Path) -> None:
    settings.PMD_ADMINS = ADMINS
    settings.VAR_DIR = tmp_path


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, db: None) -> Client:
    """A page that fails with a person's name and a figure in its words."""

    def fail(*args: Any, **kwargs: Any) -> None:
        who, figure = SECRETS[0], int(SECRETS[1])
        raise RuntimeError(f"{who} <{SECRETS[2]}> capturó {figure} en {SECRETS[3]}")

    monkeypatch.setattr("reports.home.views.home_page", fail)
    client = Client(raise_request_exception=False)
    client.force_login(make_town().people["director"])
    return client


def sent() -> list[Any]:
    """What left, once the threads that send have ended."""
    for thread in threading.enumerate():
        if thread.name == "operators-mail":
            thread.join(20)
    return mail.outbox


def test_it_says_what_and_where_and_nobody_s_data(broken: Client) -> None:
    answer = broken.get(f"/?buscar={SECRETS[0]}", headers={"user-agent": SECRETS[2]})
    (message,) = sent()
    assert message.to == ADMINS and message.subject.startswith("[PMD] RuntimeError · tests/pmd/test_error_mail.py:")
    assert f"Código: {answer['X-Request-ID']}" in message.body and "Página: GET /" in message.body
    assert "test_error_mail.py" in message.body and "core/handlers" not in message.body
    assert not [secret for secret in SECRETS if secret in message.subject + message.body]


def test_what_was_sent_is_not_in_it(broken: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise ValueError("password")

    monkeypatch.setattr("accounts.views.SignIn.post", fail)
    Client(raise_request_exception=False).post("/entrar/", {"username": "ana.quinones", "password": "una-frase-larga"})
    (message,) = sent()
    assert "Página: POST /entrar/" in message.body
    assert "una-frase-larga" not in message.body and "ana.quinones" not in message.body


def test_the_same_is_told_once_and_something_else_too(broken: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        assert broken.get("/").status_code == 500
    assert len(sent()) == 1
    logging.getLogger("pmd").error("Otra cosa: %s", SECRETS[0])
    logging.getLogger("pmd").error("Otra cosa: %s", "de otra persona")
    assert [message.subject for message in sent()][1:] == ["[PMD] pmd: Otra cosa: …"]
    assert SECRETS[0] not in mail.outbox[1].body


def test_an_hour_later_it_is_told_again_with_how_often_it_happened() -> None:
    now = datetime(2016, 10, 5, 12, tzinfo=UTC)
    assert error_mail.claim("a", now) == 0
    assert [error_mail.claim("a", now + timedelta(minutes=minutes)) for minutes in (1, 30, 59)] == [None] * 3
    assert error_mail.claim("b", now) == 0
    assert error_mail.claim("a", now + timedelta(minutes=60)) == 3
    assert error_mail.claim("a", now + timedelta(minutes=61)) is None
    # A clock that was set back does not silence it.
    assert error_mail.claim("a", now - timedelta(days=9)) == 1


def _claim(barrier: Any, told: Any) -> None:
    barrier.wait(30)
    told.put(error_mail.claim("same", datetime(2016, 10, 5, 12, tzinfo=UTC)))


def test_of_many_processes_one_tells_it() -> None:
    context = multiprocessing.get_context("fork")
    barrier, told = context.Barrier(6), context.Queue()
    processes = [context.Process(target=_claim, args=(barrier, told)) for _ in range(6)]
    for process in processes:
        process.start()
    answers = [told.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(30)
    assert sorted(answers, key=str) == [0, *[None] * 5]


def test_no_page_waits_for_a_mail_server_that_hangs(broken: Client, settings: Any) -> None:
    with mail_server(settings) as server:
        server.silent.set()
        before = time.monotonic()
        assert broken.get("/").status_code == 500
        assert time.monotonic() - before < 4
        assert any(thread.name == "operators-mail" for thread in threading.enumerate())
        server.released.set()
        sent()


def test_a_mail_server_that_refuses_is_a_line_and_no_further_message(
    broken: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with mail_server(settings) as server:
        server.answer = "550 no"
        broken.get("/")
        sent()
    (line,) = [record for record in caplog.records if record.name == "pmd.error_mail"]
    assert line.levelname == "WARNING" and "no salió: SMTPRecipientsRefused" in line.getMessage()


def test_what_anybody_can_send_mails_nobody(db: None) -> None:
    """A request that is refused is Django's security loggers' error."""
    logging.getLogger("django.security.TooManyFieldsSent").error("Bad Request: %s", "/entrar/")
    Client().get("/no-existe/")
    Client(enforce_csrf_checks=True).post("/entrar/", {"username": "x"})
    assert sent() == []


def test_nobody_is_told_where_nobody_is_named(broken: Client, settings: Any) -> None:
    settings.PMD_ADMINS = []
    assert broken.get("/").status_code == 500
    assert sent() == []


def test_a_folder_that_cannot_be_written_leaves_the_temporary_one(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    settings.VAR_DIR = tmp_path / "file"
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert error_mail.claim("a", datetime.now(UTC)) == 0
    (folder,) = tmp_path.glob("pmd-avisos-*")
    assert folder.stat().st_mode & 0o777 == 0o700 and len(list(folder.iterdir())) == 1


def test_a_backup_that_is_refused_is_a_line_that_tells_the_operators(tmp_path: Path) -> None:
    """A refusal with a sentence is a failure of the night like any other; what was typed wrong is none."""
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'pmd.sqlite3'}"}
    done = run(PRODUCTION | database, "manage.py", "backup", str(tmp_path / "no"))
    assert done.returncode == 1 and "no existe: créela o monte su disco" in done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert ("pmd.commands.backup", "ERROR") in [(line["logger"], line["level"]) for line in lines]
    for typed in (["backup", "--keep", "x"], ["showmigrations", "no"]):
        assert "pmd.commands" not in run(PRODUCTION | database, "manage.py", *typed).stderr


def test_a_command_of_a_timer_that_fails_is_a_line_that_says_which(tmp_path: Path) -> None:
    """Nobody sits before it: without tables the reminders fail."""
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'pmd.sqlite3'}"}
    done = run(PRODUCTION | database, "manage.py", "send_reminders")
    assert done.returncode == 1
    assert '"La orden «send_reminders» no terminó"' in done.stderr and '"exc_info"' in done.stderr


@pytest.mark.parametrize("given", ["sistemas", "a@b.mx, otra"])
def test_an_address_that_is_none_stops_the_start(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PMD_ADMINS contiene"):
        environment.read_admins({"PMD_ADMINS": given})


def test_addresses_have_commas_between_them() -> None:
    assert environment.read_admins({"PMD_ADMINS": " a@b.mx ,c@d.mx,"}) == ["a@b.mx", "c@d.mx"]
