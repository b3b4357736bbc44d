"""What people bring: real workbooks that must be read, and bad ones that each end in one clear sentence.

docs/import-errors.md is the table of the second part; whoever changes a sentence here changes it there.
"""

import datetime
import io
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role
from catalog.models import CatalogImport
from catalog.workbook import catalog_file
from core.models import TrailEntry
from core.spreadsheets import NO_RESULT
from indicators.models import Indicator
from programs.models import FiscalYear, Plan, Program
from tests.catalog.workbooks import Row, row, write_csv, write_xlsx
from tests.factories import make_department, make_user
from tests.support.pages import text_of

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TABLE = Path(settings.BASE_DIR) / "docs" / "import-errors.md"


def xlsx(folder: Path, *rows: Row, formats: dict[str, str] | None = None) -> bytes:
    return write_xlsx(folder / "libro.xlsx", rows, formats).read_bytes()


def edited(data: bytes, edit: Callable[[Any], None]) -> bytes:
    """The workbook after ``edit`` had its first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book.worksheets[0])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The package with one part replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return buffer.getvalue()


def read(data: bytes, name: str = "libro.xlsx", **options: Any) -> catalog_file.CatalogFile:
    return catalog_file.read_catalog(io.BytesIO(data), name=name, **options)


class TestRealWorkbooks:
    def test_a_title_and_a_logo_stand_above_the_header(self, tmp_path: Path) -> None:
        def title(sheet: Any) -> None:
            sheet.insert_rows(1, 4)
            sheet["A1"], sheet["B2"] = "MUNICIPIO DE DURANGO", "Programa Anual de Trabajo"

        found = read(edited(xlsx(tmp_path, row(1), row(2)), title)).parsed
        assert ([item.row for item in found.rows], found.errors) == ([6, 7], [])
        assert found.notes == ["El encabezado se encontró en la fila 5; lo que está arriba no se lee"]

    def test_merged_cells_of_the_hierarchy(self, tmp_path: Path) -> None:
        def merge(sheet: Any) -> None:
            for letter in "ACDEG":
                sheet.merge_cells(f"{letter}2:{letter}4")

        data = edited(xlsx(tmp_path, row(1), row(2), row(3)), merge)
        found = read(data).parsed
        assert (len(found.rows), found.errors, found.fillable) == (3, [], 0)

    def test_blank_cells_of_the_hierarchy_are_not_merged_ones(self, tmp_path: Path) -> None:
        def blank(sheet: Any) -> None:
            for letter in "ACDEG":
                sheet[f"{letter}3"], sheet[f"{letter}4"] = None, None

        data = edited(xlsx(tmp_path, row(1), row(2), row(3)), blank)
        assert read(data).parsed.fillable == 10
        filled = read(data, fill_down=True).parsed
        assert (len(filled.rows), filled.errors) == (3, [])

    def test_hidden_rows_are_read_and_named(self, tmp_path: Path) -> None:
        def hide(sheet: Any) -> None:
            for number in (3, 4):
                sheet.row_dimensions[number].hidden = True

        found = read(edited(xlsx(tmp_path, row(1), row(2), row(3)), hide)).parsed
        assert (len(found.rows), found.notes) == (3, ["Se leen también filas ocultas: 3, 4"])

    def test_a_hidden_sheet_of_lists_is_not_asked_about(self, tmp_path: Path) -> None:
        def lists(sheet: Any) -> None:
            sheet.title = "PAT 2016"
            other = sheet.parent.create_sheet("Listas")
            other.append(["mensual"])
            other.sheet_state = "hidden"

        assert len(read(edited(xlsx(tmp_path, row(1)), lists)).parsed.rows) == 1

    def test_formulas_give_their_stored_values_and_say_when_there_is_none(self, tmp_path: Path) -> None:
        data = xlsx(tmp_path, row(1), row(2))
        sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
        assert sheet.count("<v>100</v>") == 2
        calculated = with_part(
            data, "xl/worksheets/sheet1.xml", sheet.replace("<v>100</v>", "<f>50+40</f><v>90</v>", 1).encode()
        )
        assert [item.target for item in read(calculated).parsed.rows] == [90, 100]
        unsaved = with_part(data, "xl/worksheets/sheet1.xml", sheet.replace("<v>100</v>", "<f>50+40</f>", 1).encode())
        found = read(unsaved).parsed
        assert [str(error) for error in found.errors] == [f"fila 2 · Meta: {NO_RESULT}"]
        assert found.notes == []

    def test_percent_formats_blanks_accents_and_trailing_empties(self, tmp_path: Path) -> None:
        odd = row(
            2,
            **{
                "Eje rector": "Un\u00a0Gobierno  Incluyente ",
                "Meta": 1,
                "Dependencia": unicodedata.normalize("NFD", "Presidencia Municipal"),
                "Estrategia": unicodedata.normalize("NFD", "Conducir la política interior"),
            },
        )

        def empties(sheet: Any) -> None:
            for number in range(10, 60):
                sheet.cell(number, 3).value = " \u00a0"

        data = edited(xlsx(tmp_path, row(1, Meta=1), odd, formats={"Meta": "0%"}), empties)
        found = read(data).parsed
        assert (found.errors, found.notes) == ([], [])
        assert {item.axis for item in found.rows} == {"Un Gobierno Incluyente"}
        assert {item.strategy for item in found.rows} == {"Conducir la política interior"}
        assert [item.target for item in found.rows] == [100, 100]

    def test_a_latin_1_csv_with_semicolons_and_a_title(self, tmp_path: Path) -> None:
        given = row(1)
        lines = ["Municipio de Durango;;", ";".join(given), ";".join(f'"{value}"' for value in given.values())]
        found = read("\r\n".join(lines).encode("latin-1"), "catalogo.csv").parsed
        assert (found.errors, found.rows[0].action) == ([], "Atender las solicitudes 1")
        assert found.rows[0].strategy == "Conducir la política interior"


# Bad input: what it is, how it is made, and what the person reads.

Maker = Callable[[Path], tuple[str, bytes]]


def _file(data: bytes, name: str = "catalogo.xlsx") -> Maker:
    return lambda folder: (name, data)


def _rows(*rows: Row, **options: Any) -> Maker:
    return lambda folder: ("catalogo.xlsx", xlsx(folder, *rows, **options))


def _part(name: str, content: bytes) -> Maker:
    return lambda folder: ("catalogo.xlsx", with_part(xlsx(folder, row(1)), name, content))


def _sheet(rows: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'.encode()


def _bomb(folder: Path) -> tuple[str, bytes]:
    return "catalogo.xlsx", with_part(xlsx(folder, row(1)), "xl/media/relleno.xml", bytes(210 * 2**20))


def _formula(folder: Path) -> tuple[str, bytes]:
    """As a program writes it that does not calculate."""

    def write(sheet: Any) -> None:
        sheet["G2"].value = '=A2&"x"'

    return "catalogo.xlsx", edited(xlsx(folder, row(1)), write)


def _of_a_known_department(folder: Path) -> tuple[str, bytes]:
    make_department()
    return _rows(row(1, Prefijo="PRX"))(folder)


_ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ja"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
_FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048577"><c r="A1048577"><v>1</v></c></row>'
_WIDE_ROW = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'

BAD: list[tuple[str, Maker, str]] = [
    ("Un archivo vacío", _file(b""), "El archivo está vacío: suba el que tiene los datos."),
    (
        "Un PDF con nombre .xlsx",
        _file(b"%PDF-1.7\n"),
        "El archivo es un PDF, no una hoja de cálculo: suba un XLSX, un ODS o un CSV.",
    ),
    (
        "Un programa con nombre .xlsx",
        _file(b"MZ\x90\x00\x03"),
        "El archivo no es una hoja de cálculo: suba un XLSX, un ODS o un CSV.",
    ),
    (
        "Un libro de Excel antiguo (.xls)",
        _file(_OLE, "catalogo.xls"),
        "El archivo es un libro de Excel antiguo (XLS): guárdelo como XLSX.",
    ),
    (
        "Un libro protegido con contraseña",
        _file(_OLE + "EncryptedPackage".encode("utf-16-le")),
        "El libro está protegido con contraseña: quítesela y guárdelo otra vez.",
    ),
    (
        "Un libro con macros (.xlsm)",
        _part("xl/vbaProject.bin", b"x"),
        "El libro contiene macros: guárdelo como libro de Excel sin macros (XLSX).",
    ),
    (
        "Un libro dañado",
        _file(b"PK\x03\x04 cortado"),
        "El archivo está dañado o no es un libro de Excel: ábralo en su hoja de cálculo y guárdelo otra vez como XLSX.",
    ),
    ("Una bomba zip: 210 MB por dentro", _bomb, "El libro es demasiado grande por dentro"),
    (
        "Una bomba de entidades XML",
        _part("xl/sharedStrings.xml", _ENTITIES),
        "El archivo contiene definiciones XML que un libro de Excel nunca tiene, y no se lee por seguridad.",
    ),
    (
        "Una celda más allá de la última fila de Excel",
        _part("xl/worksheets/sheet1.xml", _sheet(_FAR)),
        "El archivo está dañado",
    ),
    (
        "Datos en la columna 16,384",
        _part("xl/worksheets/sheet1.xml", _sheet(_WIDE_ROW)),
        "La hoja tiene algo en la celda XFD1, más allá de las 100 columnas que se leen",
    ),
    (
        "50 MB",
        _file(b"a;b\n" * (50 * 2**18), "catalogo.csv"),
        "El archivo pesa más de 20 MB, que es lo más que se acepta.",
    ),
    (
        "Más de 20,000 filas",
        _file(b"Plan,Ejercicio\n" + b"x,2016\n" * 20_001, "catalogo.csv"),
        "La hoja tiene más de 20,000 filas, que es lo más que se acepta.",
    ),
    (
        "40,000 caracteres en una celda",
        _file(b"Plan\n" + b"x" * 40_000, "catalogo.csv"),
        "Una celda de la fila 2 tiene 40,000 caracteres; caben hasta 32,767.",
    ),
    (
        "Un libro sin la columna Unidad",
        _rows({key: value for key, value in row(1).items() if key != "Unidad"}),
        "Falta decir de dónde sale: Unidad.",
    ),
    (
        "Un libro con la columna Meta dos veces",
        _file(b"Plan,Meta,meta*\nx,1,2\n", "catalogo.csv"),
        "Falta decir de dónde sale: Ejercicio, Eje rector,",
    ),
    ("Encabezados sin filas", _file(b"Plan,Ejercicio,Meta\n", "catalogo.csv"), "de dónde sale: Eje rector, Objetivo"),
    (
        "Una fecha donde va la meta",
        _rows(row(1, Meta=datetime.date(2016, 3, 1))),
        "«2016-03-01» es una fecha, no un número; dé a la celda formato de número y escriba la cantidad otra vez",
    ),
    ("Una meta negativa", _rows(row(1, Meta=-5)), "«-5»"),
    ("Una meta de 1E309", _file(b"", ""), "1E309"),  # made below
    (
        "Una meta de «cien»",
        _rows(row(1, Meta="cien")),
        "«cien» no es un número; escríbalo con cifras, por ejemplo 100% o 12",
    ),
    (
        "Una meta de 0 de un indicador ascendente",
        _rows(row(1, Meta=0)),
        "«0» no puede ser la meta; solo un indicador descendente tiene 0",
    ),
    ("Un error de la hoja de cálculo en una celda", _file(b"", ""), "#DIV/0!"),  # made below
    (
        "Número de programa 1.1 en una celda General",
        _rows(row(1, **{"Número de programa": 1.1})),
        "«1.1» está guardado como número y no se sabe si era 1.1 o 1.10; dé a la columna formato de texto",
    ),
    (
        "La clave PRE-2",
        _rows(row(1, **{"Clave del programa": "PRE-2"})),
        "claves del archivo no tienen la forma de las nuestras",
    ),
    ("Una fórmula sin su resultado guardado", _formula, NO_RESULT),
    (
        "Un prefijo que no es el de la dependencia",
        _of_a_known_department,
        "«PRX»: «Presidencia Municipal» ya existe con el prefijo «PRE»; escriba PRE",
    ),
    (
        "Una acción de otro programa",
        _rows(row(1, **{"Clave de la acción": "PRE-09-01"})),
        "«PRE-09-01» no pertenece al programa «PRE-01»",
    ),
    (
        "La misma clave dos veces, con otro texto",
        _rows(row(1), row(2, **{"Clave de la acción": "PRE-01-01"})),
        "«Atender las solicitudes 2» no coincide con la fila 2, donde la clave «PRE-01-01» tiene",
    ),
    (
        "La misma fila dos veces",
        _rows(row(1), row(1)),
        "falta; la acción «PRE-01-01» ya tiene un indicador en la fila 2 y cada uno más lleva su propia clave y nombre",
    ),
    (
        "Un programa bajo dos estrategias",
        _rows(row(1), row(2, Estrategia="Otra")),
        "«Otra» no coincide con la fila 2, donde la clave «PRE-01» tiene «Conducir la política interior»",
    ),
    (
        "Una fila de otro ejercicio",
        _rows(row(1), row(2, Ejercicio=2015)),
        "«2015»: el archivo es del ejercicio 2016; importe un ejercicio a la vez",
    ),
    (
        "Un ejercicio fuera de los años del plan",
        _rows(row(1, Ejercicio=2019)),
        "«2019» está fuera de los años del plan, 2014 a 2016",
    ),
    (
        "Un plan sin sus años",
        _rows(row(1, Plan="Plan Municipal")),
        "«Plan Municipal» no dice sus años; escríbalo como «Plan Municipal de Desarrollo 2014 - 2016»",
    ),
    ("Una programación que no termina en 100", _rows(row(1, Programación="; ".join(["10"] * 12))), "no termina en 100"),
    (
        "Una frecuencia que no existe",
        _rows(row(1, Frecuencia="quincenal")),
        "«quincenal» no es una opción; escriba mensual,",
    ),
    (
        "Un nombre de dependencia de 400 caracteres",
        _rows(row(1, Dependencia="x" * 400)),
        "tiene 400 caracteres; caben hasta 300",
    ),
    (
        "Una celda vacía de la jerarquía",
        _rows(row(1), row(2, Objetivo="")),
        "Falta una decisión suya: no se ha escrito nada",
    ),
    (
        "Una dependencia que en una fila va en minúsculas",
        _rows(row(1), row(2, Dependencia="presidencia municipal"), row(3)),
        "«presidencia municipal» ya está como «Presidencia Municipal» en la fila 2; escríbalo igual",
    ),
    (
        "Un total debajo de la tabla",
        _rows(row(1), row(2), {"Programa": "TOTAL", "Meta": 200}),
        "la fila solo tiene «TOTAL» y «200» y no es de un indicador: bórrela, o complétela",
    ),
]


def _typed(value: str, kind: str) -> Maker:
    """A target stored as only a program can store it."""

    def make(folder: Path) -> tuple[str, bytes]:
        data = xlsx(folder, row(1))
        part = "xl/worksheets/sheet1.xml"
        sheet = zipfile.ZipFile(io.BytesIO(data)).read(part).decode()
        number = 't="n"><v>100</v>'
        assert sheet.count(number) == 1
        return "catalogo.xlsx", with_part(data, part, sheet.replace(number, f't="{kind}"><v>{value}</v>').encode())

    return make


_MADE = {"1E309": _typed("1E309", "n"), "#DIV/0!": _typed("#DIV/0!", "e")}
CASES = [(what, _MADE.get(sentence, make), sentence) for what, make, sentence in BAD]


def written() -> tuple[int, ...]:
    return tuple(
        model._base_manager.count() for model in (Plan, FiscalYear, Program, Indicator, TrailEntry, CatalogImport)
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("what", "make", "sentence"), CASES, ids=[what for what, _, _ in CASES])
def test_bad_input_ends_in_one_clear_sentence(
    client: Client, tmp_path: Path, what: str, make: Maker, sentence: str
) -> None:
    client.force_login(make_user("planeacion", Role.PLANNING))
    name, data = make(tmp_path)
    before = written()
    page = client.post("/catalogo/importar/", {"file": SimpleUploadedFile(name, data)}, follow=True)
    text = " ".join(page.content.decode().replace("&#x27;", "'").split())
    assert page.status_code == 200
    assert {"1E309": "#¡NUM!"}.get(sentence, sentence) in text, text[text.find("<main") :][:3000]
    assert "Confirmar la importación" not in text and "Traceback" not in text
    assert written() == before


@pytest.mark.django_db
def test_external_links_are_not_followed_and_a_claimed_size_is_not_believed(tmp_path: Path) -> None:
    link = b'<externalLink xmlns="x"><externalBook r:id="rId1" xmlns:r="y"/></externalLink>'
    data = with_part(xlsx(tmp_path, row(1)), "xl/externalLinks/externalLink1.xml", link)
    part = "xl/worksheets/sheet1.xml"
    sheet = zipfile.ZipFile(io.BytesIO(data)).read(part).decode()
    claimed = with_part(data, part, sheet.replace('ref="A1:O2"', 'ref="A1:XFD1048576"').encode())
    assert claimed != data
    assert len(read(claimed).parsed.rows) == 1


@pytest.mark.django_db
def test_text_like_a_formula_stays_text_on_its_way_in_and_out(tmp_path: Path) -> None:
    from catalog.imports.applying import import_catalog
    from tests.factories import NOW

    evil = "=cmd|'/C calc'!A0"
    found = read(xlsx(tmp_path, row(1, Fuente=evil, Definición="+1")))
    import_catalog(parsed=found.parsed, fields=found.fields, actor=None, now=NOW)
    assert Indicator.objects.get().source == evil
    book = openpyxl.load_workbook(io.BytesIO(catalog_file.bytes_of(FiscalYear.objects.get())))
    cells = {cell.value: cell.data_type for cell in book.active[2]}
    assert cells[evil] == cells["+1"] == "s"
    assert f"'{evil}" in catalog_file.bytes_of(FiscalYear.objects.get(), csv=True).decode("utf-8-sig")


@pytest.mark.django_db
def test_a_year_that_is_locked_and_a_name_spelled_otherwise(client: Client, tmp_path: Path) -> None:
    client.force_login(make_user("planeacion", Role.PLANNING))
    read_first = read(xlsx(tmp_path, row(1)))
    from catalog.imports.applying import import_catalog
    from tests.factories import NOW

    import_catalog(parsed=read_first.parsed, fields=read_first.fields, actor=None, now=NOW)

    def told(*rows: Row) -> str:
        data = write_csv(tmp_path / "c.csv", rows).read_bytes()
        page = client.post("/catalogo/importar/", {"file": SimpleUploadedFile("c.csv", data)}, follow=True)
        return text_of(page)

    assert "«Presidencia municipal» ya existe como «Presidencia Municipal»; escríbalo igual" in told(
        row(1, Dependencia="Presidencia municipal", **{"Número de dependencia": ""})
    )
    assert "«PMU»: «Presidencia Municipal» ya existe con el prefijo «PRE»; escriba PRE" in told(
        row(1, Dependencia="Presidencia municipal", Prefijo="PMU")
    )
    FiscalYear.objects.update(locked=True)
    assert "está cerrado: ya no admite ningún cambio" in told(row(1, Meta=80))


def test_the_table_of_the_documentation_is_this_one() -> None:
    text = TABLE.read_text(encoding="utf-8")
    missing = [what for what, _, _ in CASES if f"| {what} |" not in text]
    assert not missing
