"""What the screens say, read once from the files that say it, and what the manuals quote of it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
MANUALS = ROOT / "docs" / "manuales"
OF_ROLES = ("enlace", "direccion", "planeacion", "presidencia", "contraloria")
_ROOMS = ("accounts", "catalog", "core", "indicators", "programs", "publishing", "reports")
_TEMPLATES = ("templates", "templates_jinja")

# Where a template or a program puts in what nobody knows beforehand: a name, a number.
ANYTHING = "\x00"
_TAG = re.compile(r"<[^<>]*>")
_INLINE = re.compile(r"</?(?:a|strong|em|span|time|code|b)\b[^<>]*>")
_NOT_SHOWN = re.compile(r"\{#.*?#\}|<script.*?</script>", re.DOTALL)
_PUT_IN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_TOLD_TAG = re.compile(r'"([^"{}]+)"')
_ATTRIBUTE = re.compile(r'(?:title|aria-label|placeholder|data-[a-z-]+)="([^"]+)"')
_SCRIPT = re.compile(r'"([^"\n]+)"|`([^`]+)`')
_DOCUMENTATION = re.compile(r'""".*?"""', re.DOTALL)
_LITERAL = re.compile(r'(f?)"((?:[^"\\\n]|\\.)*)"')
_IN_ROW = re.compile(r'f?"(?:[^"\\\n]|\\.)*"(?:\s*f?"(?:[^"\\\n]|\\.)*")*')
_FIELD = re.compile(r"\{[^{}]*\}")
_NUMBER = re.compile(r"\d[\d,.]*(?<![,.])")
_LETTERS = re.compile(r"[^\W\d_]")
_ENDS = " .:,;"
FEWEST_LETTERS = 4  # of a piece with something put in: shorter ones would be like anything


@cache
def pieces() -> frozenset[str]:
    """Each text of a screen, a paper or a message; numbers and whatever is put in are ANYTHING."""
    return frozenset(piece for text in _texts() if (piece := plain(text)))


@cache
def _all() -> str:
    return "\n".join(pieces())


@cache
def _with_anything() -> dict[str, list[re.Pattern[str]]]:
    """By their first word, so that few are tried; one that begins with what nobody knows is like too many texts."""
    found = defaultdict(list)
    for piece in pieces():
        first = piece.split(" ", 1)[0]
        if ANYTHING in piece and ANYTHING not in first and len(_LETTERS.findall(piece)) >= FEWEST_LETTERS:
            found[first].append(re.compile(re.escape(piece).replace(ANYTHING, ".+?")))
    return found


def _is_like_one(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in _with_anything()[text.split(" ", 1)[0]])


def is_label(text: str) -> bool:
    """A button, a link or the name of a field says exactly this."""
    text = plain(text)
    return text in pieces() or _is_like_one(text)


def is_said(text: str) -> bool:
    """Some screen says it, within a longer sentence or not; «…» stands for whatever it says there."""
    text = plain(text)
    parts = [part.strip(_ENDS) for part in re.split(f"…|{ANYTHING}", text) if _LETTERS.search(part)]
    return all(map(_holds, parts)) or _is_like_one(text)


def _holds(part: str) -> bool:
    """In whole words; looked for as plain text, which takes a hundredth of what a pattern does."""
    whole = re.compile(rf"\b{re.escape(part)}\b" if part[0].isalnum() and part[-1].isalnum() else re.escape(part))
    at = _all().find(part)
    while at >= 0:
        if whole.match(_all(), at):
            return True
        at = _all().find(part, at + 1)
    return False


def plain(text: str) -> str:
    text = _NUMBER.sub(ANYTHING, " ".join(unescape(text).split())).strip(_ENDS + "*")
    return re.sub(f"{ANYTHING}(?: ?{ANYTHING})+", ANYTHING, text)


def _texts() -> Iterator[str]:
    for folder in _TEMPLATES:
        for path in (ROOT / folder).rglob("*.*"):
            yield from _of_template(path.read_text(encoding="utf-8"))
    for room in _ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if "migrations" not in path.parts:
                yield from _of_program(path.read_text(encoding="utf-8"))
    for path in (ROOT / "static" / "js").rglob("*.js"):
        for found in _SCRIPT.finditer(path.read_text(encoding="utf-8")):
            yield re.sub(r"\$\{[^}]*\}", ANYTHING, found[1] or found[2])


def _of_template(text: str) -> Iterator[str]:
    text = _NOT_SHOWN.sub("", text)
    for tag in _PUT_IN.findall(text):
        for words in _TOLD_TAG.findall(tag):
            yield words
            yield from words.split(",")  # «pluralize:"cifra,cifras"»
    shown = re.sub(r"\{\{.*?\}\}", ANYTHING, text)
    yield from re.split(r"\{%.*?%\}", _TAG.sub("\n", shown))  # each arm of an «if» by itself
    text = _PUT_IN.sub(ANYTHING, text)
    yield from _ATTRIBUTE.findall(text)
    yield from _TAG.sub("\n", text).split("\n")
    yield from _TAG.sub("\n", _INLINE.sub("", text)).split("\n")


def _of_program(text: str) -> Iterator[str]:
    """Its texts, those that stand one after the other as one: ``ast`` says the same and takes twenty times as long."""
    for found in _IN_ROW.finditer(_DOCUMENTATION.sub("", text)):
        yield "".join(_FIELD.sub(ANYTHING, words[2]) if words[1] else words[2] for words in _LITERAL.finditer(found[0]))


def chapters() -> list[Path]:
    """Of the roles' manuals, and what is everybody's; whoever keeps the server quotes commands, which have tests of
    their own, and the glossary gives examples."""
    of_roles = [path for manual in OF_ROLES for path in sorted((MANUALS / manual).glob("*.md"))]
    return [MANUALS / "entrar.md", MANUALS / "cuenta.md", *of_roles]


def labels_of(path: Path) -> Iterator[tuple[str, bool]]:
    """What a chapter quotes: bold words, which are buttons, links and fields (True), and «…» (False)."""
    for token in MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")):
        words = ""
        bold = False
        for child in token.children or ():
            if child.type in ("strong_open", "strong_close"):
                bold = child.type == "strong_open"
            elif child.type == "text":
                if bold:
                    yield child.content, True
                words += child.content
            elif child.type in ("softbreak", "hardbreak"):
                words += " "
        for quoted in _outermost(words):
            yield quoted, False


def _outermost(words: str) -> Iterator[str]:
    """«¿Qué número es «1.234»?» is one quotation."""
    depth, begun = 0, 0
    for at, letter in enumerate(words):
        if letter == "«":
            depth += 1
            begun = at + 1 if depth == 1 else begun
        elif letter == "»" and depth:
            depth -= 1
            if not depth:
                yield words[begun:at]
