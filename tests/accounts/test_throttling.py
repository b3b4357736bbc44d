"""Counting requests in the database, whichever process serves them."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import ApiCount
from accounts.throttling import Limit, hashed
from tests.factories import NOW

LIMIT = Limit("prueba", requests=3, seconds=60)


@pytest.mark.django_db
class TestLimit:
    def test_lets_so_many_pass_and_says_how_long_to_wait(self) -> None:
        at = NOW + timedelta(seconds=20)
        assert [LIMIT.wait("ana", now=at) for _ in range(5)] == [0, 0, 0, 40, 40]

    def test_begins_anew_with_the_next_window(self) -> None:
        for _ in range(5):
            LIMIT.wait("ana", now=NOW)
        assert LIMIT.wait("ana", now=NOW + timedelta(seconds=60)) == 0
        assert ApiCount.objects.get(key="prueba:ana").requests == 1

    def test_people_and_kinds_are_counted_apart(self) -> None:
        for _ in range(4):
            LIMIT.wait("ana", now=NOW)
        assert LIMIT.wait("beto", now=NOW) == 0
        assert Limit("otra", requests=3, seconds=60).wait("ana", now=NOW) == 0

    def test_costs_one_statement_within_a_window(self, django_assert_num_queries) -> None:
        LIMIT.wait("ana", now=NOW)
        with django_assert_num_queries(1):
            LIMIT.wait("ana", now=NOW)

    def test_what_nobody_asks_any_more_is_forgotten(self) -> None:
        LIMIT.wait(hashed("10.0.0.1"), now=NOW)
        LIMIT.wait("ana", now=NOW + timedelta(days=2))
        assert [row.key for row in ApiCount.objects.all()] == ["prueba:ana"]


@pytest.mark.django_db(transaction=True)
def test_no_request_is_lost_between_processes() -> None:
    """Each thread has a connection of its own, as each process has."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time, and its tests have one connection")
    many = Limit("junta", requests=1_000, seconds=60)

    def ask() -> None:
        try:
            for _ in range(25):
                many.wait("ana", now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ApiCount.objects.get(key="junta:ana").requests == 100
