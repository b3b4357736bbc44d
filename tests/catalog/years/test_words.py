"""A locked year shows the names of the day it was locked, on every page and file, whatever is renamed later."""

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog.years.lifecycle import lock_year, pending_of
from programs.models import Axis, Department, FiscalYear, Objective, Plan, Strategy, YearWord
from tests.catalog.doors import upload
from tests.catalog.workbooks import row, write_csv
from tests.factories import NOW, access_of, make_indicator, make_measurement, make_program, make_year
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
FORMER = {
    Plan: "Plan Municipal de Desarrollo 2014 - 2016", Axis: "Un Gobierno Incluyente",
    Objective: "Un Gobierno Cercano a la Gente", Strategy: "Conducir la política interior",
    Department: "Presidencia Municipal",
}  # fmt: skip


def lock(officer: User, year: FiscalYear) -> None:
    seen = pending_of(year, now=NOW).token
    lock_year(access=access_of(officer), fiscal_year=year, reason="Cuenta pública", seen=seen, now=NOW)


@pytest.fixture
@shared
def years(officer: User) -> list[FiscalYear]:
    """2014, locked, and 2016, in one plan; then everything gets another name."""
    made = [make_year(2014), make_year(2016)]
    for year in made:
        make_measurement(make_indicator(make_program(year)), 9, 1, 2)
    lock(officer, made[0])
    for model in FORMER:
        for found in model.objects.all():
            found.name = f"NUEVO {found.name}"
            found.save()
    return made


PAGES = [
    "/{}/tablero/", "/{}/mapa/", "/{}/comparar/", "/{}/informe/", "/{}/tarjeta/", "/{}/explicacion/plan/",
     "/{}/programas/PRE-01/", "/{}/indicadores/PRE-01-01/", "/{}/catalogo/",
    "/{}/catalogo/programas/PRE-01/", "/{}/catalogo/metas/", "/{}/calendario/", "/{}/faltantes/",
    "/{}/captura/PRE/9/", "/{}/revision/PRE/9/",
]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_every_page_of_the_locked_year(address: str, years: list[FiscalYear], planning: Client) -> None:
    then, now = (planning.get(address.format(year), follow=True) for year in (2014, 2016))
    assert then.status_code == 200 == now.status_code
    assert "NUEVO" not in text_of(then)
    shown = [name for name in FORMER.values() if f"NUEVO {name}" in text_of(now)]
    assert all(name in text_of(then) for name in shown)
    if address.format(0) in ("/0/tablero/", "/0/programas/PRE-01/", "/0/catalogo/"):
        assert shown


def test_the_nodes_of_its_tree(years: list[FiscalYear], planning: Client) -> None:
    axis = Axis.objects.get()
    assert "NUEVO" not in text_of(planning.get(f"/2014/catalogo/ejes/{axis.pk}/")).split("Historia")[0]
    assert "NUEVO Un Gobierno Incluyente" in text_of(planning.get(f"/2016/catalogo/ejes/{axis.pk}/"))


def test_its_files(years: list[FiscalYear], planning: Client, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(planning.get("/2014/catalogo/exportar.xlsx").content))
    cells = [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line]
    assert "Un Gobierno Incluyente" in cells and not any("NUEVO" in cell for cell in cells)
    call_command("export_catalog", str(tmp_path / "c.csv"), "--year", "2014")
    assert "NUEVO" not in (tmp_path / "c.csv").read_text("utf-8-sig")
    call_command("export_catalog", str(tmp_path / "d.csv"), "--year", "2016")
    assert "NUEVO Un Gobierno Incluyente" in (tmp_path / "d.csv").read_text("utf-8-sig")


def test_the_command(years: list[FiscalYear]) -> None:
    def told(year: int) -> Any:
        out = io.StringIO()
        call_command("results", "--year", str(year), "--month", "9", "--format", "json", stdout=out)
        return json.loads(out.getvalue())

    assert told(2014)["plan"] == FORMER[Plan]
    assert told(2016)["plan"] == f"NUEVO {FORMER[Plan]}"


def test_one_query_more_and_none_for_a_year_that_is_open(years: list[FiscalYear], planning: Client) -> None:
    def queries(year: int) -> int:
        planning.get(f"/{year}/tablero/")
        with CaptureQueriesContext(connection) as captured:
            planning.get(f"/{year}/tablero/")
        return len(captured)

    assert queries(2014) == queries(2016) + 1


def test_a_rename_is_written_into_no_year_by_reading(years: list[FiscalYear], planning: Client) -> None:
    for page in PAGES:
        planning.get(page.format(2014), follow=True)
    assert {model.objects.first().name for model in FORMER} == {f"NUEVO {name}" for name in FORMER.values()}
    assert {word.name for word in YearWord.objects.all()} == set(FORMER.values())


class TestSaidBefore:
    def test_the_tree_says_where_a_new_name_shows(self, years: list[FiscalYear], planning: Client) -> None:
        make_year(2015)
        page = text_of(planning.get(f"/2016/catalogo/ejes/{Axis.objects.get().pk}/"))
        assert "lo que cambie aquí se ve también en 2015; en 2014, que está cerrado, queda como estaba" in page

    def test_the_page_of_a_department_too(self, years: list[FiscalYear], planning: Client) -> None:
        page = text_of(planning.get("/catalogo/dependencias/PRE/"))
        assert "Un nombre nuevo se ve en 2016; en 2014, que está cerrado, queda como estaba" in page

    def test_and_the_preview_of_an_import(self, years: list[FiscalYear], planning: Client, tmp_path: Path) -> None:
        rows = [
            row(
                1,
                **{
                    "Plan": f"NUEVO {FORMER[Plan]}",
                    "Eje rector": "Otro eje",
                    "Objetivo": f"NUEVO {FORMER[Objective]}",
                    "Estrategia": f"NUEVO {FORMER[Strategy]}",
                    "Dependencia": f"NUEVO {FORMER[Department]}",
                },
            )
        ]
        page = text_of(upload(planning, write_csv(tmp_path / "c.csv", rows)))
        assert "¿Es un cambio de nombre?" in page
        assert "en 2014, que está cerrado, queda como estaba" in page


def test_the_words_are_those_of_the_last_locking(years: list[FiscalYear], officer: User) -> None:
    lock(officer, years[1])
    assert YearWord.objects.get(fiscal_year=years[1], kind="axis").name == "NUEVO Un Gobierno Incluyente"
    assert YearWord.objects.get(fiscal_year=years[0], kind="axis").name == "Un Gobierno Incluyente"
