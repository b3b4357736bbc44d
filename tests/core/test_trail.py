from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from catalog.acts import CatalogueAct
from core import trail
from core.models import TrailEntry
from tests.factories import make_department, make_user
from tests.support.owner import as_owner

pytestmark = pytest.mark.django_db
AT = datetime(2016, 10, 3, 18, 0, tzinfo=UTC)


@pytest.fixture
def written():
    return trail.record(
        subject=make_department(),
        action=CatalogueAct.CHANGE,
        actor=make_user("ana"),
        at=AT,
        changes={"name": ["Presidencia", "Presidencia Municipal"]},
        reason="Corrección",
    )


def _refused(act):
    """To whoever owns the database too, who alone comes as far as the rule on PostgreSQL."""
    with pytest.raises(DatabaseError, match="bitácora"), transaction.atomic(), as_owner():
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
        # PostgreSQL does not truncate a table whose foreign keys are still to be checked, nor one without what
        # refers to it.
        statement = "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE core_trailentry CASCADE"
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


class Unregistered(trail.Act):
    RENAME = "renombrar", "Cambió el nombre"


@pytest.mark.parametrize("action", ["cambiar", "", Unregistered.RENAME], ids=repr)
@pytest.mark.parametrize("write", [trail.entry, trail.record], ids=lambda write: write.__name__)
def test_an_act_that_nobody_registered_is_not_recorded(action, write):
    with pytest.raises(TypeError, match="not a registered act"):
        write(subject=make_department(), action=action, actor=None, at=AT, changes={})
    assert not TrailEntry.objects.exists()


def test_an_act_is_registered_once_and_fits_its_column():
    twice = trail.Act("Twice", {"CHANGE": ("cambiar", "Cambió otra cosa")})
    again = trail.Act("Again", {"ONE": ("plantar", "Plantó"), "OTHER": ("plantar", "Sembró")})
    long = trail.Act("Long", {"LONG": ("x" * 41, "Escribió de más")})
    silent = trail.Act("Silent", {"SILENT": ("callar", "")})
    before = trail.registered_acts()
    for acts in (twice, again, long, silent):
        with pytest.raises(ValueError):
            trail.register(acts)
    assert trail.registered_acts() == before


def test_an_act_of_before_is_read_as_it_was_stored():
    assert trail.sentence_of("archivar") == "Archivar"
