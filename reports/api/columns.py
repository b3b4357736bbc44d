"""The tables of the data addresses and their columns. What stands here is what programs rely on: names stay."""

from core.lights import LIGHTS
from indicators import calculations
from indicators.models import Dimension as Measured
from indicators.models import Direction, Frequency, Mode, NoActivity, Schedule, State, TargetKind
from reports.api.tables import Column, Kind, Table
from reports.words import SCOPE_SLUGS

STATUS_WORDS = {
    calculations.OK: "con porcentaje",
    calculations.NO_DEMAND: "sin demanda",
    calculations.MISSING: "sin captura",
    calculations.NOT_DUE: "no corresponde aún",
}
LIGHT_WORDS = {code: word for code, (word, _) in LIGHTS.items()}
ALL = "todas"
"""The third scope of the captures: each as it stands, with its state, where the person may see it."""


def _words(choices: type) -> tuple[str, ...]:
    return tuple(str(choice.label) for choice in choices)  # type: ignore[attr-defined]


def _amount(name: str, describes: str, *, optional: bool = True) -> Column:
    return Column(name, describes, Kind.AMOUNT, optional)


def _count(name: str, describes: str, *, optional: bool = False) -> Column:
    return Column(name, describes, Kind.COUNT, optional)


_YEAR = _count("ejercicio", "Año del Programa Anual de Trabajo")
_DEPARTMENT = Column("dependencia", "Prefijo de la dependencia responsable")
_PROGRAM = Column("clave_programa", "Clave del programa")
_INDICATOR = Column("clave_indicador", "Clave del indicador")
_CUT = (
    _YEAR,
    _count("mes", "Mes de corte: los resultados son de enero a este mes"),
    Column("alcance", "Qué cifras cuentan: las validadas, o también las enviadas", words=tuple(SCOPE_SLUGS)),
)
_MONTHS = (
    _count("meses_capturados", "Meses que se piden hasta el corte y están capturados"),
    _count("meses_exigibles", "Meses que se piden hasta el corte"),
)
_LIGHT = Column("semaforo", "Según el cumplimiento y los umbrales que le tocan", words=tuple(LIGHT_WORDS.values()))

YEARS = Table(
    "ejercicios",
    "Un renglón por ejercicio, el último primero",
    (
        _YEAR,
        Column("plan", "Plan Municipal de Desarrollo al que pertenece"),
        Column("cerrado", "Ya no admite cambios", Kind.FLAG),
        Column("historico", "Se trajo de papeles anteriores", Kind.FLAG),
        Column("demostracion", "Sus capturas son inventadas", Kind.FLAG),
        _amount("verde_desde", "Cumplimiento desde el que un semáforo es verde, en por ciento", optional=False),
        _amount("amarillo_desde", "Cumplimiento desde el que es amarillo, en por ciento", optional=False),
        _amount("sobrecumplimiento_arriba_de", "Parte de la meta anual, en por ciento", optional=False),
    ),
)

CAPTURES = Table(
    "capturas",
    "Un renglón por indicador y mes capturado, con el par de cifras del que sale todo lo demás",
    (
        _YEAR,
        _count("mes", "El mes de la captura"),
        _INDICATOR,
        _PROGRAM,
        _DEPARTMENT,
        _amount("numerador", "Lo logrado en el mes"),
        _amount("denominador", "De cuánto"),
        _amount("porcentaje_mes", "Numerador entre denominador, por 100; vacío sin denominador"),
        Column("motivo", "Por qué no hubo actividad, si los dos son 0", words=("", *_words(NoActivity))),
        Column("justificacion", "Por qué el numerador pasa del denominador, donde pasa"),
        Column("estado", "Estado del par que va en el renglón", words=_words(State)),
        Column("extemporanea", "Se envió después de su fecha", Kind.FLAG),
        Column("sin_fecha_de_envio", "Migrada: nadie sabe cuándo se envió", Kind.FLAG),
        _amount("numerador_validado", "El del último par validado, que es el oficial"),
        _amount("denominador_validado", "El del último par validado, que es el oficial"),
    ),
)

_OF_GROUP = (
    _count("programas", "Cuántos programas tiene"),
    _count("programas_con_datos", "Cuántos de ellos tienen avance global"),
    _amount("promedio_globales", "Media de los avances globales de sus programas, en por ciento"),
    _amount("promedio_cumplimientos", "Media de los cumplimientos de sus programas, en por ciento"),
    _count("programas_en_verde", "Programas con semáforo verde"),
    _count("programas_en_amarillo", "Programas con semáforo amarillo"),
    _count("programas_en_rojo", "Programas con semáforo rojo"),
    _count("programas_sin_semaforo", "Programas sin semáforo"),
    *_MONTHS,
)


def _groups(name: str, of: str, key: str) -> Table:
    columns = (*_CUT, Column("clave", key), Column("nombre", f"Nombre {of}"), *_OF_GROUP)
    return Table(f"resultados/{name}", f"Un renglón por grupo: los programas {of}", columns)


PROGRAM_RESULTS = Table(
    "resultados/programas",
    "Un renglón por programa, con sus resultados de enero al corte",
    (
        *_CUT,
        _PROGRAM,
        Column("programa", "Nombre del programa"),
        _DEPARTMENT,
        Column("eje", "Identificador del eje rector"),
        _amount("avance_global", "Media de los avances de los indicadores considerados, en por ciento"),
        _count("considerados", "Indicadores que entran en el avance global"),
        _count("considerables", "Indicadores que el catálogo marca para entrar en él"),
        _amount("cumplimiento", "Media de los cumplimientos de los considerados, en por ciento"),
        _LIGHT,
        *_MONTHS,
    ),
)
INDICATOR_RESULTS = Table(
    "resultados/indicadores",
    "Un renglón por indicador, con sus resultados de enero al corte",
    (
        *_CUT,
        _INDICATOR,
        Column("indicador", "Nombre del indicador"),
        _PROGRAM,
        _DEPARTMENT,
        Column("eje", "Identificador del eje rector"),
        Column("estado", "Si tiene porcentaje o por qué no", words=tuple(STATUS_WORDS.values())),
        _amount("numerador", "Numerador acumulado al corte"),
        _amount("denominador", "Denominador acumulado al corte"),
        _amount("porcentaje", "Numerador entre denominador, por 100"),
        _amount("avance", "Lo que entra, o entraría, en el avance global, en por ciento"),
        _amount("esperado", "Parte de la meta que se espera al corte, en la unidad de la meta"),
        _amount("cumplimiento", "Lo logrado entre lo esperado al corte, en por ciento"),
        _amount("cumplimiento_anual", "Lo logrado entre la meta anual, en por ciento"),
        _LIGHT,
        *_MONTHS,
    ),
)
DEPARTMENT_RESULTS = _groups("dependencias", "de una dependencia", "Prefijo de la dependencia")
AXIS_RESULTS = _groups("ejes", "de un eje rector", "Identificador del eje, el de la columna «eje» de las demás tablas")
PLAN_RESULTS = _groups("plan", "de todo el plan", "Siempre «plan»")

PROGRAMS = Table(
    "catalogo/programas",
    "Un renglón por programa: dónde está en el plan y quién responde",
    (
        _YEAR,
        _PROGRAM,
        Column("clave_oficial", "Clave en el documento oficial, si es otra"),
        Column("programa", "Nombre del programa"),
        _DEPARTMENT,
        Column("nombre_dependencia", "Nombre de la dependencia"),
        Column("eje", "Identificador del eje rector"),
        Column("nombre_eje", "Nombre del eje rector"),
        Column("objetivo", "Nombre del objetivo al que contribuye"),
        Column("estrategia", "Nombre de la estrategia a la que contribuye"),
        Column("descripcion", "De qué trata"),
        Column("objetivos", "Objetivos propios del programa", Kind.LIST),
        _count("ejercicio_anterior", "Ejercicio del programa al que continúa", optional=True),
        Column("clave_anterior", "La clave que tenía en ese ejercicio"),
    ),
)
INDICATORS = Table(
    "catalogo/indicadores",
    "Un renglón por indicador: qué mide, con qué regla y contra qué meta",
    (
        _YEAR,
        _INDICATOR,
        Column("clave_oficial", "Clave en el documento oficial, si es otra"),
        _PROGRAM,
        _DEPARTMENT,
        Column("clave_accion", "Clave de la acción que mide"),
        Column("accion", "La acción que mide"),
        Column("unidad", "Unidad de medida de la acción"),
        Column("indicador", "Nombre del indicador"),
        Column("definicion", "Qué mide"),
        Column("etiqueta_numerador", "Qué cuenta el numerador"),
        Column("etiqueta_denominador", "Qué cuenta el denominador"),
        Column("modo_numerador", "Cómo se acumula en el año", words=_words(Mode)),
        Column("modo_denominador", "Cómo se acumula en el año", words=_words(Mode)),
        Column("considerado", "Entra en el avance global de su programa", Kind.FLAG),
        Column("sentido", "Ascendente: más es mejor", words=_words(Direction)),
        Column("tipo_meta", "Si la meta es un porcentaje o una cantidad", words=_words(TargetKind)),
        _amount("meta", "La meta anual del catálogo; las ajustadas: catalogo/metas", optional=False),
        Column("frecuencia", "Cada cuánto se captura", words=_words(Frequency)),
        Column("programacion", "Cómo se reparte la meta en el año", words=_words(Schedule)),
        _count("empieza_en", "Primer mes en que se pide"),
        _count("retirado_desde", "Mes desde el que ya no se pide", optional=True),
        _amount("verde_desde", "Umbral propio; vacío: el del ejercicio"),
        _amount("amarillo_desde", "Umbral propio; vacío: el del ejercicio"),
        _amount("sobrecumplimiento_arriba_de", "Umbral propio; vacío: el del ejercicio"),
        Column("dimension", "Qué aspecto mide", words=("", *_words(Measured))),
        _amount("linea_base", "De dónde se partió, en la unidad de la meta"),
        _count("anio_linea_base", "De qué año es", optional=True),
        Column("medio_de_verificacion", "Con qué se comprueba"),
        Column("exige_evidencia", "No se envía sin un archivo", Kind.FLAG),
        Column("fuente", "De dónde salen sus datos"),
        Column("area_responsable", "Área que los reúne"),
        _count("ejercicio_anterior", "Ejercicio del indicador al que continúa", optional=True),
        Column("clave_anterior", "La clave que tenía en ese ejercicio"),
    ),
)
TARGETS = Table(
    "catalogo/metas",
    "Un renglón por meta ajustada: rige desde su mes, nunca hacia atrás",
    (
        _YEAR,
        _INDICATOR,
        _count("desde_mes", "Primer mes de corte en que rige"),
        _amount("meta", "La meta ajustada, en la unidad de la meta", optional=False),
        Column("motivo", "Por qué se ajustó"),
        Column("autoriza", "Quién la autorizó"),
        Column("instrumento", "Documento que la autoriza"),
    ),
)
TRAIL = Table(
    "bitacora",
    "Un renglón por acto que la persona puede leer, el último primero",
    (
        _count("numero", "Número del acto"),
        Column("momento", "Cuándo, con su zona horaria", Kind.MOMENT),
        Column("quien", "Quién lo hizo"),
        Column("en_calidad_de", "En qué función"),
        Column("acto", "Lo que se guarda del acto, que nunca cambia"),
        Column("que_hizo", "El acto como lo dicen las páginas"),
        Column("sobre_que", "Sobre qué"),
        Column("cambios", "De qué a qué, un texto por campo", Kind.LIST),
        Column("motivo", "Por qué"),
    ),
)

OF_YEAR = (
    CAPTURES, PROGRAM_RESULTS, INDICATOR_RESULTS, DEPARTMENT_RESULTS, AXIS_RESULTS, PLAN_RESULTS, PROGRAMS, INDICATORS,
    TARGETS,
)  # fmt: skip
TABLES = (YEARS, *OF_YEAR, TRAIL)
