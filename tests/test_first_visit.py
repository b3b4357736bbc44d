"""What a first visit weighs: the sign-in page, Inicio and the plan, with all that they name, compressed as it is sent.

``pytest tests/test_first_visit.py -s`` prints it.
"""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.indicators.town import make_town

HEAVIEST = 200_000
NAMED = re.compile(r"""(?:src|href)="/static/([^"]+)\"""")
IMPORTED = re.compile(r"""(?:from|import)\s*\(?["']\./([\w-]+\.js)["']""")
# Of the fonts a Spanish page loads the upright Latin letters only; the others wait for a letter of theirs.
FONT = "vendor/source-sans-3/source-sans-3-latin-wght-normal.woff2"


def found(name: str) -> Path:
    path = finders.find(name)
    assert isinstance(path, str), name
    return Path(path)


def with_imports(names: set[str]) -> set[str]:
    """The modules that modules ask for, too."""
    waiting, known = list(names), set(names)
    while waiting:
        name = waiting.pop()
        if name.endswith(".js"):
            folder = name.rpartition("/")[0]
            more = {f"{folder}/{one}" for one in IMPORTED.findall(found(name).read_text())} - known
            known |= more
            waiting += more
    return known


def weight(content: bytes, name: str = "") -> int:
    return len(content if name.endswith(".woff2") else gzip.compress(content, 6))


@pytest.mark.django_db
def test_a_first_visit_is_light(client: Client) -> None:
    town = make_town()
    visitor = town.client("director")
    pages = {
        "/entrar/": client.get("/entrar/").content,
        **{address: visitor.get(address).content for address in ("/", "/2016/tablero/", "/2016/captura/PRE/9/")},
    }
    names = with_imports({name for page in pages.values() for name in NAMED.findall(page.decode())}) | {FONT}
    parts = {name: weight(found(name).read_bytes(), name) for name in names}
    parts |= {address: weight(page) for address, page in pages.items()}
    for name, bytes_ in sorted(parts.items(), key=lambda part: -part[1]):
        print(f"{bytes_:>8,} {name}")
    print(f"{sum(parts.values()):>8,} in all")
    assert len(names) > 25 and sum(parts.values()) <= HEAVIEST
