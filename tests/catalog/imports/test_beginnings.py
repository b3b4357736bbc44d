"""From which month an indicator counts (rule 4b): asked in a year under way, refused over what was captured."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import CatalogImport
from core.models import TrailEntry
from indicators.models import Indicator
from programs.models import FiscalYear
from tests.catalog.doors import act, confirm, run, upload
from tests.catalog.tree.pages import data_of, edit, url_of
from tests.catalog.workbooks import row, write_csv
from tests.factories import make_indicator, make_measurement, make_program, make_year
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def september(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2016, 9, 15, 18, 0, tzinfo=UTC))


@pytest.fixture
def year(september: None) -> FiscalYear:
    year = make_year()
    make_indicator(make_program(year, name="Programa PRE-01"))
    return year


def begins() -> dict[str, int]:
    return dict(Indicator.objects.values_list("code", "starts_in"))


# --- Import ---------------------------------------------------------------------------------------------------


def added(*numbers: int, **changes: Any) -> list[dict[str, Any]]:
    own = {"Número de dependencia": "", "Plan": "Plan Municipal de Desarrollo 2016 - 2018"}
    return [row(number, **own, **changes) for number in numbers]


def test_new_rows_of_a_year_under_way_are_asked_about_once(year: FiscalYear, planning: Client, tmp_path: Path) -> None:
    given = [*added(2, 3, **{"Mes de inicio": ""}), *added(4, **{"Mes de inicio": "marzo"})]
    page = upload(planning, write_csv(tmp_path / "c.csv", given))
    text = text_of(page)
    assert "2 indicadores se agregan con el ejercicio en curso. ¿Desde qué mes cuentan?" in text
    assert "fila 2, PRE-01-02" in text and "fila 4, PRE-01-04" not in text
    assert page.context["form"]["starts_in"].value() == 9  # the month that is under way
    assert "falta responder" in text and "Confirmar la importación" not in text
    confirm(planning, act(planning, page, starts_in="7"))
    assert begins() == {"PRE-01-01": 1, "PRE-01-02": 7, "PRE-01-03": 7, "PRE-01-04": 3}
    assert CatalogImport.objects.get().options["starts_in"] == 7


def test_it_is_not_written_before_it_is_answered(year: FiscalYear, planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_csv(tmp_path / "c.csv", added(2)))
    act(planning, page, "confirmar")
    assert begins() == {"PRE-01-01": 1}
    again = act(planning, page, starts_in="")
    assert "falta responder" in text_of(again)


def test_another_answer_is_another_import(year: FiscalYear, planning: Client, tmp_path: Path) -> None:
    page = act(planning, upload(planning, write_csv(tmp_path / "c.csv", added(2))), starts_in="7")
    seen = act(planning, page, "confirmar", starts_in="8")
    assert "Sus respuestas cambiaron" in text_of(seen) and begins() == {"PRE-01-01": 1}
    confirm(planning, seen)
    assert begins()["PRE-01-02"] == 8


def test_a_new_year_and_rows_that_are_there_ask_nothing(september: None, planning: Client, tmp_path: Path) -> None:
    confirm(planning, upload(planning, write_csv(tmp_path / "c.csv", [row(1), row(2)])))
    assert begins() == {"PRE-01-01": 1, "PRE-01-02": 1}
    assert "¿Desde qué mes" not in text_of(upload(planning, write_csv(tmp_path / "c.csv", [row(1, Meta=90)])))


def test_the_command_takes_the_month_or_names_each_row(year: FiscalYear, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "c.csv", added(2, 3))
    for extra in ([], ["--dry-run"]):
        status, told = run("import_catalog", file, *extra)
        assert status == 1 and "--starts-in" in told
        assert "fila 2 · Mes de inicio: PRE-01-02 se agrega con el ejercicio en curso y no dice desde qué mes" in told
    assert begins() == {"PRE-01-01": 1}
    status, told = run("import_catalog", file, "--accept-renames")
    assert status == 1 and "responda desde qué mes cuentan. Use --starts-in" in told
    status, told = run("import_catalog", file, "--starts-in", "verano")
    assert status == 2 and "«verano» no es un mes" in told
    assert run("import_catalog", file, "--starts-in", "Julio")[0] == 0
    assert begins() == {"PRE-01-01": 1, "PRE-01-02": 7, "PRE-01-03": 7}


# --- The tree -------------------------------------------------------------------------------------------------


def test_the_form_of_a_new_indicator_asks_with_the_month_under_way(year: FiscalYear, planning: Client) -> None:
    address = "/2016/catalogo/indicadores/nuevo/?en=PRE-01-01"
    page = planning.get(address)
    assert page.context["form"]["starts_in"].value() == 9
    typed = {"name": "Otro", "numerator_label": "Uno", "denominator_label": "Dos"}
    refused = planning.post(address, data_of(page, **typed, starts_in=""))
    assert "Elija una opción de la lista." in text_of(refused) and len(begins()) == 1
    planning.post(address, data_of(page, **typed, starts_in="7"))
    made = Indicator.objects.get(name="Otro")
    assert made.starts_in == 7
    (entry,) = TrailEntry.objects.filter(subject_type="indicators.indicator", subject_id=made.pk)
    assert entry.changes["starts_in"] == [None, 7]


def test_a_beginning_after_a_capture_or_not_before_the_retirement_is_refused(
    year: FiscalYear, planning: Client, tmp_path: Path
) -> None:
    captured = Indicator.objects.get()
    make_measurement(captured, 3, 1, 2)
    retired = make_indicator(captured.action.program, retired_from=6)
    page = edit(planning, url_of(captured), starts_in="7")
    message = "ya tiene capturas desde marzo: no puede empezar después, en julio. Elija marzo o un mes anterior."
    assert message in text_of(page)
    assert "está retirado desde junio: empieza antes de ese mes" in text_of(
        edit(planning, url_of(retired), starts_in="6")
    )
    assert begins() == {"PRE-01-01": 1, "PRE-01-02": 1}
    assert "Se guardó." in text_of(edit(planning, url_of(captured), starts_in="3"))
    assert "Se guardó." in text_of(edit(planning, url_of(retired), starts_in="5"))
    assert begins() == {"PRE-01-01": 3, "PRE-01-02": 5}
    export = run("export_catalog", tmp_path / "c.csv", "--year", "2016")
    assert export[0] == 0
    text = (tmp_path / "c.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "d.csv").write_text(text.replace("marzo", "julio").replace("mayo", "junio"), encoding="utf-8")
    status, message = run("import_catalog", tmp_path / "d.csv")
    assert status == 1 and begins() == {"PRE-01-01": 3, "PRE-01-02": 5}
    assert "fila 2 · Mes de inicio: «julio» en vez de «marzo»: El indicador ya tiene capturas desde marzo" in message
    assert "fila 3 · Mes de inicio: «junio» en vez de «mayo»: El indicador está retirado desde junio" in message


def test_undoing_leaves_a_beginning_that_a_capture_needs(year: FiscalYear, planning: Client, tmp_path: Path) -> None:
    confirm(planning, act(planning, upload(planning, write_csv(tmp_path / "a.csv", added(2))), starts_in="7"))
    confirm(planning, upload(planning, write_csv(tmp_path / "b.csv", added(2, **{"Mes de inicio": "marzo"}))))
    make_measurement(Indicator.objects.get(code="PRE-01-02"), 4, 1, 2)
    record = CatalogImport.objects.order_by("id").last()
    page = planning.get(f"/2016/catalogo/importaciones/{record.pk}/deshacer/")
    assert "mes de inicio: ya tiene capturas" in text_of(page)
