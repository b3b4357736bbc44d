"""``manage.py doctor``: each thing that is not as it should be, one at a time, and an installation that is in order."""

import errno
import json
import os
import re
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.utils import load_backend
from django.test import override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core import grants, last_runs, private_files
from core.database_rules import pick
from core.models import FileFault, SelfCheck
from pmd import __version__
from pmd.environment import KNOWN
from pmd.installation import configuration, listed, places, running
from programs.database_rules import RULES
from tests.pmd.in_order import in_order, told
from tests.pmd.test_settings import PRODUCTION, ROOT
from tests.support.owner import APPLICATION, OWNER, as_owner, past, settings_of_owner
from tests.support.tasks import tasks_by_worker, work

__all__ = ["in_order"]  # a fixture of every test below
OF_ANOTHER_VERSION = places._of_another_version
README = (ROOT / "README.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")


def test_where_everything_is_as_it_should_be() -> None:
    status, said = told()
    assert status == 0 and "FALTA" not in said
    if connection.vendor == "postgresql":
        assert said == ""
    else:
        assert "Aviso  SQLite no tiene roles" in said and "Nada por corregir." in said
        assert said.count("Aviso") == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"DEBUG": True}, "DEBUG está encendido"),
        ({"PMD_DEMO": True}, "PMD_DEMO está encendido"),
        ({"ALLOWED_HOSTS": []}, "Falta ALLOWED_HOSTS"),
        ({"SECRET_KEY": ""}, "Falta SECRET_KEY"),
        ({"EMAIL_CONFIGURED": False}, "Falta EMAIL_URL"),
        ({"PMD_SITE_URL": "http://127.0.0.1:8000"}, "Falta PMD_SITE_URL"),
        ({"FILES_ROOT": Path("/no/esta/montado")}, "esa carpeta no existe"),
        ({"PMD_PUBLIC_ROOT": Path("/no/esta"), "OWN_PUBLIC_ROOT": False}, "PMD_PUBLIC_ROOT es «/no/esta» y"),
        ({"STATIC_ROOT": Path("/no/esta")}, "manage.py collectstatic"),
        ({"PMD_TIME_ZONE": ""}, "Falta PMD_TIME_ZONE: diga con la hora de dónde vencen los plazos"),
        ({"PMD_MUNICIPALITY": ""}, "Falta PMD_MUNICIPALITY"),
        ({"SECRET_KEY": "0123456789abcdefghij" * 3}, "SECRET_KEY se repite"),
        ({"SECRET_KEY": "django-insecure-" + PRODUCTION["SECRET_KEY"]}, "SECRET_KEY es la de un ejemplo de Django"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "EMAIL_URL no es un servidor de correo"),
        ({"PMD_SITE_URL": "http://pmd.durango.gob.mx"}, "sin TLS"),
        ({"PMD_SITE_URL": "https://otro.durango.gob.mx"}, "ALLOWED_HOSTS no tiene «otro.durango.gob.mx»"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_setting_that_is_missing_or_wrong(settings: Any, changed: dict[str, Any], sentence: str) -> None:
    for name, value in changed.items():
        setattr(settings, name, value)
    status, said = told()
    assert status == 1 and sentence in said and said.count("FALTA") == 1 and "1 por corregir." in said


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"PMD_PROXY_COUNT": 0}, "PMD_PROXY_COUNT es 0"),
        ({"PMD_ADMINS": []}, "Falta PMD_ADMINS"),
        ({"DEFAULT_FROM_EMAIL": "PMD <pmd@localhost>"}, "que nadie puede contestar"),
        ({"PMD_TIME_ZONE": "UTC"}, "que no es la hora de un lugar"),
        ({"PMD_TIME_ZONE": "Etc/GMT+6"}, "que no es la hora de un lugar"),
        ({"DEFAULT_FROM_EMAIL": "no es un correo"}, "que nadie puede contestar"),
    ],
)
def test_what_is_worth_knowing_stops_nobody(settings: Any, changed: dict[str, Any], sentence: str) -> None:
    before = told()[1].count("Aviso")
    for name, value in changed.items():
        setattr(settings, name, value)
    status, said = told()
    assert status == 0 and sentence in said and said.count("Aviso") == before + 1


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("PMD_MUNICIPALTY", "PMD_MUNICIPALITY"),
        ("PMD_TIMEZONE", "PMD_TIME_ZONE"),
        ("PMD_FILE_ROOT", "PMD_FILES_ROOT"),
        ("pmd_proxy_count", "PMD_PROXY_COUNT"),
    ],
)
def test_a_setting_that_is_misspelt(monkeypatch: pytest.MonkeyPatch, name: str, meant: str) -> None:
    monkeypatch.setenv(name, "x")
    status, said = told()
    assert status == 1 and f"{name} no es un ajuste de PMD y nadie lo lee. ¿Quiso decir {meant}?" in said


def test_names_of_the_file_too_and_who_may_read_it(settings: Any, tmp_path: Path) -> None:
    settings.ENV_FILE = tmp_path / "pmd.env"
    settings.ENV_FILE.write_text("DATABSE_URL='x'\nPMD_XYZW='1'\nWEB_CONCURRENCY='4'\nALLOWED_HOSTS='a.mx'\n")
    settings.ENV_FILE.chmod(0o640)
    status, said = told()
    assert status == 1 and "DATABSE_URL no es un ajuste de PMD y nadie lo lee. ¿Quiso decir DATABASE_URL?" in said
    assert "PMD_XYZW no es un ajuste" in said and "WEB_CONCURRENCY" not in said and "Cualquier cuenta" not in said
    settings.ENV_FILE.chmod(0o644)
    assert f"Cualquier cuenta de esta máquina puede leer {settings.ENV_FILE}" in told()[1]


def test_who_may_change_the_file_and_what_it_says_twice(settings: Any, tmp_path: Path) -> None:
    settings.ENV_FILE = tmp_path / "pmd.env"
    settings.ENV_FILE.write_text("PMD_PROXY_COUNT='1'\nALLOWED_HOSTS='a.mx'\nPMD_PROXY_COUNT='2'\n")
    settings.ENV_FILE.chmod(0o660)
    status, said = told()
    assert status == 1 and said.count("FALTA") == 2 and "chmod 640" in said
    assert f"El grupo de {settings.ENV_FILE} puede cambiarlo" in said
    assert f"PMD_PROXY_COUNT está escrito 2 veces en {settings.ENV_FILE}: vale el primer renglón" in said


def test_the_owner_of_the_database_in_the_file_of_the_pages(settings: Any, tmp_path: Path) -> None:
    settings.ENV_FILE = tmp_path / "pmd.env"
    settings.ENV_FILE.write_text("PMD_DATABASE_OWNER_URL='postgresql://pmd_owner:secreto-largo-1@localhost/pmd'\n")
    settings.ENV_FILE.chmod(0o640)
    status, said = told()
    assert status == 1 and said.count("FALTA") == 1 and "secreto-largo-1" not in said
    assert f"PMD_DATABASE_OWNER_URL está en {settings.ENV_FILE}: con ella las páginas no arrancan" in said
    assert f"Pásela a {tmp_path / 'owner.env'}" in said


def test_a_file_that_the_service_itself_may_change(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    settings.ENV_FILE = tmp_path / "pmd.env"
    settings.ENV_FILE.write_text("ALLOWED_HOSTS='a.mx'\n")
    settings.ENV_FILE.chmod(0o640)
    owner = settings.ENV_FILE.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert "dueña" not in told()[1]
    monkeypatch.setattr(Path, "stat", lambda path, **how: SimpleNamespace(st_mode=0o100640, st_uid=owner + 1))
    assert next(configuration.settings_file(timezone.now())).grave is False


@pytest.mark.parametrize(
    ("password", "why"),
    [("pmd", "es el nombre del rol"), ("corta", "tiene menos de 12 signos"), ("qwerty123456", "es de las más usadas")],
)
def test_a_weak_password_of_the_database(monkeypatch: Any, settings: Any, password: str, why: str) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "PASSWORD", password)
    monkeypatch.setitem(settings.DATABASES["default"], "USER", "pmd")
    said = told()[1]
    assert f"La clave del rol de DATABASE_URL {why}." in said
    assert password in ("pmd",) or f"«{password}»" not in said


def test_styles_that_are_not_of_this_version(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade without collectstatic a page that names a new one would not be drawn."""
    monkeypatch.setattr(places, "_of_another_version", OF_ANOTHER_VERSION)
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    manifest.unlink()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        call_command("collectstatic", "--no-input", stdout=StringIO())
    assert "estilos" not in told()[1]
    whole = manifest.read_text()
    said = json.loads(whole)
    del said["paths"]["css/catalog.css"]
    manifest.write_text(json.dumps(said))
    status, text = told()
    assert status == 1 and "no son los de esta versión: 1 son otros o faltan, entre ellos css/catalog.css." in text
    manifest.write_text(whole)
    (settings.STATIC_ROOT / "css/catalog.css").write_text("/* de antes */")
    assert "entre ellos css/catalog.css" in told()[1] and told()[1].count("FALTA") == 1
    manifest.write_text("{")
    assert (
        "staticfiles.json» está alterado, y sin él no hay páginas. Bórrelo" in told()[1]
        and told()[1].count("FALTA") == 1
    )


def test_styles_that_may_not_be_read(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *args: Any, **kwargs: Any) -> str:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", refuse)
    status, said = told()
    assert status == 1 and "No se pueden leer los estilos de las páginas en" in said


def test_a_disk_that_is_nearly_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda place: SimpleNamespace(free=300 * 1024**2))
    status, said = told()
    assert status == 1 and "quedan 0.29 GB libres" in said


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_writes() -> None:
    switches = {"postgresql": "SET default_transaction_read_only = {}", "sqlite": "PRAGMA query_only = {}"}
    with connection.cursor() as cursor:
        cursor.execute(switches[connection.vendor].format("on"))
    try:
        status, said = told()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(switches[connection.vendor].format("off"))
    assert status == 1 and "La base de datos no acepta lo que se guarda" in said and "no se deja leer" not in said


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.ENOSPC, "haga lugar"), (errno.EROFS, "solo leer"), (errno.EACCES, "dele permiso de escritura")],
)
def test_a_folder_that_takes_no_file(monkeypatch: pytest.MonkeyPatch, number: int, remedy: str) -> None:
    def refuse(*args: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(private_files, "_write", refuse)
    status, said = told()
    assert status == 1 and "PMD_FILES_ROOT es" in said and remedy in said


def test_a_disk_that_does_not_answer_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a server of the network that went away: nothing of it ever ends."""
    monkeypatch.setattr(private_files, "_write", lambda path, content: time.sleep(99))
    monkeypatch.setattr("shutil.disk_usage", lambda place: time.sleep(99))
    monkeypatch.setattr(listed, "CHECKS", tuple(replace(one, patience=1) for one in listed.CHECKS))
    began = time.monotonic()
    status, said = told()
    assert status == 1 and said.count("FALTA") == 2 and "El disco de PMD_FILES_ROOT no contesta. Vea ese disco" in said
    assert "El disco de PMD_PUBLIC_ROOT no contesta" in said and time.monotonic() - began < 10


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_table_that_somebody_holds_does_not_hold_the_doctor(settings: Any) -> None:
    settings.PAGE_WAITS = "-c statement_timeout=4s -c lock_timeout=1s"
    connection.close()  # what doctor opens waits no longer than a page does
    before = dict(connection.settings_dict["OPTIONS"])
    owner = load_backend(connection.settings_dict["ENGINE"]).DatabaseWrapper(
        settings_of_owner(connection.settings_dict)
    )
    with closing(owner), owner.cursor() as holder:
        holder.execute("BEGIN; LOCK TABLE core_filefault, core_lastrun IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        status, said = told()
        holder.execute("ROLLBACK")
    connection.close()
    assert status == 1 and "La base de datos no se deja leer: canceling statement due to lock timeout" in said
    assert time.monotonic() - began < 20 and connection.settings_dict["OPTIONS"] == before


def test_what_a_file_gives_back_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_files, "_write", lambda path, content: path.write_bytes(b"\0\0\0"))
    assert "PMD_FILES_ROOT es" in told()[1]


def test_a_folder_that_is_a_file_is_told_once(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "archivo"
    settings.FILES_ROOT.write_text("")
    status, said = told()
    assert status == 1 and said.count("FALTA") == 1


def test_a_database_that_is_away_is_told_once_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("connection refused\n\tIs the server running?\n")

    monkeypatch.setattr(connection, "cursor", away)
    status, said = told()
    assert status == 1 and said.count("FALTA") == 1
    began = {"postgresql": "No se puede llegar a", "sqlite": "No se puede abrir"}[connection.vendor]
    assert f"{began} la base de datos de DATABASE_URL" in said and ": connection refused. Vea" in said
    assert ("Vea que PostgreSQL esté" in said) is (connection.vendor == "postgresql")


def test_a_check_that_breaks_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(place: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("shutil.disk_usage", broken)
    status, said = told()
    assert status == 1 and "Una revisión no pudo terminar: PermissionError" in said


class TestWhatRunsByItself:
    def test_a_worker_that_takes_a_task(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with tasks_by_worker():
            monkeypatch.setattr(running.time, "sleep", lambda seconds: work())
            assert told()[0] == 0
        assert not DBTaskResult.objects.exists()

    def test_a_worker_of_another_version(self, monkeypatch: pytest.MonkeyPatch) -> None:
        answer = running._answer

        def of_before() -> str | None:
            with monkeypatch.context() as then:
                then.setattr(running, "__version__", "0.1.0")
                return answer()

        monkeypatch.setattr(running.time, "sleep", lambda seconds: work())
        monkeypatch.setattr(running, "_answer", of_before)
        with tasks_by_worker():
            status, said = told()
        assert status == 1 and f"El worker trabaja con PMD 0.1.0, y este código es {__version__}. Reinícielo" in said
        monkeypatch.setattr(running.upgrade_mark, "is_under_way", lambda base: True)
        with tasks_by_worker():
            assert "El worker trabaja" not in told()[1]  # that upgrade would be refused by what it is about to do

    def test_a_worker_that_is_in_the_middle_of_one(self) -> None:
        with tasks_by_worker():
            asked = running.answered.enqueue()
            DBTaskResult.objects.filter(pk=asked.id).update(status="RUNNING", started_at=timezone.now())
            assert told()[0] == 0

    def test_no_worker_at_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(running, "_PATIENCE", 0.1)
        with tasks_by_worker():
            status, said = told()
        assert status == 1 and "Ningún proceso tomó una tarea de prueba" in said and "pmd-worker" in said
        assert not DBTaskResult.objects.exists()

    def test_on_the_first_day_nothing_of_the_night_ran(self) -> None:
        assert "nunca" not in told()[1]

    def test_later_it_is_told(self) -> None:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("UPDATE django_migrations SET applied = %s", [timezone.now() - timedelta(days=3)])
        status, said = told()
        assert status == 1 and said.count("FALTA") == 2
        assert "La comprobación de cada noche no ha corrido nunca" in said
        assert "Los recordatorios no han salido nunca" in said and "pmd-reminders" in said
        assert said.count("Ningún sello de la bitácora ha salido a Contraloría") == 1

    def test_what_ran_is_silent_and_what_stopped_is_told(self) -> None:
        now = timezone.now()
        SelfCheck.objects.create(started_at=now - timedelta(hours=20), ended_at=now)
        call_command("send_reminders", stdout=StringIO())
        assert told()[0] == 0
        last_runs.note(last_runs.REMINDERS, now - timedelta(days=2))
        SelfCheck.objects.update(started_at=now - timedelta(days=2))
        said = told()[1]
        assert "Los recordatorios no salen desde el" in said and "La comprobación de cada noche no corre desde" in said

    def test_what_the_check_found(self) -> None:
        SelfCheck.objects.create(started_at=timezone.now(), ended_at=timezone.now(), failures=3)
        status, said = told()
        assert status == 1 and "encontró 3 cosas que no se sostienen" in said


def test_the_names_that_are_known_are_those_that_are_read() -> None:
    """And the README names no other; the manual explains each of them (``tests/operation``)."""
    read = set()
    for module in (ROOT / "pmd").glob("*.py"):
        read |= set(re.findall(r'"(PMD_[A-Z_]+)"', module.read_text(encoding="utf-8")))
    table = set(re.findall(r"`([A-Z_]+)`", "".join(re.findall(r"(?m)^\| (`[A-Z_`, ]+) \|", README))))
    settings_made = {"PMD_DATABASE_OWNER"}
    assert {name for name in KNOWN if name.startswith("PMD_")} == read - settings_made
    assert table < KNOWN


def test_a_rule_that_was_taken_away() -> None:
    with past(pick(RULES, "department_prefix_fixed")):
        status, said = told()
    assert status == 1 and "department_prefix_fixed" in said


def test_tasks_that_nobody_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "no_worker", lambda now: "Hay tareas que nadie ha tomado.")
    with tasks_by_worker():
        status, said = told()
    assert status == 1 and "pmd-worker" in said


def test_files_that_were_lost() -> None:
    FileFault.objects.create(name="a", fault="missing", found_at=timezone.now())
    status, said = told()
    assert status == 1 and "se perdieron o se alteraron: 1" in said and "check_files" in said


def test_a_migration_that_waits() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core'")
    status, said = told()
    assert status == 1 and "Faltan" in said and "manage.py migrate" in said


def test_a_database_of_a_newer_version_or_that_lost_a_table() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_later', %s)", [timezone.now()]
        )
    assert "es de una versión más nueva que este programa: core 9999_later" in told()[1]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '9999_later'")
        cursor.execute("ALTER TABLE core_filefault RENAME TO core_away")
    status, said = told()
    assert status == 1 and "Faltan tablas de la base de datos: core_filefault." in said


@on_postgresql
def test_the_owner_at_work_is_told() -> None:
    with as_owner():
        status, said = told()
    assert status == 1 and said.count("FALTA") == 1
    assert f"el rol «{OWNER}» es el dueño de las tablas" in said and "Sepárelos" in said


@on_postgresql
def test_after_a_restoring_without_permissions_that_is_told() -> None:
    with as_owner():
        connection.cursor().execute(f"REVOKE ALL ON django_migrations FROM {APPLICATION}")
    status, said = told()
    assert status == 1 and "le falta permiso: SELECT en django_migrations" in said and "no se deja leer" in said


@on_postgresql
def test_a_permission_too_much_is_told() -> None:
    with as_owner():
        connection.cursor().execute(f"GRANT DELETE ON core_trailentry TO {APPLICATION}")
    status, said = told()
    assert status == 1 and f"El rol «{APPLICATION}» puede más de lo que debe: DELETE en core_trailentry" in said


@on_postgresql
def test_a_role_that_makes_roles_is_told() -> None:
    asked = grants._asked

    def may(connection: Any, sql: str, *values: Any) -> Any:
        return [(1,)] if "rolcreaterole" in sql else asked(connection, sql, *values)

    with patch.object(grants, "_asked", may):
        assert "puede crear roles y hacerse así dueño de la base" in told()[1]
