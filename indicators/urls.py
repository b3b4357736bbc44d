from django.urls import path

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

app_name = "indicators"
urlpatterns = [
    path("<year:year>/captura/", capture.start, name="capture_start"),
    path("<year:year>/captura/<str:prefix>/<month:month>/", capture.month, name="capture"),
    path("<year:year>/captura/<str:prefix>/<month:month>/filas/", kept_rows.rows, name="kept_rows"),
    path("<year:year>/captura/<str:prefix>/<month:month>/libro.xlsx", workbook.download, name="month_workbook"),
    path("<year:year>/captura/<str:prefix>/<month:month>/subir/", workbook.upload, name="month_upload"),
    path("<year:year>/captura/<str:prefix>/<month:month>/evidencia/", evidence.month, name="evidence_month"),
    path("evidencia/<key:pk>/", evidence.detail, name="evidence"),
    path("evidencia/<key:pk>/archivo/", evidence.content, name="evidence_content"),
    path("instrumentos/<key:pk>/archivo/", instruments.content, name="instrument_file"),
    path("<year:year>/calendario/", calendar.overview, name="calendar"),
    path("<year:year>/calendario/<month:month>/", calendar.month, name="calendar_month"),
    path("<year:year>/calendario/prorrogas/nueva/", calendar.new_extension, name="extension_new"),
    path(
        "<year:year>/calendario/prorrogas/<key:extension_id>/terminar/",
        calendar.finish_extension,
        name="extension_finish",
    ),
    path("<year:year>/calendario/inhabiles/agregar/", calendar.new_days_off, name="days_off_new"),
    path("<year:year>/calendario/inhabiles/<key:day_off_id>/quitar/", calendar.drop_days_off, name="days_off_drop"),
    path("<year:year>/faltantes/", board.board, name="board"),
    path("<year:year>/faltantes/recordar/", board.remind, name="remind"),
    path("<year:year>/captura/<str:prefix>/<month:month>/pegar/", paste.block, name="paste"),
    path("<year:year>/captura/<str:prefix>/<month:month>/fila/<str:code>/", grid_rows.save_row, name="save_row"),
    path("<year:year>/captura/<str:prefix>/<month:month>/enviar/", submit.submit, name="submit"),
    path(
        "<year:year>/captura/<str:prefix>/<month:month>/formato.pdf", blank_form.collection_form, name="collection_form"
    ),
    path("<year:year>/captura/<str:prefix>/<month:month>/papeles/", papers.month_papers, name="month_papers"),
    path("papeles/<str:folio>.pdf", papers.paper_pdf, name="paper_pdf"),
    path("papeles/<str:folio>/", papers.paper, name="paper"),
    path("<year:year>/historia/<str:code>/<month:month>/", figure.history, name="history"),
    path("<year:year>/compromisos/<str:code>/<month:month>/", figure.commitment, name="commitment"),
    path("<year:year>/correcciones/<str:code>/<month:month>/", figure.correction, name="correction"),
    path("<year:year>/revision/", review.inbox, name="review"),
    path("<year:year>/revision/<str:prefix>/<month:month>/", review.month, name="review_month"),
]
