"""The board of who is missing: what it says, to whom, at what cost, and its one click."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from indicators.models import Extension, Period, Reminder, State
from tests.factories import make_department, make_indicator, make_measurement, make_program, make_user
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
BOARD = "/2016/faltantes/"
SEPTEMBER = "/2016/faltantes/?mes=9"
REMIND = "/2016/faltantes/recordar/"


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Town:
    """On 11 October: September was due on the 7th."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2016, 10, 11, 18, tzinfo=UTC))
    return make_town(2)


def cell(town: Town, month: int = 9) -> dict[str, Any]:
    """What the board says of PRE in that month."""
    response = town.client("planning").get(f"{BOARD}?mes={month}")
    row = next(found for found in response.context["rows"] if found["prefix"] == "PRE")
    return row["cells"][0]


def add_departments(town: Town, number: int) -> None:
    for place in range(number):
        program = make_program(town.year, f"D{chr(65 + place // 26)}{chr(65 + place % 26)}-01")
        make_measurement(make_indicator(program), 9, 3, 4, State.SUBMITTED)


# --- Who sees it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role, departments", [("planning", 2), ("comptroller", 2), ("liaison", 1), ("director", 1)])
def test_planning_and_the_comptroller_see_all_the_others_their_own(town, role, departments):
    add_departments(town, 1)
    response = town.client(role).get(BOARD)
    assert len(response.context["rows"]) == departments
    assert ("Recordar" in text_of(response)) is (role == "planning")


def test_others_find_nothing(town):
    assert town.client("reader").get(BOARD).status_code == 404
    assert Client().get(BOARD)["Location"] == f"/entrar/?next={BOARD}"
    assert town.client("planning").get("/2015/faltantes/").status_code == 404


@pytest.mark.parametrize("query", ["?mes=13", "?mes=x", "?mes=", "?mes=09", "?mes=" + "9" * 300])
def test_what_is_no_month_shows_the_year(town, query):
    response = town.client("planning").get(BOARD + query)
    assert response.status_code == 200 and response.context["month"] == ""


# --- What it says ----------------------------------------------------------------------------------------------


def test_each_state_has_its_symbol_and_its_words(town):
    first, second = town.indicators
    assert (cell(town)["symbol"], cell(town)["words"]) == ("■", "vencido, faltan 2")
    assert (cell(town, 10)["symbol"], cell(town, 10)["words"]) == ("○", "faltan 2")
    assert (cell(town, 11)["symbol"], cell(town, 11)["words"]) == ("○", "abre el 01/11/2016")
    row = make_measurement(first, 9, 3, 4, State.SUBMITTED, late=True)
    assert cell(town)["words"] == "vencido, falta 1" and cell(town)["late"] == "1"
    make_measurement(second, 9, 3, 4, State.VALIDATED)
    assert (cell(town)["symbol"], cell(town)["words"]) == ("▲", "enviado")
    assert [cell(town)[name] for name in ("due", "captured", "sent", "validated")] == ["2", "2", "2", "1"]
    row.validated_numerator, row.validated_denominator, row.state = row.numerator, row.denominator, State.VALIDATED
    row.save()
    assert (cell(town)["symbol"], cell(town)["words"]) == ("●", "validado")


def test_a_closed_month_and_an_extension(town):
    Period.objects.filter(month=9).update(closed_on=date(2016, 10, 10))
    found = cell(town)
    assert (found["symbol"], found["words"], found["target"]) == ("◆", "cerrado, faltan 2", "")
    assert found["grant_url"] == "/2016/calendario/prorrogas/nueva/?dependencia=PRE&mes=9"
    Extension.objects.create(
        period=town.period(),
        department=town.department,
        until=date(2016, 10, 20),
        reason="x",
        instrument="y",
        granted_by=town.people["planning"],
        granted_at=timezone.now(),
    )
    found = cell(town)
    assert (found["words"], found["deadline"], found["extension"]) == ("faltan 2", "20/10/2016", "20/10/2016")
    assert found["target"] == "PRE/9"


def test_what_is_not_due_is_not_asked_for(town):
    program = make_program(town.year, "SIN-01")
    make_indicator(program, frequency=12)
    rows = town.client("planning").get(BOARD).context["rows"]
    assert {found["words"] for found in rows[-1]["cells"]} == {"no corresponde"}
    assert len(town.client("planning").get(SEPTEMBER).context["rows"]) == 1


def test_months_that_have_not_opened_are_left_out_and_said(town):
    response = town.client("planning").get(BOARD)
    assert response.context["columns"][-1] == "Octubre"
    assert "de noviembre a diciembre todavía no abre" in text_of(response)


def test_a_click_leads_to_the_departments_month(town):
    assert cell(town)["url"] == "/2016/captura/PRE/9/"
    assert town.client("comptroller").get(cell(town)["url"]).status_code == 200


def test_an_empty_year_offers_the_first_step(town):
    town.indicators[0].__class__.objects.all().delete()
    assert "todavía no tiene indicadores" in text_of(town.client("planning").get(BOARD))


@pytest.mark.parametrize("departments", [5, 40])
@pytest.mark.parametrize("address", [BOARD, SEPTEMBER])
def test_it_costs_twelve_queries_for_any_number_of_departments(town, departments, address, django_assert_num_queries):
    add_departments(town, departments)
    client = town.client("planning")
    with django_assert_num_queries(12):
        client.get(address)


# --- The click -------------------------------------------------------------------------------------------------


def test_one_click_writes_says_so_and_is_not_repeated(town):
    client = town.client("planning")
    text = text_of(client.post(REMIND, {"remind": "PRE/9", "month": "9"}, follow=True))
    assert "por septiembre de Presidencia Municipal" in text and "Se escribió a" in text
    assert "Quién falta · septiembre 2016" in text and "avisado 11/10/2016 13:00" in text
    assert sorted(message.to[0] for message in mail.outbox) == ["director@durango.example", "liaison@durango.example"]
    again = text_of(client.post(REMIND, {"remind": "PRE/9"}, follow=True))
    assert "no se repitió" in again and len(mail.outbox) == 2


@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_nobody_else_clicks(town, role):
    assert town.client(role).post(REMIND, {"remind": "PRE/9"}).status_code == 404
    assert not mail.outbox and not Reminder.objects.exists()


@pytest.mark.parametrize("target", ["", "PRE", "PRE/13", "PRE/0", "XXX/9", "PRE/9/../", "pre/9", "P" * 300 + "/9"])
def test_a_forged_target_is_404(town, target):
    assert town.client("planning").post(REMIND, {"remind": target}).status_code == 404
    assert town.client("planning").get(REMIND).status_code == 405


def test_who_could_not_be_written_to_is_named(town, monkeypatch):
    def refuse(*args: Any, **kwargs: Any) -> int:
        raise OSError("sin servidor")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    text = text_of(town.client("planning").post(REMIND, {"remind": "PRE/9"}, follow=True))
    assert "El correo a liaison (liaison@durango.example) no salió. El servidor de correo no respondió." in text
    assert not Reminder.objects.told().exists()


def test_a_department_without_people_is_said(town):
    make_indicator(make_program(town.year, "SIN-01"))
    text = text_of(town.client("planning").post(REMIND, {"remind": "SIN/9"}, follow=True))
    assert "no tiene enlace ni director con correo: no se envió nada" in text


def test_a_finished_department_is_left_in_peace(town):
    program = make_program(town.year, "SIN-01", department=make_department("SIN", "Sindicatura"))
    make_user("sin", Role.LIAISON, program.department)
    make_measurement(make_indicator(program), 9, 3, 4, State.VALIDATED)
    text = text_of(town.client("planning").post(REMIND, {"remind": "SIN/9"}, follow=True))
    assert "Sindicatura no tiene nada pendiente en septiembre 2016" in text and not mail.outbox
