"""Files in layouts of their own through the command, with the answers in mapa.json."""

import json
import zipfile

import openpyxl
import pytest

from catalog.models import CatalogImport
from indicators.models import Indicator
from programs.models import Department, FiscalYear
from tests.catalog.layout.books import HEAD, book_of, imported, line, mapping, write

pytestmark = pytest.mark.django_db


def codes():
    return sorted(Indicator.objects.values_list("code", flat=True))


def test_the_proposal_is_written_and_read_back(tmp_path):
    book = write(tmp_path / "poa.xlsx", {"POA": [["H. AYUNTAMIENTO"], HEAD, line(1), line(2)]}, ["A1:N1"])
    made = tmp_path / "mapa.json"
    assert imported(book, "--propose-mapping", made)[0] == 0
    assert json.loads(made.read_text())["encabezado"] == [2, 2]
    assert not FiscalYear.objects.exists()
    status, said = imported(book, "--mapping", made)
    assert status == 0, said
    assert codes() == ["OBR-01-01", "OBR-01-02"]
    indicator = Indicator.objects.get(code="OBR-01-02")
    assert (indicator.action.text, indicator.action.unit) == ("Bachear calles 2", "m2")
    assert (indicator.numerator_label, indicator.denominator_label) == ("m2 bacheados", "m2 programados")
    assert CatalogImport.objects.get().options["mapping"]["columnas"][0] == {"encabezado": "PMD", "es": "Plan"}


def test_without_a_mapping_it_says_how(tmp_path):
    status, said = imported(write(tmp_path / "poa.xlsx", {"POA": [HEAD, line(1)]}))
    assert status == 1 and "faltan las columnas" in said and "--propose-mapping" in said


def test_a_head_over_two_rows_and_a_row_that_numbers_its_columns(tmp_path):
    upper = [*HEAD[:9], "INDICADOR", None, None, None, None]
    lower = [*[None] * 9, *HEAD[9:]]
    rows = [["TÍTULO DEL FORMATO"], upper, lower, range(1, 15), line(1), line(2)]
    areas = ["A1:N1", *(f"{letter}2:{letter}3" for letter in "ABCDEFGHI"), "J2:N2"]
    book = write(tmp_path / "mir.xlsx", {"MIR": rows}, areas)
    made = tmp_path / "mapa.json"
    imported(book, "--propose-mapping", made)
    proposed = json.loads(made.read_text())
    assert proposed["encabezado"] == [2, 3]
    assert {"encabezado": "INDICADOR · UNIDAD DE MEDIDA", "es": "Unidad"} in proposed["columnas"]
    status, said = imported(book, "--mapping", made)
    assert status == 0, said
    assert "La fila 4 solo numera las columnas y no se lee" in said
    assert codes() == ["OBR-01-01", "OBR-01-02"]


def test_what_the_file_lacks_has_one_value_for_every_row(tmp_path):
    kept = [position for position, header in enumerate(HEAD) if header not in ("PMD", "AÑO", "EJE")]
    rows = [[row[position] for position in kept] for row in (HEAD, line(1), line(2))]
    book = write(tmp_path / "poa.xlsx", {"POA": rows})
    made = tmp_path / "mapa.json"
    _, said = imported(book, "--propose-mapping", made)
    assert "Falta decir de dónde sale: Plan, Ejercicio, Eje rector." in said
    given = json.loads(made.read_text())
    given["valores"] = {"Plan": "Plan Municipal de Desarrollo 2014 - 2016", "Ejercicio": "2016", "Eje rector": "Eje 1"}
    made.write_text(json.dumps(given))
    assert imported(book, "--mapping", made)[0] == 0
    assert FiscalYear.objects.get().year == 2016 and len(codes()) == 2


def test_sheets_of_the_same_head_are_read_together_wherever_it_stands(tmp_path):
    sheets = {
        "01 Obras": [HEAD, line(1), line(2)],
        "Portada": [["Programa Anual de Trabajo"]],
        "02 Parques": [["Dirección de Parques"], [], HEAD, line(1, "Parques", "PAR")],
    }
    book = write(tmp_path / "pat.xlsx", sheets)
    status, said = imported(book, "--mapping", mapping(tmp_path / "mapa.json"))
    assert status == 0, said
    assert codes() == ["OBR-01-01", "OBR-01-02", "PAR-01-01"]
    assert Department.objects.count() == 2


def test_several_files_of_the_same_head_are_one_import(tmp_path):
    files = [
        write(tmp_path / "obras.xlsx", {"Hoja1": [HEAD, line(1)]}),
        write(tmp_path / "parques.xlsx", {"Hoja1": [HEAD, line(1, "Parques", "PAR")]}),
    ]
    status, said = imported(*files, "--mapping", mapping(tmp_path / "mapa.json"))
    assert status == 0, said
    record = CatalogImport.objects.get()
    assert record.file_name == "2 archivos: obras.xlsx y parques.xlsx"
    assert record.file.name.endswith(".zip") and record.options["mapping"]["hojas"] == []
    assert len(codes()) == 2
    assert imported(*files)[0] == 2


def test_errors_name_their_sheet_and_column_and_stand_in_their_own_workbook(tmp_path):
    sheets = {
        "01 Obras": [HEAD, line(1), line(2)],
        "02 Parques": [
            ["Parques"],
            HEAD,
            line(1, "Parques", "PAR"),
            line(2, "Parques", "PAR", **{"META ANUAL": "cien"}),
        ],
    }
    book = write(tmp_path / "pat.xlsx", sheets)
    errors = tmp_path / "errores.xlsx"
    status, said = imported(book, "--mapping", mapping(tmp_path / "mapa.json"), "--errors", errors)
    assert status == 1
    assert "hoja «02 Parques», fila 4 · Meta («META ANUAL»): «cien» no es un número" in said
    assert not FiscalYear.objects.exists()
    back, before = openpyxl.load_workbook(errors), openpyxl.load_workbook(book)
    assert [[cell.value for cell in row] for row in back["01 Obras"].rows] == [
        [cell.value for cell in row] for row in before["01 Obras"].rows
    ]
    parks = back["02 Parques"]
    assert parks.cell(2, 15).value == "Errores" and parks["A1"].value == "Parques"
    assert parks.cell(4, 15).value.startswith("META ANUAL: «cien» no es un número")
    assert parks.cell(3, 15).value is None


def test_a_row_that_two_sheets_say_differently_is_told_with_both_places(tmp_path):
    sheets = {"Uno": [HEAD, line(1)], "Dos": [HEAD, line(2, **{"PROGRAMA PRESUPUESTARIO": "Otro"})]}
    status, said = imported(write(tmp_path / "pat.xlsx", sheets), "--mapping", mapping(tmp_path / "mapa.json"))
    assert status == 1
    assert "«Otro» no coincide con la fila 2 de la hoja «Uno»" in said


def test_merged_cells_say_it_of_every_row_that_they_cover_and_blank_ones_do_not(tmp_path):
    more = ("CLAVE DEL INDICADOR", "INDICADOR")
    first = [*line(1), "OBR-01-01", "Uno"]
    blank = [None] * 11
    rows = [
        [*HEAD, *more], first,
        [*blank, "50%", "otros", "todos", "OBR-01-01-B", "Dos"],
        [*blank, "50%", "otros", "todos", "OBR-01-01-C", "Tres"],
    ]  # fmt: skip
    pairs = mapping(tmp_path / "mapa.json")
    given = json.loads(pairs.read_text())
    given["columnas"] += [{"encabezado": "CLAVE DEL INDICADOR", "es": "Clave del indicador"},
                          {"encabezado": "INDICADOR", "es": "Indicador"}]  # fmt: skip
    pairs.write_text(json.dumps(given))
    merged = write(tmp_path / "m.xlsx", {"A": rows}, [f"{letter}2:{letter}4" for letter in "ABCDEFGHIJK"])
    status, said = imported(merged, "--mapping", pairs)
    assert status == 0, said
    assert codes() == ["OBR-01-01", "OBR-01-01-B", "OBR-01-01-C"]
    blank_book = write(tmp_path / "b.xlsx", {"A": rows})
    status, said = imported(blank_book, "--mapping", pairs, "--dry-run")
    assert status == 1 and "fila 3" in said and "--fill-down" in said


def test_filling_down_never_crosses_from_one_sheet_to_the_next(tmp_path):
    sheets = {"Uno": [HEAD, line(1)], "Dos": [HEAD, line(2, EJE=None)]}
    status, said = imported(
        write(tmp_path / "p.xlsx", sheets), "--mapping", mapping(tmp_path / "mapa.json"), "--fill-down"
    )
    assert status == 1 and "hoja «Dos», fila 2 · Eje rector («EJE»): falta" in said


def test_totals_titles_and_signatures_are_left_out_where_that_is_asked_for(tmp_path):
    rows = [
        HEAD, line(1), ["EJE 2. OBRAS"], line(2), ["TOTAL", *[None] * 10, 300], ["Nota: cifras preliminares"],
        [None, "Elaboró: C.P. X", None, "Autorizó: Ing. Y", None, "Vo. Bo. Z"],
    ]  # fmt: skip
    book = write(tmp_path / "p.xlsx", {"A": rows})
    status, said = imported(book, "--mapping", mapping(tmp_path / "mapa.json", sin_filas_sueltas=True))
    assert status == 0, said
    assert "No se leen las filas 3, 5, 6, 7: no son de indicadores" in said
    assert codes() == ["OBR-01-01", "OBR-01-02"]
    status, said = imported(book, "--mapping", mapping(tmp_path / "otro.json"), "--dry-run")
    assert status == 1 and "fila 3" in said


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"hojas": ["Otra"]}, "No está la hoja «Otra»"),
        ({"columnas": [{"encabezado": "NADA", "es": "Meta"}]}, "Ninguna hoja del archivo tiene las columnas"),
        ({"hojas": ["A"], "columnas": [{"encabezado": "NADA", "es": "Meta"}, {"encabezado": "EJE", "es": "Plan"}]},
         "La hoja «A» no tiene la columna «NADA»"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_its_file_is_told(tmp_path, more, sentence):
    book = write(tmp_path / "p.xlsx", {"A": [HEAD, line(1)]})
    made = mapping(tmp_path / "mapa.json")
    made.write_text(json.dumps({**json.loads(made.read_text()), **more}))
    status, said = imported(book, "--mapping", made)
    assert status == 1 and sentence in said


def test_the_errors_of_several_files_come_back_as_several_workbooks(tmp_path):
    files = [
        write(tmp_path / "obras.xlsx", {"Hoja1": [HEAD, line(1)]}),
        write(tmp_path / "parques.xlsx", {"Hoja1": [HEAD, line(1, "Parques", "PAR", **{"META ANUAL": "cien"})]}),
    ]
    errors = tmp_path / "errores.zip"
    status, said = imported(*files, "--mapping", mapping(tmp_path / "mapa.json"), "--errors", errors)
    assert status == 1 and "hoja «parques.xlsx · Hoja1», fila 2" in said
    with zipfile.ZipFile(errors) as made:
        assert made.namelist() == ["obras con errores.xlsx", "parques con errores.xlsx"]
        assert "cien" in book_of(made.read("parques con errores.xlsx"))["Hoja1"].cell(2, 15).value
        assert book_of(made.read("obras con errores.xlsx"))["Hoja1"].max_column == 14
