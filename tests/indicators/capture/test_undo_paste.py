"""«Deshacer el pegado»: the rows say again what they said before, but where somebody wrote or sent them since."""

import pytest
from django.test import Client

from core.models import TrailEntry
from indicators.models import Measurement, State
from tests.factories import make_measurement
from tests.indicators.capture_page import url
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
PASTE = f"{url()}pegar/"
OFFER = "data-undo-paste"


@pytest.fixture
@shared
def town() -> Town:
    """Four rows: a draft, an empty one, one without activity with its words, a returned one."""
    town = make_town(4)
    make_measurement(town.indicators[0], 9, 1, 4, State.DRAFT)
    make_measurement(town.indicators[2], 9, 0, 0, State.DRAFT, no_activity="no_demand", justification="Nadie vino")
    make_measurement(town.indicators[3], 9, 2, 4, State.RETURNED)
    return town


@pytest.fixture
def client(town: Town) -> Client:
    return town.client()


def paste(client: Client, *figures: str):
    text = "\n".join(f"PRE-01-{number:02d}\t{pair}" for number, pair in enumerate(figures, start=1))
    seen = client.post(PASTE, {"text": text}).context
    data = {f"version-{pk}": version for pk, version in seen["versions"]}
    return client.post(PASTE, {"text": text, "act": "aplicar"} | data, follow=True)


def undo(client: Client):
    return client.post(PASTE, {"act": "deshacer"}, follow=True)


def pairs(town: Town) -> list[tuple]:
    rows = Measurement.objects.filter(month=9).order_by("indicator__code")
    return [(row.numerator, row.denominator, row.no_activity, row.justification, row.state) for row in rows]


def test_everything_that_stood_there_comes_back(town, client):
    before = pairs(town)
    assert OFFER not in text_of(client.get(url()))
    page = paste(client, "3\t4", "5\t6", "7\t8", "9\t10")
    assert OFFER in text_of(page) and page.context["pasted"] == "4 indicadores"
    assert [row[:2] for row in pairs(town)] == [(3, 4), (5, 6), (7, 8), (9, 10)]
    entries = TrailEntry.objects.count()
    page = undo(client)
    assert "Se deshizo el pegado: 4 indicadores como antes." in text_of(page)
    assert OFFER not in text_of(page)
    empty = pairs(town).pop(1)
    assert empty == (None, None, "", "", State.DRAFT)
    assert [row for row in pairs(town) if row != empty] == before
    assert TrailEntry.objects.count() == entries + 4
    assert page.context["head"]["captured"] == "3"


def test_what_somebody_saved_since_stays_and_is_said(town, client):
    paste(client, "3\t4", "5\t6", "7\t8")
    town.save(town.pair(8, 9, 0, version=town.row(0).version), role="director")
    town.save(town.pair(6, 6, 1, version=town.row(1).version))
    assert client.get(url()).context["pasted"] == "1 indicador"
    page = text_of(undo(client))
    assert f"PRE-01-01 se quedó como está: {town.people['director']} guardó 8 / 9 después." in page
    assert "PRE-01-02 se quedó como está: usted guardó 6 / 6 después." in page
    assert "Se deshizo el pegado: 1 indicador como antes." in page
    assert [row[:2] for row in pairs(town)[:3]] == [(8, 9), (6, 6), (0, 0)]


def test_what_was_sent_since_is_not_taken_back(town, client):
    paste(client, "3\t4")
    town.submit(allow_missing=True)
    assert client.get(url()).context["pasted"] == ""
    assert "PRE-01-01 ya no se puede deshacer" in text_of(undo(client))
    assert town.row(0).state == State.SUBMITTED


def test_only_the_last_block_of_that_person_and_month_is_taken_back(town, client):
    paste(client, "3\t4")
    paste(client, "5\t6")
    assert client.get(url(8)).context["pasted"] == ""
    assert town.client("director").get(url()).context["pasted"] == ""
    undo(client)
    assert pairs(town)[0][:2] == (3, 4)
    assert "No hay ningún pegado que deshacer." in text_of(undo(client))


def test_a_month_that_closed_meanwhile_is_said_and_nothing_changes(town, client):
    paste(client, "3\t4")
    town.year.locked = True
    town.year.save()
    assert "El pegado no se deshizo" in text_of(undo(client))
    assert pairs(town)[0][:2] == (3, 4)
