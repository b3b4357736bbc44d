"""Whatever anybody sends to any address is answered: with a page, or a refusal in plain words, never a failure (500).

Addresses come from the resolver; keys from the forms, links and scripts' addresses of the pages as each role sees
them, and from what the views look up in what is sent. Each key meets hostile values in one role's hands or another.
"""

import logging
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from django.test import override_settings

from core.logo import Logo
from tests.hostile.addresses import all_addresses, in_groups
from tests.hostile.attack import Attack
from tests.hostile.place import Place, make_place
from tests.hostile.walk import Walk

pytestmark = pytest.mark.django_db
GROUPS = in_groups()
SHIELD = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0,0 h1 v1 z"/></svg>'


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: Any) -> Iterator[Place]:
    """One town for all the walks of this process; each request is undone, and the town when the last walk is over."""
    block = transaction.atomic()
    block._from_testcase = True  # what must stand in no other transaction stands in the tests' own
    logging.disable(logging.CRITICAL)  # thousands of refusals are not worth a line each
    unread = mock.patch("django.test.client.store_rendered_templates", new=lambda *args, **kwargs: None)
    # Its people enter, and its shield is shown.
    town = override_settings(PMD_DEMO=True, PMD_LOGO=Logo(SHIELD, "image/svg+xml"))
    with django_db_blocker.unblock(), town, unread, block:
        yield make_place()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def attack(place: Place, addresses: Any) -> Attack:
    made = Attack(Walk(), place, addresses)
    made.walk.enter()
    made.run()
    return made


@pytest.mark.parametrize("group", GROUPS)
def test_nothing_that_is_sent_ends_in_a_failure(group: str, place: Place) -> None:
    done = attack(place, GROUPS[group])
    assert not done.walk.failures, "\n" + "\n".join(done.walk.failures.values())
    assert not done.unreached, f"nobody is answered at {done.unreached}: say in tests/hostile/place.py what is there"


class TestTheWalkItself:
    """An address that is added is walked, and what is wrong with it is told."""

    @pytest.fixture(autouse=True)
    def _added(self, settings: Any) -> None:
        settings.ROOT_URLCONF = "tests.hostile.added"

    def walked(self, place: Place, name: str) -> Attack:
        return attack(place, [address for address in all_addresses() if address.name == name])

    def test_it_reads_the_keys_of_a_form(self, place: Place) -> None:
        done = self.walked(place, "counting")
        assert ("contar/", "cuantos") in done.keys
        assert any("ValueError" in fault for fault in done.walk.failures) and not done.unreached

    def test_it_hears_what_a_view_looks_up(self, place: Place) -> None:
        done = self.walked(place, "listing")
        assert ("listar/", "?pagina") in done.keys
        assert any("ValueError" in fault for fault in done.walk.failures)

    def test_it_tells_where_nobody_is_answered(self, place: Place) -> None:
        assert self.walked(place, "nowhere").unreached == ["nowhere /nada/"]

    def test_it_asks_what_a_part_of_an_address_may_be(self, place: Place) -> None:
        with pytest.raises(AssertionError, match="has a part «thing»"):
            self.walked(place, "unknown_part")
