"""PMD_DATABASE_OWNER_URL: who migrates, and nothing that serves pages."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from pmd import environment as env

APPLICATION = "postgresql://pmd:clave@localhost/pmd"
OWNER = "postgresql://pmd_owner:otra@localhost:5433/pmd?sslmode=require"


def read(owner: str, application: str = APPLICATION) -> dict | None:
    given = {"DATABASE_URL": application, "PMD_DATABASE_OWNER_URL": owner}
    return env.read_owner(given, env.read_database(given, default=Path("x"), local=False))


@pytest.mark.parametrize("given", ["", "  "])
def test_without_it_there_is_one_role(given: str) -> None:
    assert read(given) is None and read(given, "sqlite:///:memory:") is None


def test_the_owner_of_the_same_database() -> None:
    assert read(OWNER) == {
        "USER": "pmd_owner", "PASSWORD": "otra", "HOST": "localhost", "PORT": 5433,
        "OPTIONS": {"sslmode": "require", "connect_timeout": 5},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("owner", "application", "sentence"),
    [
        (OWNER, "sqlite:///:memory:", "SQLite, que no tiene roles"),
        ("sqlite:////tmp/x", APPLICATION, "PMD_DATABASE_OWNER_URL no se entiende"),
        ("pmd_owner", APPLICATION, "PMD_DATABASE_OWNER_URL no se entiende"),
        ("postgresql://pmd_owner@localhost/otra", APPLICATION, "nombra la base «otra» y DATABASE_URL la base «pmd»"),
        ("postgresql://pmd:x@/pmd?host=/run", APPLICATION, "usan el mismo rol, «pmd»"),
    ],
)
def test_what_makes_no_sense_stops_the_start(owner: str, application: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=sentence):
        read(owner, application)


def test_what_serves_pages_does_not_start_with_it() -> None:
    settings = SimpleNamespace(ALLOWED_HOSTS=["x"], SECRET_KEY="x", PMD_DATABASE_OWNER={"USER": "pmd_owner"})
    with pytest.raises(ImproperlyConfigured, match="solo para migrate y grants"):
        env.require_for_serving(settings)
