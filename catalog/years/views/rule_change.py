"""«Entendido» under what a new version changed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.http import access_of
from catalog.http import for_planning
from catalog.models import RuleChange
from catalog.years.rule_change import mark_seen


@require_POST
@for_planning
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    mark_seen(access=access_of(request), change=get_object_or_404(RuleChange, pk=pk), now=timezone.now())
    return redirect("reports:home")
