"""Whatever of a document is changed, the figure that does not follow any more is named."""

import copy
from datetime import date
from typing import Any

import pytest

from publishing.document.building import Link, document_of
from publishing.document.recomputing import faults_of

LINK = Link(date(2016, 10, 14))
FIRST = ("programs", 0, "indicators", 0)


def altered(found: dict[str, Any], *path: Any, value: Any) -> dict[str, Any]:
    made = copy.deepcopy(found)
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    assert place[path[-1]] != value
    place[path[-1]] = value
    return made


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path, value, named",
    [
        ((*FIRST, "months", 0, "numerator"), "2.0000", "PRE-02-01: el porcentaje"),
        ((*FIRST, "percentage"), "75.0001", "PRE-02-01: el porcentaje dice 75.0001 y se calcula 75.0000."),
        ((*FIRST, "advance"), None, "PRE-02-01: el avance dice «ninguno»"),
        ((*FIRST, "target"), "90.0000", "PRE-02-01: lo esperado"),
        ((*FIRST, "light"), "amber", "PRE-02-01: el semáforo"),
        ((*FIRST, "months_due"), 8, "PRE-02-01: los meses que corresponden"),
        ((*FIRST, "considered"), False, "PRE-02: "),
        ((*FIRST, "frequency"), "weekly", "PRE-02-01: no se puede leer"),
        ((*FIRST, "months", 0, "month"), 2, "PRE-02-01: no se puede leer"),
        ((*FIRST, "months", 2, "month"), 10, "PRE-02-01: no se puede leer"),
        ((*FIRST, "months"), None, "PRE-02-01: no se puede leer"),
        ((*FIRST, "target"), "ochenta", "PRE-02-01: no se puede leer"),
        (("programs", 0, "global"), "99.0000", "PRE-02: el indicador global"),
        (("programs", 0, "indicators"), None, "PRE-02: no se puede leer"),
        (("programs", 0, "axis"), "7", "axis_results"),
        (("plan_results", "compliance"), "1.0000", "el plan: el cumplimiento"),
        (("plan_results", "lights", "green"), 4, "el plan: los semáforos"),
        (("plan_results",), None, "el plan: no se puede leer"),
        (("axis_results", 0, "global"), "1.0000", "eje 1: el indicador global"),
        (("department_results", 0, "programs"), 2, "dependencia PRE: los programas"),
        (("department_results",), [], "department_results"),
        (("rules", "green_from"), "99.0000", "PRE-02-01: el semáforo"),
        (("rules",), None, "documento"),
        (("month",), 13, "documento"),
        (("format",), "pmd-cierre/2", "format"),
    ],
)
def test_a_figure_that_does_not_follow_is_named(full_year, path, value, named):
    faults = faults_of(altered(document_of(full_year, 9, LINK), *path, value=value))
    assert any(named in str(fault) for fault in faults), [str(fault) for fault in faults]


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["status", "percentage", "light", "months_captured"])
def test_a_figure_that_is_not_there_is_named(full_year, missing):
    found = document_of(full_year, 9, LINK)
    del found["programs"][0]["indicators"][0][missing]
    assert [(fault.figure, fault.name) for fault in faults_of(found)] == [("PRE-02-01", missing)]


@pytest.mark.parametrize("document", [{}, {"format": "pmd-cierre/1"}, {"format": None}])
def test_what_is_no_document_is_a_fault_and_no_accident(document):
    assert faults_of(document)
