"""Searching the manuals: by words, without accents or case, what is found with the sentence that says it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.text import fold
from manuals.glossary import folded_letters
from manuals.leading import url_of
from manuals.marking import plain
from manuals.model import Chapter, Library, Manual

MOST = 30
LONGEST = 100
_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands below one heading; ``said``: all of it, folded."""

    manual: str
    chapter: str
    title: str
    url: str
    sentences: tuple[str, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Found:
    passage: Passage
    sentence: tuple[tuple[str, bool], ...]
    """In pieces: words, and whether they were asked for."""


def passages(shelf: Library) -> tuple[Passage, ...]:
    return tuple(made for manual, chapter in shelf.chapters() for made in _of(manual, chapter))


def _of(manual: Manual | None, chapter: Chapter) -> Iterator[Passage]:
    key, title, lines = "", chapter.title, list[str]()
    awaiting = False
    for token in chapter.tokens:
        if token.type == "heading_open":
            yield from _passage(manual, chapter, key, title, lines)
            key, lines, awaiting = str(token.attrs["id"]), [], True
        elif token.type == "inline" and awaiting:
            title, awaiting = plain(token.children or ()), False
        elif token.type == "inline" and (said := plain(token.children or ()).strip()):
            lines.append(said)
        elif token.type in ("fence", "code_block"):
            lines += token.content.splitlines()
    yield from _passage(manual, chapter, key, title, lines)


def _passage(manual: Manual | None, chapter: Chapter, key: str, title: str, lines: Sequence[str]) -> Iterator[Passage]:
    if lines or key:
        sentences = tuple(sentence for line in lines for sentence in _END.split(line) if sentence)
        url = url_of(manual, chapter) + (f"#{key}" if key else "")
        said = fold(" ".join([chapter.title, title, *sentences]))
        yield Passage(manual.title if manual else "", chapter.title, title, url, sentences, said)


def search(held: Sequence[Passage], asked: str, *, first: str = "") -> list[Found]:
    """Where every word of what was asked stands: those of the manual ``first`` (its title) before others, and those
    whose heading says it before those whose text does. At most ``MOST``."""
    words = fold(asked[:LONGEST]).split()
    if not words:
        return []
    found = [passage for passage in held if all(word in passage.said for word in words)]
    found.sort(key=lambda passage: (passage.manual != first, -_in(words, fold(passage.title))))
    return [Found(passage, _marked(_best(passage, words), words)) for passage in found[:MOST]]


def _in(words: Sequence[str], said: str) -> int:
    return sum(word in said for word in words)


def _best(passage: Passage, words: Sequence[str]) -> str:
    return max(passage.sentences, key=lambda sentence: _in(words, fold(sentence)), default="")


def _marked(sentence: str, words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))
    pieces, done = [], 0
    for hit in pattern.finditer(folded_letters(sentence)):
        pieces += [(sentence[done : hit.start()], False), (sentence[hit.start() : hit.end()], True)]
        done = hit.end()
    pieces.append((sentence[done:], False))
    return tuple(piece for piece in pieces if piece[0])
