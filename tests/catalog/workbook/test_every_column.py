"""Every column of the workbook goes round: file → preview → database → export → file, and on to the pages."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from catalog.imports.comparison import compare
from catalog.models import CatalogImport
from catalog.tree.kinds import BY_MODEL, state_of
from catalog.workbook import catalog_file
from catalog.workbook.columns import COLUMNS, HEADERS
from catalog.workbook.declaring import ColumnSpec
from catalog.workbook.template import write_template
from catalog.years.comparing import TITLES, compare_years
from core.spreadsheets.cells import text_cell
from indicators.models import Indicator
from programs.models import Action, FiscalYear, Program
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
    "Clave de la acción": "PRE-01-02",
    "Acción": "Recibir quejas",
    "Clave del indicador": "PRE-01-02",
    "Indicador": "Quejas",
    "Meta": 5,
    "Tipo de meta": "porcentaje",
    "Sentido": "descendente",
    "Programación": "constante",
    "Unidad": "Quejas",
    "Mes de inicio": 3,
    "Clave oficial de la acción": "K003",
    "Clave oficial del indicador": "=K-3",
}
# A column that is not named here goes round with the two examples of its declaration.
FULL |= {one.header: one.examples[0] for one in COLUMNS if one.header not in FULL}
OTHER = FULL | OTHER
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
BY_HEADER = {column.header: column for column in COLUMNS}
NEW |= {one.header: one.examples[1] for one in COLUMNS if one.header not in NEW and one.examples}
STORED = [column for column in COLUMNS if column.stored is not None]


@pytest.mark.parametrize("header", NEW)
def test_another_value_is_shown_written_exported_and_undone(
    planning: Client, tmp_path: Path, year: FiscalYear, header: str
) -> None:
    """One column after the other: its change is in the preview, in the database, and goes back with «deshacer»."""
    before = exported(year)
    rows = [FULL | {header: NEW[header]}, OTHER]
    if header == "Número de dependencia" or BY_HEADER[header].owner is Program:
        rows[1] = OTHER | {header: NEW[header]}
    page = upload(planning, write_csv(tmp_path / "otro.csv", rows))
    assert str(NEW[header]) in text_of(page)
    assert page.context["page"]["ready"], page.context["page"]
    confirm(planning, page)
    assert str(exported(year)[0][header]) == str(NEW[header])
    record = CatalogImport.objects.order_by("id").last()
    asked = planning.get(f"/2016/catalogo/importaciones/{record.pk}/deshacer/")
    data = {"fingerprint": asked.context["undoing"].fingerprint if "undoing" in asked.context else _seal(asked)}
    planning.post(f"/2016/catalogo/importaciones/{record.pk}/deshacer/", data | {"reason": "Prueba"})
    assert exported(year) == before


def _seal(page: Any) -> str:
    return str(page.content.decode().split('name="fingerprint" value="')[1].split('"')[0])


def test_every_column_that_an_indicator_has_of_its_own_is_tried() -> None:
    """A column that somebody adds is tried too; these name rows, or are tried by the tests of the hierarchy."""
    names = {"Plan", "Ejercicio", "Eje rector", "Objetivo", "Estrategia", "Dependencia", "Prefijo",
             "Clave del programa", "Clave de la acción", "Clave del indicador", "Tipo de meta", "Sentido",
             "Clave del eje", "Clave del objetivo", "Clave de la estrategia"}  # fmt: skip
    assert {column.header for column in COLUMNS} == names | set(NEW)


# What no column says, because it has a page or a life of its own.
NO_COLUMN = {
    Program: {"id", "fiscal_year", "department", "strategy", "previous", "search"},
    Action: {"id", "fiscal_year", "program", "search"},
    Indicator: {
        "id", "fiscal_year", "action", "previous", "search", "retired_from", "green_from", "amber_from", "over_above",
    },
}  # fmt: skip


@pytest.mark.parametrize("model", NO_COLUMN)
def test_a_field_of_the_catalogue_has_a_column_or_says_why_not(model: Any) -> None:
    """Whoever adds a field declares its column: there is no list left in which it could be forgotten."""
    known = {name for one in COLUMNS if one.owner is model for name in (one.name, *one.also)}
    assert {field.name for field in model._meta.concrete_fields} - NO_COLUMN[model] <= known


def test_a_column_says_what_it_means_and_in_which_section_years_are_compared() -> None:
    assert all(column.help and column.field.isidentifier() for column in COLUMNS)
    assert {column.compared for column in STORED} <= {*TITLES, ""}
    assert [column.field for column in STORED if not column.compared] == ["target"]  # told as the one in force
    assert len({column.field for column in COLUMNS}) == len({column.header for column in COLUMNS}) == len(COLUMNS)


def row_of(year: FiscalYear, column: ColumnSpec) -> Any:
    found = Indicator.objects.select_related("action__program").get(fiscal_year=year, code="PRE-01-01-B")
    return {Indicator: found, Action: found.action, Program: found.action.program}[column.owner]  # type: ignore[index]


def told_value(column: ColumnSpec, text: Any) -> Any:
    """What the cell says, as the model has it."""
    value = column.parse(text_cell(str(text)))
    return getattr(value, "amount", value)


# The programmed target and how it is spread have a page of their own once the indicator exists.
OF_THE_TARGET = {"target", "target_kind", "direction", "schedule"}


@pytest.mark.parametrize("column", [one for one in STORED if one.field not in OF_THE_TARGET], ids=lambda one: one.field)
def test_the_form_of_the_tree_shows_and_changes_it(planning: Client, year: FiscalYear, column: ColumnSpec) -> None:
    row = row_of(year, column)
    address = f"/2016/catalogo/{BY_MODEL[type(row)].slug}/{row.code}/"
    page = planning.get(address)
    form = page.context["form"]
    assert form[column.name].value() == state_of(row)[column.name] != column.default
    given = {name: form[name].value() for name in form.fields} | {column.name: told_value(column, NEW[column.header])}
    data = {name: value for name, value in given.items() if value not in (None, False)}
    answer = planning.post(address, data | {"seen": page.context["seen"]})
    assert answer.status_code == 302, answer.context["form"].errors
    assert str(exported(year)[0][column.header]) == str(NEW[column.header])


def test_it_is_asked_for_where_an_indicator_is_added(planning: Client, year: FiscalYear) -> None:
    for model, parent in ((Action, "PRE-01"), (Indicator, "PRE-01-01")):
        form = planning.get(f"/2016/catalogo/{BY_MODEL[model].slug}/nuevo/?en={parent}").context["form"]
        assert {one.name for one in STORED if one.owner is model} <= set(form.fields)


def test_the_lines_of_the_tree_say_what_is_not_usual(planning: Client, year: FiscalYear) -> None:
    tree = text_of(planning.get("/2016/catalogo/?q=o-ppa&abrir=PRE-01"))
    said = [column.fact(row_of(year, column)) for column in STORED if column.fact]
    assert said == [
        "no entra al global", "empieza en julio",
        "clave oficial E-01", "clave oficial 1.1.2.1", "clave oficial O-PPA 1.01",
    ]  # fmt: skip
    for fact in said:
        assert fact in tree


def test_the_sheets_say_each_of_them(planning: Client, year: FiscalYear) -> None:
    page, program = planning.get("/2016/indicadores/PRE-01-01-B/"), text_of(planning.get("/2016/programas/PRE-01/"))
    lines = {line.label: line.value for line in page.context["page"].attributes}
    sheet = text_of(page)
    for column in STORED:
        said = column.said(row_of(year, column))
        if column.owner is Program:
            assert said.split("\n")[0] in program, column.field
        else:
            assert said in lines.get(column.sheet or column.header, sheet), column.field


def test_the_official_keys_are_on_the_sheet_of_the_programme(planning: Client, year: FiscalYear) -> None:
    program = text_of(planning.get("/2016/programas/PRE-01/"))
    assert (
        "clave oficial E-01" in program and "clave oficial 1.1.2.1" in program and "clave oficial O-PPA 1.01" in program
    )


@pytest.fixture
def next_year(planning: Client, year: FiscalYear) -> FiscalYear:
    confirm_rollover(planning, preview_rollover(planning, plan_name="PMD 2017-2019", plan_end="2019"))
    return FiscalYear.objects.get(year=2017)


def test_the_next_year_has_each_of_them_and_another_value_is_compared(year: FiscalYear, next_year: FiscalYear) -> None:
    for column in STORED:
        row, former = row_of(next_year, column), row_of(year, column)
        carried = 1 if column.field == "starts_in" else getattr(former, column.name)  # every year begins in January
        assert getattr(row, column.name) == carried, column.field
    other = {"Tipo de meta": "porcentaje", "Sentido": "descendente", **NEW}
    for column in sorted(STORED, key=lambda one: one.field == "direction"):
        row = row_of(next_year, column)
        value = told_value(column, other[column.header])
        values = {column.name: value}
        if column.field == "schedule":
            values = {"schedule": value.kind, "shares": None}
        elif column.field == "direction":
            values |= {"schedule": "", "shares": None}  # a descending one is flat
        type(row).objects.filter(pk=row.pk).update(**values)
        row.refresh_from_db()
        told = {(line.field, line.after) for line in compare_years(year, next_year).lines}
        label = "meta vigente" if column.field == "target" else str(column.stored.verbose_name)  # type: ignore[union-attr]
        assert (label, column.said(row)) in told, column.field


def test_without_its_column_what_is_stored_stays(planning: Client, tmp_path: Path, year: FiscalYear) -> None:
    names_rows = {"indicator_code", "indicator"}  # without them the rows name other indicators
    for column in COLUMNS:
        if not column.required and column.field not in names_rows:
            rows = [{name: value for name, value in given.items() if name != column.header} for given in (FULL, OTHER)]
            page = upload(planning, write_csv(tmp_path / "menos.csv", rows))
            assert "Sin cambios" in text_of(page), column.field


def test_the_template_has_an_example_of_it(year: FiscalYear) -> None:
    file = io.BytesIO()
    write_template(file)
    sheet = openpyxl.load_workbook(file)["Instrucciones"]
    lines = {line[0].value: line for line in sheet.iter_rows()}
    for column in COLUMNS:
        _, _, helped, example = (cell.value for cell in lines[column.header])
        assert helped == column.help and (not column.examples or example == str(column.examples[0]))


@pytest.mark.parametrize("given", ["7", "Julio", " JULIO ", "07"])
def test_a_month_is_a_number_or_its_name(tmp_path: Path, given: str) -> None:
    assert run("import_catalog", write_csv(tmp_path / "c.csv", [FULL | {"Mes de inicio": given}]))[0] == 0
    assert Indicator.objects.get().starts_in == 7


@pytest.mark.parametrize("given", ["0", "13", "verano", "7.5"])
def test_another_word_is_an_error_of_its_row(tmp_path: Path, given: str) -> None:
    status, told = run("import_catalog", write_csv(tmp_path / "c.csv", [FULL | {"Mes de inicio": given}]))
    assert status == 1 and f"fila 2 · Mes de inicio: «{given}» no es un mes; escriba de 1 a 12" in told
