"""What the environment may say, and the sentence it gets when it says something else."""

import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3.base import DatabaseWrapper

from pmd import environment as env

KEY = "k3y-" * 5 + "0123456789" * 4


@pytest.mark.parametrize(
    "given, expected", [("true", True), ("1", True), ("Sí", True), ("no", False), ("", False), (None, True)]
)
def test_booleans(given: str | None, expected: bool) -> None:
    environment = {} if given is None else {"DEBUG": given}
    assert env.read_bool(environment, "DEBUG", default=True) is expected


def test_a_boolean_that_is_neither_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="DEBUG vale «quizá» y solo puede ser true o false"):
        env.read_bool({"DEBUG": "quizá"}, "DEBUG", default=False)


@pytest.mark.parametrize("given", ["-1", "6", "uno", "1.5", "", "١"])
def test_a_proxy_count_out_of_range_is_refused(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="número entero de 0 a 5"):
        env.read_int({"PMD_PROXY_COUNT": given}, "PMD_PROXY_COUNT", default=0, highest=5)


def test_an_unknown_log_level_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="DEBUG, INFO, WARNING, ERROR"):
        env.read_choice({"PMD_LOG_LEVEL": "mucho"}, "PMD_LOG_LEVEL", env.LOG_LEVELS, default="INFO")


@pytest.mark.parametrize("given", ["corta", "a" * 80])
def test_a_weak_secret_key_is_refused(given: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="al menos 50 caracteres"):
        env.read_secret_key({"SECRET_KEY": given}, local=True, directory=tmp_path)


def test_on_ones_own_machine_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = env.read_secret_key({}, local=True, directory=tmp_path / "var")
    assert len(first) >= env.SECRET_KEY_LENGTH
    assert env.read_secret_key({}, local=True, directory=tmp_path / "var") == first
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret.key"]


def test_a_server_without_a_key_has_none_and_does_not_serve(tmp_path: Path) -> None:
    assert env.read_secret_key({}, local=False, directory=tmp_path) == ""
    assert env.read_secret_key({"SECRET_KEY": KEY}, local=False, directory=tmp_path) == KEY
    with pytest.raises(ImproperlyConfigured, match="Falta ALLOWED_HOSTS"):
        env.require_for_serving(SimpleNamespace(SECRET_KEY=KEY, ALLOWED_HOSTS=[]))


@pytest.mark.parametrize("given", ["*", "https://pmd.gob.mx", "pmd.gob.mx:8000", "pmd.gob.mx/", "a b"])
def test_a_host_that_is_not_a_name_is_refused(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="sin https://, sin puerto y sin comodín"):
        env.read_allowed_hosts({"ALLOWED_HOSTS": f"bien.gob.mx, {given}"}, demo=False, debug=False)


def test_the_demonstration_answers_to_the_loopback_names_only() -> None:
    named = {"ALLOWED_HOSTS": "pmd.gob.mx, .durango.gob.mx,[2001:db8::1]"}
    assert env.read_allowed_hosts(named, demo=True, debug=False) == env.LOOPBACK_HOSTS
    assert env.read_allowed_hosts(named, demo=False, debug=False) == [
        "pmd.gob.mx",
        ".durango.gob.mx",
        "[2001:db8::1]",
    ]
    assert env.read_allowed_hosts({}, demo=False, debug=False) == []


@pytest.mark.parametrize(
    "given", ["mysql://a:b@c/d", "pmd.sqlite3", "postgresql://", "postgresql://host:puerto/x", "postgresql://h:99999/x"]
)
def test_a_database_that_is_not_understood_is_refused(given: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL no se entiende"):
        env.read_database({"DATABASE_URL": given}, default=tmp_path / "pmd.sqlite3", local=False)


def test_sqlite_waits_for_its_turn(tmp_path: Path) -> None:
    config = env.read_database({}, default=tmp_path / "var" / "pmd.sqlite3", local=True)
    assert config["NAME"] == str(tmp_path / "var" / "pmd.sqlite3")
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert config["OPTIONS"]["timeout"] == 20
    assert "journal_mode=WAL" in config["OPTIONS"]["init_command"]
    assert (tmp_path / "var").is_dir()


def test_postgresql_by_name_and_by_socket(tmp_path: Path) -> None:
    named = {"DATABASE_URL": "postgresql://pmd:cl%40ve@db.interno:5433/pmd?sslmode=require"}
    config = env.read_database(named, default=tmp_path / "x", local=False)
    assert (config["USER"], config["PASSWORD"], config["HOST"], config["PORT"], config["NAME"]) == (
        "pmd",
        "cl@ve",
        "db.interno",
        5433,
        "pmd",
    )
    assert config["OPTIONS"] == {"sslmode": "require", "connect_timeout": 5}
    socket = env.read_database(
        {"DATABASE_URL": "postgresql://pmd@/base?host=/run/pg"}, default=tmp_path / "x", local=False
    )
    assert (socket["HOST"], socket["NAME"]) == ("/run/pg", "base")


@pytest.mark.parametrize("given", ["correo", "smtp://", "pop3://servidor", "smtp://servidor:puerto"])
def test_a_mail_server_that_is_not_understood_is_refused(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL no se entiende"):
        env.read_email({"EMAIL_URL": given}, local=False)


def test_mail_with_tls() -> None:
    config = env.read_email({"EMAIL_URL": "smtp+tls://pmd:clave@correo.gob.mx:587"}, local=False)
    assert config["EMAIL_HOST"] == "correo.gob.mx"
    assert config["EMAIL_PORT"] == 587
    assert config["EMAIL_USE_TLS"] is True
    assert env.read_email({}, local=True)["EMAIL_BACKEND"].endswith("console.EmailBackend")


@pytest.mark.parametrize(
    "given",
    [
        "pmd.gob.mx",
        "ftp://pmd.gob.mx",
        "https://",
        "https://pmd.gob.mx/otra",
        "https://pmd.gob.mx?x=1",
        "https://ana:clave@pmd.gob.mx",
        "https://pmd.gob.mx:puerto",
        "https://pmd gob.mx",
    ],
)
def test_a_site_address_that_is_not_one_is_refused(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PMD_SITE_URL vale"):
        env.read_site_url({"PMD_SITE_URL": given}, default="http://127.0.0.1:8000")


@pytest.mark.parametrize(
    "given, expected",
    [
        ("https://pmd.gob.mx/", "https://pmd.gob.mx"),
        ("http://10.0.0.8:8080", "http://10.0.0.8:8080"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("", "http://127.0.0.1:8000"),
    ],
)
def test_a_site_address_is_kept_without_its_last_slash(given: str, expected: str) -> None:
    assert env.read_site_url({"PMD_SITE_URL": given}, default="http://127.0.0.1:8000") == expected


@pytest.mark.parametrize(
    "given",
    [
        "plan.gob.mx",
        "https://plan.gob.mx/?x=1",
        "https://plan.gob.mx/publico#a",
        "https://ana:clave@plan.gob.mx",
        'https://plan.gob.mx/"',
        "https://plan.gob.mx/dos palabras",
        "https://plan.gob.mx//otra",
    ],
)
def test_a_public_address_that_is_not_one_is_refused(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PMD_PUBLIC_URL vale"):
        env.read_public_url({"PMD_PUBLIC_URL": given}, site="https://pmd.gob.mx")


@pytest.mark.parametrize(
    "given, expected",
    [
        ("", "https://pmd.gob.mx/publico/"),
        ("https://plan.gob.mx", "https://plan.gob.mx/"),
        ("https://plan.gob.mx:8443/plan/2016/", "https://plan.gob.mx:8443/plan/2016/"),
    ],
)
def test_a_public_address_ends_with_a_slash(given: str, expected: str) -> None:
    assert env.read_public_url({"PMD_PUBLIC_URL": given}, site="https://pmd.gob.mx") == expected


@pytest.mark.parametrize(
    ("given", "local", "backend"),
    [
        ({}, False, "django_tasks_db.DatabaseBackend"),
        ({}, True, "django_tasks.backends.immediate.ImmediateBackend"),
        ({"PMD_TASKS": "immediate"}, False, "django_tasks.backends.immediate.ImmediateBackend"),
        ({"PMD_TASKS": "worker"}, True, "django_tasks_db.DatabaseBackend"),
    ],
)
def test_who_takes_the_tasks(given: dict[str, str], local: bool, backend: str) -> None:
    assert env.read_tasks(given, local=local) == {"default": {"BACKEND": backend}}


def test_nobody_else_takes_the_tasks() -> None:
    with pytest.raises(ImproperlyConfigured, match="PMD_TASKS vale «REDIS» y solo puede ser WORKER, IMMEDIATE"):
        env.read_tasks({"PMD_TASKS": "redis"}, local=False)


def test_a_sqlite_that_is_too_old_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of a system whose Python is new enough; Django would say it with a traceback."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 26, 0))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.26.0")
    with pytest.raises(
        ImproperlyConfigured, match=r"El SQLite de este Python es 3\.26\.0 y hace falta 3\.35 o más nuevo"
    ):
        env.read_database({}, default=tmp_path / "pmd.sqlite3", local=True)
    assert DatabaseWrapper.features_class.minimum_database_version <= env.OLDEST_SQLITE
