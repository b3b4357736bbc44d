"""Markdown as the manuals are written in it: CommonMark with tables, and no HTML of its own, which is shown as text."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token


def parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


_PARSER = parser()
_WARNINGS = {"Importante", "Cuidado"}
_SAID: Mapping[str, Callable[[Token], str]] = {
    "text": lambda token: token.content,
    "code_inline": lambda token: token.content,
    "softbreak": lambda token: " ",
    "hardbreak": lambda token: " ",
}
_NO_PART = re.compile(r"[^\w\- ]")


def parse(text: str) -> list[Token]:
    return _PARSER.parse(text)


def plain(tokens: Iterable[Token]) -> str:
    """The words of a line, without what marks them; a picture says nothing here."""
    return "".join(_SAID[token.type](token) for token in tokens if token.type in _SAID)


def key_of(title: str, taken: Iterable[str] = ()) -> str:
    """As the sites that hold repositories name a heading, so that one link leads there on either of them."""
    key = _NO_PART.sub("", unicodedata.normalize("NFC", title).lower()).strip().replace(" ", "-")
    held, number = set(taken), 0
    named = key
    while named in held:
        number += 1
        named = f"{key}-{number}"
    return named


def every_inline(tokens: Sequence[Token]) -> Iterator[Token]:
    """Each token, those of lines too."""
    for token in tokens:
        yield token
        yield from token.children or ()


def is_warning(quotation: Sequence[Token]) -> bool:
    """Whether «> **Importante:** …»; any other quotation is a note."""
    line = next((token for token in quotation if token.type == "inline"), None)
    children = [child for child in (line.children if line else None) or () if child.content or child.nesting]
    if len(children) < 2 or children[0].type != "strong_open":
        return False
    return children[1].content.strip(" :") in _WARNINGS


def is_right_aligned(cell: Mapping[str, str | int | float]) -> bool:
    """By the attributes of a cell of a table: «--:» below its head."""
    return "right" in str(cell.get("style", ""))
