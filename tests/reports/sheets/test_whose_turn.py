"""What a programme lacks and whose turn it is: by month, in words that the reader may read."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from indicators.models import Extension, Indicator, Period, State
from tests.factories import NOW, make_measurement, make_program, make_user
from tests.reports.conftest import Town, sign_in
from tests.support.pages import text_of

URL = "/2016/programas/PRE-02/?mes=1"


def turns(client: Client, url: str = URL):
    return client.get(url).context["page"].turns


def told(client: Client, url: str = URL):
    return {(turn.month, turn.what): ([code for code, _ in turn.indicators], turn.who) for turn in turns(client, url)}


@pytest.fixture
def closed(town: Town) -> Town:
    Period.objects.filter(month=1).update(closed_on=date(2016, 2, 20))
    return town


def test_what_is_missing_waits_for_the_enlace_by_name(reader: Client, town: Town):
    person = town.people["liaison"]
    person.first_name, person.last_name = "Elena", "Enríquez"
    person.save()
    found = told(reader)
    assert found[("Enero", "sin captura")] == (["PRE-02-04"], "Enlace: Elena Enríquez")
    assert found[("Enero", "en captura")] == (["PRE-02-03"], "Enlace: Elena Enríquez")
    (january, *_) = turns(reader)
    assert january.overdue and january.when == "venció el 08/02/2016"


def test_what_was_sent_waits_for_the_director(reader: Client):
    assert told(reader, "/2016/programas/PRE-02/?mes=2")[("Febrero", "cifra enviada, espera validación")] == (
        ["PRE-02-01"],
        "Director: director",
    )


@pytest.mark.parametrize(("role", "sees"), [("liaison", True), ("comptroller", True), ("reader", False)])
def test_drafts_and_returned_figures_have_their_word_only_for_those_who_may_see_them(client, town, role, sees):
    sign_in(client, town.people[role])
    found = told(client, "/2016/programas/PRE-02/?mes=2")
    assert (("Enero", "cifra en borrador") in found, ("Enero", "en captura") in found) == (sees, not sees)
    assert (("Febrero", "cifra observada, por corregir") in found) is sees


def test_corrections_are_told_apart(client: Client, town: Town):
    sign_in(client, town.people["planning"])
    for month, state in ((1, State.SUBMITTED), (2, State.RETURNED), (3, State.DRAFT)):
        make_measurement(town.indicators["PRE-02-04"], month, 4, 5, state, validated=(1, 5))
    found = [what for _, what in told(client, "/2016/programas/PRE-02/?mes=3")]
    for words in (
        "corrección enviada, espera validación",
        "corrección observada, por corregir",
        "corrección en borrador",
    ):
        assert words in found


def test_in_a_closed_month_planning_is_asked_for_an_extension(reader: Client, closed: Town):
    (turn,) = (turn for turn in turns(reader) if turn.what == "sin captura")
    assert turn.who.startswith("Planeación: el mes está cerrado") and not turn.when
    until = timezone.localdate() + timedelta(days=3)
    Extension.objects.create(
        period=Period.objects.get(month=1),
        department=closed.department,
        until=until,
        reason="Falla",
        granted_by=closed.people["planning"],
        granted_at=NOW,
    )
    (turn,) = (turn for turn in turns(reader) if turn.what == "sin captura")
    assert turn.who.startswith("Enlace") and turn.when.startswith("vence el")


def test_a_month_that_has_not_opened_waits_for_nobody(reader: Client, town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2016-10-03T12:00:00-06:00"))
    (turn,) = (turn for turn in turns(reader, "/2016/programas/PRE-02/?mes=12") if turn.month == "Diciembre")
    assert turn.who == "todavía nadie: el mes no abre" and turn.when == "abre el 01/12/2016"


def test_in_a_locked_year_it_is_nobody_s_turn(reader: Client, town: Town):
    town.fiscal_year.locked = True
    town.fiscal_year.save()
    assert {turn.who for turn in turns(reader)} == {"nadie: el ejercicio está cerrado"}


def test_in_a_historical_year_nobody_is_asked(reader: Client, town: Town):
    town.fiscal_year.historical = True
    town.fiscal_year.save()
    assert {turn.who for turn in turns(reader)} == {"nadie: el ejercicio es histórico"}


def test_without_an_enlace_the_director_is_named_and_without_both_nobody(reader: Client, town: Town):
    town.people["liaison"].memberships.all().delete()
    assert told(reader)[("Enero", "sin captura")][1] == "Director: director"
    town.people["director"].memberships.all().delete()
    assert "nadie nombrado" in told(reader)[("Enero", "sin captura")][1]


def test_months_that_are_not_asked_for_lack_nothing(reader: Client, town: Town):
    Indicator.objects.update(frequency=3)
    assert not turns(reader)
    assert "No falta nada" in text_of(reader.get(URL))
    Indicator.objects.update(frequency=1, retired_from=1)
    assert not turns(reader)


def test_a_programme_without_indicators_has_no_turns(client: Client, town: Town):
    make_program(town.fiscal_year, "PRE-03")
    sign_in(client, make_user("lectora", Role.READER))
    page = client.get("/2016/programas/PRE-03/?mes=9")
    assert page.status_code == 200 and not page.context["page"].turns and not page.context["page"].charts
