from django.urls import path, re_path, register_converter

from catalog.confirming import views as confirming
from catalog.imports import record_views
from catalog.imports import views as importing
from catalog.mail import views as mail
from catalog.people.views import departments, people
from catalog.targets.views import files as target_files
from catalog.targets.views import kind as target_kind
from catalog.targets.views import targets
from catalog.tree.converters import KindConverter
from catalog.tree.views import node, retiring, tree
from catalog.years.views import comparing, rollover, rule_change, succession, years

register_converter(KindConverter, "kind")

app_name = "catalog"
urlpatterns = [
    # Without a year in front: the first import makes the year.
    path("catalogo/cambio-de-regla/<key:pk>/", rule_change.seen, name="rule_change_seen"),
    path("catalogo/importar/", importing.upload, name="import"),
    path("catalogo/importar/<str:slip>/", importing.preview, name="preview"),
    path("catalogo/importar/<str:slip>/errores.xlsx", importing.errors, name="import_errors"),
    path("catalogo/plantilla.xlsx", importing.template, name="template"),
    path("<year:year>/catalogo/", tree.tree, name="tree"),
    path("<year:year>/catalogo/rama/<str:code>/", tree.branch, name="branch"),
    path("<year:year>/catalogo/<kind:kind>/nuevo/", node.new, name="node_new"),
    path("<year:year>/catalogo/<kind:kind>/<str:key>/", node.node, name="node"),
    path("<year:year>/catalogo/<kind:kind>/<str:key>/orden/", node.move, name="node_move"),
    path("<year:year>/catalogo/<kind:kind>/<str:key>/eliminar/", node.delete, name="node_delete"),
    path("<year:year>/catalogo/<kind:kind>/<str:key>/retirar/", retiring.retire, name="retire"),
    path("<year:year>/catalogo/<kind:kind>/<str:key>/reincorporar/", retiring.reinstate, name="reinstate"),
    path("<year:year>/catalogo/importar/", importing.upload, name="import"),
    path("<year:year>/catalogo/importar/<str:slip>/", importing.preview, name="preview"),
    path("<year:year>/catalogo/importar/<str:slip>/errores.xlsx", importing.errors, name="import_errors"),
    path("<year:year>/catalogo/plantilla.xlsx", importing.template, name="template"),
    re_path(r"^(?P<year>[0-9]{4})/catalogo/exportar\.(?P<form>xlsx|csv)$", importing.export, name="export"),
    path("<year:year>/catalogo/importaciones/", record_views.records, name="records"),
    path("<year:year>/catalogo/importaciones/<key:pk>/", record_views.record, name="record"),
    path("<year:year>/catalogo/importaciones/<key:pk>/deshacer/", record_views.undo, name="record_undo"),
    path("<year:year>/catalogo/importaciones/<key:pk>/archivo/", record_views.record_file, name="record_file"),
    path("<year:year>/catalogo/importaciones/<key:pk>/antes.csv", record_views.record_before, name="record_before"),
    path("catalogo/dependencias/", departments.departments, name="departments"),
    path("catalogo/dependencias/nueva/", departments.new_department, name="department_new"),
    path("catalogo/dependencias/<str:prefix>/", departments.department, name="department"),
    path("catalogo/dependencias/<str:prefix>/quitar/", departments.remove, name="department_remove"),
    path("catalogo/personas/", people.people, name="people"),
    path("catalogo/personas/nueva/", people.new_person, name="person_new"),
    path("catalogo/personas/<key:pk>/", people.person, name="person"),
    path("catalogo/personas/<key:pk>/invitar/", people.invite, name="person_invite"),
    path("catalogo/personas/<key:pk>/desbloquear/", people.unlock, name="person_unlock"),
    path("catalogo/personas/<key:pk>/baja/", people.deactivate, name="person_deactivate"),
    path("catalogo/personas/<key:pk>/reactivar/", people.reactivate, name="person_reactivate"),
    path("catalogo/por-confirmar/", confirming.waiting, name="waiting"),
    path("catalogo/por-confirmar/<key:pk>/", confirming.waiting_act, name="waiting_act"),
    path("catalogo/correos/", mail.mails, name="mail"),
    path("catalogo/correos/<key:pk>/", mail.act, name="mail_act"),
    path("catalogo/nombramientos/nuevo/", people.new_membership, name="membership_new"),
    path("catalogo/nombramientos/<key:pk>/corregir/", people.correct_membership, name="membership_correct"),
    path("catalogo/nombramientos/<key:pk>/terminar/", people.end_membership, name="membership_end"),
    *(
        path(f"<year:year>/catalogo/metas.{form}", targets.targets_file, {"form": form}, name="targets_file")
        for form in ("xlsx", "csv")
    ),
    path("<year:year>/catalogo/metas/", targets.targets, name="targets"),
    path("<year:year>/catalogo/metas/<str:code>/", targets.target, name="target"),
    path("<year:year>/catalogo/metas/<str:code>/<month:month>/archivo/", target_files.attach, name="target_file"),
    path("<year:year>/catalogo/metas/<str:code>/umbrales/", targets.own_thresholds, name="own_thresholds"),
    path("<year:year>/catalogo/umbrales/", targets.thresholds, name="thresholds"),
    path("<year:year>/catalogo/metas/<str:code>/tipo/", target_kind.correct, name="target_kind"),
    path("catalogo/ejercicios/", years.years, name="years"),
    path("catalogo/ejercicios/nuevo/", years.new_year, name="year_new"),
    path("catalogo/ejercicios/<year:year>/cerrar/", years.lock, name="year_lock"),
    path("catalogo/ejercicios/<year:year>/historico/", years.historical, name="year_historical"),
    path("catalogo/ejercicios/<year:year>/abrir/", years.unlock, name="year_unlock"),
    path("<year:year>/catalogo/siguiente/", rollover.roll_over, name="roll_over"),
    path("<year:year>/catalogo/comparar/", comparing.compare, name="year_compare"),
    path("<year:year>/catalogo/comparar.xlsx", comparing.workbook, name="year_compare_file"),
    path("<year:year>/catalogo/vinculos/", succession.links, name="links"),
    path("<year:year>/catalogo/vinculos/iguales/", succession.same, name="links_same"),
    path("<year:year>/catalogo/vinculos/<slug:kind>/<str:code>/", succession.link, name="link"),
]
