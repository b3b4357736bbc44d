"""What two closings say differently, figure by figure."""

from decimal import Decimal

import pytest

from indicators.models import Indicator, Measurement, TargetAdjustment
from programs.models import Axis, Department, FiscalYear, Program
from publishing.document.differences import Difference, Kind, differences, holds_old_figure
from publishing.document.telling import figure_text, value_text
from tests.factories import NOW, make_indicator, make_program
from tests.publishing.closed import close, planner
from tests.reports.county import make_county
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
@shared
def county() -> FiscalYear:
    return make_county()


def changed(code: str, month: int, n: int, d: int) -> None:
    row = Measurement.objects.get(indicator__code=code, month=month)
    values = {"numerator": Decimal(n), "denominator": Decimal(d)}
    Measurement.objects.filter(pk=row.pk).update(
        **values, **{f"validated_{name}": value for name, value in values.items()}
    )


def test_nothing_changed_where_only_the_place_in_the_chain_did(county):
    first = close(county, 1)
    assert differences(first.content, close(county, 1, reason="Por las dudas").content) == []


def test_a_corrected_figure_is_told_with_what_follows_from_it(county):
    first = close(county, 1)
    changed("OBR-01-01", 1, 30, 100)
    found = differences(first.content, close(county, 1, reason="Se sumó mal").content)
    assert found[0] == Difference(
        Kind.FIGURE, "OBR-01-01", "pair", ("60.0000", "100.0000", None), ("30.0000", "100.0000", None), 1
    )
    told = {(one.figure, one.name): (one.before, one.after) for one in found if one.kind is Kind.RESULT}
    assert told["OBR-01-01", "percentage"] == ("60.0000", "30.0000")
    assert told["OBR-01", "global"] == ("60.0000", "30.0000")
    assert told["", "global"] == ("83.7500", "76.2500")
    assert {one.kind for one in found} == {Kind.FIGURE, Kind.RESULT}
    groups = {(one.group, one.figure): figure_text(one) for one in found if one.group and one.name == "compliance"}
    program = next(row for row in first.content["programs"] if row["code"] == "OBR-01")
    assert groups == {
        ("axis", program["axis"]): f"Eje {program['axis']}: cumplimiento",
        ("department", "OBR"): "Dependencia OBR: cumplimiento",
    }


def test_targets_thresholds_and_retirements_are_told_as_rules(county):
    first = close(county, 1)
    indicator = Indicator.objects.get(code="PRE-02-01")
    TargetAdjustment.objects.create(
        indicator=indicator, effective_month=1, target=Decimal(80), reason="x", authorized_by="Cabildo",
        instrument="Acta 1", created_at=NOW, created_by=planner(),
    )  # fmt: skip
    FiscalYear.objects.filter(pk=county.pk).update(green_from=Decimal(85))
    Indicator.objects.filter(code="DIF-01-01").update(retired_from=6)
    found = differences(first.content, close(county, 1, reason="Meta").content)
    assert [(one.figure, one.name, one.before, one.after) for one in found if one.kind is Kind.RULE] == [
        ("", "green_from", "90.0000", "85.0000"),
        ("DIF-01-01", "retired_from", None, 6),
        ("PRE-02-01", "target", "100.0000", "80.0000"),
    ]


def test_what_vanished_and_what_is_new_is_told(county):
    first = close(county, 1)
    Program.objects.get(code="DIF-02").delete()
    make_indicator(make_program(county, "OBR-03", name="Drenaje"))
    found = differences(first.content, close(county, 1, reason="Catálogo").content)
    assert [(one.figure, one.name, one.before, one.after) for one in found if one.kind is Kind.PRESENCE] == [
        ("DIF-02", "program", "Sin indicadores", None),
        ("OBR-03", "program", None, "Drenaje"),
        ("OBR-03-01", "indicator", None, "Solicitudes atendidas OBR-03-01"),
    ]


def test_renamed_places_are_told_as_words(county):
    first = close(county, 1)
    Department.objects.filter(prefix="PRE").update(name="Despacho")
    Axis.objects.filter(name="Orden y Paz").update(name="Paz y Orden")
    found = differences(first.content, close(county, 1, reason="Nombres").content)
    assert {(one.kind, one.before, one.after) for one in found} == {
        (Kind.WORD, "Presidencia Municipal", "Despacho"),
        (Kind.WORD, "Orden y Paz", "Paz y Orden"),
    }


def test_a_later_closing_that_holds_the_old_figure_is_found(county):
    first, later = close(county, 1), close(county, 2)
    changed("OBR-01-01", 1, 30, 100)
    found = differences(first.content, close(county, 1, reason="Se sumó mal").content)
    assert [(one.figure, one.month) for one in holds_old_figure(later.content, found)] == [("OBR-01-01", 1)]
    rectified = close(county, 2, reason="Se sumó mal en enero")
    assert holds_old_figure(rectified.content, found) == []


def test_an_earlier_closing_does_not_hold_a_later_figure(county):
    first = close(county, 1)
    changed("OBR-01-01", 1, 30, 100)
    both = differences(first.content, close(county, 1, reason="Se sumó mal").content)
    before = {**first.content, "month": 0}
    assert holds_old_figure(before, both) == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("lights", {"amber": 3, "green": 2, "none": 0, "red": 1},
         "verde: 2, amarillo: 3, rojo: 1, sin semáforo: 0"),
        ("thresholds", {"amber_from": "65.0000", "green_from": "95.0000", "over_above": "110.0000"},
         "verde desde 95.00 %, amarillo desde 65.00 %, sobrecumplimiento arriba de 110.00 %"),
    ],
)  # fmt: skip
def test_parts_of_a_value_are_told_in_one_order_whatever_that_of_their_keys(name, value, told):
    turned = dict(reversed(value.items()))
    one = Difference(Kind.RESULT, "", name, value, turned)
    assert (value_text(one, value, ()), value_text(one, turned, ())) == (told, told)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [("82.1913", "82.1913", ("82.19 %", "82.19 %")), ("66.8703", "70.3577", ("66.87 %", "70.36 %")),
     ("66.8703", "66.8704", ("66.8703 %", "66.8704 %")), ("89.9960", "92.0000", ("89.996 %", "92.00 %"))],
)  # fmt: skip
def test_percentages_have_as_many_digits_as_tell_one_from_the_other(before, after, told):
    one = Difference(Kind.RESULT, "PRE-01", "global", before, after)
    held = (Decimal(90), Decimal(70), Decimal(110))
    assert (value_text(one, before, held), value_text(one, after, held)) == told
