"""The document of a closing: what it says, in which bytes, and that all of it follows from itself."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from indicators.models import Commitment, Evidence, Indicator, Measurement, Observation, State
from indicators.results.year import load_results
from programs.models import Axis, Department, FiscalYear, Plan, Program, Strategy
from programs.year_words import keep_words
from publishing.document.building import Link, document_of
from publishing.document.canonical import canonical_bytes, sha256_of
from publishing.document.recomputing import faults_of
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_user, make_year
from tests.indicators.case_year import build, code_of
from tests.indicators.cases import CASES, case_id
from tests.reports.county import make_county

CLOSED_ON = date(2016, 10, 14)
LINK = Link(CLOSED_ON)


def document(fiscal_year: FiscalYear, month: int = 9, link: Link = LINK) -> dict[str, Any]:
    """As whoever reads the file has it."""
    found: dict[str, Any] = json.loads(canonical_bytes(document_of(fiscal_year, month, link)))
    return found


def indicators_of(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for program in found["programs"] for row in program["indicators"]}


# --- The worked cases ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("case", [case for case in CASES if case["scope"] == "official"], ids=case_id)
def test_a_worked_case_is_in_its_document_and_follows_from_it(case):
    found = document(build(case), case["month"])
    (program,) = found["programs"]
    expected = case["expected"]
    assert {name: program[name] for name in ("global", "considered", "total", "compliance", "light")} == {
        name: expected[name] for name in ("global", "considered", "total", "compliance", "light")
    }
    written = indicators_of(found)
    for row in expected["indicators"]:
        mine = written[code_of(row["code"])]
        assert {name: mine[name] for name in row} == {**row, "code": code_of(row["code"])}
    assert faults_of(found) == []


@pytest.mark.django_db
@pytest.mark.parametrize("case", [case for case in CASES if case["scope"] == "preliminary"], ids=case_id)
def test_a_document_is_official_whatever_is_captured_beside_it(case):
    fiscal_year = build(case)
    (sheet,) = load_results(fiscal_year, month=case["month"]).programs
    found = document(fiscal_year, case["month"])
    assert found["programs"][0]["considered"] == sheet.result.considered
    assert faults_of(found) == []


# --- What it says --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_says_the_words_rules_months_and_results_of_an_indicator(full_year):
    found = document(full_year)
    assert indicators_of(found)["PRE-02-01"] == {
        "code": "PRE-02-01",
        "official_key": "K-1",
        "action_code": "PRE-02-01",
        "action_official_key": None,
        "action": "Atender las solicitudes de PRE-02-01",
        "name": "Solicitudes atendidas PRE-02-01",
        "definition": "",
        "source": "Registro",
        "responsible_area": "",
        "unit": "Solicitudes",
        "previous": {"year": 2015, "code": "PRE-01-07"},
        "numerator_label": "Número de solicitudes atendidas",
        "denominator_label": "Total de solicitudes recibidas",
        "considered": True,
        "direction": "ascending",
        "target_kind": "percentage",
        "target": "80.0000",
        "frequency": "monthly",
        "starts_in": 1,
        "retired_from": None,
        "schedule": "flat",
        "shares": None,
        "numerator_mode": "sum",
        "denominator_mode": "sum",
        "thresholds": None,
        "months": [
            {"month": 1, "numerator": "3.0000", "denominator": "4.0000", "reason": None},
            {"month": 2, "numerator": "3.0000", "denominator": "4.0000", "reason": None},
            {"month": 3, "numerator": "0.0000", "denominator": "0.0000", "reason": "sin demanda"},
        ],
        "status": "ok",
        "numerator": "6.0000",
        "denominator": "8.0000",
        "percentage": "75.0000",
        "advance": "75.0000",
        "expected": "80.0000",
        "compliance": "93.7500",
        "annual_compliance": "93.7500",
        "light": "green",
        "months_captured": 3,
        "months_due": 9,
    }
    assert faults_of(found) == []


@pytest.mark.django_db
def test_it_says_which_schedule_applies_and_whose_thresholds(full_year):
    found = indicators_of(document(full_year))
    said = {code[-2:]: (row["schedule"], row["starts_in"], row["retired_from"]) for code, row in found.items()}
    assert said == {
        "01": ("flat", 1, None),
        "02": ("linear", 1, None),
        "03": ("flat", 1, None),
        "04": ("explicit", 1, None),
        "05": ("linear", 3, None),
        "06": ("flat", 1, 6),
    }
    assert found["PRE-02-04"]["shares"][7:9] == ["40.0000", "45.5000"]
    assert found["PRE-02-03"]["thresholds"] == {
        "green_from": "95.0000", "amber_from": "70.0000", "over_above": "110.0000"
    }  # fmt: skip
    assert found["PRE-02-02"]["frequency"] == "quarterly" and not found["PRE-02-02"]["considered"]
    assert found["PRE-02-06"]["months_due"] == 5


@pytest.mark.django_db
def test_it_says_the_programme_its_place_and_the_year(full_year):
    found = document(full_year, link=Link(CLOSED_ON, 2, {"year": 2016, "month": 8}, "a" * 64, "Oficio tardío", ""))
    program = {name: value for name, value in found["programs"][0].items() if name != "indicators"}
    assert program == {
        "code": "PRE-02",
        "number": "1.2",
        "name": "Atención",
        "department": "PRE",
        "axis": "1",
        "objective": "1.1",
        "strategy": "1.1.1",
        "description": "Atiende",
        "objectives": ["Primero", "Segundo"],
        "previous": {"year": 2015, "code": "PRE-01"},
        "global": program["global"],
        "considered": 4,
        "total": 5,
        "compliance": program["compliance"],
        "light": program["light"],
    }
    assert (found["format"], found["municipality"], found["year"], found["month"]) == (
        "pmd-cierre/1", "Municipio de Durango", 2016, 9
    )  # fmt: skip
    assert (found["closed_on"], found["version"]) == ("2016-10-14", 2)
    assert found["rectification"] == {"of": "a" * 64, "reason": "Oficio tardío", "instrument": None}
    assert found["rules"] == {
        "green_from": "90.0000",
        "amber_from": "70.0000",
        "over_above": "110.0000",
        "missing_as_zero": False,
        "descending_enters_as": "compliance",
    }
    assert found["departments"] == [{"prefix": "PRE", "number": 1, "name": "Presidencia Municipal"}]
    assert found["plan_results"]["months_due"] == 9 + 9 + 9 + 7 + 5


@pytest.mark.django_db
def test_groups_are_in_the_order_of_the_plan_and_follow_from_their_programmes():
    found = document(make_county(), 1)
    assert [(row["key"], row["programs"]) for row in found["axis_results"]] == [("1", 3), ("2", 3), ("3", 0)]
    assert [row["prefix"] for row in found["department_results"]] == ["PRE", "OBR", "DIF"]
    assert found["department_results"][0] == {
        "prefix": "PRE", "global": "90.0000", "compliance": "90.0000", "with_data": 2, "programs": 2
    }  # fmt: skip
    assert found["plan_results"]["lights"] == {"green": 2, "amber": 1, "red": 1, "none": 2}
    assert [program["code"] for program in found["programs"]] == sorted(p["code"] for p in found["programs"])
    assert faults_of(found) == []


@pytest.mark.django_db
def test_keys_are_the_catalogues_own_and_none_is_another_ones_position():
    year = make_county()
    Axis.objects.filter(name="Ámbito Social").update(key="1")
    found = document(year, 1)
    assert [axis["key"] for axis in found["axes"]] == ["1b", "1", "3"]
    assert faults_of(found) == []


@pytest.mark.django_db
def test_a_year_without_captures_has_its_document():
    year = make_year()
    make_indicator(make_program(year))
    found = document(year, 12)
    assert indicators_of(found)["PRE-01-01"]["status"] == "missing"
    assert (found["plan_results"]["global"], found["plan_results"]["with_data"]) == (None, 0)
    assert faults_of(found) == []


@pytest.mark.django_db
def test_a_year_without_programmes_has_its_document():
    found = document(make_year(), 1)
    assert (found["programs"], found["departments"]) == ([], []) and faults_of(found) == []


@pytest.mark.django_db
def test_a_locked_year_is_told_in_the_words_of_its_day():
    year = make_county()
    keep_words(year)
    FiscalYear.objects.filter(pk=year.pk).update(locked=True)
    before = canonical_bytes(document_of(year, 1, LINK))
    for kind in (Plan, Axis, Strategy, Department):
        for row in kind.objects.all():
            kind.objects.filter(pk=row.pk).update(name=f"Otro nombre {row.pk}")
    assert canonical_bytes(document_of(year, 1, LINK)) == before
    assert b"Otro nombre" not in before


@pytest.mark.django_db
def test_a_year_that_is_not_locked_has_the_words_of_today():
    year = make_county()
    Department.objects.filter(prefix="PRE").update(name="Despacho")
    assert document(year, 1)["departments"][0]["name"] == "Despacho"


# --- What it never says --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_person_no_draft_and_nothing_that_was_typed_with_a_figure(full_year):
    first = Indicator.objects.get(code="PRE-02-01")
    row = Measurement.objects.get(indicator=first, month=1)
    person = make_user("zoila", first_name="Zoila", last_name="Vaca Luna")
    Measurement.objects.filter(pk=row.pk).update(
        justification="SECRETO justificación", validated_justification="SECRETO justificación", validated_by=person
    )
    Observation.objects.create(measurement=row, text="SECRETO observación", author=person, created_at=NOW)
    Commitment.objects.create(
        measurement=row,
        cause="SECRETO causa",
        action="SECRETO acción",
        committed_on=CLOSED_ON,
        updated_by=person,
        updated_at=NOW,
    )
    Evidence.objects.create(
        fiscal_year=full_year,
        department=Department.objects.get(),
        file="x/SECRETO.pdf",
        name="SECRETO.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        uploaded_at=NOW,
        uploaded_by=person,
    ).measurements.add(row)
    before = canonical_bytes(document_of(full_year, 9, LINK))
    make_measurement(first, 4, "777777", "888888", State.DRAFT)
    make_measurement(first, 5, "777777", "888888", State.SUBMITTED, validated=None)
    make_measurement(first, 6, "777777", "888888", State.RETURNED)
    content = canonical_bytes(document_of(full_year, 9, LINK))
    assert content == before
    text = content.decode()
    for word in ("SECRETO", "777777", "Zoila", "zoila", "Vaca", "Cabildo", "Acta 12", "Recorte", "quien.ajusta"):
        assert word not in text


@pytest.mark.django_db
def test_a_correction_under_way_changes_nothing(full_year):
    before = canonical_bytes(document_of(full_year, 9, LINK))
    row = Measurement.objects.get(indicator__code="PRE-02-01", month=3)
    Measurement.objects.filter(pk=row.pk).update(
        state=State.SUBMITTED,
        numerator=Decimal(1),
        denominator=Decimal(2),
        no_activity="",
        validated_no_activity="no_demand",
    )
    assert canonical_bytes(document_of(full_year, 9, LINK)) == before


# --- Its bytes -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_state_gives_the_same_bytes_however_rows_lie(full_year):
    before = canonical_bytes(document_of(full_year, 9, LINK))
    Program.objects.filter(code="PRE-02").update(description="x")
    Program.objects.filter(code="PRE-02").update(description="Atiende")
    for row in Indicator.objects.order_by("-pk"):
        Indicator.objects.filter(pk=row.pk).update(definition=row.definition)
    assert canonical_bytes(document_of(full_year, 9, LINK)) == before


@pytest.mark.django_db
def test_its_form_is_canonical(full_year):
    content = canonical_bytes(document_of(full_year, 9, LINK))
    text = content.decode("utf-8")
    assert "Atención" in text and "\\u" not in text
    parsed = json.loads(text, parse_float=lambda written: pytest.fail(f"{written} is no text"))
    again = json.dumps(parsed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert again == content and sha256_of(content) == hashlib.sha256(content).hexdigest()


@pytest.mark.django_db
@pytest.mark.parametrize("programs", [1, 12])
def test_it_is_read_in_a_fixed_number_of_queries(programs, django_assert_num_queries):
    year = make_year()
    for number in range(1, programs + 1):
        program = make_program(year, f"PRE-{number:02d}")
        for _ in range(3):
            make_measurement(make_indicator(program), 1, 1, 2)
    with django_assert_num_queries(10):
        document_of(year, 9, LINK)


@pytest.mark.django_db
def test_the_name_of_the_municipality_is_the_installations(full_year):
    with override_settings(PMD_MUNICIPALITY="Municipio de Peñón Blanco"):
        assert document(full_year)["municipality"] == "Municipio de Peñón Blanco"


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcñ_", max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_canonical_bytes_are_read_back_as_they_were_and_written_again_as_the_same(value):
    content = canonical_bytes(value)
    assert json.loads(content.decode("utf-8")) == value
    assert canonical_bytes(json.loads(content)) == content


@given(st.dictionaries(st.text("abcñ_", max_size=5), st.integers(), max_size=6))
def test_the_order_in_which_keys_came_is_not_in_the_bytes(value):
    assert canonical_bytes(dict(reversed(value.items()))) == canonical_bytes(value)


@given(st.floats())
def test_no_number_is_written_as_computers_like(value):
    with pytest.raises(ValueError):
        canonical_bytes({"a": [value]})
