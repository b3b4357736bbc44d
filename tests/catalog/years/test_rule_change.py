"""What the changed rule of descending indicators moved is told in the log of the upgrade and to planning once."""

import logging
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from catalog.models import RuleChange
from core.database_rules import drop_rules
from core.models import TrailEntry
from programs.database_rules import RULES
from programs.models import FiscalYear
from tests.factories import make_indicator, make_measurement, make_people, make_program, make_year
from tests.support.contents import migrate
from tests.support.owner import as_owner
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
HEADING = "Cambió cómo se calcula el Indicador Global"


@pytest.fixture
@shared
def years() -> None:
    """2016 is open, 2015 was locked before; both have 80 of 100, and 40 complaints in 100 where 10 are tolerated."""
    for number, rule in ((2015, {"descending_enters_as": "percentage"}), (2016, {})):
        year = make_year(number, **rule)
        program = make_program(year, "PRE-07", name="Atención de quejas")
        make_measurement(make_indicator(program), 1, 80, 100)
        make_measurement(make_indicator(program, direction="descending", target=Decimal(10)), 2, 40, 100)
        make_measurement(make_indicator(make_program(year, "PRE-08")), 2, 1, 2)
    FiscalYear.objects.filter(year=2015).update(locked=True)


@pytest.fixture
def upgraded(years: None) -> Iterator[RuleChange]:
    """As ``migrate`` leaves it: the migration's step, and what follows when all of them are done."""
    step = import_module("catalog.migrations.0005_rule_changes").tell_open_years
    step(apps, SimpleNamespace(connection=connection))
    migrate()
    return RuleChange.objects.get()


def sign_in(client: Client, role: str) -> Client:
    people = make_people(FiscalYear.objects.get(year=2016).programs.first().department)
    client.force_login(people[role], backend="accounts.backends.PersonBackend")
    return client


def test_the_upgrade_says_in_the_log_from_what_to_what(
    years: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("catalog"), "propagate", True)
    RuleChange.objects.create()
    with caplog.at_level(logging.WARNING):
        migrate()
    told = caplog.text
    assert "enero–febrero 2016, oficial: el promedio del plan pasa de 55.00 % a 51.25 %; cambian 1 de 2" in told
    assert "PRE-07 pasa de 60.00 % a 52.50 %" in told and "PRE-08" not in told and "2015" not in told
    caplog.clear()
    migrate()
    assert "PRE-07" not in caplog.text


def test_planning_is_told_until_somebody_knows(upgraded: RuleChange, client: Client) -> None:
    sign_in(client, "planning")
    page = client.get("/").content.decode()
    assert HEADING in page and "PRE-07" in page
    assert '<td class="num">60.00 %</td>' in page and '<td class="num">52.50 %</td>' in page
    assert client.post(f"/catalogo/cambio-de-regla/{upgraded.pk}/").url == "/"
    assert client.post(f"/catalogo/cambio-de-regla/{upgraded.pk}/").status_code == 302
    assert HEADING not in client.get("/").content.decode()
    entry = TrailEntry.objects.get(subject_type="catalog.rulechange")
    assert entry.action == "darse por enterado" and entry.actor.username == "planning"


@pytest.mark.parametrize("role", ["director", "liaison", "reader", "comptroller"])
def test_nobody_else_is_told_nor_answers(upgraded: RuleChange, client: Client, role: str) -> None:
    sign_in(client, role)
    assert HEADING not in client.get("/").content.decode()
    assert client.post(f"/catalogo/cambio-de-regla/{upgraded.pk}/").status_code == 404
    upgraded.refresh_from_db()
    assert upgraded.seen_at is None


def test_where_nothing_moves_nothing_is_shown(client: Client) -> None:
    make_measurement(make_indicator(make_program(make_year())), 1, 1, 2)
    RuleChange.objects.create()
    migrate()
    assert RuleChange.objects.get().figures == []
    assert HEADING not in sign_in(client, "planning").get("/").content.decode()


def test_a_new_installation_is_told_nothing() -> None:
    import_module("catalog.migrations.0005_rule_changes").tell_open_years(apps, SimpleNamespace(connection=connection))
    assert not RuleChange.objects.exists()


def test_years_that_are_locked_when_the_rule_comes_keep_theirs(years: None) -> None:
    """The step of the migration, as a database of before stands: nothing freezes the new column yet."""
    with as_owner():
        drop_rules(connection, [rule for rule in RULES if rule.table == "programs_fiscalyear"])
    FiscalYear.objects.update(descending_enters_as="compliance")
    step = import_module("programs.migrations.0005_descending_enters_as").locked_years_keep_their_rule
    step(apps, SimpleNamespace(connection=connection))
    assert dict(FiscalYear.objects.values_list("year", "descending_enters_as")) == {
        2015: "percentage",
        2016: "compliance",
    }
