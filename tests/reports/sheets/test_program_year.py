"""A programme's year: twelve months by its indicators, each reader what their role may see."""

import pytest
from django.test import Client

from indicators.models import Commitment, State
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_user, signed_in
from tests.reports.municipality import add_programs, make_municipality

URL = "/2016/programas/PRE-02/anio/"


def cells(response, code: str):
    (row,) = (row for row in response.context["page"].rows if row.code == code)
    return row.cells


def test_nobody_reads_it_without_signing_in(town):
    assert Client().get(URL).status_code == 302


@pytest.mark.parametrize("role", ["liaison", "director", "planning", "reader", "comptroller"])
def test_everybody_who_reads_sees_twelve_months(town, role):
    response = signed_in(town.people[role]).get(URL, {"mes": "2", "alcance": "oficial"})
    assert len(cells(response, "PRE-02-01")) == 12
    january, february, march = cells(response, "PRE-02-01")[:3]
    assert (january.pair, january.percentage, january.accumulated) == ("120 / 130", "92.31 %", "92.31 %")
    assert (january.light, january.state) == ("green", "validado")
    assert (february.pair, february.state, february.accumulated) == ("", "enviado", "92.31 %")
    assert march.beyond and not march.accumulated
    assert cells(response, "PRE-02-02")[0].percentage == "rezago sin demanda"


def test_the_preliminary_scope_counts_what_was_submitted(town):
    response = signed_in(town.people["reader"]).get(URL, {"mes": "2", "alcance": "preliminar"})
    assert cells(response, "PRE-02-01")[1].pair == "10 / 70"


@pytest.mark.parametrize(("role", "sees"), [("liaison", True), ("comptroller", True), ("reader", False)])
def test_drafts_are_for_those_who_may_see_them(town, role, sees):
    response = signed_in(town.people[role]).get(URL, {"mes": "2"})
    html = response.content.decode()
    assert ("98,761 / 98,765" in html, "54,321 / 54,329" in html) == (sees, sees)
    draft = cells(response, "PRE-02-03")[0]
    assert (draft.state, bool(draft.history_url)) == (("borrador" if sees else "en captura"), sees)


def test_what_is_not_due_says_so(town):
    make_indicator(town.program, "PRE-02-05", frequency=3)
    found = cells(signed_in(town.people["reader"]).get(URL), "PRE-02-05")
    assert [cell.state_code for cell in found[:3]] == ["not-due", "not-due", "missing"]


def test_a_programme_that_does_not_exist_is_told(town):
    response = signed_in(town.people["reader"]).get("/2016/programas/PRE-99/anio/")
    assert response.status_code == 404 and "no tiene el programa «PRE-99»" in response.content.decode()


def test_a_programme_without_indicators_says_so(town):
    make_program(town.fiscal_year, "PRE-09")
    page = signed_in(town.people["reader"]).get("/2016/programas/PRE-09/anio/")
    assert "no tiene indicadores" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("indicators", [2, 40])
def test_the_queries_do_not_depend_on_the_indicators(django_assert_num_queries, indicators):
    year = make_municipality(programs=1, indicators_each=indicators)
    add_programs(year, range(5, 9))
    client = signed_in(make_user("lectora", "reader"))
    with django_assert_num_queries(8):
        assert client.get("/2016/programas/DAA-01/anio/").status_code == 200


def test_the_sheet_prints_the_commitment_and_leads_to_history_and_correction(town):
    row = make_measurement(town.indicators["PRE-02-04"], 3, 1, 4)
    Commitment.objects.create(
        measurement=row,
        cause="Faltó personal",
        action="Contratar",
        committed_on=NOW.date(),
        updated_by=town.people["director"],
        updated_at=NOW,
    )
    for role, corrects in (("liaison", True), ("comptroller", False), ("reader", False)):
        html = signed_in(town.people[role]).get("/2016/indicadores/PRE-02-04/", {"mes": "3"}).content.decode()
        assert "Causa: Faltó personal" in html and "Fecha compromiso: 03/10/2016" in html
        assert ("/2016/correcciones/PRE-02-04/3/" in html) is corrects
        assert ("/2016/historia/PRE-02-04/3/" in html) is (role != "reader")


def test_a_correction_in_course_keeps_the_official_pair_in_sight(town):
    make_measurement(town.indicators["PRE-02-04"], 3, 4, 4, State.SUBMITTED, validated=(1, 4))
    cell = cells(signed_in(town.people["reader"]).get(URL, {"mes": "3"}), "PRE-02-04")[2]
    assert cell.pair == "1 / 4" and cell.state == "validado, corrección enviada"
