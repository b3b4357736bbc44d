"""Sealers beside one another and beside savers, with real transactions; concurrent ones are judged on PostgreSQL."""

import threading
import time
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from catalog.acts import CatalogueAct
from core import seals, trail
from core.models import TrailEntry, TrailSeal
from core.seals import beside, sealing
from tests.factories import make_department
from tests.indicators.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2016, 10, 3, 18, 0, tzinfo=UTC)
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="judged on PostgreSQL")


def write(number: int) -> list[TrailEntry]:
    department = make_department()
    entries = [
        trail.entry(subject=department, action=CatalogueAct.CHANGE, actor=None, at=AT, changes={})
        for _ in range(number)
    ]
    trail.write(entries)
    return entries


@on_postgresql
@pytest.mark.parametrize("locked", [True, False], ids=["with the lock", "without it"])
def test_two_sealers_at_once_never_fork_the_chain(locked, monkeypatch):
    """Without the lock the database itself refuses the second seal of a number."""
    if not locked:
        monkeypatch.setattr(sealing, "_alone", lambda: True)
    monkeypatch.setattr(sealing, "BATCH", 7)
    write(200)
    at_once(*[lambda: seals.seal_trail(now=AT)] * 4)
    seals.seal_trail(now=AT)
    assert seals.verify().fault is None
    assert list(TrailSeal.objects.values_list("number", flat=True)) == list(range(1, 201))


@on_postgresql
def test_an_entry_whose_transaction_ends_late_is_sealed_next():
    """It takes its number first, and is committed after a later one has been sealed."""
    first_written, second_sealed = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            made = write(1)[0]
            first_written.set()
            assert second_sealed.wait(20)
        return made.pk

    def quick():
        assert first_written.wait(20)
        made = write_of_same_department()
        assert seals.seal_trail(now=AT) == 1
        second_sealed.set()
        return made.pk

    department = make_department()

    def write_of_same_department():
        return trail.record(subject=department, action=CatalogueAct.CHANGE, actor=None, at=AT, changes={})

    late, early = at_once(slow, quick)
    assert late < early
    assert seals.seal_trail(now=AT) == 1
    assert list(TrailSeal.objects.values_list("entry_id", flat=True)) == [early, late]
    assert seals.verify().fault is None


@on_postgresql
def test_a_sealer_holds_up_no_save():
    """An entry is written and committed while a sealer has sealed and not yet committed."""
    write(3)
    done = []
    with transaction.atomic():
        assert seals.seal_trail(now=AT) == 3

        def save():
            try:
                write(1)
                done.append(True)
            finally:
                connection.close()

        thread = threading.Thread(target=save)
        thread.start()
        thread.join(20)
    assert done == [True] and seals.pending().number == 1


def test_the_thread_seals_what_is_there_and_what_comes():
    write(2)
    sealer = beside.Sealer(pause=0.05)
    if connection.vendor == "sqlite":  # its tests' database is one connection's: the pass alone
        beside.seal_trail(now=AT)
    else:
        sealer.start()
        _wait_for(2)
        write(1)
        _wait_for(3)
        sealer.end()
        assert not sealer.is_alive()
    assert seals.verify().fault is None


def _wait_for(number: int) -> None:
    for _ in range(400):
        if TrailSeal.objects.count() == number:
            return
        time.sleep(0.05)
    raise AssertionError(f"{TrailSeal.objects.count()} seals")


def test_a_database_that_does_not_answer_is_asked_again(monkeypatch, caplog):
    from django.db import OperationalError

    def refuse(**kwargs):
        raise OperationalError("no answer")

    monkeypatch.setattr(beside, "seal_trail", refuse)
    monkeypatch.setattr(beside.connection, "close", lambda: None)
    beside.seal_once()
    assert "se intenta de nuevo" in caplog.text


def test_the_command_seals_and_says_where_the_chain_is():
    out = StringIO()
    call_command("seal_trail", stdout=out)
    assert "no tiene actos" in out.getvalue()
    write(3)
    out = StringIO()
    call_command("seal_trail", stdout=out)
    assert "Actos sellados ahora: 3." in out.getvalue() and seals.head().sha256 in out.getvalue()


def test_the_worker_seals_beside_its_tasks():
    """``db_worker`` is ours, and its batch ends with everything sealed."""
    from tests.support.tasks import tasks_by_worker

    write(2)
    with tasks_by_worker():
        call_command("db_worker", batch=True, startup_delay=False, interval=0, reload=False, verbosity=0)
    assert seals.pending().number == 0 and seals.head().entries == 2
