"""A page of the site: its frame, its links and its bytes."""

import posixpath
from dataclasses import dataclass
from typing import Any

from django.template import engines
from markupsafe import Markup, escape

from core.formats import together
from publishing.published import DEMO
from publishing.site.words import plain

STYLE, ICON, METHOD, HOME = "estilo.css", "icono.svg", "metodo.html", "index.html"
PICTURE, DRAWING = "semaforos.png", "semaforos.svg"
PICTURE_SIZE = (1200, 630)
# Said again in the page for whoever opens it from a disk, where no server says it; «file:» because nothing there is
# «self».
POLICY = "default-src 'none'; style-src 'self' file:; img-src 'self' file:; base-uri 'none'; form-action 'none'"
_DESCRIPTION = 300


@dataclass(frozen=True, slots=True)
class Crumb:
    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Page:
    """``name`` is its place in the folder, ``picture`` that of what is shown where somebody sends a link to it.

    ``demo``: figures that it says are of generated captures.
    """

    name: str
    title: str
    description: str
    address: str
    site: str
    picture: str
    picture_says: str
    crumbs: tuple[Crumb, ...] = ()
    indexed: bool = True
    demo: bool = False
    generator: str = ""

    def link(self, target: str) -> str:
        """From this page to a file of the folder, as a relative address."""
        file, mark, anchor = target.partition("#")
        return f"{relative(self.name, file)}{mark}{anchor}"

    @property
    def canonical(self) -> str:
        return self.address + (self.name.removesuffix(HOME) if posixpath.basename(self.name) == HOME else self.name)


def relative(page: str, target: str) -> str:
    """A folder's page is named with its file, because on a disk nothing completes the address."""
    return posixpath.relpath(target, posixpath.dirname(page) or ".")


def draw(template: str, page: Page, **context: Any) -> bytes:
    """``template`` of ``templates_jinja/publico``; the same page and texts are the same bytes."""
    description = f"{DEMO}. {page.description}" if page.demo else page.description
    drawn = _template(template).render(
        {
            "page": page,
            "title": plain(page.title),
            "description": _cut(plain(description)),
            "link": page.link,
            "bdi": bdi,
            "policy": POLICY,
            "demo": DEMO,
            "style": STYLE,
            "icon": ICON,
            "home": HOME,
            "method": METHOD,
            "picture_size": PICTURE_SIZE,
            **context,
        }
    )
    return together(drawn.encode("utf-8", "xmlcharrefreplace"))


def _template(name: str) -> Any:
    return engines["jinja2"].get_template(f"publico/{name}")


def bdi(text: str) -> Markup:
    """A name that somebody typed, apart from the direction of what stands around it."""
    shown = "".join(letter for letter in text if letter >= " " or letter == "\n")
    return Markup("<bdi>{}</bdi>").format(escape(shown))


def _cut(text: str) -> str:
    return text if len(text) <= _DESCRIPTION else f"{text[: _DESCRIPTION - 1].rstrip()}…"


def in_pages(weights: list[int], most: int) -> list[tuple[int, int]]:
    """Where to cut a list so that no page holds more than ``most``; at least one item a page."""
    pages, begins, held = [], 0, 0
    for place, weight in enumerate(weights):
        if held and held + weight > most:
            pages.append((begins, place))
            begins, held = place, 0
        held += weight
    return [*pages, (begins, len(weights))]
