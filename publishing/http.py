"""Who asks for a page of closings, and finding what it is about, or answering 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.access import Action
from accounts.http import access_of
from publishing.models import Closing, ClosingQuerySet, DocumentAltered

View = Callable[..., HttpResponse]


def for_planning(view: View) -> View:
    """The page is for who closes months; everybody else is refused."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not access_of(request).allows(Action.CLOSE_MONTHS):
            raise PermissionDenied
        return view(request, **kwargs)

    return guarded


def closing_or_404(year: int, month: int, version: int, *, of: ClosingQuerySet | None = None) -> Closing:
    rows = Closing.objects.all() if of is None else of
    if not 1 <= month <= 12 or version > 32_000:  # what the column holds
        raise Http404
    found: Closing = get_object_or_404(
        rows.select_related("fiscal_year", "made_by", "previous__fiscal_year").defer("previous__document"),
        fiscal_year__year=year,
        month=month,
        version=version,
    )
    return found


def altered(request: HttpRequest, closing: Closing, refusal: DocumentAltered) -> HttpResponse:
    """The page of a document that is not what was kept: in red, and none of its figures."""
    context = {"closing": closing, "refusal": refusal, "year": str(closing.fiscal_year.year)}
    return render(request, "publishing/closing/altered.html", context, status=409)
