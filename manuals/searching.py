"""Searching the manuals: by words as people type them, what is found with the sentence that says it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

from core.text import fold
from manuals.leading import url_of
from manuals.marking import plain
from manuals.model import Chapter, Library, Manual

MOST = 30
NEAREST = 8  # where nothing says all of what was asked
LONGEST = 100
_END = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"\w+")
# What stands in any question and tells no chapter from another.
_EVERYWHERE = re.compile(
    "al?|como|con|cual|cuando|del?|donde|el|ella|en|es|est[aeo]|hay|l[aeo]s?|me|mis?|muy|nos?|o|para|pero|por|porque|que|"
    "quien|se|si|sus?|te|tengo|un|un[ao]s?|y|ya|yo"
)
_PLURALS = ("es", "s")
_ENDINGS = ("ando", "iendo", "ado", "ada", "ido", "ida", "ar", "er", "ir", "an", "en", "a", "e", "o")
# What verbs change within: «cierro» and «cerrar», «equivoqué» and «equivocó», «llegue» and «llegó».
_CHANGES = (("qu", "c"), ("gue", "ge"), ("z", "c"), ("ie", "e"))
_FEWEST = 3  # letters that remain of a word without its ending
_LONG = 6  # letters of a root that is also the beginning of other words: «suplent» is that of «suplentes»


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands below one heading; of ``said``, ``named`` (both headings) and ``title_says`` the words' roots."""

    manual: str
    chapter: str
    title: str
    url: str
    sentences: tuple[str, ...]
    said: str
    named: str
    title_says: str


@dataclass(frozen=True, slots=True)
class Found:
    """``whole``: it says all that was asked; ``sentence`` in pieces: words, and whether they were asked for."""

    passage: Passage
    sentence: tuple[tuple[str, bool], ...]
    whole: bool = True


def passages(shelf: Library) -> tuple[Passage, ...]:
    return tuple(made for manual, chapter in shelf.chapters() for made in _of(manual, chapter))


def _of(manual: Manual | None, chapter: Chapter) -> Iterator[Passage]:
    key, title, lines = "", chapter.title, list[str]()
    awaiting = head = False
    for token in chapter.tokens:
        if token.type == "heading_open":
            yield from _passage(manual, chapter, key, title, lines)
            key, lines, awaiting = str(token.attrs["id"]), [], True
        elif token.type in ("thead_open", "thead_close"):
            head = token.type == "thead_open"
        elif token.type == "inline" and awaiting:
            title, awaiting = plain(token.children or ()), False
        elif token.type == "inline" and not head and (said := plain(token.children or ()).strip()):
            lines.append(said)
        elif token.type in ("fence", "code_block"):
            lines += token.content.splitlines()
    yield from _passage(manual, chapter, key, title, lines)


def _passage(manual: Manual | None, chapter: Chapter, key: str, title: str, lines: Sequence[str]) -> Iterator[Passage]:
    if lines or key:
        sentences = tuple(sentence for line in lines for sentence in _END.split(line) if sentence)
        url = url_of(manual, chapter) + (f"#{key}" if key else "")
        named = _roots(f"{chapter.title} {title}")
        said = named + _roots(" ".join(sentences))
        name = manual.title if manual else ""
        yield Passage(name, chapter.title, title, url, sentences, said, named, _roots(title))


def _roots(text: str) -> str:
    return f" {' '.join(_root(word) for word in _WORD.findall(fold(text)))} "


def _root(word: str) -> str:
    """What the forms of a word have in common: «guardar», «guarda» and «guardó» are «guard»."""
    for written, alike in _CHANGES:
        word = word.replace(written, alike)
    for endings in (_PLURALS, _ENDINGS):
        ending = next((one for one in endings if word.endswith(one) and len(word) - len(one) >= _FEWEST), "")
        word = word.removesuffix(ending)
    return word


def search(held: Sequence[Passage], asked: str, *, first: str = "") -> list[Found]:
    """What says every word that was asked, in whatever form; where nothing does, what says most of them.

    A heading with all of it, of the manual ``first`` (its title) or of everybody's texts, comes before the rest of that
    manual, and this before the others. At most ``MOST``.
    """
    words = _WORD.findall(fold(asked[:LONGEST]))
    roots = list(dict.fromkeys(_looked_for(word) for word in words if not _EVERYWHERE.fullmatch(word)))
    roots = roots or list(dict.fromkeys(_looked_for(word) for word in words))
    if not roots:
        return []
    phrase = "".join(f" {_root(word)}" for word in words)

    def place(passage: Passage) -> tuple[bool, bool, bool, bool, int]:
        theirs = passage.manual in ("", first)
        titled, named = _count(roots, passage.title_says), _count(roots, passage.named)
        whole_heading, whole_path = titled == len(roots), named == len(roots)
        return (
            not (whole_heading and theirs),
            not (whole_path and theirs),
            passage.manual != first,
            phrase not in passage.said,
            -named,
        )

    ordered = sorted(held, key=place)
    whole = [passage for passage in ordered if all(root in passage.said for root in roots)]
    found = whole[:MOST] or _nearest(ordered, roots)
    return [Found(passage, _marked(_best(passage, roots), roots), bool(whole)) for passage in found]


def _looked_for(word: str) -> str:
    root = _root(word)
    return f" {root}" if len(root) >= _LONG else f" {root} "


def _count(roots: Sequence[str], said: str) -> int:
    return sum(root in said for root in roots)


def _nearest(ordered: Sequence[Passage], roots: Sequence[str]) -> list[Passage]:
    """Those that say most of it, where a word weighs the more the fewer say it; what is short is said by chance."""
    weights = {
        root: log(1 + len(ordered) / (1 + sum(root in one.said for one in ordered)))
        for root in roots
        if len(root.strip()) >= _FEWEST
    }
    said = [(sum(weight for root, weight in weights.items() if root in one.said), one) for one in ordered]
    most = max((weight for weight, _ in said), default=0)
    return [one for weight, one in said if weight and weight == most][:NEAREST]


def _best(passage: Passage, roots: Sequence[str]) -> str:
    return max(passage.sentences, key=lambda one: _count(roots, _roots(one)), default="")


def _marked(sentence: str, roots: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    pieces, done = [], 0
    for word in _WORD.finditer(sentence):
        if any(root in _roots(word[0]) for root in roots):
            pieces += [(sentence[done : word.start()], False), (word[0], True)]
            done = word.end()
    pieces.append((sentence[done:], False))
    return tuple(piece for piece in pieces if piece[0])
