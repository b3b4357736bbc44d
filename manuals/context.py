"""«Ayuda» in the head of every page: it leads to the chapter that is about the page one is on."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from core.pages import declared_here, help_of
from manuals.kept import shelf
from manuals.leading import url_of
from manuals.model import Library
from manuals.readers import own_manuals, reader_of
from manuals.reading import SIGNING_IN

OF_NOBODY = SIGNING_IN.removesuffix(".md")


def help_link(request: HttpRequest) -> dict[str, Any]:
    return {"help_url": SimpleLazyObject(lambda: help_url(request))}


def help_url(request: HttpRequest) -> str:
    """Of the chapters that the page or its section names, that of the reader's own manual, else the first one.

    Who has not come in reads one text, and is led to the place in it.
    """
    texts, places = shelf().texts, help_of(declared_here(request))
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        about = next((place for place in places if place.partition("#")[0] == OF_NOBODY), OF_NOBODY)
        return url_of_help(texts, about) or reverse("manuals:signing_in")
    own = own_manuals(reader_of(request)) if places else []
    for place in sorted(places, key=lambda one: one.partition("/")[0] not in own):
        if url := url_of_help(texts, place):
            return url
    return reverse("manuals:index")


def url_of_help(texts: Library, place: str) -> str:
    """Of «enlace/capturar», «enlace/capturar#pegar» or, of no manual, «cuenta»; empty for what is not there."""
    path, _, key = place.partition("#")
    slug, _, name = path.partition("/")
    manual = texts.manuals.get(slug)
    chapter = manual.find(name) if manual else texts.loose.get(f"{path}.md")
    if chapter is None or (key and not chapter.has(key)):
        return ""
    return url_of(manual, chapter) + (f"#{key}" if key else "")
