"""Which of the two databases is kept and brought back; both modules have the same functions."""

from types import ModuleType
from typing import Any

from pmd.backups import postgresql, sqlite

NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


def engine_of(connection: Any) -> ModuleType:
    return postgresql if connection.vendor == "postgresql" else sqlite
