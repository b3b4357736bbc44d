"""What the folder's pages are made of, so that one that would be the same is not drawn again.

``Unit``s are drawn whole: a closing with all its pages, a year's page, and what lies above them. A unit's first page
names what it was made of (``<meta name="generator">``); where the folder has it as it would be made now, nothing is.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from publishing.addresses import INDEX
from publishing.published import DATA, Chain, Place
from publishing.site.changes import change_pages
from publishing.site.drawing import HOME
from publishing.site.groups import axis_pages, department_pages
from publishing.site.indicators import indicator_pages
from publishing.site.lists import list_pages
from publishing.site.pictures import pictures
from publishing.site.plan import plan_page
from publishing.site.programs import program_pages
from publishing.site.reading import Cut, earlier_places
from publishing.site.root import ROOT_FILES, root_pages, year_page

# What the pages are drawn with: whoever changes it has every page drawn anew.
_DRAWN_WITH = (
    "publishing/site", "publishing/addresses.py", "publishing/published.py", "publishing/document",
    "templates_jinja/publico", "reports/charts",
    "core/formats.py", "core/lights.py", "core/moments.py", "core/text.py", "core/pdf/picture.py",
    "indicators/wording.py", "indicators/calculations", "static/img/icon.svg",
)  # fmt: skip
_BESIDE = "acta.pdf"  # of a closing's folder what is no page


@dataclass(frozen=True, slots=True)
class Unit:
    """``first`` is the page that says what the unit was made of; ``belongs`` tells which files of a folder are its."""

    first: str
    generator: str
    belongs: Callable[[str], bool]
    draw: Callable[[], Iterator[tuple[str, bytes]]]

    def was_made(self, first: bytes | None, files: int) -> bool:
        """Whether that page, as the folder has it, was made of the same and with as many files."""
        said = f'<meta name="generator" content="{_generator(self.generator, files)}">'
        return first is not None and said.encode() in first


def _generator(made: str, files: int) -> str:
    return f"PMD {made} {files}"


def upper_units(chain: Chain, address: str) -> Iterator[Unit]:
    """What lies above the closings."""
    for year in sorted({place.year for place in chain.places}):
        yield _year(chain, year, address)
    made = _made_of(address, *(_said(place) for place in chain.places))
    yield Unit(
        HOME, made, ROOT_FILES.__contains__, lambda: root_pages(chain, address, _generator(made, len(ROOT_FILES)))
    )


def closing_unit(chain: Chain, place: Place, address: str) -> Unit:
    """``address`` is where the folder will be read, with a slash at its end."""
    versions = chain.versions(place.year, place.month)
    earlier = [f"{one.folder} {_said(one)}" for one in earlier_places(chain, place)]
    made = _made_of(
        address, _said(place), place.folder, str(chain.has_acta(place)), *(one.sha256 for one in versions), "", *earlier
    )

    def belongs(name: str) -> bool:
        inside = name.removeprefix(f"{place.folder}/")
        within = inside.split("/")[0]
        is_version = place.latest and within[:1] == "v" and within[1:].isdigit()
        return inside != name and within not in (DATA, _BESIDE) and not is_version

    return Unit(f"{place.folder}/{INDEX}", made, belongs, lambda: closing_pages(chain, place, address, made))


def closing_pages(chain: Chain, place: Place, address: str, generator: str) -> Iterator[tuple[str, bytes]]:
    cut = Cut(chain, place, address)
    files = 1
    for pages in (indicator_pages, program_pages, axis_pages, department_pages, list_pages, change_pages, pictures):
        for page in pages(cut):
            files += 1
            yield page
    yield plan_page(cut, _generator(generator, files), has_acta=chain.has_acta(place))


def _year(chain: Chain, year: int, address: str) -> Unit:
    shown = [place for place in chain.places if place.year == year]
    made = _made_of(address, *(_said(place) for place in shown))
    first = f"{year:04d}/{INDEX}"
    return Unit(first, made, first.__eq__, lambda: iter([year_page(chain, year, address, _generator(made, 1))]))


def _said(place: Place) -> str:
    """What a page may say of a closing: its document's words, and whether they are of a demonstration."""
    return f"{place.sha256} {place.demo}"


def _made_of(*parts: str) -> str:
    return hashlib.sha256("\n".join((drawn_with(), *parts)).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def drawn_with() -> str:
    """The fingerprint of code and templates."""
    base, digest = Path(settings.BASE_DIR), hashlib.sha256()
    for name in _DRAWN_WITH:
        path = base / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix in (".py", ".html", ".css", ".svg"):
                digest.update(f"{file.relative_to(base).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()
