"""The database of ``make install``: two roles and the owner's database, once; a database of one role is parted."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from deploy.install import install
from deploy.installing.base import Installation
from deploy.installing.database import database, lacks_permissions
from tests.support.postgres import another_database, private_server, programs_folder


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with private_server() as url:
        yield url


@pytest.fixture
def here(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("PATH", f"{programs_folder()}:{os.environ['PATH']}")
    folder = server.partition("host=")[2]
    here = Installation({}, root=tmp_path, admin=("psql", "-h", folder, "-U", "postgres"))
    name = f"pmd_{tmp_path.name}".replace("-", "_")
    here.write(here.settings_file, f"DATABASE_URL='postgresql://{name}:Vq7mR2xK%27Lp4@/{name}?host={folder}'\n")
    owner = f"postgresql://{name}_owner:Wz9mR2xK9tLp4@/{name}?host={folder}"
    here.write(here.owner_file, f"PMD_DATABASE_OWNER_URL='{owner}'\n")
    (tmp_path / "var/backups/pmd").mkdir(parents=True)
    return here


def made(here: Installation) -> list[str]:
    lines: list[str] = []
    install(here, (("Base", database),), dry=False, say=lines.append)
    return lines


def asked(url: str, sql: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def name_of(here: Installation) -> str:
    return here.settings()["DATABASE_URL"].partition("://")[2].partition(":")[0]


def test_roles_and_database_are_made_once(server: str, here: Installation) -> None:
    name = name_of(here)
    lines = made(here)
    assert [line.partition(": ")[2] for line in lines] == [
        f"crear el rol {name}", f"crear el rol {name}_owner", f"crear la base {name}",
    ]  # fmt: skip
    assert not any("Lp4" in line for line in lines), "no password"
    assert made(here) == ["= Base: está como debe"]
    found = asked(
        server,
        "SELECT r.rolname, pg_encoding_to_char(encoding), r.rolsuper FROM pg_database d "
        f"JOIN pg_roles r ON r.oid = d.datdba WHERE datname = '{name}'",
    )
    assert found == [(f"{name}_owner", "UTF8", False)]


def test_what_one_role_owned_goes_to_the_owner_after_a_copy(server: str, here: Installation) -> None:
    name = name_of(here)
    asked(server, f"CREATE ROLE {name} LOGIN")
    asked(server, f"CREATE DATABASE {name} OWNER {name}")
    theirs = another_database(server, name)
    asked(theirs, f"SET ROLE {name}; CREATE TABLE public.django_migrations ()")
    asked(theirs, f"SET ROLE {name}; CREATE SCHEMA mine; CREATE TABLE mine.kept AS SELECT 7 AS number")
    lines = made(here)
    assert len(lines) == 2 and "respaldar" in lines[1]
    copy = here.root / "var/backups/pmd/antes-de-separar.dump"
    assert copy.read_bytes()[:5] == b"PGDMP" and copy.stat().st_mode & 0o777 == 0o600
    assert asked(theirs, "SELECT tableowner FROM pg_tables WHERE tablename = 'kept'") == [(f"{name}_owner",)]
    assert asked(theirs, "SELECT number FROM mine.kept") == [(7,)]
    assert made(here) == ["= Base: está como debe"]
    # It owned what it worked with; now it has to be given what it needs.
    assert lacks_permissions(here)
    asked(theirs, f"GRANT SELECT ON django_migrations TO {name}")
    assert not lacks_permissions(here)
