"""The settings as a process of its own sees them."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What this process has of its own settings (the browser tests' last) is none of the other's.
NAMES = ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "EMAIL_URL", "DEFAULT_FROM_EMAIL")
NAMES += ("DJANGO_ALLOW_ASYNC_UNSAFE",)
PRODUCTION = {
    "DATABASE_URL": "postgresql://pmd:Vq7mR2xK9tLp4@db.interno/pmd",
    "SECRET_KEY": "q7Wz3kP9vT1mX5cB8nR2yL6dF4gH0jSaUeIoKqZxCvNb1Mw3E5r7T9y",
    "ALLOWED_HOSTS": "pmd.durango.gob.mx",
    "EMAIL_URL": "smtp+tls://pmd:clave@correo.interno:587",
    "PMD_PROXY_COUNT": "1",
    "PMD_SITE_URL": "https://pmd.durango.gob.mx",
    "PMD_MUNICIPALITY": "Municipio de Durango",
    "PMD_TIME_ZONE": "America/Monterrey",
    "PMD_ADMINS": "sistemas@example.gob.mx",
    "DEFAULT_FROM_EMAIL": "PMD <pmd@durango.gob.mx>",
}


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in NAMES and not name.startswith("PMD_")}


def run(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    clean = without_settings(os.environ)
    return subprocess.run(
        [sys.executable, *arguments],
        # No file of the machine that the tests run on.
        env=clean | {"DJANGO_SETTINGS_MODULE": "pmd.settings", "PMD_ENV_FILE": ""} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_sqlite_file_whose_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "archivo").write_text("")
    done = run(PRODUCTION | {"DATABASE_URL": f"sqlite:///{tmp_path}/archivo/db.sqlite3"}, "manage.py", "check")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert f"DATABASE_URL nombra un archivo en «{tmp_path}/archivo», carpeta que no se puede hacer" in done.stderr


def test_check_deploy_is_silent_with_the_production_settings() -> None:
    done = run(PRODUCTION, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_check_deploy_names_what_is_missing(tmp_path: Path) -> None:
    done = run({"DATABASE_URL": f"sqlite:///{tmp_path / 'pmd.sqlite3'}"}, "manage.py", "check", "--deploy")
    for identifier in ("pmd.W002", "pmd.W003", "pmd.W004", "pmd.W007", "pmd.W016", "security.W009", "security.W020"):
        assert identifier in done.stderr
    assert done.returncode == 1, "what doctor fails for fails here too"


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"DEBUG": "tal vez"}, "DEBUG vale «tal vez»"),
        ({"PMD_DEMO": "1"}, "PMD_DEMO no funciona detrás de un proxy"),
        ({"SECRET_KEY": ""}, "Falta SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "Falta ALLOWED_HOSTS"),
        ({"PMD_SITE_URL": "pmd.durango.gob.mx"}, "PMD_SITE_URL vale «pmd.durango.gob.mx»"),
        ({"DATABASE_URL": "oracle://x/y"}, "DATABASE_URL no se entiende"),
        ({"PMD_MUNICIPALITY": " "}, "Falta PMD_MUNICIPALITY"),
        ({"PMD_TIME_ZONE": ""}, "Falta PMD_TIME_ZONE"),
        ({"PMD_TIME_ZONE": "America/Tijuna"}, "¿Quiso decir America/Tijuana?"),
        ({"PMD_TIME_ZONE": "America/Durango"}, "¿Quiso decir America/Monterrey?"),
        ({"PMD_TIME_ZONE": "America/Lima2"}, "no es una zona horaria. Las de México"),
        ({"PMD_TIME_ZONE": "../etc/passwd"}, "no es una zona horaria. Las de México: America/Mexico_City"),
        ({"PMD_FILES_ROOT": ""}, "PMD_FILES_ROOT está vacío"),
        ({"PMD_FILES_ROOT": "/no/esta/montado"}, "esa carpeta no existe: créela (o monte su disco)"),
        ({"PMD_PUBLIC_ROOT": " "}, "PMD_PUBLIC_ROOT está vacío"),
        ({"PMD_PUBLIC_ROOT": "/no/esta/montado"}, "PMD_PUBLIC_ROOT es «/no/esta/montado» y esa carpeta no existe"),
        ({"PMD_FILES_ROOT": "/srv/a", "PMD_PUBLIC_ROOT": "/srv/a/b"}, "uno no puede estar dentro del otro"),
    ],
)
def test_the_server_does_not_start_with_a_wrong_value(wrong: dict[str, str], sentence: str) -> None:
    done = run(PRODUCTION | wrong, "-c", "import pmd.wsgi")
    assert done.returncode != 0
    assert sentence in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("command", ["migrate", "results", "send_reminders", "check", "createsuperuser"])
def test_no_command_works_on_a_file_that_nobody_named(command: str, tmp_path: Path) -> None:
    """A forgotten variable would be an empty database that looks like one that works."""
    held = sorted(path.name for path in (ROOT / "var").glob("*")) if (ROOT / "var").exists() else []
    done = run({"SECRET_KEY": PRODUCTION["SECRET_KEY"], "DATABASE_URL": " "}, "manage.py", command)
    assert done.returncode == 1 and not done.stdout
    (told,) = done.stderr.splitlines()
    assert told.startswith("Falta DATABASE_URL") and f"sqlite:///{ROOT / 'var' / 'pmd.sqlite3'}" in told
    assert held == (sorted(path.name for path in (ROOT / "var").glob("*")) if (ROOT / "var").exists() else [])


@pytest.mark.parametrize(
    ("command", "missing"),
    [("send_reminders", "PMD_TIME_ZONE"), ("db_worker", "PMD_TIME_ZONE"), ("close_month", "PMD_MUNICIPALITY")],
)
def test_no_command_reckons_with_another_places_midnight(command: str, missing: str) -> None:
    done = run(PRODUCTION | {missing: ""}, "manage.py", command)
    assert done.returncode == 1 and not done.stdout
    (told,) = done.stderr.splitlines()
    assert told.startswith(f"Falta {missing}:")


@pytest.mark.parametrize("command", [["migrate", "--help"], ["doctor", "--help"]])
def test_what_computes_no_day_goes_on_without_them(command: list[str]) -> None:
    done = run(PRODUCTION | {"PMD_TIME_ZONE": "", "PMD_MUNICIPALITY": ""}, "manage.py", *command)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("zone", "day"), [("America/Monterrey", "2016-10-05"), ("America/Tijuana", "2016-10-04")])
def test_a_day_ends_at_the_midnight_of_the_place(zone: str, day: str) -> None:
    code = (
        "import django; django.setup()\n"
        "from datetime import UTC, datetime\n"
        "from django.utils import timezone\n"
        "print(timezone.localdate(datetime(2016, 10, 5, 6, 30, tzinfo=UTC)))\n"
    )
    assert run(PRODUCTION | {"PMD_TIME_ZONE": zone}, "-c", code).stdout.strip() == day


def test_on_one_s_own_machine_the_file_in_var_is_taken() -> None:
    code = "from django.conf import settings; print(settings.DATABASES['default']['NAME'])"
    for environment in ({"DEBUG": "true"}, {"PMD_DEMO": "true"}):
        assert run(environment, "-c", code).stdout.strip() == str(ROOT / "var" / "pmd.sqlite3")


def test_a_command_says_what_is_wrong_in_one_sentence() -> None:
    done = run(PRODUCTION | {"PMD_PROXY_COUNT": "dos"}, "manage.py", "check")
    assert done.returncode == 1 and not done.stdout
    assert done.stderr.splitlines() == ["PMD_PROXY_COUNT vale «dos» y debe ser un número entero de 0 a 5."]


def test_the_server_starts_with_the_production_settings() -> None:
    done = run(PRODUCTION, "-c", "import pmd.wsgi; print(type(pmd.wsgi.application).__name__)")
    assert done.stdout.strip() == "WSGIHandler", done.stderr


def test_a_file_database_is_in_wal_mode(tmp_path: Path) -> None:
    code = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "cursor = connection.cursor()\n"
        "pragmas = ('journal_mode', 'foreign_keys', 'busy_timeout', 'synchronous')\n"
        "print([cursor.execute(f'PRAGMA {name}').fetchone()[0] for name in pragmas])\n"
    )
    done = run({"DATABASE_URL": f"sqlite:///{tmp_path / 'pmd.sqlite3'}"}, "-c", code)
    assert done.stdout.strip() == "['wal', 1, 20000, 1]", done.stderr


def test_static_files_are_collected_under_names_of_their_content(tmp_path: Path) -> None:
    """The storage of production fails on any file that a style sheet names and nobody ships."""
    environment = PRODUCTION | {"PMD_STATIC_ROOT": str(tmp_path)}
    done = run(environment, "manage.py", "collectstatic", "--noinput", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "staticfiles.json").exists()
    for pattern in ("vendor/bootstrap/bootstrap.min.*.css.gz", "css/pmd.*.css", "django_htmx/htmx-2.min.*.js"):
        assert list(tmp_path.glob(pattern)), pattern
    (script,) = tmp_path.glob("js/grid.????????????.js")
    source = (ROOT / "static" / "js" / "grid.js").read_text()
    written, names = (re.findall(r'from "./([^"]+)"', text) for text in (source, script.read_text()))
    assert len(names) == len(written) > 3
    assert all(re.fullmatch(r"[a-z-]+\.[0-9a-f]{12}\.js", name) for name in names), names
    # These a browser keeps for good, unlike everything else.
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        f"answer = Client().get('/static/js/{script.name}', secure=True, headers={{'host': 'pmd.durango.gob.mx'}})\n"
        "print(answer.status_code, answer['Cache-Control'])\n"
    )
    assert run(environment, "-c", code).stdout.strip() == "200 max-age=315360000, public, immutable"


def test_nothing_that_we_ship_points_to_another_place() -> None:
    for path in (ROOT / "static").rglob("*"):
        if path.suffix in (".css", ".js"):
            text = path.read_text(encoding="utf-8")
            assert "sourceMappingURL" not in text, path
            assert "@import" not in text, path
            assert "url(http" not in text and "url(//" not in text, path


@pytest.mark.parametrize(("given", "found"), [({}, "True"), ({"PMD_PREPARED": "off"}, "False")])
def test_queries_are_prepared_unless_the_environment_says_no(given: dict[str, str], found: str) -> None:
    done = run(PRODUCTION | given, "-c", "from django.conf import settings; print(settings.PMD_PREPARED)")
    assert done.stdout.split() == [found], done.stderr
