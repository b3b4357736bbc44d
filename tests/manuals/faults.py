"""What is wrong with the manuals' texts, in sentences."""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from manuals.leading import NoSuchPlace, place_of
from manuals.marking import every_inline, plain
from manuals.model import Chapter, Library
from manuals.pictures import picture_of

_HTML = re.compile(r"<(?:/?[a-z][a-z0-9]*|!--)", re.I)
SHORTEST_ALT = 15  # letters; a picture says what is seen, not what it is called


def faults(shelf: Library) -> Iterator[str]:
    covers = [manual.cover for manual in shelf.manuals.values()]
    for chapter in (*covers, *(chapter for _, chapter in shelf.chapters())):
        for token in every_inline(chapter.tokens):
            yield from _of_token(shelf, chapter, token)
    for manual in shelf.manuals.values():
        if len(manual.wanted) != 5:
            yield f"{manual.cover.file}: «Lo más buscado» tiene {len(manual.wanted)} enlaces, y son cinco"
        if [chapter.slug for chapter in manual.chapters] != list({one.slug: 1 for one in manual.chapters}):
            yield f"{manual.slug}: dos capítulos se llaman igual"
    for term in shelf.terms:
        if not term.meaning:
            yield f"glosario.md: «{term.title}» no dice qué es"


def _of_token(shelf: Library, chapter: Chapter, token: Token) -> Iterator[str]:
    if token.type == "link_open":
        try:
            place_of(shelf, chapter, str(token.attrs["href"]))
        except NoSuchPlace as wrong:
            yield f"{chapter.file}: {wrong}"
    elif token.type == "image":
        if picture_of(chapter.file, str(token.attrs["src"])) is None:
            yield f"{chapter.file}: no está la imagen {token.attrs['src']}"
        if len(plain(token.children or ())) < SHORTEST_ALT:
            yield f"{chapter.file}: la imagen {token.attrs['src']} no dice lo que se ve"
    elif token.type == "text" and _HTML.search(token.content):
        yield f"{chapter.file}: «{token.content[:60]}» parece HTML, que no se interpreta"
    elif token.type == "heading_open" and token.tag not in ("h2", "h3", "h4"):
        yield f"{chapter.file}: un título {token.tag}; dentro de un capítulo son ##, ### y ####"
