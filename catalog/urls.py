from django.urls import path, re_path, register_converter

from catalog.converters import KindConverter
from catalog.views import (
    comparing,
    departments,
    importing,
    nodes,
    people,
    records,
    retiring,
    rollover,
    succession,
    target_files,
    targets,
    tree,
    years,
)

register_converter(KindConverter, "kind")

app_name = "catalog"
urlpatterns = [
    # Without a year in front: the first import makes the year.
    path("catalogo/importar/", importing.upload, name="import"),
    path("catalogo/importar/<str:slip>/", importing.preview, name="preview"),
    path("catalogo/importar/<str:slip>/errores.xlsx", importing.errors, name="import_errors"),
    path("catalogo/plantilla.xlsx", importing.template, name="template"),
    path("<int:year>/catalogo/", tree.tree, name="tree"),
    path("<int:year>/catalogo/rama/<str:code>/", tree.branch, name="branch"),
    path("<int:year>/catalogo/<kind:kind>/nuevo/", nodes.new, name="node_new"),
    path("<int:year>/catalogo/<kind:kind>/<str:key>/", nodes.node, name="node"),
    path("<int:year>/catalogo/<kind:kind>/<str:key>/orden/", nodes.move, name="node_move"),
    path("<int:year>/catalogo/<kind:kind>/<str:key>/eliminar/", nodes.delete, name="node_delete"),
    path("<int:year>/catalogo/<kind:kind>/<str:key>/retirar/", retiring.retire, name="retire"),
    path("<int:year>/catalogo/<kind:kind>/<str:key>/reincorporar/", retiring.reinstate, name="reinstate"),
    path("<int:year>/catalogo/importar/", importing.upload, name="import"),
    path("<int:year>/catalogo/importar/<str:slip>/", importing.preview, name="preview"),
    path("<int:year>/catalogo/importar/<str:slip>/errores.xlsx", importing.errors, name="import_errors"),
    path("<int:year>/catalogo/plantilla.xlsx", importing.template, name="template"),
    re_path(r"^(?P<year>[0-9]{4})/catalogo/exportar\.(?P<form>xlsx|csv)$", importing.export, name="export"),
    path("<int:year>/catalogo/importaciones/", records.records, name="records"),
    path("<int:year>/catalogo/importaciones/<int:pk>/", records.record, name="record"),
    path("<int:year>/catalogo/importaciones/<int:pk>/archivo/", records.record_file, name="record_file"),
    path("<int:year>/catalogo/importaciones/<int:pk>/antes.csv", records.record_before, name="record_before"),
    path("catalogo/dependencias/", departments.departments, name="departments"),
    path("catalogo/dependencias/nueva/", departments.new_department, name="department_new"),
    path("catalogo/dependencias/<str:prefix>/", departments.department, name="department"),
    path("catalogo/dependencias/<str:prefix>/quitar/", departments.remove, name="department_remove"),
    path("catalogo/personas/", people.people, name="people"),
    path("catalogo/personas/nueva/", people.new_person, name="person_new"),
    path("catalogo/personas/<int:pk>/", people.person, name="person"),
    path("catalogo/personas/<int:pk>/invitar/", people.invite, name="person_invite"),
    path("catalogo/personas/<int:pk>/desbloquear/", people.unlock, name="person_unlock"),
    path("catalogo/personas/<int:pk>/baja/", people.deactivate, name="person_deactivate"),
    path("catalogo/personas/<int:pk>/reactivar/", people.reactivate, name="person_reactivate"),
    path("catalogo/nombramientos/nuevo/", people.new_membership, name="membership_new"),
    path("catalogo/nombramientos/<int:pk>/terminar/", people.end_membership, name="membership_end"),
    *(
        path(f"<int:year>/catalogo/metas.{form}", targets.targets_file, {"form": form}, name="targets_file")
        for form in ("xlsx", "csv")
    ),
    path("<int:year>/catalogo/metas/", targets.targets, name="targets"),
    path("<int:year>/catalogo/metas/<str:code>/", targets.target, name="target"),
    path("<int:year>/catalogo/metas/<str:code>/<int:month>/archivo/", target_files.attach, name="target_file"),
    path("<int:year>/catalogo/metas/<str:code>/umbrales/", targets.own_thresholds, name="own_thresholds"),
    path("<int:year>/catalogo/umbrales/", targets.thresholds, name="thresholds"),
    path("catalogo/ejercicios/", years.years, name="years"),
    path("catalogo/ejercicios/nuevo/", years.new_year, name="year_new"),
    path("catalogo/ejercicios/<int:year>/cerrar/", years.lock, name="year_lock"),
    path("catalogo/ejercicios/<int:year>/historico/", years.historical, name="year_historical"),
    path("catalogo/ejercicios/<int:year>/abrir/", years.unlock, name="year_unlock"),
    path("<int:year>/catalogo/siguiente/", rollover.roll_over, name="roll_over"),
    path("<int:year>/catalogo/comparar/", comparing.compare, name="year_compare"),
    path("<int:year>/catalogo/comparar.xlsx", comparing.workbook, name="year_compare_file"),
    path("<int:year>/catalogo/vinculos/", succession.links, name="links"),
    path("<int:year>/catalogo/vinculos/iguales/", succession.same, name="links_same"),
    path("<int:year>/catalogo/vinculos/<slug:kind>/<str:code>/", succession.link, name="link"),
]
