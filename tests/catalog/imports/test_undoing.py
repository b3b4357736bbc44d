"""Undoing an import: what it added goes, names, places and targets come back, and what cannot is said before."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from catalog.models import CatalogImport
from catalog.workbook import catalog_file
from core.models import TrailEntry
from indicators.models import Indicator, TargetAdjustment
from programs.models import Action, Axis, Department, FiscalYear, Program, Strategy
from tests.catalog.doors import act, confirm, upload
from tests.catalog.workbooks import row, write_csv
from tests.factories import make_department, make_measurement, make_people
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db


def catalogue() -> bytes:
    return catalog_file.bytes_of(FiscalYear.objects.get(), csv=True)


@pytest.fixture
def base(planning: Client, tmp_path: Path) -> bytes:
    """Three indicators of PRE-01."""
    confirm(planning, upload(planning, write_csv(tmp_path / "base.csv", [row(1), row(2), row(3)])))
    return catalogue()


def imported(client: Client, folder: Path, *rows: dict[str, Any], **answers: Any) -> CatalogImport:
    page = upload(client, write_csv(folder / "next.csv", list(rows)))
    if answers:
        page = act(client, page, **answers)
    confirm(client, page, **answers)
    return CatalogImport.objects.order_by("id").last()


def address(record: CatalogImport) -> str:
    return f"/2016/catalogo/importaciones/{record.pk}/deshacer/"


def undo(client: Client, record: CatalogImport, reason: str = "Era otro archivo", **changes: str) -> Any:
    page = client.get(address(record))
    shown = re.search(r'name="fingerprint" value="([^"]*)"', page.content.decode())
    data = {"fingerprint": shown[1] if shown else "", "reason": reason, **changes}
    return client.post(address(record), data, follow=True)


WORKS = {"Número de dependencia": 2, "Dependencia": "Obras Públicas", "Clave del programa": "OBR-01",
         "Programa": "Bacheo", "Clave de la acción": "OBR-01-01", "Estrategia": "Mejorar las calles"}  # fmt: skip


def test_everything_is_as_it_was(planning: Client, officer: User, tmp_path: Path, base: bytes) -> None:
    record = imported(
        planning,
        tmp_path,
        row(1, Acción="Resolver las solicitudes", Meta=80),
        row(2, Unidad="Trámites"),
        row(3),
        row(4, **WORKS),
    )
    assert Department.objects.filter(prefix="OBR").exists() and catalogue() != base
    page = text_of(planning.get(address(record)))
    assert "Se quitan: 5" in page and "indicador OBR-01-01" in page and "Mejorar las calles" in page
    assert "Resolver las solicitudes" in page and "No se puede deshacer" not in page
    assert "Se deshizo la importación" in text_of(undo(planning, record))
    assert catalogue() == base
    assert not Department.objects.filter(prefix="OBR").exists() and Strategy.objects.count() == 1
    record.refresh_from_db()
    assert record.undone_by == officer and record.undone_at
    entries = TrailEntry.objects.filter(action="deshacer importación")
    assert {entry.reason for entry in entries} == {"Era otro archivo"}
    target = entries.get(subject_type="indicators.indicator", subject_id=Indicator.objects.get(code="PRE-01-01").pk)
    assert target.changes["target"] == ["80", "100"]
    assert "ya se deshizo" in text_of(planning.get(address(record)))
    assert "Deshacer esta importación" not in text_of(planning.get(f"/2016/catalogo/importaciones/{record.pk}/"))
    assert text_of(planning.get("/2016/catalogo/importaciones/")).count("deshecha el") == 1


def test_moves_come_back_and_the_strategy_that_was_made_for_them_goes(
    planning: Client, tmp_path: Path, base: bytes
) -> None:
    rows = [row(n, Estrategia="Otra estrategia") for n in (1, 2, 3)]
    record = imported(planning, tmp_path, *rows)
    assert Program.objects.get().strategy.name == "Otra estrategia"
    undo(planning, record)
    assert catalogue() == base and not Strategy.objects.filter(name="Otra estrategia").exists()


def test_a_rename_comes_back(planning: Client, tmp_path: Path, base: bytes) -> None:
    rows = [row(n, **{"Eje rector": "Un Gobierno Cercano"}) for n in (1, 2, 3)]
    page = upload(planning, write_csv(tmp_path / "r.csv", rows))
    key = page.context["page"]["offers"][0]["key"]
    confirm(planning, act(planning, page, renames=[key]), renames=[key])
    assert Axis.objects.get().name == "Un Gobierno Cercano"
    undo(planning, CatalogImport.objects.order_by("id").last())
    assert catalogue() == base


class TestWhatCannotBeUndone:
    def test_what_was_captured_since(self, planning: Client, tmp_path: Path, base: bytes) -> None:
        record = imported(planning, tmp_path, row(1, Meta=80), row(2), row(3), row(4), row(5))
        make_measurement(Indicator.objects.get(code="PRE-01-04"), 2, 1, 2)
        make_measurement(Indicator.objects.get(code="PRE-01-01"), 2, 1, 2)
        page = text_of(planning.get(address(record)))
        assert "No se puede deshacer: 3" in page
        assert "indicador PRE-01-04" in page and "ya tiene capturas" in page
        assert "meta: ya tiene capturas" in page
        undo(planning, record)
        assert not Indicator.objects.filter(code="PRE-01-05").exists()
        assert Indicator.objects.filter(code="PRE-01-04").exists() and Action.objects.filter(code="PRE-01-04").exists()
        assert Indicator.objects.get(code="PRE-01-01").target == 80

    def test_what_changed_again_since(self, planning: Client, tmp_path: Path, base: bytes) -> None:
        record = imported(planning, tmp_path, row(1, Unidad="Trámites"), row(2, Unidad="Trámites"), row(3))
        imported(planning, tmp_path, row(1, Unidad="Cosas"), row(2, Unidad="Trámites"), row(3))
        page = text_of(planning.get(address(record)))
        assert "unidad: cambió otra vez después" in page
        undo(planning, record)
        assert list(Action.objects.order_by("code").values_list("unit", flat=True)) == [
            "Cosas",
            "Solicitudes",
            "Solicitudes",
        ]

    def test_an_adjusted_target_goes_while_nothing_is_validated_against_it(
        self, planning: Client, tmp_path: Path, base: bytes
    ) -> None:
        make_measurement(Indicator.objects.get(code="PRE-01-01"), 2, 1, 2)
        asked = {"effective_month": 5, "reason": "Recorte", "authorized_by": "Cabildo", "instrument": "Acta 3"}
        record = imported(planning, tmp_path, row(1, Meta=80), row(2), row(3), **asked)
        assert TargetAdjustment.objects.get().target == Decimal(80)
        undo(planning, record)
        assert not TargetAdjustment.objects.exists()

    def test_a_locked_year_and_an_old_record(self, planning: Client, tmp_path: Path, base: bytes) -> None:
        record = imported(planning, tmp_path, row(1), row(2), row(3), row(4))
        CatalogImport.objects.update(written=None)
        assert "Se importó con una versión anterior" in text_of(planning.get(address(record)))
        FiscalYear.objects.update(locked=True)
        assert "está cerrado" in text_of(planning.get(address(record)))
        undo(planning, record)
        assert Indicator.objects.count() == 4


def test_only_what_was_shown_is_done(planning: Client, tmp_path: Path, base: bytes) -> None:
    record = imported(planning, tmp_path, row(1), row(2), row(3), row(4))
    assert "Escriba por qué se deshace" in text_of(undo(planning, record, reason=" "))
    page = planning.get(address(record))
    shown = re.search(r'name="fingerprint" value="([^"]*)"', page.content.decode())
    assert shown
    make_measurement(Indicator.objects.get(code="PRE-01-04"), 2, 1, 2)
    refused = planning.post(address(record), {"fingerprint": shown[1], "reason": "x"})
    assert "El catálogo cambió mientras usted lo leía" in text_of(refused)
    assert Indicator.objects.count() == 4


def test_only_planning(planning: Client, tmp_path: Path, base: bytes) -> None:
    record = imported(planning, tmp_path, row(1), row(2), row(3), row(4))
    planning.force_login(make_people(make_department())["liaison"])
    assert planning.get(address(record)).status_code == 404
    assert planning.post(address(record), {"reason": "x"}).status_code == 404
