"""What rows of the catalogue say together, blanks that mean «as above», and the header."""

import io

import pytest

from catalog.workbook.columns import COLUMNS
from catalog.workbook.parsing import parse_catalog
from core.spreadsheets import Row, Table, read_table
from tests.catalog.workbook.tables import HEADERS, parse, row_values, sentences, table


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
