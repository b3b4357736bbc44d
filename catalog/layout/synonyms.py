"""What municipalities call our columns, and what they call columns that are none of ours.

Phrases are written as ``words.header_words`` gives them back: in the singular, without «de», «del», «la», «nombre».
"""

from collections.abc import Mapping

from catalog.layout.words import header_words, stem

FORMULA, VARIABLES, TARGET_WITH_UNIT = "formula_cell", "variables_cell", "target_with_unit"
"""Columns of a file from which several of ours are read."""

COMPOSITES = {
    FORMULA: "Fórmula (numerador y denominador en una celda)",
    VARIABLES: "Variables de la fórmula",
    TARGET_WITH_UNIT: "Meta con su unidad («12 informes»)",
}
GIVES: dict[str, tuple[str, ...]] = {
    FORMULA: ("numerator", "denominator"),
    VARIABLES: (),
    TARGET_WITH_UNIT: ("target",),
}
"""Our fields that each of them gives in any case."""

_PHRASES: Mapping[str, str] = {
    "plan": """plan; plan desarrollo; plan municipal desarrollo; plan municipal; plan rector; instrumento
        planeacion""",
    "year": """ejercicio; año; ejercicio fiscal; año fiscal; periodo fiscal; año ejercicio; vigencia;
        anualidad""",
    "axis": """eje; eje rector; eje estrategico; eje tematico; eje plan; eje plan desarrollo; eje gobierno; eje
        general; eje pmd; eje desarrollo; pilar; pilar tematico; pilar estrategico; tema rector; acuerdo; eje
        transversal; eje politica; eje politica publica; eje principal""",
    "objective": """objetivo; objetivo estrategico; objetivo plan; objetivo plan desarrollo; objetivo general;
        objetivo eje; objetivo pmd; objetivo rector; objetivo municipal; objetivo institucional; objetivo prioritario;
        objetivo tema; objetivo general eje""",
    "strategy": """estrategia; estrategia plan; estrategia plan desarrollo; estrategia pmd; estrategia general;
        estrategia prioritaria; estrategia rectora; estrategia institucional""",
    "department_number": """numero dependencia; clave dependencia; clave unidad administrativa; numero direccion;
        clave ur; clave unidad responsable; numero unidad responsable; clave dependencia general; numero unidad
        administrativa; clave area; clave administrativa""",
    "department": """dependencia; dependencia entidad; dependencia municipal; dependencia responsable; entidad;
        direccion; secretaria; unidad administrativa; unidad responsable; ente publico; ente; dependencia general;
        dependencia ejecutora; unidad ejecutora; organismo; area administrativa; direccion responsable; secretaria
        responsable; unidad administrativa responsable; area dependencia; departamento; sujeto obligado; dependencia
        encargada; instancia ejecutora; dependencia entidad ejecuta; dependencia ejecuta; secretaria dependencia;
        dependencia organismo; ramo; direccion general""",
    "department_prefix": """prefijo; sigla; sigla dependencia; abreviatura; prefijo dependencia; acronimo""",
    "program_number": """numero programa; numero programa presupuestario; consecutivo programa""",
    "program_code": """clave programa; clave programa presupuestario; clave presupuestaria programa; clave
        programatica; clave pp programa; programa clave; clave proyecto; clave presupuestaria""",
    "program": """programa; programa presupuestario; programa operativo; programa anual; programa municipal;
        programa concepto indicador; programa institucional; proyecto; subprograma; programa especifico; programa
        derivado; programa concepto; programa accion""",
    "description": """descripcion programa; descripcion; descripcion programa presupuestario; descripcion
        proyecto; justificacion programa; objeto programa; resumen programa; proposito programa""",
    "objectives": """objetivo programa; objetivo programa presupuestario; objetivo especifico; objetivo
        particular; objetivo proyecto; objetivo especifico programa""",
    "action_code": """clave accion; clave linea accion; numero accion; numero linea accion; clave actividad;
        numero actividad; clave; clave meta; accion clave; numero meta; consecutivo accion""",
    "action": """accion; linea accion; actividad; actividad accion; accion estrategica; accion realizar; actividad
        realizar; resumen narrativo; accion linea; descripcion accion; descripcion actividad; descripcion resumen
        narrativo; descripcion linea accion; descripcion meta; accion programado; compromiso; objetivo resumen
        narrativo; accion obra; accion prioritaria; actividad programado; proceso actividad; accion actividad; meta
        descripcion; accion especifica; actividad principal; actividad sustantiva; proyecto actividad;
        actividad proyecto""",
    "unit": """unidad; unidad medida; medida; unidad medicion; unidad medida accion; unidad medida meta; umedida;
        unidad medida indicador; tipo unidad""",
    "target": """meta; meta anual; meta programado; meta anual programado; meta total; meta ejercicio; valor meta;
        meta indicador; meta indicador programado; cantidad; cantidad anual; cantidad programado; meta año; meta
        original; programado anual; programacion anual; total anual; meta establecida; meta fijada; meta comprometida;
        total programado; meta planeada; meta anual indicador; meta fisica; meta fisica anual; cantidad meta; meta
        global; meta fin año; meta objetivo""",
    "target_kind": """tipo meta; tipo valor; tipo valor meta; valor absoluto relativo; tipo dato""",
    "indicator_code": """clave indicador; numero indicador; consecutivo indicador; indicador clave""",
    "indicator": """indicador; indicador desempeño; indicador resultado; indicador gestion; indicador estrategico;
        indicador actividad; indicador accion; indicador desempeño institucional; indicador proceso; indicador
        producto; indicador meta""",
    "definition": """definicion; definicion indicador; descripcion indicador; que mide; que mide indicador;
        descripcion general indicador; interpretacion; interpretacion indicador; objetivo indicador""",
    "numerator": """numerador; variable 1; variable numerador; valor 1; variable i; descripcion numerador;
        descripcion variable 1; definicion variable 1; numerador formula; dato 1; concepto numerador; variable uno;
        numerador variable; variable numerador indicador""",
    "denominator": """denominador; variable 2; variable denominador; valor 2; variable ii; descripcion
        denominador; descripcion variable 2; definicion variable 2; denominador formula; dato 2; concepto denominador;
        variable dos; denominador variable; variable denominador indicador""",
    "numerator_mode": """acumulacion numerador; comportamiento numerador""",
    "denominator_mode": """acumulacion denominador; comportamiento denominador""",
    "considered": """considerado; considerado global; entra global; cuenta global""",
    "frequency": """frecuencia; frecuencia medicion; periodicidad; periodicidad medicion; frecuencia reporte;
        frecuencia captura; frecuencia indicador; periodo medicion; periodicidad indicador; frecuencia calculo;
        temporalidad; periodicidad reporte; frecuencia seguimiento""",
    "schedule": """programacion; programacion mensual; calendarizacion; calendario; programacion acumulada""",
    "starts_in": """mes inicio; inicio; mes comienzo; inicia; mes inicial""",
    "program_official_key": """clave oficial programa; clave oficial programa presupuestario""",
    "action_official_key": """clave oficial accion; clave oficial linea accion""",
    "official_key": """clave oficial indicador; clave oficial""",
    "axis_key": """clave eje; numero eje; clave eje rector; numero eje rector; eje numero; clave pilar""",
    "objective_key": """clave objetivo; numero objetivo; objetivo numero; clave objetivo plan""",
    "strategy_key": """clave estrategia; numero estrategia; estrategia numero; clave estrategia plan""",
    "direction": """sentido; sentido indicador; comportamiento; comportamiento indicador; comportamiento esperado;
        tendencia; tendencia esperada; sentido esperado; sentido medicion; sentido meta; tendencia indicador;
        comportamiento indicador hacia meta""",
    "dimension": """dimension; dimension indicador; dimension medir; dimension desempeño; dimension atender;
        dimension que mide; tipo dimension""",
    "baseline": """linea base; valor linea base; linea base valor; valor base; valor inicial; linea basal; linea
        base indicador; situacion inicial""",
    "baseline_year": """año linea base; linea base año; año base; ejercicio linea base; periodo linea base; fecha
        linea base""",
    "verification": """medio verificacion; verificacion; medio comprobacion; evidencia documental; medio prueba;
        evidencia comprobatoria; medio verificacion indicador; soporte documental""",
    "requires_evidence": """evidencia; requiere evidencia; exige evidencia""",
    "source": """fuente; fuente informacion; fuente dato; fuente verificacion; origen dato; base dato""",
    "responsible_area": """area responsable; responsable; area ejecutora; area encargada; responsable indicador;
        responsable accion; unidad encargada; area genera informacion; area responsable genera posee publica;
        responsable seguimiento; responsable ejecucion; area; coordinacion; jefatura; area operativa; unidad
        responsable indicador; enlace; area responsable genera posee publica actualizan informacion""",
    FORMULA: """formula; formula calculo; metodo calculo; algoritmo; formula indicador; metodo calculo variable formula;
        expresion matematica; formula matematica; forma calculo; calculo; metodologia calculo; formula metodo calculo;
        algoritmo calculo; metodo calculo indicador; formula calculo indicador; expresion formula""",
    VARIABLES: """variable formula; descripcion variable formula; descripcion variable; variable indicador;
        definicion variable; variable calculo; variable metodo calculo; variable""",
}  # fmt: skip


def _compiled() -> dict[str, tuple[tuple[str, ...], ...]]:
    return {
        target: tuple(dict.fromkeys(words for phrase in text.split(";") if (words := header_words(phrase))))
        for target, text in _PHRASES.items()
    }


PHRASES = _compiled()
"""The words of every phrase, by the field (or the composite column) that it names."""

ONLY_ALONE = frozenset(
    header_words(phrase)
    for phrase in ("clave", "variable", "medida", "producto", "descripcion", "inicio", "area", "unidad", "calculo",
                   "cantidad", "departamento", "ramo", "proyecto", "responsable", "entidad", "ente", "direccion",
                   "compromiso", "plan", "vigencia", "tendencia", "coordinacion", "enlace", "evidencia")
)  # fmt: skip
"""Phrases that name a column only where nothing else stands in its header."""

CHANGE_THE_MEANING = frozenset(
    stem(word)
    for word in (
        "presupuesto", "aprobado", "modificado", "modificada", "devengado", "comprometido", "pagado", "ejercido",
        "autorizado", "recaudado", "avance", "alcanzado", "alcanzada", "logrado", "lograda", "realizado",
        "realizada", "cumplido", "cumplida", "ajustado", "ajustada", "obtenido", "obtenida", "resultado", "fecha",
        "telefono", "correo", "observacion", "comentario", "nota", "semaforo", "trimestre", "trimestral",
        "semestre", "bimestre", "mes", "mensual", "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio",
        "agosto", "septiembre", "setiembre", "octubre", "noviembre", "diciembre", "ene", "feb", "mar", "abr", "jun",
        "jul", "ago", "sep", "sept", "oct", "nov", "dic", "costo", "monto", "importe", "inversion", "gasto",
        "poblacion", "beneficiario", "genero", "sexo", "variacion", "diferencia", "porcentaje", "%", "acumulado",
        "acumulada", "valor", "clasificacion", "tipo", "funcional", "finalidad", "funcion", "subfuncion", "nivel",
        "mir", "supuesto", "riesgo", "alineacion", "ods", "agenda", "nacional", "estatal", "federal", "estado",
        "anterior", "justificacion", "cuenta", "hipervinculo", "validacion", "actualizacion", "termino", "periodo",
        "firma", "cargo", "titular", "primer", "segundo", "tercer", "cuarto", "1er", "2do", "3er", "4to", "i", "ii",
        "iii", "iv", "t1", "t2", "t3", "t4", "colonia", "localidad", "ubicacion", "fondo", "fuente",
        "financiamiento", "partida", "capitulo", "concepto", "parametro", "rango", "verde", "amarillo", "rojo",
        "aceptable", "critico", "ponderacion", "peso",
    )
)  # fmt: skip
"""A header with one of these that its phrase has not is probably of something else: «Meta alcanzada» is no «Meta»."""
