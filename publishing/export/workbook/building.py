"""The sheets of the workbook and the book around them."""

import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import accumulate
from typing import Any

import xlsxwriter

from publishing.export.rows import indicator_rows, measurement_rows, program_rows
from publishing.export.workbook import formulas as f
from publishing.export.workbook import helpers
from publishing.export.workbook.borders import on_a_border
from publishing.export.workbook.pages import HEAD, Field, Page, Row, Styles, of_column
from publishing.open_data.columns import AMOUNT, COUNT, INDICATORS, MEASUREMENTS, PROGRAMS, WORDS, Table

_RULES = "Reglas"
_STEPS = {"mensual": 1, "bimestral": 2, "trimestral": 3, "cuatrimestral": 4, "semestral": 6, "anual": 12}


def workbook(document: Mapping[str, Any], sha256: str) -> bytes:
    """The same document gives the same bytes."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    year, month, day = (int(part) for part in document["closed_on"].split("-"))
    book.set_properties({"title": _title(document), "created": datetime(year, month, day)})
    styles = Styles(book)
    pages = _pages(dict(document))
    _read_me(book, document, sha256, styles)
    _rules(book, document, styles)
    for page in pages:
        page.write(book, styles)
    book.close()
    return file.getvalue()


def _pages(document: dict[str, Any]) -> list[Page]:
    measurements = _measurements(document)
    indicators = _indicators(document, measurements)
    programs = _programs(document, indicators)
    plan = _group(
        "Plan", [{**document["plan_results"], "key": document["plan"]}], programs, "", _plan_extra(programs, indicators)
    )
    axes = _group("Ejes", _named(document["axis_results"], "key", document["axes"], "key"), programs, "eje")
    departments = _group(
        "Dependencias",
        _named(document["department_results"], "prefix", document["departments"], "prefix"),
        programs,
        "dependencia",
    )
    return [plan, axes, departments, programs, indicators, measurements]


def _fields(table: Table, computed: Mapping[str, str]) -> list[Field]:
    return [of_column(column, computed.get(column.name, "")) for column in table.columns]


def _measurements(document: dict[str, Any]) -> Page:
    fields = _fields(MEASUREMENTS, {"porcentaje_mes": f.MONTH_PERCENTAGE})
    return Page("Mediciones", fields, measurement_rows(document))


def _indicators(document: dict[str, Any], measurements: Page) -> Page:
    rows = list(indicator_rows(document))
    begins = [0, *accumulate(len(row["months"]) for row in rows)]

    def others(row: Row, number: int) -> dict[str, str]:
        count = len(row["months"])
        ranges = {
            short: measurements.range(name, begins[number], count) if count else ""
            for short, name in (("meses", "mes"), ("n", "numerador"), ("d", "denominador"))
        }
        return {**ranges, "programado": page.across("programado_01", "programado_12", number)}

    computed = {
        "estado": f.STATUS,
        "numerador": _where_captured(f.NUMERATOR, f.NONE),
        "denominador": _where_captured(f.DENOMINATOR, f.NONE),
        "porcentaje": f.PERCENTAGE,
        "avance": f.ADVANCE,
        "esperado": f.EXPECTED,
        "cumplimiento": f.COMPLIANCE,
        "cumplimiento_anual": f.ANNUAL,
        "semaforo": f.LIGHT,
        "meses_capturados": _where_captured(f.CAPTURED_DUE, f.NOTHING),
        "meses_exigibles": f.DUE,
    }
    rules, month = document["rules"], document["month"]
    helping = [
        Field("paso", helpers.step, f.STEP, COUNT, True),
        Field("hasta", lambda row: helpers.until(row, month), f.UNTIL, COUNT, True),
        Field("capturas", lambda row: len(row["months"]), _where_captured(f.CAPTURES, f.NOTHING), COUNT, True),
        Field("parte", lambda row: helpers.share(row, month), f.SHARE, AMOUNT, True),
        Field("valor", helpers.value, f.VALUE, AMOUNT, True),
        Field("topado", helpers.capped, f.CAPPED, AMOUNT, True),
        Field("verde", lambda row: helpers.border(row, rules, "green_from"), f.GREEN, AMOUNT, True),
        Field("amarillo", lambda row: helpers.border(row, rules, "amber_from"), f.AMBER, AMOUNT, True),
        Field("sobre", lambda row: helpers.border(row, rules, "over_above"), f.OVER, AMOUNT, True),
    ]
    fields = [
        of_column(column, computed.get(column.name, ""))  # type: ignore[arg-type]
        for column in INDICATORS.columns
    ]
    page = Page("Indicadores", [*fields, *helping], rows, others)
    return page


def _where_captured(formula: str, otherwise: str) -> Any:
    """A formula over the rows of its measurements needs some."""
    return lambda row: formula if row["months"] else otherwise


def _programs(document: dict[str, Any], indicators: Page) -> Page:
    rows = list(program_rows(document))
    begins = [0, *accumulate(len(row["indicators"]) for row in rows)]
    zero = document["rules"]["missing_as_zero"]

    def others(row: Row, number: int) -> dict[str, str]:
        where = begins[number], len(row["indicators"])
        names = ("considerado", "estado", "avance", "topado")
        return {f"i_{name}": indicators.range(name, *where) if where[1] else "" for name in names}

    computed = {
        "avance_global": f.GLOBAL,
        "considerados": f.CONSIDERED,
        "considerables": f.TOTAL,
        "cumplimiento": f.PROGRAM_COMPLIANCE,
        "semaforo": f.PROGRAM_LIGHT,
    }
    empty = {f.CONSIDERED: f.NOTHING, f.TOTAL: f.NOTHING, f.GLOBAL: f.NONE, f.PROGRAM_COMPLIANCE: f.NONE}

    def unless_empty(formula: str) -> Any:
        return lambda row: formula if row["indicators"] else empty.get(formula, f.NOTHING)

    fields = [
        of_column(column, unless_empty(computed[column.name]) if column.name in computed else "")
        for column in PROGRAMS.columns
    ]
    helping = [
        Field(
            "con_cumplimiento",
            lambda row: helpers.with_compliance(row["indicators"], zero),
            unless_empty(f.WITH_COMPLIANCE),
            COUNT,
            True,
        ),
        Field("global_o_cero", lambda row: helpers.or_zero(row["global"]), f.or_zero("avance_global"), AMOUNT, True),
        Field(
            "cumplimiento_o_cero",
            lambda row: helpers.or_zero(row["compliance"]),
            f.or_zero("cumplimiento"),
            AMOUNT,
            True,
        ),
    ]
    return Page("Programas", [*fields, *helping], rows, others)


def _group(name: str, rows: Iterable[Row], programs: Page, belongs: str, extra: Iterable[Field] = ()) -> Page:
    """Means over the programmes whose column ``belongs`` says the row's key; over all of them without it."""

    def others(row: Row, number: int) -> dict[str, str]:
        mine = f"A{number + HEAD + 1}"
        own = f"EXACT({programs.range(belongs)},{mine})" if belongs else f'{programs.range("clave_programa")}<>""'
        names = ("global_o_cero", "cumplimiento_o_cero", "avance_global", "cumplimiento")
        return {"own": own, **{f"p_{name}": programs.range(name) for name in names}}

    counted = _counted(programs, belongs)
    fields = [
        Field("clave" if belongs else "plan", lambda row: row["key"]),
        *([Field("nombre", lambda row: row["name"])] if belongs else []),
        Field("avance_global", lambda row: helpers.number(row["global"]), f.GROUP_GLOBAL, AMOUNT),
        Field("cumplimiento", lambda row: helpers.number(row["compliance"]), f.GROUP_COMPLIANCE, AMOUNT),
        Field("con_datos", lambda row: row["with_data"], f.WITH_DATA, COUNT),
        Field("programas", lambda row: row["programs"], f.PROGRAMS, COUNT),
        Field("con_cumplimiento", lambda row: counted(row["key"]), f.GROUP_WITH_COMPLIANCE, COUNT, True),
        *extra,
    ]
    return Page(name, fields, rows, others)


def _counted(programs: Page, belongs: str) -> Any:
    """How many programmes of a key have a compliance; of the plan, any has."""
    key = {"eje": "axis", "dependencia": "department"}.get(belongs)
    having = [row for row in programs.rows if row["compliance"] is not None]
    return lambda wanted: sum(1 for row in having if key is None or row[key] == wanted)


def _plan_extra(programs: Page, indicators: Page) -> list[Field]:
    lights = [
        Field(
            f"en_{WORDS['light'][light].replace(' ', '_')}",
            lambda row, light=light: row["lights"][light],  # type: ignore[misc]
            f'COUNTIF({programs.range("semaforo")},"{WORDS["light"][light]}")',
            COUNT,
        )
        for light in ("green", "amber", "red", "none")
    ]
    considered = indicators.range("considerado")
    months = [
        Field(
            name,
            lambda row, key=key: row[key],  # type: ignore[misc]
            f'SUMIFS({indicators.range(name)},{considered},"sí")',
            COUNT,
        )
        for name, key in (("meses_capturados", "months_captured"), ("meses_exigibles", "months_due"))
    ]
    return [*lights, *months]


def _named(results: Iterable[Row], key: str, known: Iterable[Row], named_by: str) -> list[Row]:
    names = {one[named_by]: one["name"] for one in known}
    return [{**one, "key": one[key], "name": names.get(one[key])} for one in results]


def _title(document: Mapping[str, Any]) -> str:
    version = f", versión {document['version']}" if document["version"] > 1 else ""
    return (
        f"{document['municipality']} · {document['plan']} · cierre {document['year']}-{document['month']:02d}{version}"
    )


def _rules(book: Any, document: Mapping[str, Any], styles: Styles) -> None:
    """What the closing was computed with; every formula names these cells."""
    sheet = book.add_worksheet(_RULES)
    sheet.set_column(0, 0, 62)
    sheet.set_column(1, 3, 16)
    rules = document["rules"]
    lines: list[tuple[str, str, float | int | str]] = [
        ("corte", "Mes de corte", document["month"]),
        ("verde", "Verde desde, % de cumplimiento", float(rules["green_from"])),
        ("amarillo", "Amarillo desde, % de cumplimiento", float(rules["amber_from"])),
        ("sobrecumplimiento", "Sobrecumplimiento arriba de, % de la meta anual", float(rules["over_above"])),
        (
            "sin_captura_es_cero",
            "Lo que no se capturó y se debía entra como 0",
            WORDS["missing_as_zero"][rules["missing_as_zero"]],
        ),
        (
            "descendente_entra",
            "Los indicadores descendentes entran en el global con su",
            WORDS["descending_enters_as"][rules["descending_enters_as"]],
        ),
    ]
    for line, (name, what, value) in enumerate(lines):
        sheet.write_string(line, 0, what, styles.text)
        sheet.write(line, 1, value)
        book.define_name(name, f"={_RULES}!$B${line + 1}")
    first = len(lines) + 1
    sheet.write_string(first, 0, "Meses entre dos capturas, según la frecuencia", styles.bold)
    for line, (word, months) in enumerate(_STEPS.items(), start=first + 1):
        sheet.write_string(line, 0, word, styles.text)
        sheet.write_number(line, 1, months)
    last = first + 1 + len(_STEPS)
    book.define_name("frecuencias", f"={_RULES}!$A${first + 2}:$A${last}")
    book.define_name("meses_entre", f"={_RULES}!$B${first + 2}:$B${last}")


def _read_me(book: Any, document: Mapping[str, Any], sha256: str, styles: Styles) -> None:
    sheet = book.add_worksheet("Léame")
    sheet.set_column(0, 0, 110)
    lines = [
        _title(document),
        f"Huella SHA-256 de su cierre.json: {sha256}",
        "Este libro vuelve a calcular el cierre: las columnas de encabezado verde son fórmulas, y las grises las "
        "ayudan. Parten de las cantidades de la hoja Mediciones, del catálogo en Indicadores y de la hoja Reglas.",
        "Cambie una cantidad y verá cambiar su porcentaje, el avance de su programa y el del plan.",
        "Las hojas de cálculo cuentan con unas 15 cifras: lo que resulta coincide con lo publicado en los 4 decimales. "
        "Para comprobarlo con fracciones exactas está verificar.py.",
        *on_a_border(document),
    ]
    for line, text in enumerate(lines):
        sheet.write_string(line, 0, text, styles.bold if line == 0 else styles.wrapped)
