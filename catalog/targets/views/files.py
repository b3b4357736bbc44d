"""The file of the instrument that an adjusted target cites, brought after the act."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import Action
from accounts.http import access_of
from catalog.http import allowed_to, attempt
from catalog.targets.forms import LackingFileForm
from catalog.targets.listing import citing_the_same
from indicators import services, wording
from indicators.models import TargetAdjustment


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Action.MANAGE_PERIODS)
def attach(request: HttpRequest, year: int, code: str, month: int) -> HttpResponse:
    """Bring the file that this adjusted target lacks and, if asked, those that cite the same instrument."""
    rows = TargetAdjustment.objects.select_related("indicator__fiscal_year", "indicator__action__program__department")
    found: TargetAdjustment = get_object_or_404(
        rows, indicator__fiscal_year__year=year, indicator__code=code, effective_month=month
    )
    if request.method != "POST" and found.instrument_files.exists():
        return redirect("catalog:target", year, code)
    others = citing_the_same(found)
    form = LackingFileForm(request.POST or None, request.FILES or None, others=len(others))
    if request.method == "POST" and form.is_valid():
        file, also = form.cleaned_data["file"], others if form.cleaned_data.get("also") else []
        done = attempt(
            form,
            lambda: services.attach_instrument(
                access=access_of(request), adjustments=[found, *also], file=file, name=file.name, now=timezone.now()
            ),
        )
        if done is not None:
            messages.success(request, f"Se adjuntó el archivo de «{found.instrument}» a {_named(code, len(also))}.")
            return redirect("catalog:target", year, code)
    indicator = found.indicator
    context = {
        "year": str(year), "locked": indicator.fiscal_year.locked, "indicator": indicator, "adjustment": found,
        "program": indicator.action.program, "words": str(found), "form": form, "others": [str(row) for row in others],
        "target": wording.target_words(indicator, found.target, indicator.action.unit),
    }  # fmt: skip
    return render(request, "catalog/targets/file.html", context)


def _named(code: str, others: int) -> str:
    return f"{code} y {others:,} más" if others else code
