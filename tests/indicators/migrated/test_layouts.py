"""The layouts in which a year's captures are found, and what is told of those in which they are not."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.amounts import Style
from indicators import migrated
from indicators.migrated.heads import Head, Side, said_by
from indicators.migrated.layouts import Shape
from tests.indicators.migrated.books import SHORT, Rows, book, pairs, read, told, wide

N, D = Side.NUMERATOR, Side.DENOMINATOR
EXPECTED = {("PRE-01-01", 1): (3, 4), ("PRE-01-01", 2): (5, 6), ("PRE-01-02", 2): (7, 8)}
ONE_ROW = ["CLAVE", "ENE N", "ENE D", "FEB N", "FEB D"]
FIRST, SECOND = ["PRE-01-01", 3, 4, 5, 6], ["PRE-01-02", None, None, 7, 8]


DATED = [["CLAVE", "ENE 2015 N", "ENE 2015 D", "FEB 2015 N", "FEB 2015 D"], FIRST]


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("ENE N", Head(1, N)), ("Enero numerador", Head(1, N)), ("Num. ene", Head(1, N)), ("DEN_DIC", Head(12, D)),
        ("Numerador (enero)", Head(1, N)), ("enero 2014 D", Head(1, D, 2014)), ("ene-14", Head(1, None, 2014)),
        ("Sept. Den.", Head(9, D)), ("setiembre", Head(9)), ("N1", Head(1, N, None, True)),
        ("D 12", Head(12, D, None, True)),
        ("Mes 3", Head(3, None, None, True)), ("Variable A", Head(None, N)), ("VAR. B MAR", Head(3, D)),
        ("% ene", Head(1, Side.RESULT)),
        ("Numerador", Head(None, N)), ("Justificación", Head(None, Side.WORDS)), ("2014", Head(None, None, 2014)),
        ("Avance enero %", Head(1, Side.RESULT)), ("01 enero", Head(1)), ("Meta ene", None), ("TOTAL", None),
        ("ENERO - DICIEMBRE", None),
        ("Enero 13", Head(1, None, 2013)), ("N 13", None), ("Dependencia", None), ("A", None),
        ("mes", None), ("", Head()),
    ],
)  # fmt: skip
def test_what_a_head_says(text: str, head: Head | None) -> None:
    assert said_by(text) == head


LAYOUTS: dict[str, tuple[Shape, Rows, list[str]]] = {
    "months over two columns, not merged": (
        Shape.WIDE, [["CLAVE", "ENE", None, "FEB", None], [None, "N", "D", "N", "D"], FIRST, SECOND], [],
    ),
    "months over two columns, merged, with a title": (
        Shape.WIDE,
        [["MUNICIPIO DE DURANGO"], ["CONCENTRADO 2016"], [], ["Clave del indicador", "Enero", None, "Febrero", None],
         [None, "Numerador", "Denominador", "Numerador", "Denominador"], FIRST, SECOND],
        ["A1:E1", "A4:A5", "B4:C4", "D4:E4"],
    ),
    "one head row": (
        Shape.WIDE, [["Cve.", "ENE N", "ENE D", "FEB N", "FEB D"], FIRST, SECOND], [],
    ),
    "sides before months": (
        Shape.WIDE, [["Código", "Num. ene", "Den. ene", "Num. feb", "Den. feb"], FIRST, SECOND], [],
    ),
    "months by number": (
        Shape.WIDE, [["CLAVE", "N1", "D1", "N2", "D2"], FIRST, SECOND], [],
    ),
    "all numerators, then all denominators": (
        Shape.WIDE,
        [[None, "NUMERADOR", None, "DENOMINADOR", None], ["CLAVE", "ENE", "FEB", "ENE", "FEB"],
         ["PRE-01-01", 3, 5, 4, 6], ["PRE-01-02", None, 7, None, 8]],
        ["B1:C1", "D1:E1"],
    ),
    "with the result, which is worked out": (
        Shape.WIDE,
        [["CLAVE", "ENE", None, None, "FEB", None, None], [None, "N", "D", "%", "N", "D", "%"],
         ["PRE-01-01", 3, 4, 0.75, 5, 6, 0.8333], ["PRE-01-02", None, None, None, 7, 8, "87.5%"]],
        ["B1:D1", "E1:G1"],
    ),
    "months as dates": (
        Shape.WIDE,
        [["CLAVE", date(2016, 1, 1), None, date(2016, 2, 1), None], [None, "N", "D", "N", "D"], FIRST, SECOND], [],
    ),
    "keys without a head": (
        Shape.WIDE, [["No.", None, "ENE N", "ENE D", "FEB N", "FEB D"], [1, *FIRST], [2, *SECOND]], [],
    ),
    "two rows, the key merged": (
        Shape.TWO_ROWS,
        [["CLAVE", "VARIABLE", "ENE", "FEB"], ["PRE-01-01", "Numerador", 3, 5], [None, "Denominador", 4, 6],
         ["PRE-01-02", "Numerador", None, 7], [None, "Denominador", None, 8]],
        ["A2:A3", "A4:A5"],
    ),
    "two rows, the key once or in both": (
        Shape.TWO_ROWS,
        [["CLAVE", "", "ENE", "FEB"], ["PRE-01-01", "N", 3, 5], ["PRE-01-01", "D", 4, 6],
         ["PRE-01-02", "N", None, 7], [None, "D", None, 8]],
        [],
    ),
    "two rows, months by number, the denominator first": (
        Shape.TWO_ROWS,
        [["CLAVE", "VAR", 1, 2, 3, 4, 5, 6], ["PRE-01-01", "D", 4, 6], ["PRE-01-01", "N", 3, 5],
         ["PRE-01-02", "D", None, 8], ["PRE-01-02", "N", None, 7]],
        [],
    ),
    "long": (
        Shape.LONG,
        [["Mes", "Clave", "Numerador", "Denominador"], ["Enero", "PRE-01-01", 3, 4], [2, "PRE-01-01", 5, 6],
         ["feb", "PRE-01-02", 7, 8]],
        [],
    ),
    "long, as «Capturas»": (
        Shape.LONG,
        [["Ejercicio", "Mes", "Clave del indicador", "Numerador", "Denominador", "Justificación"],
         [2016, 1, "PRE-01-01", 3, 4], [2016, 2, "PRE-01-01", 5, 6], [2016, 2, "PRE-01-02", 7, 8]],
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_says_the_same(name: str) -> None:
    shape, rows, merged = LAYOUTS[name]
    found = read(book({"Hoja1": rows}, {"Hoja1": merged}))
    assert told(found) == []
    assert pairs(found) == EXPECTED
    assert found.sheets[0].layout is not None and found.sheets[0].layout.shape is shape


def test_words_stand_beside_a_row_or_beside_each_month() -> None:
    rows = [["CLAVE", "ENE", None, None, "FEB", None, None, "OBSERVACIONES"], [None, *["N", "D", "Justificación"] * 2],
            ["PRE-01-01", 5, 4, "Rezago", 6, 4, None, "De todo el año"]]  # fmt: skip
    found = read(book({"x": rows}))
    assert [(row.month, row.words) for row in found.rows] == [(1, "Rezago"), (2, "")]
    rows = [
        ["CLAVE", *["ENE", None, "FEB", None], "OBSERVACIONES"],
        [None, *["N", "D"] * 2],
        [*FIRST, "De todo el año"],
    ]
    assert [row.words for row in read(book({"x": rows})).rows] == ["De todo el año"] * 2


def test_the_column_that_tells_the_two_rows_apart_is_read() -> None:
    rows = [
        ["CLAVE", "Concepto", "ENE", "FEB", "Meta"],
        ["PRE-01-01", "Numerador", 3, 5, 80],
        ["PRE-01-01", "Denominador", 4, 6, 80],
    ]
    assert read(book({"x": rows})).notes == ["No se lee la columna «Meta»."]


def test_a_global_in_words_is_told_and_one_written_as_text_counts() -> None:
    said = ["100.00%", "88.5 %", 51.0, "N/A", None, "pendiente", "#REF!"]
    rows = [
        ["CLAVE", "ENE N", "ENE D", "FEB N", "FEB D", "GLOBAL"],
        *[[f"PRE-01-0{number}", 1, 2, None, None, cell] for number, cell in enumerate(said, 1)],
    ]
    found = read(book({"x": rows}))
    assert [(one.key, one.text, float(one.number), one.decimals) for one in found.globals] == [
        ("PRE-01-01", "100.00%", 100, 2), ("PRE-01-02", "88.5%", 88.5, 1), ("PRE-01-03", "51", 51, 0),
    ]  # fmt: skip
    assert found.notes == ["«GLOBAL» no se compara donde no dice un número: fila 7 «pendiente», fila 8 «#REF!»."]


def test_what_is_not_read_is_told() -> None:
    rows = [
        ["DEPENDENCIA", "CLAVE", "ENE", None, "FEB", None, "TOTAL", None],
        [None, None, "N", "D", "N", "D", "N", "D"],
        ["Agua", "PRE-01-01", 3, 4, None, None, 3, 4],
        ["TOTAL", None, 3, 4, None, None, 3, 4],
        ["Elaboró: Lic. Pérez"],
    ]
    found = read(book({"2016": rows}))
    assert found.notes == [
        "No se leen las columnas «DEPENDENCIA», «TOTAL N», «TOTAL D».",
        "Fila 4: dice «total» y no se lee.",
    ]
    assert pairs(found) == {("PRE-01-01", 1): (3, 4)} and not found.errors


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["CLAVE", "ENE", "FEB"], *[["PRE-01-01", 3, 4]] * 3], "Hay una sola columna para cada mes"),
        ([["CLAVE", "ENE N", "ENE D", "FEB N"], ["PRE-01-01", 3, 4, 5]], "No en todos los meses hay una columna"),
        ([["Nombre", "ENE N", "ENE D", "FEB N", "FEB D"], ["Bacheo", 3, 4, 5, 6]], "ninguna columna con la clave"),
        ([["Nombre", "Monto"], ["Bacheo", 3]], "No se encontraron cifras por mes."),
    ],
)
def test_what_is_no_layout(rows: Rows, said: str) -> None:
    found = read(book({"Hoja1": rows}))
    assert said in " ".join(told(found)) and not found.rows


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("cien", "«cien» no es un número"),
        ("85%", "«85%» es un porcentaje: escriba la cantidad, el sistema calcula el porcentaje"),
        ("#DIV/0!", "es un error de la hoja de cálculo"),
        ("=1+2", "la fórmula no tiene guardado su resultado"),
        (-3, "«-3» es negativo"),
        ("(3)", "entre paréntesis"),
        (date(2016, 3, 1), "es una fecha"),
        ("1.23456", "tiene demasiados decimales"),
    ],
)
def test_a_cell_that_is_no_amount_is_told_with_its_place(cell: Any, said: str) -> None:
    found = read(wide(["PRE-01-01", 1, 2, cell, 4]))
    (error,) = found.errors
    assert (error.row, error.column) == (3, "FEB N") and said in error.message
    assert found.shown_at(error) == ("" if cell == "=1+2" else str(cell))


@pytest.mark.parametrize("mark", ["N/A", "s/d", "-", "—", "Sin dato", "n.d."])
def test_a_mark_of_no_data_is_asked_about_once(mark: str) -> None:
    content = wide(["PRE-01-01", 1, 2, mark, mark], ["PRE-01-02", mark, None, 5, 6])
    asked = read(content)
    assert told(asked) == [
        f"3 celdas dicen que no hay dato (fila 3, FEB N: «{mark}»; fila 3, FEB D: «{mark}»; "
        f"fila 4, ENE N: «{mark}»): confirme que es «sin captura»."
    ]
    answered = read(content, no_data=True)
    assert not answered.errors and pairs(answered) == {("PRE-01-01", 1): (1, 2), ("PRE-01-02", 2): (5, 6)}


def test_decimals_are_asked_about_once_for_all_sheets() -> None:
    sheets = {title: [["CLAVE", "ENE N", "ENE D", "FEB N", "FEB D"], [key, "1.500", 2]] for title, key in (
        ("OBRAS", "PRE-01-01"), ("AGUA", "PRE-01-02"))}  # fmt: skip
    content = book(sheets)
    question = read(content).decimal_question
    assert question is not None and (question.row, question.column, question.text) == (2, "ENE N", "1.500")
    for decimal, value in ((Style.POINT, 1), (Style.COMMA, 1500)):
        assert {pair[0] for pair in pairs(read(content, decimal=decimal)).values()} == {value}


def test_several_sheets_and_files_say_where() -> None:
    first = book({"OBRAS": [["CLAVE", "ENE N", "ENE D", "FEB N", "FEB D"], ["PRE-01-01", "x", 2]], "Notas": [["hola"]]})
    second = wide(["PRE-01-02", 1, "y"], title="AGUA")
    found = migrated.read([("a.xlsx", first), ("b.xlsx", second)], year=2016)
    assert told(found) == [
        "«a.xlsx», hoja «OBRAS», fila 2 · ENE N: «x» no es un número",
        "«b.xlsx», hoja «AGUA», fila 3 · ENE D: «y» no es un número",
    ]
    assert [sheet.chosen for sheet in found.sheets] == [True, False, True]
    only = migrated.read(
        [("a.xlsx", first), ("b.xlsx", second)], year=2016, answers=migrated.Answers(sheets=frozenset({2}))
    )
    assert told(only) == ["fila 3 · ENE D: «y» no es un número"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (DATED, "Sus meses son de 2015: aquí solo se sube 2016"),
        ([["AÑO", *ONE_ROW], [2014, *FIRST]], "La fila es del ejercicio 2014: aquí solo se sube 2016"),
        ([["AÑO", *ONE_ROW], ["dos mil", *FIRST]], "«dos mil» no es un año"),
    ],
)
def test_another_year_is_refused(rows: Rows, said: str) -> None:
    found = read(book({"Hoja1": rows}))
    assert not found.rows and any(said in line for line in told(found))


def test_a_year_that_nobody_says_is_asked_for() -> None:
    found = read(wide(FIRST), year=None)
    assert told(found) == ["El archivo no dice de qué ejercicio es: indíquelo."]
    dated = read(book({"x": [["CLAVE", "ENE 2016 N", "ENE 2016 D", "FEB 2016 N", "FEB 2016 D"], FIRST]}), year=None)
    assert {row.year for row in dated.rows} == {2016} and not dated.errors


def test_a_row_without_a_key_or_a_side_is_told() -> None:
    found = read(wide([None, 1, 2], ["PRE-01-01", 3, 4]))
    assert told(found) == ["fila 3 · CLAVE: Falta la clave del indicador"]
    rows = [["CLAVE", "VAR", *SHORT], ["PRE-01-01", "N", 3], ["PRE-01-01", "D", 4], ["PRE-01-02", "meta", 4]]
    found = read(book({"x": rows}))
    assert told(found) == ["fila 4 · VAR: No dice si el renglón es del numerador o del denominador"]


def test_a_hidden_sheet_is_read_only_where_it_is_chosen() -> None:
    made = openpyxl.load_workbook(io.BytesIO(wide(FIRST)))
    made.create_sheet("portada").append(["hola"])
    made["2016"].sheet_state = "hidden"
    file = io.BytesIO()
    made.save(file)
    assert "No eligió ninguna hoja" in told(read(file.getvalue()))[0]
    assert pairs(read(file.getvalue(), sheets=frozenset({0})))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04rubbish", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_workbook_ends_in_a_sentence(content: bytes) -> None:
    (line,) = told(read(content))
    assert line.endswith((".", "X"))


FIGURE = st.one_of(st.none(), st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)))


@settings(max_examples=25, deadline=None)
@given(
    figures=st.lists(st.lists(FIGURE, min_size=12, max_size=12), min_size=1, max_size=4),
    titles=st.lists(st.sampled_from(["Concentrado", "Municipio de Durango", "Elaboró: Planeación"]), max_size=3),
)
def test_the_same_figures_come_out_of_every_layout(
    figures: list[list[tuple[int, int] | None]], titles: list[str]
) -> None:
    codes = [f"PRE-01-{number:02d}" for number in range(1, len(figures) + 1)]
    kept = list(zip(codes, figures, strict=True))
    above = [[title] for title in titles]
    flat = [[code, *(side for pair in months for side in pair or (None, None))] for code, months in kept]
    layouts = [
        [*above, ["CLAVE", *(text for month in SHORT for text in (month, None))], [None, *["N", "D"] * 12], *flat],
        [*above, ["Cve.", *(f"{month} {side}" for month in SHORT for side in "ND")], *flat],
        [
            *above,
            ["CLAVE", "VAR", *SHORT],
            *(
                [code, "ND"[side], *(pair and pair[side] for pair in months)]
                for code, months in kept
                for side in (0, 1)
            ),
        ],
        [
            *above,
            ["Mes", "Clave", "Numerador", "Denominador"],
            *([month, code, *(pair or ())] for code, months in kept for month, pair in enumerate(months, start=1)),
        ],
    ]
    expected = {
        (code, month): pair for code, months in kept for month, pair in enumerate(months, start=1) if pair is not None
    }
    for rows in layouts:
        found = read(book({"Hoja1": rows}))
        assert told(found) == [] and pairs(found) == expected
