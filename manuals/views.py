"""Ayuda: the manuals, the glossary and how one signs in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from core.downloads import inline_pdf
from manuals.kept import shelf
from manuals.leading import place_of, url_of
from manuals.model import Chapter, Manual
from manuals.readers import in_order, own_manuals, reader_of, urls_of_pages
from manuals.reading import ACCOUNT, GLOSSARY, SIGNING_IN
from manuals.searching import LONGEST, search

LOOKED_AGAIN = 3  # seconds


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What can be read, one's own manual first; with «q», where the manuals say it."""
    held, access = shelf(), reader_of(request)
    manuals = in_order(held.texts, access)
    own = manuals[0] if manuals and manuals[0].slug in own_manuals(access) else None
    asked = request.GET.get("q", "").strip()[:LONGEST]
    context = {
        "asked": asked,
        "found": search(held.index(), asked, first=own.title if own else "") if asked else [],
        "own": _listed(own) if own else None,
        "others": [_listed(manual) for manual in manuals if manual is not own],
    }
    return render(request, "manuals/index.html", context)


@require_safe
def manual(request: HttpRequest, manual: str) -> HttpResponse:
    found = _manual(manual)
    context = {"manual": _listed(found), "text": _drawn(request, found.cover)}
    return render(request, "manuals/manual.html", context)


@require_safe
def chapter(request: HttpRequest, manual: str, chapter: str) -> HttpResponse:
    of = _manual(manual)
    shown = of.find(chapter)
    if shown is None:
        raise Http404(f"El manual no tiene ese capítulo: «{chapter}».")
    at = of.chapters.index(shown)
    links = [(one.title, url_of(of, one), one is shown) for one in of.chapters]
    context = {
        "manual": _listed(of),
        "chapters": links,
        "before": links[at - 1] if at else None,
        "after": links[at + 1] if at + 1 < len(links) else None,
    }
    return render(request, "manuals/chapter.html", context | _page_of(request, shown))


@require_safe
def manual_pdf(request: HttpRequest, manual: str) -> HttpResponse:
    found = _manual(manual)
    paper = shelf().paper(found)
    if paper is not None:
        return inline_pdf(paper, f"manual-{found.slug}.pdf")
    response = render(request, "manuals/preparing.html", {"manual": _listed(found)}, status=202)
    response["Refresh"] = str(LOOKED_AGAIN)
    return response


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "manuals/glossary.html", _page_of(request, _loose(GLOSSARY)))


@login_not_required
@require_safe
def signing_in(request: HttpRequest) -> HttpResponse:
    """The one text that is there before somebody has come in."""
    return render(request, "manuals/loose.html", _page_of(request, _loose(SIGNING_IN)))


@require_safe
def own_account(request: HttpRequest) -> HttpResponse:
    return render(request, "manuals/loose.html", _page_of(request, _loose(ACCOUNT)))


def _manual(slug: str) -> Manual:
    found = shelf().texts.manuals.get(slug)
    if found is None:
        raise Http404(f"No hay un manual que se llame «{slug}».")
    return found


def _loose(file: str) -> Chapter:
    found = shelf().texts.loose.get(file)
    if found is None:
        raise Http404("Ese texto falta en esta instalación.")
    return found


def _page_of(request: HttpRequest, shown: Chapter) -> dict[str, Any]:
    sections = [(one.key, one.title) for one in shown.headings if one.level == 2]
    return {"title": shown.title, "text": _drawn(request, shown), "sections": sections}


def _drawn(request: HttpRequest, shown: Chapter) -> SafeString:
    drawn = shelf().drawn(shown)
    return drawn.with_pages(urls_of_pages(request, drawn.pages))


def _listed(manual: Manual) -> dict[str, Any]:
    texts = shelf().texts
    return {
        "slug": manual.slug,
        "title": manual.title,
        "url": url_of(manual, manual.cover),
        "wanted": [(one.title, place_of(texts, manual.cover, one.href).url) for one in manual.wanted],
        "chapters": [(one.title, url_of(manual, one)) for one in manual.chapters],
    }
