"""What a database holds, so that a test may say that a migration changed nothing else."""

from collections.abc import Collection
from typing import Any

from django.core.management import call_command
from django.db import connection

from core import grants
from indicators.models import Correction, Measurement
from tests.support.owner import APPLICATION, as_owner, past_rules

# The stamps say that something was written, the first steps are put away where there are figures, and the health page
# writes when it last could: none is a figure or a name, and a migration may well make them.
NOT_OURS = {
    "django_migrations", "django_content_type", "auth_permission", "indicators_resultstamp", "catalog_startputaway",
    "core_lastrun",
}  # fmt: skip


def contents(*, but: Collection[str]) -> dict[str, tuple[list[str], list[str]]]:
    """By table its columns and every row of it, without the columns that are called so."""
    found: dict[str, Any] = {}
    with as_owner(), connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - NOT_OURS):
            cursor.execute(f'SELECT * FROM "{table}" WHERE 1 = 0')
            names = sorted({column[0] for column in cursor.description} - set(but))
            quoted = ", ".join(map(connection.ops.quote_name, names))
            cursor.execute(f'SELECT {quoted} FROM "{table}"')
            found[table] = (names, sorted(repr(tuple(map(_plain, row))) for row in cursor))
    return found


def _plain(value: Any) -> Any:
    """PostgreSQL gives bytes in a view, which says of itself where it lies and not what it holds."""
    return bytes(value) if isinstance(value, memoryview) else value


def migrate(*target: str) -> None:
    """To that migration of a room, or with none to the newest ones, where every test has to leave the database."""
    with as_owner():
        call_command("migrate", *target, verbosity=0)
        if connection.vendor == "postgresql":
            grants.apply(connection, APPLICATION)  # tables that came again


def forget_corrections() -> None:
    """A migration that takes their table away refuses while it has rows; forwards they come from the trail again."""
    with past_rules():
        Correction.objects.all().delete()


def forget_captures(**which: Any) -> None:
    """No page does: what a paper says of them would go with them, and only the owner may take papers away."""
    with as_owner():
        Measurement.objects.filter(**which).delete()
