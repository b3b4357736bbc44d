"""The page on which a sample is shown before it is drawn, and its file."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ALL, Action
from accounts.http import access_of
from core.asked import read_text
from core.downloads import ZIP
from indicators.models import month_name
from indicators.results.scope import OFFICIAL
from publishing.sampling import telling
from publishing.sampling.asked import LARGEST, LONGEST_SEED, STRATA, Asked, propose_seed
from publishing.sampling.drawing_act import record_draw
from publishing.sampling.folder import file_name
from publishing.sampling.population import Sample, read_sample
from publishing.sampling.writing import write_sample
from reports.address.cutoff import Cut, WrongAddress, read_cut

View = Callable[..., HttpResponseBase]
_CHANGED = (
    "La población cambió mientras usted miraba la página: se validó o corrigió alguna cifra. Esta es la muestra de "
    "ahora; revísela y descárguela otra vez."
)
_UNSEEN = "Faltó el tamaño o la semilla: esta es una muestra propuesta; revísela y descárguela."


def for_auditors(view: View) -> View:
    """For who reads the whole trail and every draft: a file of evidence and people is nobody else's."""

    @wraps(view)
    def guarded(request: HttpRequest, year: int) -> HttpResponseBase:
        access = access_of(request)
        if any(access.department_ids(needed) != ALL for needed in (Action.READ_TRAIL, Action.SEE_DRAFTS)):
            raise Http404("Su función no saca muestras.")
        try:
            cut = replace(read_cut(request, year), scope=OFFICIAL)
        except WrongAddress as wrong:
            return render(request, "reports/address/wrong.html", {"wrong": wrong}, status=404)
        return view(request, cut)

    return guarded


@require_safe
@for_auditors
def sample(request: HttpRequest, cut: Cut) -> HttpResponseBase:
    return _page(request, read_sample(cut, request.GET))


@require_POST
@for_auditors
def sample_file(request: HttpRequest, cut: Cut) -> HttpResponseBase:
    """The ZIP of the sample that the page showed; whoever downloads it is in the trail."""
    typed = {"tamano": request.POST.get("size", ""), "semilla": request.POST.get("seed", "")}
    found = read_sample(cut, typed | {"estratos": request.POST.get("strata", "")})
    if not (read_text(typed["tamano"]) and read_text(typed["semilla"])):  # what would be proposed was never shown
        return _page(request, found, _UNSEEN)
    if not found.units:
        return _page(request, found)
    if read_text(request.POST.get("population")) != found.fingerprint:
        return _page(request, found, _CHANGED)
    access = access_of(request)
    file = TemporaryFile()  # noqa: SIM115  the answer closes it
    write_sample(found, access, file)
    record_draw(found, access, file, now=timezone.now())
    file.seek(0)
    name = f"muestra-{cut.year}-{cut.month:02d}-{file_name(found.asked.seed)}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type=ZIP)


def _page(request: HttpRequest, found: Sample, notice: str = "") -> HttpResponseBase:
    asked: Asked = found.asked
    context: dict[str, Any] = {
        "cut": found.cut,
        "year": found.cut.year,
        "sample": found,
        "asked": asked,
        "notice": notice,
        "strata": telling.strata_lines(found),
        "kinds": STRATA.items(),
        "units": [
            {"code": unit.code, "month": month_name(unit.month), "stratum": found.labels[unit.stratum]}
            for unit in found.units
        ],
        "population": f"{len(found.population):,}",
        "largest": LARGEST,
        "longest_seed": LONGEST_SEED,
        "another_seed": propose_seed(),
    }
    return render(request, "publishing/sampling/sample.html", context)
