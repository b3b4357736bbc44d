"""Going back through migrations loses nothing that is recorded; an empty database goes all the way and returns."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("catalog", "indicators", "accounts", "programs", "core")
FILL = """
import django; django.setup()
from datetime import date, datetime, UTC
from accounts.models import User
from indicators.models import Commitment, Period, Receipt
from tests.factories import make_indicator, make_measurement, make_program, make_year
row = make_measurement(make_indicator(make_program(make_year())), 1, 1, 2)
now = datetime(2016, 2, 3, tzinfo=UTC)
Commitment.objects.create(measurement=row, cause="Falta", action="Contratar", committed_on=date(2016, 5, 1),
                          updated_at=now, updated_by=row.updated_by)
"""
COUNT = """
import django; django.setup()
from indicators.models import Commitment, Measurement
print(Commitment.objects.count(), Measurement.objects.count())
"""


@pytest.fixture
def own_database(tmp_path: Path, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database of this test's own, on the server that the tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'pmd.sqlite3'}"
        return
    name, given = f"pmd_back_{uuid4().hex[:8]}", connection.settings_dict
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'CREATE DATABASE "{name}"')
    login = f"{given['USER']}{':' + given['PASSWORD'] if given['PASSWORD'] else ''}"
    yield f"postgresql://{login}@/{name}?host={given['HOST']}&port={given['PORT'] or 5432}"
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(database: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "PMD_DEMO"}
    environment |= {"DATABASE_URL": database, "DEBUG": "true", "DJANGO_SETTINGS_MODULE": "pmd.settings"}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300
    )


def migrate(database: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return run(database, "manage.py", "migrate", "--verbosity", "0", *arguments)


def test_what_is_recorded_stops_every_way_back(own_database: str) -> None:
    assert migrate(own_database).returncode == 0
    filled = run(own_database, "-c", FILL)
    assert filled.returncode == 0, filled.stderr
    for target in (("indicators", "0002"), ("accounts", "zero")):
        done = migrate(own_database, *target)
        assert done.returncode == 1, target
        assert "se perdería lo que ya está registrado" in done.stderr and "restaure el respaldo" in done.stderr
        assert "compromisos: 1" in done.stderr
    assert run(own_database, "-c", COUNT).stdout.split() == ["1", "1"]
    assert run(own_database, "manage.py", "check", "--database", "default").returncode == 0


def test_an_empty_database_goes_back_to_nothing_and_comes_again(own_database: str) -> None:
    assert migrate(own_database).returncode == 0
    for room in ROOMS:
        done = migrate(own_database, room, "zero")
        assert done.returncode == 0, done.stderr
    assert migrate(own_database).returncode == 0
    done = run(own_database, "manage.py", "check", "--database", "default")
    assert done.returncode == 0, done.stderr
