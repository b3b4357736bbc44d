"""Who captured, proposed and validated each month of an explanation, and why a month does not count."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from indicators import services
from indicators.models import Measurement, Period, State
from indicators.services import PairInput
from tests.factories import access_of, make_measurement
from tests.reports.conftest import Town, sign_in
from tests.support.pages import text_of
from tests.support.shared import shared

URL = "/2016/explicacion/indicador/PRE-02-04/?mes=9"
URLS = (URL, "/2016/explicacion/programa/PRE-02/?mes=9")


def at(day: int, hour: int = 18) -> datetime:
    return datetime(2016, 10, day, hour, tzinfo=UTC)


def save(town: Town, role: str, pair: tuple[int, int], now: datetime, reason: str = "") -> Measurement:
    indicator = town.indicators["PRE-02-04"]
    row = Measurement.objects.filter(indicator=indicator, month=9).first()
    services.save_pairs(
        access=access_of(town.people[role]),
        period=Period.objects.get(fiscal_year=town.fiscal_year, month=9),
        pairs=[PairInput(indicator.pk, *map(Decimal, pair), version=row.version if row else 0, reason=reason)],
        now=now,
    )
    return Measurement.objects.get(indicator=indicator, month=9)


def submit(town: Town, now: datetime) -> Measurement:
    period = Period.objects.get(fiscal_year=town.fiscal_year, month=9)
    services.submit_month(
        access=access_of(town.people["liaison"]),
        period=period,
        department_id=town.department.pk,
        now=now,
        allow_missing=True,
    )
    return Measurement.objects.get(indicator=town.indicators["PRE-02-04"], month=9)


@pytest.fixture
@shared
def validated(town: Town) -> Town:
    """September's 105/115 was captured on the 1st, submitted on the 3rd and validated on the 4th."""
    save(town, "liaison", (105, 115), at(1))
    row = submit(town, at(3))
    done = services.validate(access=access_of(town.people["director"]), seen={row.pk: row.version}, now=at(4))
    assert done.done
    return town


def september(client: Client, town: Town, role: str, url: str = URL):
    page = sign_in(client, town.people[role]).get(url).context["page"]
    return (page.every[3] if hasattr(page, "every") else page).months[8]


@pytest.mark.parametrize("url", URLS)
def test_the_capture_is_of_who_wrote_it_when_they_wrote_it(client: Client, validated: Town, url: str):
    month = september(client, validated, "reader", url)
    assert (month.captured, month.validated) == ("liaison, 01/10/2016, 13:00 h", "director, 04/10/2016, 13:00 h")


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("role", ["planning", "reader"])
def test_a_pending_correction_hides_nobody(client: Client, validated: Town, url: str, role: str):
    save(validated, "planning", (108, 115), at(5), "Lo pidió la dirección: faltaban tres oficios")
    official = september(client, validated, role, url)
    assert official.counts and (official.numerator, official.denominator) == ("105", "115")
    assert official.captured == "liaison, 01/10/2016, 13:00 h"
    assert official.validated == "director, 04/10/2016, 13:00 h"
    assert official.notes == ("corrección enviada: 108 / 115", "la propone planning, 05/10/2016, 13:00 h")
    preliminary = september(client, validated, role, f"{url}&alcance=preliminar")
    assert (preliminary.numerator, preliminary.captured) == ("108", "planning, 05/10/2016, 13:00 h")
    assert preliminary.validated == "espera su validación"
    assert preliminary.notes == ("última cifra validada: 105 / 115",)


def test_a_returned_correction_is_named_only_to_those_who_may_see_it(client: Client, validated: Town):
    row = save(validated, "planning", (108, 115), at(5), "Lo pidió la dirección")
    services.return_for_changes(
        access=access_of(validated.people["director"]), seen={row.pk: row.version}, observation="Falta", now=at(6)
    )
    seen = september(client, validated, "director")
    assert seen.captured == "liaison, 01/10/2016, 13:00 h"
    assert seen.notes == ("corrección observada: 108 / 115", "la propone planning, 05/10/2016, 13:00 h")
    hidden = september(client, validated, "reader")
    assert hidden.captured == "liaison, 01/10/2016, 13:00 h" and hidden.notes == ()
    assert "planning" not in text_of(client.get(URL))


def test_a_changed_justification_does_not_make_somebody_else_the_author(client: Client, town: Town):
    row = save(town, "liaison", (105, 115), at(1))
    services.save_pairs(
        access=access_of(town.people["director"]),
        period=row.period,
        pairs=[PairInput(row.indicator_id, row.numerator, row.denominator, "", "Con oficio", row.version)],
        now=at(2),
    )
    assert september(client, town, "director").captured == "liaison, 01/10/2016, 13:00 h"


@pytest.mark.parametrize(
    ("state", "role", "reason"),
    [
        (State.DRAFT, "planning", "todavía no se envía"),
        (State.RETURNED, "planning", "devuelta con observación"),
        (State.SUBMITTED, "planning", "enviada, todavía sin validar"),
        (State.DRAFT, "reader", "todavía en captura"),
        (State.RETURNED, "reader", "todavía en captura"),
        (State.SUBMITTED, "reader", "enviada, todavía sin validar"),
    ],
)
def test_why_a_month_does_not_count_is_true(client: Client, town: Town, state: str, role: str, reason: str):
    make_measurement(town.indicators["PRE-02-04"], 9, 3, 4, state)
    assert september(client, town, role).why_not == reason


def test_figures_of_which_the_trail_knows_nothing_are_of_who_wrote_the_row(client: Client, town: Town):
    make_measurement(town.indicators["PRE-02-04"], 9, 3, 4, by=town.people["liaison"], submitted_at=at(6))
    assert september(client, town, "reader").captured == "liaison, 03/10/2016, 13:00 h"
