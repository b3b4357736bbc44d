"""The trail's chain: what is sealed, and that every way to tamper with it is named with its place."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from catalog.acts import CatalogueAct
from core import seals, trail
from core.models import TrailEntry, TrailSeal
from core.seals import FaultKind, sealing, verifying
from core.seals.chain import COLUMNS
from tests.core.seals.tampering import made_anew, owner, renumbered
from tests.factories import make_department, make_user
from tests.support.owner import as_owner

pytestmark = pytest.mark.django_db
AT = datetime(2016, 10, 3, 18, 0, tzinfo=UTC)
NOW = AT + timedelta(seconds=20)


def written(number: int = 1) -> list[TrailEntry]:
    department, actor = make_department(), make_user("ana")
    return [
        trail.record(
            subject=department,
            action=CatalogueAct.CHANGE,
            actor=actor,
            at=AT + timedelta(minutes=place),
            changes={"name": ["Presidencia", f"Presidencia «{place}»"]},
            capacity="Planeación",
            reason="Corrección",
            scope_id=department.pk,
        )
        for place in range(number)
    ]


@pytest.fixture
def entries():
    """Six sealed entries; afterwards nothing is left that refers to what somebody removed."""
    made = written(6)
    assert seals.seal_trail(now=NOW) == 6
    yield made
    with owner() as cursor:
        cursor.execute("DELETE FROM core_trailseal")
        cursor.execute("DELETE FROM core_sealedwords")


def fault() -> tuple[FaultKind, int, int | None] | None:
    found = seals.verify().fault
    return (found.kind, found.number, found.entry) if found else None


def test_every_entry_has_a_seal_over_its_content_and_the_seal_before(entries):
    """Worked out here from the rows alone, so that the form of what is sealed never changes unnoticed."""
    previous = ""
    for number, entry in enumerate(entries, 1):
        content = {
            "entry": {
                "id": entry.pk, "at": f"2016-10-03T18:{number - 1:02}:00.000000+00:00", "actor_id": entry.actor_id,
                "capacity": "Planeación", "action": "cambiar", "subject_type": "programs.department",
                "subject_id": entry.subject_id, "subject_label": entry.subject_label, "scope_id": entry.scope_id,
                "changes": {"name": ["Presidencia", f"Presidencia «{number - 1}»"]}, "reason": "Corrección",
            },
            "previous": previous, "sealed_at": "2016-10-03T18:00:20.000000+00:00",
        }  # fmt: skip
        previous = hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        seal = TrailSeal.objects.get(number=number)
        assert (seal.entry_id, seal.sha256, seal.sealed_at) == (entry.pk, previous, NOW)
    assert seals.head() == seals.Head(previous, 6, NOW)
    verdict = seals.verify()
    assert verdict == seals.Verdict(6, None, seals.Head(previous, 6, NOW), seals.Pending(0, None))


def test_every_column_of_an_entry_is_sealed():
    """Whoever adds a column decides how it is sealed; the seals of before do not have it."""
    assert set(COLUMNS) == {field.attname for field in TrailEntry._meta.concrete_fields}


def test_an_empty_trail_has_no_head_and_holds():
    assert seals.seal_trail(now=NOW) == 0
    assert seals.head() is None
    assert seals.verify() == seals.Verdict(0, None, None, seals.Pending(0, None))


def test_what_is_not_sealed_yet_is_said_and_a_second_run_adds_only_that():
    first = written(2)
    assert seals.pending() == seals.Pending(2, AT)
    assert seals.seal_trail(now=NOW) == 2 and seals.seal_trail(now=NOW) == 0
    late = trail.record(subject=make_department(), action=CatalogueAct.CHANGE, actor=None, at=NOW, changes={})
    assert seals.pending() == seals.Pending(1, NOW)
    assert seals.verify().pending == seals.Pending(1, NOW) and seals.verify().fault is None
    assert seals.seal_trail(now=NOW) == 1
    assert list(TrailSeal.objects.values_list("entry_id", flat=True)) == [*(entry.pk for entry in first), late.pk]


def test_a_long_trail_is_sealed_and_verified_some_at_a_time(monkeypatch):
    """Also where its length is exactly what a batch holds."""
    monkeypatch.setattr(sealing, "BATCH", 3)
    monkeypatch.setattr(verifying, "BATCH", 2)
    written(6)
    assert seals.seal_trail(now=NOW) == 6
    assert seals.verify().checked == 6 and seals.verify().fault is None


def test_an_entry_that_was_committed_late_is_sealed_next():
    """Its number is lower than that of entries that have their seals."""
    entry = written(1)[0]
    trail.write([TrailEntry(pk=entry.pk + 10, at=AT, action="cambiar", subject_type="x", subject_id=1)])
    seals.seal_trail(now=NOW)
    trail.write([TrailEntry(pk=entry.pk + 5, at=AT, action="cambiar", subject_type="x", subject_id=1)])
    assert seals.seal_trail(now=NOW) == 1
    order = list(TrailSeal.objects.values_list("entry_id", flat=True))
    assert order == [entry.pk, entry.pk + 10, entry.pk + 5] and seals.verify().fault is None


COLUMN_CHANGES = {
    "at": AT + timedelta(days=1),
    "actor_id": None,
    "capacity": "Director",
    "action": "borrar",
    "subject_type": "programs.program",
    "subject_id": 1,
    "subject_label": "Otra",
    "scope_id": None,
    "changes": '{"name": ["Presidencia", "Otra"]}',
    "reason": "",
}


@pytest.mark.parametrize("place", [1, 4, 6])
@pytest.mark.parametrize("column", COLUMN_CHANGES)
def test_an_altered_entry_is_named(entries, column, place):
    entry = entries[place - 1]
    with owner() as cursor:
        cursor.execute(f"UPDATE core_trailentry SET {column} = %s WHERE id = %s", [COLUMN_CHANGES[column], entry.pk])
    assert fault() == (FaultKind.ALTERED, place, entry.pk)
    verdict = seals.verify()
    assert verdict.checked == place - 1 and (verdict.head.entries if verdict.head else 0) == place - 1
    assert f"El acto {entry.pk} " in str(verdict.fault) and f"sello {place}" in str(verdict.fault)


def test_every_column_is_tried():
    assert set(COLUMN_CHANGES) | {"id"} == set(COLUMNS)


def test_an_entry_whose_number_was_changed_is_named(entries):
    with owner() as cursor:
        cursor.execute("UPDATE core_trailentry SET id = id + 1000 WHERE id = %s", [entries[2].pk])
    assert fault() == (FaultKind.ENTRY_MISSING, 3, entries[2].pk)
    assert seals.verify().pending.number == 1


@pytest.mark.parametrize("place", [1, 3, 6])
def test_a_removed_entry_is_named(entries, place):
    with owner() as cursor:
        cursor.execute("DELETE FROM core_trailentry WHERE id = %s", [entries[place - 1].pk])
    assert fault() == (FaultKind.ENTRY_MISSING, place, entries[place - 1].pk)


@pytest.mark.parametrize("place", [1, 3])
def test_a_removed_seal_is_named_even_after_its_entry_was_sealed_again(entries, place):
    with owner() as cursor:
        cursor.execute("DELETE FROM core_trailseal WHERE number = %s", [place])
    assert fault() == (FaultKind.SEAL_MISSING, place, None)
    assert seals.seal_trail(now=NOW) == 1
    assert fault() == (FaultKind.SEAL_MISSING, place, None)


def test_an_entry_removed_with_its_seal_is_named_where_the_chain_breaks(entries):
    with owner() as cursor:
        cursor.execute("DELETE FROM core_trailseal WHERE number = 3")
        cursor.execute("DELETE FROM core_trailentry WHERE id = %s", [entries[2].pk])
        renumbered(cursor, 4, -1)
    assert fault() == (FaultKind.BROKEN, 3, entries[3].pk)


def insert(previous: str) -> None:
    """An entry between the second and the third one, whose seal says to follow that one."""
    trail.write([TrailEntry(pk=1, at=AT, action="cambiar", subject_type="x", subject_id=1)])
    with owner() as cursor:
        renumbered(cursor, 3, 1)
    TrailSeal.objects.create(number=3, entry_id=1, sha256="0" * 64, previous=previous, sealed_at=NOW)


def test_an_inserted_entry_is_named(entries):
    """With a seal that says nothing, and with one that follows the seal before it."""
    insert("1" * 64)
    assert fault() == (FaultKind.INSERTED, 3, 1)
    made_anew(3, 3)
    assert fault() == (FaultKind.INSERTED, 3, 1)
    assert seals.verify().head.entries == 2


def test_entries_that_changed_places_are_named(entries):
    with owner() as cursor:
        for number, moved in ((3, 1000), (4, 3), (1000, 4)):
            cursor.execute("UPDATE core_trailseal SET number = %s WHERE number = %s", [moved, number])
    assert fault() == (FaultKind.BROKEN, 3, entries[3].pk)


def test_seals_that_changed_entries_are_named(entries):
    with owner() as cursor:
        cursor.execute("UPDATE core_trailseal SET entry_id = 0 WHERE number = 3")
        cursor.execute("UPDATE core_trailseal SET entry_id = %s WHERE number = 4", [entries[2].pk])
        cursor.execute("UPDATE core_trailseal SET entry_id = %s WHERE number = 3", [entries[3].pk])
    assert fault() == (FaultKind.ALTERED, 3, entries[3].pk)


@pytest.mark.parametrize("place", [1, 3, 6])
@pytest.mark.parametrize("column", ["sha256", "previous"])
@pytest.mark.parametrize("value", ["f" * 64, "-"])
def test_a_replaced_seal_is_named(entries, column, value, place):
    with owner() as cursor:
        cursor.execute(f"UPDATE core_trailseal SET {column} = %s WHERE number = %s", [value, place])
    # Nothing follows the last one that would say which of the two is false.
    last = column == "sha256" and place == 6
    assert fault() == (FaultKind.ALTERED if last else FaultKind.SEAL_ALTERED, place, entries[place - 1].pk)


def test_a_seal_with_another_moment_is_named(entries):
    with owner() as cursor:
        cursor.execute("UPDATE core_trailseal SET sealed_at = %s WHERE number = 3", [AT])
    assert fault() == (FaultKind.ALTERED, 3, entries[2].pk)


def test_an_altered_entry_with_its_seal_made_anew_is_named_at_the_next_one(entries):
    with owner() as cursor:
        cursor.execute("UPDATE core_trailentry SET reason = '' WHERE id = %s", [entries[2].pk])
    made_anew(3, 3)
    assert fault() == (FaultKind.BROKEN, 4, entries[3].pk)
    assert f"el acto anterior ({entries[2].pk})" in str(seals.verify().fault)


def test_a_chain_without_its_beginning_is_named(entries):
    with owner() as cursor:
        cursor.execute("DELETE FROM core_trailseal WHERE number <= 2")
        cursor.execute("DELETE FROM core_trailentry WHERE id <= %s", [entries[1].pk])
        renumbered(cursor, 3, -2)
    assert fault() == (FaultKind.BROKEN, 1, entries[2].pk)
    assert "(ninguno)" in str(seals.verify().fault)


def test_a_chain_made_anew_holds_in_itself_and_not_against_a_head_that_was_kept(entries):
    kept = seals.read_heads([seals.head_line(seals.head())])[0]
    assert seals.why_not_of_the_chain(kept) == ""
    with owner() as cursor:
        cursor.execute("UPDATE core_trailentry SET reason = '' WHERE id = %s", [entries[2].pk])
    made_anew(3)
    assert fault() is None
    assert "se reescribió" in seals.why_not_of_the_chain(kept)


def test_a_chain_that_lost_its_end_holds_in_itself_and_not_against_a_head_that_was_kept(entries):
    kept = seals.read_heads([seals.head_line(seals.head())])[0]
    with owner() as cursor:
        cursor.execute("DELETE FROM core_trailseal WHERE number > 4")
        cursor.execute("DELETE FROM core_trailentry WHERE id > %s", [entries[3].pk])
    assert fault() is None
    assert "tenía 6 actos sellados y hoy tiene 4" in seals.why_not_of_the_chain(kept)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_trailseal SET sha256 = 'x'",
        "UPDATE core_trailseal SET number = number + 100",
        "DELETE FROM core_trailseal WHERE number = 6",
        "TRUNCATE core_trailseal",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_seal(entries, statement):
    if connection.vendor == "sqlite" and statement.startswith("TRUNCATE"):
        statement = "DELETE FROM core_trailseal"
    with (
        pytest.raises(DatabaseError, match="sellos de la bitácora"),
        transaction.atomic(),
        as_owner(),
        connection.cursor() as cursor,
    ):
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert fault() is None


@pytest.mark.parametrize("number, entry", [(6, None), (7, 0)], ids=["its number twice", "its entry twice"])
def test_the_database_refuses_a_fork(entries, number, entry):
    """Two seals after the same one, and two seals of the same entry."""
    new = trail.record(subject=make_department(), action=CatalogueAct.CHANGE, actor=None, at=NOW, changes={})
    of = new.pk if entry is None else entries[entry].pk
    with pytest.raises(IntegrityError), transaction.atomic():
        TrailSeal.objects.create(number=number, entry_id=of, sha256="0" * 64, sealed_at=NOW)


def test_a_sealed_entry_is_asked_for_in_a_fixed_number_of_queries(entries, django_assert_num_queries):
    with django_assert_num_queries(4):  # what waits, the seals, their entries and words
        seals.verify()
    with django_assert_num_queries(1):
        seals.head()
    kept = seals.KeptHead("2016-10-03", 6, "0" * 64)
    with django_assert_num_queries(1):
        seals.why_not_of_the_chain(kept)
