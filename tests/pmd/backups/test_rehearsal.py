"""The rehearsal of a restoring: a town is kept, comes back elsewhere, and is the same row by row and file by file."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from core import grants, seals
from core.models import Backup, TrailEntry
from core.private_files import PrivateStorage
from indicators.models import Evidence, Measurement
from pmd.backups import archive, restoring
from pmd.backups.engines import engine_of
from publishing.checking.running import look_at_everything
from tests.factories import NOW
from tests.pmd.backups.conftest import nothing_changes
from tests.pmd.backups.places import Place
from tests.support.owner import APPLICATION, OWNER

pytestmark = pytest.mark.django_db(transaction=True)
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")


def counted(place: Place) -> dict[str, int]:
    with place.at_work():
        return {model.__name__: model.objects.count() for model in (Measurement, TrailEntry, Evidence)}


def test_it_comes_back_as_it_was(town: Place, kept: Path, elsewhere: Place) -> None:
    status, said = elsewhere.run("restore", kept)
    assert status == 0, said
    assert re.search(
        r"Igual, renglón por renglón y archivo por archivo: \d+ tablas, [\d,]+ renglones, 2 archivos\.", said
    )
    assert re.search(r"core_trailentry +(\d+) +\1  igual", said) and re.search(r"archivos +2 +2  igual", said)
    assert "DISTINTO" not in said and "migrate" not in said
    assert counted(elsewhere) == counted(town) and counted(town)["Evidence"] == 2
    with elsewhere.at_work():
        assert seals.verify().fault is None
        outcome = look_at_everything(now=NOW + timedelta(days=3))
        assert not outcome.findings, outcome.findings
    files = [path for path in elsewhere.files.rglob("*") if path.is_file()]
    assert len(files) == 2 and all(path.stat().st_mode & 0o777 == 0o600 for path in files)


@on_postgresql
def test_tables_are_the_owner_s_and_the_application_may_work(kept: Path, elsewhere: Place) -> None:
    assert elsewhere.run("restore", kept)[0] == 0
    with elsewhere.at_work():
        assert grants.faults(elsewhere.wrapper, APPLICATION) == []
        assert grants.why_not_apart(elsewhere.wrapper, APPLICATION) == ""
        with elsewhere.wrapper.cursor() as cursor:
            cursor.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
            assert cursor.fetchall() == [(OWNER,)]


@on_postgresql
def test_the_application_may_not_restore(kept: Path, elsewhere: Place) -> None:
    elsewhere.owner = None
    status, said = elsewhere.run("restore", kept)
    assert status == 1 and "no aceptó la base del respaldo y quedó vacía" in said and "permission denied" in said
    assert "Restaurar es del dueño de la base: ponga su dirección en PMD_DATABASE_OWNER_URL" in said


def test_an_encrypted_one_comes_back_with_its_key_alone(
    town: Place, elsewhere: Place, shelf: Path, tmp_path: Path
) -> None:
    key, other = tmp_path / "llave.txt", tmp_path / "otra.txt"
    _, said = town.run("backup", "--new-key", key)
    assert key.stat().st_mode & 0o777 == 0o600
    public = re.search(r"PMD_BACKUP_KEY='(age1\w+)'", said)[1]  # type: ignore[index]
    town.settings.PMD_BACKUP_KEY = [public]
    status, said = town.run("backup", shelf)
    assert status == 0 and "Cifrado" in said
    (made,) = shelf.iterdir()
    assert made.name.endswith(".tar.age") and b"database" not in made.read_bytes()
    town.run("backup", "--new-key", other)
    status, said = elsewhere.run("restore", made)
    assert status == 1 and "está cifrado: diga el archivo de la llave privada con --identity" in said
    status, said = elsewhere.run("restore", made, "--identity", other)
    assert status == 1 and "La llave privada no es la de este respaldo" in said
    status, said = elsewhere.run("backup", "--verify", made, "--identity", key)
    assert status == 0 and re.search(
        r"Está entero: versión [\d.]+, 20\S+, \d+ tablas, [\d,]+ renglones, 2 archivos", said
    )
    status, said = elsewhere.run("restore", made, "--identity", key)
    assert status == 0 and "Igual, renglón por renglón" in said


@pytest.mark.parametrize("which", ["database", "file"])
def test_whatever_is_in_the_way_stays(town: Place, kept: Path, elsewhere: Place, which: str) -> None:
    if which == "database":
        with nothing_changes(town.files):
            status, said = town.run("restore", kept)
        assert status == 1 and "no está vacía: se restaura solo en una base nueva" in said
        return
    (elsewhere.files / "acta.pdf").write_text("de otro")
    with nothing_changes(elsewhere.files):
        status, said = elsewhere.run("restore", kept)
    assert status == 1 and "La carpeta de los archivos" in said and "no está vacía" in said
    assert elsewhere.run("showmigrations", "core")[1].count("[X]") == 0


def test_a_folder_that_is_not_mounted_is_told(kept: Path, elsewhere: Place) -> None:
    elsewhere.files.rmdir()
    status, said = elsewhere.run("restore", kept)
    assert status == 1 and "no existe: créela o monte su disco" in said and not elsewhere.files.exists()


def test_what_another_engine_made_is_refused(kept: Path, elsewhere: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    other = "sqlite" if connection.vendor == "postgresql" else "postgresql"
    check = archive.check

    def of_the_other(stream: Any) -> archive.Checked:
        checked = check(stream)
        checked.manifest["engine"] = other
        return checked

    monkeypatch.setattr(archive, "check", of_the_other)
    status, said = elsewhere.run("restore", kept)
    assert status == 1 and "cambie DATABASE_URL" in said


# --- Versions ---------------------------------------------------------------------------------------------------


def test_one_of_an_older_version_comes_back_and_is_migrated(town: Place, shelf: Path, elsewhere: Place) -> None:
    assert town.run("migrate", "core", "0011", "-v0")[0] == 0
    status, said = town.run("backup", shelf)
    assert status == 0, said
    (made,) = shelf.iterdir()
    status, said = elsewhere.run("restore", made)
    assert status == 0 and re.search(r"faltan \d+ migraciones: corra manage.py migrate", said)
    assert elsewhere.run("migrate", "-v0")[0] == 0
    if connection.vendor == "postgresql":  # whose role the settings of the tests do not name
        assert elsewhere.run("grants", "--role", APPLICATION, "--apply")[0] == 0
    with elsewhere.at_work():
        assert seals.verify().fault is None and Backup.objects.count() == 0


def test_one_of_a_newer_version_is_refused(town: Place, shelf: Path, elsewhere: Place) -> None:
    with town.as_owner() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_later', CURRENT_TIMESTAMP)"
        )
    town.run("backup", shelf)
    (made,) = shelf.iterdir()
    status, said = elsewhere.run("restore", made)
    assert status == 1 and "es de una versión más nueva" in said and "core.9999_later" in said
    assert not list(elsewhere.files.iterdir())


# --- Half way ---------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """As a process that ends in the middle."""


def _killed(*_: Any, **__: Any) -> None:
    raise Killed


def before_the_database(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(restoring, "_load", _killed)


def within_the_database(patch: pytest.MonkeyPatch) -> None:
    engine = engine_of(connection)
    loading = engine.loading

    @contextmanager
    def cut(connection: Any) -> Iterator[Any]:
        with loading(connection) as target:
            yield SimpleNamespace(write=lambda piece: (target.write(piece[: len(piece) // 2]), _killed()))

    patch.setattr(engine, "loading", cut)


def before_the_files(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(PrivateStorage, "put_back", _killed)


def after_a_file(patch: pytest.MonkeyPatch) -> None:
    put_back = PrivateStorage.put_back
    patch.setattr(PrivateStorage, "put_back", lambda *given: (put_back(*given), _killed()))


def before_the_comparison(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(restoring, "_compare", _killed)


@pytest.mark.parametrize(
    "when", [before_the_database, within_the_database, before_the_files, after_a_file, before_the_comparison]
)
def test_one_that_was_killed_is_started_again(
    town: Place, kept: Path, elsewhere: Place, shelf: Path, when: Any
) -> None:
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        when(patch)
        elsewhere.run("restore", kept)
    assert town.run("backup", shelf)[0] == 0
    (second,) = {*shelf.iterdir()} - {kept}
    status, said = elsewhere.run("restore", second)
    assert status == 1 and f"Aquí se empezó a restaurar «{kept.name}», que es otro respaldo" in said
    status, said = elsewhere.run("restore", kept)
    assert status == 0 and "Igual, renglón por renglón" in said
    assert counted(elsewhere) == counted(town) and not list(elsewhere.files.rglob(".*"))


def test_what_came_out_different_is_named_and_not_to_be_worked_with(
    kept: Path, elsewhere: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else is in the new place while it is being filled."""
    put_back = PrivateStorage.put_back

    def meddle(self: Any, name: str, content: Any) -> None:
        put_back(self, name, content)
        (Path(self.location) / name).write_bytes(b"otra cosa")
        with elsewhere.as_owner() as cursor:
            cursor.execute("DELETE FROM accounts_membership")

    monkeypatch.setattr(PrivateStorage, "put_back", meddle)
    status, said = elsewhere.run("restore", kept)
    assert status == 1 and "NO es igual al respaldo: no lo ponga a trabajar" in said
    assert re.search(r"accounts_membership +\d+ +0  DISTINTO", said) and "no es el del respaldo" in said
    assert "La restauración de" in elsewhere.run("doctor")[1]
