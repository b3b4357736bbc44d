"""The tables as a spreadsheet or a program opens them: their form, their words, and that no cell is a formula."""

import csv
import hashlib
import io
import json

import pytest

from core.spreadsheets import unsafe_csv_text
from publishing.export.csv_files import csv_files
from publishing.export.publication import closing_files
from publishing.open_data.columns import INDICATORS, MEASUREMENTS, PROGRAMS, TABLES
from tests.publishing.export.altering import said_of, small_programs
from tests.publishing.export.documents import a_closing, a_municipality, a_program, an_indicator, sealed

DOCUMENT = a_closing(small_programs(9))


def _rows(name, document=DOCUMENT):
    return list(csv.DictReader(io.StringIO(csv_files(document)[name].decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("name", [*(table.file for table in TABLES), "diccionario.csv"])
def test_a_table_is_utf8_with_bom_comma_and_crlf(name):
    content = csv_files(DOCUMENT)[name]
    assert content.startswith(b"\xef\xbb\xbf") and content.endswith(b"\r\n")
    lines = content.split(b"\r\n")
    assert len(lines) == len(_rows(name)) + 2  # a header, and nothing after the last one


def test_a_measurement_has_the_columns_of_the_contract():
    expected = "ejercicio,mes,clave_indicador,clave_programa,dependencia,numerador,denominador,porcentaje_mes,motivo"
    assert csv_files(DOCUMENT)["mediciones.csv"].decode("utf-8-sig").splitlines()[0] == expected
    pairs = {1: ("3", "4"), 2: ("0", "0"), 3: ("5", "0")}
    document = a_closing([a_program("PRE-01", [an_indicator("PRE-01-01", pairs)])])
    document["programs"][0]["indicators"][0]["months"][1]["reason"] = "sin demanda"
    assert [list(row.values()) for row in _rows("mediciones.csv", document)] == [
        ["2016", "1", "PRE-01-01", "PRE-01", "PRE", "3.0000", "4.0000", "75.0000", ""],
        ["2016", "2", "PRE-01-01", "PRE-01", "PRE", "0.0000", "0.0000", "", "sin demanda"],
        ["2016", "3", "PRE-01-01", "PRE-01", "PRE", "5.0000", "0.0000", "", ""],
    ]


def test_a_row_says_results_and_enumerations_in_words():
    program = _rows("programas.csv")[1]
    assert {key: program[key] for key in ("clave_programa", "considerados", "considerables", "semaforo")} == {
        "clave_programa": "PRE-01",
        "considerados": "3",
        "considerables": "3",
        "semaforo": "rojo",
    }
    nothing, missing, plain, descending, absolute = _rows("indicadores.csv")
    assert (nothing["estado"], nothing["porcentaje"], nothing["semaforo"]) == ("sin demanda", "", "sin semáforo")
    assert (missing["estado"], missing["numerador"]) == ("sin captura", "")
    assert (plain["considerado"], plain["frecuencia"], plain["programacion"]) == ("sí", "mensual", "constante")
    assert (descending["sentido"], descending["frecuencia"]) == ("descendente", "trimestral")
    assert (absolute["tipo_meta"], absolute["modo_denominador"], absolute["verde_desde"]) == (
        "absoluta",
        "último",
        "80.0000",
    )


@pytest.mark.parametrize("text", ["=1+1", "+52 618", "-5", "@A1", "\tx", "'=1", "''-2", '=HYPERLINK("http://x")'])
def test_no_text_becomes_a_formula_and_the_verifier_knows_it(tmp_path, text):
    indicator = an_indicator("PRE-01-01", {1: ("1", "2")}, name=text, definition=f"{text}\r\nsegunda, línea")
    document = a_closing([a_program("PRE-01", [indicator], name=text, objectives=[text])], month=9)
    for file, column in (
        ("programas.csv", "programa"),
        ("programas.csv", "objetivos"),
        ("indicadores.csv", "indicador"),
    ):
        cell = _rows(file, document)[0][column]
        assert cell == f"'{text}" and unsafe_csv_text(cell) == text
    root = tmp_path / "2016/09"
    for name, content in closing_files(sealed(document)).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert [sentence for sentence in said_of(tmp_path) if ".csv" in sentence] == []


def test_the_dictionary_says_every_column_with_its_values():
    rows = _rows("diccionario.csv")
    assert [(row["archivo"], row["columna"]) for row in rows] == [
        (table.file, column.name) for table in TABLES for column in table.columns
    ]
    assert all(row["descripcion"] and row["tipo"] for row in rows)
    lights = next(row for row in rows if (row["archivo"], row["columna"]) == ("indicadores.csv", "semaforo"))
    assert lights["valores"] == "verde | amarillo | rojo | sobrecumplimiento | sin semáforo"
    of_programs = next(row for row in rows if (row["archivo"], row["columna"]) == ("programas.csv", "semaforo"))
    assert of_programs["valores"] == "verde | amarillo | rojo | sin semáforo"


def test_what_is_said_to_be_required_is_never_empty():
    document = a_closing(a_municipality(6, 60)(12), month=12)
    for table in TABLES:
        for row in _rows(table.file, document):
            assert [column.name for column in table.columns if column.required and not row[column.name]] == []


def test_the_package_describes_the_files_that_are_there():
    files = closing_files(sealed(DOCUMENT))
    package = json.loads(files.pop("datos/datapackage.json"))
    described = {one["path"]: one for one in package["resources"]}
    del files["datos/libro.xlsx"]  # no table of this standard
    assert set(described) == {name.removeprefix("datos/") for name in files}
    for name, content in files.items():
        one = described[name.removeprefix("datos/")]
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
    for table in (PROGRAMS, INDICATORS, MEASUREMENTS):
        schema = described[table.file]["schema"]
        assert [field["name"] for field in schema["fields"]] == [column.name for column in table.columns]
        header = _rows(table.file)[0]
        assert set(schema["primaryKey"]) <= set(header)
        for key in schema.get("foreignKeys", []):
            other = next(one for one in package["resources"] if one["name"] == key["reference"]["resource"])
            assert set(key["reference"]["fields"]) <= {field["name"] for field in other["schema"]["fields"]}
