"""Keys of every shape: kept as official keys beside codes of ours, which are proposed, changeable and stable."""

import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from indicators.models import Indicator
from programs.models import Action, Department, Program
from tests.catalog.doors import act, confirm, run, upload
from tests.catalog.layout.books import write
from tests.catalog.layout.pages import say
from tests.catalog.workbooks import write_csv, write_xlsx
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db

ROW: dict[str, Any] = {
    "Plan": "Plan Municipal de Desarrollo 2014 - 2016", "Ejercicio": 2016, "Eje rector": "Eje 1",
    "Objetivo": "Objetivo 1", "Estrategia": "Estrategia 1.1", "Dependencia": "Obras Públicas",
    "Clave del programa": "E-01", "Programa": "Bacheo", "Clave de la acción": "E-01-01", "Acción": "Bachear calles",
    "Unidad": "m2", "Meta": "100%", "Numerador": "m2 bacheados", "Denominador": "m2 programados",
}  # fmt: skip


def row(program: Any, action: Any, **more: Any) -> dict[str, Any]:
    return ROW | {"Clave del programa": program, "Clave de la acción": action} | more


REAL = [
    row("E-01", "E-01-01"), row("E-01", "E-01-02"), row("PP 05", "PP 05-01"), row("1.1.2.1", "1.1.2.1.1"),
    row("0105-1", "0105-1-1"), row("K003", "K003-C1A1"), row("O-PPA 1.01", "O-PPA 1.01-1"),
    row("01030501", "0103050101"), row("PRE-1", "PRE-1-1"), row("pre-01", "pre-01-02"), row("PRE-01", "PRE-01-02A"),
    row("OBRASPUB-01", "OBRASPUB-01-01"), row("OP-001", "OP-001-001"), row("DIF1-01", "DIF1-01-01"),
    row("SIN–01", "SIN–01–01"),
]  # fmt: skip


def keys() -> dict[str, str]:
    return dict(Program.objects.exclude(official_key="").values_list("official_key", "code"))


def proposed(page: Any) -> dict[str, str]:
    return {line.shown: line.field.value() for line in page.context["form"].codes.lines}


def test_keys_of_every_shape_are_asked_about_once_and_kept(planning: Client, tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "claves.xlsx", REAL)
    page = upload(planning, book)
    assert not page.context["page"]["has_errors"]
    assert "no tienen la forma de las nuestras" in text_of(page)
    assert proposed(page)["1.1.2.1"] == "OBR-03" and proposed(page)["1.1.2.1.1"] == "OBR-03-01"
    assert "codes" in page.context["page"]["unanswered"] and not page.context["page"]["ready"]
    page = act(planning, page, accepts_codes=True, historical="no")
    confirm(planning, page)
    assert keys() == {
        "E-01": "OBR-01", "PP 05": "OBR-02", "1.1.2.1": "OBR-03", "0105-1": "OBR-04", "K003": "OBR-05",
        "O-PPA 1.01": "OBR-06", "01030501": "OBR-07", "PRE-1": "OBR-08", "OBRASPUB-01": "OBR-09", "DIF1-01": "OBR-10",
    }  # fmt: skip
    # Ours, whatever their case and their dashes.
    assert set(Program.objects.filter(official_key="").values_list("code", flat=True)) == {"PRE-01", "OP-001", "SIN-01"}
    assert Action.objects.get(official_key="PRE-01-02A").code == "PRE-01-03"
    assert Indicator.objects.count() == len(REAL) and Department.objects.get().prefix == "OBR"
    again = upload(planning, book)
    assert "Sin cambios" in text_of(again) and not again.context["form"].codes.asked
    status, told = run("import_catalog", book)
    assert status == 0 and "Sin cambios." in told


def test_new_rows_get_the_next_free_codes_and_the_others_stay(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_csv(tmp_path / "a.csv", [row("E-01", "E-01-01"), row("E-02", "E-02-01")]))
    confirm(planning, act(planning, page, accepts_codes=True, historical="no"))
    more = [row("E-00", "E-00-01"), row("E-02", "E-02-00"), row("E-02", "E-02-01"), row("E-01", "E-01-01")]
    page = upload(planning, write_csv(tmp_path / "b.csv", more))
    assert proposed(page) == {"E-00": "OBR-03", "E-00-01": "OBR-03-01", "E-02-00": "OBR-02-02"}
    assert page.context["page"]["counts"][0][0] == "2"


def test_the_person_writes_other_codes_and_the_rest_follows(planning: Client, tmp_path: Path) -> None:
    book = write_csv(tmp_path / "a.csv", [row("E-01", "E-01-01"), row("E-02", "E-02-01")])
    page = upload(planning, book)
    fields = {line.shown: line.field.html_name for line in page.context["form"].codes.lines}
    wrong = act(planning, page, **{fields["E-01"]: "BACHEO"})
    assert "«BACHEO» no es una clave del programa; son como PRE-02" in text_of(wrong)
    page = act(planning, page, accepts_codes=True, historical="no", **{fields["E-01"]: "bac-07"})
    assert proposed(page)["E-01"] == "BAC-07" and proposed(page)["E-01-01"] == "BAC-07-01"
    confirm(planning, page)
    assert keys() == {"E-01": "BAC-07", "E-02": "OBR-02"}
    assert "Sin cambios" in text_of(upload(planning, book))


def test_a_code_that_became_a_date_is_shown_as_seen_and_guessed(planning: Client, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Catálogo"
    sheet.append(list(ROW))
    for values in (row(datetime.date(2026, 3, 1), "MAR-01-01"), row(datetime.date(2001, 3, 1), "MAR-01-02")):
        sheet.append(list(values.values()))
    at = list(ROW).index("Clave del programa") + 1
    sheet.cell(2, at).number_format, sheet.cell(3, at).number_format = "d-mmm", "mmm-yy"
    path = tmp_path / "fechas.xlsx"
    book.save(path)
    page = upload(planning, path)
    assert proposed(page) == {"1-mar": "MAR-01", "mar-01": "MAR-01"}
    assert "probablemente era «MAR-01»" in text_of(page)
    confirm(planning, act(planning, page, accepts_codes=True, historical="no"))
    assert Program.objects.get().code == "MAR-01" and Program.objects.get().official_key == ""
    again = upload(planning, path)
    assert again.context["page"]["nothing"]


def test_several_indicators_of_one_official_action_get_letters(planning: Client, tmp_path: Path) -> None:
    rows = [row("E-01", "E-01-01", Indicador=f"Indicador {number}") for number in range(3)]
    page = upload(planning, write_csv(tmp_path / "a.csv", rows))
    confirm(planning, act(planning, page, accepts_codes=True, historical="no"))
    assert list(Indicator.objects.order_by("code").values_list("code", "name")) == [
        ("OBR-01-01", "Indicador 0"), ("OBR-01-01-B", "Indicador 1"), ("OBR-01-01-C", "Indicador 2"),
    ]  # fmt: skip
    assert "Sin cambios" in text_of(upload(planning, write_csv(tmp_path / "a.csv", rows)))


def test_the_command_takes_the_proposals_only_where_it_is_told_to(tmp_path: Path) -> None:
    book = write_csv(tmp_path / "a.csv", [row("E-01", "E-01-01")])
    status, told = run("import_catalog", book)
    assert status == 1 and "«E-01» no es una clave" in told and "--propose-codes" in told
    assert not Program.objects.exists()
    status, told = run("import_catalog", book, "--propose-codes", "--dry-run")
    assert status == 0 and "E-01 → OBR-01" in told and not Program.objects.exists()
    (tmp_path / "claves.json").write_text('{"e-01": "BAC-03"}', encoding="utf-8")
    assert run("import_catalog", book, "--propose-codes", "--codes", tmp_path / "claves.json")[0] == 0
    assert keys() == {"E-01": "BAC-03"} and Action.objects.get().code == "BAC-03-01"
    assert "Sin cambios." in run("import_catalog", book)[1]


def test_a_file_of_our_codes_keeps_the_official_keys_that_it_does_not_say(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_csv(tmp_path / "a.csv", [row("E-01", "E-01-01")]))
    confirm(planning, act(planning, page, accepts_codes=True, historical="no"))
    mixed = [row("OBR-01", "OBR-01-01"), row("E-02", "E-02-01")]
    page = upload(planning, write_csv(tmp_path / "b.csv", mixed))
    confirm(planning, act(planning, page, accepts_codes=True))
    assert keys() == {"E-01": "OBR-01", "E-02": "OBR-02"}
    assert Action.objects.get(code="OBR-01-01").official_key == "E-01-01"


def test_a_code_that_another_department_has_is_not_its_programme(planning: Client, tmp_path: Path) -> None:
    ours = row("PRE-01", "PRE-01-01", Dependencia="Presidencia Municipal", Programa="Proximidad Ciudadana")
    confirm(planning, upload(planning, write_csv(tmp_path / "a.csv", [ours])))
    page = upload(planning, write_csv(tmp_path / "b.csv", [row("PRE-01", "PRE-01-01"), row("E-02", "E-02-01")]))
    assert proposed(page)["PRE-01"] == "OBR-01" and "ya es la clave de otra dependencia" in text_of(page)
    confirm(planning, act(planning, page, accepts_codes=True, right_year=True))
    assert Program.objects.get(code="PRE-01").name == "Proximidad Ciudadana"
    assert keys() == {"PRE-01": "OBR-01", "E-02": "OBR-02"}
    assert "Sin cambios" in text_of(upload(planning, tmp_path / "b.csv"))


def test_a_file_without_keys_is_told_apart_by_names(planning: Client, tmp_path: Path) -> None:
    head = ["PMD", "AÑO", "EJE", "OBJETIVO", "ESTRATEGIA", "DEPENDENCIA", "PROGRAMA PRESUPUESTARIO", "LÍNEA DE ACCIÓN",
            "UNIDAD DE MEDIDA", "META ANUAL", "NOMBRE DEL INDICADOR", "VARIABLE A", "VARIABLE B"]  # fmt: skip

    def line(program: str, action: str, indicator: str) -> list[Any]:
        above = [ROW[name] for name in ("Plan", "Ejercicio", "Eje rector", "Objetivo", "Estrategia", "Dependencia")]
        return [*above, program, action, "m2", "100%", indicator, "m2 bacheados", "m2 programados"]

    given = [("Bacheo", "Bachear", "Avance"), ("Bacheo", "Bachear", "Costo"), ("Luz", "Bachear", "Avance")]
    lines = [line(*names) for names in given]
    book = write(tmp_path / "sin.xlsx", {"POA": [head, *lines]})
    page = say(planning, upload(planning, book))
    assert page.context["page"]["errors"] == [] and "sin clave" in text_of(page)
    assert sorted(line.field.value() for line in page.context["form"].codes.lines) == [
        "OBR-01", "OBR-01-01", "OBR-01-01-B", "OBR-02", "OBR-02-01",
    ]  # fmt: skip
    confirm(planning, act(planning, page, accepts_codes=True, historical="no"))
    assert list(Indicator.objects.order_by("code").values_list("code", "name")) == [
        ("OBR-01-01", "Avance"), ("OBR-01-01-B", "Costo"), ("OBR-02-01", "Avance"),
    ]  # fmt: skip
    again = upload(planning, book)
    assert "Sin cambios" in text_of(again) and not again.context["form"].codes.asked


def test_a_long_table_of_codes_has_pages_and_keeps_what_changed_on_each(planning: Client, tmp_path: Path) -> None:
    book = write_csv(tmp_path / "a.csv", [row(f"E-{number:02d}", f"E-{number:02d}-01") for number in range(1, 61)])
    page = upload(planning, book)
    here = page.context["here"]
    assert page.context["form"].codes.total == "120" and len(proposed(page)) == 50
    page = act(planning, page, code_0="BAC-90")
    assert proposed(page)["E-01"] == "BAC-90"
    second = planning.get(page.context["here"], {"claves": "2"})
    assert proposed(second)["E-60"] == "OBR-60"
    name = next(line.field.html_name for line in second.context["form"].codes.lines if line.shown == "E-60")
    page = act(planning, second, claves="2", historical="no", accepts_codes=True, **{name: "BAC-91"})
    assert proposed(page)["E-60"] == "BAC-91"
    assert here != page.context["here"] and page.context["page"]["ready"]
    confirm(planning, page, claves="2")
    assert keys()["E-01"] == "BAC-90" and keys()["E-60"] == "BAC-91" and keys()["E-02"] == "OBR-02"


def test_a_programme_is_found_by_its_official_key(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_csv(tmp_path / "a.csv", [row("PP 05", "PP 05-01"), row("K003", "K003-1")]))
    confirm(planning, act(planning, page, accepts_codes=True, historical="no"))
    found = text_of(planning.get("/2016/catalogo/", {"q": "pp 05"}))
    assert "OBR-01" in found and "OBR-02" not in found and "clave oficial PP 05" in found
    assert "clave oficial PP 05" in text_of(planning.get("/2016/programas/OBR-01/"))


@pytest.mark.parametrize("given", ["«", "OBR", "OBR-01-01-01-01", "x" * 500, "\x00", "../../", "<b>", "OBR-1"])
def test_what_is_no_code_is_told_beside_its_field(planning: Client, tmp_path: Path, given: str) -> None:
    page = upload(planning, write_csv(tmp_path / "a.csv", [row("E-01", "E-01-01")]))
    answer = act(planning, page, accepts_codes=True, historical="no", code_0=given)
    assert answer.status_code == 200 and answer.context["form"].errors["code_0"]
    assert not Program.objects.exists()


def test_an_action_is_never_given_the_code_of_another_programme(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_csv(tmp_path / "a.csv", [row("E-01", "E-01-01")]))
    answer = act(planning, page, code_1="PRE-01-01")
    assert "«PRE-01-01» no es de OBR-01: la clave empieza con la suya" in text_of(answer)


def test_a_date_that_is_a_text_is_guessed_and_a_number_that_lost_its_zeros_is_doubted(
    planning: Client, tmp_path: Path
) -> None:
    page = upload(planning, write_csv(tmp_path / "a.csv", [row("01-mar", "01-mar-01")]))
    assert proposed(page)["01-mar"] == "MAR-01" and "probablemente era «MAR-01»" in text_of(page)
    page = upload(planning, write_xlsx(tmp_path / "b.xlsx", [row(1.1, "1.1.1"), row("2.10", "2.10.1")]))
    doubts = {line.shown: line.doubt for line in page.context["form"].codes.lines}
    assert doubts["1.1"] == "está guardada como número: no se sabe si era 1.1 o 1.10" and not doubts["2.10"]


def test_one_key_in_two_spellings_is_one_key(planning: Client, tmp_path: Path) -> None:
    book = write_csv(tmp_path / "a.csv", [row("E-01", "E-01-A"), row("e-01", "E-01-B"), row("e - 01", "E-01-C")])
    page = upload(planning, book)
    assert page.context["page"]["errors"] == []
    confirm(planning, act(planning, page, accepts_codes=True, historical="no"))
    assert keys()["E-01"] == "OBR-01" and Program.objects.count() == len(keys())
    assert "Sin cambios" in text_of(upload(planning, book))


def test_departments_that_number_alike_bring_their_files_one_after_the_other(planning: Client, tmp_path: Path) -> None:
    confirm(planning, act(planning, upload(planning, write_xlsx(tmp_path / "a.xlsx", [row("E-01", "1")])),
                          accepts_codes=True, historical="no"))  # fmt: skip
    other = [row("E-01", "1", Dependencia="Seguridad Pública", Programa="Patrullaje", Acción="Patrullar")]
    book = write_xlsx(tmp_path / "b.xlsx", other)
    page = upload(planning, book)
    assert proposed(page)["E-01"] == "SEG-01"
    assert "«E-01» ya es la clave oficial de OBR-01, de otra dependencia" in text_of(page)
    confirm(planning, act(planning, page, accepts_codes=True, right_year=True))
    named = Program.objects.order_by("code").values_list("code", "official_key", "name")
    assert list(named) == [("OBR-01", "E-01", "Bacheo"), ("SEG-01", "E-01", "Patrullaje")]
    assert "Sin cambios" in text_of(upload(planning, book))
