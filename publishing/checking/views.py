"""The page of the night's check, for planning and Contraloría; planning may ask for one at once."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import ALL, Access, Action
from accounts.http import access_of
from core.models import SelfCheck
from core.moments import moment_text
from publishing.checking.findings import Part
from publishing.checking.running import KEPT, check_everything
from reports.home.last_check import CheckNotice, last_check
from reports.http import for_readers

EARLIER_SHOWN = 30


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of the check: how much was looked at, and what of it does not hold."""

    label: str
    checked: str
    faults: int
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class CheckPage:
    notice: CheckNotice
    when: str
    parts: list[PartLine]
    left_out: int
    differences: list[dict[str, Any]]
    earlier: list[tuple[str, str]]
    may_ask: bool
    never: bool


@for_readers
def check(request: HttpRequest) -> HttpResponse:
    return render(request, "publishing/checking/check.html", {"page": _page(_reader(request))})


@require_POST
def ask_check(request: HttpRequest) -> HttpResponse:
    """Done by the worker, or at once where there is none."""
    access = access_of(request)
    if not access.allows(Action.CLOSE_MONTHS):
        raise Http404
    check_everything.enqueue()
    messages.success(request, "La comprobación quedó encargada; su resultado aparece aquí cuando termina.")
    return redirect("publishing:check")


def _reader(request: HttpRequest) -> Access:
    access = access_of(request)
    if access.department_ids(Action.READ_TRAIL) != ALL:
        raise Http404
    return access


def _page(access: Access) -> CheckPage:
    whole = SelfCheck.objects.filter(year__isnull=True)
    last = whole.filter(ended_at__isnull=False).first()
    earlier = list(whole.defer("findings", "differences", "counts")[:EARLIER_SHOWN])
    return CheckPage(
        notice=last_check(timezone.now()),
        when=moment_text(last.started_at) if last else "",
        parts=_parts(last) if last else [],
        left_out=max(0, last.failures - KEPT) if last else 0,
        differences=last.differences if last else [],
        earlier=[(moment_text(one.started_at), _result(one)) for one in earlier],
        may_ask=access.allows(Action.CLOSE_MONTHS),
        never=not earlier,
    )


def _parts(last: SelfCheck) -> list[PartLine]:
    lines = []
    for part in Part:
        sentences = [one["sentence"] for one in last.findings if one["part"] == part]
        if part in last.counts and (sentences or part != Part.HEADS):
            lines.append(PartLine(part.label, f"{last.counts[part]:,}", len(sentences), sentences))
    return lines


def _result(one: SelfCheck) -> str:
    if one.ended_at is None:
        return "no ha terminado"
    if not one.failures:
        return "todo se sostiene"
    return f"{one.failures:,} {'cosa que no se sostiene' if one.failures == 1 else 'cosas que no se sostienen'}"
