"""The shelf, out of the files of ``docs/manuales``: read once a process; while one writes (DEBUG), once a change."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from markdown_it.token import Token

from core.text import fold
from manuals.glossary import link_terms
from manuals.marking import key_of, parse, plain
from manuals.model import Chapter, Heading, Library, Manual, Term, Wanted

# In the order in which they stand on the shelf.
MANUALS = ("enlace", "direccion", "planeacion", "presidencia", "contraloria", "operacion")
COVER = "README.md"
GLOSSARY, SIGNING_IN, ACCOUNT = "glosario.md", "entrar.md", "cuenta.md"
# What belongs to no manual and stands at the end of each.
LOOSE = (SIGNING_IN, ACCOUNT, GLOSSARY)
WANTED = "lo-más-buscado"
# As often an address that is opened as a person.
_AMBIGUOUS = {"", "enlace"}
_NUMBERED = re.compile(r"(\d\d)-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")
_FORMS = re.compile(r"\s*[/,()]\s*")


def folder() -> Path:
    return Path(settings.BASE_DIR) / "docs" / "manuales"


def library() -> Library:
    return _read(folder(), _changed(folder()) if settings.DEBUG else ())


def _changed(place: Path) -> tuple[tuple[str, int], ...]:
    return tuple((str(path), path.stat().st_mtime_ns) for path in sorted(place.rglob("*.md")))


@lru_cache(maxsize=1)
def _read(place: Path, _state: tuple[tuple[str, int], ...]) -> Library:
    loose = {name: chapter_of(place, place / name) for name in LOOSE if (place / name).is_file()}
    terms = tuple(_terms(loose[GLOSSARY])) if GLOSSARY in loose else ()
    manuals = {slug: found for slug in MANUALS if (found := _manual(place, slug))}
    shelf = Library(manuals, loose, terms)
    for _, chapter in shelf.chapters():
        # Who cannot come in does not read the glossary either.
        if chapter.file not in (SIGNING_IN, GLOSSARY):
            link_terms(chapter.tokens, terms)
    return shelf


def _manual(place: Path, slug: str) -> Manual | None:
    """None where nothing of it was written yet."""
    paths = sorted(path for path in (place / slug).glob("*.md") if path.name != COVER)
    if not paths or not (place / slug / COVER).is_file():
        return None
    cover = chapter_of(place, place / slug / COVER)
    return Manual(slug, cover.title, cover, tuple(_wanted(cover)), tuple(chapter_of(place, path) for path in paths))


def chapter_of(place: Path, path: Path) -> Chapter:
    """ValueError with a sentence for a file that is not as they have to be: its name, and its first line."""
    file = path.relative_to(place).as_posix()
    numbered = _NUMBERED.fullmatch(path.name)
    if len(path.relative_to(place).parts) > 1 and path.name != COVER and not numbered:
        raise ValueError(f"docs/manuales/{file}: un capítulo se llama NN-nombre.md, por ejemplo 02-capturar.md")
    tokens = parse(path.read_text(encoding="utf-8"))
    if not tokens or tokens[0].type != "heading_open" or tokens[0].tag != "h1":
        raise ValueError(f"docs/manuales/{file}: empieza con su título, «# …»")
    title, rest = plain(tokens[1].children or ()), tokens[3:]
    slug = numbered[2] if numbered else path.stem
    return Chapter(file, slug, title, rest, tuple(_headings(rest)))


def _headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    taken: list[str] = []
    for token, line in pairwise(tokens):
        if token.type == "heading_open":
            title = plain(line.children or ())
            key = key_of(title, taken)
            taken.append(key)
            token.attrs["id"] = key
            yield Heading(int(token.tag[1]), key, title)


def _wanted(cover: Chapter) -> Iterator[Wanted]:
    """The links below «Lo más buscado»."""
    inside = False
    for token in cover.tokens:
        if token.type == "heading_open":
            inside = token.attrs["id"] == WANTED
        elif token.type == "inline" and inside:
            children = token.children or []
            for at, child in enumerate(children):
                if child.type == "link_open":
                    end = next(n for n in range(at, len(children)) if children[n].type == "link_close")
                    yield Wanted(plain(children[at:end]), str(child.attrs["href"]))


def _terms(glossary: Chapter) -> Iterator[Term]:
    """Each heading of the second level is a word: «Sin captura / por capturar» is written in two ways."""
    meanings = {}
    key = ""
    for token in glossary.tokens:
        if token.type == "heading_open":
            key = str(token.attrs["id"])
        elif token.type == "inline" and key:
            meanings[key] = f"{meanings[key]} {plain(token.children or ())}" if key in meanings else ""
    for heading in glossary.headings:
        if heading.level == 2:
            forms = tuple(form for part in _FORMS.split(heading.title) if (form := fold(part)) not in _AMBIGUOUS)
            yield Term(heading.key, heading.title, forms, meanings.get(heading.key, "").strip())
