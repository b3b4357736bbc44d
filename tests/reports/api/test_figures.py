"""What the data addresses say is what pages and services say, for whom they may say it."""

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from accounts.models import Role
from core import trail
from indicators.acts import FigureAct
from indicators.models import Correction, Indicator, Measurement, State, TargetAdjustment
from indicators.results.year import OFFICIAL, PRELIMINARY, load_results
from programs.models import FiscalYear, Program
from publishing.open_data.columns import WORDS
from reports.api import captures
from reports.api.columns import LIGHT_WORDS, STATUS_WORDS, TABLES
from reports.api.openapi import document, row_schema
from reports.fingerprint import results_document
from tests.factories import (
    NOW,
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_user,
    signed_in,
)
from tests.reports.api.asking import Asker, body_of
from tests.reports.conftest import Town
from tests.reports.county import make_county
from tests.reports.municipality import add_programs, make_municipality

pytestmark = pytest.mark.django_db
OF_YEAR = [table.name for table in TABLES if table.name not in ("ejercicios", "bitacora")]


@pytest.fixture
def planning(town: Town) -> Asker:
    return Asker(town.people["planning"])


@pytest.fixture
def reader(town: Town) -> Asker:
    return Asker(town.people["reader"])


def pairs(rows: list[dict[str, Any]]) -> list[tuple[str, int, str | None, str | None, str]]:
    return [(r["clave_indicador"], int(r["mes"]), r["numerador"], r["denominador"], r["estado"]) for r in rows]


OFFICIAL_PAIRS = [
    ("PRE-02-01", 1, "120.0000", "130.0000", "validado"),
    ("PRE-02-02", 1, "3.0000", "0.0000", "validado"),
]
SENT = ("PRE-02-01", 2, "10.0000", "70.0000", "enviado")
DRAFTS = [
    ("PRE-02-03", 1, "98761.0000", "98765.0000", "borrador"),
    ("PRE-02-03", 2, "54321.0000", "54329.0000", "observado"),
]
SETTLED = [OFFICIAL_PAIRS[0], SENT, OFFICIAL_PAIRS[1]]


class TestCaptures:
    def test_are_the_official_ones_by_default(self, reader: Asker) -> None:
        for form in ("json", "csv"):
            rows = reader.rows(f"2016/capturas.{form}")
            assert pairs(rows) == OFFICIAL_PAIRS
            assert [row["porcentaje_mes"] for row in rows] == ["92.3077", None if form == "json" else ""]

    def test_preliminary_has_what_was_sent(self, reader: Asker) -> None:
        assert pairs(reader.rows("2016/capturas.csv?alcance=preliminar")) == SETTLED

    @pytest.mark.parametrize(
        ("role", "drafts"),
        [("reader", False), ("liaison", True), ("director", True), ("planning", True), ("comptroller", True)],
    )
    def test_drafts_are_for_who_sees_them_on_the_pages(self, role: str, drafts: bool, town: Town) -> None:
        rows = Asker(town.people[role]).rows("2016/capturas.json?alcance=todas")
        assert pairs(rows) == SETTLED + (DRAFTS if drafts else [])

    @pytest.mark.parametrize("role", [Role.LIAISON, Role.DIRECTOR])
    def test_another_departments_drafts_are_not_there(self, role: Role, town: Town) -> None:
        other = make_program(town.fiscal_year, "OBR-01")
        stranger = make_user("ajeno", role, other.department)
        assert pairs(Asker(stranger).rows("2016/capturas.json?alcance=todas")) == SETTLED

    def test_a_correction_under_way_leaves_the_validated_pair_to_the_others(self, town: Town) -> None:
        indicator = town.indicators["PRE-02-04"]
        make_measurement(indicator, 3, 7, 9, State.DRAFT, validated=(5, 9), validated_no_activity="")
        others = Asker(town.people["reader"]).rows("2016/capturas.json?alcance=todas&programa=PRE-02")
        own = Asker(town.people["liaison"]).rows("2016/capturas.json?alcance=todas")
        assert pairs(others)[-1] == ("PRE-02-04", 3, "5.0000", "9.0000", "validado")
        assert pairs(own)[-1] == ("PRE-02-04", 3, "7.0000", "9.0000", "borrador")
        assert own[-1]["numerador_validado"] == "5.0000"
        assert not Correction.objects.exists()  # the row alone decides

    def test_words_are_those_of_the_pair(self, town: Town, reader: Asker) -> None:
        make_measurement(town.indicators["PRE-02-04"], 1, 0, 0)
        rows = {row["clave_indicador"]: row for row in reader.rows("2016/capturas.json")}
        assert rows["PRE-02-04"]["motivo"] == "sin demanda" and rows["PRE-02-02"]["justificacion"]
        assert rows["PRE-02-01"]["motivo"] == rows["PRE-02-01"]["justificacion"] == ""

    @pytest.mark.parametrize("query", ["dependencia=PRE", "programa=PRE-02", "dependencia=PRE&programa=PRE-02"])
    def test_are_narrowed(self, query: str, town: Town, reader: Asker) -> None:
        make_measurement(make_indicator(make_program(town.fiscal_year, "OBR-01")), 1, 1, 1)
        assert len(reader.rows("2016/capturas.csv")) == 3
        assert pairs(reader.rows(f"2016/capturas.csv?{query}")) == OFFICIAL_PAIRS

    def test_of_a_locked_year_are_read(self, town: Town, reader: Asker) -> None:
        FiscalYear.objects.filter(pk=town.fiscal_year.pk).update(locked=True)
        assert pairs(reader.rows("2016/capturas.csv")) == OFFICIAL_PAIRS

    def test_a_year_without_captures_has_none(self, town: Town, reader: Asker) -> None:
        make_program(town.fiscal_year, "OBR-01")
        assert reader.rows("2016/capturas.json?programa=PRE-02") and not reader.rows("2016/catalogo/metas.csv")

    def test_that_have_not_changed_are_not_sent_again(self, town: Town, reader: Asker) -> None:
        first = reader.get("2016/capturas.csv")
        body_of(first)
        if connection.vendor != "postgresql":
            assert "ETag" not in first
            return
        with CaptureQueriesContext(connection) as queries:
            again = reader.get("2016/capturas.csv", **{"If-None-Match": first["ETag"]})
        assert again.status_code == 304 and not any("indicators_measurement" in q["sql"] for q in queries[:-1])
        assert reader.get("2016/capturas.json", **{"If-None-Match": first["ETag"]}).status_code == 200
        own = Asker(town.people["liaison"]).get("2016/capturas.csv", **{"If-None-Match": first["ETag"]})
        assert own.status_code == 200  # who sees other drafts
        Measurement.objects.filter(indicator=town.indicators["PRE-02-01"], month=1).update(late=True)
        changed = reader.get("2016/capturas.csv", **{"If-None-Match": first["ETag"]})
        assert changed.status_code == 200 and changed["ETag"] != first["ETag"]


class TestResults:
    @pytest.mark.parametrize("scope", [OFFICIAL, PRELIMINARY])
    @pytest.mark.parametrize("month", [1, 2, 12])
    def test_are_those_of_the_results_command(self, month: int, scope: Any, town: Town, reader: Asker) -> None:
        slug = {OFFICIAL: "oficial", PRELIMINARY: "preliminar"}[scope]
        query = f"mes={month}&alcance={slug}"
        (expected,) = results_document(load_results(town.fiscal_year, month=month, scope=scope))["programs"]
        (program,) = reader.rows(f"2016/resultados/programas.json?{query}")
        told = ("avance_global", "considerados", "considerables", "cumplimiento")
        assert [program[name] for name in told] == [
            expected[name] for name in ("global", "considered", "total", "compliance")
        ]
        assert program["semaforo"] == LIGHT_WORDS[expected["light"]] and program["alcance"] == slug
        found = reader.rows(f"2016/resultados/indicadores.json?{query}")
        names = {
            "clave_indicador": "code", "numerador": "numerator", "denominador": "denominator",
            "porcentaje": "percentage", "avance": "advance", "esperado": "expected", "cumplimiento": "compliance",
            "cumplimiento_anual": "annual_compliance", "meses_capturados": "months_captured",
            "meses_exigibles": "months_due",
        }  # fmt: skip
        assert [{name: row[name] for name in names} for row in found] == [
            {name: row[key] for name, key in names.items()} for row in expected["indicators"]
        ]

    def test_of_every_month_are_those_of_each(self, reader: Asker) -> None:
        for name in ("plan", "indicadores"):
            every = reader.rows(f"2016/resultados/{name}.csv?mes=todos")
            each = [row for month in range(1, 13) for row in reader.rows(f"2016/resultados/{name}.csv?mes={month}")]
            assert every == each

    def test_without_a_month_are_at_the_pages_own_cut_off(self, reader: Asker) -> None:
        assert {row["mes"] for row in reader.rows("2016/resultados/programas.json")} == {1}

    def test_of_groups_are_means_over_all_their_programmes(self) -> None:
        make_county()
        asker = Asker(make_user("lectora", Role.READER))
        (plan,) = asker.rows("2016/resultados/plan.json?mes=1")
        axes = {row["nombre"]: row for row in asker.rows("2016/resultados/ejes.json?mes=1")}
        departments = {row["clave"]: row for row in asker.rows("2016/resultados/dependencias.json?mes=1")}
        assert (plan["programas"], plan["programas_con_datos"]) == (6, 4)
        assert plan["promedio_globales"] == "83.7500"  # 100, 80, 60 and 95
        assert axes["Ámbito Social"]["promedio_globales"] == "87.5000"
        assert (departments["PRE"]["promedio_globales"], departments["OBR"]["programas"]) == ("90.0000", 2)
        lights = [plan[f"programas_{light}"] for light in ("en_verde", "en_amarillo", "en_rojo", "sin_semaforo")]
        assert lights == [2, 1, 1, 2]

    def test_are_narrowed_by_the_axis_that_their_rows_name(self) -> None:
        make_county()
        asker = Asker(make_user("lectora", Role.READER))
        axis = next(row["clave"] for row in asker.rows("2016/resultados/ejes.json?mes=1") if "Social" in row["nombre"])
        rows = asker.rows(f"2016/resultados/programas.json?mes=1&eje={axis}")
        assert [row["clave_programa"] for row in rows] == ["DIF-01", "DIF-02", "PRE-02"]
        assert {row["eje"] for row in rows} == {axis}

    def test_that_have_not_changed_are_not_sent_again(self, town: Town, reader: Asker) -> None:
        first = reader.get("2016/resultados/plan.json?mes=1")
        again = reader.get("2016/resultados/plan.json?mes=1", **{"If-None-Match": first["ETag"]})
        assert again.status_code == 304 and again["ETag"] == first["ETag"] and not again.content


class TestCatalogue:
    def test_says_what_the_year_has(self, town: Town, reader: Asker) -> None:
        TargetAdjustment.objects.create(
            indicator=town.indicators["PRE-02-01"], effective_month=6, target=Decimal("80.5"), reason="Recorte",
            authorized_by="Cabildo", instrument="Acta 3", created_at=NOW, created_by=town.people["planning"],
        )  # fmt: skip
        (target,) = reader.rows("2016/catalogo/metas.json")
        assert (target["clave_indicador"], target["desde_mes"], target["meta"]) == ("PRE-02-01", 6, "80.5000")
        (program,) = reader.rows("2016/catalogo/programas.json")
        assert program["nombre_eje"] == "Un Gobierno Incluyente" and program["objetivos"] == []
        indicators = reader.rows("2016/catalogo/indicadores.json")
        assert [row["clave_indicador"] for row in indicators] == sorted(town.indicators)
        assert indicators[0]["meta"] == "100.0000" and indicators[0]["considerado"] is True
        (year,) = reader.rows("ejercicios.json")
        assert (year["ejercicio"], year["verde_desde"], year["cerrado"]) == (2016, "90.0000", False)


class TestTrail:
    def test_is_what_each_reads_on_its_page(self, town: Town) -> None:
        figure, other = Measurement.objects.earliest("pk"), make_department("OBR", "Obras")
        for subject, scope in ((figure, town.department), (town.department, town.department), (figure, other)):
            trail.record(
                subject=subject,
                action=FigureAct.SAVE,
                actor=None,
                at=NOW,
                changes={},
                scope_id=scope.pk,
                label=f"{scope}",
            )
        askers = {role: Asker(town.people[role]) for role in ("planning", "comptroller", "liaison", "director")}
        read = {}
        for role, asker in askers.items():
            page = body_of(signed_in(asker.user).get("/bitacora.csv")).decode("utf-8-sig")
            shown = [(row["Acto"], row["Sobre qué"]) for row in csv.DictReader(io.StringIO(page, newline=""))]
            for form in ("json", "csv"):
                assert [(row["que_hizo"], row["sobre_que"]) for row in asker.rows(f"bitacora.{form}")] == shown
            read[role] = len(shown)
        assert read["planning"] == read["comptroller"] > read["director"] == 2 > read["liaison"] == 1

    def test_is_searched_as_the_page(self, planning: Asker) -> None:
        rows = planning.rows("bitacora.json?acto=llave&quien=planning")
        assert [row["que_hizo"] for row in rows] == ["Creó la llave de lectura"]
        assert rows[0]["acto"] == "crear llave de lectura" and planning.secret not in json.dumps(rows)


def test_text_in_a_csv_is_never_a_formula_and_numbers_stay_exact() -> None:
    make_county()
    asker = Asker(make_user("lectora", Role.READER))
    row = next(row for row in asker.rows("2016/catalogo/programas.csv") if row["clave_programa"] == "OBR-02")
    assert row["programa"] == "'=SUMA(A1:A9) Alumbrado"
    told = next(row for row in asker.rows("2016/catalogo/programas.json") if row["clave_programa"] == "OBR-02")
    assert told["programa"] == "=SUMA(A1:A9) Alumbrado"
    content = body_of(asker.get("2016/resultados/programas.csv?mes=1"))
    assert content.startswith("\ufeffejercicio,mes,alcance".encode()) and content.endswith(b"\r\n")
    assert b",95.0000," in content


@pytest.mark.parametrize(
    "text", ["<b>", '"comillas"', "../../etc", "=1+1", "@x", "\u202eal revés", "ñ" * 400, "línea\notra", "a,b;c"]
)
def test_odd_names_come_back_as_they_are(text: str, town: Town, reader: Asker) -> None:
    Program.objects.update(name=text)
    for form in ("json", "csv"):
        (row,) = reader.rows(f"2016/catalogo/programas.{form}")
        assert row["programa"].removeprefix("'") == text


class TestDescription:
    def test_holds_against_openapi(self) -> None:
        validate(document())

    def test_names_every_address(self, reader: Asker) -> None:
        told = reader.get("").json()
        assert [one["direccion"] for one in told["direcciones"]] == list(document()["paths"])
        assert len(document()["paths"]) == 2 * len(TABLES) and told["ejercicios"] == ["2016"]

    @pytest.mark.parametrize("name", OF_YEAR)
    def test_is_what_is_answered(self, name: str, town: Town, planning: Asker) -> None:
        make_measurement(town.indicators["PRE-02-04"], 1, 0, 0)
        TargetAdjustment.objects.create(
            indicator=town.indicators["PRE-02-01"], effective_month=6, target=Decimal(80), reason="Recorte",
            authorized_by="Cabildo", instrument="Acta 3", created_at=NOW, created_by=town.people["planning"],
        )  # fmt: skip
        query = {"capturas": "?alcance=todas"}.get(name, "")
        rows = planning.rows(f"2016/{name}.json{query}")
        assert rows and _faults(name, rows) == []

    def test_is_what_years_and_trail_are(self, planning: Asker) -> None:
        for name in ("ejercicios", "bitacora"):
            rows = planning.rows(f"{name}.json")
            assert rows and _faults(name, rows) == []

    def test_a_row_that_says_something_else_is_a_fault(self, planning: Asker) -> None:
        (row,) = planning.rows("ejercicios.json")
        assert _faults("ejercicios", [{**row, "verde_desde": "90"}]) and _faults("ejercicios", [{**row, "otra": 1}])

    def test_its_words_are_those_of_the_published_tables(self) -> None:
        assert (WORDS["status"], WORDS["light"]) == (STATUS_WORDS, LIGHT_WORDS)


def _faults(name: str, rows: list[dict[str, Any]]) -> list[str]:
    schema = row_schema(next(table for table in TABLES if table.name == name))
    return [fault.message for row in rows for fault in Draft202012Validator(schema).iter_errors(row)]


class TestCost:
    def cost(self, asker: Asker, address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            body_of(asker.get(address))
        return len(queries)

    @pytest.mark.parametrize("name", OF_YEAR)
    def test_does_not_grow_with_the_year(self, name: str) -> None:
        year = make_municipality(programs=3)
        asker = Asker(make_user("lectora", Role.READER))
        address = f"2016/{name}.csv{'?mes=todos' if name.startswith('resultados') else ''}"
        self.cost(asker, address)
        with_few = self.cost(asker, address)
        add_programs(year, range(3, 20))
        self.cost(asker, address)
        assert self.cost(asker, address) == with_few <= 9

    def test_captures_are_read_in_pieces(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever the number of pairs, those of so many indicators are in memory, and leave before the next."""
        make_municipality(programs=10, indicators_each=3, months=4)
        monkeypatch.setattr(captures, "AT_ONCE", 7)
        monkeypatch.setattr("reports.api.tables._AT_ONCE", 10)
        asker = Asker(make_user("lectora", Role.READER))
        response = asker.get("2016/capturas.json")
        pieces: Iterator[bytes] = iter(response.streaming_content)
        with CaptureQueriesContext(connection) as queries:
            head = next(pieces) + next(pieces)
        assert len(queries) == 1 and head.count(b'"mes"') == 10
        rows = json.loads(head + b"".join(pieces))["datos"]
        assert len(rows) == 20 * 4 == Measurement.objects.count()
        keys = [(row["clave_indicador"], row["mes"]) for row in rows]
        assert keys == sorted(keys) and Indicator.objects.count() == 30
