"""A file in which the target of a captured indicator is of the other kind: asked once why, and corrected."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import CatalogImport
from core.models import TrailEntry
from indicators.models import Indicator, TargetAdjustment
from tests.catalog.doors import act, confirm, run, upload
from tests.catalog.workbooks import row, write_csv
from tests.factories import make_measurement
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
ACT = "corregir tipo de meta"


def file_of(folder: Path, kind: str, **changes: Any) -> Path:
    rows = [row(number, **{"Meta": 12, "Tipo de meta": kind, "Unidad": "Informes", **changes}) for number in (1, 2)]
    return write_csv(folder / f"{kind}.csv", rows)


@pytest.fixture
def captured(tmp_path: Path) -> Path:
    """Two targets of 12 % that were 12 reports, both captured; the file that says so."""
    assert run("import_catalog", file_of(tmp_path, "porcentaje"))[0] == 0
    for code in ("PRE-01-01", "PRE-01-02"):
        make_measurement(Indicator.objects.get(code=code), 1, 1, 2)
    return file_of(tmp_path, "absoluta")


def kinds() -> set[str]:
    return set(Indicator.objects.values_list("target_kind", flat=True))


def test_it_asks_once_why_and_corrects_them(captured: Path, planning: Client) -> None:
    page = upload(planning, captured)
    text = text_of(page)
    assert "El tipo de meta de 2 indicadores que ya tienen capturas cambia" in text
    assert "PRE-01-01: 12 % → <strong>12 Informes</strong>" in text and "Confirmar la importación" not in text
    confirm(planning, page)
    assert kinds() == {"percentage"}
    answered = act(planning, page, kind_reason="Eran informes")
    confirm(planning, answered)
    assert kinds() == {"absolute"}
    entries = TrailEntry.objects.filter(action=ACT)
    assert {(entry.reason, *entry.changes["target_kind"]) for entry in entries} == {
        ("Eran informes", "percentage", "absolute")
    }
    assert entries.count() == 2
    assert "Sin cambios" in text_of(upload(planning, captured))


def test_other_changes_of_the_row_keep_their_own_entry(captured: Path, planning: Client, tmp_path: Path) -> None:
    file = file_of(tmp_path, "absoluta", Fuente="Archivo")
    confirm(planning, act(planning, upload(planning, file), kind_reason="Eran informes"))
    entry = TrailEntry.objects.filter(action="importar", changes__has_key="source").first()
    assert "target_kind" not in entry.changes
    assert TrailEntry.objects.filter(action=ACT).count() == 2


def test_the_command_takes_the_reason_or_names_every_row(captured: Path) -> None:
    status, told = run("import_catalog", captured)
    assert status == 1 and told.count("el tipo de meta se corrige con un motivo") == 2 and kinds() == {"percentage"}
    status, told = run("import_catalog", captured, accept_renames=True)
    assert status == 1 and "Use --kind-reason" in told and kinds() == {"percentage"}
    assert run("import_catalog", captured, kind_reason="Eran informes")[0] == 0
    assert kinds() == {"absolute"}


def test_in_a_locked_year_the_file_is_refused(captured: Path, planning: Client) -> None:
    Indicator.objects.first().fiscal_year.__class__.objects.update(locked=True)
    assert "está cerrado: ya no admite ningún cambio" in text_of(upload(planning, captured))
    assert kinds() == {"percentage"}


def test_the_question_shows_what_becomes_of_compliance_and_lights(captured: Path, planning: Client) -> None:
    """1 of 2 in January: 50 % of 12 %; one of the 12 that are due in December."""
    Indicator.objects.update(considered=True)
    page = text_of(upload(planning, captured))
    asked = page.split("¿por qué?")[1].split("</fieldset>")[0]
    assert "Al corte enero 2016" in asked or "enero" in asked
    assert asked.count("cumplimiento") >= 3 and "PRE-01</span>: global" in asked
    assert "416.67 %" in asked and "sobrecumplimiento" in asked.lower() and "50.00 %" in asked
    assert kinds() == {"percentage"}


def address(record: CatalogImport) -> str:
    return f"/2016/catalogo/importaciones/{record.pk}/deshacer/"


def corrected(planning: Client, file: Path) -> CatalogImport:
    confirm(planning, act(planning, upload(planning, file), kind_reason="Eran informes"))
    return CatalogImport.objects.order_by("id").last()


def undo(planning: Client, record: CatalogImport) -> None:
    mark = planning.get(address(record)).context["fingerprint"]
    planning.post(address(record), {"fingerprint": mark, "reason": "Sí eran por ciento"})


def test_undoing_brings_the_kind_back_and_shows_its_effect_first(captured: Path, planning: Client) -> None:
    record = corrected(planning, captured)
    page = text_of(planning.get(address(record)))
    assert "tipo de meta: «absoluta» → «porcentaje»" in page and "No se puede deshacer" not in page
    assert "Qué cambia al volver el tipo de meta" in page and "416.67 %" in page and "50.00 %" in page
    undo(planning, record)
    assert kinds() == {"percentage"}
    entries = TrailEntry.objects.filter(action="deshacer importación", changes__has_key="target_kind")
    assert {(entry.reason, *entry.changes["target_kind"]) for entry in entries} == {
        ("Sí eran por ciento", "absolute", "percentage")
    }


def test_a_kind_stays_under_a_target_adjusted_since(captured: Path, planning: Client) -> None:
    record = corrected(planning, captured)
    first = Indicator.objects.get(code="PRE-01-01")
    TargetAdjustment.objects.create(
        indicator=first,
        effective_month=11,
        target=20,
        reason="Más",
        authorized_by="Cabildo",
        instrument="Acta 1",
        created_at=timezone.now(),
        created_by=record.actor,
    )
    page = text_of(planning.get(address(record)))
    assert "tipo de meta: tiene una meta ajustada en el tipo de ahora" in page
    undo(planning, record)
    assert set(Indicator.objects.values_list("code", "target_kind")) == {
        ("PRE-01-01", "absolute"),
        ("PRE-01-02", "percentage"),
    }


def test_a_kind_of_what_was_captured_since_stays(tmp_path: Path, planning: Client) -> None:
    """Nobody had captured it when the file changed it: what was captured then was captured against that target."""
    assert run("import_catalog", file_of(tmp_path, "porcentaje"))[0] == 0
    confirm(planning, upload(planning, file_of(tmp_path, "absoluta")))
    record = CatalogImport.objects.order_by("id").last()
    make_measurement(Indicator.objects.get(code="PRE-01-01"), 1, 1, 2)
    assert "tipo de meta: ya tiene capturas" in text_of(planning.get(address(record)))
    undo(planning, record)
    assert Indicator.objects.get(code="PRE-01-01").target_kind == "absolute"
