"""The catalogue workbook as values, and every error of it in one go."""

import datetime
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.columns import COLUMNS, nearest_code
from catalog.parsing import parse_catalog
from core.spreadsheets import Cell, Kind, Row, Table, read_table
from core.spreadsheets.cells import EMPTY, date_cell, error_cell, number_cell, text_cell

HEADERS = [column.header for column in COLUMNS]
PERCENT_100 = number_cell(1, "0%")

IN_EXCEL = "(en Excel, con formato de número)"


def row_values(**changes):
    values = {
        "Plan": "Plan Municipal de Desarrollo 2014 - 2016",
        "Ejercicio": "2016",
        "Eje rector": "Un Gobierno Incluyente",
        "Objetivo": "Cercano a la Gente",
        "Estrategia": "Conducir la política interior",
        "Dependencia": "Presidencia Municipal",
        "Clave del programa": "PRE-01",
        "Programa": "Proximidad Ciudadana",
        "Clave de la acción": "PRE-01-01",
        "Acción": "Recibir las solicitudes",
        "Unidad": "Solicitudes",
        "Meta": "100%",
        "Numerador": "Número de solicitudes atendidas",
        "Denominador": "Total de solicitudes recibidas",
    }
    return values | {name.replace("_", " "): value for name, value in changes.items()}


def as_cell(value):
    return value if isinstance(value, Cell) else text_cell(value)


def table(*rows, headers=HEADERS):
    body = [Row(number, [as_cell(row.get(header, "")) for header in headers]) for number, row in enumerate(rows, 2)]
    return Table(["Catálogo"], "Catálogo", 1, list(headers), body)


def parse(*rows, **options):
    return parse_catalog(table(*rows), **options)


def parsed(**changes):
    """The only row, after changes given by header."""
    result = parse(row_values(**changes))
    assert result.errors == []
    return result.rows[0]


MEND = "es un error de la hoja de cálculo; corrija la celda o escriba el dato"


def sentences(*rows, **options):
    return [str(error) for error in parse(*rows, **options).errors]


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
    assert getattr(result.rows[0], field) == expected


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
        ("Meta", number_cell(float("inf"), "General"), f"Meta: «#¡NUM!» {MEND}"),
        ("Meta", error_cell("#DIV/0!"), f"Meta: «#DIV/0!» {MEND}"),
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
        result = parse(row_values(Meta=number_cell(1, "General")))
        assert result.rows[0].target == 1
        assert result.notes == ["Fila 2 · Meta: 1 se leyó como 1 %; si la meta es 100 %, escríbala con su signo"]


def second(**changes):
    return row_values(**{"Clave de la acción": "PRE-01-02", "Acción": "Otra"} | changes)


class TestRowsTogether:
    def test_all_errors_at_once_in_row_order(self):
        bad = row_values(Meta="cien", Ejercicio="x") | {"Clave del programa": "P"}
        found = parse(row_values(), bad, row_values())
        assert [(error.row, error.column) for error in found.errors] == [
            (3, "Ejercicio"),
            (3, "Clave del programa"),
            (3, "Meta"),
            (4, "Clave del indicador"),
        ]
        assert [row.row for row in found.rows] == [2]

    def test_a_second_indicator_of_an_action_needs_its_own_code_and_name(self):
        own = row_values(Indicador="A tiempo") | {"Clave del indicador": "PRE-01-01-B"}
        result = parse(row_values(), own)
        assert [row.indicator_code for row in result.rows] == ["PRE-01-01", "PRE-01-01-B"]
        assert sentences(row_values(), row_values()) == [
            "fila 3 · Clave del indicador: falta; la acción «PRE-01-01» ya tiene un indicador en la fila 2 "
            "y cada uno más lleva su propia clave y nombre, por ejemplo «PRE-01-01-B»"
        ]

    def test_a_duplicate_code_names_the_other_row(self):
        row = row_values() | {"Clave del indicador": "PRE-01-01"}
        assert sentences(row, second(), row) == [
            "fila 4 · Clave del indicador: «PRE-01-01» está repetida; es también la de la fila 2, y cada "
            "indicador lleva la suya"
        ]

    def test_of_the_same_code_in_another_year_only_the_year_is_wrong(self):
        assert sentences(row_values(), row_values(Ejercicio="2015")) == [
            "fila 3 · Ejercicio: «2015»: el archivo es del ejercicio 2016; importe un ejercicio a la vez"
        ]

    @pytest.mark.parametrize(
        ("header", "value"),
        [
            ("Programa", "Otro nombre"),
            ("Estrategia", "Otra estrategia"),
            ("Dependencia", "Obras"),
            ("Número de programa", "1.2"),
            ("Descripción", "Otra"),
            ("Objetivos del programa", "Otro"),
        ],
    )
    def test_a_programme_is_one_thing(self, header, value):
        first = row_values() | {"Número de programa": "1.1", "Descripción": "Una", "Objetivos del programa": "Uno"}
        found = sentences(first, second(**{header: value}))
        assert any(f"fila 3 · {header}: «{value}» no coincide con la fila 2" in sentence for sentence in found)

    @pytest.mark.parametrize(("header", "value"), [("Acción", "Otra"), ("Unidad", "Quejas")])
    def test_an_action_is_one_thing(self, header, value):
        more = row_values(Indicador="A tiempo") | {"Clave del indicador": "PRE-01-01-B", header: value}
        assert sentences(row_values(), more)[0].startswith(f"fila 3 · {header}: «{value}» no coincide con la fila 2")

    def test_what_one_row_leaves_blank_another_says(self):
        first = row_values() | {"Descripción": "Una", "Objetivos del programa": "Uno", "Número de dependencia": "1"}
        result = parse(second(), first)
        assert result.errors == []
        assert {(row.description, row.objectives, row.department_number) for row in result.rows} == {
            ("Una", ("Uno",), 1)
        }

    def test_two_departments_do_not_share_a_prefix_or_number(self):
        other = second(Dependencia="Obras") | {
            "Clave del programa": "PRE-02",
            "Programa": "Obra",
            "Clave de la acción": "PRE-02-01",
            "Número de dependencia": "1",
        }
        (found,) = sentences(row_values() | {"Número de dependencia": "1"}, other)
        assert "«Obras» no coincide con la fila 2, donde el prefijo «PRE» tiene «Presidencia Municipal»" in found
        other["Clave del programa"], other["Clave de la acción"] = "OBR-02", "OBR-02-01"
        (found,) = sentences(row_values() | {"Número de dependencia": "1"}, other)
        assert "«Obras» no coincide con la fila 2, donde la dependencia número «1» tiene" in found

    @pytest.mark.parametrize("wrong", [0, 1, 2])
    @pytest.mark.parametrize(
        ("header", "value", "message"),
        [
            ("Estrategia", "Otra", "«Otra» no coincide con la fila"),
            ("Dependencia", "presidencia municipal", "«presidencia municipal» ya está como «Presidencia Municipal»"),
            ("Programa", "Otro", "«Otro» no coincide con la fila"),
        ],
    )
    def test_one_wrong_cell_is_one_error_wherever_it_stands(self, wrong, header, value, message):
        rows = [
            row_values(**{"Clave de la acción": f"PRE-01-0{n}", "Acción": f"Acción {n}"})
            | {"Número de dependencia": "1"}
            for n in (1, 2, 3)
        ]
        rows[wrong][header] = value
        result = parse(*rows)
        assert [(error.row, error.column) for error in result.errors] == [(wrong + 2, header)]
        assert result.errors[0].message.startswith(message) and result.notes == []

    def test_names_that_differ_only_in_accents_are_noted(self):
        other = second(Estrategia="Conducir la politica interior") | {
            "Clave del programa": "PRE-02",
            "Clave de la acción": "PRE-02-01",
        }
        result = parse(row_values(), other)
        assert result.errors == []
        assert "solo difiere en mayúsculas o acentos" in result.notes[0]


class TestFillDown:
    BLANK = dict.fromkeys(
        ("Plan", "Ejercicio", "Eje rector", "Objetivo", "Estrategia", "Dependencia", "Clave del programa", "Programa"),
        "",
    )

    def test_a_blank_hierarchy_cell_means_as_above(self):
        first = row_values() | {"Descripción": "Una", "Clave del eje": "4"}
        result = parse(first, second() | self.BLANK, fill_down=True)
        assert result.errors == []
        assert result.rows[1].program_code == "PRE-01"
        assert (result.rows[1].axis_key, result.rows[1].description) == ("4", "Una")

    def test_without_it_every_blank_says_what_to_do(self):
        found = sentences(row_values(), second() | self.BLANK)
        assert len(found) == len(self.BLANK)
        assert found[0] == (
            "fila 3 · Plan: falta; si quiere decir «lo mismo que arriba», márquelo en «Lo que usted decide»"
        )

    def test_what_hangs_on_something_that_changed_is_not_filled(self):
        other = second() | self.BLANK | {"Eje rector": "Otro eje"}
        found = sentences(row_values(), other, fill_down=True)
        assert "fila 3 · Objetivo: falta, y no se puede tomar de arriba" in found[0]

    def test_the_description_of_another_programme_is_not_filled(self):
        other = (
            second()
            | self.BLANK
            | {
                "Clave del programa": "PRE-02",
                "Programa": "Otro",
                "Clave de la acción": "PRE-02-01",
            }
        )
        result = parse(row_values() | {"Descripción": "Una"}, other, fill_down=True)
        assert result.errors == []
        assert result.rows[1].description == ""

    def test_the_first_row_has_nothing_above(self):
        assert len(sentences(row_values() | self.BLANK, fill_down=True)) == len(self.BLANK)

    def test_cells_of_an_indicator_are_never_filled(self):
        assert sentences(row_values(), second(Unidad=""), fill_down=True) == [
            "fila 3 · Unidad: falta; escriba en qué se mide, por ejemplo «Solicitudes»"
        ]


class TestHeaders:
    def test_order_case_accents_and_asterisks_do_not_matter(self):
        headers = [f" {header.upper()} *".replace("Ó", "O") for header in reversed(HEADERS)]
        source = table(row_values())
        body = [Row(row.number, row.cells[::-1]) for row in source.rows]
        result = parse_catalog(Table([], "", 1, headers, body))
        assert (len(result.rows), result.errors, result.notes) == (1, [], [])

    def test_missing_columns_are_one_sentence_with_what_was_probably_meant(self):
        headers = [header for header in HEADERS if header not in ("Meta", "Unidad")] + ["Metas"]
        result = parse_catalog(table(row_values(), headers=headers))
        assert list(map(str, result.errors)) == ["faltan las columnas «Unidad» y «Meta»; ¿«Metas» es «Meta»?"]

    def test_unknown_columns_are_notes(self):
        headers = [header for header in HEADERS if header != "Frecuencia"] + ["Frecuancia", "Notas", "Errores"]
        result = parse_catalog(table(row_values(), headers=headers))
        assert result.errors == []
        assert result.notes == [
            "La columna «Frecuancia» no se conoce y no se lee; ¿quiso decir «Frecuencia»?",
            "La columna «Notas» no se conoce y no se lee",
        ]

    def test_a_doubled_column_is_an_error(self):
        result = parse_catalog(table(row_values(), headers=[*HEADERS, "meta*"]))
        assert list(map(str, result.errors)) == ["la columna «Meta» está dos veces"]

    def test_only_required_columns_are_enough(self):
        headers = [column.header for column in COLUMNS if column.required]
        assert len(parse_catalog(table(row_values(), headers=headers)).rows) == 1

    def test_a_column_without_header_is_noted(self):
        source = table(row_values() | {"": "algo"}, headers=[*HEADERS, ""])
        assert "no encabezado" in parse_catalog(source).notes[0]

    def test_a_file_without_rows_is_an_error(self):
        assert list(map(str, parse_catalog(table()).errors)) == [
            "la hoja tiene encabezados pero ningún indicador: escriba uno en cada fila de abajo"
        ]

    def test_a_csv_reads_the_same(self):
        values = row_values()
        text = ";".join(values) + "\n" + ";".join(values.values())
        source = read_table(io.BytesIO(text.encode("latin-1")), name="catalogo.csv")
        assert parse_catalog(source).rows == parse(values).rows


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
