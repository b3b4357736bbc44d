"""A published folder as a visitor's browser reads it: its pages, their links, their headings and their words."""

import posixpath
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from publishing.export.publication import publish
from publishing.published import Source
from tests.publishing.export.documents import ADDRESS

VOID = {"meta", "link", "br", "img", "rect", "path", "circle", "use", "hr", "input"}
NOT_READ = {"script", "style", "title", "desc", "head"}


@dataclass
class Read(HTMLParser):
    """One page. ``words`` is what a person reads in ``main``; ``faults`` what no browser should have to mend."""

    source: str
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    metas: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    title: str = ""
    h1: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self._said: list[str] = []
        self.feed(self.source)
        self.close()
        if self._open:
            self.faults.append(f"left open: {self._open}")
        self.words = " ".join("".join(self._said).split())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attributes)
        if len(found) != len(attributes):
            self.faults.append(f"an attribute twice in {tag}")
        if found.get("id"):
            self.ids.append(found["id"] or "")
        if tag == "meta":
            self.metas[found.get("name") or found.get("property") or found.get("http-equiv") or ""] = (
                found.get("content") or ""
            )
        if tag in ("a", "link") and found.get("rel") != "canonical":
            self.links.append(found.get("href") or "")
        if tag == "link" and found.get("rel") == "canonical":
            self.metas["canonical"] = found.get("href") or ""
        if any(name.startswith("on") or name == "style" for name in found):
            self.faults.append(f"what the policy forbids in {tag}")
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append(int(tag[1:]))
        if tag not in VOID:
            self._open.append(tag)
        if tag in ("p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "br"):
            self._said.append(" ")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["title"] and "svg" not in self._open:
            self.title += data
        if "h1" in self._open:
            self.h1 += data
        if "main" in self._open and not NOT_READ & set(self._open):
            self._said.append(data)


def page(root: Path, name: str) -> Read:
    return Read((root / name).read_text(encoding="utf-8"))


def words(root: Path, name: str) -> str:
    """With plain spaces: a number keeps its unit by one that does not break."""
    return page(root, name).words.replace("\N{NO-BREAK SPACE}", " ")


def pages(root: Path) -> dict[str, Read]:
    return {path.relative_to(root).as_posix(): page(root, path.relative_to(root)) for path in root.rglob("*.html")}


def published(root: Path, chain: list[Source], address: str = ADDRESS) -> Path:
    publish(root, chain, address=address)
    return root


def broken(root: Path, found: dict[str, Read], base: str = "/") -> list[str]:
    """Links that lead to no file of the folder, or to no place of a page; ``base`` is where the folder is read."""
    faults = []
    for name, read in found.items():
        for href in read.links:
            parts = urlsplit(href)
            if parts.scheme or parts.netloc or not href:
                faults.append(f"{name}: {href!r} leads out of the folder")
                continue
            path = unquote(parts.path)
            file = path.removeprefix(base) if path.startswith("/") else posixpath.join(posixpath.dirname(name), path)
            file = posixpath.normpath(file) if path else name
            if file.startswith("..") or not (root / file).is_file():
                faults.append(f"{name}: {href} leads nowhere")
            elif parts.fragment and parts.fragment not in found[file].ids:
                faults.append(f"{name}: {href} has no such place")
    return faults
