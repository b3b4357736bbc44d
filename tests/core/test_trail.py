from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core import trail
from core.models import TrailEntry
from tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db
AT = datetime(2016, 10, 3, 18, 0, tzinfo=UTC)


@pytest.fixture
def written():
    return trail.record(
        subject=make_department(),
        action="cambiar",
        actor=make_user("ana"),
        at=AT,
        changes={"name": ["Presidencia", "Presidencia Municipal"]},
        reason="Corrección",
    )


def _refused(act):
    with pytest.raises(DatabaseError, match="bitácora"), transaction.atomic():
        act()
    assert TrailEntry.objects.count() == 1


def test_the_database_refuses_to_change_the_trail(written):
    _refused(lambda: TrailEntry.objects.update(reason="otra"))
    written.reason = "otra"
    _refused(written.save)


def test_the_database_refuses_to_delete_from_the_trail(written):
    _refused(written.delete)
    _refused(TrailEntry.objects.all().delete)


def test_raw_sql_cannot_empty_the_trail(written):
    statement = "DELETE FROM core_trailentry"
    if connection.vendor == "postgresql":
        # PostgreSQL does not truncate a table whose foreign keys are still to be checked.
        statement = "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE core_trailentry"
    _refused(lambda: connection.cursor().execute(statement))


def test_changes_say_from_what_to_what():
    before = {"name": "A", "target": Decimal(1), "same": 3}
    assert trail.changes_between(before, {"name": "B", "same": 3, "new": None}) == {
        "name": ["A", "B"],
        "target": [Decimal(1), None],
    }


def test_a_snapshot_keeps_amounts_exactly(written):
    department = make_department("OBR", "Obras Públicas", 7)
    assert trail.snapshot(department, ("number", "name")) == {"number": 7, "name": "Obras Públicas"}
