"""Whether planning validated in the director's stead is kept with the paper, and not read in the capacity's words."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from accounts.access import Action, access_for
from core.database_rules import installed_definitions
from indicators import services
from indicators.models import Receipt
from indicators.papers.reading import paper_data
from tests.factories import NOW, TODAY
from tests.indicators.town import make_town
from tests.support.contents import contents, migrate
from tests.support.owner import as_owner, past_rules

OVERDUE = NOW + timedelta(days=30)
NEW = {"by_expiry"}


def validated(town, *, by, at, number=0):
    row = town.row(number)
    access = access_for(town.people[by], on=TODAY)
    outcome = services.validate(access=access, seen={row.pk: row.version}, now=at)
    assert outcome.done and not outcome.refused
    return Receipt.objects.get(pk=outcome.papers[0].pk)


def sent():
    town = make_town(indicators=3)
    town.save(*(town.pair(3, 4, number) for number in range(3)))
    town.submit()
    for number in range(3):
        town.commit(number)
    return town


@pytest.fixture
def town(db):
    return sent()


@pytest.mark.parametrize(
    "by, at, by_expiry", [("planning", OVERDUE, True), ("planning", NOW, False), ("director", OVERDUE, False)]
)
def test_the_paper_keeps_whether_it_was_by_expiry(town, by, at, by_expiry):
    made = validated(town, by=by, at=at)
    assert made.by_expiry is by_expiry is paper_data(made)["validated"]["overdue"]
    assert made.capacity.endswith("por vencimiento") is by_expiry
    page = town.client().get(f"/papeles/{made.folio}/").content.decode()
    assert ("Validación por vencimiento: la hizo Planeación" in page) is by_expiry


def test_somebody_s_name_says_nothing_of_it(town):
    director = town.people["director"]
    director.first_name, director.last_name = "Planeación", "por vencimiento"
    director.save()
    town.substitute("suplente", "director", "director")
    made = validated(town, by="suplente", at=OVERDUE)
    assert made.capacity == "Director (titular) en suplencia de Planeación por vencimiento"
    assert (made.by_expiry, paper_data(made)["validated"]["overdue"]) == (False, False)


def test_who_stands_in_for_planning_acts_as_planning_does(town):
    town.substitute("suplente", "planning", "planning")
    access = town.access("suplente")
    assert access.capacity(Action.VALIDATE, town.department.pk) == "Planeación en suplencia de planning"
    assert validated(town, by="suplente", at=OVERDUE).by_expiry


def test_an_acuse_is_never_by_expiry(town):
    assert not Receipt.objects.get(kind=Receipt.Kind.SUBMISSION).by_expiry


@pytest.mark.django_db(transaction=True)
def test_the_papers_of_before_have_it_of_their_capacity_and_nothing_else_changes():
    town = sent()
    made = [
        validated(town, by=by, at=at, number=number)
        for number, (by, at) in enumerate((("planning", NOW), ("planning", OVERDUE), ("director", OVERDUE)))
    ]
    expected = {made[0].folio: False, made[1].folio: True, made[2].folio: False}
    town.year.locked = True
    town.year.save()
    with past_rules():
        Receipt.objects.update(by_expiry=False)
    before, rules = contents(but=NEW), installed_definitions(connection)
    try:
        migrate("indicators", "0025")
        # Tables of later migrations went, too, with their rules: what is still there is as it was.
        assert contents(but=NEW).items() <= before.items()
        assert installed_definitions(connection).items() <= rules.items()
    finally:
        migrate()
    papers = Receipt.objects.filter(kind=Receipt.Kind.VALIDATION)
    assert dict(papers.values_list("folio", "by_expiry")) == expected
    assert contents(but=NEW) == before and installed_definitions(connection) == rules
    call_command("check", databases=["default"], stdout=StringIO())
    with pytest.raises(IntegrityError, match=r"cerrado|no se modifica"), transaction.atomic(), as_owner():
        papers.update(by_expiry=True)
