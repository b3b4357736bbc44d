"""Acuses and constancias: one for each act, what they say, and which stand."""

import itertools
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import TrailEntry
from core.pdf import fingerprint
from indicators import services
from indicators.models import Evidence, Receipt, State
from tests.factories import NOW, make_department, make_indicator, make_measurement, make_program
from tests.indicators.town import Town, make_town
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
ACUSE, CONSTANCIA = Receipt.Kind.SUBMISSION, Receipt.Kind.VALIDATION


@pytest.fixture
@shared
def town() -> Town:
    return make_town(3)


def capture(town: Town) -> None:
    town.save(*(town.pair(3, 4, number) for number in range(3)))


def validate(town: Town, *numbers: int, role: str = "director", now=LATER) -> Receipt | None:
    rows = [town.row(number) for number in numbers]
    seen = {row.pk: row.version for row in rows}
    outcome = services.validate(access=town.access(role), seen=seen, now=now)
    return outcome.papers[0] if outcome.papers else None


def figures(receipt: Receipt) -> dict[str, dict]:
    return {row["code"]: row for program in receipt.figures["programs"] for row in program["rows"]}


# --- Acuse -----------------------------------------------------------------------------------------------------


def test_submitting_issues_one_acuse_of_what_was_sent(town):
    town.save(town.pair(3, 4), town.pair(5, 4, 1, justification="Rezago"))
    town.submit(allow_missing=True)
    acuse = Receipt.objects.get()
    assert acuse.folio == "A-2016-PRE-09-001" and acuse.kind == ACUSE
    assert (acuse.issued_by, acuse.issued_at, acuse.capacity) == (town.people["liaison"], NOW, "Enlace")
    assert {row.pk for row in acuse.measurements.all()} == {town.row(0).pk, town.row(1).pk}
    assert acuse.figures["count"] == "2 en este documento; 2 de 3 del mes enviados"
    assert acuse.figures["missing"] == [
        {"code": "PRE-01-03", "name": "Solicitudes atendidas PRE-01-03", "reason": "sin captura"}
    ]
    row = figures(acuse)["PRE-01-02"]
    assert (row["numerator"], row["denominator"], row["month"], row["accumulated"]) == (
        "5",
        "4",
        "125.00 %",
        "125.00 %",
    )
    assert (row["state"], row["justification"], row["light"]) == ("enviado", "Rezago", "over")
    assert acuse.fingerprint == fingerprint(acuse.figures)


def test_the_acuse_says_what_the_global_was_and_became(town):
    make_measurement(town.indicators[0], 8, 2, 4)
    town.save(town.pair(4, 4))
    town.submit(allow_missing=True)
    (program,) = Receipt.objects.get().figures["programs"]
    assert (program["before"], program["global"], program["considered"]) == (
        "50.00 %",
        "75.00 %",
        "1 de 3 considerados",
    )


def test_submitting_twice_issues_one_acuse(town):
    capture(town)
    town.submit()
    assert town.submit() == []
    assert Receipt.objects.count() == 1


def test_a_submission_that_is_refused_issues_nothing(town):
    town.save(town.pair(3, None))
    with pytest.raises(services.NotReady):
        town.submit()
    assert not Receipt.objects.exists()


def test_the_acuse_names_the_evidence_in_force(town):
    capture(town)
    row = town.row()
    common = {
        "fiscal_year": town.year, "department": town.department, "size": 1, "uploaded_at": NOW,
        "uploaded_by": town.people["liaison"],
    }  # fmt: skip
    new = Evidence.objects.create(name="lista.pdf", sha256="a" * 64, **common)
    old = Evidence.objects.create(name="vieja.pdf", sha256="b" * 64, superseded_by=new, **common)
    for evidence in (new, old):
        evidence.measurements.add(row)
    town.submit()
    assert figures(Receipt.objects.get())["PRE-01-01"]["evidence"] == ["lista.pdf"]


# --- Constancia ------------------------------------------------------------------------------------------------


def test_validating_issues_a_constancia_of_what_was_validated(town):
    capture(town)
    town.submit()
    constancia = validate(town, 0, 1)
    assert constancia.folio == "C-2016-PRE-09-001"
    assert (constancia.issued_by, constancia.capacity) == (town.people["director"], "Director (titular)")
    assert set(figures(constancia)) == {"PRE-01-01", "PRE-01-02"}
    assert figures(constancia)["PRE-01-01"]["state"] == "validado"
    assert constancia.figures["submitted"]["by"] == "liaison"
    assert constancia.figures["submitted"]["folio"] == "A-2016-PRE-09-001"
    assert constancia.figures["missing"][0]["reason"] == "enviado, en espera de validación"
    (program,) = constancia.figures["programs"]
    assert (program["before"], program["global"]) == ("sin datos", "75.00 %")


def test_a_figure_that_is_refused_is_not_in_the_constancia(town):
    capture(town)
    town.submit()
    town.row(1).changed_by.add(town.people["director"])
    assert set(figures(validate(town, 0, 1))) == {"PRE-01-01"}
    assert validate(town, 1) is None


def test_the_constancia_prints_the_commitment(town):
    town.save(town.pair(1, 4))
    town.submit(allow_missing=True)
    assert validate(town, 0) is None
    town.commit()
    assert figures(validate(town, 0))["PRE-01-01"]["commitment"] == {
        "cause": "Faltó personal",
        "action": "Contratar a una persona",
        "committed_on": "30/11/2016",
    }


def test_folios_follow_each_other_through_the_year_and_not_into_the_next_kind(town):
    for month in (8, 9):
        town.save(town.pair(3, 4), month=month)
        town.submit(month=month, allow_missing=True)
    validate(town, 0)
    assert sorted(Receipt.objects.values_list("folio", flat=True)) == [
        "A-2016-PRE-08-001",
        "A-2016-PRE-09-002",
        "C-2016-PRE-09-001",
    ]


def test_each_month_of_one_act_has_its_own_constancia(town):
    rows = [make_measurement(town.indicators[0], month, 3, 4, State.SUBMITTED) for month in (8, 9)]
    outcome = services.validate(access=town.access("director"), seen={row.pk: 1 for row in rows}, now=LATER)
    assert [paper.folio for paper in outcome.papers] == ["C-2016-PRE-08-001", "C-2016-PRE-09-002"]


# --- Without effect --------------------------------------------------------------------------------------------


def correct(town: Town, n: int, d: int, number: int = 0) -> None:
    version = town.row(number).version
    town.save(town.pair(n, d, number, version=version, reason="Oficio 3"), role="planning", now=LATER)


def test_a_validated_correction_voids_the_constancia_and_carries_its_other_figures_on(town):
    capture(town)
    town.submit()
    first = validate(town, 0, 1, 2)
    correct(town, 4, 4)
    first.refresh_from_db()
    assert first.void_at is None  # the last validated pair stays official until another one is validated
    second = validate(town, 0)
    first.refresh_from_db()
    assert (first.void_at, first.replaced_by) == (LATER, second)
    assert {code: row["numerator"] for code, row in figures(second).items()} == {
        "PRE-01-01": "4",
        "PRE-01-02": "3",
        "PRE-01-03": "3",
    }
    assert (
        second.measurements.count() == 3 and second.figures["count"] == "3 en este documento; 3 de 3 del mes validados"
    )
    assert figures(first)["PRE-01-01"]["numerator"] == "3"  # what it said stays as it was


def test_a_chain_of_corrections_leaves_one_constancia_in_effect(town):
    capture(town)
    town.submit()
    papers = [validate(town, 0, 1, 2)]
    for n, number in ((4, 0), (4, 1)):
        correct(town, n, 4, number)
        papers.append(validate(town, number))
    for old, new in itertools.pairwise(papers):
        old.refresh_from_db()
        assert old.replaced_by == new
    assert list(Receipt.objects.filter(kind=CONSTANCIA, void_at__isnull=True)) == [papers[-1]]
    assert {code: row["numerator"] for code, row in figures(papers[-1]).items()} == {
        "PRE-01-01": "4",
        "PRE-01-02": "4",
        "PRE-01-03": "3",
    }


def test_a_second_constancia_of_other_figures_voids_nothing(town):
    capture(town)
    town.submit()
    first = validate(town, 0)
    validate(town, 1)
    first.refresh_from_db()
    assert first.void_at is None


def test_one_correction_of_figures_from_two_constancias_replaces_both(town):
    capture(town)
    town.submit()
    old = [validate(town, 0), validate(town, 1, 2)]
    correct(town, 4, 4, 0)
    correct(town, 4, 4, 1)
    new = validate(town, 0, 1)
    for receipt in old:
        receipt.refresh_from_db()
        assert receipt.replaced_by == new
    assert set(figures(new)) == {"PRE-01-01", "PRE-01-02", "PRE-01-03"}


@pytest.mark.parametrize("number", [2, 19])
def test_a_constancia_costs_the_same_queries_for_any_number_of_corrections(number):
    town = make_town(number)
    town.save(*(town.pair(3, 4, n) for n in range(number)))
    town.submit()
    for most in (22, 28):  # as it was sent, and then with every figure corrected: what it replaced is kept, too
        rows = [town.row(n) for n in range(number)]
        seen, access = {row.pk: row.version for row in rows}, town.access("director")
        with CaptureQueriesContext(connection) as captured:
            assert services.validate(access=access, seen=seen, now=LATER).papers
        assert len(captured) <= most
        for n in range(number):
            correct(town, 4, 4, n)


def test_papers_are_in_the_trail(town):
    capture(town)
    town.submit()
    first = validate(town, 0)
    correct(town, 4, 4)
    second = validate(town, 0)
    entries = TrailEntry.objects.filter(subject_type="indicators.receipt").order_by("id")
    told = [(entry.action, entry.subject_label) for entry in entries]
    assert told == [
        ("expedir acuse", "A-2016-PRE-09-001"),
        ("expedir constancia", first.folio),
        ("expedir constancia", second.folio),
        ("dejar sin efecto", first.folio),
    ]
    assert entries[3].changes["replaced_by"] == [None, second.folio]
    assert {entry.scope_id for entry in entries} == {town.department.pk}


def test_two_departments_do_not_share_a_constancia(town):
    other = make_indicator(make_program(town.year, "OBR-01", department=make_department("OBR", "Obras")))
    rows = [
        make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED),
        make_measurement(other, 9, 3, 4, State.SUBMITTED),
    ]
    outcome = services.validate(access=town.access("planning"), seen={row.pk: 1 for row in rows}, now=LATER)
    assert {re.sub(r"\d+$", "", paper.folio) for paper in outcome.papers} == {"C-2016-PRE-09-", "C-2016-OBR-09-"}
