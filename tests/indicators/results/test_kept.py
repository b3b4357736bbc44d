"""What a process keeps of a year is never older than the database, whoever wrote and by whichever door."""

import threading
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, connections, transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.database_rules import lift_rules, restore_rules
from indicators import services
from indicators.models import Indicator, Measurement, ResultStamp, State, TargetAdjustment
from indicators.results import kept, stamps
from indicators.results.scope import OFFICIAL
from indicators.results.year import load_results
from programs.models import Action, Axis, Department, FiscalYear, Objective, Program, Strategy
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_year
from tests.indicators.results.processes import Process, Processes
from tests.indicators.town import Town, make_town

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has stamps; SQLite is read as it is"),
]


@pytest.fixture
def town() -> Town:
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


def _correct(value: int, **which: Any) -> int:
    """Both pairs of the validated captures."""
    rows = Measurement.objects.filter(state=State.VALIDATED, **which)
    return rows.update(numerator=value, validated_numerator=value, denominator=99, validated_denominator=99)


def _raw(what: Callable[[], Any]) -> Callable[[Town], None]:
    return lambda town: what()


def _sql(*statements: str) -> Callable[[Town], None]:
    def run(town: Town) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while the check of a reference waits
            for statement in statements:
                cursor.execute(statement)

    return run


def _move_an_action(town: Town) -> None:
    Action.objects.filter(program=town.program).update(program=Program.objects.get(code="PRE-02"))


def _correct_past_the_rules(town: Town) -> None:
    lift_rules(connection)
    _correct(2)
    restore_rules(connection)


def _take_a_programme_away(town: Town) -> None:
    found = Program.objects.get(code="PRE-02")
    TargetAdjustment.objects.all().delete()
    Measurement.objects.filter(indicator__action__program=found).delete()
    Indicator.objects.filter(action__program=found).delete()
    found.actions.all().delete()
    found.delete()


def _stop_and_write(town: Town) -> None:
    trigger = "indicators_measurement DISABLE TRIGGER result_stamp_measurement_update"
    _sql(f"ALTER TABLE {trigger}")(town)
    _correct(2)
    _sql(f"ALTER TABLE {trigger.replace('DISABLE', 'ENABLE')}")(town)


def _write_unwatched(town: Town) -> None:
    _sql("ALTER TABLE indicators_measurement DISABLE TRIGGER result_stamp_measurement_update")(town)
    Processes()
    _correct(2)


WRITES: dict[str, Callable[[Town], None]] = {
    "capture": _capture,
    "submit and validate": _validate,
    "raw update of every capture": _raw(lambda: _correct(1)),
    "one row": _raw(lambda: _correct(5, month=2)),
    "late": _raw(lambda: Measurement.objects.update(late=True)),
    "delete captures": _raw(lambda: Measurement.objects.filter(month=2).delete()),
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
    "stamps emptied": _sql("DELETE FROM indicators_resultstamp"),
    "captures emptied": _sql("TRUNCATE indicators_measurement CASCADE"),
}


@pytest.mark.parametrize("write", WRITES)
def test_what_was_written_shows_in_every_process(town, write):
    processes = Processes()
    WRITES[write](town)
    processes.agree()


@pytest.mark.parametrize("write", WRITES)
def test_what_was_rolled_back_does_not(town, write):
    """As planning's pages that show what would change; what they read meanwhile is theirs alone."""
    processes = Processes()
    with transaction.atomic():
        WRITES[write](town)
        processes.agree()
        transaction.set_rollback(True)
    processes.agree()
    WRITES["raw update of every capture"](town)
    processes.agree()


# Those that can be done twice.
AGAIN = sorted(
    set(WRITES)
    - {"new programme", "programme deleted", "new indicator", "bulk of captures", "new capture", "submit and validate"}
)


@given(order=st.lists(st.tuples(st.sampled_from(AGAIN), st.booleans()), max_size=5))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_order(town, order):
    with transaction.atomic():
        processes = Processes()
        for write, is_kept in order:
            with transaction.atomic():
                WRITES[write](town)
                processes.all[0].read(town.year, OFFICIAL)
                transaction.set_rollback(not is_kept)
            processes.agree()
        transaction.set_rollback(True)


def test_a_year_without_changes_takes_one_query_and_a_changed_programme_one_more(town, django_assert_num_queries):
    load_results(town.year, month=9)
    with django_assert_num_queries(1):
        first = load_results(town.year, month=9)
    _correct(1, indicator=town.indicators[0])
    with django_assert_num_queries(2):
        second = load_results(town.year, month=9)
    assert first != second
    assert [a.figures is b.figures for a, b in zip(first.programs, second.programs, strict=True)] == [False, True]


def test_what_is_kept_is_bounded():
    for year in range(1990, 2020):
        Process.read(process := Process(), make_year(year), OFFICIAL)
    fill = process.shelf
    for number in range(100):
        fill.keep(("default", number, OFFICIAL), SimpleNamespace())  # type: ignore[arg-type]
    assert len(fill.years) == kept._YEARS_KEPT


def test_a_programme_has_one_stamp_however_often_it_changes(town):
    for number in range(20):
        _correct(number)
    assert ResultStamp.objects.filter(program_id=town.program.pk).count() == 1


def test_a_trigger_that_is_off_stops_the_check():
    call_command("check", databases=["default"], stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE programs_action DISABLE TRIGGER result_stamp_action_update")
    with pytest.raises(SystemCheckError, match="result_stamp_action_update"):
        call_command("check", databases=["default"])


def test_the_database_writes_what_the_code_declares():
    assert stamps.differing(connection) == []
    written = import_module("indicators.migrations.0027_result_stamps")
    assert dict(written._FUNCTIONS) == stamps.functions()
    assert tuple(map(tuple, stamps.triggers())) == written._TRIGGERS


def test_the_migration_goes_back_and_forth(town):
    written = import_module("indicators.migrations.0027_result_stamps")
    editor = SimpleNamespace(connection=connection)
    processes = Processes()
    written.drop(None, editor)
    assert len(stamps.differing(connection)) > 20
    _correct(2)
    processes.agree()
    ResultStamp.objects.all().delete()
    written.install(None, editor)
    assert stamps.differing(connection) == []
    processes.agree()
    WRITES["one row"](town)
    processes.agree()


@pytest.mark.django_db(transaction=True)
def test_two_people_of_one_programme_do_not_wait_and_each_one_shows_when_it_is_committed(town):
    """The first is still writing when the second one commits."""
    processes, rows = Processes(), [row.pk for row in Measurement.objects.filter(indicator=town.indicators[0])]
    written, may_commit = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            _correct(1, pk=rows[0])
            written.set()
            may_commit.wait(20)
        connections.close_all()

    slow = threading.Thread(target=slowly)
    slow.start()
    assert written.wait(20)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 500")
        _correct(2, pk=rows[1])
        processes.agree()
    processes.agree()
    may_commit.set()
    slow.join(20)
    processes.agree()
    assert Measurement.objects.get(pk=rows[0]).validated_numerator == 1
    WRITES["raw update of every capture"](town)
    processes.agree()
    assert ResultStamp.objects.filter(program_id=town.program.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_many_write_every_reading_is_of_one_moment(town):
    """Each writer changes both sides of one programme's captures in one transaction; no reading mixes two of them."""
    done = threading.Event()
    wrong: list[Any] = []

    def write(value: int) -> None:
        for turn in range(10):
            with transaction.atomic():
                rows = Measurement.objects.filter(indicator=town.indicators[0], state=State.VALIDATED)
                rows.update(denominator=1000, validated_denominator=1000)
                rows.update(numerator=value + turn, validated_numerator=value + turn)
                rows.update(denominator=value + turn, validated_denominator=value + turn)
        connections.close_all()

    def read() -> None:
        while not done.is_set():
            (found,) = [one for one in load_results(town.year, month=9).programs if one.code == town.program.code]
            wrong.extend(row for row in found.indicators if row.percentage not in (None, 100, 75))
        connections.close_all()

    readers = [threading.Thread(target=read) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(value,)) for value in (1, 50, 90)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join(60)
    done.set()
    for thread in readers:
        thread.join(60)
    assert wrong == []
    Processes().agree()
