"""One archive with a date: what is in it and what is not, and nothing half where it cannot be made."""

import errno
import gzip
import json
import os
import re
import resource
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from core.models import Backup
from indicators.models import Evidence, Measurement
from pmd.backups import archive, programs
from pmd.backups.kept_settings import without_secrets
from tests.pmd.backups.places import Place

pytestmark = pytest.mark.django_db(transaction=True)
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite needs no programs")


def test_it_is_one_file_that_only_its_owner_reads(town: Place, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMD_MUNICIPALITY", "Municipio de Durango")
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://pmd:entrar@mail.example:587")
    status, said = town.run("backup", shelf)
    (made,) = shelf.iterdir()
    assert status == 0 and archive.NAME.fullmatch(made.name) and made.stat().st_mode & 0o777 == 0o600
    assert said.startswith(f"{made}\n") and "Leído de vuelta: está entero." in said and "SECRET_KEY" in said
    with tarfile.open(made) as tar:
        names = tar.getnames()
        manifest = json.load(tar.extractfile(archive.MANIFEST))  # type: ignore[arg-type]
        settings = tar.extractfile(archive.SETTINGS).read().decode()  # type: ignore[union-attr]
    dump = archive.DUMPS[connection.vendor]
    files = [name for name in names if name.startswith("files/")]
    assert names == [archive.MANIFEST, archive.SETTINGS, dump, *files, archive.MISSING, archive.SUMS, archive.SEAL]
    assert len(files) == 2
    assert "PMD_MUNICIPALITY='Municipio de Durango'" in settings and "smtp+tls://pmd@mail.example" in settings
    assert "entrar" not in settings and "SECRET_KEY" not in settings
    assert manifest["engine"] == connection.vendor and "core.0001_initial" in manifest["migrations"]
    with town.at_work():
        assert manifest["tables"]["indicators_measurement"]["rows"] == Measurement.objects.count()
        kept = Backup.objects.get()
        assert (kept.archive, kept.size, kept.files, kept.fault) == (str(made), made.stat().st_size, 2, "")


def test_two_in_a_minute_have_names_of_their_own(town: Place, shelf: Path) -> None:
    for _ in range(2):
        assert town.run("backup", shelf)[0] == 0
    assert len({path.name for path in shelf.iterdir()}) == 2
    assert all(archive.NAME.fullmatch(path.name) for path in shelf.iterdir())


def test_without_a_folder_it_goes_where_the_settings_say(town: Place, shelf: Path) -> None:
    status, said = town.run("backup")
    assert status == 1 and "PMD_BACKUP_ROOT" in said
    town.settings.PMD_BACKUP_ROOT = str(shelf)
    assert town.run("backup")[0] == 0 and len(list(shelf.iterdir())) == 1


def test_a_file_that_is_gone_is_named(town: Place, shelf: Path) -> None:
    with town.at_work():
        evidence = Evidence.objects.get(name="acta.pdf")
    (town.files / evidence.file.name).unlink()
    status, said = town.run("backup", shelf)
    (made,) = shelf.iterdir()
    line = f"evidencia {evidence.pk} «acta.pdf»: {evidence.file.name}"
    assert status == 0 and f"Faltaba ya en la carpeta de archivos: {line}" in said
    with tarfile.open(made) as tar:
        assert tar.extractfile(archive.MISSING).read().decode() == f"{line}\n"  # type: ignore[union-attr]


NAMES = ["acta año.pdf", "dos\nrenglones.pdf", "con \\ diagonal.pdf", "vuelta\r.pdf", os.fsdecode(b"a\xf1o.pdf")]


def test_whatever_a_file_is_called(town: Place, shelf: Path, elsewhere: Place) -> None:
    for name in NAMES:
        (town.files / name).write_text(repr(name))
    status, said = town.run("backup", shelf)
    (made,) = shelf.iterdir()
    assert status == 0 and "7 archivos" in said
    assert "7 archivos" in town.run("backup", "--verify", made)[1]
    status, said = elsewhere.run("restore", made)
    assert status == 0, said
    assert [(elsewhere.files / name).read_text() for name in NAMES] == [repr(name) for name in NAMES]


def test_its_sums_are_those_of_sha256sum(town: Place, shelf: Path, tmp_path: Path) -> None:
    (town.files / "dos\nrenglones \\.pdf").write_text("x")
    town.run("backup", shelf)
    (made,) = shelf.iterdir()
    out = tmp_path / "out"
    out.mkdir()
    with tarfile.open(made) as tar:
        tar.extractall(out, filter="data")
    assert subprocess.run(["sha256sum", "-c", "--quiet", archive.SUMS], cwd=out).returncode == 0


@pytest.mark.parametrize("own", [False, True])
def test_a_folder_of_files_whose_disk_is_away_is_refused(town: Place, shelf: Path, own: bool) -> None:
    """Otherwise a backup without files would look whole, and in time put away those that have them."""
    town.files.rename(town.files.with_name("lejos"))
    if own:
        town.files.mkdir()
    status, said = town.run("backup", shelf)
    assert status == 1 and "PMD_FILES_ROOT" in said and "monte su disco" in said and not list(shelf.iterdir())


@pytest.mark.parametrize("fault", ["open", "walk"])
def test_a_file_that_may_not_be_read_is_named(town: Place, shelf: Path, monkeypatch: Any, fault: str) -> None:
    """And not left out, nor told of the folder of the backups."""
    refused = PermissionError(errno.EACCES, "Permission denied", str(town.files / "aa"))
    opened, listed = Path.open, os.scandir

    def no_open(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.is_relative_to(town.files):
            raise refused
        return opened(path, *args, **kwargs)

    def no_list(path: Any) -> Any:
        if isinstance(path, str) and Path(path).parent == town.files:
            raise refused
        return listed(path)

    monkeypatch.setattr(*((Path, "open", no_open) if fault == "open" else (os, "scandir", no_list)))
    status, said = town.run("backup", shelf)
    assert status == 1 and f"No se puede leer «{town.files}" in said and str(shelf) not in said
    assert not list(shelf.iterdir())


def test_nobody_s_session_is_in_it(town: Place, shelf: Path, elsewhere: Place) -> None:
    """Whoever has an archive of this night signs in as nobody."""
    with town.at_work():
        key = "clave-de-una-sesion-de-prueba"
        Session.objects.create(session_key=key, session_data="x", expire_date=timezone.now())
    assert town.run("backup", shelf)[0] == 0
    (made,) = shelf.iterdir()
    with tarfile.open(made) as tar:
        dump = tar.extractfile(archive.DUMPS[connection.vendor]).read()  # type: ignore[union-attr]
    if connection.vendor == "sqlite":
        dump = gzip.decompress(dump)
    assert key.encode() not in dump
    status, said = elsewhere.run("restore", made)
    assert status == 0, said
    with elsewhere.at_work():
        assert not Session.objects.exists()


def test_half_a_file_and_what_is_being_written_stay_out(town: Place, shelf: Path) -> None:
    (town.files / ".acta.pdf.1234.parcial").write_text("la mitad")
    (shelf / ".pmd-2016-10-05T0230.tar.parcial").write_text("de uno que se murió")
    town.run("backup", shelf)
    (made,) = shelf.iterdir()
    with tarfile.open(made) as tar:
        assert not [name for name in tar.getnames() if "parcial" in name]


# --- Where it cannot be made ------------------------------------------------------------------------------------


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process, or of one that it starts, grows beyond that."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("encrypted", [False, True])
def test_where_it_does_not_fit_nothing_half_is_left(town: Place, shelf: Path, tmp_path: Path, encrypted: bool) -> None:
    if encrypted:
        _, said = town.run("backup", "--new-key", tmp_path / "llave")
        town.settings.PMD_BACKUP_KEY = [re.search(r"age1\w+", said)[0]]  # type: ignore[index]
    (town.files / "grande.pdf").write_bytes(os.urandom(4_000_000))
    with room_for(3_500_000):
        status, said = town.run("backup", shelf)
    assert status == 1 and f"No cabe en «{shelf}»" in said and "No quedó nada a medias" in said
    assert not list(shelf.iterdir())
    with town.at_work():
        assert "No cabe" in Backup.objects.get().fault
    assert "no se hizo: No cabe" in town.run("doctor")[1]


def test_a_folder_that_is_not_there_or_is_the_store_s_is_refused(town: Place, tmp_path: Path) -> None:
    status, said = town.run("backup", tmp_path / "no-montado")
    assert status == 1 and "no existe: créela o monte su disco" in said
    (town.files / "respaldos").mkdir()
    status, said = town.run("backup", town.files / "respaldos")
    assert status == 1 and "está dentro de la carpeta de los archivos" in said


def test_two_at_once_are_refused(town: Place, shelf: Path) -> None:
    with subprocess.Popen(["flock", shelf, "sleep", "60"]) as other:
        while not _is_held(shelf):
            pass
        status, said = town.run("backup", shelf)
        other.kill()
    assert status == 1 and "Ya se está haciendo otro respaldo" in said and not list(shelf.iterdir())


def _is_held(folder: Path) -> bool:
    return subprocess.run(["flock", "--nonblock", folder, "true"]).returncode != 0


@pytest.mark.parametrize("key", ["age1nada", "ssh-ed25519 AAAA", "hola"])
def test_what_is_no_public_key_is_refused(town: Place, shelf: Path, key: str) -> None:
    status, said = town.run("backup", shelf, "--encrypt-to", key)
    assert status == 1 and f"«{key}» no es una llave pública" in said and not list(shelf.iterdir())


@on_postgresql
@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (None, "No se encuentra pg_dump"),
        ("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n", "El pg_dump de esta máquina es de PostgreSQL 9"),
    ],
)
def test_a_program_that_is_missing_or_too_old_is_told(
    town: Place, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, sentence: str
) -> None:
    monkeypatch.setattr(programs, "FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    if script:
        (tmp_path / "pg_dump").write_text(script)
        (tmp_path / "pg_dump").chmod(0o755)
    status, said = town.run("backup", shelf)
    assert status == 1 and sentence in said and "apt install postgresql-client-" in said and not list(shelf.iterdir())


@on_postgresql
def test_what_the_role_may_not_read_is_told(town: Place, shelf: Path) -> None:
    with town.as_owner() as cursor:
        cursor.execute("CREATE TABLE de_otro (x int)")
    status, said = town.run("backup", shelf)
    assert status == 1 and "pg_dump no pudo leer la base de datos" in said and "de_otro" in said
    assert not list(shelf.iterdir())


@on_postgresql
def test_rows_written_meanwhile_are_in_neither_the_dump_nor_the_sums(
    town: Place, shelf: Path, elsewhere: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two readings somebody registers a person: both are of the moment before."""
    from pmd.backups import postgresql

    run = postgresql.run

    def somebody_writes(*given: object, **more: object) -> None:
        with town.as_owner() as cursor:
            cursor.execute("DELETE FROM accounts_membership")
        run(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(postgresql, "run", somebody_writes)
    assert town.run("backup", shelf)[0] == 0
    (made,) = shelf.iterdir()
    status, said = elsewhere.run("restore", made)
    assert status == 0 and re.search(r"accounts_membership +[1-9]\d* +[1-9]\d*  igual", said)


# --- Settings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "line", "left_out"),
    [
        ("PMD_MUNICIPALITY", "Municipio d'Oro", "PMD_MUNICIPALITY='Municipio d'\"'\"'Oro'\n", []),
        ("SECRET_KEY", "x" * 50, "", ["SECRET_KEY"]),
        ("PMD_DATABASE_OWNER_URL", "postgresql://o:p@/b", "", ["PMD_DATABASE_OWNER_URL"]),
        ("PMD_API_TOKEN", "abc", "", ["PMD_API_TOKEN"]),
        ("DATABASE_URL", "postgresql://pmd:p/w#@d@host:5/b?x=1", "DATABASE_URL='postgresql://pmd@host:5/b?x=1'\n",
         ["la contraseña de DATABASE_URL"]),
        ("DATABASE_URL", "postgresql://pmd@/b?host=/run&password=p", "DATABASE_URL='postgresql://pmd@/b?host=/run&'\n",
         ["la contraseña de DATABASE_URL"]),
        ("DATABASE_URL", "sqlite:////srv/pmd.sqlite3", "DATABASE_URL=sqlite:////srv/pmd.sqlite3\n", []),
        ("PMD_BACKUP_KEY", "age1abc", "PMD_BACKUP_KEY=age1abc\n", []),
        ("HOME", "/root", "", []),
    ],
)  # fmt: skip
def test_settings_are_kept_without_what_opens_a_door(name: str, value: str, line: str, left_out: list[str]) -> None:
    assert without_secrets({name: value}) == (line, left_out)
