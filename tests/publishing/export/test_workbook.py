"""``libro.xlsx``: what it shows is what was published, and a spreadsheet finds the same from its formulas alone."""

import io
import os
import zipfile

import openpyxl
import pytest

from publishing.export.workbook import workbook
from tests.indicators.cases import CASES
from tests.publishing.export.altering import small_programs
from tests.publishing.export.documents import a_closing, a_municipality, a_program, an_indicator, of_case
from tests.support.spreadsheet import find_office, recalculated, sheets

TOLERANCE = 0.0001
DOUBLE = 1e-14  # of amounts of 12 digits and 4 decimals, a spreadsheet keeps 15 to 16
COMPUTED = ("Plan", "Ejes", "Dependencias", "Programas", "Indicadores", "Mediciones")
needs_office = pytest.mark.skipif(
    find_office() is None and not os.environ.get("CI"), reason="no LibreOffice on this machine; CI has one"
)


def _differences(documents, folder) -> list[tuple]:
    """Each cell that the spreadsheet finds to be something else, after all results were taken out of the files."""
    books = [workbook(document, "0" * 64) for document in documents]
    return [
        (place, sheet, number, name, value, computed.get(name))
        for place, (content, found) in enumerate(zip(books, recalculated(books, folder), strict=True))
        for sheet, rows in sheets(content).items()
        if sheet in COMPUTED
        for number, (row, computed) in enumerate(zip(rows, found[sheet], strict=True))
        for name, value in row.items()
        if not _same(value, computed.get(name))
    ]


def _same(shown, found) -> bool:
    if isinstance(shown, int | float) and isinstance(found, int | float):
        return abs(shown - found) <= max(TOLERANCE, abs(shown) * DOUBLE)
    return shown == found


@needs_office
def test_a_spreadsheet_finds_every_figure_of_every_kind_of_indicator(tmp_path):
    years = [
        (12, {}),
        (6, {"missing_as_zero": True}),
        (9, {"descending_enters_as": "percentage", "green_from": "80.0000"}),
    ]
    made = [
        a_closing(a_municipality(12, 120, seed=number)(month), month=month, **rules)
        for number, (month, rules) in enumerate(years)
    ]
    assert _differences(made, tmp_path) == []


@needs_office
def test_a_spreadsheet_finds_every_worked_case_of_the_rules(tmp_path):
    """All cases of one month and rule as the programmes of one closing."""
    groups: dict[tuple[int, bool], list] = {}
    for place, case in enumerate(CASES):
        document = of_case(case)
        program = document["programs"][0]
        program["code"] = f"PRE-{place:03d}"
        for number, indicator in enumerate(program["indicators"]):
            indicator["code"] = f"PRE-{place:03d}-{number:02d}"
        groups.setdefault((document["month"], document["rules"]["missing_as_zero"]), []).append(program)
    made = [a_closing(found, month=month, missing_as_zero=zero) for (month, zero), found in groups.items()]
    assert _differences(made, tmp_path) == []


@needs_office
def test_it_is_the_formulas_that_find_them(tmp_path):
    """The figures that are shown are spoilt: the spreadsheet finds the right ones all the same."""
    document = a_closing(small_programs(9))
    right = sheets(workbook(document, "0" * 64))
    for program in document["programs"]:
        program.update({"global": "1.2345", "compliance": "2.3456", "light": "green"})
        for indicator in program["indicators"]:
            indicator.update({"percentage": "3.4567", "light": "over", "status": "missing", "months_due": 99})
    document["plan_results"].update({"global": "4.5678", "with_data": 77})
    found = recalculated([workbook(document, "0" * 64)], tmp_path)[0]
    for sheet in COMPUTED:
        for shown, computed in zip(right[sheet], found[sheet], strict=True):
            assert all(_same(value, computed.get(name)) for name, value in shown.items())


def test_what_it_shows_before_anything_is_recalculated_is_the_document():
    document = a_closing(a_municipality(5, 30)(9))
    found = sheets(workbook(document, "0" * 64))
    figures = [
        ("avance_global", "global"), ("cumplimiento", "compliance"), ("porcentaje", "percentage"),
        ("avance", "advance"), ("esperado", "expected"), ("cumplimiento_anual", "annual_compliance"),
        ("numerador", "numerator"), ("denominador", "denominator"),
    ]  # fmt: skip
    parts = [
        ("Programas", document["programs"]),
        ("Indicadores", [one for program in document["programs"] for one in program["indicators"]]),
        ("Plan", [document["plan_results"]]),
        ("Ejes", document["axis_results"]),
        ("Dependencias", document["department_results"]),
    ]
    compared = 0
    for sheet, rows in parts:
        for shown, row in zip(found[sheet], rows, strict=True):
            for column, key in figures:
                if column in shown and key in row:
                    assert shown[column] == (None if row[key] is None else float(row[key]))
                    compared += 1
    assert compared > 200


def test_each_result_is_a_formula_and_no_text_is_one():
    indicator = an_indicator("PRE-01-01", {1: ("1", "2")}, name="=1+1", definition="@x", source="+1")
    book = openpyxl.load_workbook(io.BytesIO(workbook(a_closing([a_program("PRE-01", [indicator])]), "0" * 64)))
    results = {
        "Indicadores": {
            "estado", "numerador", "denominador", "porcentaje", "avance", "esperado", "cumplimiento",
            "cumplimiento_anual", "semaforo", "meses_capturados", "meses_exigibles",
        },
        "Programas": {"avance_global", "considerados", "considerables", "cumplimiento", "semaforo"},
        "Plan": {"avance_global", "cumplimiento", "con_datos", "programas", "en_verde", "meses_capturados"},
        "Ejes": {"avance_global", "cumplimiento", "con_datos", "programas"},
        "Dependencias": {"avance_global", "cumplimiento", "con_datos", "programas"},
        "Mediciones": {"porcentaje_mes"},
    }  # fmt: skip
    for name, expected in results.items():
        header, row, *_ = book[name].iter_rows()
        formulas = {head.value for head, cell in zip(header, row, strict=True) if cell.data_type == "f"}
        assert expected <= formulas
        assert not formulas & {"indicador", "definicion", "fuente", "programa", "objetivos", "meta", "clave_programa"}


def test_the_same_document_gives_the_same_bytes():
    document = a_closing(small_programs(9))
    first, second = workbook(document, "0" * 64), workbook(document, "0" * 64)
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("pair", "named"),
    [
        (("90", "100"), False),  # exactly on it
        (("89.9999", "100"), False),  # told apart by a spreadsheet
        (("899999.9999", "1000000"), False),
        (("899999999999.9999", "999999999999.9999"), True),  # 89.99999999999…
    ],
)
def test_a_light_that_a_spreadsheet_cannot_decide_is_listed(pair, named):
    document = a_closing([a_program("PRE-01", [an_indicator("PRE-01-01", {1: pair})])], month=1)
    read_me = " ".join(str(row) for row in sheets(workbook(document, "0" * 64))["Léame"])
    assert ("En la frontera de un semáforo" in read_me) is named
    assert ("indicador PRE-01-01" in read_me) is named
    assert ("programa PRE-01" in read_me) is named
