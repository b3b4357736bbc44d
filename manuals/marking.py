"""Markdown as the manuals are written in it: CommonMark with tables, and no HTML of its own, which is shown as text."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_SAID: Mapping[str, Callable[[Token], str]] = {
    "text": lambda token: token.content,
    "code_inline": lambda token: token.content,
    "softbreak": lambda token: " ",
    "hardbreak": lambda token: " ",
}
_NO_PART = re.compile(r"[^\w\- ]")


def parse(text: str) -> list[Token]:
    return PARSER.parse(text)


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
