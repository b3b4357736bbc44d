"""What a process keeps of a year is never older than the database, whoever wrote and by whichever door."""

import threading
from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.models import Measurement, ResultStamp, State
from indicators.results import kept, stamps
from indicators.results.scope import OFFICIAL
from indicators.results.year import load_results
from programs.models import Axis
from tests.factories import make_program, make_year
from tests.indicators.results.processes import Process, Processes
from tests.indicators.results.writes import WRITES, correct, make_two_years
from tests.indicators.town import Town
from tests.support.owner import as_owner
from tests.support.shared import shared

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has stamps; SQLite is read as it is"),
]


@pytest.fixture
@shared
def town() -> Town:
    return make_two_years()


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
    - {"commitment"}  # a capture has one, and captures may be gone
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
    correct(1, indicator=town.indicators[0])
    with django_assert_num_queries(2):
        second = load_results(town.year, month=9)
    assert first != second
    assert [a.figures is b.figures for a, b in zip(first.programs, second.programs, strict=True)] == [False, True]


def test_what_is_kept_is_bounded():
    process = Process()
    for year in range(2000, 2015):
        process.read(make_year(year), OFFICIAL)
    assert len(process.shelf) == kept._shelf.most == 8


def test_a_programme_has_one_stamp_however_often_it_changes(town):
    for number in range(20):
        correct(number)
    assert ResultStamp.objects.filter(program_id=town.program.pk).count() == 1


def test_a_trigger_that_is_off_stops_the_check():
    call_command("check", databases=["default"], stdout=StringIO())
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE programs_action DISABLE TRIGGER result_stamp_action_update")
    with pytest.raises(SystemCheckError, match="result_stamp_action_update"):
        call_command("check", databases=["default"])


def written() -> tuple[Any, Any]:
    """The migrations that make the stamps and what they look up."""
    names = ("0027_result_stamps", "0032_result_stamps_looked_up_once")
    made, later = (import_module(f"indicators.migrations.{name}") for name in names)
    return made, later


def test_the_database_writes_what_the_code_declares():
    assert stamps.differing(connection) == []
    made, later = written()
    changed = {sql.split("RETURNS")[0]: f"CREATE {sql}" for sql in later._FUNCTIONS}
    functions = {name: changed.pop(sql.split("RETURNS")[0][7:], sql) for name, sql in made._FUNCTIONS}
    assert functions == stamps.functions() and not changed
    assert tuple(map(tuple, stamps.triggers())) == made._TRIGGERS


def test_the_migrations_go_back_and_forth(town):
    made, later = written()
    editor = SimpleNamespace(connection=connection)
    processes = Processes()
    with as_owner():
        later.as_before(None, editor)
        assert stamps.differing(connection) == ["result_stamp", "result_stamp_plan"]
        made.drop(None, editor)
    assert len(stamps.differing(connection)) > 20
    correct(2)
    processes.agree()
    ResultStamp.objects.all().delete()
    with as_owner():
        made.install(None, editor)
        later.look_up_once(None, editor)
    assert stamps.differing(connection) == []
    processes.agree()
    WRITES["one row"](town)
    processes.agree()


def rows_looked_at() -> int:
    """By this transaction, in the tables of the stamps and of the programmes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables "
            "WHERE relname IN ('indicators_resultstamp', 'programs_program')"
        )
        return int(cursor.fetchone()[0])


def test_a_change_looks_at_each_programme_a_few_times_and_no_more(town):
    """Whatever plan the connection made of it while there were few."""
    many = 60
    for number in range(10, 10 + many):
        make_program(town.year, f"PRE-{number}")
    before = rows_looked_at()
    correct(1, indicator=town.indicators[0])
    Axis.objects.create(plan=town.year.plan, name="Otro")
    assert rows_looked_at() - before < 10 * many


@pytest.mark.django_db(transaction=True)
def test_two_people_of_one_programme_do_not_wait_and_each_one_shows_when_it_is_committed(town):
    """The first is still writing when the second one commits."""
    processes, rows = Processes(), [row.pk for row in Measurement.objects.filter(indicator=town.indicators[0])]
    written, may_commit = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            correct(1, pk=rows[0])
            written.set()
            may_commit.wait(20)
        connections.close_all()

    slow = threading.Thread(target=slowly)
    slow.start()
    assert written.wait(20)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 500")
        correct(2, pk=rows[1])
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
                # In one order, as the services lock them: two writers never wait for each other.
                list(rows.select_for_update().order_by("pk").values_list("pk"))
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
