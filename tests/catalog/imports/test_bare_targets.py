"""Targets that say neither percentage nor quantity: asked about once, never a percentage in silence."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.models import CatalogImport
from indicators.models import Indicator
from tests.catalog.doors import act, confirm, run, upload
from tests.catalog.workbooks import Row, row, write_csv, write_xlsx
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
ABSOLUTE, PERCENTAGE = "absolute", "percentage"
TWELVE = {"Meta": 12, "Tipo de meta": "absoluta"}


def bare(number: int, target: Any, unit: str = "Informes") -> Row:
    given = row(number, Meta=target, Unidad=unit)
    del given["Tipo de meta"]
    return given


def kinds() -> dict[str, tuple[str, str]]:
    return {
        indicator.code: (f"{indicator.target.normalize():f}", indicator.target_kind)
        for indicator in Indicator.objects.all()
    }


@pytest.mark.parametrize("write", [write_xlsx, write_csv])
def test_they_are_asked_about_once_by_unit_and_nothing_is_written_before(
    planning: Client, tmp_path: Path, write: Any
) -> None:
    file = write(
        tmp_path / ("c.xlsx" if write is write_xlsx else "c.csv"),
        [bare(1, 12), bare(2, "1.500", "m2"), bare(3, 0.9, "m2"), bare(4, "100%"), bare(5, 100, "Solicitudes")],
    )
    page = upload(planning, file)
    if write is write_xlsx:  # a stored 0.9 does not say how texts are written; the 0.9 of a CSV does
        page = act(planning, page, "decimal-punto")
    text = text_of(page)
    assert "no dicen si son porcentaje o cantidad. ¿Qué son?" in text
    assert "fila 2, PRE-01-01: <strong>12</strong>" in text and "fila 3, PRE-01-02: <strong>1.5</strong>" in text
    assert (
        "son cantidades de «m2»" in text and "PRE-01-04" not in text.split("¿Qué son?")[1].split("</fieldset> <p>")[0]
    )
    # The one that is 100 stands as a percentage; the others wait for an answer.
    groups = {kind["unit"]: kind for kind in page.context["form"].kinds}
    assert {unit: kind["value"] for unit, kind in groups.items()} == {
        "Informes": "",
        "m2": "",
        "Solicitudes": PERCENTAGE,
    }
    unanswered = confirm(planning, page)
    assert not CatalogImport.objects.exists() and "falta responder" in text_of(unanswered)
    answers = {groups["Informes"]["name"]: ABSOLUTE, groups["m2"]["name"]: ABSOLUTE}
    confirm(planning, act(planning, unanswered, **answers))
    assert kinds() == {
        "PRE-01-01": ("12", ABSOLUTE),
        "PRE-01-02": ("1.5", ABSOLUTE),
        "PRE-01-03": ("0.9", ABSOLUTE),
        "PRE-01-04": ("100", PERCENTAGE),
        "PRE-01-05": ("100", PERCENTAGE),
    }


def test_hundreds_are_confirmed_as_they_are_shown(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_csv(tmp_path / "c.csv", [bare(1, 100), bare(2, 100)]))
    assert "¿Qué son?" in text_of(page)
    confirm(planning, page)
    assert set(kinds().values()) == {("100", PERCENTAGE)}


def test_a_percentage_of_one_or_less_is_told(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_csv(tmp_path / "c.csv", [bare(1, 0.9)]))
    assert "se leyó como 0.9 %" not in text_of(page)
    (kind,) = page.context["form"].kinds
    assert "0.9 se leyó como 0.9 %; si la meta es 90 %" in text_of(act(planning, page, **{kind["name"]: PERCENTAGE}))


def test_a_file_without_the_column_leaves_the_kind_that_is_stored(planning: Client, tmp_path: Path) -> None:
    confirm(
        planning, upload(planning, write_csv(tmp_path / "a.csv", [row(1, Meta=12, **{"Tipo de meta": "absoluta"})]))
    )
    page = upload(planning, write_csv(tmp_path / "b.csv", [bare(1, 15, "Solicitudes")]))
    assert "¿Qué son?" not in text_of(page)
    confirm(planning, page)
    assert kinds() == {"PRE-01-01": ("15", ABSOLUTE)}


def test_a_blank_cell_of_the_column_is_asked_about(planning: Client, tmp_path: Path) -> None:
    confirm(
        planning, upload(planning, write_csv(tmp_path / "a.csv", [row(1, Meta=12, **{"Tipo de meta": "absoluta"})]))
    )
    page = upload(planning, write_csv(tmp_path / "b.csv", [row(1, Meta=12, **{"Tipo de meta": ""})]))
    assert "¿Qué son?" in text_of(page) and kinds() == {"PRE-01-01": ("12", ABSOLUTE)}


def test_the_command_takes_the_answer_or_names_each(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "c.csv", [bare(1, 12), bare(2, 100)])
    status, told = run("import_catalog", file)
    assert status == 1 and not Indicator.objects.exists()
    assert "fila 2 · Meta: «12» no dice si es 12 % o 12 Informes" in told and "fila 3 · Meta: «100»" in told
    assert "--bare-targets" in told
    assert run("import_catalog", file, "--bare-targets", "absoluta")[0] == 0
    assert kinds() == {"PRE-01-01": ("12", ABSOLUTE), "PRE-01-02": ("100", ABSOLUTE)}
    status, told = run("import_catalog", write_csv(tmp_path / "d.csv", [bare(3, 12)]), "--accept-renames")
    assert status == 1 and "Use --bare-targets" in told
