"""What the pages of the catalogue share: planning's, which Contraloría reads; for everybody else they do not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.access import Action
from accounts.http import access_of
from indicators.services import EvidenceRefused, ServiceError
from programs.locked_years import SENTENCE, is_year_locked
from programs.models import FiscalYear

T = TypeVar("T")
View = Callable[..., HttpResponse]
SAFE = ("GET", "HEAD")


def allowed_to(action: Action) -> Callable[[View], View]:
    """404 for who may not do that; who is not signed in was sent to sign in by the middleware."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not access_of(request).allows(action):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard


for_planning = allowed_to(Action.MANAGE_CATALOG)


def for_reading(view: View) -> View:
    """The page is read by planning and Contraloría; what is sent to it is planning's. Templates ask ``can_write``."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        needed = Action.READ_CATALOG if request.method in SAFE else Action.MANAGE_CATALOG
        if not access_of(request).allows(needed):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def writes_catalog(request: HttpRequest) -> bool:
    return access_of(request).allows(Action.MANAGE_CATALOG)


def year_or_404(year: int | None) -> FiscalYear | None:
    """The fiscal year of the address; None for an address without one."""
    return None if year is None else get_object_or_404(FiscalYear.objects.select_related("plan"), year=year)


def address(name: str, year: FiscalYear | None, *args: Any) -> str:
    """A page with or without its year in front, as the one from which it is linked."""
    return reverse(f"catalog:{name}", args=[*([year.year] if year else []), *args])


def carried_along(**answers: str) -> str:
    """What a list's links repeat of its address, blanks left out: «q=obras&ver=todos&»."""
    given = urlencode({name: value for name, value in answers.items() if value})
    return f"{given}&" if given else ""


def attempt(form: forms.Form, act: Callable[[], T]) -> T | None:
    """What the act returns; None where it was refused, and the form shows why.

    A refusal of one of the form's fields goes beside it, whatever else above the form.
    """
    try:
        return act()
    except EvidenceRefused as refused:
        form.add_error("file", str(refused))
    except ServiceError as refused:
        form.add_error(None, str(refused))
    except ValidationError as refused:
        by_field = refused.error_dict if hasattr(refused, "error_dict") else {NON_FIELD_ERRORS: refused.error_list}
        for name, errors in by_field.items():
            form.add_error(name if name in form.fields else None, errors)
    except IntegrityError as error:
        if is_year_locked(error):
            form.add_error(None, SENTENCE)
            return None
        form.add_error(None, "Alguien más guardó lo mismo hace un momento: revise los datos e intente de nuevo.")
    return None
