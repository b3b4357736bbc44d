"""Borders of the lights, of the year and of an indicator: which lights they move is shown first."""

import pytest

from core.models import TrailEntry
from indicators.results import standards
from programs.models import FiscalYear
from tests.catalog.targets.test_pages import AS_ZERO, BORDERS, OWN, OWN_BORDERS, YEAR, confirm, indicator, lights, see
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db


def test_the_borders_of_a_year_move_its_lights_after_showing_which(planning):
    page = see(planning, YEAR, BORDERS)
    effect = page.context["effect"]
    assert [(row.code, row.before, row.after) for row in effect.moved_indicators] == [("PRE-01-02", "amber", "green")]
    assert [(row.code, row.before, row.after) for row in effect.moved_programs] == [("PRE-01", "amber", "green")]
    assert {(row.light, row.before, row.after) for row in effect.indicators} == {
        ("green", "0", "1"),
        ("amber", "1", "0"),
        ("none", "1", "1"),
    }
    assert lights() == {"program": "amber", "PRE-01-01": "none", "PRE-01-02": "amber"}
    assert "Se cambiaron los umbrales de 2016." in text_of(confirm(planning, YEAR, BORDERS))
    assert lights() == {"program": "green", "PRE-01-01": "none", "PRE-01-02": "green"}
    entry = TrailEntry.objects.get(action="cambiar umbrales")
    assert entry.reason == "Acuerdo 4" and entry.changes["green_from"] == ["90.0000", "80.0000"]


@pytest.mark.parametrize(
    ("address", "mine", "theirs"),
    [
        (
            YEAR,
            {**BORDERS, "green_from": "89", "amber_from": "70"},
            {**BORDERS, "green_from": "90", "amber_from": "69"},
        ),
        (OWN, {**OWN_BORDERS, "green_from": "89"}, {**OWN_BORDERS, "over_above": "130"}),
    ],
)
def test_a_change_between_that_moves_no_light_is_told_all_the_same(planning, address, mine, theirs):
    mark = see(planning, address, mine).context["mark"]
    confirm(planning, address, theirs)
    answer = planning.post(address, {**mine, "seen": mark, "act": "confirmar"})
    assert "El efecto cambió desde que lo vio" in text_of(answer)
    assert TrailEntry.objects.filter(action="cambiar umbrales").count() == 1
    again = planning.post(address, {**mine, "seen": answer.context["mark"], "act": "confirmar"}, follow=True)
    assert "Se cambiaron los umbrales" in text_of(again)


def test_what_nobody_captured_counts_as_zero_after_showing_what_changes(planning):
    page = see(planning, YEAR, AS_ZERO)
    (row,) = page.context["effect"].recounted
    assert (row.code, row.global_before, row.global_after) == ("PRE-01", "85.00 %", "42.50 %")
    assert (row.compliance_before, row.compliance_after) == ("85.00 %", "42.50 %")
    assert "1 programa cambia de global o cumplimiento" in text_of(page) and "solo el semáforo" not in text_of(page)
    assert lights()["program"] == "amber"
    confirm(planning, YEAR, AS_ZERO)
    assert lights() == {"program": "red", "PRE-01-01": "none", "PRE-01-02": "amber"}
    assert "entra al promedio como 0" in text_of(planning.get(YEAR)).split("Hoy: ")[1].split("</p>")[0]
    entry = TrailEntry.objects.get(action="cambiar umbrales")
    assert entry.reason == "Acuerdo 5" and list(entry.changes) == ["missing_as_zero"]
    confirm(planning, YEAR, {**AS_ZERO, "missing": "fuera"})
    assert lights()["program"] == "amber"


def test_what_becomes_of_what_nobody_captured_is_one_of_two(planning):
    assert "Qué cambiaría" not in text_of(see(planning, YEAR, {**AS_ZERO, "missing": "quizá"}))
    assert not FiscalYear.objects.get().missing_as_zero


def test_an_indicator_has_its_own_borders_and_its_programme_the_years(planning):
    confirm(planning, OWN, {"green_from": "85%", "amber_from": "", "over_above": "", "reason": "Norma"})
    assert lights() == {"program": "amber", "PRE-01-01": "none", "PRE-01-02": "green"}
    assert "verde desde 85 %" in text_of(planning.get(YEAR))
    confirm(planning, OWN, {"green_from": "", "amber_from": "", "over_above": "", "reason": "Ya no"})
    assert indicator("PRE-01-02").green_from is None and lights()["PRE-01-02"] == "amber"


@pytest.mark.parametrize(
    "where, change, sentence",
    [
        (YEAR, {"amber_from": "85"}, "El amarillo empieza antes que el verde"),
        (YEAR, {"green_from": "101"}, "El verde empieza entre 0 y 100."),
        (YEAR, {"amber_from": "0"}, "El amarillo empieza después de 0."),
        (YEAR, {"over_above": "99.9999"}, "El sobrecumplimiento empieza desde 100."),
        (YEAR, {"green_from": ""}, "Escriba el umbral."),
        (YEAR, {"green_from": "-1"}, "es negativo"),
        (YEAR, {"over_above": "1E309"}, "notación científica"),
        (YEAR, {"reason": ""}, "Escriba por qué cambian los umbrales."),
        (OWN, {"green_from": "65", "amber_from": ""}, "amarillo desde 70, verde desde 65"),
        (OWN, {"amber_from": "95", "green_from": ""}, "amarillo desde 95, verde desde 90"),
        (OWN, {"reason": ""}, "Escriba por qué cambian los umbrales."),
    ],
)
def test_borders_out_of_order_are_refused_with_a_sentence(planning, where, change, sentence):
    answer = text_of(see(planning, where, {**BORDERS, **change}))
    assert sentence in answer and "Qué cambiaría" not in answer
    assert lights()["PRE-01-02"] == "amber"


def test_borders_of_the_year_may_not_cross_an_indicators_own(planning):
    confirm(planning, OWN, {"green_from": "", "amber_from": "85", "over_above": "", "reason": "Norma"})
    answer = text_of(see(planning, YEAR, BORDERS))
    assert "los propios de PRE-01-02 quedarían en desorden" in answer
    assert standards.thresholds_of(FiscalYear.objects.get()).green_from == 90
