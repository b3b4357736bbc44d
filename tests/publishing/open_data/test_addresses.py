"""``openapi.json``: a description that its validator accepts, of exactly the files that are there, which keep to it."""

import copy
import json
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from indicators.models import NoActivity
from publishing.open_data.openapi import openapi
from publishing.open_data.schemas import REASONS, schemas
from publishing.published import Chain
from tests.indicators.cases import CASES, case_id
from tests.publishing.closed import close
from tests.publishing.export.documents import a_closing, a_program, an_indicator, of_case
from tests.publishing.export.test_differential import closings
from tests.publishing.open_data.chains import ADDRESS, a_chain

DATA_ENDINGS = {".json", ".jsonld", ".csv", ".xlsx", ".pdf", ".py", ""}  # of what is no page: SHA256SUMS has none
_HERE = Resource.from_contents({"components": {"schemas": schemas()}}, default_specification=DRAFT202012)
_REGISTRY = Registry().with_resource("urn:pmd", _HERE)


def _validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        {"$ref": f"urn:pmd#/components/schemas/{name}"},
        registry=_REGISTRY,
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )


def _faults(document, name: str = "Cierre") -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(document)]


@pytest.fixture(scope="module")
def described(folder) -> dict:
    return json.loads((folder / "openapi.json").read_bytes())


def _names(folder: Path) -> set[str]:
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {name.as_posix() for name in found if name.suffix in DATA_ENDINGS}


def _patterns(described: dict) -> dict[str, re.Pattern[str]]:
    """Of each address, with what its own parameters may be."""
    parameters = described["components"]["parameters"]
    found = {}
    for address, item in described["paths"].items():
        pattern = re.escape(address).replace(r"\{", "{").replace(r"\}", "}")
        for reference in item.get("parameters", ()):
            one = parameters[reference["$ref"].rpartition("/")[2]]
            pattern = pattern.replace(f"{{{one['name']}}}", f"(?:{one['schema']['pattern'].strip('^$')})")
        found[address] = re.compile(pattern)
    return found


def test_the_validator_of_openapi_accepts_it(described):
    assert [error.message for error in OpenAPIV31SpecValidator(described).iter_errors()] == []
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_it_describes_each_data_file_once_and_nothing_that_is_not_there(folder, described):
    patterns = _patterns(described)
    leads_to = {
        name: [address for address, one in patterns.items() if one.fullmatch(f"/{name}")] for name in _names(folder)
    }
    assert {name: found for name, found in leads_to.items() if len(found) != 1} == {}
    assert set(patterns) == {found[0] for found in leads_to.values()}


def test_its_examples_lead_to_a_file(folder, described):
    parameters = described["components"]["parameters"]
    address = "/{ejercicio}/{mes}/datos/cierre.json".format(
        **{name: parameters[name]["example"] for name in ("ejercicio", "mes")}
    )
    assert (folder / address[1:]).is_file()
    assert described["servers"] == [{"url": ADDRESS.rstrip("/")}]


def test_each_address_says_how_it_is_asked_and_answered(described):
    for address, item in described["paths"].items():
        assert {"get", "head"} <= set(item)
        assert set(item["get"]["responses"]) == {"200", "206", "304", "404", "416"}
        assert set(item["head"]["responses"]) == {"200", "304", "404"}
        for headers in (item["get"]["responses"]["200"]["headers"], item["head"]["responses"]["200"]["headers"]):
            assert {"ETag", "Content-Length", "Accept-Ranges", "Cache-Control"} <= set(headers)
            assert ("Access-Control-Allow-Origin" in headers) is not address.endswith(".pdf")  # of data only
    named = [item[verb]["operationId"] for item in described["paths"].values() for verb in ("get", "head")]
    assert len(named) == len(set(named))


def test_what_is_written_keeps_to_its_schema(folder, described):
    checked = set()
    for name in _names(folder):
        address = next(one for one, pattern in _patterns(described).items() if pattern.fullmatch(f"/{name}"))
        [content] = described["paths"][address]["get"]["responses"]["200"]["content"].values()
        schema = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if schema:
            text = (folder / name).read_bytes().decode("utf-8")
            assert _faults(text if name.endswith(".csv") else json.loads(text), schema) == []
            checked.add(schema)
    assert checked == {"Cierre", "Cierres", "Programas", "Indicadores", "Mediciones"}


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_a_worked_case_keeps_to_the_schema(case):
    assert _faults(of_case(case)) == []


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(closings())
def test_whatever_the_figures_a_closing_keeps_to_the_schema(document):
    assert _faults(document) == []


def test_a_closing_out_of_the_database_keeps_to_the_schema(full_year):
    close(full_year, 8)
    for closing in (close(full_year, 9), close(full_year, 8, reason="Faltaba un oficio", instrument="Oficio 12")):
        assert _faults(json.loads(closing.document_bytes)) == []


def test_the_reasons_of_a_month_without_activity_are_those_of_the_captures():
    assert set(REASONS) == {str(one.label) for one in NoActivity}


def _of(document):
    return document["programs"][0]["indicators"][0]


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(observaciones="x"),
        lambda document: document.pop("rules"),
        lambda document: document.update(month=13),
        lambda document: document.update(closed_on="2016-13-40"),
        lambda document: document.update(rectification={"of": "0" * 64, "reason": "x", "instrument": None}),
        lambda document: document.update(version=2),
        lambda document: document["programs"][0].update(light="over"),
        lambda document: document["programs"][0].update({"global": 88.1}),
        lambda document: document["plan_results"]["lights"].update(over=1),
        lambda document: _of(document).update(numerator="1"),
        lambda document: _of(document).update(numerator="01.0000"),
        lambda document: _of(document).update(percentage="-1.0000"),
        lambda document: _of(document).update(percentage=None),
        lambda document: _of(document).update(frequency="weekly"),
        lambda document: _of(document).update(schedule="explicit"),
        lambda document: _of(document).update(shares=["100.0000"] * 12),
        lambda document: _of(document).update(status="missing"),
        lambda document: _of(document).update(months_due=13),
        lambda document: _of(document)["months"][0].update(reason="Juan no vino"),
        lambda document: _of(document)["months"][0].update(justification="x"),
    ],
)
def test_what_a_closing_never_says_is_refused(change):
    indicator = an_indicator("PRE-01-01", {1: ("3", "4"), 2: ("1", "2")})
    sound = a_closing([a_program("PRE-01", [indicator])], month=9)
    assert _faults(sound) == []
    changed = copy.deepcopy(sound)
    change(changed)
    assert _faults(changed) != []


def test_another_month_changes_nothing_of_it():
    first = openapi(Chain(a_chain((2016, 8))), ADDRESS)
    assert openapi(Chain(a_chain((2016, 8), (2016, 9))), ADDRESS) == first
