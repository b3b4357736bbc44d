"""The addresses of the data, below /api/. Programs keep them: what is published here stays."""

from collections.abc import Callable
from typing import Any

from core.pages import DeclaredPattern, no_page
from reports.api import views
from reports.api.results import RESULTS
from reports.api.tables import FORMS


def _in_forms(route: str, view: Callable[..., Any], name: str, **kwargs: Any) -> list[DeclaredPattern]:
    return [no_page(f"api/{route}.{form}", view, {"form": form, **kwargs}, name=name) for form in FORMS]


api_addresses = [
    no_page("api/", views.index, name="api"),
    no_page("api/openapi.json", views.description, name="api_description"),
    *_in_forms("ejercicios", views.years, "api_years"),
    *_in_forms("bitacora", views.trail, "api_trail"),
    *_in_forms("<year:year>/capturas", views.captures, "api_captures"),
    *(
        address
        for results in RESULTS
        for address in _in_forms(f"<year:year>/{results.table.name}", views.results, "api_results", results=results)
    ),
    *_in_forms("<year:year>/catalogo/programas", views.programs, "api_programs"),
    *_in_forms("<year:year>/catalogo/indicadores", views.indicators, "api_indicators"),
    *_in_forms("<year:year>/catalogo/metas", views.targets, "api_targets"),
    # Whatever else is asked for here is answered in JSON, too.
    no_page("api/<path:rest>", views.nothing, name="api_nothing"),
]
