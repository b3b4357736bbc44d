"""What each cell of the catalogue says, and every error of it."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.workbook.cells import nearest_code
from core.spreadsheets import Cell, Kind
from core.spreadsheets.cells import EMPTY, date_cell, error_cell, number_cell, text_cell
from tests.catalog.workbook.tables import CORRECT, HEADERS, IN_EXCEL, PERCENT_100, parse, parsed, row_values, sentences


def test_a_row_with_its_defaults():
    row = parsed()
    assert (row.row, row.plan_start, row.plan_end, row.year) == (2, 2014, 2016, 2016)
    assert row.plan == "Plan Municipal de Desarrollo 2014 - 2016"
    assert (row.department_number, row.department_prefix, row.department) == (None, "PRE", "Presidencia Municipal")
    assert (row.indicator_code, row.indicator) == ("PRE-01-01", "Recibir las solicitudes")
    assert (row.target, row.target_kind, row.schedule, row.shares) == (100, "percentage", "", ())
    assert (row.numerator_mode, row.denominator_mode, row.considered, row.frequency) == ("sum", "sum", True, 1)
    assert (row.direction, row.dimension, row.baseline, row.baseline_year) == ("ascending", "", None, None)
    assert (row.description, row.objectives, row.program_number) == ("", (), "")


@pytest.mark.parametrize(
    ("header", "value", "field", "expected"),
    [
        ("Plan", "PMD 2014–2016", "plan_end", 2016),
        ("Plan", "PMD de 2014 a 2016", "plan_start", 2014),
        ("Plan", "PMD 2014-2016 (corregido)", "plan_start", 2014),
        ("Ejercicio", number_cell(2016, "General"), "year", 2016),
        ("Meta", PERCENT_100, "target", 100),
        ("Meta", number_cell(100, "General"), "target", 100),
        ("Meta", "100", "target", 100),
        ("Meta", " 12.5 % ", "target", Decimal("12.5")),
        ("Meta", "１２", "target", 12),
        ("Meta", "1,234.5", "target", Decimal("1234.5")),
        ("Meta", "120%", "target", 120),
        ("Número de dependencia", number_cell(1, "General"), "department_number", 1),
        ("Número de programa", number_cell(1.1, "0.00"), "program_number", "1.10"),
        ("Número de programa", number_cell(1, "General"), "program_number", "1"),
        ("Número de programa", "1.10", "program_number", "1.10"),
        ("Descripción", "Uno.\n\nDos  blancos.", "description", "Uno.\n\nDos  blancos."),
        ("Objetivos del programa", "• Uno\n\n» Dos  tres\n- Cuatro", "objectives", ("Uno", "Dos tres", "Cuatro")),
        ("Acción", "Recibir\n las  solicitudes", "action", "Recibir las solicitudes"),
        ("Acumulación denominador", "ULTIMO", "denominator_mode", "last"),
        ("Considerado", "No", "considered", False),
        ("Considerado", Cell("VERDADERO", Kind.BOOLEAN), "considered", True),
        ("Evidencia", "Sí", "requires_evidence", True),
        ("Evidencia", "", "requires_evidence", False),
        ("Frecuencia", "Bimestral", "frequency", 2),
        ("Frecuencia", "trimestral", "frequency", 3),
        ("Frecuencia", "cuatrimestral", "frequency", 4),
        ("Frecuencia", "semestral", "frequency", 6),
        ("Frecuencia", "anual", "frequency", 12),
        ("Programación", "Constante", "schedule", "flat"),
        ("Programación", "lineal", "schedule", "linear"),
        ("Programación", "0; 0; 25; 25; 25; 50; 50; 50; 75; 75; 75; 100", "schedule", "explicit"),
        ("Sentido", "descendente", "direction", "descending"),
        ("Dimensión", "Economía", "dimension", "economia"),
        ("Línea base", "85 %", "baseline", 85),
        ("Año de línea base", "2013", "baseline_year", 2013),
        ("Clave del eje", "4", "axis_key", "4"),
        ("Área responsable", "Secretaría Particular", "responsible_area", "Secretaría Particular"),
    ],
)
def test_what_a_cell_says(header, value, field, expected):
    result = parse(row_values() | {header: value})
    assert result.errors == []
    assert result.rows[0].value_of(field) == expected


def test_an_explicit_schedule_has_twelve_exact_shares():
    row = parse(row_values() | {"Programación": "0;0;8.3333%;25;25;25;50;50;50;75;75;100"}).rows[0]
    assert len(row.shares) == 12
    assert row.shares[2] == Decimal("8.3333")


@pytest.mark.parametrize(
    ("header", "value", "sentence"),
    [
        ("Meta", "cien", "Meta: «cien» no es un número; escríbalo con cifras, por ejemplo 100% o 12"),
        ("Meta", "", "Meta: falta; escriba por ejemplo 100%, o una cantidad si la meta es absoluta"),
        ("Meta", "-5", "Meta: «-5» es negativo: escriba 0 o más"),
        ("Meta", number_cell(-5, "General"), "Meta: «-5» es negativo: escriba 0 o más"),
        ("Meta", "cien %", "Meta: «cien %» no es un número; escríbalo con cifras, por ejemplo 100% o 12"),
        ("Meta", "1E309", f"Meta: «1E309» está en notación científica: escriba todas sus cifras {IN_EXCEL}"),
        ("Meta", number_cell(float("inf"), "General"), f"Meta: «#¡NUM!» {CORRECT}"),
        ("Meta", error_cell("#DIV/0!"), f"Meta: «#DIV/0!» {CORRECT}"),
        ("Meta", "NaN", "Meta: «NaN» no es un número; escríbalo con cifras, por ejemplo 100% o 12"),
        ("Meta", "1.23456", "Meta: «1.23456» tiene demasiados decimales: caben hasta 4"),
        (
            "Meta",
            "1234567890123",
            "Meta: «1234567890123» es demasiado grande: caben hasta 12 cifras antes del punto",
        ),
        ("Meta", "0", "Meta: «0» no puede ser la meta; solo un indicador descendente tiene 0"),
        ("Ejercicio", "2017", "Ejercicio: «2017» está fuera de los años del plan, 2014 a 2016; corrija el ejercicio, "
         "o los años en el nombre del plan"),
        ("Ejercicio", "dos mil", "Ejercicio: «dos mil» no es un año; escriba por ejemplo 2016"),
        ("Eje rector", "x" * 501, f"Eje rector: «{'x' * 60}…» tiene 501 caracteres; caben hasta 500"),
        (
            "Plan",
            "Plan Municipal",
            "Plan: «Plan Municipal» no dice sus años; escríbalo como «Plan Municipal de Desarrollo 2014 - 2016»",
        ),
        ("Plan", "PMD 2016 - 2014",
         "Plan: «PMD 2016 - 2014» no tiene sus años en orden; escríbalos como «2014 - 2016»"),
        ("Clave del programa", "PRE-1", "Clave del programa: «PRE-1» no es una clave; ¿quiso decir «PRE-01»?"),
        ("Clave del programa", "pre 01", "Clave del programa: «pre 01» no es una clave; ¿quiso decir «PRE-01»?"),
        (
            "Clave del programa",
            "uno",
            "Clave del programa: «uno» no es una clave del programa; son como PRE-02",
        ),
        (
            "Clave de la acción",
            "PRE-02-01",
            "Clave de la acción: «PRE-02-01» no pertenece al programa «PRE-01»; la clave empieza con la suya",
        ),
        (
            "Clave del indicador",
            "PRE-01-02",
            "Clave del indicador: «PRE-01-02» no pertenece a la acción «PRE-01-01»; la clave empieza con la suya",
        ),
        (
            "Clave del indicador",
            "PRE-01-01-B",
            "Indicador: falta; «PRE-01-01-B» es un indicador más de la acción y lleva su nombre",
        ),
        ("Prefijo", "pre", "Prefijo: «pre» no es un prefijo; son de 2 a 6 letras mayúsculas, por ejemplo PRE"),
        ("Frecuencia", "diaria", "Frecuencia: «diaria» no es una opción; escriba mensual, bimestral, trimestral, "
         "cuatrimestral, semestral o anual"),
        ("Considerado", "quizá", "Considerado: «quizá» no es una opción; escriba sí o no"),
        ("Programación", "0; 50; 100", "Programación: «0; 50; 100» tiene 3 porcentajes; son doce acumulados, "
         "uno por mes, y el último es 100"),
        (
            "Programación",
            "a veces",
            "Programación: «a veces» no es una programación; escriba constante, lineal o doce porcentajes "
            "acumulados separados con punto y coma",
        ),
        (
            "Número de programa",
            number_cell(1.1, "General"),
            "Número de programa: «1.1» está guardado como número y no se sabe si era 1.1 o 1.10; "
            "dé a la columna formato de texto y escríbalo otra vez",
        ),
        ("Número de dependencia", "uno", "Número de dependencia: «uno» no es un número de dependencia: "
         "escriba un entero, por ejemplo 1"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_cell_is_said_with_row_column_and_value(header, value, sentence):
    assert sentences(row_values() | {header: value}) == [f"fila 2 · {sentence}"]


def test_a_date_is_not_a_number():
    cell = date_cell(datetime.datetime(2016, 1, 10))
    assert sentences(row_values() | {"Meta": cell}) == [
        "fila 2 · Meta: «2016-01-10» es una fecha, no un número; dé a la celda formato de número y escriba la cantidad "
        "otra vez"
    ]
    assert "es una fecha; dé a la celda formato de texto" in sentences(row_values() | {"Número de programa": cell})[0]


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ("50;40;50;50;50;50;50;50;50;50;50;100", "baja de un mes a otro"),
        ("0;0;0;0;0;0;0;0;0;0;0;99", "no termina en 100"),
        ("0;0;0;0;0;0;0;0;0;0;0;101", "en el mes 12, «101» pasa de 100"),
        ("0;x;0;0;0;0;0;0;0;0;0;100", "en el mes 2, «x» no es un número"),
        ("-1;0;0;0;0;0;0;0;0;0;0;100", "en el mes 1, «-1» es negativo"),
        ("0;;0;0;0;0;0;0;0;0;0;100", "en el mes 2, "),
    ],
)
def test_a_schedule_that_is_none(shares, sentence):
    assert sentence in sentences(row_values() | {"Programación": shares})[0]


class TestTargets:
    def test_an_absolute_target(self):
        row = parse(row_values(Meta="12") | {"Tipo de meta": "absoluta"}).rows[0]
        assert (row.target, row.target_kind) == (12, "absolute")

    @pytest.mark.parametrize("target", ["12%", PERCENT_100])
    def test_an_absolute_target_with_a_percent_sign_is_an_error(self, target):
        assert (
            "es un porcentaje y la meta es absoluta"
            in sentences(row_values(Meta=target) | {"Tipo de meta": "absoluta"})[0]
        )

    def test_zero_is_legal_for_a_descending_indicator(self):
        assert parsed(Meta="0", Sentido="descendente").target == 0

    @pytest.mark.parametrize(("schedule", "errors"), [("lineal", 1), ("constante", 0), ("", 0)])
    def test_a_descending_indicator_is_flat(self, schedule, errors):
        result = parse(row_values(Sentido="descendente") | {"Programación": schedule})
        assert len(result.errors) == errors

    def test_a_bare_one_is_one_per_cent_and_noted(self):
        result = parse(row_values(Meta=number_cell(1, "General"), **{"Tipo de meta": "porcentaje"}))
        assert result.rows[0].target == 1
        assert result.notes == ["Fila 2 · Meta: 1 se leyó como 1 %; si la meta es 100 %, escríbala con su signo"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("PRE-2", "PRE-02"),
        ("pre 2", "PRE-02"),
        ("PRE02", "PRE-02"),
        ("PRE–02–3", "PRE-02-03"),
        ("PRE.02.03", "PRE-02-03"),
        ("pre-2-3 b", "PRE-02-03-B"),
        ("NIÑ-1", "NIÑ-01"),
        ("PRÉ-01", "PRE-01"),
        ("X-1", ""),
        ("programa", ""),
        ("", ""),
    ],
)
def test_the_code_that_was_probably_meant(text, code):
    assert nearest_code(text) == code


cell_values = st.one_of(
    st.just(EMPTY),
    st.text(max_size=30).map(text_cell),
    st.sampled_from(["100%", "PRE-01", "PRE-01-01", "suma", "sí", "2016", "0;" * 11 + "100"]).map(text_cell),
    st.floats().map(lambda value: number_cell(value, "General")),
    st.integers().map(lambda value: number_cell(value, "0%")),
    st.datetimes().map(date_cell),
    st.just(error_cell("#N/A")),
)


@given(
    rows=st.lists(st.dictionaries(st.sampled_from(HEADERS), cell_values, max_size=6), min_size=1, max_size=4),
    fill=st.booleans(),
)
def test_whatever_cells_say_the_answer_is_rows_and_sentences(rows, fill):
    result = parse(*(row_values() | row for row in rows), fill_down=fill)
    failed = {error.row for error in result.errors}
    assert {row.row for row in result.rows} == set(range(2, len(rows) + 2)) - failed
    for error in result.errors:
        assert error.column in HEADERS
        assert "\n" not in str(error)
        assert not str(error).endswith(".")


@given(st.decimals(min_value=Decimal("0.0001"), max_value=Decimal("999999999999.9999"), places=4))
def test_any_amount_is_read_exactly_as_text_and_as_percentage(amount):
    assert parsed(Meta=f"{amount}%").target == amount
    assert parsed(Meta=f"{amount:,}").target == amount
