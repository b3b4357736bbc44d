"""Every address says beside itself what it is (``core/pages.py``), and every page is what it says."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings

from accounts.menu import CATALOG, MENU
from accounts.models import User
from catalog import navigation
from core.pages import declared_pages
from reports.address import tabs
from tests.factories import signed_in
from tests.hostile.place import NOBODY, ROLES, Place, make_place
from tests.support.declared import Opened, every_example, own_addresses, undeclared, without_example

FILES = (".pdf", ".xlsx", ".csv", ".json")


def test_every_address_is_declared() -> None:
    assert not undeclared(), (
        f"{undeclared()}: write page(…) or no_page(…) of core/pages.py in its urls.py instead of Django's path(…)"
    )


def test_every_page_has_an_example() -> None:
    assert not without_example(), (
        f"{without_example()}: say in its urls.py who opens it, examples=[Example(Role.PLANNING)], and if a part of "
        "its address is new, in tests/hostile/place.py what it may be"
    )


def test_an_address_without_a_declaration_is_told(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.hostile.added"
    assert "counting /contar/" in undeclared()


def test_addresses_of_one_name_say_the_same() -> None:
    said = defaultdict(set)
    for address in own_addresses():
        assert address.declared is not None
        said[address.name].add((address.declared.section, address.declared.tab, address.declared.every_year))
    assert [name for name, ways in said.items() if len(ways) > 1] == []


def test_sections_and_tabs_lead_to_pages_of_their_own() -> None:
    pages = declared_pages()
    for section in MENU[:-1]:  # the admin's is not declared
        assert pages[section.page].section is section
    for tab in (*navigation.TABS, *tabs.TABS):
        assert pages[tab.page].tab is tab


def test_every_page_of_the_catalogue_stands_under_one_of_its_tabs() -> None:
    pages = {name: declared for name, declared in declared_pages().items() if declared.is_page}
    for name, declared in pages.items():
        assert (declared.section is CATALOG) is name.startswith("catalog:") is (declared.tab in navigation.TABS), name


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: Any) -> Iterator[Place]:
    block = transaction.atomic()
    block._from_testcase = True
    with django_db_blocker.unblock(), override_settings(PMD_DEMO=True), block:
        yield make_place()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def clients(place: Place) -> dict[str, Client]:
    people = {name: signed_in(User.objects.get(username=name)) for name in ROLES if name != NOBODY}
    return {NOBODY: Client(), **people}


@pytest.mark.django_db
def test_every_page_is_what_it_says(place: Place, clients: dict[str, Client]) -> None:
    faults = []
    for opened in every_example(place):
        response = clients[opened.username].get(opened.path)
        faults += [f"{opened.name} {opened.path} ({opened.username}): {fault}" for fault in _faults(opened, response)]
    assert not faults, "\n" + "\n".join(faults)


def _faults(opened: Opened, response: Any) -> Iterator[str]:
    if response.status_code != 200:
        yield f"answers {response.status_code}"
        return
    if "<h1" not in response.content.decode():
        yield "has no heading"
    section = opened.declared.section
    shown = list(response.context["nav"]) if opened.username else []
    marked = [link["label"] for link in shown if link["active"]]
    if marked != [link["label"] for link in shown if section is not None and link["label"] == section.label]:
        yield f"marks {marked} in the menu"
    tab = opened.declared.tab
    links = [link.label for link in _bar(response) if link.current]
    if tab is not None and opened.username == "contraloria":
        tab = getattr(tab, "read", None) or tab
    if links != ([tab.label] if tab else []):
        yield f"marks {links} among its tabs"


def _bar(response: Any) -> list[Any]:
    """The tabs that the page shows; the catalogue's come from a tag with its own context."""
    held = [part.get(name) for context in response.context for part in context.dicts for name in ("tabs", "links")]
    bars = [bar for bar in held if isinstance(bar, list) and bar and isinstance(bar[0], navigation.Link | tabs.Link)]
    return bars[0] if bars else []


@pytest.mark.django_db
def test_whoever_chooses_another_year_finds_a_page(place: Place, clients: dict[str, Client]) -> None:
    led, faults = {}, []
    for opened in every_example(place):
        if opened.username:
            choice = clients[opened.username].get(opened.path).context["year_choice"]
            led |= {(opened.username, url): opened for _, url in choice["others"]} if choice else {}
    assert led
    for (username, url), opened in led.items():
        response = clients[username].get(url, follow=True)
        if response.status_code != 200:
            faults.append(f"{opened.name} leads {username} to {url}: {response.status_code}")
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.django_db
def test_what_is_no_page_shows_none(place: Place, clients: dict[str, Client]) -> None:
    addresses = [one for one in own_addresses() if one.declared is not None and not one.declared.is_page]
    shown = []
    for address in addresses:
        path = address.at(next(place.samples(address)))
        if not path.endswith(FILES):
            response = clients["planeacion"].get(path)
            if response.status_code == 200 and not response.streaming and b"<html" in response.content:
                shown.append(f"{address.name} {path}")
    assert not shown, f"{shown} are pages: declare them with page(…)"
