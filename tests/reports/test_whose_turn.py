"""Whose turn a figure is, and until when its month is open, is one answer: every page and reminder gives the same.

September 2016 was due on 7 October and closed on the 12th; one figure was returned on the 11th, so that its enlace
corrects it until the 18th, and after that it is planning's turn.
"""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from indicators.models import Extension, Measurement, Period, State
from indicators.reminders import notices
from indicators.services import MonthNotOpen, ServiceError, remind_department
from tests.factories import make_measurement
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
RETURNED_ON, LAST_DAY, AFTER = 11, 18, 19
PLANNING = "Planeación: el plazo para corregirla terminó el 18/10/2016 y pide una prórroga o una corrección"


def at(day: int) -> datetime:
    return datetime(2016, 10, day, 18, tzinfo=UTC)


@pytest.fixture
@shared
def town() -> Town:
    town = make_town(indicators=2)
    for month in range(1, 10):
        make_measurement(town.indicators[1], month, 3, 4)
        if month < 9:
            make_measurement(town.indicators[0], month, 3, 4)
    make_measurement(town.indicators[0], 9, 3, 4, State.RETURNED, returned_at=at(RETURNED_ON), submitted_at=at(5))
    Period.objects.filter(month=9).update(closed_on=date(2016, 10, 12))
    return town


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch):
    return lambda day: monkeypatch.setattr(timezone, "now", lambda: at(day))


def sign_in(client: Client, town: Town, role: str) -> Client:
    client.force_login(town.people[role])
    return client


def turn_of(client: Client, url: str = "/2016/programas/PRE-01/?mes=9"):
    (turn,) = client.get(url).context["page"].turns
    return turn


def may_correct(town: Town, day: int) -> bool:
    """What capture itself says."""
    row = town.row(0)
    try:
        town.save(town.pair(2, 4, version=row.version), now=at(day))
    except MonthNotOpen:
        return False
    Measurement.objects.filter(pk=row.pk).update(version=row.version, numerator=3)
    return True


@pytest.mark.parametrize(("day", "corrects"), [(LAST_DAY, True), (AFTER, False)])
def test_every_page_says_whose_turn_it_is_as_capture_does(client: Client, town: Town, on, day, corrects):
    assert may_correct(town, day) is corrects
    on(day)
    sign_in(client, town, "liaison")

    turn = turn_of(client)
    assert turn.who == ("Enlace: liaison" if corrects else PLANNING)
    assert (turn.when, turn.overdue) == ("vence el 18/10/2016" if corrects else "", False)
    listed = client.get("/2016/programas/PRE-01/faltantes.csv?mes=9").content.decode()
    assert (PLANNING in listed, "Enlace: liaison" in listed) == (not corrects, corrects)

    home = text_of(client.get("/"))
    assert ("lo observado se corrige hasta el 18/10/2016" in home) is corrects
    assert ("Cerrados sin completar" in home and "septiembre</a> (falta 1)" in home) is not corrects

    start = text_of(client.get("/2016/captura/?todos=1"))
    assert ("1 observado" in start) is corrects

    sign_in(client, town, "planning")
    board = text_of(client.get("/2016/faltantes/?mes=9"))
    assert ('value="PRE/9"' in board) is corrects  # the button of the reminder
    assert ("lo observado se corrige hasta el 18/10/2016" in board) is corrects
    assert ("cerrado, falta 1" in board) is not corrects
    assert "/calendario/prorrogas/nueva/?dependencia=PRE" in board


@pytest.mark.parametrize(("day", "corrects"), [(LAST_DAY, True), (AFTER, False)])
def test_no_reminder_sends_the_enlace_to_what_capture_refuses(town: Town, day, corrects):
    plan = notices.by_calendar(on=at(day).date(), days_before=0)
    mine = [notice for notice in plan.notices if notice.period.month == 9 and notice.user == town.people["liaison"]]
    assert [line for notice in mine for line in notice.lines] == (
        ["PRE-01-01 Solicitudes atendidas PRE-01-01 (observado, por corregir)"] if corrects else []
    )
    by_hand = {
        "access": town.access("planning"), "period": town.period(), "department": town.department,
        "base_url": "https://pmd.example", "now": at(day),
    }  # fmt: skip
    if not corrects:
        with pytest.raises(ServiceError, match="no tiene nada pendiente"):
            remind_department(**by_hand)
        return
    assert [notice.deadline for notice in mine] == [date(2016, 10, LAST_DAY)]  # not the month's own, which is over
    assert {notice.user.username for notice in remind_department(**by_hand).sent} == {"liaison", "director"}


def test_an_extension_gives_the_turn_back_to_the_enlace(client: Client, town: Town, on):
    Extension.objects.create(
        period=town.period(),
        department=town.department,
        until=date(2016, 10, 25),
        reason="Falla",
        granted_by=town.people["planning"],
        granted_at=at(AFTER),
    )
    on(AFTER)
    turn = turn_of(sign_in(client, town, "liaison"))
    assert (turn.who, turn.when) == ("Enlace: liaison", "vence el 25/10/2016")
    assert may_correct(town, AFTER)


def test_who_may_not_see_the_state_is_not_sent_to_the_enlace_either(client: Client, town: Town, on):
    on(AFTER)
    turn = turn_of(sign_in(client, town, "reader"))
    assert (turn.what, turn.who.startswith("Planeación: ")) == ("en captura", True)
    assert "18/10/2016" not in turn.who  # when it was returned is not theirs to know


def test_a_draft_in_a_closed_month_is_planning_s_turn_and_what_was_sent_the_director_s(client: Client, town: Town, on):
    on(AFTER)
    for state, who in ((State.DRAFT, "Planeación: el mes está cerrado"), (State.SUBMITTED, "Director: director")):
        Measurement.objects.filter(pk=town.row(0).pk).update(state=state, submitted_at=at(5))
        assert turn_of(sign_in(client, town, "liaison")).who.startswith(who)
