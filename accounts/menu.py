"""The menu of every page, in its order. A page says beside its address in which of these sections it stands."""

from accounts.roles import Action
from core.pages import Section

HOME = Section("Inicio", "reports:home")
PLAN = Section("Tablero", "reports:dashboard", of_year=True)
CAPTURE = Section("Captura", "indicators:capture_start", of_year=True, needs=Action.SEE_DRAFTS)
REVIEW = Section("Revisión", "indicators:review", of_year=True, needs=Action.VALIDATE)
BOARD = Section("Faltantes", "indicators:board", of_year=True, needs=Action.SEE_DRAFTS, everywhere=True)
CALENDAR = Section("Calendario", "indicators:calendar", of_year=True)
TRAIL = Section("Bitácora", "reports:trail", needs=Action.READ_TRAIL)
# Without a year there is no tree yet: the first import makes it.
CATALOG = Section(
    "Catálogo", "catalog:tree", of_year=True, needs=Action.READ_CATALOG, without_year="catalog:import",
    without_year_needs=Action.MANAGE_CATALOG,
)  # fmt: skip
ADMIN = Section("Administración", "admin:index", needs=Action.MANAGE_CATALOG)

MENU = (HOME, PLAN, CAPTURE, REVIEW, BOARD, CALENDAR, TRAIL, CATALOG, ADMIN)
