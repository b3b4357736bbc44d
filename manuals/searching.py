"""Searching the manuals: by words as people type them, what is found with the sentence that says it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from manuals.everyday import LONGEST_PHRASE, MEANINGS
from manuals.leading import url_of
from manuals.marking import plain
from manuals.model import Chapter, Library, Manual
from manuals.roots import nearest, root, roots, words

MOST = 20
LONGEST = 100
_END = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"\w+")
# What stands in any question and tells no chapter from another.
_EVERYWHERE = frozenset(
    roots(
        "a al algo como con cosa cual cuando de del donde el ella ellos en es esta este esto fue ha hace hacer hago "
        "hay he hubo la las le les lo los me mi mis muy necesito no nos nuestro o para pero por porque puedo puede que "
        "quien quiero saber se ser si sin sistema son su sus te tengo tiene un una unas unos va voy y ya yo"
    )
)
_BEGINNING = 5  # letters of a root that may also be the beginning of a longer one: «suplent» is that of «suplentes»
# How much what is found counts, where «exact» is 1: another word for it, the beginning of one, a slip of the finger.
_MEANT, _BEGUN, _SLIPPED = 0.8, 0.7, 0.6
_IN_TITLE, _IN_CHAPTER, _IN_SENTENCE = 3.0, 1.0, 1.0
_OWN, _EVERYBODYS, _OTHERS, _OF_THE_SERVER = 1.5, 1.1, 1.0, 0.5
_WORTH = 0.3  # of the best: what comes after is found by chance
_AGAIN = 0.8  # for each passage of the same chapter that came before
_SERVER = "operacion"


@dataclass(frozen=True)
class Passage:
    """What stands below one heading; ``title_says``, ``chapter_says`` and ``said``, of each sentence, are roots."""

    slug: str
    manual: str
    chapter: str
    title: str
    url: str
    sentences: tuple[str, ...]
    title_says: frozenset[str]
    chapter_says: frozenset[str]
    said: tuple[frozenset[str], ...]

    @cached_property
    def says(self) -> frozenset[str]:
        return self.title_says.union(self.chapter_says, *self.said)


@dataclass(frozen=True)
class Index:
    """All passages, and in how many each root stands."""

    passages: tuple[Passage, ...]

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(one for passage in self.passages for one in passage.says)


@dataclass(frozen=True, slots=True)
class Found:
    """``whole``: it says all that was asked; ``sentence`` in pieces: words, and whether they were asked for."""

    passage: Passage
    sentence: tuple[tuple[str, bool], ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Asked:
    """One word or saying of the question: roots that answer it, with what each counts; the rarer the more."""

    roots: Mapping[str, float]

    @property
    def most(self) -> float:
        return max(self.roots.values(), default=0.0)

    def within(self, said: frozenset[str]) -> float:
        return max((self.roots[one] for one in said & self.roots.keys()), default=0.0)


def index_of(shelf: Library) -> Index:
    covers = [(manual, manual.cover) for manual in shelf.manuals.values()]
    texts = [*shelf.chapters(), *covers]
    return Index(tuple(made for manual, chapter in texts for made in _of(manual, chapter)))


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
        yield Passage(
            slug=manual.slug if manual else "",
            manual=manual.title if manual else "",
            chapter=chapter.title,
            title=title,
            url=url_of(manual, chapter) + (f"#{key}" if key else ""),
            sentences=sentences,
            title_says=frozenset(roots(title)),
            chapter_says=frozenset(roots(chapter.title)),
            said=tuple(frozenset(roots(sentence)) for sentence in sentences),
        )


def search(held: Index, question: str, *, first: str = "") -> list[Found]:
    """What answers best, in whatever form the words are, misspelt, or said in another way; at most ``MOST``.

    A word counts the more the fewer passages say it, and in a heading more than below it. The manual ``first`` (its
    title) and everybody's texts come before the others, that of the server after them.
    """
    asked = list(_asked(held, roots(question[:LONGEST])))
    scored = [(score, one) for one in held.passages if (score := _score(one, asked, first))]
    scored.sort(key=lambda pair: -pair[0])
    before, found = Counter[str](), list[tuple[float, Passage]]()
    for score, passage in scored:
        chapter = passage.url.partition("#")[0]
        found.append((score * _AGAIN ** before[chapter], passage))
        before[chapter] += 1
    found.sort(key=lambda pair: -pair[0])
    worth = found[0][0] * _WORTH if found else 0
    return [
        Found(passage, _marked(passage, asked), all(one.within(passage.says) for one in asked))
        for score, passage in found[:MOST]
        if score >= worth
    ]


def _asked(held: Index, typed: Sequence[str]) -> Iterator[_Asked]:
    """Sayings first: the words of one ask for nothing else beside it."""
    meant, left = list[frozenset[str]](), list(typed)
    for length in range(min(LONGEST_PHRASE, len(left)), 1, -1):
        for at in range(len(left) - length, -1, -1):
            if (said := MEANINGS.get(tuple(left[at : at + length]))) is not None:
                meant.append(said)
                left[at : at + length] = []
    rest = [one for one in dict.fromkeys(left) if one not in _EVERYWHERE and (len(one) > 1 or one.isdigit())]
    if not rest and not meant:
        rest = list(dict.fromkeys(left))
    for said in meant:
        yield _weighed(held, dict.fromkeys(said, 1.0))
    for one in rest:
        found = _alike(held, one)
        yield _weighed(held, found, min((_rare(held, each) for each in found), default=0.0))


def _alike(held: Index, typed: str) -> dict[str, float]:
    known = held.counts
    found = dict.fromkeys(MEANINGS.get((typed,), ()), _MEANT)
    if len(typed) >= _BEGINNING:
        found |= {one: _BEGUN for one in known if one.startswith(typed)}
    if typed in known:
        found[typed] = 1.0
    elif not any(one in known for one in found):
        found = dict.fromkeys(nearest(typed, known), _SLIPPED)
    return found


def _weighed(held: Index, found: Mapping[str, float], rare: float | None = None) -> _Asked:
    """``rare``: as of one word, however rare each way of saying it is."""
    return _Asked({one: weight * (_rare(held, one) if rare is None else rare) for one, weight in found.items()})


def _rare(held: Index, one: str) -> float:
    return log(1 + len(held.passages) / (1 + held.counts[one]))


def _score(passage: Passage, asked: Sequence[_Asked], first: str) -> float:
    possible = sum(one.most for one in asked)
    answered = sum(one.within(passage.says) for one in asked)
    if not answered:
        return 0.0
    titled = sum(one.within(passage.title_says) for one in asked)
    chapter = sum(one.within(passage.chapter_says) for one in asked)
    together = max((sum(one.within(said) for one in asked) for said in passage.said), default=0.0)
    total = answered + _IN_TITLE * titled + _IN_CHAPTER * chapter + _IN_SENTENCE * together
    return total * (answered / possible) * (1 + _about(passage, asked)) * _whose(passage, first)


def _about(passage: Passage, asked: Sequence[_Asked]) -> float:
    """How much of the heading was asked for: «Numerador» is about nothing else."""
    telling = passage.title_says - _EVERYWHERE or passage.title_says
    return sum(any(one in each.roots for each in asked) for one in telling) / max(1, len(telling))


def _whose(passage: Passage, first: str) -> float:
    if passage.manual == first and first:
        return _OWN
    if passage.slug == _SERVER:
        return _OF_THE_SERVER
    return _OTHERS if passage.manual else _EVERYBODYS


def _marked(passage: Passage, asked: Sequence[_Asked]) -> tuple[tuple[str, bool], ...]:
    """The sentence that says most of it."""
    best = max(
        range(len(passage.sentences)),
        key=lambda at: sum(one.within(passage.said[at]) for one in asked),
        default=None,
    )
    if best is None:
        return ()
    sentence, pieces, done = passage.sentences[best], list[tuple[str, bool]](), 0
    for word in _WORD.finditer(sentence):
        if any(one.within(frozenset(map(root, words(word[0])))) for one in asked):
            pieces += [(sentence[done : word.start()], False), (word[0], True)]
            done = word.end()
    pieces.append((sentence[done:], False))
    return tuple(piece for piece in pieces if piece[0])
