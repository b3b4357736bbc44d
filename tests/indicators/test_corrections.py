"""The pair that a correction replaced is kept with its reason: whichever door it came by, and for those of before."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from core.database_rules import installed_definitions
from indicators import services, workbook
from indicators.models import Correction, State
from tests.indicators.corrected import LATER, LATEST, correct, review, validated
from tests.indicators.town import Town
from tests.indicators.workbook.sheets import read
from tests.support.contents import contents, forget_corrections, migrate


def told(number: int = 0, town: Town | None = None) -> list[tuple[str, str | None, str]]:
    """From which pair, to which, and why; nothing for the new pair of what is under way."""
    rows = Correction.objects.order_by("id")
    if town is not None:
        rows = rows.filter(measurement=town.row(number))
    return [
        (
            f"{row.former_numerator:.0f}/{row.former_denominator:.0f}",
            f"{row.numerator:.0f}/{row.denominator:.0f}" if row.validated_at and row.numerator is not None else None,
            row.reason,
        )
        for row in rows
    ]


@pytest.mark.django_db
class TestEveryDoor:
    @pytest.fixture
    def town(self) -> Town:
        return validated()

    def test_a_first_validation_corrects_nothing(self, town):
        assert told() == []

    def test_a_correction_waits_for_its_validation_and_then_has_both_pairs(self, town):
        correct(town, 4, 4, "Oficio 3")
        assert told() == [("3/4", None, "Oficio 3")]
        review(town, services.validate)
        assert told() == [("3/4", "4/4", "Oficio 3")]
        made = Correction.objects.get()
        assert (made.corrected_by, made.corrected_at, made.validated_at) == (town.people["planning"], LATER, LATEST)

    def test_what_is_changed_again_before_it_is_validated_is_one_correction_with_both_reasons(self, town):
        correct(town, 2, 4, "Oficio 3")
        correct(town, 4, 4, "Oficio 4")
        correct(town, 4, 5, "Oficio 4")
        review(town, services.validate)
        assert told() == [("3/4", "4/5", "Oficio 3; Oficio 4")]

    def test_the_pair_counts_that_was_validated_after_it_was_returned(self, town):
        correct(town, 2, 4, "Oficio 3")
        review(town, services.return_for_changes, observation="Son 4")
        town.save(town.pair(4, 4, version=town.row().version), now=LATEST)
        town.submit(role="director", now=LATEST)
        assert told() == [("3/4", None, "Oficio 3")]
        review(town, services.validate, role="planning")
        assert told() == [("3/4", "4/4", "Oficio 3")]

    def test_a_correction_that_ends_where_it_began_corrected_nothing(self, town):
        correct(town, 4, 4, "Oficio 3")
        correct(town, 3, 4, "Era lo correcto")
        review(town, services.validate)
        assert told() == []

    def test_each_correction_stays(self, town):
        for pair, reason in (((4, 4), "Oficio 3"), ((2, 4), "Oficio 4")):
            correct(town, *pair, reason)
            review(town, services.validate)
        assert told() == [("3/4", "4/4", "Oficio 3"), ("4/4", "2/4", "Oficio 4")]

    def test_what_was_only_submitted_is_no_corrected_figure(self, town):
        town.save(town.pair(1, 4), month=8)
        town.submit(month=8)
        pair = town.pair(2, 4, version=town.row(month=8).version, reason="Oficio 3")
        assert town.save(pair, role="planning", month=8).saved
        assert told() == []

    @pytest.mark.parametrize("record_as", [State.DRAFT, State.SUBMITTED])
    def test_a_workbook_corrects_too(self, town, record_as):
        parsed = read([2016, 9, "PRE-01-01", 2, 4, "Oficio 3"])
        workbook.apply(access=town.access("planning"), parsed=parsed, now=LATER, record_as=record_as)
        review(town, services.validate)
        ((before, after, reason),) = told()
        assert (before, after) == ("3/4", "2/4") and reason.startswith("Oficio 3 (archivo «")

    def test_nothing_is_asked_for_where_nothing_is_corrected(self, town, django_assert_max_num_queries):
        """A plain save and a first validation read none of it."""
        with django_assert_max_num_queries(100) as queries:
            town.save(town.pair(1, 4), month=8)
            town.submit(month=8)
        assert not [query for query in queries if 'indicators_correction"' in query["sql"]]

    def test_what_was_validated_is_not_written_again(self, town):
        correct(town, 4, 4, "Oficio 3")
        review(town, services.validate)
        for act in (lambda rows: rows.update(reason="Otro"), lambda rows: rows.delete()):
            with pytest.raises(IntegrityError, match="no se modifica"), transaction.atomic():
                act(Correction.objects.all())
        assert told() == [("3/4", "4/4", "Oficio 3")]


def old_town() -> Town:
    """A locked year with a figure of each story, from before there was the table."""
    town = validated(indicators=4)
    for number in (1, 2):
        correct(town, 4, 4, "Oficio 3", number)
        review(town, services.validate, number)
    correct(town, 1, 4, "Oficio 4", 2)
    review(town, services.validate, 2)
    correct(town, 2, 4, "Oficio 5", 2)
    correct(town, 2, 4, "Oficio 6", 3)
    town.year.locked = True
    town.year.save()
    return town


OF_BEFORE = [
    [],
    [("3/4", "4/4", "Oficio 3")],
    [("3/4", "4/4", "Oficio 3"), ("4/4", "1/4", "Oficio 4"), ("1/4", None, "Oficio 5")],
    [("3/4", None, "Oficio 6")],
]


@pytest.mark.django_db(transaction=True)
def test_the_corrections_of_before_are_read_from_the_trail_and_nothing_else_changes():
    town = old_town()
    before, rules = contents(but={"id"}), installed_definitions(connection)
    for _ in range(2):
        forget_corrections()
        try:
            migrate("indicators", "0027")
            assert "indicators_correction" not in connection.introspection.table_names()
        finally:
            migrate()
        assert [told(number, town) for number in range(4)] == OF_BEFORE
        after = contents(but={"id"})
        assert after == before
        assert installed_definitions(connection) == rules
    call_command("check", databases=["default"], stdout=StringIO())
    with pytest.raises(IntegrityError, match=r"cerrado|no se modifica"):
        Correction.objects.update(reason="Otro")


@pytest.mark.django_db(transaction=True)
def test_what_was_never_corrected_has_none():
    validated()
    forget_corrections()
    try:
        migrate("indicators", "0027")
    finally:
        migrate()
    assert told() == []
