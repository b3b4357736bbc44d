"""Headers as municipalities write them: what each is proposed to be, and what is left to the person."""

import io

import pytest

from catalog.layout.proposing import Sampled, propose
from catalog.layout.reading import propose_for
from core.spreadsheets import read_grids
from core.spreadsheets.cells import Kind
from core.text import fold
from tests.catalog.layout.books import write

# Each line is one head: «header = what it is»; nothing behind the sign: it is left alone.
HEADS = {
    "POA": """PMD = plan | AÑO = year | EJE = axis | OBJETIVO = objective | ESTRATEGIA = strategy
        | DEPENDENCIA O ENTIDAD = department | CLAVE PP = program_code | PROGRAMA PRESUPUESTARIO = program
        | CVE. ACCIÓN = action_code | LÍNEA DE ACCIÓN = action | UNIDAD DE MEDIDA = unit | META ANUAL = target
        | NOMBRE DEL INDICADOR = indicator | VARIABLE A = numerator | VARIABLE B = denominator
        | FRECUENCIA DE MEDICIÓN = frequency | SENTIDO DEL INDICADOR = direction
        | MEDIOS DE VERIFICACIÓN = verification""",
    "MIR de un organismo": """Clasificación Programática acorde al CONAC =
        | Clave del Programa presupuestario = program_code
        | Nombre del programa presupuestario = program
        | Clasificación funcional del gasto al que corresponde el programa presupuestario =
        | Nombre de la dependencia o entidad que lo ejecuta = department | Aprobado = | Modificado = | Devengado =
        | Comprometido = | Pagado = | Cuenta con MIR (SI/NO) = | Nivel de la MIR del programa =
        | Descripción del resumen narrativo (FIN, Propósito, componentes y actividades) = action
        | Nombre del Indicador = indicator | Nivel de la MIR, al que corresponde el indicador =
        | Meta del indicador Programada = target | Meta del indicador Modificada = | Meta del indicador alcanzada =
        | Avance/ Programado (2 TRIMESTRE 2025) = | Valor del numerador de la formula =
        | Valor del denominador de la formula =""",
    "formato de transparencia": """Ejercicio = year | Fecha de inicio del periodo que se informa =
        | Nombre del programa o concepto al que corresponde el indicador = program
        | Objetivo institucional = objective | Nombre(s) del(os) indicador(es) = indicator
        | Dimensión(es) a medir = dimension | Definición del indicador = definition | Unidad de medida = unit
        | Frecuencia de medición = frequency | Línea base = baseline | Metas programadas = target
        | Metas ajustadas que existan, en su caso = | Avance de metas =
        | Sentido del indicador (catálogo) = direction | Fuente de información = source
        | Área(s) responsable(s) que genera(n), posee(n), publica(n) y actualizan la información = responsible_area
        | Fecha de validación = | Nota =""",
    "avance mensual": """No. = | EJE RECTOR = axis | PROGRAMA = program | ACTIVIDAD = action | U. DE M. = unit
        | META = target | ENE = | FEB = | MAR = | TOTAL = | RESPONSABLE = responsible_area | OBSERVACIONES =""",
    "llamadas a notas": """Dependencia = department | Cve. Dep. = department_number | Cve. Prog. = program_code
        | Programa: = program | No. de acción = action_code | Acción 1/ = action | Unidad 1/ = unit | Meta (2) = target
        | Numerador* = numerator | Denominador** = denominator | Periodicidad = frequency
        | Comportamiento = direction""",
    "pilares": """PILAR = axis | TEMA = | OBJETIVO ESTRATÉGICO = objective | ESTRATEGIAS = strategy
        | LÍNEAS DE ACCIÓN = action | META PROGRAMADA = target | META ALCANZADA = | % DE AVANCE = | UDM = unit
        | Área Responsable = responsible_area | PRESUPUESTO = | SEMÁFORO =""",
    "con años en el encabezado": """Eje del PMD 2022-2024 = axis | Objetivo del PMD = objective
        | Estrategia del PMD = strategy | Unidad Administrativa = department | Clave presupuestal = program_code
        | Actividades = action | Meta Anual 2024 = target | Numerador (A) = numerator | Denominador (B) = denominator
        | Año línea base = baseline_year | Valor línea base = baseline | Mes de inicio = starts_in""",
    "códigos": """CÓDIGO PROGRAMA = program_code | CÓDIGO ACCIÓN = action_code | CÓDIGO INDICADOR = indicator_code
        | Tipo de Indicador = | Unidad Responsable = department | Descripción de la acción = action
        | Descripción del programa = description | Objetivo del programa = objectives | Fecha de corte =""",
    "con erratas": """DEPENDENCA = department | FRECUENCA DE MEDICION = frequency | UNIDAD DE MEDDIA =
        | INDICADOR DE DESMPEÑO = indicator | META AUNAL = target""",
    "dos que son lo mismo": "META = | META ANUAL = | EJE = axis",
    "la misma dos veces": "Indicador = | Indicador = | Programa = program",
    "las nuestras": """Clave del eje = axis_key | Eje rector = axis | Clave de la estrategia = strategy_key
        | Número de programa = program_number | Prefijo = department_prefix | Tipo de meta = target_kind
        | Clave oficial de la acción = action_official_key | Clave oficial del indicador = official_key
        | Acumulación numerador = numerator_mode | Considerado = considered | Evidencia = requires_evidence""",
}  # fmt: skip


def head(text):
    return [tuple(part.strip() for part in one.partition("=")[::2]) for one in text.split("|")]


@pytest.mark.parametrize("name", HEADS)
def test_each_header_is_proposed_as_what_it_is_or_left_to_the_person(name):
    expected = head(HEADS[name])
    columns = [Sampled(header) for header, _ in expected]
    assert list(zip([header for header, _ in expected], propose(columns), strict=True)) == expected


def test_there_are_enough_of_them():
    assert sum(len(head(text)) for text in HEADS.values()) > 100


def column(header, *texts, kind=Kind.TEXT):
    return Sampled(header, tuple(fold(text) for text in texts), (kind,) * len(texts), texts)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        # Figures below «Numerador» are captures, and no label.
        ([column("Numerador", "12", "14", kind=Kind.NUMBER), column("Denominador", "a", "b")], ["", "denominator"]),
        # A year that is a whole plan is no year.
        ([column("Periodo fiscal", "enero", "febrero")], [""]),
        # An unknown header over frequencies, directions or dimensions.
        ([column("Cada cuándo", "Mensual", "Anual"), column("Va hacia", "Ascendente", "Descendente")],
         ["frequency", "direction"]),
        ([column("Columna 7", "Eficacia", "Calidad", "Economía")], ["dimension"]),
        # One cell proves nothing.
        ([column("Columna 7", "Eficacia")], [""]),
        # «Frecuencia» over what is none.
        ([column("Frecuencia", "90.5 MHz", "101.3 MHz")], [""]),
    ],
)  # fmt: skip
def test_what_stands_below_is_weighed(columns, expected):
    assert propose(columns) == expected


def test_two_rows_say_together_what_neither_says_alone():
    assert propose([Sampled("Programada", above="Meta"), Sampled("Alcanzada", above="Meta")]) == ["target", ""]
    assert propose([Sampled("Meta", above="Avance trimestral"), Sampled("Meta", above="Anual")]) == ["", "target"]


def test_a_key_is_of_what_stands_over_it():
    def pair(over):
        return [Sampled("CVE", above=over), Sampled("DENOMINACIÓN", above=over)]

    assert propose([*pair("PROGRAMA"), *pair("PROYECTO / ACTIVIDAD")]) == [
        "program_code", "program", "action_code", "action",
    ]  # fmt: skip
    over = ("EJE RECTOR", "OBJETIVO", "ESTRATEGIA", "INDICADOR", "LÍNEA DE ACCIÓN", "DEPENDENCIA")
    assert propose([Sampled("Clave", above=one) for one in over]) == [
        "axis_key", "objective_key", "strategy_key", "indicator_code", "action_code", "department_number",
    ]  # fmt: skip
    assert propose([Sampled("CVE", above="Presupuesto del programa"), Sampled("CVE", above="Datos generales")]) == [
        "", "",
    ]  # fmt: skip


THREE_ROWS = [
    ["PROGRAMA OPERATIVO ANUAL 2016"],
    ["ESTRUCTURA PROGRAMÁTICA", None, None, None, "METAS", None],
    ["PROGRAMA", None, "PROYECTO / ACTIVIDAD", None, "UNIDAD DE MEDIDA", "META ANUAL"],
    ["CVE", "NOMBRE", "CVE", "NOMBRE", None, None],
    ["E-01", "Bacheo", "E-01.1", "Bachear calles", "m2", 100],
    ["E-01", "Bacheo", "E-01.2", "Pintar topes", "Topes", 20],
]  # fmt: skip


def test_a_head_of_three_rows_says_which_keys_it_has(tmp_path):
    path = write(tmp_path / "p.xlsx", {"POA": THREE_ROWS}, ["A2:D2", "E2:F2", "A3:B3", "C3:D3", "E3:E4", "F3:F4"])
    found = propose_for(read_grids([("p.xlsx", io.BytesIO(path.read_bytes()))]))
    assert found.head.last_row == 4
    assert found.targets == ("program_code", "program", "action_code", "action", "unit", "target")
