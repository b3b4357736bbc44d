"""«Corrija aquí»: a cell that blocks a file is corrected on the preview, kept with the record, and in ``mapa.json``."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog.models import CatalogImport
from indicators.models import Indicator
from tests.catalog.doors import act, confirm, run, upload
from tests.catalog.layout.pages import say
from tests.catalog.workbooks import row, write_xlsx
from tests.factories import make_department, make_user, signed_in
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
FILLER = row(2, Meta="Meta")


@pytest.fixture
def blocked(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "poa.xlsx", [row(1), FILLER, row(3, Denominador=None)])


def cells(page: Any) -> list[tuple[str, str, str, str]]:
    return [(one.row, one.column, one.said, one.field.value()) for one in page.context["form"].cells.lines]


def test_the_cells_of_errors_can_be_corrected_and_the_file_goes_in(planning: Client, blocked: Path) -> None:
    page = upload(planning, blocked)
    assert cells(page) == [("3", "Meta", "Meta", "Meta"), ("4", "Denominador", "", "")]
    assert not page.context["page"]["ready"]
    page = act(planning, page, cell_0="80%", cell_1="Total de solicitudes recibidas")
    assert cells(page)[0] == ("3", "Meta", "Meta", "80%") and not page.context["page"]["has_errors"]
    confirm(planning, page)
    assert float(Indicator.objects.get(code="PRE-01-02").target) == 80
    record = CatalogImport.objects.get()
    assert record.sha256 == hashlib.sha256(blocked.read_bytes()).hexdigest()
    assert record.options["corrections"] == [
        {"celda": "3 · Meta", "dice": "Meta", "debe_decir": "80%"},
        {"celda": "4 · Denominador", "dice": "", "debe_decir": "Total de solicitudes recibidas"},
    ]
    told = text_of(planning.get(f"/2016/catalogo/importaciones/{record.pk}/"))
    assert "Fila 3 · Meta: decía «Meta», se leyó «80%»" in told and str(record.actor) in told


def test_what_is_typed_passes_the_same_validation_and_is_kept(planning: Client, blocked: Path) -> None:
    page = act(planning, upload(planning, blocked), cell_0="mucho", cell_1="Total")
    assert cells(page)[0] == ("3", "Meta", "Meta", "mucho")
    assert "«mucho» no es un número" in text_of(page) and not page.context["page"]["ready"]
    page = act(planning, page, cell_0="x" * 5_001)
    assert page.context["form"]["cell_0"].errors and page.context["form"]["cell_0"].value() == "x" * 5_001
    assert not Indicator.objects.exists()


def test_what_says_again_what_the_file_says_is_no_correction(planning: Client, blocked: Path) -> None:
    page = act(planning, upload(planning, blocked), cell_0="80%")
    page = act(planning, page, cell_0="Meta")
    assert page.context["waiting"].answers.corrections == {}


def test_they_survive_another_upload_of_the_same_file_and_of_no_other(
    planning: Client, blocked: Path, tmp_path: Path
) -> None:
    act(planning, upload(planning, blocked), cell_0="80%", cell_1="Total")
    assert not upload(planning, blocked).context["page"]["has_errors"]
    other = write_xlsx(tmp_path / "otro.xlsx", [row(1), row(2, Meta="Metas")])
    assert cells(upload(planning, other)) == [("3", "Meta", "Metas", "Metas")]


@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_only_planning(role: str, planning: Client, blocked: Path) -> None:
    page = upload(planning, blocked)
    other = signed_in(make_user("otra", role, make_department("OBR") if role in ("liaison", "director") else None))
    assert other.post(page.context["here"], {"act": "ver", "cell_0": "80%"}).status_code in (403, 404)
    assert other.get(f"{page.context['here']}mapa.json").status_code in (403, 404)


def own_layout(path: Path) -> Path:
    """Headers of its own, keys of its own shape, and one cell that blocks it."""
    return write_xlsx(path, [
        {"CVE. PROGRAMA": f"E-0{number}", "PROGRAMA": f"Programa {number}", "ACCIÓN": f"Atender {number}",
         "UNIDAD DE MEDIDA": "Solicitudes", "META ANUAL": "Meta" if number == 2 else "80%", "VARIABLE A": "Atendidas",
         "VARIABLE B": "Recibidas", "DEPENDENCIA": "Obras Públicas", "PREFIJO": "OBR"}
        for number in (1, 2)
    ])  # fmt: skip


CONSTANTS = {"constant-plan": "Plan Municipal de Desarrollo 2014 - 2016", "constant-year": "2016",
             "constant-axis": "Eje", "constant-objective": "Objetivo", "constant-strategy": "Estrategia"}  # fmt: skip


def test_one_answer_file_is_enough_for_the_command(planning: Client, tmp_path: Path) -> None:
    path = own_layout(tmp_path / "poa.xlsx")
    page = say(planning, upload(planning, path), **CONSTANTS)
    lines = page.context["form"].codes.lines
    wanted = {lines[0].field.name: "OBR-05", "accepts_codes": "on"}
    page = act(planning, page, cell_0="90%", **wanted)
    answers = planning.get(f"{page.context['here']}mapa.json")
    assert answers["Content-Disposition"] == 'attachment; filename="mapa.json"'
    said = json.loads(answers.content)
    assert "OBR-05" in said["claves"].values()
    assert [one["debe_decir"] for one in said["correcciones"]] == ["90%"]
    mapping = tmp_path / "mapa.json"
    mapping.write_bytes(answers.content)
    status, told = run("import_catalog", path, "--mapping", mapping, "--starts-in", "enero")
    assert (status, Indicator.objects.filter(code__startswith="OBR-05-").count()) == (0, 1), told
    assert sorted(float(target) for target in Indicator.objects.values_list("target", flat=True)) == [80, 90]
    assert CatalogImport.objects.get().options["corrections"] == said["correcciones"]


def test_a_correction_of_a_cell_that_says_something_else_is_told(planning: Client, tmp_path: Path) -> None:
    path = own_layout(tmp_path / "poa.xlsx")
    page = act(planning, say(planning, upload(planning, path), **CONSTANTS), cell_0="90%", accepts_codes="on")
    said = json.loads(planning.get(f"{page.context['here']}mapa.json").content)
    said["correcciones"][0]["dice"] = "Otra cosa"
    (tmp_path / "mapa.json").write_text(json.dumps(said))
    status, told = run("import_catalog", path, "--mapping", tmp_path / "mapa.json", "--starts-in", "enero")
    assert status == 1 and "No se aplicó la corrección de" in told and "«Meta» no es un número" in told
    (tmp_path / "mapa.json").write_text(json.dumps(said | {"correcciones": [{"celda": "3"}]}))
    assert run("import_catalog", path, "--mapping", tmp_path / "mapa.json")[0] == 2
