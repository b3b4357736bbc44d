"""The menu of every page, in its order. A page says beside its address in which of these sections it stands."""

from accounts.roles import Action
from core.pages import Section

HOME = Section(
    "Inicio", "reports:home",
    help=("presidencia/el-mes", "enlace/el-mes", "direccion/el-mes", "planeacion/el-mes", "contraloria/el-mes"),
)  # fmt: skip
PLAN = Section("Tablero", "reports:dashboard", of_year=True, help=("presidencia/tablero",))
CAPTURE = Section(
    "Captura", "indicators:capture_start", of_year=True, needs=Action.SEE_DRAFTS,
    help=("enlace/capturar", "direccion/capturar", "contraloria/seguir-una-cifra"),
)  # fmt: skip
REVIEW = Section(
    "Revisión", "indicators:review", of_year=True, needs=Action.VALIDATE,
    help=("direccion/validar", "planeacion/correcciones"),
)  # fmt: skip
BOARD = Section(
    "Faltantes", "indicators:board", of_year=True, needs=Action.SEE_DRAFTS, everywhere=True,
    help=(
        "planeacion/faltantes", "enlace/consultar#lo-que-falta-en-el-año",
        "direccion/consultar#qué-falta-en-un-programa",
    ),
)  # fmt: skip
CALENDAR = Section(
    "Calendario", "indicators:calendar", of_year=True,
    help=(
        "presidencia/el-mes#cuándo-están-listas-las-cifras", "enlace/mes-cerrado",
        "direccion/el-mes#las-fechas-de-cada-mes", "planeacion/calendario",
    ),
)  # fmt: skip
TRAIL = Section(
    "Bitácora", "reports:trail", needs=Action.READ_TRAIL,
    help=("contraloria/bitacora", "enlace/consultar#quién-cambió-qué", "direccion/consultar#buscar-en-la-bitácora"),
)  # fmt: skip
# Without a year there is no tree yet: the first import makes it.
CATALOG = Section(
    "Catálogo", "catalog:tree", of_year=True, needs=Action.READ_CATALOG, without_year="catalog:import",
    without_year_needs=Action.MANAGE_CATALOG, help=("planeacion/arbol", "contraloria/catalogo"),
)  # fmt: skip
ADMIN = Section("Administración", "admin:index", needs=Action.MANAGE_CATALOG)

MENU = (HOME, PLAN, CAPTURE, REVIEW, BOARD, CALENDAR, TRAIL, CATALOG, ADMIN)
