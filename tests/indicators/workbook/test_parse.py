"""The workbook «Capturas» as values, with all of its errors."""

import csv
import io
import re
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spreadsheets import NO_RESULT
from indicators.models import MONTH_NAMES
from indicators.workbook import COLUMNS, parse, split_reason
from tests.indicators.workbook.sheets import IN_EXCEL, lines, read

CODES = st.from_regex(r"[A-ZÑ]{2,6}-[0-9]{2}", fullmatch=True)
AMOUNTS = st.decimals(0, 10**11, places=4)


class TestParse:
    def test_headers_without_regard_to_case_accents_blanks_or_order(self) -> None:
        header = ["  justificacion", "DENOMINADOR", "numerador ", "clave del indicador*", "MES", "Ejercicio", "Notas"]
        parsed = read(["Rezago", 4, 5, "pre-01-01", "Septiembre", 2016, "x"], header=header)
        assert not parsed.errors
        (row,) = parsed.rows
        assert (row.year, row.month, row.code) == (2016, 9, "PRE-01-01")
        assert (row.numerator, row.denominator, row.words) == (Decimal(5), Decimal(4), "Rezago")

    def test_justification_is_an_optional_column(self) -> None:
        assert not read([2016, 9, "PRE-01-01", 3, 4], header=COLUMNS[:-1]).errors

    def test_every_missing_column_is_named(self) -> None:
        assert lines(read([2016, 9, 3], header=["Ejercicio", "Mes", "Numerador"])) == [
            "El archivo no tiene las columnas «Clave del indicador», «Denominador»."
        ]

    def test_a_column_that_is_there_twice(self) -> None:
        assert lines(read([2016, 9, 9], header=["Ejercicio", "Mes", "mes"])) == [
            "La columna «Mes» está dos veces: deje solo una."
        ]

    @pytest.mark.parametrize("typed", [9, "9", "09", "septiembre", "SEPTIEMBRE", " Septiembre ", "setiembre"])
    def test_months(self, typed: Any) -> None:
        assert read([2016, typed, "PRE-01-01", 3, 4]).rows[0].month == 9

    @pytest.mark.parametrize("typed", ["1,234.5", " 1234.5 ", 1234.5, "１２３４.5"])
    def test_amounts(self, typed: Any) -> None:
        assert read([2016, 9, "PRE-01-01", typed, 4, "x"]).rows[0].numerator == Decimal("1234.5")

    def test_an_empty_pair_is_not_zero(self) -> None:
        (row,) = read([2016, 9, "PRE-01-01", None, None]).rows
        assert row.is_blank and row.numerator is None

    def test_all_errors_of_all_rows_at_once(self) -> None:
        parsed = read(
            [2016, 9, "PRE-01-01", 3, 4],
            ["dos mil", "brumario", None, "cien", -4],
            [None, None, "PRE-01-01", 1, 1],
            [2016, 13, "PRE-01-01", "1e5", "NaN"],
            [2016, 9.5, "PRE-01-01", "1,23,4", "12345678901234"],
            [2016, date(2016, 9, 1), "PRE-01-01", date(2016, 1, 1), 0.12345],
            [2016, "septiembre", "pre-01-01", 8, 9],
            [2016, 10, "PRE-01-01", "x" * 60, "#DIV/0!"],
        )
        assert lines(parsed) == [
            "fila 3 · Ejercicio: «dos mil» no es un año",
            "fila 3 · Mes: «brumario» no es un mes: escriba de 1 a 12 o su nombre",
            "fila 3 · Clave del indicador: Falta la clave del indicador",
            "fila 3 · Numerador: «cien» no es un número",
            "fila 3 · Denominador: «-4» es negativo: escriba 0 o más",
            "fila 4 · Ejercicio: Falta el ejercicio, por ejemplo 2016",
            "fila 4 · Mes: Falta el mes: escriba de 1 a 12 o su nombre",
            "fila 5 · Mes: «13» no es un mes: escriba de 1 a 12 o su nombre",
            f"fila 5 · Numerador: «1e5» está en notación científica: escriba todas sus cifras {IN_EXCEL}",
            "fila 5 · Denominador: «NaN» no es un número",
            "fila 6 · Mes: «9.5» no es un mes: escriba de 1 a 12 o su nombre",
            "fila 6 · Numerador: «1,23,4» no es claro: "
            "use punto para los decimales (1.5) y coma solo para los miles (1,500)",
            "fila 6 · Denominador: «12345678901234» es demasiado grande: caben hasta 12 cifras antes del punto",
            "fila 7 · Mes: «2016-09-01» no es un mes: escriba de 1 a 12 o su nombre",
            f"fila 7 · Numerador: «2016-01-01» es una fecha o una hora, no un número: escriba la cantidad {IN_EXCEL}",
            "fila 7 · Denominador: «0.12345» tiene demasiados decimales: caben hasta 4",
            "fila 8 · Clave del indicador: «PRE-01-01» en septiembre ya está en la fila 2",
            "fila 9 · Numerador: El texto es demasiado largo para ser un número",
            "fila 9 · Denominador: «#DIV/0!» es un error de la hoja de cálculo: corrija la fórmula y copie de nuevo",
        ]
        assert [row.number for row in parsed.rows] == [2]

    def test_a_formula_without_its_result_is_not_a_blank(self) -> None:
        parsed = read((2016, 9, "PRE-01-01", "=1+1", 8), (2016, 10, "PRE-01-01", "", ""))
        assert lines(parsed) == [f"fila 2 · Numerador: {NO_RESULT}"]
        assert [row.number for row in parsed.rows] == [3]

    def test_a_percentage_is_not_an_amount(self) -> None:
        book = openpyxl.Workbook()
        book.active.append(COLUMNS)
        book.active.append([2016, 9, "PRE-01-01", 0.75, 1])
        book.active["D2"].number_format = "0%"
        file = io.BytesIO()
        book.save(file)
        file.seek(0)
        assert lines(parse(file, name="x.xlsx")) == [
            "fila 2 · Numerador: «75%» es un porcentaje: escriba la cantidad, el sistema calcula el porcentaje"
        ]

    @pytest.mark.parametrize(
        ("data", "name"), [(b"", "x.xlsx"), (b"%PDF-1.4 ...", "x.xlsx"), (b"PK\x03\x04 nothing", "x.xlsx")]
    )
    def test_what_is_not_a_spreadsheet_is_one_sentence(self, data: bytes, name: str) -> None:
        parsed = parse(io.BytesIO(data), name=name)
        assert len(parsed.errors) == 1 and parsed.errors[0].row == 0

    def test_csv_in_latin_1_with_semicolons(self) -> None:
        text = (
            "Ejercicio;Mes;Clave del indicador;Numerador;Denominador;Justificación\n2016;9;ÑUÑ-01-01;1,234.5;4;Añejo\n"
        )
        parsed = parse(io.BytesIO(text.encode("latin-1")), name="capturas.csv")
        assert not parsed.errors
        assert (parsed.rows[0].code, parsed.rows[0].words) == ("ÑUÑ-01-01", "Añejo")

    @pytest.mark.parametrize(
        ("words", "reason", "rest"),
        [
            ("sin demanda", "no_demand", ""),
            ("Sin  demanda: feriado", "no_demand", "feriado"),
            ("NADA PROGRAMADO.", "not_scheduled", ""),
            ("suspendido – obra (oficio 3)", "suspended", "obra (oficio 3)"),
            ("sin demandas", "", "sin demandas"),
            ("por falta", "", "por falta"),
            ("", "", ""),
        ],
    )
    def test_the_reason_of_zero_over_zero(self, words: str, reason: str, rest: str) -> None:
        assert split_reason(words) == (reason, rest)

    @given(
        st.lists(
            st.lists(
                st.one_of(
                    st.none(),
                    st.text(max_size=50),
                    st.integers(),
                    st.floats(),
                    st.sampled_from(["PRE-01-01", "2016", "9", "mayo", "0", "1,234.5", "#N/A", "=1+1"]),
                ),
                min_size=6,
                max_size=8,
            ),
            max_size=6,
        )
    )
    def test_whatever_the_cells_hold_is_a_row_or_an_error(self, rows: list[list[Any]]) -> None:
        text = io.StringIO()
        csv.writer(text).writerows([COLUMNS, *rows])
        parsed = parse(io.BytesIO(text.getvalue().encode("utf-8", "replace")), name="x.csv")
        for row in parsed.rows:
            assert 1 <= row.month <= 12
            assert 0 <= row.year <= 9999
            for value in (row.numerator, row.denominator):
                assert value is None or 0 <= value < 10**12
        keys = [(row.year, row.month, row.code) for row in parsed.rows]
        assert len(keys) == len(set(keys))
        assert all(re.match(r"fila \d+ · .+: .+", str(error)) for error in parsed.errors if error.row)

    @given(
        st.dictionaries(
            st.tuples(st.integers(2000, 2099), st.integers(1, 12), CODES), st.tuples(AMOUNTS, AMOUNTS), max_size=5
        )
    )
    def test_what_is_written_is_read_back(self, pairs: dict[tuple[int, int, str], tuple[Decimal, Decimal]]) -> None:
        rows = [[y, MONTH_NAMES[m], code, f"{n:,}", f"{d}"] for (y, m, code), (n, d) in pairs.items()]
        parsed = read(*rows)
        assert not parsed.errors
        assert {(r.year, r.month, r.code): (r.numerator, r.denominator) for r in parsed.rows} == pairs
