from collections.abc import Callable
from typing import Any

from django.urls import register_converter

from accounts.menu import CATALOG
from accounts.roles import Role
from catalog.confirming import views as confirming
from catalog.ending import views as ending
from catalog.history import views as history
from catalog.imports import column_views as importing_columns
from catalog.imports import record_views
from catalog.imports import views as importing
from catalog.mail import views as mail
from catalog.navigation import DEPARTMENTS, IMPORT, PEOPLE, TARGETS, TREE, YEARS, CatalogTab
from catalog.official_document import views as documents
from catalog.people.views import departments, people
from catalog.people.views import importing as people_files
from catalog.targets.views import files as target_files
from catalog.targets.views import kind as target_kind
from catalog.targets.views import targets
from catalog.tree.converters import KindConverter
from catalog.tree.views import node, retiring, tree
from catalog.years.views import comparing, rollover, rule_change, succession, years
from core.pages import DeclaredPattern, Example, no_page, page

register_converter(KindConverter, "kind")

FORMS = ("xlsx", "csv")
PLANNING = (Example(Role.PLANNING),)
READ = (*PLANNING, Example(Role.COMPTROLLER))
OF_RECORDS = ("planeacion/importar#volver-a-importar-y-deshacer", "contraloria/catalogo")
OF_LINKS = ("planeacion/ano-siguiente#vínculos-entre-años", "contraloria/catalogo")
OF_EVERY_DAY = ("planeacion/personas#casos-de-todos-los-días",)
View = Callable[..., Any]


def catalog_page(
    route: str,
    view: View,
    name: str,
    tab: CatalogTab,
    examples: tuple[Example, ...] = PLANNING,
    help: tuple[str, ...] = (),
) -> DeclaredPattern:
    """All of them stand in the menu's «Catálogo», and are planning's; Contraloría opens those whose examples say so."""
    return page(route, view, name=name, section=CATALOG, tab=tab, examples=examples, help=help)


def no_catalog_page(route: str, view: View, name: str, tab: CatalogTab | None = None) -> DeclaredPattern:
    return no_page(route, view, name=name, section=CATALOG, tab=tab)


def of_kinds(*kinds: str, query: str = "") -> tuple[Example, ...]:
    return tuple(Example(Role.PLANNING, query, {"kind": kind}) for kind in kinds)


app_name = "catalog"
urlpatterns = [
    # Without a year in front: the first import makes the year.
    no_catalog_page("catalogo/cambio-de-regla/<key:pk>/", rule_change.seen, "rule_change_seen"),
    catalog_page("catalogo/documento/", documents.upload, "draft", IMPORT, help=("planeacion/documento",)),
    catalog_page(
        "catalogo/documento/<str:slip>/", documents.drafted, "drafted", IMPORT, help=("planeacion/documento",)
    ),
    no_catalog_page("catalogo/documento/<str:slip>/borrador.xlsx", documents.book, "draft_book"),
    catalog_page("catalogo/importar/", importing.upload, "import", IMPORT),
    catalog_page("catalogo/importar/<str:slip>/", importing.preview, "preview", IMPORT),
    catalog_page(
        "catalogo/importar/<str:slip>/columnas/",
        importing_columns.columns,
        "columns",
        IMPORT,
        help=("planeacion/importar#lo-que-pregunta",),
    ),
    no_catalog_page("catalogo/importar/<str:slip>/errores.xlsx", importing.errors, "import_errors"),
    no_catalog_page("catalogo/importar/<str:slip>/mapa.json", importing.mapping, "import_mapping"),
    no_catalog_page("catalogo/plantilla.xlsx", importing.template, "template"),
    catalog_page("<year:year>/catalogo/", tree.tree, "tree", TREE, (*READ, Example(Role.PLANNING, "q=reuniones"))),
    no_catalog_page("<year:year>/catalogo/rama/<str:code>/", tree.branch, "branch"),
    catalog_page(
        "<year:year>/catalogo/<kind:kind>/nuevo/",
        node.new,
        "node_new",
        TREE,
        of_kinds("indicadores", query="en=PRE-01-01"),
        help=("planeacion/arbol#agregar",),
    ),
    catalog_page(
        "<year:year>/catalogo/<kind:kind>/<str:key>/",
        node.node,
        "node",
        TREE,
        (*of_kinds("programas", "acciones", "indicadores"), Example(Role.COMPTROLLER, parts={"kind": "indicadores"})),
    ),
    no_catalog_page("<year:year>/catalogo/<kind:kind>/<str:key>/orden/", node.move, "node_move"),
    catalog_page(
        "<year:year>/catalogo/<kind:kind>/<str:key>/eliminar/",
        node.delete,
        "node_delete",
        TREE,
        of_kinds("programas"),
        help=("planeacion/arbol#eliminar",),
    ),
    catalog_page(
        "<year:year>/catalogo/<kind:kind>/<str:key>/retirar/",
        retiring.retire,
        "retire",
        TREE,
        of_kinds("programas"),
        help=("planeacion/arbol#retirar-y-volver-a-pedir",),
    ),
    catalog_page(
        "<year:year>/catalogo/<kind:kind>/<str:key>/reincorporar/",
        retiring.reinstate,
        "reinstate",
        TREE,
        (Example(Role.PLANNING, parts={"kind": "indicadores", "key": "PRE-04-03"}),),  # a retired one
        help=("planeacion/arbol#retirar-y-volver-a-pedir",),
    ),
    catalog_page("<year:year>/catalogo/documento/", documents.upload, "draft", IMPORT, help=("planeacion/documento",)),
    catalog_page(
        "<year:year>/catalogo/documento/<str:slip>/",
        documents.drafted,
        "drafted",
        IMPORT,
        help=("planeacion/documento",),
    ),
    no_catalog_page("<year:year>/catalogo/documento/<str:slip>/borrador.xlsx", documents.book, "draft_book"),
    catalog_page("<year:year>/catalogo/importar/", importing.upload, "import", IMPORT),
    catalog_page("<year:year>/catalogo/importar/<str:slip>/", importing.preview, "preview", IMPORT),
    catalog_page(
        "<year:year>/catalogo/importar/<str:slip>/columnas/",
        importing_columns.columns,
        "columns",
        IMPORT,
        help=("planeacion/importar#lo-que-pregunta",),
    ),
    no_catalog_page("<year:year>/catalogo/importar/<str:slip>/errores.xlsx", importing.errors, "import_errors"),
    no_catalog_page("<year:year>/catalogo/importar/<str:slip>/mapa.json", importing.mapping, "import_mapping"),
    no_catalog_page("<year:year>/catalogo/plantilla.xlsx", importing.template, "template"),
    *(
        no_page(
            f"<year:year>/catalogo/exportar.{form}", importing.export, {"form": form}, name="export", section=CATALOG
        )
        for form in FORMS
    ),
    catalog_page("<year:year>/catalogo/importaciones/", record_views.records, "records", IMPORT, READ, help=OF_RECORDS),
    catalog_page(
        "<year:year>/catalogo/importaciones/<key:pk>/", record_views.record, "record", IMPORT, READ, help=OF_RECORDS
    ),
    catalog_page(
        "<year:year>/catalogo/importaciones/<key:pk>/deshacer/",
        record_views.undo,
        "record_undo",
        IMPORT,
        help=OF_RECORDS,
    ),
    no_catalog_page("<year:year>/catalogo/importaciones/<key:pk>/archivo/", record_views.record_file, "record_file"),
    no_catalog_page(
        "<year:year>/catalogo/importaciones/<key:pk>/antes.csv", record_views.record_before, "record_before"
    ),
    catalog_page("catalogo/dependencias/", departments.departments, "departments", DEPARTMENTS, READ),
    catalog_page(
        "catalogo/dependencias/nueva/",
        departments.new_department,
        "department_new",
        DEPARTMENTS,
        help=("planeacion/dependencias#agregar-una",),
    ),
    catalog_page("catalogo/dependencias/<str:prefix>/", departments.department, "department", DEPARTMENTS, READ),
    catalog_page(
        "catalogo/dependencias/<str:prefix>/fin/",
        ending.end,
        "department_end",
        DEPARTMENTS,
        (*PLANNING, Example(Role.PLANNING, parts={"prefix": "FIN"})),  # one that ended
        help=("planeacion/dependencias#cuando-deja-de-existir",),
    ),
    no_catalog_page("catalogo/dependencias/<str:prefix>/quitar/", departments.remove, "department_remove", DEPARTMENTS),
    catalog_page("catalogo/personas/", people.people, "people", PEOPLE, READ),
    catalog_page(
        "catalogo/personas/nueva/",
        people.new_person,
        "person_new",
        PEOPLE,
        help=("planeacion/personas#dar-de-alta-a-una-persona",),
    ),
    catalog_page(
        "catalogo/personas/importar/",
        people_files.upload,
        "people_import",
        PEOPLE,
        help=("planeacion/personas#importar-el-directorio",),
    ),
    no_catalog_page("catalogo/personas/plantilla.xlsx", people_files.template, "people_template"),
    *(
        no_page(
            f"catalogo/personas/exportar.{form}",
            people_files.export,
            {"form": form},
            name="people_export",
            section=CATALOG,
        )
        for form in FORMS
    ),
    no_catalog_page("catalogo/personas/invitaciones/", people_files.renew, "people_renew"),
    catalog_page("catalogo/personas/<key:pk>/", people.person, "person", PEOPLE, READ),
    no_catalog_page("catalogo/personas/<key:pk>/invitar/", people.invite, "person_invite"),
    no_catalog_page("catalogo/personas/<key:pk>/desbloquear/", people.unlock, "person_unlock"),
    no_catalog_page("catalogo/personas/<key:pk>/llaves/<key:token_pk>/revocar/", people.revoke, "person_token_revoke"),
    catalog_page("catalogo/personas/<key:pk>/baja/", people.deactivate, "person_deactivate", PEOPLE, help=OF_EVERY_DAY),
    catalog_page(
        "catalogo/personas/<key:pk>/reactivar/", people.reactivate, "person_reactivate", PEOPLE, help=OF_EVERY_DAY
    ),
    catalog_page(
        "catalogo/por-confirmar/",
        confirming.waiting,
        "waiting",
        PEOPLE,
        READ,
        help=("planeacion/dos-personas", "contraloria/avisos"),
    ),
    catalog_page(
        "catalogo/por-confirmar/<key:pk>/",
        confirming.waiting_act,
        "waiting_act",
        PEOPLE,
        READ,
        help=("planeacion/dos-personas", "contraloria/avisos"),
    ),
    catalog_page("catalogo/correos/", mail.mails, "mail", PEOPLE, help=("planeacion/correos",)),
    no_catalog_page("catalogo/correos/<key:pk>/", mail.act, "mail_act"),
    catalog_page(
        "catalogo/nombramientos/nuevo/",
        people.new_membership,
        "membership_new",
        PEOPLE,
        help=("planeacion/nombramientos",),
    ),
    catalog_page(
        "catalogo/nombramientos/<key:pk>/corregir/",
        people.correct_membership,
        "membership_correct",
        PEOPLE,
        help=("planeacion/nombramientos",),
    ),
    catalog_page(
        "catalogo/nombramientos/<key:pk>/terminar/",
        people.end_membership,
        "membership_end",
        PEOPLE,
        help=("planeacion/nombramientos#terminar-uno",),
    ),
    *(
        no_page(
            f"<year:year>/catalogo/metas.{form}",
            targets.targets_file,
            {"form": form},
            name="targets_file",
            section=CATALOG,
        )
        for form in FORMS
    ),
    catalog_page("<year:year>/catalogo/metas/", targets.targets, "targets", TARGETS, READ),
    catalog_page("<year:year>/catalogo/metas/<str:code>/", targets.target, "target", TARGETS, READ),
    catalog_page(
        "<year:year>/catalogo/metas/<str:code>/<month:month>/archivo/", target_files.attach, "target_file", TARGETS
    ),
    catalog_page(
        "<year:year>/catalogo/metas/<str:code>/umbrales/",
        targets.own_thresholds,
        "own_thresholds",
        TARGETS,
        help=("planeacion/metas#umbrales-del-semáforo",),
    ),
    catalog_page(
        "<year:year>/catalogo/umbrales/",
        targets.thresholds,
        "thresholds",
        TARGETS,
        READ,
        help=("planeacion/metas#umbrales-del-semáforo", "contraloria/catalogo"),
    ),
    catalog_page(
        "<year:year>/catalogo/metas/<str:code>/tipo/",
        target_kind.correct,
        "target_kind",
        TARGETS,
        help=("planeacion/metas#corregir-el-tipo-de-meta",),
    ),
    catalog_page("catalogo/ejercicios/", years.years, "years", YEARS, READ),
    catalog_page("catalogo/ejercicios/nuevo/", years.new_year, "year_new", YEARS),
    catalog_page(
        "catalogo/ejercicios/<year:year>/cerrar/", years.lock, "year_lock", YEARS, help=("planeacion/cerrar-ejercicio",)
    ),
    catalog_page(
        "catalogo/ejercicios/<year:year>/historico/",
        years.historical,
        "year_historical",
        YEARS,
        help=("planeacion/historia",),
    ),
    catalog_page("<year:year>/historia/", history.upload, "history", YEARS, help=("planeacion/historia",)),
    catalog_page(
        "<year:year>/historia/<str:slip>/", history.preview, "history_preview", YEARS, help=("planeacion/historia",)
    ),
    no_catalog_page("<year:year>/historia/<str:slip>/errores/", history.errors, "history_errors", YEARS),
    catalog_page(
        "catalogo/ejercicios/<year:year>/abrir/",
        years.unlock,
        "year_unlock",
        YEARS,
        help=("planeacion/cerrar-ejercicio#abrirlo-de-nuevo",),
    ),
    catalog_page("<year:year>/catalogo/siguiente/", rollover.roll_over, "roll_over", YEARS),
    catalog_page("<year:year>/catalogo/comparar/", comparing.compare, "year_compare", YEARS, READ, help=OF_LINKS),
    no_catalog_page("<year:year>/catalogo/comparar.xlsx", comparing.workbook, "year_compare_file"),
    catalog_page(
        "<year:year>/catalogo/vinculos/",
        succession.links,
        "links",
        YEARS,
        (Example(Role.PLANNING, "ver=todos"), Example(Role.COMPTROLLER, "ver=todos")),
        help=OF_LINKS,
    ),
    catalog_page(
        "<year:year>/catalogo/vinculos/iguales/",
        succession.same,
        "links_same",
        YEARS,
        help=OF_LINKS,
    ),
    catalog_page(
        "<year:year>/catalogo/vinculos/<slug:kind>/<str:code>/",
        succession.link,
        "link",
        YEARS,
        of_kinds("programas"),
        help=OF_LINKS,
    ),
]
