"""A correction under way changes neither the validated pair nor its words (the month, rule 9)."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from core.database_rules import installed_definitions
from core.models import TrailEntry
from indicators.models import Measurement, State
from indicators.services import return_for_changes, validate
from tests.factories import NOW, make_measurement
from tests.indicators.town import make_town
from tests.support.owner import as_owner, past_rules
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
SUSPENDED, EXPLAINED = {"no_activity": "suspended"}, {"justification": "Se atendió el rezago de agosto"}


@pytest.fixture
@shared
def town():
    """September validated: 0/0 «suspendido», and 9/4 with its justification; both with a correction that waits."""
    town = make_town(indicators=2)
    town.save(town.pair(0, 0, **SUSPENDED), town.pair(9, 4, 1, **EXPLAINED))
    town.submit()
    for number in (0, 1):
        town.commit(number)
    review(town, validate)
    return town


def review(town, act, **kwargs):
    rows = Measurement.objects.filter(state=State.SUBMITTED)
    outcome = act(access=town.access("director"), seen={row.pk: row.version for row in rows}, now=NOW, **kwargs)
    assert outcome.done and not outcome.refused


def correct(town):
    rows = [town.row(0), town.row(1)]
    town.save(
        town.pair(3, 4, version=rows[0].version, reason="Oficio 3", justification="Oficio 3"),
        town.pair(3, 4, 1, version=rows[1].version, reason="Oficio 4", justification="Error de dedo"),
        role="planning",
    )


def official(row):
    return (
        row.validated_numerator, row.validated_denominator, row.validated_no_activity, row.validated_justification
    )  # fmt: skip


def test_validating_keeps_the_words_beside_the_pair(town):
    assert official(town.row(0)) == (0, 0, "suspended", "")
    assert official(town.row(1)) == (9, 4, "", EXPLAINED["justification"])
    told = TrailEntry.objects.filter(action="validar", subject_id=town.row(0).pk).get().changes
    assert told["validated_no_activity"] == ["", "suspended"]


@pytest.mark.parametrize("given_back", [False, True])
def test_a_correction_under_way_changes_no_word_of_the_validated_figure(town, given_back):
    correct(town)
    if given_back:
        review(town, return_for_changes, observation="Falta el oficio")
    assert official(town.row(0)) == (0, 0, "suspended", "")
    assert official(town.row(1)) == (9, 4, "", EXPLAINED["justification"])
    assert (town.row(1).justification, town.row(1).numerator) == ("Error de dedo", 3)
    review_state = State.RETURNED if given_back else State.SUBMITTED
    assert {town.row(0).state, town.row(1).state} == {review_state}


def test_the_correction_brings_its_words_once_it_is_validated(town):
    correct(town)
    for number in (0, 1):
        town.row(number)
    review(town, validate)
    assert official(town.row(0)) == (3, 4, "", "Oficio 3")
    assert official(town.row(1)) == (3, 4, "", "Error de dedo")


@pytest.mark.parametrize("number", [0, 1])
def test_every_page_says_the_words_of_the_figure_that_is_official(client, town, number):
    correct(town)
    words = "suspendido" if number == 0 else EXPLAINED["justification"]
    code = town.indicators[number].code
    client.force_login(town.people["director"])
    for url in (
        f"/2016/indicadores/{code}/?mes=9",
        f"/2016/indicadores/{code}/?mes=9&alcance=preliminar",
        "/2016/captura/PRE/9/",
        "/2016/revision/PRE/9/",
        f"/2016/historia/{code}/9/",
        f"/2016/correcciones/{code}/9/",
        f"/2016/indicadores/{code}.csv?mes=9",
    ):
        page = client.get(url)
        assert page.status_code == 200, url
        assert words in page.content.decode(), url
    if number == 0:
        assert words in client.get(f"/2016/explicacion/indicador/{code}/?mes=9").content.decode()


def test_who_may_not_see_a_returned_correction_reads_the_official_words_and_none_of_its(client, town):
    correct(town)
    review(town, return_for_changes, observation="Falta el oficio")
    client.force_login(town.people["reader"])
    page = client.get(f"/2016/indicadores/{town.indicators[1].code}/?mes=9").content.decode()
    assert EXPLAINED["justification"] in page and "Error de dedo" not in page


def test_the_database_holds_no_words_without_a_validated_pair(town):
    row = make_measurement(town.indicators[0], 8, 1, 2, State.SUBMITTED)
    for words in ({"validated_justification": "x"}, {"validated_no_activity": "suspended"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Measurement.objects.filter(pk=row.pk).update(**words)
    with pytest.raises(IntegrityError), transaction.atomic():
        Measurement.objects.filter(pk=town.row(1).pk).update(validated_no_activity="suspended")


class TestOldRows:
    """What the migration fills in is what the figures said on the day of their validation."""

    def fill(self):
        with past_rules():
            Measurement.objects.update(validated_no_activity="", validated_justification="")
            before = self.contents()
            rules = import_module("indicators.migrations.0019_validated_words")
            rules.fill_words(apps, SimpleNamespace(connection=connection))
        assert self.contents() == before  # it fills in the words and touches nothing else

    def contents(self):
        kept = [
            field.attname
            for field in Measurement._meta.concrete_fields
            if field.name not in ("validated_no_activity", "validated_justification")
        ]
        others = [
            list(model.objects.order_by("pk").values_list())
            for model in apps.get_models()
            if model._meta.app_label in ("programs", "indicators") and model is not Measurement
        ]
        return list(Measurement.objects.order_by("pk").values_list(*kept)), others

    def test_from_the_trail_in_a_locked_year_too(self, town):
        correct(town)
        review(town, return_for_changes, observation="Falta el oficio")
        town.save(
            town.pair(0, 0, version=town.row(0).version, no_activity="no_demand", justification="Otra vez"),
            town.pair(2, 4, 1, version=town.row(1).version, justification="Otra vez"),
        )
        town.year.locked = True
        town.year.save()
        rules = installed_definitions(connection)
        self.fill()
        assert official(town.row(0)) == (0, 0, "suspended", "")
        assert official(town.row(1)) == (9, 4, "", EXPLAINED["justification"])
        assert installed_definitions(connection) == rules

    def test_from_the_constancia_where_the_trail_does_not_say(self, town):
        correct(town)
        for entry in ("validar", "corregir"):
            forget(entry)
        self.fill()
        assert official(town.row(0)) == (0, 0, "suspended", "")
        assert official(town.row(1)) == (9, 4, "", EXPLAINED["justification"])

    def test_of_what_nobody_knows_nothing_is_made_up(self):
        town = make_town(indicators=3)
        make_measurement(town.indicators[0], 9, 9, 4, State.SUBMITTED, validated=(7, 4), justification="Nueva")
        make_measurement(town.indicators[1], 9, 9, 4, State.SUBMITTED, validated=(9, 4), justification="La misma")
        make_measurement(town.indicators[2], 9, 0, 0)
        self.fill()
        assert [official(town.row(n))[2:] for n in range(3)] == [("", ""), ("", "La misma"), ("no_demand", "")]


def forget(action):
    """As of rows that were written before there was a trail of them."""
    with as_owner(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'trail_is%'")
            found = cursor.fetchall()
            for name, _ in found:
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE core_trailentry DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM core_trailentry WHERE action = %s", [action])
        if connection.vendor == "sqlite":
            for _, sql in found:
                cursor.execute(sql)
        else:
            cursor.execute("ALTER TABLE core_trailentry ENABLE TRIGGER USER")
