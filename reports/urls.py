from accounts.menu import HOME, PLAN, TRAIL
from accounts.roles import Role
from core.pages import DeclaredPattern, Example, no_page, page
from reports.acts import views as acting
from reports.address import tabs
from reports.api.addresses import api_addresses
from reports.explanation import views as explanations
from reports.home import views as home
from reports.http import View
from reports.papers import views as papers
from reports.plan import views as plan
from reports.sheets import views as sheets
from reports.tables import FORMS


def as_files(route: str, view: View, name: str) -> list[DeclaredPattern]:
    """The same table as XLSX and CSV: the view and ``reverse`` are told which by ``form``."""
    return [no_page(f"{route}.{form}", view, {"form": form}, name=name) for form in FORMS]


READER = [Example(Role.READER)]
# In September the demonstration has something of everything; a reader opens these on a telephone, too.
SEPTEMBER = [Example(Role.READER, "mes=9")]
POCKET = [Example(Role.READER, "mes=9", pocket=True)]

app_name = "reports"
urlpatterns = [
    page("", home.home, name="home", section=HOME, examples=[Example(role) for role in Role]),
    page(
        "primeros-pasos/", home.first_steps, name="first_steps",
        help=("planeacion/primeros-pasos",), section=HOME,
        examples=[Example(Role.PLANNING, pocket=True)],
    ),
    no_page("primeros-pasos/guardar/", home.keep_first_steps, name="first_steps_keep"),
    page(
        "bitacora/", home.trail, name="trail", section=TRAIL,
        examples=[Example(Role.PLANNING), Example(Role.COMPTROLLER)],
    ),
    *as_files("bitacora", home.trail_file, "trail_file"),
    page(
        "<year:year>/tablero/", plan.dashboard, name="dashboard", section=PLAN, tab=tabs.PLAN,
        examples=[
            *POCKET,
            Example(Role.READER, "mes=9&alcance=preliminar&texto=pre"),
            Example(Role.READER, "mes=9&ver=dependencias"),
            Example(Role.READER, "mes=9&ver=ejes", pocket=True),
        ],
    ),
    *as_files("<year:year>/tablero", plan.dashboard_file, "dashboard_file"),
    page(
        "<year:year>/mapa/", plan.heat_map, name="heat_map",
        help=("presidencia/mapa-comparar#mapa-doce-meses-de-cada-programa",),
        section=PLAN, tab=tabs.HEAT_MAP, every_year=True,
        examples=POCKET,
    ),
    *as_files("<year:year>/mapa", plan.heat_map_file, "heat_map_file"),
    page(
        "<year:year>/comparar/", plan.comparison, name="comparison",
        help=("presidencia/mapa-comparar#comparar-qué-subió-y-qué-bajó",), section=PLAN, tab=tabs.COMPARISON,
        every_year=True, examples=[*POCKET, Example(Role.READER, "mes=9&contra=2016-01")],
    ),
    *as_files("<year:year>/comparar", plan.comparison_file, "comparison_file"),
    *as_files("<year:year>/programas/<str:code>", sheets.program_file, "program_file"),
    *as_files("<year:year>/programas/<str:code>/curso", sheets.program_course_file, "program_course_file"),
    *as_files("<year:year>/programas/<str:code>/anio", sheets.program_year_file, "program_year_file"),
    *as_files("<year:year>/indicadores/<str:code>", sheets.indicator_file, "indicator_file"),
    *as_files("<year:year>/programas/<str:code>/faltantes", sheets.turns_file, "turns_file"),
    *as_files("<year:year>/indicadores/<str:code>/anteriores", sheets.earlier_years_file, "earlier_years_file"),
    *as_files("<year:year>/indicadores/<str:code>/metas", sheets.adjustments_file, "adjustments_file"),
    page(
        "<year:year>/cambios/", acting.acts, name="acts",
        help=("presidencia/mapa-comparar#qué-movió-las-cifras",), section=PLAN, every_year=True,
        examples=[*POCKET, Example(Role.PLANNING, "mes=9")],
    ),
    page(
        "<year:year>/informe/", papers.report, name="report",
        help=("presidencia/informe",), section=PLAN, tab=tabs.REPORT, every_year=True,
        examples=SEPTEMBER,
    ),
    no_page("<year:year>/informe.pdf", papers.report_pdf, name="report_pdf", tab=tabs.REPORT),
    no_page("<year:year>/informe.json", papers.report_numbers, name="report_numbers"),
    page(
        "<year:year>/tarjeta/", papers.card, name="card",
        help=("presidencia/tarjeta",), section=PLAN, tab=tabs.CARD, every_year=True,
        examples=POCKET,
    ),
    *as_files("<year:year>/tarjeta", papers.card_file, "card_file"),
    no_page("<year:year>/tarjeta.pdf", papers.card_pdf, name="card_pdf"),
    no_page("<year:year>/tarjeta.json", papers.card_numbers, name="card_numbers"),
    page(
        "<year:year>/programas/<str:code>/", sheets.program, name="program",
        help=("presidencia/programa-indicador#un-programa",), section=PLAN, examples=POCKET,
    ),
    no_page("<year:year>/programas/<str:code>/ficha.pdf", papers.ficha_pdf, name="ficha_pdf"),
    no_page("<year:year>/programas/<str:code>/ficha.json", papers.ficha_numbers, name="ficha_numbers"),
    page(
        "<year:year>/programas/<str:code>/anio/", sheets.program_year, name="program_year",
        help=("presidencia/programa-indicador#un-programa",), section=PLAN,
        examples=READER,
    ),
    page(
        "<year:year>/indicadores/<str:code>/", sheets.indicator, name="indicator",
        help=("presidencia/programa-indicador#un-indicador",), section=PLAN,
        examples=[*READER, Example(Role.READER, "mes=9", parts={"code": "PRE-02-03"}, pocket=True)],
    ),
    page(
        "<year:year>/explicacion/plan/", explanations.plan, name="explain_plan",
        help=("presidencia/de-donde-sale#un-eje-una-dependencia-el-plan", "contraloria/seguir-una-cifra"),
        section=PLAN, examples=SEPTEMBER,
    ),
    page(
        "<year:year>/explicacion/programa/<str:code>/", explanations.program, name="explain_program",
        help=("presidencia/de-donde-sale#un-programa", "contraloria/seguir-una-cifra"),
        section=PLAN,
        examples=POCKET,
    ),
    page(
        "<year:year>/explicacion/indicador/<str:code>/", explanations.indicator, name="explain_indicator",
        help=("presidencia/de-donde-sale#un-indicador", "contraloria/seguir-una-cifra"),
        section=PLAN, examples=SEPTEMBER,
    ),
    page(
        "<year:year>/explicacion/<str:kind>/<key:pk>/", explanations.group, name="explain_group",
        help=("presidencia/de-donde-sale#un-eje-una-dependencia-el-plan", "contraloria/seguir-una-cifra"),
        section=PLAN,
        examples=[Example(Role.READER, "mes=9", parts={"kind": "dependencia"})],
    ),
    *api_addresses,
]  # fmt: skip
