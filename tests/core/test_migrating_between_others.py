"""``migrate --lock-seconds``: a forgotten session neither stops a migration for ever nor everybody behind it."""

import contextlib
from collections.abc import Iterator
from io import StringIO
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.models import Backup
from tests.support.contents import migrate
from tests.support.owner import as_owner

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no tables"),
]
TABLE = Backup._meta.db_table


@pytest.fixture(autouse=True)
def migrated_again() -> Iterator[None]:
    yield
    migrate()


@contextlib.contextmanager
def forgotten() -> Iterator[Any]:
    """A session that has read the table that a migration takes away, and did not end."""
    given = connection.get_connection_params()
    names = ("dbname", "host", "port", "user", "password", "options")
    session = psycopg2.connect(**{name: given[name] for name in names if given.get(name)})
    with contextlib.closing(session):
        session.cursor().execute(f"SELECT 1 FROM {TABLE}")
        yield session


def back(**options: Any) -> str:
    out = StringIO()
    with as_owner():
        call_command("migrate", "core", "0011", stdout=out, lock_seconds=1, **options)
    return out.getvalue()


def test_it_gives_up_and_names_who_holds_the_table() -> None:
    with forgotten() as session, pytest.raises(CommandError) as told:
        number = session.info.backend_pid
        back(tries=2)
    assert "no soltó una tabla en 2 intentos" in str(told.value) and f"{number}, de " in str(told.value)
    with as_owner():
        assert TABLE in connection.introspection.table_names()


def test_it_waits_for_no_longer_than_it_is_told_and_goes_on_when_the_table_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with forgotten() as session:
        monkeypatch.setattr("core.management.commands.migrate.sleep", lambda seconds: session.rollback())
        said = back(tries=5)
    assert "Una tabla está ocupada (" in said and "otro intento en 1 s" in said
    with as_owner():
        assert TABLE not in connection.introspection.table_names()
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("0",)


def test_nobody_waits_behind_it_for_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads the table while the migration waits is served when that steps back."""
    read: list[str] = []
    monkeypatch.setattr("core.management.commands.migrate.sleep", lambda seconds: read.append(_read()))
    with forgotten(), pytest.raises(CommandError):
        back(tries=3)
    assert read == ["0", "0"]


def _read() -> str:
    with forgotten() as session, session.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '2s'; SELECT count(*) FROM {TABLE}")
        return str(cursor.fetchone()[0])
