"""The head of the trail's chain leaves once a day, for Contraloría and nobody else."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from accounts.models import Role
from accounts.trail_heads import HeadNotSent, send_head
from catalog.acts import CatalogueAct
from core import seals, trail
from core.models import TrailHead
from tests.factories import make_department, make_user
from tests.support.owner import as_owner

pytestmark = pytest.mark.django_db
NOW = datetime(2016, 10, 14, 13, 30, tzinfo=UTC)  # 07:30 in Durango


def write(number: int) -> None:
    for _ in range(number):
        trail.record(subject=make_department(), action=CatalogueAct.CHANGE, actor=None, at=NOW, changes={})


@pytest.fixture
def comptroller():
    return make_user("contralora", Role.COMPTROLLER, first_name="Eva", last_name="Soto")


@pytest.fixture
def letters(django_capture_on_commit_callbacks):
    """Run it as a command would, and hand over what left."""

    def sent(now: datetime) -> list[mail.EmailMessage]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            send_head(now=now)
        return list(mail.outbox)

    return sent


def test_the_letter_holds_the_head_and_says_how_to_compare_it(comptroller, letters):
    for role in (Role.PLANNING, Role.READER):
        make_user(str(role), role)
    gone = make_user("gone", Role.COMPTROLLER, is_active=False)
    write(3)
    (letter,) = letters(NOW)
    assert letter.to == [comptroller.email] and gone.email not in letter.to
    assert letter.subject == "PMD: último sello de la bitácora del 14/10/2016"
    assert f"\n2016-10-14 3 {seals.head().sha256}\n" in letter.body
    assert "los 3 actos" in letter.body and "self_check --head" in letter.body and "correo anterior" not in letter.body
    line = next(line for line in letter.body.split("\n") if line.startswith("2016-"))
    (kept,) = seals.read_heads([line])
    assert seals.why_not_of_the_chain(kept) == ""


def test_it_leaves_once_a_day_and_also_when_nothing_changed(comptroller, letters):
    write(3)
    assert len(letters(NOW)) == 1 and letters(NOW + timedelta(hours=2)) == []
    (same,) = letters(NOW + timedelta(days=1))
    assert "No hubo actos nuevos desde el correo anterior, del 14/10/2016." in same.body
    assert f"2016-10-15 3 {seals.head().sha256}" in same.body
    write(2)
    (more,) = letters(NOW + timedelta(days=2))
    assert "Actos nuevos desde el correo anterior, del 15/10/2016: 2." in more.body
    assert TrailHead.objects.count() == 3


def test_without_anybody_to_send_it_to_it_says_so_and_goes_out_later_that_day(letters):
    write(1)
    with pytest.raises(HeadNotSent, match="Nadie de Contraloría"):
        send_head(now=NOW)
    assert not TrailHead.objects.exists() and seals.pending().number == 0
    make_user("contralora", Role.COMPTROLLER)
    assert len(letters(NOW)) == 1


def test_an_empty_trail_has_nothing_to_send(comptroller):
    with pytest.raises(HeadNotSent, match="no tiene actos"):
        send_head(now=NOW)


def test_the_command_fails_only_for_what_has_once_worked():
    """A unit that has failed every morning since the first one is one that nobody looks at any more."""

    def said() -> str:
        out = StringIO()
        call_command("send_trail_head", stdout=out)
        return out.getvalue()

    assert "no tiene actos" in said()
    write(1)
    assert "Nadie de Contraloría" in said() and not TrailHead.objects.exists()
    TrailHead.objects.create(day=NOW.date(), entries=1, sha256="0" * 64, made_at=NOW)
    with pytest.raises(CommandError, match="Nadie de Contraloría"):
        call_command("send_trail_head")


def test_a_trail_that_was_emptied_is_no_new_one(comptroller):
    TrailHead.objects.create(day=NOW.date(), entries=1, sha256="0" * 64, made_at=NOW)
    with pytest.raises(CommandError, match="ya habían salido sellos"):
        call_command("send_trail_head")


def test_the_command_says_what_left():
    write(1)
    make_user("contralora", Role.COMPTROLLER)
    for said in ("Correos a Contraloría: 1.", "ya había salido"):
        out = StringIO()
        call_command("send_trail_head", stdout=out)
        assert said in out.getvalue() and seals.head().sha256 in out.getvalue()


def test_the_database_refuses_to_change_what_left(comptroller):
    """To whoever owns the database too, who alone comes as far as the rule on PostgreSQL."""
    write(1)
    send_head(now=NOW)
    for act in (lambda: TrailHead.objects.update(entries=2), TrailHead.objects.all().delete):
        with pytest.raises(DatabaseError, match="sellos que salieron"), transaction.atomic(), as_owner():
            act()
