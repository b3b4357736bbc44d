"""The files of instruments, served only to whoever may read what their act cites."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import access_of
from core.downloads import kept_file
from core.kept_files import Faulty, read_checked
from indicators import refusals
from indicators.files import instruments
from indicators.files.fault_pages import faulty_file
from indicators.files.forms import PutBackForm
from indicators.models import InstrumentFile
from indicators.models.evidence import evidence_storage


@require_http_methods(["GET", "HEAD", "POST"])
def content(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes, to be saved: unlike evidence nobody reads them beside a figure. A lost file is put back here."""
    kept = get_object_or_404(InstrumentFile.objects.visible_to(access_of(request)), pk=pk)
    try:
        file = read_checked(evidence_storage(), kept.file.name, sha256=kept.sha256, size=kept.size)
    except Faulty as faulty:
        return _lost(request, kept, faulty.fault)
    return kept_file(file, kept.name, kept.content_type)


def _lost(request: HttpRequest, kept: InstrumentFile, fault: str) -> HttpResponseBase:
    access = access_of(request)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PutBackForm(*posted) if instruments.may_put_back(access, kept) else None
    if form is not None and posted and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            instruments.put_instrument_back(
                access=access, instrument_id=kept.pk, file=file, name=file.name, now=timezone.now()
            )
        except refusals.ServiceError as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, f"«{kept.name}» está otra vez en su lugar.")
            return redirect("indicators:instrument_file", kept.pk)
    return faulty_file(request, fault, name=kept.name, form=form, sha256=kept.sha256)
