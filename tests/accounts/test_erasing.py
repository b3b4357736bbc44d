"""A person's data go where the law asks for it: nothing names them any more, and the trail's chain still holds."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.acts import AccountAct, MembershipAct
from accounts.erasing import erase_person
from accounts.management.commands.erase_person import NOT_THE_OWNER
from accounts.models import Mail, Membership, Role, User
from accounts.rules import note_about, record_about
from core import seals, trail
from core.models import SealedWords, TrailEntry
from core.refusals import ServiceError
from core.seals import FaultKind
from core.seals.words import ERASED
from tests.core.seals.tampering import owner
from tests.factories import make_department, make_user, signed_in
from tests.support.owner import as_owner

pytestmark = pytest.mark.django_db
AT = datetime(2016, 10, 3, 18, 0, tzinfo=UTC)
NOW = AT + timedelta(days=30)
HERS = ("Ana María", "Quiñones", "ana.quinones", "ana.former@durango.example")


def make_trail() -> User:
    """Ana came, was renamed, stood for by somebody, written to, and left; entries of others stand between."""
    ana = make_user("ana.quinones", first_name="Ana María", last_name="Quiñones", is_active=False)
    User.objects.filter(pk=ana.pk).update(email="ana.former@durango.example")
    ana.refresh_from_db()
    other = make_user("luis", Role.PLANNING, first_name="Luis", last_name="Mora")
    department = make_department()
    note_about(None, ana, AccountAct.CREATE, {"email": [None, ana.email], "username": [None, ana.username]}, AT)
    note_about(None, other, AccountAct.CREATE, {"email": [None, other.email]}, AT)
    before = trail.snapshot(ana, ("email",))
    User.objects.filter(pk=ana.pk).update(email="ana.quinones@durango.example")
    ana.refresh_from_db()
    record_about(None, ana, AccountAct.CHANGE_DATA, before, trail.snapshot(ana, ("email",)), AT)
    held = Membership.objects.create(
        user=ana, role=Role.LIAISON, department=department, starts_on=date(2014, 1, 1), ends_on=date(2015, 1, 1)
    )
    note_about(None, held, MembershipAct.NAME, {"user": [None, str(ana)], "role": [None, "liaison"]}, AT)
    for capacity in (f"Enlace en suplencia de {ana}", "Enlace"):
        trail.record(
            subject=department, action=AccountAct.CHANGE_DATA, actor=other, at=AT, changes={}, capacity=capacity
        )
    Mail.objects.create(
        kind=Mail.Kind.NOTICE, address=ana.email, person=ana, about=f"{ana}: aviso", subject="Ana María", text="x",
        created_at=AT,
    )  # fmt: skip
    return ana


@pytest.fixture
def ana():
    made = make_trail()
    seals.seal_trail(now=AT)
    yield made
    with owner() as cursor:  # whatever a test tampered with refers to nothing afterwards
        cursor.execute("DELETE FROM core_trailseal")
        cursor.execute("DELETE FROM core_sealedwords")


def everything() -> str:
    """Every row of every table of ours, as text."""
    models = [model for model in apps.get_models() if model._meta.app_label not in ("sessions", "contenttypes", "auth")]
    return "\n".join(str(list(model._base_manager.values())) for model in models)


def erase(person: User) -> int:
    """As the command does it, whose session is the owner's."""
    with as_owner():
        return erase_person(person=person, reason="Lo pidió", instrument="Resolución 7/2016", now=NOW)


def test_what_is_sealed_of_people_is_a_salted_hash(ana):
    sealed = SealedWords.objects.filter(entry__subject_type="accounts.user", entry__subject_id=ana.pk)
    places = set(sealed.values_list("place", flat=True))
    assert places == {"subject_label", "changes.email.0", "changes.email.1", "changes.username.1"}
    assert SealedWords.objects.get(place="capacity").entry.capacity == f"Enlace en suplencia de {ana}"
    salts = list(SealedWords.objects.values_list("salt", flat=True))
    assert len(set(salts)) == len(salts) and all(len(salt) == 32 for salt in salts)
    assert seals.verify().fault is None


def test_erasing_leaves_no_name_and_no_broken_seal(ana):
    before = seals.head()
    assert all(name in everything() for name in HERS)
    erased = erase(ana)
    assert erased == 4
    left = everything()
    assert [name for name in HERS if name in left] == []
    assert "Luis" in left and "Mora" in left
    verdict = seals.verify()
    assert verdict.fault is None and verdict.checked == before.entries
    assert seals.head() == before
    seals.seal_trail(now=NOW)
    assert seals.verify().fault is None and seals.head().entries == before.entries + 1


def test_the_trail_says_that_it_was_done_and_pages_say_what_is_missing(ana):
    erase(ana)
    entry = TrailEntry.objects.get(action=AccountAct.ERASE.value)
    assert (entry.actor, entry.reason, entry.subject_id) == (None, "Lo pidió", ana.pk)
    assert entry.changes["instrument"] == [None, "Resolución 7/2016"] and entry.changes["entries"] == [None, 4]
    page = signed_in(make_user("contralora", Role.COMPTROLLER)).get("/bitacora/").content.decode()
    assert page.count(ERASED) >= 5 and "Quiñones" not in page and "Luis Mora" in page


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_trailentry SET subject_label = 'Otra persona' WHERE id = %s",
        "UPDATE core_trailentry SET subject_label = 'dato suprimido' WHERE id = %s",
    ],
)
def test_words_that_were_changed_without_an_erasure_are_named(ana, statement):
    entry = TrailEntry.objects.filter(subject_id=ana.pk, subject_type="accounts.user").earliest("pk")
    with owner() as cursor:
        cursor.execute(statement, [entry.pk])
    fault = seals.verify().fault
    assert (fault.kind, fault.entry) == (FaultKind.WORDS_ALTERED, entry.pk)


def test_an_erasure_that_the_trail_does_not_have_is_named(ana):
    entry = TrailEntry.objects.filter(subject_id=ana.pk, subject_type="accounts.user").earliest("pk")
    with owner() as cursor:
        cursor.execute("UPDATE core_trailentry SET subject_label = %s WHERE id = %s", [ERASED, entry.pk])
        cursor.execute(
            "UPDATE core_sealedwords SET salt = '', erased_at = %s WHERE entry_id = %s AND place = 'subject_label'",
            [NOW, entry.pk],
        )
    assert (seals.verify().fault.kind, seals.verify().fault.entry) == (FaultKind.WORDS_ALTERED, entry.pk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_sealedwords SET sha256 = place WHERE entry_id = %s",
        "DELETE FROM core_sealedwords WHERE entry_id = %s",
        "UPDATE core_sealedwords SET place = 'reason' WHERE entry_id = %s AND place = 'subject_label'",
    ],
)
def test_hashes_that_were_changed_are_named(ana, statement):
    entry = TrailEntry.objects.filter(subject_id=ana.pk, subject_type="accounts.user").earliest("pk")
    with owner() as cursor:
        cursor.execute(statement, [entry.pk])
    assert (seals.verify().fault.kind, seals.verify().fault.entry) == (FaultKind.ALTERED, entry.pk)


def test_a_hash_written_in_place_of_words_is_named(ana):
    """As the sealed content has it, with the row of hashes taken away."""
    entry = TrailEntry.objects.filter(subject_id=ana.pk, subject_type="accounts.user").earliest("pk")
    words = SealedWords.objects.get(entry=entry, place="changes.email.1")
    with owner() as cursor:
        cursor.execute("DELETE FROM core_sealedwords WHERE id = %s", [words.pk])
        TrailEntry.objects.filter(pk=entry.pk).update(
            changes=entry.changes | {"email": [None, {"sha256": words.sha256}]}
        )
    assert (seals.verify().fault.kind, seals.verify().fault.entry) == (FaultKind.ALTERED, entry.pk)


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_hashes_and_entries_again_after_an_erasure(ana, act):
    erase(ana)
    for rows, field in ((SealedWords.objects.all(), "place"), (TrailEntry.objects.all(), "reason")):
        with pytest.raises(DatabaseError, match="bitácora"), transaction.atomic(), as_owner():
            rows.update(**{field: ""}) if act == "update" else rows._raw_delete(rows.db)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": "  "}, "por qué"),
        ({"instrument": ""}, "instrumento"),
        ({"active": True}, "La cuenta está activa"),
        ({"ends_on": None}, "nombramiento vigente"),
        ({"twice": True}, "ya se suprimieron"),
    ],
)
def test_who_still_works_here_is_not_erased_and_nothing_without_an_instrument(ana, change, said):
    if change.get("twice"):
        erase(ana)
    if change.get("active"):
        User.objects.filter(pk=ana.pk).update(is_active=True)
    if "ends_on" in change:
        Membership.objects.filter(user=ana).update(ends_on=None)
    ana.refresh_from_db()
    entries = TrailEntry.objects.count()
    with pytest.raises(ServiceError, match=said):
        erase_person(
            person=ana,
            reason=change.get("reason", "Lo pidió"),
            instrument=change.get("instrument", "Resolución 7/2016"),
            now=NOW,
        )
    assert TrailEntry.objects.count() == entries


def test_the_command(ana):
    with pytest.raises(CommandError, match="No hay ninguna cuenta"):
        call_command("erase_person", "nadie", reason="x", instrument="y")
    with pytest.raises(CommandError, match="instrumento"):
        call_command("erase_person", "ana.quinones")
    out = StringIO()
    with as_owner():
        call_command("erase_person", "ana.quinones", reason="Lo pidió", instrument="Resolución 7/2016", stdout=out)
    assert f"suprimido-{ana.pk}" in out.getvalue() and "sin sus datos: 4" in out.getvalue()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no roles")
def test_the_role_that_serves_pages_erases_nobody(ana):
    before = everything()
    with pytest.raises(CommandError) as refused:
        call_command("erase_person", "ana.quinones", reason="Lo pidió", instrument="Resolución 7/2016")
    assert str(refused.value) == NOT_THE_OWNER
    assert everything() == before
