from django.urls import path

from indicators.views import (
    board,
    calendar,
    capture,
    evidence,
    figure,
    grid_rows,
    papers,
    paste,
    review,
    submit,
    workbook,
)

app_name = "indicators"
urlpatterns = [
    path("<int:year>/captura/", capture.start, name="capture_start"),
    path("<int:year>/captura/<str:prefix>/<int:month>/", capture.month, name="capture"),
    path("<int:year>/captura/<str:prefix>/<int:month>/libro.xlsx", workbook.download, name="month_workbook"),
    path("<int:year>/captura/<str:prefix>/<int:month>/subir/", workbook.upload, name="month_upload"),
    path("<int:year>/captura/<str:prefix>/<int:month>/evidencia/", evidence.month, name="evidence_month"),
    path("evidencia/<int:pk>/", evidence.detail, name="evidence"),
    path("evidencia/<int:pk>/archivo/", evidence.content, name="evidence_content"),
    path("<int:year>/calendario/", calendar.overview, name="calendar"),
    path("<int:year>/calendario/<int:month>/", calendar.month, name="calendar_month"),
    path("<int:year>/calendario/prorrogas/nueva/", calendar.new_extension, name="extension_new"),
    path(
        "<int:year>/calendario/prorrogas/<int:extension_id>/terminar/",
        calendar.finish_extension,
        name="extension_finish",
    ),
    path("<int:year>/calendario/inhabiles/agregar/", calendar.new_days_off, name="days_off_new"),
    path("<int:year>/calendario/inhabiles/<int:day_off_id>/quitar/", calendar.drop_days_off, name="days_off_drop"),
    path("<int:year>/faltantes/", board.board, name="board"),
    path("<int:year>/faltantes/recordar/", board.remind, name="remind"),
    path("<int:year>/captura/<str:prefix>/<int:month>/pegar/", paste.block, name="paste"),
    path(
        "<int:year>/captura/<str:prefix>/<int:month>/fila/<str:code>/", grid_rows.save_row, name="save_row"
    ),
    path("<int:year>/captura/<str:prefix>/<int:month>/enviar/", submit.submit, name="submit"),
    path(
        "<int:year>/captura/<str:prefix>/<int:month>/formato.pdf", papers.collection_form, name="collection_form"
    ),
    path("<int:year>/captura/<str:prefix>/<int:month>/papeles/", papers.month_papers, name="month_papers"),
    path("papeles/<str:folio>.pdf", papers.paper_pdf, name="paper_pdf"),
    path("papeles/<str:folio>/", papers.paper, name="paper"),
    path("<int:year>/historia/<str:code>/<int:month>/", figure.history, name="history"),
    path("<int:year>/compromisos/<str:code>/<int:month>/", figure.commitment, name="commitment"),
    path("<int:year>/correcciones/<str:code>/<int:month>/", figure.correction, name="correction"),
    path("<int:year>/revision/", review.inbox, name="review"),
    path("<int:year>/revision/<str:prefix>/<int:month>/", review.month, name="review_month"),
]
