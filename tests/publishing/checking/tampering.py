"""What somebody does who owns the database: writes past its rules, which are back afterwards as if nothing had been."""

from typing import Any

from django.db import connection

from core.database_rules import lift_rules, restore_rules
from tests.core.seals.tampering import owner


def past_the_rules(sql: str, params: list[Any] | None = None) -> None:
    with owner() as cursor:  # on PostgreSQL no rule at all holds within
        if connection.vendor == "sqlite":
            lift_rules(connection)
        cursor.execute(sql, params or [])
        assert cursor.rowcount != 0
        if connection.vendor == "sqlite":
            restore_rules(connection)
