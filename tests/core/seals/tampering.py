"""What somebody does who owns the database: past its rules and references, row by row."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from core.database_rules import RULES, drop_rules, install_rules
from core.models import SealedWords, TrailEntry, TrailSeal
from core.seals.chain import COLUMNS, seal_of
from tests.support.owner import OWNER, as_owner


@contextmanager
def owner() -> Iterator[Any]:
    """A cursor that no rule and no reference holds up; the rules are back afterwards, so that nothing looks changed."""
    on_postgresql = connection.vendor == "postgresql"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if on_postgresql else "PRAGMA defer_foreign_keys = ON")
        drop_rules(connection, RULES)
        if on_postgresql:
            cursor.execute("SET ROLE NONE")  # references hold up the owner too
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        if on_postgresql:
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
            cursor.execute(f"SET ROLE {OWNER}")
        install_rules(connection, RULES)


def made_anew(first: int, last: int | None = None) -> None:
    """The seals from that number on (to ``last``), as they would be over what the trail holds now."""
    before = TrailSeal.objects.filter(number=first - 1).first()
    previous = before.sha256 if before else ""
    seals = TrailSeal.objects.filter(number__gte=first).order_by("number")
    with owner() as cursor:
        for seal in list(seals if last is None else seals.filter(number__lte=last)):
            entry = TrailEntry.objects.filter(pk=seal.entry_id).values(*COLUMNS).get()
            words = dict(SealedWords.objects.filter(entry=seal.entry_id).values_list("place", "sha256"))
            sha256 = seal_of(entry, words, sealed_at=seal.sealed_at, previous=previous)
            cursor.execute(
                "UPDATE core_trailseal SET sha256 = %s, previous = %s WHERE number = %s",
                [sha256, previous, seal.number],
            )
            previous = sha256


def renumbered(cursor: Any, first: int, by: int) -> None:
    """The seals from that number on, moved by one place."""
    # Past one another: the database refuses the same number twice even for a moment.
    cursor.execute("UPDATE core_trailseal SET number = number + 1000 WHERE number >= %s", [first])
    cursor.execute("UPDATE core_trailseal SET number = number - 1000 + %s WHERE number >= 1000", [by])
