"""The files of instruments, served only to whoever may read what their act cites."""

from django.http import Http404, HttpRequest
from django.http.response import FileResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from indicators.models import InstrumentFile
from indicators.models.evidence import evidence_storage
from indicators.views.common import access_of


@require_safe
def content(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes, to be saved: unlike evidence nobody reads them beside a figure."""
    kept = get_object_or_404(InstrumentFile.objects.visible_to(access_of(request)), pk=pk)
    try:
        file = evidence_storage().open(kept.file.name)
    except FileNotFoundError as error:
        raise Http404("El archivo no está en el almacén.") from error
    response = FileResponse(file, as_attachment=True, filename=kept.name, content_type=kept.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
