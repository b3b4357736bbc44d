"""Pages of the whole plan are kept by what they were made of: they say what is there now."""

import re

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.indicators.results.processes import nothing_kept
from tests.indicators.results.writes import WRITES, correct, make_two_years
from tests.indicators.town import Town
from tests.support.shared import shared

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="nothing is kept of SQLite"),
]
PAGES = (
    "/",
    "/2016/tablero/?mes=3",
    "/2016/tablero/?mes=3&ver=ejes",
    "/2016/tablero/?mes=9&alcance=preliminar&orden=-cumplimiento&texto=PRE-02",
    "/2016/mapa/?mes=9",
    "/2016/tarjeta/?mes=3",
    "/2016/tarjeta/?mes=9&desde=1&alcance=preliminar",
    "/2016/programas/PRE-01/?mes=9",
    "/2016/programas/PRE-01/?mes=3&alcance=preliminar",
)


@pytest.fixture
@shared
def town() -> Town:
    return make_two_years()


def said(client: Client, path: str) -> str:
    """The page without what is new in each: tokens and the moment of printing."""
    found = client.get(path)
    assert found.status_code == 200, path
    text = re.sub(r'nonce="[^"]*"|"X-CSRFToken": "[^"]*"|Impreso el [^.]*', "", found.content.decode())
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)


def agree(client: Client) -> list[str]:
    now = [said(client, path) for path in PAGES]
    with nothing_kept():
        for path, found in zip(PAGES, now, strict=True):
            assert found == said(client, path), path
    return now


@pytest.mark.parametrize("write", WRITES)
def test_a_page_says_what_was_written(town, write):
    client = town.client("planning")
    agree(client)
    with transaction.atomic():
        WRITES[write](town)
        agree(client)
        transaction.set_rollback(True)
    agree(client)


def test_a_page_changes_with_each_figure_and_is_the_same_without(town):
    client = town.client("planning")
    before = agree(client)
    assert agree(client) == before
    correct(7)
    after = agree(client)
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_readers_share_what_is_kept_and_no_more(town):
    """The person's own menu and name are outside."""
    pages = {role: said(town.client(role), PAGES[1]) for role in ("planning", "reader", "director")}
    with nothing_kept():
        assert pages == {role: said(town.client(role), PAGES[1]) for role in pages}
    assert len(set(pages.values())) == 3
