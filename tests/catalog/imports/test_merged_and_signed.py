"""An action over several indicators, and the people who signed a sheet."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from indicators.models import Indicator
from programs.models import Action
from tests.catalog.doors import act, confirm, run, upload
from tests.catalog.imports.test_official_keys import ROW
from tests.catalog.workbooks import write_csv, write_xlsx
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db

OURS = ROW | {
    "Clave del programa": "OBR-01",
    "Clave de la acción": "OBR-01-01",
    "Indicador": "",
    "Clave del indicador": "",
}
OF_ACTION = ("Clave de la acción", "Acción", "Unidad")
ABOVE = tuple(name for name in ROW if name not in ("Meta", "Numerador", "Denominador"))


def further(letter: str, *blank: str, **more: Any) -> dict[str, Any]:
    """A further indicator of the action, with these cells blank."""
    own = {"Clave del indicador": f"OBR-01-01-{letter}", "Indicador": f"Indicador {letter}"}
    return OURS | dict.fromkeys(blank, "") | own | more


@pytest.mark.parametrize("blank", [OF_ACTION, ABOVE])
def test_the_same_as_above_reaches_code_action_and_unit(
    planning: Client, tmp_path: Path, blank: tuple[str, ...]
) -> None:
    book = write_csv(tmp_path / "a.csv", [OURS, further("B", *blank), further("C", *blank)])
    page = upload(planning, book)
    assert page.context["page"]["only_blanks"] and page.context["page"]["fillable"]
    assert "lo mismo que arriba" in text_of(page)
    confirm(planning, act(planning, page, fill_down=True, historical="no"))
    assert Action.objects.get().unit == "m2"
    assert list(Indicator.objects.order_by("code").values_list("code", flat=True)) == [
        "OBR-01-01", "OBR-01-01-B", "OBR-01-01-C",
    ]  # fmt: skip


def test_the_command_is_told_so_too(tmp_path: Path) -> None:
    book = write_csv(tmp_path / "a.csv", [OURS, further("B", *OF_ACTION)])
    status, told = run("import_catalog", book)
    assert status == 1 and "--fill-down" in told
    assert run("import_catalog", book, "--fill-down")[0] == 0
    assert Indicator.objects.count() == 2


def test_another_action_without_its_code_is_never_the_one_above(tmp_path: Path) -> None:
    other = further("B", "Clave de la acción", "Unidad", Acción="Pintar guarniciones")
    status, told = run("import_catalog", write_csv(tmp_path / "a.csv", [OURS, other]), "--fill-down")
    assert status == 1 and "fila 3 · Clave de la acción: falta" in told and not Action.objects.exists()


def test_a_row_that_lacks_its_unit_alone_is_told_so(tmp_path: Path) -> None:
    status, told = run("import_catalog", write_csv(tmp_path / "a.csv", [OURS, further("B", "Unidad")]))
    assert status == 1 and "fila 3 · Unidad: falta; escriba en qué se mide" in told


@pytest.mark.parametrize(
    "signed",
    [
        {"Plan": "Elaboró: C.P. X", "Programa": "Autorizó: Ing. Y", "Meta": "Vo. Bo. Z"},
        {"Plan": "ELABORÓ", "Dependencia": "REVISÓ", "Acción": "AUTORIZÓ", "Meta": "Vo.Bo.", "Numerador": "Sello"},
        {"Plan": "Elaboró", "Clave de la acción": "Vo. Bo. Síndico", "Meta": "Autorizó"},
        {"Eje rector": "________________", "Programa": "Firma del titular", "Unidad": "Nombre y firma"},
    ],
)
def test_a_row_of_signatures_is_one_error(planning: Client, tmp_path: Path, signed: dict[str, str]) -> None:
    rows = [OURS, dict.fromkeys(OURS, "") | signed]
    page = upload(planning, write_xlsx(tmp_path / "a.xlsx", rows))
    (error,) = page.context["page"]["errors"]
    assert error[0] == "3" and "no es de un indicador: bórrela" in error[3]
    assert not page.context["form"].codes.asked
