"""Commitments and correction requests: who may, when they are asked for, what they change."""

from datetime import date, timedelta

import pytest

from accounts.models import Role
from indicators import services
from indicators.calculations import AMBER, GREEN, NO_LIGHT, OVER, RED, asks_commitment
from indicators.models import Commitment, CorrectionRequest, State
from indicators.results.effect import read_figures
from indicators.services import NEEDS_COMMITMENT, NotAllowed, ServiceError
from tests.factories import NOW, TODAY, make_department, make_measurement, make_user
from tests.indicators.town import Town, acts, make_town
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
@shared
def town() -> Town:
    return make_town()


# --- When it is asked for --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("previous", "light", "asked"),
    [
        (NO_LIGHT, RED, True),
        (GREEN, RED, True),
        (RED, RED, True),
        (GREEN, OVER, True),
        (OVER, OVER, True),
        (GREEN, AMBER, True),
        (OVER, AMBER, True),
        (AMBER, AMBER, False),
        (RED, AMBER, False),
        (NO_LIGHT, AMBER, False),
        (OVER, GREEN, False),
        (AMBER, GREEN, False),
        (GREEN, GREEN, False),
        (GREEN, NO_LIGHT, False),
        (NO_LIGHT, NO_LIGHT, False),
    ],
)
def test_red_over_or_one_light_less_asks_for_a_commitment(previous, light, asked):
    assert asks_commitment(light, previous) is asked


def asks(town: Town, month: int = 9) -> bool:
    return read_figures(town.period(month), town.department.pk).asks_commitment(town.indicators[0])


@pytest.mark.parametrize(("before", "now", "asked"), [((10, 10), (6, 10), True), ((8, 10), (8, 10), False)])
def test_the_fall_is_judged_against_the_cut_off_of_the_month_before(town, before, now, asked):
    make_measurement(town.indicators[0], 8, *before)
    make_measurement(town.indicators[0], 9, *now, State.SUBMITTED)
    assert asks(town) is asked


def test_a_draft_does_not_count_yet(town):
    make_measurement(town.indicators[0], 9, 1, 10, State.DRAFT)
    assert not asks(town)


def test_january_has_no_month_before(town):
    make_measurement(town.indicators[0], 1, 8, 10, State.SUBMITTED)
    assert not asks(town, 1)


# --- Writing it ------------------------------------------------------------------------------------------------


def commit(town: Town, role: str = "director", **changes):
    values = {"cause": " Falta ", "action": "Contratar", "committed_on": date(2016, 11, 30), "now": NOW} | changes
    return services.save_commitment(access=town.access(role), measurement_id=town.row().pk, **values)


@pytest.fixture
@shared
def red(town: Town) -> Town:
    make_measurement(town.indicators[0], 9, 1, 4, State.SUBMITTED, by=town.people["liaison"], submitted_at=NOW)
    return town


@pytest.mark.parametrize("role", ["liaison", "director", "planning"])
def test_who_captures_or_validates_writes_it(red, role):
    made = commit(red, role)
    assert (made.cause, made.action, made.updated_by, made.updated_at) == ("Falta", "Contratar", red.people[role], NOW)
    entry = acts(red.row())[-1]
    assert (entry.action, entry.changes["cause"]) == ("comprometer", [None, "Falta"])
    assert entry.capacity == Role(role).label and entry.scope_id == red.department.pk


@pytest.mark.parametrize("role", ["reader", "comptroller"])
def test_the_others_do_not(red, role):
    with pytest.raises(NotAllowed):
        commit(red, role)
    assert not Commitment.objects.exists()


def test_another_departments_director_does_not(red):
    red.people["otra"] = make_user("otra", Role.DIRECTOR, make_department("OBR", "Obras"))
    with pytest.raises(NotAllowed):
        commit(red, "otra")


@pytest.mark.parametrize("lacking", [{"cause": " "}, {"action": ""}, {"committed_on": TODAY - timedelta(days=1)}])
def test_it_is_complete_and_lies_ahead(red, lacking):
    with pytest.raises(ServiceError):
        commit(red, **lacking)
    assert not Commitment.objects.exists()


def validate(town: Town, role: str = "director"):
    row = town.row()
    return services.validate(access=town.access(role), seen={row.pk: row.version}, now=LATER)


def test_a_red_figure_is_not_validated_without_it(red):
    outcome = validate(red)
    assert [refusal.reason for refusal in outcome.refused] == [NEEDS_COMMITMENT] and not outcome.done
    commit(red)
    assert validate(red).done


def test_it_may_be_changed_until_the_figure_is_validated(red):
    commit(red)
    commit(red, cause="Otra")
    assert acts(red.row())[-1].changes == {"cause": ["Falta", "Otra"]}
    count = len(acts(red.row()))
    commit(red, cause="Otra")
    assert len(acts(red.row())) == count
    validate(red)
    with pytest.raises(ServiceError, match="ya no cambia"):
        commit(red, cause="Más")


# --- Corrections -----------------------------------------------------------------------------------------------


@pytest.fixture
@shared
def validated(town: Town) -> Town:
    make_measurement(town.indicators[0], 9, 3, 4)
    return town


def ask(town: Town, role: str = "liaison", reason: str = "Son 4 y no 3"):
    return services.ask_correction(access=town.access(role), measurement_id=town.row().pk, reason=reason, now=NOW)


@pytest.mark.parametrize("role", ["liaison", "director"])
def test_the_department_asks_for_a_correction(validated, role):
    asked = ask(validated, role)
    assert (asked.state, asked.requested_by, asked.requested_at) == ("open", validated.people[role], NOW)
    assert (validated.row().state, validated.row().version) == (State.VALIDATED, 1)
    assert (acts(validated.row())[-1].action, acts(validated.row())[-1].reason) == ("pedir corrección", "Son 4 y no 3")


@pytest.mark.parametrize("role", ["planning", "reader", "comptroller"])
def test_the_others_do_not_ask(validated, role):
    with pytest.raises(NotAllowed):
        ask(validated, role)


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.RETURNED])
def test_only_a_validated_figure_is_corrected(town, state):
    make_measurement(town.indicators[0], 9, 3, 4, state)
    with pytest.raises(ServiceError, match="todavía no se valida"):
        ask(town)


def test_one_request_at_a_time_with_a_reason(validated):
    with pytest.raises(ServiceError, match="Diga qué"):
        ask(validated, reason="  ")
    ask(validated)
    with pytest.raises(ServiceError, match="Ya hay una solicitud"):
        ask(validated, "director")


def correct(town: Town, role: str = "planning"):
    return town.save(town.pair(4, 4, version=town.row().version, reason="Oficio 3"), role=role, now=LATER)


def test_the_correction_closes_the_request_and_waits_for_somebody_else(validated):
    asked = ask(validated)
    correct(validated)
    asked.refresh_from_db()
    assert (asked.state, asked.answer, asked.answered_by) == ("done", "Oficio 3", validated.people["planning"])
    row = validated.row()
    assert (row.state, row.numerator, row.validated_numerator) == (State.SUBMITTED, 4, 3)
    assert not validate(validated, "planning").done
    assert validate(validated).done and validated.row().validated_numerator == 4


def test_a_correction_in_course_is_not_asked_for_again(validated):
    correct(validated)
    with pytest.raises(ServiceError, match="corrección en curso"):
        ask(validated)


def decline(town: Town, asked: CorrectionRequest, role: str = "planning", answer: str = "El acta dice 3"):
    return services.decline_correction(access=town.access(role), request_id=asked.pk, answer=answer, now=LATER)


def test_planning_declines_with_an_answer(validated):
    asked = decline(validated, ask(validated))
    assert (asked.state, asked.answer, asked.answered_at) == ("declined", "El acta dice 3", LATER)
    assert (acts(validated.row())[-1].action, acts(validated.row())[-1].reason) == ("no corregir", "El acta dice 3")
    with pytest.raises(ServiceError, match="ya se respondió"):
        decline(validated, asked)
    ask(validated)  # another one may be asked for


def test_declining_needs_an_answer_and_planning(validated):
    asked = ask(validated)
    with pytest.raises(ServiceError, match="Escriba por qué"):
        decline(validated, asked, answer=" ")
    for role in ("liaison", "director", "reader", "comptroller"):
        with pytest.raises(NotAllowed):
            decline(validated, asked, role)


def test_a_locked_year_takes_neither(validated):
    asked = ask(validated)
    validated.year.locked = True
    validated.year.save()
    for act in (lambda: decline(validated, asked), lambda: commit(validated)):
        with pytest.raises(ServiceError, match="cerrado"):
            act()
