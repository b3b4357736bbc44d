"""Tests with real transactions leave an empty database behind, and the guard of the trail in its place."""

from datetime import UTC, datetime
from threading import Thread
from time import sleep

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, connections, transaction

from catalog.acts import CatalogueAct
from core import trail
from core.database_rules import installed_definitions
from core.installed_rules import declared_rules, differing_triggers
from core.models import TrailEntry
from programs.models import Department, FiscalYear
from tests.factories import make_department, make_indicator, make_measurement, make_program, make_year
from tests.support import emptying
from tests.support.owner import as_owner


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_each_turn_finds_the_trail_empty_and_guarded(turn: int) -> None:
    assert not TrailEntry.objects.exists()
    assert not differing_triggers(connection, declared_rules())
    now = datetime(2016, 10, 3, 18, 0, tzinfo=UTC)
    trail.record(subject=make_department(), action=CatalogueAct.ADD, actor=None, at=now, changes={})
    with pytest.raises(DatabaseError, match="bitácora"), transaction.atomic(), as_owner():
        TrailEntry.objects.all().delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("superuser", [True, False])
def test_a_locked_year_is_emptied_too_and_every_rule_stands_as_before(
    superuser: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emptying, "_is_superuser", lambda alias: superuser)
    before = installed_definitions(connection)
    kinds, permissions = ContentType.objects.count(), Permission.objects.count()
    year = make_year()
    make_measurement(make_indicator(make_program(year)), 1, 1, 2)
    FiscalYear.objects.update(locked=True)
    emptying.empty("default")
    with connection.cursor() as cursor:
        for table in emptying.tables("default"):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            assert cursor.fetchone() == (0,), table
    assert installed_definitions(connection) == before and not differing_triggers(connection, declared_rules())
    assert (ContentType.objects.count(), Permission.objects.count()) == (kinds, permissions)
    assert kinds and permissions


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="concurrent writers are judged on PostgreSQL")
def test_what_is_still_being_written_goes_too() -> None:
    make_department()
    written = []

    def write() -> None:
        with transaction.atomic():
            make_department("OBR", "Obras")
            written.append(True)
            sleep(0.5)
        connections.close_all()

    writer = Thread(target=write)
    writer.start()
    while not written:
        sleep(0.01)
    emptying.empty("default")
    writer.join()
    assert not Department.objects.exists()
