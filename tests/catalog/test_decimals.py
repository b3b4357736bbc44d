"""How a catalogue's file writes decimals: told by the file itself, or asked once, as in a month's file."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import CatalogImport
from indicators.models import Indicator
from tests.catalog.doors import act, confirm, run, upload
from tests.catalog.workbooks import Row, row, write_csv, write_xlsx
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
BOOKS = [write_xlsx, write_csv]


def made(write: Any, folder: Path, rows: list[Row]) -> Path:
    path: Path = write(folder / ("c.xlsx" if write is write_xlsx else "c.csv"), rows)
    return path


def absolute(number: int, target: Any, **changes: Any) -> Row:
    return row(number, Meta=target, **{"Tipo de meta": "absoluta", "Unidad": "m2", **changes})


def targets() -> dict[str, Decimal]:
    return {code: target.normalize() for code, target in Indicator.objects.values_list("code", "target")}


@pytest.mark.parametrize("write", BOOKS)
@pytest.mark.parametrize(
    ("answer", "read"),
    [("decimal-punto", ("1.5", "2.25", "1.125")), ("decimal-coma", ("1500", "2250", "1125"))],
)
def test_it_is_asked_once_for_all_such_cells(
    planning: Client, tmp_path: Path, write: Any, answer: str, read: tuple[str, ...]
) -> None:
    rows = [absolute(1, "1.500"), absolute(2, "2.250", **{"Línea base": "1.125"}), absolute(3, "12")]
    page = upload(planning, made(write, tmp_path, rows))
    text = text_of(page)
    assert text.count("¿Qué número es «1.500»?") == 1 and "Está en la fila 2, Meta" in text
    assert ">Es 1.5</button>" in text and ">Es 1,500</button>" in text
    assert "Confirmar la importación" not in text and "se agregan" not in text
    act(planning, page, "confirmar")
    assert not Indicator.objects.exists()
    answered = act(planning, page, answer)
    assert "como usted dijo" in text_of(answered)
    confirm(planning, answered)
    assert targets() == {
        "PRE-01-01": Decimal(read[0]).normalize(),
        "PRE-01-02": Decimal(read[1]).normalize(),
        "PRE-01-03": 12,
    }
    assert Indicator.objects.get(code="PRE-01-02").baseline == Decimal(read[2])
    record = CatalogImport.objects.get()
    assert record.options["decimal"] == answer.removeprefix("decimal-")
    shown = text_of(planning.get(reverse("catalog:record", args=[2016, record.pk])))
    assert f"se leyó con {answer.removeprefix('decimal-')} decimal" in shown


def test_the_answer_can_be_changed_before_it_is_confirmed(planning: Client, tmp_path: Path) -> None:
    page = act(planning, upload(planning, write_csv(tmp_path / "c.csv", [absolute(1, "1.500")])), "decimal-punto")
    assert "Leer con coma decimal" in text_of(page)
    confirm(planning, act(planning, page, "decimal-coma"))
    assert targets() == {"PRE-01-01": 1500}


@pytest.mark.parametrize(("other", "read"), [("2,5", 1500), ("1.234,50", 1500), ("0.9", Decimal("1.5"))])
@pytest.mark.parametrize("write", BOOKS)
def test_what_tells_the_style_elsewhere_in_the_file_answers_it(
    planning: Client, tmp_path: Path, write: Any, other: str, read: Any
) -> None:
    confirm(planning, upload(planning, made(write, tmp_path, [absolute(1, "1.500"), absolute(2, other)])))
    assert targets()["PRE-01-01"] == read


def test_a_text_with_thousands_and_decimals_needs_no_question(planning: Client, tmp_path: Path) -> None:
    confirm(planning, upload(planning, write_xlsx(tmp_path / "c.xlsx", [absolute(1, "1.500,00")])))
    assert targets() == {"PRE-01-01": 1500}


def test_a_comma_before_three_digits_is_asked_where_commas_are_decimal_signs(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_csv(tmp_path / "c.csv", [absolute(1, "1,500"), absolute(2, "2,5")]))
    assert "¿Qué número es «1,500»?" in text_of(page)


def test_a_stored_number_is_never_asked_about(planning: Client, tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "c.xlsx", [absolute(1, 1.125), absolute(2, "2,5"), row(3, Meta=0.955)])
    confirm(planning, upload(planning, file))
    assert targets()["PRE-01-01"] == Decimal("1.125")


def test_a_percentage_written_as_text_is_asked_about_too(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_csv(tmp_path / "c.csv", [row(1, Meta="1.500 %")]))
    assert "¿Qué número es «1.500»?" in text_of(page)
    confirm(planning, act(planning, page, "decimal-punto"))
    assert targets() == {"PRE-01-01": Decimal("1.5")}


def test_a_share_of_a_schedule_is_never_a_thousand(planning: Client, tmp_path: Path) -> None:
    shares = "0; 8,333; 16.667; 25; 25; 25; 50; 50; 50; 75; 75; 100"
    confirm(planning, upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1, Programación=shares)])))
    assert [Decimal(share) for share in Indicator.objects.get().shares or ()][1:3] == [
        Decimal("8.333"),
        Decimal("16.667"),
    ]


@pytest.mark.parametrize("write", BOOKS)
def test_targets_without_their_kind_are_asked_about_as_they_are_read(
    planning: Client, tmp_path: Path, write: Any
) -> None:
    bare = {key: value for key, value in absolute(1, "1.500").items() if key != "Tipo de meta"}
    page = upload(planning, made(write, tmp_path, [bare]))
    assert "¿Qué son?" not in text_of(page)
    page = act(planning, page, "decimal-coma")
    assert "fila 2, PRE-01-01: <strong>1,500</strong>" in text_of(page)


def test_the_question_does_not_hide_what_is_wrong_elsewhere(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_xlsx(tmp_path / "c.xlsx", [absolute(1, "1.500"), absolute(2, "cien")]))
    assert "¿Qué número es «1.500»?" in text_of(page) and "«cien» no es un número" in text_of(page)
    given = planning.get(page.context["errors_url"])
    (tmp_path / "e.xlsx").write_bytes(given.content)
    sheet = openpyxl.load_workbook(tmp_path / "e.xlsx").active
    assert "«1.500» (fila 2, Meta) puede ser 1.5 o 1,500" in sheet.cell(2, sheet.max_column).value


@pytest.mark.parametrize("write", BOOKS)
@pytest.mark.parametrize(("decimal", "read"), [("punto", Decimal("1.5")), ("coma", 1500)])
def test_the_command_names_the_option_that_answers(
    planning: Client, tmp_path: Path, write: Any, decimal: str, read: Any
) -> None:
    path = made(write, tmp_path, [absolute(1, "1.500")])
    status, told = run("import_catalog", path)
    assert status == 1 and not Indicator.objects.exists()
    assert "«1.500» (fila 2, Meta) puede ser 1.5 o 1,500: diga si el archivo escribe los decimales" in told
    assert "Repita con --decimal punto («1.500» es 1.5) o con --decimal coma (es 1,500)." in told
    assert run("import_catalog", path, dry_run=True)[0] == 1
    assert run("import_catalog", path, decimal=decimal)[0] == 0
    assert targets() == {"PRE-01-01": read}


def test_our_own_csv_is_never_asked_about(planning: Client, tmp_path: Path) -> None:
    rows = [absolute(1, 1.125, **{"Línea base": 2.375}), row(2, Meta="1.1255%")]
    confirm(planning, upload(planning, write_xlsx(tmp_path / "c.xlsx", rows)))
    Indicator.objects.filter(code="PRE-01-02").update(target=Decimal("1.125"))
    given = planning.get(reverse("catalog:export", kwargs={"year": 2016, "form": "csv"}))
    (tmp_path / "e.csv").write_bytes(given.content)
    assert "Sin cambios" in text_of(upload(planning, tmp_path / "e.csv"))
