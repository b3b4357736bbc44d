"""The acta of a closing as a PDF, and planning's list of who signs it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.http import access_of
from catalog.http import attempt
from core.downloads import inline_pdf
from core.moments import day_text
from publishing.acta.content import acta_pdf
from publishing.acta.forms import SignerForm
from publishing.acta.signers import FIELDS, save_signer
from publishing.http import closing_or_404, for_planning
from publishing.models import DocumentAltered, Signer
from reports.http import for_readers


@for_readers
def acta(request: HttpRequest, year: int, month: int, version: int) -> HttpResponse:
    found = closing_or_404(year, month, version)
    try:
        content = acta_pdf(found)
    except DocumentAltered as refusal:
        context = {"closing": found, "refusal": refusal, "year": str(year)}
        return render(request, "publishing/closing/altered.html", context, status=409)
    return inline_pdf(content, f"acta-{year}-{month:02d}-v{version}.pdf")


@for_planning
def signers(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = [
        {
            "row": row,
            "since": day_text(row.starts_on),
            "until": day_text(row.ends_on),
            "signs": row.starts_on <= today and (row.ends_on is None or row.ends_on >= today),
        }
        for row in Signer.objects.all()
    ]
    return render(request, "publishing/acta/signers.html", {"rows": rows})


@for_planning
def new_signer(request: HttpRequest) -> HttpResponse:
    return _form(request, Signer(), {"starts_on": timezone.localdate()})


@for_planning
def signer(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Signer, pk=pk)
    return _form(request, found, {name: getattr(found, name) for name in FIELDS})


def _form(request: HttpRequest, found: Signer, initial: dict[str, object]) -> HttpResponse:
    form = SignerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = attempt(
            form,
            lambda: save_signer(access=access_of(request), signer=found, given=form.cleaned_data, now=timezone.now()),
        )
        if saved is not None:
            messages.success(request, f"Guardado: {saved}.")
            return redirect("publishing:signers")
    return render(request, "publishing/acta/signer.html", {"form": form, "signer": found})
