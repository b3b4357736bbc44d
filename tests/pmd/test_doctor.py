"""``manage.py doctor``: each thing that is not as it should be, one at a time, and an installation that is in order."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core.database_rules import pick
from core.models import FileFault
from pmd import installation
from programs.database_rules import RULES
from tests.support.owner import APPLICATION, OWNER, as_owner, past

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")


@pytest.fixture(autouse=True)
def in_order(settings: Any, tmp_path: Path) -> None:
    """Settings as docs/operations.md asks for them."""
    static, files = tmp_path / "static", tmp_path / "files"
    static.mkdir()
    files.mkdir()
    (static / "staticfiles.json").write_text("{}")
    settings.DEBUG = settings.PMD_DEMO = settings.LOCAL = False
    settings.ALLOWED_HOSTS = ["pmd.durango.gob.mx"]
    settings.EMAIL_CONFIGURED = True
    settings.PMD_SITE_URL = "https://pmd.durango.gob.mx"
    settings.STATIC_ROOT, settings.FILES_ROOT, settings.OWN_FILES_ROOT = static, files, False
    settings.PMD_PUBLIC_ROOT, settings.OWN_PUBLIC_ROOT = tmp_path / "publico", True


def told() -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_where_everything_is_as_it_should_be() -> None:
    status, said = told()
    assert status == 0 and "FALTA" not in said
    if connection.vendor == "postgresql":
        assert said == "Todo está como debe.\n"
    else:
        assert "Aviso  SQLite no tiene roles" in said and "Nada por corregir." in said


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
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_setting_that_is_missing_or_wrong(settings: Any, changed: dict[str, Any], sentence: str) -> None:
    for name, value in changed.items():
        setattr(settings, name, value)
    status, said = told()
    assert status == 1 and sentence in said and said.count("FALTA") == 1 and "1 por corregir." in said


def test_a_rule_that_was_taken_away() -> None:
    with past(pick(RULES, "department_prefix_fixed")):
        status, said = told()
    assert status == 1 and "department_prefix_fixed" in said


def test_tasks_that_nobody_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "no_worker", lambda now: "Hay tareas que nadie ha tomado.")
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
