"""The checks that ask: each rule as a table of cases, and where a month meets them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from indicators import checks
from indicators.calculations import EXPLICIT, FLAT, LAST, LINEAR, Cell, IndicatorSpec
from indicators.checks import Background
from indicators.models import Mode, State
from indicators.services import NotReady
from tests.factories import make_indicator, make_measurement
from tests.indicators.town import Town, make_town
from tests.support.shared import shared

SPEC = IndicatorSpec("PRE-01-01", Decimal(100))


def background(*pairs: tuple[int, int], month: int = 9, spec: IndicatorSpec = SPEC) -> Background:
    """The pairs of January, February …"""
    cells = tuple(Cell(number, Decimal(n), Decimal(d)) for number, (n, d) in enumerate(pairs, start=1))
    return Background(spec, month, cells)


def kinds(n: object, d: object, no_activity: str = "", held: Background | None = None) -> list[str]:
    asked = checks.questions(Decimal(str(n)), Decimal(str(d)), no_activity, held)
    return [question.kind for question in asked]


@pytest.mark.parametrize(
    ("pair", "asked"),
    [((3, 4), []), ((4, 4), []), ((0, 0), []), ((5, 4), ["excess"]), ((3, 0), ["backlog"]), ((0, 4), [])],
)
def test_what_a_pair_says_by_itself(pair, asked):
    assert kinds(*pair) == asked


USUAL = [(10, 12), (11, 12), (12, 12)]


@pytest.mark.parametrize(
    ("pair", "history", "asked"),
    [
        ((12, 12), USUAL, []),
        ((33, 36), USUAL, []),  # exactly three times is not more
        ((34, 36), USUAL, ["jump"]),
        ((34, 37), USUAL, ["jump", "jump"]),
        ((4, 12), USUAL, []),
        ((3, 12), USUAL, ["jump"]),
        ((0, 12), USUAL, ["jump"]),
        ((40, 40), USUAL[:2], []),  # two months are no history
        ((40, 40), [*USUAL[:2], (0, 0)], []),  # and 0/0 is none either
        ((0, 0), USUAL, []),
        ((5, 5), [(1, 1)] * 5, []),  # small counts
        ((6, 6), [(1, 1)] * 5, ["jump", "jump"]),
        ((5, 6), [(0, 2)] * 3, ["jump"]),
    ],
)
def test_a_jump_against_its_own_history(pair, history, asked):
    assert kinds(*pair, held=background(*history)) == asked


def test_a_jump_says_what_is_usual():
    (question,) = checks.questions(Decimal(3), Decimal(12), "", background(*USUAL))
    assert question.message == (
        "El numerador (3) es menos de la tercera parte de lo usual en el año (11): explique por qué."
    )
    assert question.flag == "numerador fuera de lo usual (11)"


@pytest.mark.parametrize(("d", "asked"), [(12, []), (14, ["changed_total"]), (60, ["changed_total"]), (0, ["backlog"])])
def test_an_annual_denominator_that_changes(d, asked):
    spec = replace(SPEC, denominator_mode=LAST)
    held = background((1, 10), (1, 12), (1, 0), (0, 0), spec=spec)
    assert kinds(1, d, held=held) == asked
    assert kinds(1, d, held=background(spec=spec)) == [kind for kind in asked if kind == "backlog"]


QUARTERS = tuple(Decimal(share) for share in (0, 0, 25, 25, 25, 50, 50, 50, 75, 75, 75, 100))


@pytest.mark.parametrize(
    ("schedule", "month", "earlier", "asked"),
    [
        (FLAT, 2, [(1, 1)], True),
        (LINEAR, 2, [(1, 1)], True),
        (EXPLICIT, 2, [], False),
        (EXPLICIT, 3, [], True),
        (EXPLICIT, 4, [(0, 0), (0, 0), (1, 4)], False),  # what was expected until then is being done
        (EXPLICIT, 4, [(0, 0), (0, 0), (0, 0)], True),
        (EXPLICIT, 12, [(1, 4)], True),
    ],
)
def test_nothing_scheduled_against_the_schedule(schedule, month, earlier, asked):
    spec = replace(SPEC, schedule=schedule, shares=QUARTERS if schedule == EXPLICIT else ())
    held = background(*earlier, month=month, spec=spec)
    assert kinds(0, 0, "not_scheduled", held) == (["unplanned"] if asked else [])
    assert kinds(0, 0, "no_demand", held) == []


# --- In the month --------------------------------------------------------------------------------------------------


@pytest.fixture
@shared
def town() -> Town:
    return make_town(1)


def captured(town: Town, *pairs: tuple[int, int]) -> None:
    for month, pair in enumerate(pairs, start=1):
        make_measurement(town.indicators[0], month, *pair)


@pytest.mark.django_db
def test_a_month_with_a_jump_is_saved_and_not_submitted_until_it_is_explained(town):
    captured(town, (10, 12), (11, 12), (12, 12))
    town.save(town.pair(40, 50))
    with pytest.raises(NotReady) as error:
        town.submit()
    (problems,) = error.value.problems.values()
    assert [problem.field for problem in problems] == ["justification", "justification"]
    town.save(town.pair(40, 50, version=1, justification="Feria del empleo"))
    town.submit()
    assert town.row().state == State.SUBMITTED


@pytest.mark.django_db
def test_a_changed_annual_denominator_and_nothing_scheduled_are_asked_for(town):
    stock = make_indicator(town.program, denominator_mode=Mode.LAST)
    town.indicators.append(stock)
    make_measurement(stock, 8, 1, 12)
    town.save(town.pair(0, 0, no_activity="not_scheduled"), town.pair(1, 14, 1))
    with pytest.raises(NotReady) as error:
        town.submit()
    said = [problem.message for problems in error.value.problems.values() for problem in problems]
    assert any("nada programado" in message for message in said)
    assert "El denominador anual cambió de 12 a 14: explique por qué." in said


@pytest.mark.django_db
def test_a_correction_is_asked_the_same(town):
    captured(town, (10, 12), (11, 12), (12, 12))
    make_measurement(town.indicators[0], 9, 10, 12)
    from indicators.services import NotAllowed

    with pytest.raises(NotAllowed, match="más del triple"):
        town.save(town.pair(40, 40, version=1, reason="Oficio 3"), role="planning")
    town.save(town.pair(40, 40, version=1, reason="Oficio 3", justification="Feria"), role="planning")
    assert town.row().numerator == 40
