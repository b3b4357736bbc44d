"""Addresses as somebody may add them one day, each with a mistake that the walk has to find by itself."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from pmd.urls import handler400, handler500, urlpatterns

__all__ = ["handler400", "handler500", "urlpatterns"]
_FORM = '<form method="post"><input name="cuantos" type="number"><button>Contar</button></form>'


def counting(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{int(request.POST['cuantos'])}" if "cuantos" in request.POST else _FORM)


def listing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{int(request.GET.get('pagina', '1'))}")


def nowhere(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [
    *urlpatterns,
    path("contar/", counting, name="counting"),
    path("listar/", listing, name="listing"),
    path("nada/", nowhere, name="nowhere"),
    path("nada/<slug:thing>/", listing, name="unknown_part"),
]
