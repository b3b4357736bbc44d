"""Who submitted a figure stands in its row: whichever door it came by, and for the figures of before."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from core.database_rules import installed_definitions
from indicators import services, workbook
from indicators.models import Measurement, State
from tests.factories import NOW
from tests.indicators.town import Town, make_town
from tests.indicators.workbook.sheets import read
from tests.support.contents import contents, forget_corrections, migrate
from tests.support.owner import past_rules

LATER = NOW + timedelta(days=1)


def review(town, act, number=0, **kwargs):
    row = town.row(number)
    outcome = act(access=town.access("director"), seen={row.pk: row.version}, now=NOW, **kwargs)
    assert outcome.done and not outcome.refused


def submitter(town, number=0):
    row = town.row(number)
    return row.submitted_by.username if row.submitted_by else None


@pytest.mark.django_db
class TestEveryDoor:
    @pytest.fixture
    def town(self):
        return make_town(indicators=1)

    def test_a_draft_has_nobody_and_a_month_that_is_sent_has_whoever_sent_it(self, town):
        town.save(town.pair(3, 4))
        assert submitter(town) is None
        town.submit(role="director")
        assert (submitter(town), town.row().updated_by) == ("director", town.people["liaison"])

    def test_a_figure_that_was_returned_keeps_its_sender_until_it_is_sent_again(self, town):
        town.save(town.pair(3, 4))
        town.submit()
        review(town, services.return_for_changes, observation="Falta el oficio")
        assert (town.row().state, submitter(town)) == (State.RETURNED, "liaison")
        town.save(town.pair(2, 4, version=town.row().version))
        town.submit(role="planning")
        assert submitter(town) == "planning"

    def test_a_correction_is_submitted_by_whoever_makes_it_and_validating_changes_nothing(self, town):
        town.save(town.pair(3, 4))
        town.submit()
        review(town, services.validate)
        assert (town.row().state, submitter(town)) == (State.VALIDATED, "liaison")
        town.save(town.pair(4, 4, version=town.row().version, reason="Oficio 3"), role="planning", now=LATER)
        assert (submitter(town), town.row().submitted_at) == ("planning", LATER)

    @pytest.mark.parametrize("as_draft, expected", [(False, "liaison"), (True, None)])
    def test_a_workbook_submits_or_leaves_drafts(self, town, as_draft, expected):
        record_as = State.DRAFT if as_draft else State.SUBMITTED
        parsed = read([2016, 9, "PRE-01-01", 3, 4])
        workbook.apply(access=town.access("liaison"), parsed=parsed, now=NOW, record_as=record_as)
        assert submitter(town) == expected

    def test_a_workbook_that_corrects_is_submitted_by_whoever_imports_it(self, town):
        town.save(town.pair(3, 4))
        town.submit()
        parsed = read([2016, 9, "PRE-01-01", 2, 4, "Oficio 3"])
        workbook.apply(access=town.access("planning"), parsed=parsed, now=NOW, record_as=State.DRAFT)
        assert (town.row().state, town.row().numerator, submitter(town)) == (State.SUBMITTED, 2, "planning")

    def test_nobody_is_known_to_have_sent_what_was_migrated(self, town):
        parsed = read([2016, 9, "PRE-01-01", 3, 4])
        workbook.apply(access=town.access("planning"), parsed=parsed, now=NOW, record_as=State.VALIDATED)
        assert (town.row().submitted_at, submitter(town)) == (NOW, None)

    def test_a_figure_that_was_imported_as_sent_says_by_whom(self, town):
        parsed = read([2016, 9, "PRE-01-01", 3, 4])
        workbook.apply(access=town.access("liaison"), parsed=parsed, now=NOW)
        page = town.client().get("/2016/captura/PRE/9/").content.decode()
        assert "liaison, 03/10/2016 13:00" in page


def old_town() -> Town:
    """A locked year with a figure of every story, written before there was the column."""
    town = make_town(indicators=7)
    sent = (0, 1, 2, 3)
    town.save(*(town.pair(3, 4, number) for number in sent))
    town.submit(role="director", allow_missing=True)
    with transaction.atomic():
        review_as_planning(town, services.validate, 1, 2)
        review_as_planning(town, services.return_for_changes, 3, observation="Falta el oficio")
    town.save(town.pair(2, 4, 2, version=town.row(2).version, reason="Oficio 3"), role="planning", now=LATER)
    town.save(town.pair(2, 4, 4))
    workbook.apply(access=town.access("liaison"), parsed=read([2016, 9, "PRE-01-06", 1, 4]), now=NOW)
    migrated = read([2016, 9, "PRE-01-07", 1, 4])
    workbook.apply(access=town.access("planning"), parsed=migrated, now=NOW, record_as=State.VALIDATED)
    town.year.locked = True
    town.year.save()
    with past_rules():
        Measurement.objects.update(submitted_by=None)
    return town


def review_as_planning(town, act, *numbers, **kwargs):
    rows = [town.row(number) for number in numbers]
    outcome = act(access=town.access("planning"), seen={row.pk: row.version for row in rows}, now=NOW, **kwargs)
    assert len(outcome.done) == len(numbers)


NEW = {"submitted_by_id"}
SENDERS = ["director", "director", "planning", "director", None, "liaison", None]


@pytest.mark.django_db(transaction=True)
def test_the_figures_of_before_have_it_of_the_trail_and_nothing_else_changes():
    town = old_town()
    before, rules = others(), installed_definitions(connection)
    forget_corrections()
    try:
        migrate("indicators", "0023")
        assert "submitted_by_id" not in columns_of("indicators_measurement")
        migrate("indicators", "0024")
        assert "submitted_by_id" in columns_of("indicators_measurement")
    finally:
        migrate()
    assert [submitter(town, number) for number in range(7)] == SENDERS
    assert others() == before and installed_definitions(connection) == rules

    forget_corrections()
    try:
        migrate("indicators", "0024")
    finally:
        migrate()
    assert [submitter(town, number) for number in range(7)] == SENDERS
    assert others() == before and installed_definitions(connection) == rules
    call_command("check", databases=["default"], stdout=StringIO())
    with pytest.raises(IntegrityError, match="cerrado"):
        Measurement.objects.filter(pk=town.row().pk).update(submitted_by=town.people["liaison"])


def others():
    """Without the tables of later migrations, which are filled again and have tests of their own."""
    later = {"indicators_correction", "indicators_resultstamp"}
    return {table: rows for table, rows in contents(but=NEW).items() if table not in later}


def columns_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" WHERE 1 = 0')
        return {column[0] for column in cursor.description}


@pytest.mark.django_db(transaction=True)
def test_a_sender_who_is_already_known_stays():
    town = make_town(indicators=1)
    town.save(town.pair(3, 4))
    town.submit(role="director")
    Measurement.objects.update(submitted_by=town.people["planning"])
    forget_corrections()
    try:
        migrate("indicators", "0024")
    finally:
        migrate()
    assert submitter(town) == "planning"
