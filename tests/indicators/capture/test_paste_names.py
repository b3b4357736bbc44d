"""What stands beside the figures of a pasted block: names, headings, totals, percentages; and what contradicts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.capture.paste import Known, Layout, PasteError, answered, lay_out, read_block

NAMES = {
    "PRE-01-01": "Porcentaje de solicitudes ciudadanas atendidas",
    "PRE-01-02": "Reuniones de gabinete realizadas",
    "PRE-01-03": "Proyectos estratégicos evaluados",
    "PRE-02-01": "Documentos oficiales atendidos en tiempo",
    "PRE-02-02": "Convenios firmados con otras instituciones",
}
CODES = list(NAMES)
KNOWN = Known(
    names=NAMES | {"PRE-02-03": "Informe anual de gobierno publicado"},  # not due this month
    headings=["PRE-01", "Proximidad Ciudadana", "PRE-01 Proximidad Ciudadana", "PRE-02", "Coordinación Institucional"],
    numerators=["Solicitudes atendidas", "Reuniones realizadas"],
    denominators=["Solicitudes recibidas", "Reuniones programadas"],
)


def laid(text: str, **kwargs: str) -> Layout:
    return lay_out(read_block(text), codes=CODES, known=KNOWN, **kwargs)


def values(layout: Layout) -> dict[str, tuple[object, ...]]:
    """What would be saved."""
    return {
        row.code: tuple(cell.value for cell in row.cells.values())
        for row in layout.rows
        if row.code and not row.error and not row.is_blank
    }


def asked(layout: Layout) -> dict[int, list[str]]:
    return {row.number: [choice.code for choice in row.choices] for row in layout.rows if row.choices}


def block(*names: str) -> str:
    return "\n".join(f"{name}\t{number}\t{number + 10}" for number, name in enumerate(names, start=1))


# --- Names ---------------------------------------------------------------------------------------------------------


def test_exact_names_in_another_order_find_their_indicators():
    layout = laid(block(*reversed(NAMES.values())), start="PRE-01-02")
    assert layout.by_name and not asked(layout)
    assert values(layout) == {code: (5 - at, 15 - at) for at, code in enumerate(CODES)}


@given(st.permutations(CODES))
def test_no_order_of_names_lands_a_figure_elsewhere(order):
    assert values(laid(block(*(NAMES[code] for code in order)))) == {
        code: (at, at + 10) for at, code in enumerate(order, start=1)
    }


@pytest.mark.parametrize(
    "name",
    [
        "REUNIONES DE GABINETE REALIZADAS",
        "  reuniones de  gabinete realizadas.",
        "2. Reuniones de gabinete realizadas",
        "• Reuniones de gabinete realizadas",
        "Reuniones de gabin…",
        "Reuniones de gabin...",
        "PRE-01-02 Reuniones",
        "Reuniones PRE-01-02",
        "(PRE-01-02)",
        "Reuniones de\u00ad gabinete realizadas",
    ],
)
def test_a_name_is_known_however_it_is_written(name):
    assert values(laid(f"{NAMES['PRE-01-03']}\t3\t4\n{name}\t5\t6")) == {"PRE-01-03": (3, 4), "PRE-01-02": (5, 6)}


def test_a_row_whose_name_contradicts_its_place_waits_for_an_answer():
    layout = laid(f"{NAMES['PRE-01-02']}\t3\t4", start="PRE-01-01")
    (row,) = layout.rows
    assert not values(layout) and asked(layout) == {1: ["PRE-01-02", "PRE-01-01"]}
    assert "es el de PRE-01-02, y por su lugar le toca PRE-01-01" in row.error
    for code in ("PRE-01-01", "PRE-01-02"):
        assert values(answered(layout, {1: code})) == {code: (3, 4)}
    for forged in ("PRE-02-01", "", "x"):
        assert not values(answered(layout, {1: forged}))


def test_a_name_that_is_nearly_one_is_offered_and_not_taken():
    layout = laid(block(NAMES["PRE-01-03"], "Reunion de gabinete realizada", NAMES["PRE-02-01"]))
    assert values(layout) == {"PRE-01-03": (1, 11), "PRE-02-01": (3, 13)}
    assert asked(layout) == {2: ["PRE-01-02"]}
    assert values(answered(layout, {2: "PRE-01-02"}))["PRE-01-02"] == (2, 12)


def test_the_beginning_of_another_name_is_not_laid_by_its_place():
    layout = laid(block("Reuniones de gabinete", "Otra cosa"))
    assert "PRE-01-01" not in values(layout) and asked(layout)[1] == ["PRE-01-02", "PRE-01-01"]
    assert values(laid(block("Solicitudes", "Reuniones de gabinete"))) == {"PRE-01-01": (1, 11), "PRE-01-02": (2, 12)}


def test_a_name_that_nobody_knows_keeps_its_place_only_among_rows_in_theirs():
    in_order = laid(block(NAMES["PRE-01-01"], "Otra cosa", NAMES["PRE-01-03"]))
    assert values(in_order) == {"PRE-01-01": (1, 11), "PRE-01-02": (2, 12), "PRE-01-03": (3, 13)}
    shuffled = laid(block(NAMES["PRE-01-03"], "Otra cosa", NAMES["PRE-01-01"]))
    assert values(shuffled) == {"PRE-01-03": (1, 11), "PRE-01-01": (3, 13)} and asked(shuffled) == {2: ["PRE-01-02"]}


def test_an_indicator_that_is_not_captured_here_moves_nobody():
    layout = laid(block(NAMES["PRE-01-01"], "Informe anual de gobierno publicado", NAMES["PRE-01-02"]))
    assert values(layout) == {"PRE-01-01": (1, 11), "PRE-01-02": (3, 13)}
    assert "no está entre los indicadores de esta página" in layout.rows[1].error


def test_the_same_name_twice_is_told():
    layout = laid(block(NAMES["PRE-01-01"], NAMES["PRE-01-01"]))
    assert values(layout) == {"PRE-01-01": (1, 11)} and "ya está en la fila 1" in layout.rows[1].error


def test_two_answers_for_one_indicator_leave_one():
    layout = laid(block("Una", NAMES["PRE-01-01"], "Tres", "Cuatro"), start="PRE-01-01")
    both = answered(layout, dict.fromkeys(asked(layout), "PRE-01-01"))
    assert [row.error for row in both.rows if row.code == ""] == ["«PRE-01-01» ya está en la fila 1 de lo que pegó."]


def test_indicators_of_the_same_name_are_not_told_apart_by_it():
    known = Known(names=dict.fromkeys(CODES, "Solicitudes"))
    layout = lay_out(read_block(block("Solicitudes", "Solicitudes")), codes=CODES, known=known)
    assert values(layout) == {"PRE-01-01": (1, 11), "PRE-01-02": (2, 12)}


def test_a_code_and_a_name_that_contradict_wait_for_an_answer():
    layout = laid(f"PRE-01-01\t{NAMES['PRE-01-02']}\t3\t4\nPRE-01-03\tx\t5\t6")
    assert values(layout) == {"PRE-01-03": (5, 6)} and asked(layout) == {1: ["PRE-01-01", "PRE-01-02"]}


@pytest.mark.parametrize("label", ["OBR-01-01 Bacheo", "OBR-01-01"])
def test_a_code_of_another_page_is_never_laid_by_its_place(label):
    layout = laid(f"{label}\t3\t4\nReuniones\t5\t6\nOtras\t7\t8")
    assert "no está entre los indicadores" in layout.rows[0].error and "PRE-01-01" not in values(layout)


def test_a_code_that_the_sheet_made_a_date_is_not_read_as_a_figure():
    with pytest.raises(PasteError):
        laid("01-feb-03\t3\t4\n02-feb-03\t5\t6")


# --- Headings, totals, percentages ---------------------------------------------------------------------------------

SHEET = """Dependencia: Presidencia\t\t\t
Septiembre 2016\t\t\t
Indicador\tNumerador\tDenominador\t%
PRE-01 Proximidad Ciudadana\t\t\t
Solicitudes\t3\t4\t75%
Reuniones\t5\t5\t100%
Proyectos\t\t\t
TOTAL\t8\t9\t89%
\t\t\t
PRE-02\t\t\t
Documentos\t7\t8\t87.5%
"""


def test_headings_and_totals_shift_nothing():
    text = SHEET.replace("Proyectos\t\t\t\n", f"{NAMES['PRE-01-03']}\t\t\t\n")
    layout = laid(text)
    assert values(layout) == {"PRE-01-01": (3, 4), "PRE-01-02": (5, 5), "PRE-02-01": (7, 8)}
    assert [line.split(":")[0] for line in layout.skipped] == ["fila 4", "fila 8", "fila 10"]


@pytest.mark.parametrize(
    "heading", ["Proximidad Ciudadana", "PRE-01", "PROXIMIDAD CIUDADANA:", "PRE-01 Proximidad Ciudadana", "I. Ejes"]
)
def test_a_heading_between_the_rows_is_passed_over_and_named(heading):
    layout = laid(f"{heading}\t\t\nSolicitudes\t3\t4\n{heading}\t\t\nReuniones\t5\t6")
    assert values(layout) == {"PRE-01-01": (3, 4), "PRE-01-02": (5, 6)} and len(layout.skipped) == 2


@pytest.mark.parametrize(
    "label", ["Total", "TOTALES", "Subtotal", "Suma", "Total general", "Total del programa", "PRE-01"]
)
def test_a_total_is_nobodys_figure(label):
    layout = laid(f"Solicitudes\t3\t4\n{label}\t3\t4\nReuniones\t5\t6")
    assert values(layout) == {"PRE-01-01": (3, 4), "PRE-01-02": (5, 6)} and len(layout.skipped) == 1


def test_a_last_row_without_a_name_that_adds_up_is_a_total():
    assert len(values(laid("a uno\t3\t4\nb dos\t5\t6\n\t8\t10"))) == 2
    assert len(values(laid("1\t2\n2\t3\n3\t5"))) == 3


@pytest.mark.parametrize(
    "text",
    [
        "PRE-01-01\t3\t4\t75%\nPRE-01-02\t5\t8\t62.5%",
        "3\t4\t75\n5\t8\t62.5",
        "3\t4\t0.75\n5\t8\t0.625",
        "75\t3\t4\n62.50\t5\t8",
        "1\tUno\t3\t4\n2\tDos\t5\t8",
        "Clave\tAvance %\tA\tB\nPRE-01-01\t1\t3\t4\nPRE-01-02\t2\t5\t8",
        "1\tUno\t3\t4\t75 %\n2\tDos\t5\t8\t63 %",
        "3\t4\t75\n5\t8\t62.5\n0\t0\t",
    ],
)
def test_a_percentage_and_a_running_number_are_left_out_and_told(text):
    layout = laid(text)
    assert list(values(layout).values())[:2] == [(3, 4), (5, 8)] and layout.left_out


@pytest.mark.parametrize("text", ["3\t4\t5", "3\t4\t75\n5\t8\t63.5", "PRE-01-01\t3\t4\t74"])
def test_a_third_column_that_is_no_percentage_is_refused(text):
    with pytest.raises(PasteError, match="columnas con números"):
        laid(text)


def test_a_blank_row_where_a_programme_begins_may_be_its_title_and_is_asked():
    layout = laid("3\t4\n5\t6\n7\t8\n\t\n9\t10")
    assert values(layout) == {"PRE-01-01": (3, 4), "PRE-01-02": (5, 6), "PRE-01-03": (7, 8)}
    assert asked(layout) == {5: ["PRE-02-02", "PRE-02-01"]}
    (row,) = [row for row in layout.rows if row.choices]
    assert "renglón vacío donde empieza un programa" in row.error
    for code in ("PRE-02-01", "PRE-02-02"):
        assert values(answered(layout, {5: code}))[code] == (9, 10)


def test_with_the_first_title_above_every_row_is_asked():
    layout = laid("\t\n3\t4\n5\t6\n7\t8\n\t\n9\t10")
    assert not values(layout) and asked(layout)[2] == ["PRE-01-02", "PRE-01-01"]


def test_a_blank_row_elsewhere_is_an_indicator_without_figures():
    layout = laid("3\t4\n\t\n7\t8\n\t\n9\t10")
    assert values(layout) == {"PRE-01-01": (3, 4), "PRE-01-03": (7, 8), "PRE-02-02": (9, 10)} and not asked(layout)


def test_a_percentage_alone_is_still_told_cell_by_cell():
    (row,) = laid("85%").rows
    assert "porcentaje" in row.cells["numerator"].error


def test_one_row_a_variable_is_refused_with_what_to_do():
    with pytest.raises(PasteError, match="un renglón para cada variable"):
        laid("Solicitudes atendidas\t3\nSolicitudes recibidas\t4\nReuniones realizadas\t5")


def test_many_long_names_are_compared_in_a_moment():
    names = {
        f"PRE-{n // 90 + 1:02d}-{n % 90 + 1:02d}": f"Porcentaje de acciones número {n} de mejora" * 2
        for n in range(200)
    }
    text = "\n".join(f"Porciento de la acción {n} de mejora {'x' * (n % 7)}\t{n}\t{n + 1}" for n in range(500))
    began = time.thread_time()  # of this thread alone: the machine may be busy
    lay_out(read_block(text), codes=list(names), known=Known(names=names))
    assert time.thread_time() - began < 5


CELLS = st.sampled_from([*NAMES.values(), *CODES, "", "3", "1.234", "2,5", "75%", "PRE-01", "Total", "Otra cosa"])


@given(st.lists(st.lists(CELLS, min_size=3, max_size=4), min_size=1, max_size=6))
def test_whatever_stands_beside_no_two_rows_get_one_indicator(rows):
    try:
        layout = laid("\n".join("\t".join(row) for row in rows))
    except PasteError:
        return
    codes = [row.code for row in layout.rows if row.code and not row.error and not row.is_blank]
    assert len(codes) == len(set(codes)) and len(layout.rows) <= len(rows)
