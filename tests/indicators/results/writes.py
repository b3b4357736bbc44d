"""Ways in which what is behind results changes, by services, the ORM and SQL."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F

from accounts.models import User
from indicators import services
from indicators.models import Indicator, Measurement, Period, State, TargetAdjustment
from programs.models import Action, Axis, Department, FiscalYear, Objective, Plan, Program, Strategy
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_year
from tests.indicators.results.processes import Processes
from tests.indicators.town import Town, make_town
from tests.support.contents import forget_captures
from tests.support.owner import as_owner, past_rules


def make_two_years() -> Town:
    """Three programmes of two years, with captures, a correction under way and an adjusted target."""
    made = make_town(3)
    other = make_indicator(make_program(made.year, "PRE-02"), target=Decimal(80))
    earlier = make_indicator(make_program(make_year(2015), "PRE-01"))
    for month in (1, 2, 3):
        make_measurement(other, month, month, 4, late=month == 2)
        make_measurement(earlier, month, 1, month)
        make_measurement(made.indicators[0], month, 3, 4, State.DRAFT if month == 3 else State.VALIDATED)
    TargetAdjustment.objects.create(
        indicator=other,
        target=Decimal(90),
        effective_month=2,
        reason="Recorte",
        authorized_by="Cabildo",
        instrument="Oficio 1",
        created_at=NOW,
        created_by=made.people["planning"],
    )
    return made


def _capture(town: Town) -> None:
    town.save(town.pair(1, 2))


def _validate(town: Town) -> None:
    row = make_measurement(town.indicators[1], 9, 4, 4, State.SUBMITTED)
    done = services.validate(access=town.access("planning"), seen={row.pk: row.version}, now=NOW)
    assert not done.refused, done


def correct(value: int, **which: Any) -> int:
    """Both pairs of the validated captures."""
    rows = Measurement.objects.filter(state=State.VALIDATED, **which)
    return rows.update(numerator=value, validated_numerator=value, denominator=99, validated_denominator=99)


def _raw(what: Callable[[], Any]) -> Callable[[Town], None]:
    return lambda town: what()


def _sql(*statements: str) -> Callable[[Town], None]:
    def run(town: Town) -> None:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while the check of a reference waits
            for statement in statements:
                cursor.execute(statement)

    return run


def _move_an_action(town: Town) -> None:
    Action.objects.filter(program=town.program).update(program=Program.objects.get(code="PRE-02"))


def _correct_past_the_rules(town: Town) -> None:
    with past_rules():
        correct(2)


def _take_a_programme_away(town: Town) -> None:
    found = Program.objects.get(code="PRE-02")
    TargetAdjustment.objects.all().delete()
    forget_captures(indicator__action__program=found)
    Indicator.objects.filter(action__program=found).delete()
    found.actions.all().delete()
    found.delete()


def _stop_and_write(town: Town) -> None:
    trigger = "indicators_measurement DISABLE TRIGGER result_stamp_measurement_update"
    _sql(f"ALTER TABLE {trigger}")(town)
    correct(2)
    _sql(f"ALTER TABLE {trigger.replace('DISABLE', 'ENABLE')}")(town)


def _write_unwatched(town: Town) -> None:
    _sql("ALTER TABLE indicators_measurement DISABLE TRIGGER result_stamp_measurement_update")(town)
    Processes()
    correct(2)


WRITES: dict[str, Callable[[Town], None]] = {
    "capture": _capture,
    "submit and validate": _validate,
    "raw update of every capture": _raw(lambda: correct(1)),
    "one row": _raw(lambda: correct(5, month=2)),
    "late": _raw(lambda: Measurement.objects.update(late=True)),
    "delete captures": _raw(lambda: forget_captures(month=2)),
    "new capture": lambda town: make_measurement(town.indicators[1], 5, 1, 2) and None,
    "bulk of captures": lambda town: [make_measurement(row, 6, 1, 3) for row in town.indicators] and None,
    "target": _raw(lambda: Indicator.objects.update(target=F("target") - 1)),
    "name": _raw(lambda: Indicator.objects.update(name="Otro nombre")),
    "own thresholds": _raw(lambda: Indicator.objects.update(green_from=99)),
    "not considered": lambda town: Indicator.objects.filter(pk=town.indicators[0].pk).update(considered=False) and None,
    "retired": _raw(lambda: Indicator.objects.update(retired_from=3)),
    "the year's thresholds": _raw(lambda: FiscalYear.objects.update(green_from=99)),
    "adjustment deleted": _raw(lambda: TargetAdjustment.objects.all().delete()),
    "adjustment changed": _raw(lambda: TargetAdjustment.objects.update(target=70)),
    "new indicator": lambda town: make_indicator(town.program, "PRE-01-09") and None,
    "new programme": lambda town: make_program(town.year, "PRE-09") and None,
    "action moved": _move_an_action,
    "programme deleted": _take_a_programme_away,
    "programme's name": _raw(lambda: Program.objects.update(name="Otro")),
    "department's name": _raw(lambda: Department.objects.update(name="Otra")),
    "department's number": _raw(lambda: Department.objects.update(number=7)),
    "axis": _raw(lambda: Axis.objects.update(name="Otro eje")),
    "objective": _raw(lambda: Objective.objects.update(name="Otro objetivo")),
    "strategy": _raw(lambda: Strategy.objects.update(position=9)),
    "correction of a migration": _correct_past_the_rules,
    "triggers off and on": _stop_and_write,
    "triggers off": _write_unwatched,
    "commitment": lambda town: town.commit(0, 1) and None,
    "plan's name": lambda town: Plan.objects.filter(pk=town.year.plan_id).update(name="Otro plan") and None,
    "labels": _raw(lambda: Indicator.objects.update(numerator_label="Otras cosas")),
    "a person's name": _raw(
        lambda: User.objects.filter(username="liaison").update(first_name="Otra", last_name="Vela")
    ),
    "dates of the months": _raw(lambda: Period.objects.update(due_on=F("opens_on"))),
    "action's text": _raw(lambda: Action.objects.update(text="Otra cosa", unit="Obras", official_key="K")),
    "description": _raw(lambda: Program.objects.update(description="Otra descripción")),
    "stamps emptied": _sql("DELETE FROM indicators_resultstamp"),
    "captures emptied": _sql("TRUNCATE indicators_measurement CASCADE"),
}
