"""The tables of a programme, of its year and of an indicator, taken away as files."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from indicators.models import TargetAdjustment
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_user
from tests.reports.conftest import Town, sign_in
from tests.reports.plan.test_page import sheet
from tests.support.pages import text_of

PROGRAM, YEAR, INDICATOR = (
    "/2016/programas/PRE-02.xlsx", "/2016/programas/PRE-02/anio.xlsx", "/2016/indicadores/PRE-02-01.xlsx",
)  # fmt: skip


def table(client: Client, address: str, name: str, query: str = "mes=2") -> list[dict[str, Any]]:
    head, *rows = sheet(client.get(f"{address}?{query}"), name)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_a_programme_with_its_indicators(reader: Client, town: Town) -> None:
    make_indicator(town.program, "PRE-02-05", target=12, target_kind="absolute", frequency=12)
    rows = table(reader, PROGRAM, "Indicadores")
    assert [row["Clave del indicador"] for row in rows] == [f"PRE-02-0{n}" for n in range(1, 6)]
    first = rows[0]
    assert (first["Numerador acumulado"], first["Denominador acumulado"], first["Avance"]) == (120, 130, 0.923077)
    assert (first["Meta al corte"], first["Semáforo"], first["En el global"]) == (1, "verde", "sí")
    assert (first["Meses capturados"], first["Meses exigibles"]) == (1, 2)
    assert [row["Avance"] for row in rows[1:4]] == ["rezago sin demanda", "sin captura", "sin captura"]
    assert (rows[4]["Meta al corte"], rows[4]["Esperado al corte"]) == (12, 2)
    assert rows[4]["Avance"] == "no corresponde aún"


def test_a_programme_without_indicators(reader: Client, town: Town) -> None:
    make_program(town.fiscal_year, "PRE-09")
    assert table(reader, "/2016/programas/PRE-09.xlsx", "Indicadores") == []


def test_the_numbers_of_a_programmes_chart(reader: Client, town: Town) -> None:
    make_measurement(town.indicators["PRE-02-04"], 1, 1, 2)
    rows = table(reader, "/2016/programas/PRE-02/curso.xlsx", "El año mes por mes")
    assert list(rows[0]) == [
        "Mes",
        "Promedio del mes",
        "Indicadores con porcentaje en el mes",
        "Indicador Global desde enero",
        "Considerados",
        "Total de considerados",
        "Cumplimiento",
        "Semáforo",
        "Notas",
    ]
    assert list(rows[0].values()) == ["Enero", 0.711538, 2, 0.711538, 2, 4, 0.711538, "amarillo", None]
    assert list(rows[1].values()) == ["Febrero", "sin datos", 0, 0.711538, 2, 4, 0.711538, "amarillo", None]
    assert len(rows) == 12 and list(rows[2].values()) == ["Marzo", *[None] * 7, "después del corte"]
    later = table(reader, "/2016/programas/PRE-02/curso.xlsx", "El año mes por mes", "mes=2&alcance=preliminar")
    assert later[1]["Indicadores con porcentaje en el mes"] == 1 and later[1]["Promedio del mes"] == 0.142857
    assert table(reader, "/2016/programas/PRE-02/curso.xlsx", "El año mes por mes", "mes=12")[11]["Notas"] is None


def test_adjusted_targets_with_their_reasons(reader: Client, town: Town) -> None:
    address = "/2016/indicadores/PRE-02-01/metas.xlsx"
    assert table(reader, address, "Metas ajustadas") == []
    TargetAdjustment.objects.create(
        indicator=town.indicators["PRE-02-01"],
        effective_month=7,
        target=80,
        reason="=Recorte",
        authorized_by="Cabildo",
        instrument="Acta 12",
        created_by=town.people["planning"],
        created_at=NOW,
    )
    found = [list(row.values()) for row in table(reader, address, "Metas ajustadas")]
    assert found == [["Julio", 0.8, "porcentaje", "=Recorte", "Cabildo", "Acta 12", None, "03/10/2016"]]
    assert 'href="/2016/indicadores/PRE-02-01/metas.csv?mes=2' in text_of(
        reader.get("/2016/indicadores/PRE-02-01/?mes=2")
    )


def test_an_indicator_month_by_month(reader: Client, town: Town) -> None:
    january, february, march, *_ = rows = table(reader, INDICATOR, "Doce meses")
    assert len(rows) == 12
    assert list(january) == [
        "Mes",
        "Estado",
        "Numerador",
        "Denominador",
        "% del mes",
        "Numerador acumulado",
        "Denominador acumulado",
        "% acumulado",
        "Esperado",
        "Meses capturados",
        "Meses exigibles",
        "Notas",
    ]
    assert list(january.values()) == ["Enero", "validado", 120, 130, 0.923077, 120, 130, 0.923077, 1, 1, 1, None]
    assert (february["Esperado"], february["Meses capturados"], february["Meses exigibles"]) == (1, 1, 2)
    assert (march["Esperado"], march["Meses capturados"]) == (None, None)
    assert (february["Estado"], february["Numerador"], february["% acumulado"]) == ("enviado", None, 0.923077)
    assert march["Notas"] == "después del corte" and march["% acumulado"] is None
    assert table(reader, INDICATOR, "Doce meses", "mes=2&alcance=preliminar")[1]["Numerador"] == 10


def test_zero_and_nothing_are_told_apart(reader: Client, town: Town) -> None:
    make_measurement(town.indicators["PRE-02-04"], 1, 0, 0)
    make_measurement(town.indicators["PRE-02-04"], 2, 0, 5)
    rows = table(reader, "/2016/indicadores/PRE-02-04.xlsx", "Doce meses", "mes=3")
    assert [(row["Numerador"], row["Denominador"], row["% del mes"]) for row in rows[:3]] == [
        (0, 0, "sin demanda"),
        (0, 5, 0),
        (None, None, None),
    ]


def test_a_programmes_year_has_a_row_for_each_indicator_and_month(reader: Client) -> None:
    rows = table(reader, YEAR, "Mes por mes")
    assert len(rows) == 48
    assert [row["Semáforo al mes"] for row in rows[:3]] == ["verde", "verde", None]
    assert (rows[12]["Clave del indicador"], rows[12]["% del mes"]) == ("PRE-02-02", "rezago sin demanda")


@pytest.mark.parametrize(
    ("role", "sees"), [("liaison", True), ("planning", True), ("comptroller", True), ("reader", False)]
)
def test_drafts_are_for_those_who_may_see_them(client: Client, town: Town, role: str, sees: bool) -> None:
    sign_in(client, town.people[role])
    for address in ("/2016/programas/PRE-02/anio.csv", "/2016/indicadores/PRE-02-03.csv", "/2016/programas/PRE-02.csv"):
        text = client.get(f"{address}?mes=12&alcance=preliminar").content.decode()
        assert ("98,761" in text) is (sees and address != "/2016/programas/PRE-02.csv"), address
        assert "98761" not in text


def test_a_director_of_elsewhere_sees_no_drafts_of_others(client: Client, town: Town) -> None:
    other = make_program(town.fiscal_year, "OBR-01").department
    sign_in(client, make_user("otra", "director", other))
    assert "98,761" not in client.get("/2016/programas/PRE-02/anio.csv?mes=12").content.decode()


def test_names_are_never_formulas(reader: Client, town: Town) -> None:
    program = make_program(town.fiscal_year, "PRE-03", name="@SUMA(1)")
    make_indicator(program, "PRE-03-01", name="=2+2", numerator_label="-1+1", denominator_label="+A1")
    response = reader.get("/2016/programas/PRE-03.xlsx?mes=1")
    row = openpyxl.load_workbook(io.BytesIO(response.content))["Indicadores"][2]
    assert [(cell.value, cell.data_type) for cell in row[4:7]] == [("=2+2", "s"), ("-1+1", "s"), ("+A1", "s")]
    text = reader.get("/2016/programas/PRE-03.csv?mes=1").content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][4:7] == ["'=2+2", "'-1+1", "'+A1"]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/2016/programas/PRE-99.xlsx", "no tiene el programa «PRE-99»"),
        ("/2016/programas/PRE-99/anio.csv", "no tiene el programa «PRE-99»"),
        ("/2016/programas/PRE-99/curso.csv", "no tiene el programa «PRE-99»"),
        ("/2016/indicadores/NADA/metas.csv", "no tiene el indicador «NADA»"),
        ("/2016/programas/PRE-99/faltantes.csv", "no tiene el programa «PRE-99»"),
        ("/2016/indicadores/NADA/anteriores.csv", "no tiene el indicador «NADA»"),
        ("/2016/indicadores/NADA.csv", "no tiene el indicador «NADA»"),
        ("/2016/programas/PRE-02.xlsx?mes=13", "No existe el mes «13»"),
        ("/2031/indicadores/PRE-02-01.csv", "No existe el ejercicio 2031"),
    ],
)
def test_what_does_not_exist_is_told(reader: Client, address: str, sentence: str) -> None:
    response = reader.get(address)
    assert response.status_code == 404 and sentence in text_of(response)


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/2016/programas/PRE-02/", "/2016/programas/PRE-02.xlsx"),
        ("/2016/programas/PRE-02/", "/2016/programas/PRE-02/faltantes.csv"),
        ("/2016/programas/PRE-02/", "/2016/programas/PRE-02/curso.csv"),
        ("/2016/programas/PRE-02/anio/", "/2016/programas/PRE-02/anio.csv"),
        ("/2016/indicadores/PRE-02-01/", "/2016/indicadores/PRE-02-01.csv"),
    ],
)
def test_each_page_leads_to_its_file_at_its_cut_off(reader: Client, address: str, file: str) -> None:
    query = "?mes=1&alcance=preliminar"
    assert f'href="{file}{query.replace("&", "&amp;")}"' in reader.get(address + query).content.decode()
    response = reader.get(file + query)
    assert response.status_code == 200 and "-2016-01-preliminar." in response["Content-Disposition"]


def test_files_are_for_readers(client: Client, town: Town) -> None:
    addresses = (
        PROGRAM,
        YEAR,
        INDICATOR,
        "/2016/programas/PRE-02/curso.xlsx",
        "/2016/indicadores/PRE-02-01/metas.xlsx",
    )
    for address in addresses:
        assert client.get(address).status_code == 302
    sign_in(client, make_user("nadie"))
    for address in addresses:
        assert client.get(address).status_code == 403


@pytest.mark.parametrize(("role", "word"), [("planning", "cifra en borrador"), ("reader", "en captura")])
def test_what_is_missing_is_a_file(client: Client, town: Town, role: str, word: str) -> None:
    sign_in(client, town.people[role])
    rows = table(client, "/2016/programas/PRE-02/faltantes.xlsx", "Qué falta", "mes=1")
    shown = client.get("/2016/programas/PRE-02/?mes=1").context["page"].turns
    assert [list(row.values()) for row in rows] == [
        [turn.month, turn.what, ", ".join(code for code, _ in turn.indicators), turn.who, turn.when or None]
        for turn in shown
    ]
    assert word in [row["Qué falta"] for row in rows]


def test_a_csv_keeps_the_zeros_of_its_percentages(reader: Client, town: Town) -> None:
    make_measurement(town.indicators["PRE-02-04"], 1, 86, 100)
    text = reader.get("/2016/indicadores/PRE-02-04.csv?mes=1").content.decode("utf-8-sig")
    (january,) = list(csv.DictReader(io.StringIO(text)))[:1]
    assert (january["% del mes"], january["% acumulado"]) == ("86.0000%", "86.0000%")
