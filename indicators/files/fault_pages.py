"""The page of a stored file that is lost or was altered: what is known of it, and its place for the original."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.models import FileFault

PUT_BACK = "reponer"
GONE = 410


def faulty_file(
    request: HttpRequest,
    fault: str,
    *,
    name: str,
    back: tuple[str, str] | None = None,
    form: Any = None,
    sha256: str = "",
) -> HttpResponse:
    """In place of the bytes. ``form`` for whoever may put the same file back, by its fingerprint ``sha256``."""
    context = {
        "sentence": fault_sentence(fault, name),
        "name": name,
        "back": back,
        "form": form,
        "sha256": sha256,
        "act": PUT_BACK,
    }
    return render(request, "indicators/files/fault.html", context, status=GONE)


def fault_sentence(fault: str, name: str) -> str:
    """What happened to a stored file; empty without a fault."""
    match fault:
        case FileFault.Fault.MISSING:
            return f"El archivo «{name}» se perdió: ya no está en el almacén del sistema."
        case FileFault.Fault.ALTERED:
            return f"El archivo «{name}» no es el que se guardó: alguien lo cambió en el almacén y ya no se entrega."
        case _:
            return ""
