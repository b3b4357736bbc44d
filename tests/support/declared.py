"""The pages as they are declared, for the tests that open every one of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.demo import DEMO_USERS
from core.pages import Declared, Example
from tests.hostile.addresses import Address, all_addresses
from tests.hostile.place import NOBODY, Place

# Who opens a page in the hands of a role: the person of the demonstration who has it.
PERSON_OF = {person.role: person.username for person in DEMO_USERS if not person.is_superuser}


@dataclass(frozen=True)
class Opened:
    """A page, opened by a person of the demonstration (or by nobody) at one of its examples."""

    name: str
    path: str
    username: str
    declared: Declared
    example: Example


def own_addresses() -> list[Address]:
    """All but the admin's, which makes its addresses itself and has its own tests."""
    return [address for address in all_addresses() if not address.name.startswith("admin:")]


def undeclared() -> list[str]:
    return [f"{address.name} {address.route}" for address in own_addresses() if address.declared is None]


def without_example() -> list[str]:
    pages = [(one, one.declared) for one in own_addresses() if one.declared is not None and one.declared.is_page]
    return [f"{address.name} {address.route}" for address, declared in pages if not declared.examples]


def every_example(place: Place) -> Iterator[Opened]:
    """Sorted by person, whose session the tests bring once."""
    found = []
    for address in own_addresses():
        for example in address.declared.examples if address.declared is not None else ():
            path = address.at(place.one(address, example.parts)) + (f"?{example.query}" if example.query else "")
            username = PERSON_OF[example.by] if example.by else NOBODY
            found.append(Opened(address.name, path, username, address.declared, example))
    yield from sorted(found, key=lambda one: one.username)
