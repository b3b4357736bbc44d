"""The columns of a list of people, with what payrolls and directories call them, and the words for roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.enrolment import DEPARTMENT, EMAIL, ENDS_ON, NAME, ROLE, STARTS_ON
from accounts.models import Role
from core.spreadsheets import header_key
from core.text import fold

SHEET = "Personas"
LAST_NAME, FIRST_FAMILY, SECOND_FAMILY = "last_name", "first_family", "second_family"


@dataclass(frozen=True, slots=True)
class PeopleColumn:
    """``also``: what else it is called, the likelier first; ``width`` in characters; ``help`` for the template."""

    field: str
    header: str
    also: Sequence[str] = ()
    width: float = 24
    required: bool = False
    help: str = ""
    exported: bool = True

    @property
    def shown(self) -> str:
        return f"{self.header}*" if self.required else self.header


COLUMNS = (
    PeopleColumn(
        NAME, "Nombre",
        ("nombre completo", "nombre(s)", "nombres", "nombre y apellidos", "nombre y apellido", "nombre de la persona",
         "persona", "servidor publico", "servidora publica", "persona servidora publica",
         "nombre del servidor publico", "nombre de la persona servidora publica", "nombre del responsable",
         "responsable", "funcionario"),
        32, True, "Nombre y apellidos de la persona: «Luz María Mora Díaz», o «Mora Díaz, Luz María».",
    ),
    PeopleColumn(LAST_NAME, "Apellidos", ("apellido", "apellidos completos"), exported=False,
                 help="Opcional, si el nombre y los apellidos van en columnas aparte."),
    PeopleColumn(FIRST_FAMILY, "Apellido paterno", ("primer apellido", "ap. paterno", "paterno"), exported=False),
    PeopleColumn(SECOND_FAMILY, "Apellido materno", ("segundo apellido", "ap. materno", "materno"), exported=False),
    PeopleColumn(
        EMAIL, "Correo",
        ("correo electronico", "correo institucional", "correo electronico institucional", "e-mail", "email", "mail",
         "correo oficial", "correo electronico oficial", "correo-e", "cuenta de correo", "direccion de correo"),
        32, True, "Uno por persona: ahí llegan la invitación y los avisos. Con él se reconoce a quien ya tiene cuenta.",
    ),
    PeopleColumn(
        DEPARTMENT, "Dependencia",
        ("area", "unidad administrativa", "dependencia o entidad", "dependencia / entidad", "area de adscripcion",
         "adscripcion", "direccion", "unidad responsable", "departamento", "secretaria", "entidad", "prefijo",
         "numero de dependencia"),
        40, False, "De enlaces y titulares: el nombre de la dependencia, su prefijo (PRE) o su número.",
    ),
    PeopleColumn(
        ROLE, "Rol",
        ("funcion", "cargo/rol", "cargo / rol", "rol en el sistema", "perfil", "tipo de usuario",
         "funcion en el sistema", "cargo", "puesto", "nombramiento"),
        20, True, "Enlace, Director (titular), Planeación, Consulta o Contraloría; vacío si todavía no tiene ninguna.",
    ),
    PeopleColumn(
        STARTS_ON, "Desde",
        ("fecha de inicio", "a partir de", "a partir del", "vigente desde", "inicio", "fecha de alta", "alta",
         "fecha de nombramiento", "fecha inicial", "inicio de vigencia", "vigencia desde", "vigencia inicio",
         "vigencia de inicio", "fecha desde", "fecha inicio", "desde el", "inicio del nombramiento"),
        14, False, "Primer día del nombramiento: 01/10/2016. Vacío: el día en que se importa.",
    ),
    PeopleColumn(
        ENDS_ON, "Hasta",
        ("fecha de termino", "fecha de terminacion", "vigente hasta", "termino", "fin", "fecha final", "fecha de baja",
         "baja", "fin de vigencia", "vigencia hasta", "vigencia fin", "termino de vigencia", "fecha hasta",
         "fecha termino", "fecha fin", "fecha de fin", "hasta el", "fin del nombramiento", "vigencia"),
        14, False, "Último día, que todavía cuenta. Vacío: sin fecha final.",
    ),
)  # fmt: skip
BY_FIELD: Mapping[str, PeopleColumn] = {column.field: column for column in COLUMNS}
EXPORTED = tuple(column for column in COLUMNS if column.exported)

# What a list calls a role; only what can mean nothing else. The rest is asked about.
_ROLE_WORDS: Mapping[str, Role] = {
    "enlace": Role.LIAISON, "enlace operativo": Role.LIAISON, "enlace de captura": Role.LIAISON,
    "enlace (captura)": Role.LIAISON, "capturista": Role.LIAISON, "enlace institucional": Role.LIAISON,
    "director": Role.DIRECTOR, "directora": Role.DIRECTOR, "director(a)": Role.DIRECTOR, "director/a": Role.DIRECTOR,
    "titular": Role.DIRECTOR, "directora (titular)": Role.DIRECTOR, "titular de la dependencia": Role.DIRECTOR,
    "titular del area": Role.DIRECTOR, "director general": Role.DIRECTOR, "directora general": Role.DIRECTOR,
    "planeacion": Role.PLANNING, "personal de planeacion": Role.PLANNING,
    "consulta": Role.READER, "solo consulta": Role.READER, "lectura": Role.READER, "solo lectura": Role.READER,
    "contraloria": Role.COMPTROLLER, "contralor": Role.COMPTROLLER, "contralora": Role.COMPTROLLER,
    "personal de contraloria": Role.COMPTROLLER,
}  # fmt: skip
ROLE_WORDS = {fold(role.label): role for role in Role} | dict(_ROLE_WORDS)


def known_headers() -> list[str]:
    """All of them, for finding the row of headers and what nobody reads."""
    return [name for column in COLUMNS for name in (column.header, *column.also)]


def found_in(header: Sequence[str]) -> dict[str, int]:
    """By field the column that is read: of several that could be meant, the likeliest («Rol» before «Puesto»)."""
    keys = [_key(text) for text in header]
    found = {}
    for column in COLUMNS:
        names = [_key(name) for name in (column.header, *column.also)]
        position = next((keys.index(name) for name in names if name in keys), None)
        if position is not None:
            found[column.field] = position
    return found


def _key(header: str) -> str:
    return header_key(header).strip(" :.")
