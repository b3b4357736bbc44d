from accounts.menu import CALENDAR, TRAIL
from accounts.roles import Role
from core.pages import Example, no_page, page
from publishing.acta import views as acta
from publishing.checking import views as checking
from publishing.closing import views as closing
from publishing.known import views as known
from publishing.publication import views as publication
from publishing.sampling import views as sampling

PLANNING = [Example(Role.PLANNING)]
READER = [Example(Role.READER, pocket=True)]
KNOWN = (
    "presidencia/cierres#el-plan-como-se-cerró",
    "contraloria/cierres#las-rectificaciones",
    "planeacion/rectificar",
)
SIGNERS = ("planeacion/cerrar-mes#el-acta",)

app_name = "publishing"
urlpatterns = [
    page(
        "<year:year>/cierres/",
        closing.closings,
        name="closings",
        help=("presidencia/cierres", "planeacion/cerrar-mes", "contraloria/cierres"),
        section=CALENDAR,
        every_year=True,
        examples=[Example(Role.PLANNING, pocket=True), Example(Role.READER)],
    ),
    page(
        "<year:year>/cierres/<month:month>/cerrar/",
        closing.close,
        name="close",
        help=("planeacion/cerrar-mes",),
        section=CALENDAR,
        examples=[Example(Role.PLANNING, pocket=True), Example(Role.PLANNING, parts={"month": "12"})],
    ),
    page(
        "<year:year>/cierres/<month:month>/<key:version>/",
        closing.closing,
        name="closing",
        help=("presidencia/cierres", "planeacion/cerrar-mes", "contraloria/cierres"),
        section=CALENDAR,
        examples=READER,
    ),
    no_page(
        "<year:year>/cierres/<month:month>/<key:version>/cierre.json",
        closing.document,
        name="document",
        section=CALENDAR,
    ),
    no_page(
        "<year:year>/cierres/<month:month>/<key:version>/cierre.sello.json",
        closing.seal,
        name="seal",
        section=CALENDAR,
    ),
    no_page(
        "<year:year>/cierres/<month:month>/<key:version>/acta.pdf",
        acta.acta,
        name="acta",
        section=CALENDAR,
    ),
    page(
        "<year:year>/cierres/<month:month>/<key:version>/cambios/",
        closing.changes,
        name="changes",
        help=("contraloria/cierres#las-rectificaciones", "planeacion/rectificar"),
        section=CALENDAR,
        examples=READER,
    ),
    page(
        "<year:year>/cierres/<month:month>/<key:version>/plan/",
        known.plan,
        name="known_plan",
        help=KNOWN,
        section=CALENDAR,
        examples=READER,
    ),
    page(
        "<year:year>/cierres/<month:month>/<key:version>/programas/<str:code>/",
        known.program,
        name="known_program",
        help=KNOWN,
        section=CALENDAR,
        examples=READER,
    ),
    page(
        "<year:year>/cierres/<month:month>/<key:version>/indicadores/<str:code>/",
        known.indicator,
        name="known_indicator",
        help=KNOWN,
        section=CALENDAR,
        examples=READER,
    ),
    page(
        "<year:year>/muestra/",
        sampling.sample,
        name="sample",
        help=("contraloria/muestra",),
        section=TRAIL,
        every_year=True,
        examples=[
            Example(Role.COMPTROLLER, "mes=9", pocket=True),
            Example(Role.PLANNING, "mes=9&tamano=12&semilla=acta%207&estratos=semaforo"),
        ],
    ),
    no_page("<year:year>/muestra/expediente.zip", sampling.sample_file, name="sample_file", section=TRAIL),
    page(
        "<year:year>/cierres/<month:month>/<key:version>/diferencias/",
        known.differences,
        name="known_differences",
        help=KNOWN,
        section=CALENDAR,
        examples=READER,
    ),
    no_page(
        "<year:year>/cierres/<month:month>/<key:version>/informe.pdf",
        known.report,
        name="known_report",
        section=CALENDAR,
    ),
    page(
        "sitio-publico/",
        publication.site,
        name="site",
        help=("presidencia/cierres#lo-que-lee-la-ciudadanía", "planeacion/publicar"),
        section=CALENDAR,
        examples=[Example(Role.PLANNING, pocket=True), Example(Role.COMPTROLLER), Example(Role.READER)],
    ),
    no_page("sitio-publico/escribir/", publication.write_again, name="write_again", section=CALENDAR),
    page(
        "sitio-publico/retirar/",
        publication.taking_down,
        name="taking_down",
        help=("planeacion/publicar#retirar-el-sitio",),
        section=CALENDAR,
        examples=PLANNING,
    ),
    page(
        "<year:year>/cierres/<month:month>/<key:version>/publicar/",
        publication.publish,
        name="publish",
        help=("planeacion/publicar",),
        section=CALENDAR,
        examples=[Example(Role.PLANNING, pocket=True)],
    ),
    page(
        "cierres/firmas/",
        acta.signers,
        name="signers",
        help=SIGNERS,
        section=CALENDAR,
        examples=PLANNING,
    ),
    page(
        "cierres/firmas/nueva/",
        acta.new_signer,
        name="signer_new",
        help=SIGNERS,
        section=CALENDAR,
        examples=PLANNING,
    ),
    page(
        "cierres/firmas/<key:pk>/",
        acta.signer,
        name="signer",
        help=SIGNERS,
        section=CALENDAR,
        examples=PLANNING,
    ),
    page(
        "comprobacion/",
        checking.check,
        name="check",
        help=("contraloria/comprobacion", "planeacion/comprobacion"),
        section=TRAIL,
        examples=[Example(Role.PLANNING, pocket=True), Example(Role.COMPTROLLER)],
    ),
    no_page("comprobacion/comprobar/", checking.ask_check, name="check_ask"),
]
