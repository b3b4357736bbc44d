"""What stands in a sheet beside its indicators: totals, notes at the foot, the heading once more, a hidden copy."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from catalog.workbook import catalog_file
from indicators.models import Indicator
from tests.catalog.doors import confirm, upload
from tests.catalog.workbooks import Row, row, write_csv, write_xlsx
from tests.support.pages import text_of

FOOT = "y no es de un indicador: bórrela, o complétela"


def parsed(folder: Path, *rows: Row, **options: Any) -> Any:
    data = write_csv(folder / "c.csv", rows).read_bytes()
    return catalog_file.read_catalog(io.BytesIO(data), name="c.csv", **options).parsed


@pytest.mark.parametrize("fill_down", [False, True])
@pytest.mark.parametrize(
    ("stray", "error"),
    [
        ({"Plan": "Elaboró: IMPLAN"}, f"fila 4 · Plan: la fila solo tiene «Elaboró: IMPLAN» {FOOT}"),
        ({"Programa": "TOTAL", "Meta": 300}, f"fila 4 · Programa: la fila solo tiene «TOTAL» y «300» {FOOT}"),
        ({"Eje rector": "Eje 2. Seguridad"}, f"fila 4 · Eje rector: la fila solo tiene «Eje 2. Seguridad» {FOOT}"),
    ],
)
def test_a_note_or_a_total_is_one_error(stray: Row, error: str, fill_down: bool, tmp_path: Path) -> None:
    found = parsed(tmp_path, row(1), row(2), stray, row(3), fill_down=fill_down)
    assert ([str(one) for one in found.errors], found.fillable) == ([error], 0)


@pytest.mark.parametrize(
    "stray", [{"Clave de la acción": "PRE-01-09"}, {"Acción": "Atender", "Unidad": "Obras", "Meta": 3}]
)
def test_a_row_that_begins_an_indicator_says_all_that_it_lacks(stray: Row, tmp_path: Path) -> None:
    found = parsed(tmp_path, row(1), row(2), stray)
    assert len(found.errors) > 5 and FOOT not in str(found.errors)


def test_the_row_after_a_note_still_means_as_above(tmp_path: Path) -> None:
    blank = dict.fromkeys(("Plan", "Ejercicio", "Eje rector", "Objetivo", "Estrategia", "Dependencia"), "")
    found = parsed(tmp_path, row(1), {"Plan": "Sigue"}, {**row(2), **blank}, fill_down=True)
    assert [error.row for error in found.errors] == [3] and [one.row for one in found.rows] == [2, 4]
    assert found.rows[1].axis == row(1)["Eje rector"]


def test_the_heading_of_every_printed_page_is_passed_over_and_told(tmp_path: Path) -> None:
    again = {header: header.upper() for header in row(1)}
    found = parsed(tmp_path, row(1), again, row(2), {"Plan": "Plan", "Ejercicio": "Ejercicio*"}, row(3))
    assert (found.errors, len(found.rows)) == ([], 3)
    assert found.notes == ["Las filas 3, 5 repiten los encabezados y no se leen"]
    assert parsed(tmp_path, row(1), again).notes == ["La fila 3 repite los encabezados y no se lee"]


@pytest.mark.parametrize(
    ("word", "considered"), [("VERDADERO", True), ("falso", False), ("TRUE", True), ("FALSE", False)]
)
def test_a_box_of_the_spreadsheet_saved_as_csv_is_yes_or_no(word: str, considered: bool, tmp_path: Path) -> None:
    found = parsed(tmp_path, row(1, Considerado=word))
    assert (found.errors, found.rows[0].considered) == ([], considered)


class TestHiddenSheets:
    def book(self, folder: Path, *names: str, hidden: str) -> bytes:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for number, name in enumerate(names, start=1):
            sheet = book.create_sheet(name)
            sheet.append(list(row(number)))
            sheet.append(list(row(number).values()))
            sheet.sheet_state = "hidden" if name == hidden else "visible"
        book.active = next(at for at, name in enumerate(names) if name != hidden) if len(names) > 1 else 0
        book.save(folder / "c.xlsx")
        return (folder / "c.xlsx").read_bytes()

    def test_what_is_seen_is_read_whatever_a_hidden_one_is_called(self, tmp_path: Path) -> None:
        data = self.book(tmp_path, "Catálogo", "PAT 2016", hidden="Catálogo")
        read = catalog_file.read_catalog(io.BytesIO(data), name="c.xlsx")
        assert read.table is not None and read.table.sheet == "PAT 2016"
        assert [one.action_code for one in read.parsed.rows] == ["PRE-01-02"]

    def test_the_hidden_one_is_read_where_it_is_asked_for(self, tmp_path: Path) -> None:
        data = self.book(tmp_path, "Catálogo", "PAT 2016", hidden="Catálogo")
        read = catalog_file.read_catalog(io.BytesIO(data), name="c.xlsx", sheet="Catálogo")
        assert [one.action_code for one in read.parsed.rows] == ["PRE-01-01"]


@pytest.mark.django_db
class TestBackwards:
    """The browser's button «back», and a confirmation sent twice."""

    def test_what_was_confirmed_leads_to_its_record(self, planning: Client, tmp_path: Path) -> None:
        page = upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1), row(2)]))
        here, done = page.context["here"], confirm(planning, page)
        record = done.redirect_chain[-1][0]
        for again in (
            planning.get(here, follow=True),
            confirm(planning, page),
            planning.get(f"{here}errores.xlsx", follow=True),
        ):
            assert again.redirect_chain[-1][0] == record
            assert "Este archivo ya se importó" in text_of(again)
        assert Indicator.objects.count() == 2

    def test_an_earlier_preview_of_the_same_file_does_too(self, planning: Client, tmp_path: Path) -> None:
        first = upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1), row(2)]))
        second = planning.post(first.context["here"], {"act": "ver", "fill_down": "on"}, follow=True)
        assert second.context["here"] != first.context["here"]
        record = confirm(planning, second).redirect_chain[-1][0]
        again = confirm(planning, first)
        assert again.redirect_chain[-1][0] == record and "Este archivo ya se importó" in text_of(again)
