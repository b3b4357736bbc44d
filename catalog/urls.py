from django.urls import path, re_path

from catalog.views import importing, records

app_name = "catalog"
urlpatterns = [
    # Without a year in front: the first import makes the year.
    path("catalogo/importar/", importing.upload, name="import"),
    path("catalogo/importar/<str:slip>/", importing.preview, name="preview"),
    path("catalogo/importar/<str:slip>/errores.xlsx", importing.errors, name="import_errors"),
    path("catalogo/plantilla.xlsx", importing.template, name="template"),
    path("<int:year>/catalogo/importar/", importing.upload, name="import"),
    path("<int:year>/catalogo/importar/<str:slip>/", importing.preview, name="preview"),
    path("<int:year>/catalogo/importar/<str:slip>/errores.xlsx", importing.errors, name="import_errors"),
    path("<int:year>/catalogo/plantilla.xlsx", importing.template, name="template"),
    re_path(r"^(?P<year>[0-9]{4})/catalogo/exportar\.(?P<form>xlsx|csv)$", importing.export, name="export"),
    path("<int:year>/catalogo/importaciones/", records.records, name="records"),
    path("<int:year>/catalogo/importaciones/<int:pk>/", records.record, name="record"),
    path("<int:year>/catalogo/importaciones/<int:pk>/archivo/", records.record_file, name="record_file"),
    path("<int:year>/catalogo/importaciones/<int:pk>/antes.csv", records.record_before, name="record_before"),
]
