from accounts.menu import BOARD, CALENDAR, CAPTURE, REVIEW
from accounts.roles import Role
from core.pages import Example, no_page, page
from indicators.calendar import views as calendar
from indicators.capture.views import blank_form, kept_rows, paste, submit
from indicators.capture.views import month as capture
from indicators.capture.views import row as grid_rows
from indicators.evidence import views as evidence
from indicators.files import views as instruments
from indicators.papers import views as papers
from indicators.reminders import views as board
from indicators.review.views import figure
from indicators.review.views import month as review
from indicators.workbook import views as workbook

LIAISON, DIRECTOR, PLANNING = ([Example(role)] for role in (Role.LIAISON, Role.DIRECTOR, Role.PLANNING))
OF_PAPERS = ("enlace/enviar#el-acuse-y-la-constancia", "direccion/validar#la-constancia")
DAYS_OFF = ("planeacion/calendario#días-inhábiles",)

app_name = "indicators"
urlpatterns = [
    page(
        "<year:year>/captura/", capture.start, name="capture_start", section=CAPTURE,
        examples=[Example(Role.LIAISON, "todos=1")],
    ),
    page(
        "<year:year>/captura/<str:prefix>/<month:month>/", capture.month, name="capture", section=CAPTURE,
        examples=[
            Example(Role.LIAISON, pocket=True),
            Example(Role.LIAISON, parts={"month": "3"}),
            Example(Role.LIAISON, parts={"month": "12"}),
        ],
    ),
    no_page("<year:year>/captura/<str:prefix>/<month:month>/filas/", kept_rows.rows, name="kept_rows"),
    no_page("<year:year>/captura/<str:prefix>/<month:month>/libro.xlsx", workbook.download, name="month_workbook"),
    page(
        "<year:year>/captura/<str:prefix>/<month:month>/subir/", workbook.upload, name="month_upload",
        help=("enlace/excel#el-libro-del-mes",),
        section=CAPTURE,
        examples=LIAISON,
    ),
    page(
        "<year:year>/captura/<str:prefix>/<month:month>/evidencia/", evidence.month, name="evidence_month",
        help=("enlace/evidencia",),
        section=CAPTURE, examples=LIAISON,
    ),
    page(
        "evidencia/<key:pk>/", evidence.detail, name="evidence",
        help=("enlace/evidencia#cambiarla-o-quitarla", "planeacion/correcciones#evidencia-validada"),
        section=CAPTURE, examples=LIAISON,
    ),
    no_page("evidencia/<key:pk>/archivo/", evidence.content, name="evidence_content"),
    no_page("instrumentos/<key:pk>/archivo/", instruments.content, name="instrument_file"),
    page(
        "<year:year>/calendario/", calendar.overview, name="calendar", section=CALENDAR,
        examples=PLANNING,
    ),
    page(
        "<year:year>/calendario/<month:month>/", calendar.month, name="calendar_month",
        help=("planeacion/calendario#cambiar-las-fechas-de-un-mes",), section=CALENDAR, examples=PLANNING,
    ),
    page(
        "<year:year>/calendario/prorrogas/nueva/", calendar.new_extension, name="extension_new",
        help=("planeacion/prorrogas",), section=CALENDAR,
        examples=PLANNING,
    ),
    page(
        "<year:year>/calendario/prorrogas/<key:extension_id>/terminar/", calendar.finish_extension,
        name="extension_finish", help=("planeacion/prorrogas",), section=CALENDAR, examples=PLANNING,
    ),
    page(
        "<year:year>/calendario/inhabiles/agregar/", calendar.new_days_off, name="days_off_new", help=DAYS_OFF,
        section=CALENDAR, examples=PLANNING,
    ),
    page(
        "<year:year>/calendario/inhabiles/<key:day_off_id>/quitar/", calendar.drop_days_off, name="days_off_drop",
        help=DAYS_OFF, section=CALENDAR, examples=PLANNING,
    ),
    page("<year:year>/faltantes/", board.board, name="board", section=BOARD, examples=PLANNING),
    no_page("<year:year>/faltantes/recordar/", board.remind, name="remind"),
    page(
        "<year:year>/captura/<str:prefix>/<month:month>/pegar/", paste.block, name="paste",
        help=("enlace/excel#pegar-un-pedazo-de-su-hoja",), section=CAPTURE,
        examples=LIAISON,
    ),
    no_page("<year:year>/captura/<str:prefix>/<month:month>/fila/<str:code>/", grid_rows.save_row, name="save_row"),
    page(
        "<year:year>/captura/<str:prefix>/<month:month>/enviar/", submit.submit, name="submit",
        help=("enlace/enviar",), section=CAPTURE,
        examples=LIAISON,
    ),
    no_page(
        "<year:year>/captura/<str:prefix>/<month:month>/formato.pdf", blank_form.collection_form,
        name="collection_form",
    ),
    page(
        "<year:year>/captura/<str:prefix>/<month:month>/papeles/", papers.month_papers, name="month_papers",
        help=OF_PAPERS, section=CAPTURE, examples=LIAISON,
    ),
    no_page("papeles/<str:folio>.pdf", papers.paper_pdf, name="paper_pdf"),
    no_page("papeles/<str:folio>.json", papers.paper_numbers, name="paper_numbers"),
    page(
        "papeles/<str:folio>/", papers.paper, name="paper", help=OF_PAPERS, section=CAPTURE,
        examples=[*LIAISON, *DIRECTOR],
    ),
    page(
        "<year:year>/historia/<str:code>/<month:month>/", figure.history, name="history", section=CAPTURE,
        help=("contraloria/seguir-una-cifra", "enlace/consultar#quién-cambió-qué", "direccion/consultar"),
        examples=[*LIAISON, *PLANNING, Example(Role.COMPTROLLER)],
    ),
    page(
        "<year:year>/compromisos/<str:code>/<month:month>/", figure.commitment, name="commitment",
        help=("direccion/compromisos", "enlace/explicar#causa-acción-y-fecha-compromiso"), section=CAPTURE,
        examples=[*LIAISON, *DIRECTOR],
    ),
    page(
        "<year:year>/correcciones/<str:code>/<month:month>/", figure.correction, name="correction",
        help=(
            "enlace/corregir", "direccion/correcciones", "planeacion/correcciones", "contraloria/seguir-una-cifra",
        ),
        section=REVIEW,
        examples=[Example(role, parts={"month": "6"}) for role in (Role.LIAISON, Role.PLANNING)],
    ),
    page(
        "<year:year>/revision/", review.inbox, name="review", section=REVIEW,
        examples=[*DIRECTOR, *PLANNING],
    ),
    page(
        "<year:year>/revision/<str:prefix>/<month:month>/", review.month, name="review_month", section=REVIEW,
        examples=[Example(Role.DIRECTOR, pocket=True), *PLANNING],
    ),
]  # fmt: skip
