from django.urls import URLPattern, path

from reports.tables import FORMS
from reports.views import explanations, home, papers, plan, sheets
from reports.views.common import View


def as_files(route: str, view: View, name: str) -> list[URLPattern]:
    """The same table as XLSX and CSV: the view and ``reverse`` are told which by ``form``."""
    return [path(f"{route}.{form}", view, {"form": form}, name=name) for form in FORMS]


app_name = "reports"
urlpatterns = [
    path("", home.home, name="home"),
    path("bitacora/", home.trail, name="trail"),
    *as_files("bitacora", home.trail_file, "trail_file"),
    path("<int:year>/tablero/", plan.dashboard, name="dashboard"),
    *as_files("<int:year>/tablero", plan.dashboard_file, "dashboard_file"),
    path("<int:year>/mapa/", plan.heat_map, name="heat_map"),
    *as_files("<int:year>/mapa", plan.heat_map_file, "heat_map_file"),
    path("<int:year>/comparar/", plan.comparison, name="comparison"),
    *as_files("<int:year>/comparar", plan.comparison_file, "comparison_file"),
    *as_files("<int:year>/programas/<str:code>", sheets.program_file, "program_file"),
    *as_files("<int:year>/programas/<str:code>/curso", sheets.program_course_file, "program_course_file"),
    *as_files("<int:year>/programas/<str:code>/anio", sheets.program_year_file, "program_year_file"),
    *as_files("<int:year>/indicadores/<str:code>", sheets.indicator_file, "indicator_file"),
    *as_files("<int:year>/programas/<str:code>/faltantes", sheets.turns_file, "turns_file"),
    *as_files("<int:year>/indicadores/<str:code>/anteriores", sheets.earlier_years_file, "earlier_years_file"),
    *as_files("<int:year>/indicadores/<str:code>/metas", sheets.adjustments_file, "adjustments_file"),
    path("<int:year>/informe/", papers.report, name="report"),
    path("<int:year>/informe.pdf", papers.report_pdf, name="report_pdf"),
    path("<int:year>/informe.json", papers.report_numbers, name="report_numbers"),
    path("<int:year>/tarjeta/", papers.card, name="card"),
    *as_files("<int:year>/tarjeta", papers.card_file, "card_file"),
    path("<int:year>/tarjeta.pdf", papers.card_pdf, name="card_pdf"),
    path("<int:year>/tarjeta.json", papers.card_numbers, name="card_numbers"),
    path("<int:year>/programas/<str:code>/", sheets.program, name="program"),
    path("<int:year>/programas/<str:code>/ficha.pdf", papers.ficha_pdf, name="ficha_pdf"),
    path("<int:year>/programas/<str:code>/ficha.json", papers.ficha_numbers, name="ficha_numbers"),
    path("<int:year>/programas/<str:code>/anio/", sheets.program_year, name="program_year"),
    path("<int:year>/indicadores/<str:code>/", sheets.indicator, name="indicator"),
    path("<int:year>/explicacion/plan/", explanations.plan, name="explain_plan"),
    path("<int:year>/explicacion/programa/<str:code>/", explanations.program, name="explain_program"),
    path("<int:year>/explicacion/indicador/<str:code>/", explanations.indicator, name="explain_indicator"),
    path("<int:year>/explicacion/<str:kind>/<int:pk>/", explanations.group, name="explain_group"),
]
