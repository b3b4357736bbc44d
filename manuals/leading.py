"""Where a link of a manual leads: another text of the shelf, a page of the product, or an address outside."""

import posixpath
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.urls import NoReverseMatch, reverse

from core.pages import declared_pages
from manuals.glossary import TERM
from manuals.model import Chapter, Library, Manual
from manuals.reading import ACCOUNT, GLOSSARY, SIGNING_IN

PRODUCT = "pmd:"
ANY_YEAR = 2016
_OF_LOOSE = {SIGNING_IN: "manuals:signing_in", ACCOUNT: "manuals:own_account", GLOSSARY: "manuals:glossary"}


class NoSuchPlace(ValueError):
    """A sentence that says what is wrong with the link."""


@dataclass(frozen=True, slots=True)
class Place:
    """``chapter`` of ``manual`` (None: of no manual, or its cover), at ``key``; else a ``page`` or an ``address``."""

    manual: Manual | None = None
    chapter: Chapter | None = None
    key: str = ""
    page: str = ""
    address: str = ""

    @property
    def url(self) -> str:
        """Of what is on the shelf or outside; a page of the product has one for whoever reads."""
        if self.chapter is None:
            return self.address
        return url_of(self.manual, self.chapter) + (f"#{self.key}" if self.key else "")


def url_of(manual: Manual | None, chapter: Chapter) -> str:
    if manual is None:
        return reverse(_OF_LOOSE[chapter.file])
    if chapter is manual.cover:
        return reverse("manuals:manual", args=[manual.slug])
    return reverse("manuals:chapter", args=[manual.slug, chapter.slug])


def place_of(shelf: Library, at: Chapter, href: str) -> Place:
    """NoSuchPlace where it leads nowhere."""
    if href.startswith(TERM):
        return Place(chapter=shelf.loose[GLOSSARY], key=href.removeprefix(TERM))
    if href.startswith(PRODUCT):
        return Place(page=_page(href.removeprefix(PRODUCT)))
    parts = urlsplit(href)
    if parts.scheme in ("http", "https", "mailto"):
        return Place(address=href)
    if parts.scheme or parts.netloc or parts.query or href.startswith("/"):
        raise NoSuchPlace(f"{at.file}: «{href}» no es de los enlaces que un manual puede tener")
    path = posixpath.join(posixpath.dirname(at.file), unquote(parts.path)) if parts.path else at.file
    file = posixpath.normpath(path)
    found = _text_of(shelf, file)
    if found is None:
        raise NoSuchPlace(f"{at.file}: «{href}» lleva a un texto que no existe")
    manual, chapter = found
    key = unquote(parts.fragment)
    if key and not chapter.has(key):
        raise NoSuchPlace(f"{at.file}: «{href}» nombra un apartado que {chapter.file} no tiene")
    return Place(manual, chapter, key)


def _text_of(shelf: Library, file: str) -> tuple[Manual | None, Chapter] | None:
    if file in shelf.loose:
        return None, shelf.loose[file]
    for manual in shelf.manuals.values():
        for chapter in (manual.cover, *manual.chapters):
            if chapter.file == file:
                return manual, chapter
    return None


def _page(name: str) -> str:
    """Its name, where somebody can be led there knowing no more than the year."""
    declared = declared_pages().get(name)
    if name == "admin:index":
        return name
    if declared is None or not declared.is_page:
        raise NoSuchPlace(f"«pmd:{name}»: ninguna página se llama así")
    if not url_of_page(name, ANY_YEAR):
        raise NoSuchPlace(f"«pmd:{name}»: su dirección pide más que el ejercicio; enlace la que lleva a ella")
    return name


def url_of_page(name: str, year: int | None) -> str:
    """Empty where there is none: of a page of a year, while there is no year."""
    for args in ([], *([[year]] if year is not None else [])):
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    return ""
