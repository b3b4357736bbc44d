"""The first time that a chapter says a word of the glossary, the word leads there."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from manuals.model import Term

TERM = "glosario:"
"""What the address of such a link begins with, followed by the word's key."""


def link_terms(tokens: Sequence[Token], terms: Sequence[Term]) -> None:
    """In the running text alone: not in headings, links, names of buttons (bold) or code."""
    if not terms:
        return
    forms = {form: term.key for term in terms for form in term.forms}
    pattern = _pattern(forms)
    said: set[str] = set()
    heading = False
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            heading = token.type == "heading_open"
        elif token.type == "inline" and not heading:
            token.children = list(_linked(token.children or [], pattern, forms, said))


def _pattern(forms: dict[str, str]) -> re.Pattern[str]:
    """The longest first; each word may be in the plural."""
    longest = sorted(forms, key=len, reverse=True)
    words = (r"\s+".join(f"{re.escape(word)}(?:e?s)?" for word in form.split()) for form in longest)
    return re.compile(rf"(?<!\w)(?:{'|'.join(f'({word})' for word in words)})(?!\w)")


def _linked(
    children: Sequence[Token], pattern: re.Pattern[str], forms: dict[str, str], said: set[str]
) -> Iterator[Token]:
    keys = [forms[form] for form in sorted(forms, key=len, reverse=True)]
    depth = 0
    for child in children:
        if child.type in ("link_open", "strong_open"):
            depth += 1
        elif child.type in ("link_close", "strong_close"):
            depth -= 1
        if child.type != "text" or depth:
            yield child
            continue
        yield from _in_pieces(child.content, pattern, keys, said)


def _in_pieces(text: str, pattern: re.Pattern[str], keys: Sequence[str], said: set[str]) -> Iterator[Token]:
    text = unicodedata.normalize("NFC", text)
    done = 0
    for found in pattern.finditer(folded_letters(text)):
        key = keys[int(found.lastindex or 1) - 1]
        if key in said:
            continue
        said.add(key)
        if found.start() > done:
            yield _text(text[done : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": f"{TERM}{key}"})
        yield _text(text[found.start() : found.end()])
        yield Token("link_close", "a", -1)
        done = found.end()
    if done < len(text):
        yield _text(text[done:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def folded_letters(text: str) -> str:
    """Without accents and case, letter for letter, so that places in it are those of the text."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] or letter for letter in text)
