"""A database that stands still: pages say so in some seconds, and work again when it does."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from pmd import environment, waits
from tests.indicators.town import make_town
from tests.support.database_proxy import behind_proxy
from tests.support.pages import text_of

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a file does not stand still"),
    pytest.mark.django_db(transaction=True),
]


@contextmanager
def _serving(settings: Any, **given: str) -> Iterator[Any]:
    """What serves pages, with the limits that ``given`` sets."""
    from pmd import frozen

    options = connections.settings["default"]["OPTIONS"]
    before = dict(options)
    settings.PAGE_WAITS = environment.read_page_waits(given)
    waits.cut_waits_short()
    connection.close()
    yield frozen.watch
    connection.close()
    options.clear()
    options.update(before)


@pytest.fixture
def watched(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """With limits of one second."""
    monkeypatch.setattr("pmd.frozen.SPARED", 0)
    with _serving(settings, PMD_STATEMENT_SECONDS="1") as watch:
        yield watch


@pytest.fixture
def served(settings: Any) -> Iterator[Any]:
    """With the limits of an installation."""
    with _serving(settings) as watch:
        yield watch


def test_who_saved_is_told_and_saves_again(watched: Any) -> None:
    town = make_town(1)
    client = Client(raise_request_exception=False)
    client.force_login(town.people["liaison"])
    path = f"/2016/captura/PRE/9/fila/{town.indicators[0].code}/"
    row = {"indicator": town.indicators[0].pk, "version": 0, "numerator": "3", "denominator": "4"}
    backend = connection.connection.info.backend_pid
    os.kill(backend, signal.SIGSTOP)
    try:
        started = time.monotonic()
        held = client.post(path, row)
        seconds = time.monotonic() - started
    finally:
        os.kill(backend, signal.SIGCONT)
    assert held.status_code == 503 and "no pudo llegar a su base de datos" in text_of(held)
    assert held["Retry-After"] == "30" and seconds < 10
    connection.close_if_unusable_or_obsolete()  # as the end of a request does where pages are served
    # Sent again, as the grid does by itself.
    assert client.post(path, row)["X-Fila"] == "saved"


def test_a_server_that_answers_nobody_is_noticed_long_before_any_limit(served: Any) -> None:
    """Who waits is told in some seconds, who comes afterwards at once; nobody has to do anything when it goes on."""
    town = make_town(1)
    client, other = Client(raise_request_exception=False), Client(raise_request_exception=False)
    path = f"/2016/captura/PRE/9/fila/{town.indicators[0].code}/"
    row = {"indicator": town.indicators[0].pk, "version": 0, "numerator": "3", "denominator": "4"}
    with behind_proxy() as proxy:
        client.force_login(town.people["liaison"])
        other.force_login(town.people["liaison"])
        proxy.moves.clear()
        held, seconds = _timed(lambda: client.post(path, row))
        connection.close_if_unusable_or_obsolete()  # as the end of a request does where pages are served
        assert held.status_code == 503 and "no pudo llegar a su base de datos" in text_of(held)
        assert seconds < 8
        taken = proxy.taken
        for _ in range(5):
            refused, seconds = _timed(lambda: other.get("/2016/captura/PRE/9/"))
            connection.close_if_unusable_or_obsolete()
            assert refused.status_code == 503 and seconds < 2
        assert proxy.taken < taken + 5, "one asks for all whether it answers again"
        proxy.moves.set()
        _until(lambda: not served.stands_still)
        assert client.post(path, row)["X-Fila"] == "saved"


def test_who_waits_for_others_is_not_taken_for_a_server_that_answers_nobody(served: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(6)")
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert not served.stands_still


def test_a_server_that_refuses_connections_answers(served: Any) -> None:
    """As one that has no more room: who has a connection goes on."""
    with behind_proxy() as proxy, connection.cursor() as cursor:
        proxy.refuses = True
        cursor.execute("SELECT pg_sleep(3)")
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,) and proxy.taken > 1
    assert not served.stands_still


def _timed(act: Any) -> tuple[Any, float]:
    started = time.monotonic()
    return act(), time.monotonic() - started


def _until(is_so: Any, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_after_one_that_was_not_answered_nobody_tries_until_it_answers(watched: Any) -> None:
    """Each try would hold a thread that serves others."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()  # takes connections and says nothing
        settings = {**connection.get_connection_params(), "connect_timeout": 2}
        settings |= {"host": "127.0.0.1", "port": deaf.getsockname()[1]}
        seconds = []
        for _ in range(2):
            started = time.monotonic()
            with pytest.raises(connection.Database.OperationalError, match="timeout expired"):
                connection.get_new_connection(settings)
            seconds.append(time.monotonic() - started)
        assert 1 < seconds[0] < 5 and seconds[1] < 0.5 and watched.stands_still
    _until(lambda: not watched.stands_still)


def test_a_statement_that_ends_in_time_is_left_alone(watched: Any) -> None:
    found: list[Any] = []

    def ask() -> None:
        for _ in range(4):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.5)")
                cursor.execute("SELECT 1")
                found.append(cursor.fetchone())
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(10)
    assert found == [(1,)] * 4
