"""A database that stands still: pages say so in some seconds, and work again when it does."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from pmd import environment, waits
from tests.indicators.town import make_town
from tests.support.pages import text_of

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a file does not stand still"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def watched(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What serves pages, with limits of one second."""
    from pmd import frozen

    options = connections.settings["default"]["OPTIONS"]
    before = dict(options)
    settings.PAGE_WAITS = environment.read_page_waits({"PMD_STATEMENT_SECONDS": "1"})
    monkeypatch.setattr(frozen, "SPARED", 0)
    waits.cut_waits_short()
    connection.close()
    yield frozen.watch
    connection.close()
    options.clear()
    options.update(before)
    frozen.watch.refusing_until = 0


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


def test_after_one_that_was_not_answered_nobody_tries_for_a_while(watched: Any) -> None:
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
    assert 1 < seconds[0] < 5 and seconds[1] < 0.5
    assert watched.refusing_until > time.monotonic()


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
