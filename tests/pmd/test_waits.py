"""A page waits for the database some seconds: others are served, and who waited reads a sentence and keeps the text."""

import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.test import Client

from indicators.models import Measurement
from pmd import environment, waits
from tests.factories import make_department, make_indicator, make_measurement, make_program, make_user
from tests.indicators.capture_page import url
from tests.indicators.town import make_town
from tests.support.pages import text_of

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has time-outs")


@pytest.fixture
def short(settings: Any, transactional_db: None) -> Iterator[None]:
    """Pages wait for a lock for one second, as what serves pages sets it when it starts."""
    options = connections.settings["default"]["OPTIONS"]
    before = dict(options)
    settings.PAGE_WAITS = environment.read_page_waits(
        {"PMD_LOCK_SECONDS": "1", "PMD_STATEMENT_SECONDS": "2", "PMD_IDLE_SECONDS": "4"}
    )
    waits.cut_waits_short()
    connection.close()
    yield
    connection.close()
    options.clear()
    options.update(before)


def in_a_thread(act: Any) -> tuple[Any, float]:
    """What another process of the server would answer, and after how many seconds."""
    found: list[Any] = []

    def run() -> None:
        started = time.monotonic()
        try:
            found.extend([act(), time.monotonic() - started])
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert len(found) == 2, "nobody was answered"
    return found[0], found[1]


def client_of(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def save(client: Client, indicator: Any, prefix: str = "PRE", **fields: Any) -> Any:
    data = {"indicator": indicator.pk, "version": 0, "numerator": "3", "denominator": "4", **fields}
    return client.post(f"/2016/captura/{prefix}/9/fila/{indicator.code}/", data)


@on_postgresql
class TestOneForgottenTransaction:
    def test_holds_one_row_and_nobody_else(self, short: None) -> None:
        town = make_town(2)
        row = make_measurement(town.indicators[0], 9, 1, 2, "draft")
        other = make_department("SIN", "Sindicatura")
        theirs = make_indicator(make_program(town.year, "SIN-01", department=other))
        waiting, served = client_of(town.people["liaison"]), client_of(make_user("sin", "liaison", other))
        with transaction.atomic():
            # Forgotten: it holds the row and never ends.
            Measurement.objects.select_for_update().get(pk=row.pk)
            held, seconds = in_a_thread(lambda: save(waiting, town.indicators[0], version=row.version))
            assert held.status_code == 503 and held["Retry-After"] == "10" and 0.9 < seconds < 8
            assert "está guardando lo mismo y no terminó a tiempo" in text_of(held)
            assert in_a_thread(lambda: save(served, theirs, "SIN"))[0].status_code == 200
            assert in_a_thread(lambda: save(waiting, town.indicators[1]))[0].status_code == 200
            assert in_a_thread(lambda: waiting.get(url()))[0].status_code == 200
        row.refresh_from_db()
        assert (row.numerator, row.denominator) == (1, 2)
        saved, _ = in_a_thread(lambda: save(waiting, town.indicators[0], version=row.version))
        assert saved.status_code == 200

    def test_who_waited_sends_again_what_was_typed(self, short: None) -> None:
        town = make_town(1)
        row = make_measurement(town.indicators[0], 9, 1, 2, "draft")
        client = Client(raise_request_exception=False, enforce_csrf_checks=True)
        client.force_login(town.people["liaison"])
        page = client.get(url()).content.decode()
        form = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', page))
        fields = {name: value for name, value in form.items() if value}
        typed = next(name for name in fields if name.endswith("numerator"))
        with transaction.atomic():
            Measurement.objects.select_for_update().get(pk=row.pk)
            held, _ = in_a_thread(lambda: client.post(url(), fields | {typed: "2"}))
        text = held.content.decode()
        assert held.status_code == 503 and "lo que escribió sigue aquí" in text
        again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text))
        assert again[typed] == "2" and again.keys() == fields.keys()
        done = client.post(url(), again)
        assert done.status_code == 302
        row.refresh_from_db()
        assert row.numerator == 2

    def test_a_statement_is_cut_and_told(self, short: None, monkeypatch: pytest.MonkeyPatch) -> None:
        def slow(*args: Any, **kwargs: Any) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(20)")

        client = client_of(make_town(1).people["reader"])
        monkeypatch.setattr("reports.home.page.home_page", slow)
        monkeypatch.setattr("reports.home.views.home_page", slow, raising=False)
        told, seconds = in_a_thread(lambda: client.get("/"))
        assert told.status_code == 503 and seconds < 8 and told["Retry-After"] == "30"
        assert "tardó demasiado" in text_of(told) and "Abrir la página otra vez" in text_of(told)

    def test_what_serves_no_pages_is_not_cut(self, transactional_db: None) -> None:
        with connection.cursor() as cursor:
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"SHOW {name}")
                assert cursor.fetchone() == ("0",), name


def caused(text: str, code: str | None = None, kind: type[Exception] = OperationalError) -> Exception:
    cause = Exception(text)
    cause.pgcode = code  # type: ignore[attr-defined]
    error = kind(text)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (caused("canceling statement due to lock timeout", "55P03"), waits.OF_A_LOCK),
        (caused("deadlock detected", "40P01"), waits.OF_A_LOCK),
        (caused("database is locked"), waits.OF_A_LOCK),
        (caused("se cancela la sentencia", "57014"), waits.OF_A_STATEMENT),
        (caused("terminating connection due to idle-in-transaction timeout", "25P03"), waits.OF_THE_DATABASE),
        (caused('connection to server at "x" failed: timeout expired'), waits.OF_THE_DATABASE),
        (caused("connection already closed", kind=InterfaceError), waits.OF_THE_DATABASE),
        (caused("sorry, too many clients already", "53300"), waits.OF_THE_DATABASE),
        (caused("relation does not exist", "42P01"), None),
        (ValueError("timeout expired"), None),
        (None, None),
    ],
)
def test_which_wait_it_was(error: Exception | None, wait: waits.Wait | None) -> None:
    assert waits.waited_for(error) == wait


@pytest.mark.django_db
def test_a_password_is_written_into_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **kwargs: Any) -> Any:
        raise caused("server closed the connection unexpectedly")

    client = Client(raise_request_exception=False)
    monkeypatch.setattr("accounts.views.SignIn.post", away)
    response = client.post("/entrar/", {"username": "ana", "password": "una-frase-larga", "csrfmiddlewaretoken": "x"})
    assert response.status_code == 503 and "una-frase-larga" not in response.content.decode()
    assert "no pudo llegar a su base de datos" in text_of(response)


def test_the_values_are_the_environments() -> None:
    assert environment.read_page_waits({}) == (
        "-c statement_timeout=20s -c lock_timeout=8s -c idle_in_transaction_session_timeout=60s"
    )
    assert "lock_timeout=3s" in environment.read_page_waits({"PMD_LOCK_SECONDS": "3"})
    with pytest.raises(ImproperlyConfigured, match="PMD_LOCK_SECONDS vale «pronto»"):
        environment.read_page_waits({"PMD_LOCK_SECONDS": "pronto"})


def test_connecting_is_cut_for_every_process(tmp_path: Any) -> None:
    def options(**given: str) -> Any:
        read = environment.read_database(
            {"DATABASE_URL": "postgresql://pmd@localhost/pmd", **given}, default=tmp_path / "x", local=False
        )
        return read["OPTIONS"]

    assert options()["connect_timeout"] == 5 and options(PMD_CONNECT_SECONDS="9")["connect_timeout"] == 9
