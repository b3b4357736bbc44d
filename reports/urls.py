from django.urls import URLPattern, path

from reports.explanation import views as explanations
from reports.home import views as home
from reports.http import View
from reports.papers import views as papers
from reports.plan import views as plan
from reports.sheets import views as sheets
from reports.tables import FORMS


def as_files(route: str, view: View, name: str) -> list[URLPattern]:
    """The same table as XLSX and CSV: the view and ``reverse`` are told which by ``form``."""
    return [path(f"{route}.{form}", view, {"form": form}, name=name) for form in FORMS]


app_name = "reports"
urlpatterns = [
    path("", home.home, name="home"),
    path("bitacora/", home.trail, name="trail"),
    *as_files("bitacora", home.trail_file, "trail_file"),
    path("<year:year>/tablero/", plan.dashboard, name="dashboard"),
    *as_files("<year:year>/tablero", plan.dashboard_file, "dashboard_file"),
    path("<year:year>/mapa/", plan.heat_map, name="heat_map"),
    *as_files("<year:year>/mapa", plan.heat_map_file, "heat_map_file"),
    path("<year:year>/comparar/", plan.comparison, name="comparison"),
    *as_files("<year:year>/comparar", plan.comparison_file, "comparison_file"),
    *as_files("<year:year>/programas/<str:code>", sheets.program_file, "program_file"),
    *as_files("<year:year>/programas/<str:code>/curso", sheets.program_course_file, "program_course_file"),
    *as_files("<year:year>/programas/<str:code>/anio", sheets.program_year_file, "program_year_file"),
    *as_files("<year:year>/indicadores/<str:code>", sheets.indicator_file, "indicator_file"),
    *as_files("<year:year>/programas/<str:code>/faltantes", sheets.turns_file, "turns_file"),
    *as_files("<year:year>/indicadores/<str:code>/anteriores", sheets.earlier_years_file, "earlier_years_file"),
    *as_files("<year:year>/indicadores/<str:code>/metas", sheets.adjustments_file, "adjustments_file"),
    path("<year:year>/informe/", papers.report, name="report"),
    path("<year:year>/informe.pdf", papers.report_pdf, name="report_pdf"),
    path("<year:year>/informe.json", papers.report_numbers, name="report_numbers"),
    path("<year:year>/tarjeta/", papers.card, name="card"),
    *as_files("<year:year>/tarjeta", papers.card_file, "card_file"),
    path("<year:year>/tarjeta.pdf", papers.card_pdf, name="card_pdf"),
    path("<year:year>/tarjeta.json", papers.card_numbers, name="card_numbers"),
    path("<year:year>/programas/<str:code>/", sheets.program, name="program"),
    path("<year:year>/programas/<str:code>/ficha.pdf", papers.ficha_pdf, name="ficha_pdf"),
    path("<year:year>/programas/<str:code>/ficha.json", papers.ficha_numbers, name="ficha_numbers"),
    path("<year:year>/programas/<str:code>/anio/", sheets.program_year, name="program_year"),
    path("<year:year>/indicadores/<str:code>/", sheets.indicator, name="indicator"),
    path("<year:year>/explicacion/plan/", explanations.plan, name="explain_plan"),
    path("<year:year>/explicacion/programa/<str:code>/", explanations.program, name="explain_program"),
    path("<year:year>/explicacion/indicador/<str:code>/", explanations.indicator, name="explain_indicator"),
    path("<year:year>/explicacion/<str:kind>/<key:pk>/", explanations.group, name="explain_group"),
]
