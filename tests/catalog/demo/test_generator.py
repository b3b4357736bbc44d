"""generate_demo: the same rows for the same seed on every database, every state and kind, and only in an empty one."""

import hashlib
import json
from io import StringIO
from typing import Any

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from accounts.access import Action as Act
from accounts.access import access_for
from accounts.models import Membership, Role, User
from catalog.demo.generator import _TABLES, DemoError, Options
from core.models import TrailEntry
from indicators.models import (
    Commitment,
    Direction,
    Frequency,
    Indicator,
    Measurement,
    Mode,
    NoActivity,
    Observation,
    Origin,
    Period,
    Receipt,
    Schedule,
    State,
    TargetAdjustment,
    TargetKind,
)
from indicators.results import year as results
from programs.models import Department, FiscalYear, Plan, Program
from tests.factories import TODAY, make_department

SMALL = {"programs": 5, "indicators": 20, "years": 1, "verbosity": 0}
# What the small municipality of seed 7 is, on SQLite and on PostgreSQL alike: see ``essence``.
FINGERPRINT = "87a63a984c1e1e1e2e481b282307e0aed5f7d6817c0682383be01844f61c0d50"

pytestmark = pytest.mark.django_db


def generate(**options: Any) -> None:
    call_command("generate_demo", **{**SMALL, **options})


def dump() -> str:
    """Every row of every table, with its key."""
    return "".join(serializers.serialize("json", model._default_manager.order_by("pk")) for model in _TABLES)


def essence() -> str:
    """A fingerprint of what the generator decides: when it changes on purpose, so does FINGERPRINT.

    The trail in its order and without its keys, of which the last the database gives.
    """
    told = TrailEntry.objects.order_by("pk")
    rows = [
        *Indicator.objects.order_by("pk").values_list("pk", "code", "name", "target", "frequency", "shares"),
        *Measurement.objects.order_by("pk").values_list(
            "pk", "indicator__code", "period__month", "state", "numerator", "denominator", "validated_numerator",
            "validated_denominator", "no_activity", "justification", "version", "late", "updated_by__username",
        ),
        *told.values_list("actor__username", "action", "subject_label", "reason"),
        *((at.isoformat(),) for at in told.values_list("at", flat=True)),
        *((json.dumps(changes, sort_keys=True),) for changes in told.values_list("changes", flat=True)),
    ]  # fmt: skip
    return hashlib.sha256("\n".join(str([str(value) for value in row]) for row in rows).encode()).hexdigest()


def test_the_same_seed_gives_the_same_rows_on_every_database():
    generate()
    assert essence() == FINGERPRINT


def test_another_seed_gives_other_rows():
    generate(seed=8)
    assert essence() != FINGERPRINT


def test_every_state_kind_frequency_and_mode_is_there():
    generate()
    rows, indicators = Measurement.objects.all(), Indicator.objects.all()
    assert set(rows.values_list("state", flat=True)) == set(State.values)
    # Nobody who captures gives the reason of figures that come from earlier papers.
    given = set(NoActivity.values) - {NoActivity.NOT_RECORDED}
    assert set(rows.values_list("no_activity", flat=True)) == {"", *given}
    assert set(rows.values_list("origin", flat=True)) == {Origin.DEMO}
    assert rows.filter(numerator__gt=0, denominator=0).exists()
    assert rows.filter(denominator__gt=0, numerator__gt=F("denominator")).exists()
    assert rows.filter(late=True).exists()
    assert rows.filter(numerator__isnull=False, denominator__isnull=True).exists()
    corrections = rows.filter(validated_numerator__isnull=False).exclude(state=State.VALIDATED)
    waiting = corrections.filter(state=State.SUBMITTED)
    sides = [
        (row.numerator != row.validated_numerator, row.denominator != row.validated_denominator) for row in waiting
    ]
    assert sides and all(sorted(changed) == [False, True] for changed in sides), "a correction changes one side"
    assert set(indicators.values_list("frequency", flat=True)) == set(Frequency.values)
    assert set(indicators.values_list("numerator_mode", flat=True)) == set(Mode.values)
    assert set(indicators.values_list("denominator_mode", flat=True)) == set(Mode.values)
    assert set(indicators.values_list("target_kind", flat=True)) == set(TargetKind.values)
    assert set(indicators.values_list("direction", flat=True)) == set(Direction.values)
    assert set(indicators.values_list("schedule", flat=True)) == set(Schedule.values)
    assert set(indicators.values_list("considered", flat=True)) == {True, False}
    assert indicators.filter(green_from__isnull=False).exists()
    assert TargetAdjustment.objects.exists()
    assert Period.objects.filter(closed_on__isnull=False).exists()
    assert Observation.objects.filter(resolved_at__isnull=True).exists()


def test_every_row_keeps_the_rules_that_forms_check():
    """The database's own rules held while it was written; these are those of the fields."""
    generate()
    for model in (Plan, Program, Indicator, TargetAdjustment, Period, Membership, Measurement, Observation):
        for row in model._default_manager.all():
            row.full_clean()


def test_no_target_was_adjusted_over_figures_already_validated():
    """Rule 9, in the order of time in which the municipality would have lived it."""
    generate()
    for made in TargetAdjustment.objects.all():
        rows = Measurement.objects.filter(indicator=made.indicator, month__gte=made.effective_month)
        assert rows.filter(validated_at__gte=made.created_at).exists()
        assert not rows.filter(validated_at__lt=made.created_at).exists(), made.indicator.code
        assert not Period.objects.filter(
            fiscal_year=made.indicator.fiscal_year, month__gte=made.effective_month, closed_on__lt=made.created_at
        ).exists()


def test_the_year_under_way_has_papers_and_commitments_that_fit_its_figures():
    """Made by the services: a constancia says what it changed, and what asks for a commitment has one."""
    generate()
    constancias, acuses = (Receipt.objects.filter(kind=kind) for kind in ("constancia", "acuse"))
    departments = Department.objects.count()
    assert constancias.count() == departments and acuses.count() == -(-departments // 3)
    for paper in Receipt.objects.all():
        shown = [row for program in paper.figures["programs"] for row in program["rows"]]
        assert len(shown) == paper.measurements.count() > 0
        state = State.VALIDATED if paper.kind == "constancia" else State.SUBMITTED
        assert set(paper.measurements.values_list("state", flat=True)) == {state}
    assert any(program["before"] for paper in constancias for program in paper.figures["programs"])
    assert Commitment.objects.exists()
    assert not Measurement.objects.filter(period__month=10, state=State.SUBMITTED).exists()


def test_results_can_be_computed_of_every_month():
    generate()
    year = FiscalYear.objects.get()
    assert year.demo_data
    for month in range(1, 13):
        for scope in (results.OFFICIAL, results.PRELIMINARY):
            assert len(results.load_results(year, month=month, scope=scope).programs) == 5


def test_each_department_has_an_enlace_and_a_director_and_planning_sees_all():
    generate()
    for department in Department.objects.all():
        for role in (Role.LIAISON, Role.DIRECTOR):
            assert Membership.objects.in_force(TODAY.replace(year=2014)).filter(department=department, role=role)
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
    assert not User.objects.filter(is_demo=False).exists()
    planning = User.objects.get(username="planeacion")
    assert access_for(planning, on=TODAY).allows(Act.MANAGE_CATALOG)


def test_the_trail_tells_what_became_of_a_figure_in_the_order_of_time():
    generate()
    row = Measurement.objects.filter(state=State.VALIDATED, version=3).first()
    told = TrailEntry.objects.filter(subject_type="indicators.measurement", subject_id=row.pk).order_by("id")
    assert [entry.action for entry in told] == ["guardar", "enviar", "validar"]
    assert told[0].changes["numerator"] == [None, f"{row.numerator:f}"]
    assert told[2].at == row.validated_at and told[2].actor_id == row.validated_by_id
    moments = list(TrailEntry.objects.order_by("id").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert Measurement.objects.count() == len(
        set(TrailEntry.objects.filter(action="guardar").values_list("subject_id", flat=True))
    )


def test_whoever_changed_a_figure_that_waits_is_known():
    generate()
    waiting = Measurement.objects.filter(state=State.SUBMITTED)
    assert not waiting.filter(changed_by__isnull=True).exists()
    assert not Measurement.objects.filter(
        state__in=[State.VALIDATED, State.RETURNED], changed_by__isnull=False
    ).exists()
    assert not Measurement.objects.filter(validated_by=F("updated_by")).exists()


def test_years_follow_each_other_and_plans_last_three_years():
    generate(years=4)
    assert list(Plan.objects.values_list("start_year", "end_year")) == [(2014, 2016), (2017, 2019)]
    assert Indicator.objects.filter(fiscal_year__year=2014, previous__isnull=False).count() == 0
    linked = Indicator.objects.filter(fiscal_year__year=2017, previous__isnull=False)
    assert linked.count() >= 15
    assert not linked.exclude(previous__fiscal_year__year=2016).exists()
    assert not linked.exclude(previous__code=F("code")).exists()
    finished = Measurement.objects.filter(fiscal_year__year=2014)
    assert not finished.exclude(state=State.VALIDATED).exists()


def test_what_comes_after_gets_keys_of_its_own():
    """PostgreSQL's sequence goes on from the last key; SQLite never gives one again, and the tests' keys start high."""
    generate()
    key = make_department("NVA", "Dependencia nueva").pk
    assert key == 6 if connection.vendor == "postgresql" else key > 6


@pytest.mark.parametrize("model", ["department", "user"])
def test_a_database_with_anything_in_it_is_refused(model):
    if model == "department":
        make_department()
    else:
        User.objects.create_user("alguien")
    before = dump()
    with pytest.raises(CommandError, match="no está vacía") as refused:
        call_command("generate_demo", stderr=StringIO(), **SMALL)
    assert refused.value.returncode == 1
    assert dump() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"programs": 0},
        {"programs": 35 * 99 + 1, "indicators": 9999},
        {"programs": 10, "indicators": 9},
        {"indicators": 20_001},
        {"years": 0},
        {"first_year": 1800},
        {"first_year": 2099, "years": 3},
    ],
)
def test_a_size_that_does_not_fit_is_refused(wrong):
    with pytest.raises(DemoError):
        Options(**wrong)
