"""What was said wrongly or too often of a catalogue file: one cause is one sentence, in its own column."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from catalog.workbook import catalog_file
from indicators.models import Indicator
from programs.models import Department, Program
from tests.catalog.doors import confirm, upload
from tests.catalog.workbooks import Row, row, write_csv, write_xlsx
from tests.factories import make_department
from tests.support.pages import text_of

NO_RESULT = "la fórmula no tiene guardado su resultado; abra el libro en su hoja de cálculo y guárdelo otra vez"


def errors_of(folder: Path, *rows: Row) -> list[str]:
    """The errors of a file against an empty database's parser alone."""
    data = write_xlsx(folder / "c.xlsx", rows).read_bytes()
    return [str(error) for error in catalog_file.read_catalog(io.BytesIO(data), name="c.xlsx").parsed.errors]


def with_formula(folder: Path, rows: list[Row], header: str, number: int) -> Path:
    """A workbook as openpyxl writes it: the formula of one cell has an empty stored value."""
    path = write_xlsx(folder / "f.xlsx", rows)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    column = [cell.value for cell in sheet[1]].index(header) + 1
    sheet.cell(number, column).value = '=A1&"x"'
    book.save(path)
    return path


class TestTheYearOfTheFile:
    def test_it_is_what_most_rows_say_whatever_else_is_wrong(self, tmp_path: Path) -> None:
        given = [row(1, Meta="cien"), row(2, Ejercicio=2015), *(row(number) for number in range(3, 8))]
        found = errors_of(tmp_path, *given)
        assert len(found) == 2
        assert found[0].startswith("fila 2 · Meta: «cien» no es un número")
        assert found[1] == "fila 3 · Ejercicio: «2015»: el archivo es del ejercicio 2016; importe un ejercicio a la vez"

    def test_of_two_as_frequent_the_first(self, tmp_path: Path) -> None:
        found = errors_of(tmp_path, row(1), row(2, Ejercicio=2015))
        assert found == ["fila 3 · Ejercicio: «2015»: el archivo es del ejercicio 2016; importe un ejercicio a la vez"]

    def test_a_first_row_of_another_year_is_the_error(self, tmp_path: Path) -> None:
        found = errors_of(tmp_path, row(1, Ejercicio=2015), row(2), row(3))
        assert found == ["fila 2 · Ejercicio: «2015»: el archivo es del ejercicio 2016; importe un ejercicio a la vez"]


class TestFormulasWithoutAStoredValue:
    @pytest.mark.parametrize("header", ["Descripción", "Meta", "Programa", "Frecuencia", "Ejercicio"])
    def test_each_is_an_error_of_its_cell(self, tmp_path: Path, header: str) -> None:
        rows = [row(number, **{"Descripción": "Texto", "Frecuencia": "mensual"}) for number in (1, 2)]
        file = with_formula(tmp_path, rows, header, 3)
        found = catalog_file.read_catalog(io.BytesIO(file.read_bytes()), name="f.xlsx").parsed
        assert [str(error) for error in found.errors] == [f"fila 3 · {header}: {NO_RESULT}"]
        assert (found.fillable, found.notes) == (0, [])

    def test_the_last_cell_of_a_sheet_is_one_too(self, tmp_path: Path) -> None:
        file = with_formula(tmp_path, [row(1, Fuente="Archivo")], "Fuente", 2)
        found = catalog_file.read_catalog(io.BytesIO(file.read_bytes()), name="f.xlsx").parsed
        assert [str(error) for error in found.errors] == [f"fila 2 · Fuente: {NO_RESULT}"]

    def test_a_stored_empty_text_is_a_blank(self, tmp_path: Path) -> None:
        path = write_xlsx(tmp_path / "c.xlsx", [row(1, Fuente="Archivo")])
        part, buffer = "xl/worksheets/sheet1.xml", io.BytesIO()
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w") as new:
            for name in old.namelist():
                data = old.read(name)
                if name == part:
                    at = data.rindex(b"<c ", 0, data.index(b"</sheetData>"))
                    end = data.index(b"</c>", at)
                    data = data[:at] + b'<c r="Q2" t="str"><f>""</f><v></v>' + data[end:]
                new.writestr(name, data)
        found = catalog_file.read_catalog(io.BytesIO(buffer.getvalue()), name="c.xlsx").parsed
        assert (found.errors, found.rows[0].value_of("source"), found.notes) == ([], "", [])

    def test_a_formula_in_a_column_that_is_not_read_is_only_told(self, tmp_path: Path) -> None:
        file = with_formula(tmp_path, [row(1, Control="x")], "Control", 2)
        found = catalog_file.read_catalog(io.BytesIO(file.read_bytes()), name="f.xlsx").parsed
        assert found.errors == []
        assert any(note.startswith("1 fórmula de la hoja no tiene guardado su resultado") for note in found.notes)

    @pytest.mark.django_db
    def test_a_stored_text_is_not_erased(self, planning: Client, tmp_path: Path) -> None:
        rows = [row(1, **{"Descripción": "La de siempre"})]
        confirm(planning, upload(planning, write_xlsx(tmp_path / "c.xlsx", rows)))
        page = upload(planning, with_formula(tmp_path, rows, "Descripción", 2))
        assert NO_RESULT in text_of(page) and "Confirmar la importación" not in text_of(page)
        confirm(planning, page)
        assert Program.objects.get().description == "La de siempre"


@pytest.mark.django_db
class TestDepartments:
    @pytest.fixture(autouse=True)
    def stored(self, planning: Client, tmp_path: Path) -> None:
        rows = [row(number, Prefijo="PRE") for number in (1, 2, 3)]
        confirm(planning, upload(planning, write_xlsx(tmp_path / "c.xlsx", rows)))
        assert Indicator.objects.count() == 3

    def page(self, planning: Client, folder: Path, **changes: Any) -> Any:
        rows = [row(number, **{"Prefijo": "PRE", **changes}) for number in (1, 2, 3)]
        return upload(planning, write_xlsx(folder / "c.xlsx", rows))

    def test_where_prefix_and_number_decide_nothing_is_asked(self, planning: Client, tmp_path: Path) -> None:
        page = self.page(planning, tmp_path, Dependencia="Oficina de la Presidencia")
        assert page.context["page"]["offers"] == []
        confirm(planning, page)
        assert Department.objects.get().name == "Oficina de la Presidencia"

    def test_a_name_in_other_case_is_refused_unless_the_answer_says_so(self, planning: Client, tmp_path: Path) -> None:
        page = self.page(planning, tmp_path, Dependencia="Presidencia municipal")
        assert "«Presidencia municipal» ya existe como «Presidencia Municipal»; escríbalo igual" in text_of(page)
        (offer,) = page.context["page"]["offers"]
        accepted = planning.post(page.context["here"], {"renames": [offer["key"]], "act": "ver"}, follow=True)
        assert not accepted.context["page"]["has_errors"]
        planning.post(accepted.context["here"], {"renames": [offer["key"]], "act": "confirmar"}, follow=True)
        assert Department.objects.get().name == "Presidencia municipal"

    def test_a_wrong_prefix_is_one_error_of_its_own_column(self, planning: Client, tmp_path: Path) -> None:
        page = self.page(planning, tmp_path, Prefijo="PRX")
        assert page.context["page"]["errors"] == [
            ["2 a 4", "Prefijo", "PRX", "«PRX»: «Presidencia Municipal» ya existe con el prefijo «PRE»; escriba PRE"]
        ]

    def test_a_name_that_another_department_has_is_its_own_columns(self, planning: Client, tmp_path: Path) -> None:
        make_department("OBR", name="Obras Públicas")
        page = self.page(planning, tmp_path, Dependencia="Obras Públicas")
        (error,) = page.context["page"]["errors"]
        assert error[1] == "Dependencia" and "«PRE» es el prefijo de «Presidencia Municipal»" in error[3]

    def test_another_name_in_one_row_is_one_error(self, planning: Client, tmp_path: Path) -> None:
        rows = [row(number, Prefijo="PRE") for number in (1, 2, 3)]
        rows[1]["Dependencia"] = "Secretaría del Ayuntamiento"
        page = upload(planning, write_xlsx(tmp_path / "c.xlsx", rows))
        assert [error[:2] for error in page.context["page"]["errors"]] == [["3", "Dependencia"]]
        assert not [note for note in page.context["page"]["notes"] if "Dependencia" in note]


@pytest.mark.django_db
class TestCounts:
    def test_plurals_from_a_thousand_on(self, planning: Client, tmp_path: Path) -> None:
        rows = [row(number, Frecuencia="diaria") for number in range(1, 1_002)]
        assert "Errores: 1,001 en 1,001 filas" in text_of(upload(planning, write_xlsx(tmp_path / "c.xlsx", rows)))

    def test_one_is_said_as_one(self, planning: Client, tmp_path: Path) -> None:
        confirm(planning, upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1), row(2), row(3)])))
        page = upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1, Meta=80)]))
        assert "4 no están en el archivo" in " ".join(" ".join(count[:2]) for count in page.context["page"]["counts"])
        assert "Se importó el catálogo 2016: 1 cambia." in text_of(confirm(planning, page))
        page = upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1, Meta=80)]))
        assert "Sin cambios: lo que trae el archivo ya está así en el catálogo" in text_of(page)

    def test_a_sentence_that_asks_ends_in_its_mark(self, planning: Client, tmp_path: Path) -> None:
        page = upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1, Fuentes="x")]))
        assert "¿quiso decir «Fuente»?" in text_of(page) and "?." not in text_of(page)


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
def test_the_accents_of_a_mac_or_of_dos_are_one_sentence(planning: Client, tmp_path: Path, encoding: str) -> None:
    file = write_csv(tmp_path / "c.csv", [row(1, Indicador="Atención a señores")])
    file.write_bytes(file.read_text("utf-8-sig").encode(encoding))
    page = text_of(upload(planning, file))
    assert "codificación de una Mac o de DOS y sus acentos no se leen" in page and "falta la columna" not in page


@pytest.mark.django_db
def test_one_header_has_one_hint(planning: Client, tmp_path: Path) -> None:
    """«Programa:» is «Programa», and nothing else besides."""
    given = row(1)
    given["Programa:"] = given.pop("Programa")
    page = upload(planning, write_xlsx(tmp_path / "c.xlsx", [given]))
    assert {one["name"]: one["target"] for one in page.context["page"]["columns"]}["Programa:"] == "program"
    assert "quiso decir" not in text_of(page)
