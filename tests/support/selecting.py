"""Finding an element in a page's HTML by a selector, without a browser: as much of CSS as ``pictures/shots.py`` uses.

A selector is simple ones with blanks between («main .table th»): each a tag, ``#id``, ``.class``, ``[name]``,
``[name=value]``, ``[name^=value]``, ``[name$=value]`` and Playwright's ``:has-text("…")`` in any number.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_PART = re.compile(
    r"""(?P<tag>^[a-z][a-z0-9-]*)|\#(?P<id>[\w-]+)|\.(?P<class>[\w-]+)"""
    r"""|\[(?P<name>[\w-]+)(?:(?P<how>[$^]?=)["']?(?P<value>[^\]"']*)["']?)?\]|:has-text\((?P<q>["'])(?P<text>.*?)(?P=q)\)"""
)
_COMPARED: Mapping[str, Callable[[str, str], bool]] = {"=": str.__eq__, "^=": str.startswith, "$=": str.endswith}
_BLANK = re.compile(r"""\s+(?=(?:[^"']|"[^"]*"|'[^']*')*$)""")


@dataclass
class Element:
    tag: str
    attributes: Mapping[str, str]
    parent: "Element | None"
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


class _Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        parent = self._open[-1] if self._open else None
        element = Element(tag, {name: value or "" for name, value in attributes}, parent)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for at in reversed(range(len(self._open))):
            if self._open[at].tag == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.texts.append(data)


def find(html: str, selector: str) -> Element | None:
    """The first of them; ValueError for a selector that says more than this reads."""
    parts = _BLANK.split(selector.strip())
    return next((element for element in _Page(html).elements if _fits_chain(element, parts)), None)


def _fits_chain(element: Element, parts: list[str]) -> bool:
    if not _fits(element, parts[-1]):
        return False
    rest, above = parts[:-1], element.parent
    while rest and above is not None:
        if _fits(above, rest[-1]):
            rest = rest[:-1]
        above = above.parent
    return not rest


def _fits(element: Element, simple: str) -> bool:
    return all(_asked(element, part) for part in _parts(simple))


def _parts(simple: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(simple):
        part = _PART.match(simple, at) if at == 0 else _PART.match(simple[at:])
        if part is None:
            raise ValueError(f"«{simple}» says more than tests/support/selecting.py reads")
        yield part
        at += len(part[0])


def _asked(element: Element, part: re.Match[str]) -> bool:
    if part["tag"]:
        return element.tag == part["tag"]
    if part["id"]:
        return element.attributes.get("id") == part["id"]
    if part["class"]:
        return part["class"] in element.attributes.get("class", "").split()
    if part["text"] is not None:
        return part["text"].lower() in element.text.lower()
    value = element.attributes.get(part["name"])
    if part["how"] is None or value is None:
        return value is not None
    return _COMPARED[part["how"]](value, part["value"])
