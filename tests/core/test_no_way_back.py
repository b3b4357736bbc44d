"""Going back through migrations loses nothing that is recorded; an empty database goes all the way and returns."""

from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import load_backend

from indicators.models import Commitment, Measurement
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_year
from tests.support.owner import as_owner, of_server, settings_of_owner

# Core carries nearly everything with it, and what is left are a few steps of each room.
ROOMS = ("core", "catalog", "indicators", "accounts", "programs")


@pytest.mark.django_db
@pytest.mark.parametrize("target", [("indicators", "0002"), ("accounts", "zero")])
def test_what_is_recorded_stops_every_way_back(target: tuple[str, str]) -> None:
    row = make_measurement(make_indicator(make_program(make_year())), 1, 1, 2)
    Commitment.objects.create(
        measurement=row,
        cause="Falta",
        action="Contratar",
        committed_on=date(2016, 5, 1),
        updated_at=NOW,
        updated_by=row.updated_by,
    )
    before = applied(connection)
    with pytest.raises(CommandError) as refused, as_owner():
        call_command("migrate", *target, verbosity=0)
    said = str(refused.value)
    assert "se perdería lo que ya está registrado" in said and "restaure el respaldo" in said
    assert "compromisos: 1" in said
    assert (Commitment.objects.count(), Measurement.objects.count()) == (1, 1)
    assert applied(connection) == before
    call_command("check", databases=["default"], stdout=StringIO())


@pytest.fixture
def own_database(tmp_path: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """An empty database of this test's own, on the server that the tests run on, in the place of theirs.

    Migrations that read or write rows know one database only: the one that the product has.
    """
    ours = connections[DEFAULT_DB_ALIAS]
    name = str(tmp_path / "pmd.sqlite3") if ours.vendor == "sqlite" else f"pmd_back_{uuid4().hex[:8]}"
    config = {**settings_of_owner(ours.settings_dict), "NAME": name}
    with django_db_blocker.unblock():
        of_server(f'CREATE DATABASE "{name}"')
        own = load_backend(config["ENGINE"]).DatabaseWrapper(config, DEFAULT_DB_ALIAS)
        connections[DEFAULT_DB_ALIAS] = own
        ContentType.objects.clear_cache()  # the keys that they have in the other one
        try:
            yield own
        finally:
            own.close()
            connections[DEFAULT_DB_ALIAS] = ours
            ContentType.objects.clear_cache()
            of_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def applied(database: Any) -> set[tuple[str, str]]:
    return {name for name in MigrationRecorder(database).applied_migrations() if name[0] in ROOMS}


def test_an_empty_database_goes_back_to_nothing_and_comes_again(own_database: Any) -> None:
    def migrate(*target: str) -> None:
        call_command("migrate", *target, verbosity=0)

    migrate()
    everything = applied(own_database)
    assert len(everything) > 30
    for room in ROOMS:
        migrate(room, "zero")
    assert applied(own_database) == set()
    migrate()
    assert applied(own_database) == everything
    call_command("check", databases=[DEFAULT_DB_ALIAS], stdout=StringIO())
