"""Notes at the foot of a page, and the marks in the text that lead to them: neither is a word of any cell."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from statistics import median

from catalog.official_document.lines import Document, Line, Page, Word

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_MARK = re.compile(r"(?:\d{1,2}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})")
_NOTE = re.compile(rf"(?P<mark>{_MARK.pattern})[.)]?\s?(?=[A-ZÁÉÍÓÚÑ«“\"(])")
_MARKED = re.compile(rf"(?P<word>.*[^\W\d_A-Z][.,;:)»”\"]*)(?P<mark>{_MARK.pattern})(?P<behind>[.,;:]?)")
_SIGN = re.compile(r"\d{1,2}|[*†‡]{1,3}|[a-z]{1,2}|°")
_LINES = 6  # of the notes of a page


def raised(words: Sequence[Word]) -> list[Word]:
    """The words, with small signs that are printed above the line put to the word that they stand beside."""
    usual = median(word.size for word in words) if words else 0.0
    small = [word for word in words if word.size < 0.8 * usual and _SIGN.fullmatch(word.text)]
    hosts = {id(sign): host for sign in small if (host := _host(sign, words)) is not None}
    if not hosts:
        return list(words)
    made: dict[int, Word] = {}
    for sign in small:
        host = hosts.get(id(sign))
        if host is None or id(host) in hosts:
            continue
        whole, text = made.get(id(host), host), sign.text.translate(_RAISED)
        text = f"{whole.text}{text}" if sign.x0 >= host.x1 - 0.2 * host.size else f"{text}{whole.text}"
        made[id(host)] = replace(whole, text=text, x0=min(whole.x0, sign.x0), x1=max(whole.x1, sign.x1))
    kept = [word for word in words if id(word) not in hosts or id(hosts[id(word)]) in hosts]
    return [made.get(id(word), word) for word in kept]


def _host(sign: Word, words: Sequence[Word]) -> Word | None:
    for word in words:
        if sign.size > 0.8 * word.size or not 0.1 * word.size < word.y - sign.y < 0.65 * word.size:
            continue
        if -0.2 * word.size <= sign.x0 - word.x1 < 0.3 * word.size:
            return word
        if -0.2 * word.size <= word.x0 - sign.x1 < 0.3 * word.size and not sign.text.isalpha():
            return word
    return None


def without_notes(
    document: Document, lines: Iterable[Line], furniture: Iterable[Line]
) -> tuple[list[Line], list[Line]]:
    """The lines without notes and without the marks of these, and the notes.

    ``furniture``: what was taken for a foot, because many pages have the same note.
    """
    kept: list[Line] = []
    notes: list[Line] = []
    pages = {page.number: page for page in document.pages}
    repeated = [line for line in furniture if _NOTE.match(line.text)]
    alike = {id(line) for line in repeated}
    both = sorted([*lines, *repeated], key=lambda line: (line.page, line.number))
    for number, group in groupby(both, lambda line: line.page):
        of_page = list(group)
        at = _begins(of_page, pages[number])
        if at is None:
            kept += [line for line in of_page if id(line) not in alike]
            continue
        marks = {found["mark"].translate(_LEVEL) for line in of_page[at:] if (found := _NOTE.match(line.text))}
        kept += _unmarked(of_page[:at], marks)
        notes += of_page[at:]
    return kept, notes


def _begins(lines: Sequence[Line], page: Page) -> int | None:
    """The line with which the notes of the page begin: below a short stroke, or set off and with its mark above."""
    for at in range(max(1, len(lines) - _LINES), len(lines)):
        found = _NOTE.match(lines[at].text)
        if not found:
            continue
        if _below_a_stroke(lines, at, page):
            return at
        mark = found["mark"].translate(_LEVEL)
        called = [word for line in lines[:at] for word in line.words if _calls(word.text, mark)]
        glued = lines[at].text[found.end("mark") : found.end("mark") + 1].strip()
        smaller = lines[at].size < 0.97 * lines[0].size
        if len(called) == 1 and (glued or (smaller and lines[at].gap > 0.5)):
            return at
    return None


def _below_a_stroke(lines: Sequence[Line], at: int, page: Page) -> bool:
    above, line = lines[at - 1], lines[at]
    left = min(one.x0 for one in lines)
    level = [one for one in page.strokes if one.level and above.y < one.y0 < line.y - 0.5 * line.size]
    return any(
        one.x0 <= left + 3
        and one.x1 - one.x0 < 0.45 * page.width
        and all(other.x0 >= one.x0 - 1 and other.x1 <= one.x1 + 1 for other in level)
        for one in level
    )


def _calls(text: str, mark: str) -> bool:
    found = _MARKED.fullmatch(text)
    return found is not None and found["mark"].translate(_LEVEL) == mark


def _unmarked(lines: Sequence[Line], marks: set[str]) -> list[Line]:
    """Without the marks; where a number at the end of several words may be one, each of them is doubtful."""
    called = {
        mark: [word for line in lines for word in line.words if _calls(word.text, mark)] for mark in sorted(marks)
    }
    sure = {id(words[0]) for words in called.values() if len(words) == 1}
    several = {id(word): mark for mark, words in called.items() if len(words) > 1 for word in words}

    def plain(word: Word) -> Word:
        found = _MARKED.fullmatch(word.text) if id(word) in sure or id(word) in several else None
        if found is None:
            return word
        if id(word) in sure or not found["mark"].isascii():
            return replace(word, text=found["word"] + found["behind"])
        return replace(word, doubt=f"«{word.text}» parece llevar la llamada de la nota {several[id(word)]}")

    return [line.with_words([plain(word) for word in line.words]) for line in lines]
