"""A figure that was corrected after its validation says so where it is reviewed and where its history is."""

import re
from html import unescape

import pytest

from accounts.models import Role
from indicators import services
from tests.factories import NOW
from tests.indicators.corrected import LATER, correct, review, validated
from tests.indicators.town import make_town

pytestmark = pytest.mark.django_db

TOLD = "Corregido el 05/10/2016: antes 3 / 4, ahora 2 / 4. Motivo: Oficio 3 (planning)."


@pytest.fixture
def town():
    town = validated()
    correct(town, 2, 4, "Oficio 3")
    return town


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DIRECTOR, Role.PLANNING, Role.COMPTROLLER])
def test_the_page_of_the_figure_says_it_once_it_is_validated(town, role):
    pages = [f"/2016/{page}/PRE-01-01/9/" for page in ("historia", "correcciones")]
    assert TOLD not in text_of(town.client(role).get(pages[0]))
    review(town, services.validate)
    assert TOLD in text_of(town.client(role).get(pages[0]))
    if role != Role.COMPTROLLER:
        assert TOLD in text_of(town.client(role).get(pages[1]))


def test_who_reviews_the_next_correction_reads_the_one_before(town):
    page = "/2016/revision/PRE/9/"
    assert "Corregido:" not in text_of(town.client("director").get(page))
    review(town, services.validate)
    correct(town, 4, 4, "Oficio 9")
    text = text_of(town.client("director").get(page))
    assert "Corregido: antes 3 / 4, ahora 2 / 4. Oficio 3 · planning, 05/10/2016" in text


def test_a_correction_is_one_sentence_that_says_its_reason_once():
    """What was validated may end in a full stop of its own, and the reason may be the justification, too."""
    town = make_town(indicators=1)
    town.save(town.pair(3, 4, justification="Se atendió el rezago."))
    town.submit()
    review(town, services.validate, now=NOW)
    why = "Faltó sumar un informe."
    pair = town.pair(4, 4, version=town.row().version, reason=why, justification=why)
    assert town.save(pair, role="planning", now=LATER).saved
    text = text_of(town.client("director").get("/2016/revision/PRE/9/"))
    assert "Se atendió el rezago, ahora 4 / 4. Motivo: Faltó sumar un informe (planning)." in text
    assert text.count("Faltó sumar un informe") == 1
