"""Every column of the workbook goes round: file → preview → database → export → file, and on to the pages."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from catalog.imports.comparison import compare
from catalog.models import CatalogImport
from catalog.workbook import catalog_file
from catalog.workbook.columns import COLUMNS, HEADERS
from catalog.years.comparing import compare_years
from indicators.models import Indicator
from programs.models import FiscalYear
from tests.catalog.doors import confirm, run, upload
from tests.catalog.workbooks import write_csv, write_xlsx
from tests.catalog.year_pages import confirm as confirm_rollover
from tests.catalog.year_pages import preview as preview_rollover
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db

FULL: dict[str, Any] = {
    "Plan": "Plan Municipal de Desarrollo 2014 - 2016", "Ejercicio": 2016, "Eje rector": "Un Gobierno Incluyente",
    "Objetivo": "Un Gobierno Cercano", "Estrategia": "Conducir la política", "Número de dependencia": 7,
    "Dependencia": "Presidencia Municipal", "Prefijo": "PRE", "Número de programa": "1.10",
    "Clave del programa": "PRE-01", "Programa": "Proximidad", "Descripción": "Atiende\nEscucha",
    "Objetivos del programa": "Atender\nEscuchar", "Clave de la acción": "PRE-01-01", "Acción": "Atender solicitudes",
    "Unidad": "Informes", "Meta": 12, "Tipo de meta": "absoluta", "Clave del indicador": "PRE-01-01-B",
    "Indicador": "Informes publicados", "Definición": "Qué se publica", "Numerador": "Informes publicados",
    "Denominador": "Informes programados", "Acumulación numerador": "último", "Acumulación denominador": "último",
    "Considerado": "no", "Frecuencia": "bimestral", "Programación": "0; 0; 0; 0; 0; 0; 0; 20; 40; 60; 80; 100",
    "Mes de inicio": "julio", "Clave oficial de la acción": "1.1.2.1", "Clave oficial del indicador": "O-PPA 1.01",
    "Clave del eje": "E1", "Clave del objetivo": "O1", "Clave de la estrategia": "S1", "Sentido": "ascendente",
    "Dimensión": "calidad", "Línea base": 75.5, "Año de línea base": 2015, "Medio de verificación": "Bitácora",
    "Evidencia": "sí", "Fuente": "Registro interno", "Área responsable": "Secretaría Particular",
}  # fmt: skip
OTHER: dict[str, Any] = FULL | {
    "Clave de la acción": "PRE-01-02", "Acción": "Recibir quejas", "Clave del indicador": "PRE-01-02",
    "Indicador": "Quejas", "Meta": 5, "Tipo de meta": "porcentaje", "Sentido": "descendente",
    "Programación": "constante", "Unidad": "Quejas", "Mes de inicio": 3,
    "Clave oficial de la acción": "K003", "Clave oficial del indicador": "=K-3",
}  # fmt: skip
# What a blank or absent cell would become: none of them may stand in FULL, or losing it would not show.
USUAL = {"Tipo de meta": "porcentaje", "Acumulación numerador": "suma", "Acumulación denominador": "suma",
         "Considerado": "sí", "Frecuencia": "mensual", "Mes de inicio": "enero", "Evidencia": "no"}  # fmt: skip


def exported(year: FiscalYear) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(catalog_file.bytes_of(year))).active
    head, *rows = ([cell.value for cell in line] for line in sheet.iter_rows())
    return [dict(zip((str(name).rstrip("*") for name in head), row, strict=True)) for row in rows]


@pytest.fixture
def year(planning: Client, tmp_path: Path) -> FiscalYear:
    confirm(planning, upload(planning, write_xlsx(tmp_path / "todo.xlsx", [FULL, OTHER])))
    return FiscalYear.objects.get()


def test_the_rows_name_every_column_with_a_value_that_is_not_usual() -> None:
    assert set(FULL) == set(HEADERS.values())
    assert all(FULL[header] not in ("", None, usual) for header, usual in {h: USUAL.get(h) for h in FULL}.items())


def test_the_export_has_what_the_file_had_and_read_back_changes_nothing(year: FiscalYear) -> None:
    first, second = exported(year)
    for header, given in FULL.items():
        assert str(first[header]) == str(given), header
    assert second["Mes de inicio"] == "marzo" and second["Sentido"] == "descendente"
    assert (second["Clave oficial de la acción"], second["Clave oficial del indicador"]) == ("K003", "=K-3")
    for csv in (False, True):
        data = catalog_file.bytes_of(year, csv=csv)
        read = catalog_file.read_catalog(io.BytesIO(data), name="c.csv" if csv else "c.xlsx")
        preview = compare(read.parsed, read.fields)
        assert preview.errors == () and [str(change) for change in preview.changes] == []


NEW: dict[str, Any] = {
    "Número de dependencia": 8, "Número de programa": "1.2", "Programa": "Cercanía", "Descripción": "Otra",
    "Objetivos del programa": "Otro", "Acción": "Atender mejor", "Unidad": "Folletos", "Meta": 13,
    "Indicador": "Folletos publicados", "Definición": "Otra", "Numerador": "Folletos", "Denominador": "Pedidos",
    "Acumulación numerador": "suma", "Acumulación denominador": "suma", "Considerado": "sí", "Frecuencia": "trimestral",
    "Programación": "lineal", "Mes de inicio": "abril", "Clave oficial de la acción": "1.1.2.2",
    "Clave oficial del indicador": "O-PPA 1.02", "Dimensión": "eficacia", "Línea base": 70, "Año de línea base": 2014,
    "Medio de verificación": "Actas", "Evidencia": "no", "Fuente": "Oficialía", "Área responsable": "Enlace",
}  # fmt: skip


@pytest.mark.parametrize("header", NEW)
def test_another_value_is_shown_written_exported_and_undone(
    planning: Client, tmp_path: Path, year: FiscalYear, header: str
) -> None:
    """One column after the other: its change is in the preview, in the database, and goes back with «deshacer»."""
    before = exported(year)
    rows = [FULL | {header: NEW[header]}, OTHER]
    if HEADERS["program"] == header or header in ("Número de dependencia", "Número de programa", "Descripción",
                                                  "Objetivos del programa"):  # fmt: skip
        rows[1] = OTHER | {header: NEW[header]}
    page = upload(planning, write_csv(tmp_path / "otro.csv", rows))
    assert str(NEW[header]) in text_of(page)
    assert page.context["page"]["ready"], page.context["page"]
    confirm(planning, page)
    assert str(exported(year)[0][header]) == str(NEW[header])
    record = CatalogImport.objects.order_by("id").last()
    asked = planning.get(f"/2016/catalogo/importaciones/{record.pk}/deshacer/")
    data = {"huella": asked.context["undoing"].fingerprint if "undoing" in asked.context else _seal(asked)}
    planning.post(f"/2016/catalogo/importaciones/{record.pk}/deshacer/", data | {"reason": "Prueba"})
    assert exported(year) == before


def _seal(page: Any) -> str:
    return str(page.content.decode().split('name="huella" value="')[1].split('"')[0])


def test_every_column_that_an_indicator_has_of_its_own_is_tried() -> None:
    """A column that somebody adds is tried too; these name rows, or are tried by the tests of the hierarchy."""
    names = {"Plan", "Ejercicio", "Eje rector", "Objetivo", "Estrategia", "Dependencia", "Prefijo",
             "Clave del programa", "Clave de la acción", "Clave del indicador", "Tipo de meta", "Sentido",
             "Clave del eje", "Clave del objetivo", "Clave de la estrategia"}  # fmt: skip
    assert {column.header for column in COLUMNS} == names | set(NEW)


def test_the_new_columns_are_in_the_tree_the_sheets_and_their_files(planning: Client, year: FiscalYear) -> None:
    tree = text_of(planning.get("/2016/catalogo/?q=o-ppa&abrir=PRE-01"))
    assert "clave oficial O-PPA 1.01" in tree and "empieza en julio" in tree and "clave oficial 1.1.2.1" in tree
    form = planning.get("/2016/catalogo/indicadores/PRE-01-01-B/").context["form"]
    assert (form["starts_in"].value(), form["official_key"].value()) == (7, "O-PPA 1.01")
    assert planning.get("/2016/catalogo/acciones/PRE-01-01/").context["form"]["official_key"].value() == "1.1.2.1"
    sheet = text_of(planning.get("/2016/indicadores/PRE-01-01-B/"))
    for told in ("Mes de inicio", "julio", "1.1.2.1", "O-PPA 1.01"):
        assert told in sheet
    program = text_of(planning.get("/2016/programas/PRE-01/"))
    assert "clave oficial 1.1.2.1" in program and "clave oficial O-PPA 1.01" in program


def test_the_next_year_begins_in_january_and_keeps_the_official_keys(planning: Client, year: FiscalYear) -> None:
    confirm_rollover(planning, preview_rollover(planning, plan_name="PMD 2017-2019", plan_end="2019"))
    row = Indicator.objects.select_related("action").get(fiscal_year__year=2017, code="PRE-01-01-B")
    assert (row.starts_in, row.official_key, row.action.official_key) == (1, "O-PPA 1.01", "1.1.2.1")
    newer = row.fiscal_year
    Indicator.objects.filter(pk=row.pk).update(official_key="K9")
    type(row.action).objects.filter(pk=row.action_id).update(official_key="1.2")
    told = {(line.field, line.before, line.after) for line in compare_years(year, newer).lines}
    assert {("mes de inicio", "julio", "enero"), ("clave oficial", "O-PPA 1.01", "K9"),
            ("clave oficial", "1.1.2.1", "1.2")} <= told  # fmt: skip


@pytest.mark.parametrize("given", ["7", "Julio", " JULIO ", "07"])
def test_a_month_is_a_number_or_its_name(tmp_path: Path, given: str) -> None:
    assert run("import_catalog", write_csv(tmp_path / "c.csv", [FULL | {"Mes de inicio": given}]))[0] == 0
    assert Indicator.objects.get().starts_in == 7


@pytest.mark.parametrize("given", ["0", "13", "verano", "7.5"])
def test_another_word_is_an_error_of_its_row(tmp_path: Path, given: str) -> None:
    status, told = run("import_catalog", write_csv(tmp_path / "c.csv", [FULL | {"Mes de inicio": given}]))
    assert status == 1 and f"fila 2 · Mes de inicio: «{given}» no es un mes; escriba de 1 a 12" in told


def test_without_the_columns_what_is_stored_stays(planning: Client, tmp_path: Path, year: FiscalYear) -> None:
    left = ("Mes de inicio", "Clave oficial de la acción", "Clave oficial del indicador")
    rows = [{name: value for name, value in given.items() if name not in left} for given in (FULL, OTHER)]
    assert "Sin cambios" in text_of(upload(planning, write_csv(tmp_path / "menos.csv", rows)))
