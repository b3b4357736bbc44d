"""What the browser asks of a month, to compare with what it kept."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import Role
from tests.factories import make_department, make_measurement, make_user, signed_in
from tests.indicators.capture_page import url
from tests.indicators.town import Town, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town(3)


def test_it_says_what_each_row_holds_whether_it_can_be_written_and_where(town, settings):
    settings.GRID_MAX_ROWS = 2
    town.save(town.pair("1234.50", None, justification="«falta»"))
    make_measurement(town.indicators[1], 9, 3, 4, "submitted")
    client = town.client()
    answer = client.get(f"{url()}filas/").json()
    assert answer["user"] == str(town.people["liaison"].pk)
    blank = {"numerator": "", "denominator": "", "no_activity": "", "justification": ""}
    assert answer["rows"] == {
        "PRE-01-01": {
            "fields": {**blank, "numerator": "1234.5", "justification": "«falta»"},
            "open": True,
            "part": "1",
        },
        "PRE-01-02": {"fields": {**blank, "numerator": "3", "denominator": "4"}, "open": False, "part": "1"},
        "PRE-01-03": {"fields": blank, "open": True, "part": "2"},
    }


def test_a_closed_month_takes_nothing(town):
    period = town.period()
    period.closed_on = date(2016, 11, 1)
    period.save()
    rows = town.client().get(f"{url()}filas/").json()["rows"]
    assert not any(row["open"] for row in rows.values())


def test_it_is_there_for_who_sees_the_drafts(town):
    client = signed_in(make_user("otra", Role.LIAISON, make_department("OBR", "Obras Públicas")))
    assert client.get(f"{url()}filas/").status_code == 404
    assert Client().get(f"{url()}filas/").status_code == 302
