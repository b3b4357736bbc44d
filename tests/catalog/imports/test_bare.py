"""Programmes without actions and actions without indicators: files say so in words, and bring them back."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from catalog.imports.comparison import compare
from catalog.imports.preview import CatalogPreview
from catalog.workbook import catalog_file
from indicators.models import Indicator
from programs.models import Action, FiscalYear, Plan, Program, ProgramObjective
from tests.catalog.doors import confirm, run, upload
from tests.catalog.workbooks import row, write_csv
from tests.factories import make_indicator, make_program, make_strategy, make_year
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db

INDICATORS_OWN = ("Meta", "Tipo de meta", "Numerador", "Denominador")
ACTIONS_OWN = ("Acción", "Unidad", *INDICATORS_OWN)
NO_ACTIONS: dict[str, Any] = {"Clave de la acción": "sin acciones", **dict.fromkeys(ACTIONS_OWN)}
NO_INDICATORS: dict[str, Any] = {"Clave del indicador": "sin indicadores", **dict.fromkeys(INDICATORS_OWN)}


@pytest.fixture
@shared
def year() -> FiscalYear:
    """PRE-01 whole, PRE-02 without actions between it and PRE-03, whose action has no indicator."""
    plan = Plan.objects.create(name=row(1)["Plan"], start_year=2014, end_year=2016)
    year = make_year()
    assert year.plan == plan
    make_indicator(make_program(year, "PRE-01"))
    bare = make_program(year, "PRE-02", number="1.2", description="Todavía sin acciones")
    ProgramObjective.objects.create(program=bare, position=1, text="Servir")
    last = make_program(year, "PRE-03")
    Action.objects.create(fiscal_year=year, program=last, code="PRE-03-01", text="Atender", unit="Solicitudes")
    return year


def previewed(data: bytes) -> CatalogPreview:
    name = "catálogo.xlsx" if data.startswith(b"PK") else "catálogo.csv"
    read = catalog_file.read_catalog(io.BytesIO(data), name=name)
    return compare(read.parsed, read.fields)


@pytest.mark.parametrize("csv", [False, True], ids=["xlsx", "csv"])
def test_an_export_says_them_and_reads_back_as_no_change(year: FiscalYear, csv: bool) -> None:
    preview = previewed(catalog_file.bytes_of(year, csv=csv))
    assert (preview.errors, preview.notes, preview.absent) == ((), (), ())
    assert preview.changes_nothing
    assert preview.counts == {"add": 0, "change": 0, "stay": 1, "fail": 0}  # of indicators


def test_they_stand_in_their_place_with_nothing_else(year: FiscalYear) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(catalog_file.bytes_of(year))).active
    headers, *lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    given = [dict(zip(headers, line, strict=True)) for line in lines]
    assert [line["Clave del programa*"] for line in given] == ["PRE-01", "PRE-02", "PRE-03"]
    bare, action = given[1], given[2]
    assert bare["Clave de la acción*"] == "sin acciones" and bare["Objetivos del programa"] == "Servir"
    assert action["Clave de la acción*"] == "PRE-03-01" and action["Clave del indicador"] == "sin indicadores"
    beyond = headers.index("Meta*"), headers.index("Clave del eje")
    for line in (bare, action):
        told = [value for value in list(line.values())[slice(*beyond)] if value is not None]
        assert told in ([], ["sin indicadores"])


def test_an_export_brings_them_into_an_empty_database(year: FiscalYear, tmp_path: Path) -> None:
    file = tmp_path / "antes.csv"
    file.write_bytes(catalog_file.bytes_of(year, csv=True))
    for model in (Indicator, Action, ProgramObjective, Program):
        model.objects.all().delete()
    status, text = run("import_catalog", file)
    assert status == 0, text
    assert list(Program.objects.values_list("code", flat=True)) == ["PRE-01", "PRE-02", "PRE-03"]
    bare = Program.objects.get(code="PRE-02")
    assert (bare.number, bare.description, bare.actions.count()) == ("1.2", "Todavía sin acciones", 0)
    assert [line.text for line in bare.objectives.all()] == ["Servir"]
    assert Action.objects.get(code="PRE-03-01").indicators.count() == 0
    assert catalog_file.bytes_of(FiscalYear.objects.get(), csv=True) == file.read_bytes()


def test_one_is_added_renamed_and_moved_by_its_row(tmp_path: Path) -> None:
    def again(**changes: Any) -> str:
        rows = [row(1), row(100, **NO_ACTIONS | changes)]
        status, text = run("import_catalog", write_csv(tmp_path / "c.csv", rows))
        assert status == 0, text
        return text

    assert "1 se agrega, 0 cambian, 0 quedan igual" in again()
    assert Program.objects.get(code="PRE-02").actions.count() == 0
    assert "programa PRE-02: cambia de nombre" in again(Programa="Otro nombre")
    assert "programa PRE-02: se mueve" in again(Programa="Otro nombre", Estrategia="Otra estrategia")
    program = Program.objects.get(code="PRE-02")
    assert (program.name, program.strategy.name) == ("Otro nombre", "Otra estrategia")
    assert "Sin cambios" in again(Programa="Otro nombre", Estrategia="Otra estrategia")


def test_the_first_action_takes_the_place_of_the_words(tmp_path: Path, year: FiscalYear) -> None:
    file = tmp_path / "c.csv"
    assert run("import_catalog", write_csv(file, [row(100, Programa="Programa PRE-02")]))[0] == 0
    assert Indicator.objects.filter(action__program__code="PRE-02").count() == 1


def test_the_words_of_a_program_with_actions_change_nothing_of_them(tmp_path: Path) -> None:
    run("import_catalog", write_csv(tmp_path / "a.csv", [row(1)]))
    status, text = run("import_catalog", write_csv(tmp_path / "b.csv", [row(1, **NO_ACTIONS)]))
    assert status == 0 and "Sin cambios" in text
    assert "No están en el archivo y se quedan como estaban: acción PRE-01-01, indicador PRE-01-01." in text


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [row(1, **NO_ACTIONS | {"Unidad": "Obras", "Meta": 12})],
            ["fila 2 · Unidad: «Obras» sobra: el programa está «sin acciones»; vacíe esta celda, o escriba la clave "
             "de la acción",
             "fila 2 · Meta: «12» sobra: el programa está «sin acciones»; vacíe esta celda, o escriba la clave "
             "de la acción"],
        ),
        (
            [row(1, **NO_INDICATORS | {"Numerador": "Obras"})],
            ["fila 2 · Numerador: «Obras» sobra: la acción está «sin indicadores»; vacíe esta celda, o escriba "
             "la clave del indicador"],
        ),
        (
            [row(1), row(2, **NO_ACTIONS)],
            ["fila 3 · Clave de la acción: «sin acciones» no puede ser: el programa «PRE-01» tiene la acción "
             "«PRE-01-01» en la fila 2"],
        ),
        (
            [row(1), row(1, **NO_INDICATORS)],
            ["fila 3 · Clave del indicador: «sin indicadores» no puede ser: la acción «PRE-01-01» tiene el indicador "
             "«PRE-01-01» en la fila 2"],
        ),
        (
            [row(1, **NO_ACTIONS | {"Programa": None})],
            ["fila 2 · Programa: falta; si quiere decir «lo mismo que arriba», márquelo en «Lo que usted decide»"],
        ),
        (  # whose the words are is not known: two wrong codes are two errors
            [row(1, **{"Clave del programa": "uno"}), row(1, **NO_ACTIONS | {"Clave del programa": "dos"})],
            ["fila 2 · Clave del programa: «uno» no es una clave del programa; son como PRE-02",
             "fila 3 · Clave del programa: «dos» no es una clave del programa; son como PRE-02"],
        ),
        (  # a blank is still a blank: only the words say that there is nothing to say
            [row(1, **dict.fromkeys(INDICATORS_OWN))],
            ["fila 2 · Meta: falta; escriba por ejemplo 100%, o una cantidad si la meta es absoluta",
             "fila 2 · Numerador: falta; escriba qué se cuenta, por ejemplo «Solicitudes atendidas»",
             "fila 2 · Denominador: falta; escriba contra qué se compara, por ejemplo «Solicitudes recibidas»"],
        ),
    ],
)  # fmt: skip
def test_what_contradicts_the_words_is_an_error(rows: list[Any], expected: list[str], tmp_path: Path) -> None:
    status, text = run("import_catalog", write_csv(tmp_path / "c.csv", rows))
    assert status == 1
    assert [line for line in text.splitlines() if line.startswith("fila")] == expected
    assert Program.objects.count() == 0


@pytest.mark.parametrize("words", ["SIN ACCIONES", " Sin  acciones "])
def test_the_words_are_read_in_any_case(words: str, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "c.csv", [row(1), row(100, **NO_ACTIONS | {"Clave de la acción": words})])
    assert run("import_catalog", file)[0] == 0
    assert Program.objects.count() == 2


def test_an_old_file_without_them_lists_what_it_lacks(year: FiscalYear, tmp_path: Path) -> None:
    preview = previewed(write_csv(tmp_path / "c.csv", [row(1)]).read_bytes())
    assert preview.errors == ()
    assert [str(one) for one in preview.absent] == ["programa PRE-02", "programa PRE-03", "acción PRE-03-01"]


def test_the_screen_tells_of_them_by_what_they_are(planning: Client, year: FiscalYear, tmp_path: Path) -> None:
    make_strategy(year.plan)
    page = upload(planning, write_csv(tmp_path / "c.csv", [row(298, **NO_ACTIONS)]), "/2016/catalogo/importar/")
    assert "programa PRE-04 Programa PRE-04" in " ".join(" ".join(line[1:3]) for line in _lines(page, "added"))
    done = text_of(confirm(planning, page))
    assert "Se importó el catálogo 2016: 1 programa se agrega." in done
    again = upload(planning, tmp_path / "c.csv", "/2016/catalogo/importar/")
    assert "Sin cambios" in text_of(again)
    assert [line[1:3] for line in _lines(again, "same")] == [["programa", "PRE-04 Programa PRE-04"]]


def _lines(page: Any, section: str) -> list[list[Any]]:
    lines: list[list[Any]] = page.context["waiting"].shown["sections"][section]
    return lines
