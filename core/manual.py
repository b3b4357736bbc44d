"""Where the manual of operation says what to do: each place to which a sentence of the product leads.

By the file's path, because whoever reads it may sit at the terminal of a product that does not start. Tests hold these
places against the pages.
"""

FOLDER = "docs/manuales/operacion"


def _at(page: str, heading: str = "") -> str:
    return f"{FOLDER}/{page}.md" + (f", «{heading}»" if heading else "")


CERTIFICATE = _at("02-instalar", "El certificado")
RENEWING = _at("10-incidentes", "Certificado vencido")
HELD = _at("10-incidentes", "Una transacción olvidada")
SETTINGS = _at("03-ajustes", "Todos los ajustes")
TIMERS = _at("05-rutina", "Los horarios")
RESTORING = _at("07-restaurar")
UPGRADING = _at("09-actualizar", "Qué hace")
KILLED_UPGRADE = _at("09-actualizar", "Si se cortó")
GOING_BACK = _at("09-actualizar", "Volver atrás")
WORKER = _at("10-incidentes", "El worker se detuvo")
TWO_ROLES = _at("13-base-de-datos", "Dos roles")
PROXY = _at("14-proxy-y-sitio-publico", "El proxy")
