"""A prepared query says what the query says, whatever happens to its connection; on a real PostgreSQL."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, InternalError, OperationalError, connection, connections, transaction
from django.db.models import Func, Model, TextField, Value
from django.db.transaction import TransactionManagementError
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from accounts.models import Membership, Role, User
from core import prepared
from core.compiled import Compiled, keys
from core.prepared import Prepared
from pmd import waits
from programs.models import Plan
from tests.factories import signed_in
from tests.hostile.place import NOBODY, ROLES, make_place
from tests.support.declared import every_example
from tests.support.owner import as_owner

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL prepares"),
    pytest.mark.django_db,
]


def in_earnest(tests: type) -> type:
    """With transactions that end, on a connection that has prepared nothing yet."""
    return pytest.mark.django_db(transaction=True)(pytest.mark.usefixtures("new_connection")(tests))


Asked = Callable[..., list[Any]]


@pytest.fixture(autouse=True)
def _on(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PMD_PREPARED = True
    monkeypatch.setattr(prepared, "_lost", threading.Event())


@pytest.fixture
def new_connection(transactional_db: None) -> Iterator[None]:
    connection.close()
    yield
    connection.close()


@pytest.fixture
def other() -> Iterator[Any]:
    """Somebody else's connection to the same database."""
    other = connection.copy()
    yield other
    other.close()


def plans() -> Compiled[Plan]:
    Plan.objects.create(name="PMD 2014–2016", start_year=2014, end_year=2016)
    return Compiled(lambda since: Plan.objects.filter(start_year__gte=since).order_by("pk"))


def run(sql: str, by: Any = connection) -> list[Any]:
    with by.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


def asked(query: Asked, **values: Any) -> str:
    """Its rows are right; how it was asked for: the first word, of one query."""
    values = values or {"since": 2014}
    with CaptureQueriesContext(connection) as queries:
        assert [plan.name for plan in query(**values)] == ["PMD 2014–2016"]
    (only,) = queries.captured_queries
    return str(only["sql"].split()[0])


@in_earnest
class TestOneConnection:
    def test_prepares_what_it_asks_for_a_second_time(self) -> None:
        query = plans()
        assert [asked(query) for _ in range(8)] == ["SELECT", *["EXECUTE"] * 7]
        ((name, planned_once, planned),) = run("SELECT name, generic_plans, custom_plans FROM pg_prepared_statements")
        assert name.endswith("programs_plan") and planned == 5 and planned_once == 2

    def test_asks_with_its_values_every_time(self) -> None:
        query = plans()
        assert [len(query(since=year)) for year in (2014, 2015, 2014, 2015, 2013)] == [1, 0, 1, 0, 1]
        Plan.objects.update(name="Otro")
        assert [plan.name for plan in query(since=2014)] == ["Otro"]

    def test_sends_no_more_queries_than_it_is_seen_to(self) -> None:
        """Counts in tests do not depend on what the connection did before: the preparing is nobody's query."""
        query = plans()
        for _ in range(3):
            with CaptureQueriesContext(connection) as queries:
                query(since=2014)
            assert len(queries) == 1

    def test_can_be_told_not_to(self, settings: Any) -> None:
        settings.PMD_PREPARED = False
        query = plans()
        assert [asked(query) for _ in range(3)] == ["SELECT"] * 3

    def test_keeps_what_it_prepared_in_a_transaction_that_was_rolled_back(self) -> None:
        query = plans()
        with transaction.atomic():
            with transaction.atomic():
                assert [asked(query), asked(query)] == ["SELECT", "EXECUTE"]
                transaction.set_rollback(True)
            assert asked(query) == "EXECUTE"
            transaction.set_rollback(True)
        assert asked(query) == "EXECUTE"

    def test_prepares_anew_when_it_is_another(self) -> None:
        query = plans()
        assert [asked(query), asked(query)] == ["SELECT", "EXECUTE"]
        connection.close()
        assert [asked(query), asked(query)] == ["SELECT", "EXECUTE"]

    def test_is_another_after_the_server_ended_it_between_requests(self, other: Any) -> None:
        query = plans()
        assert [asked(query), asked(query)] == ["SELECT", "EXECUTE"]
        end(other)
        connection.close_if_unusable_or_obsolete()  # as each request begins; the next query looks whether it lives
        assert [asked(query), asked(query)] == ["SELECT", "EXECUTE"]

    @pytest.mark.parametrize("times", [1, 2], ids=["before it prepares", "when it has prepared"])
    def test_that_is_ended_in_a_request_fails_as_every_query(self, other: Any, times: int) -> None:
        query = plans()
        for _ in range(times):
            asked(query)
        end(other)
        with pytest.raises(OperationalError) as failure:
            query(since=2014)
        assert waits.waited_for(failure.value) is waits.OF_THE_DATABASE
        connection.close_if_unusable_or_obsolete()
        assert [asked(query), asked(query)] == ["SELECT", "EXECUTE"]

    def test_that_cannot_be_made_fails_as_every_query(self, monkeypatch: pytest.MonkeyPatch) -> None:
        query = plans()
        connection.close()
        with monkeypatch.context() as away:
            away.setitem(connection.settings_dict, "HOST", "/nowhere")
            with pytest.raises(OperationalError) as failure:
                query(since=2014)
            connection.close()
        assert waits.waited_for(failure.value) is waits.OF_THE_DATABASE
        assert [asked(query), asked(query)] == ["SELECT", "EXECUTE"]

    @pytest.mark.parametrize("times", [1, 2], ids=["before it prepares", "when it has prepared"])
    def test_in_a_broken_transaction_fails_as_every_query(self, times: int) -> None:
        query = plans()
        for _ in range(times):
            asked(query)
        with transaction.atomic():
            transaction.set_rollback(True)
            with pytest.raises(TransactionManagementError):
                query(since=2014)
        with pytest.raises(InternalError, match="aborted"), transaction.atomic():
            with pytest.raises(DatabaseError):
                run("SELECT 1 / 0")
            query(since=2014)
        assert [asked(query), asked(query)] == ["EXECUTE", "EXECUTE"]


@in_earnest
class TestAStatement:
    def test_that_was_discarded_is_asked_for_in_full_from_then_on(self, caplog: pytest.LogCaptureFixture) -> None:
        """As by a pooler that gives another connection of the server."""
        query = plans()
        assert [asked(query), asked(query)] == ["SELECT", "EXECUTE"]
        run("DISCARD ALL")
        with caplog.at_level(logging.WARNING):
            assert [plan.name for plan in query(since=2014)] == ["PMD 2014–2016"]
        assert "PMD_PREPARED=off" in caplog.text
        assert [asked(query), asked(query)] == ["SELECT", "SELECT"]

    def test_that_is_there_already_is_asked_for_in_full_from_then_on(self) -> None:
        query = plans()
        assert [asked(query), asked(query)] == ["SELECT", "EXECUTE"]
        prepared._statements.clear()
        assert asked(query) == "SELECT"
        assert [plan.name for plan in query(since=2014)] == ["PMD 2014–2016"]
        assert [asked(query), asked(query)] == ["SELECT", "SELECT"]

    def test_that_is_lost_within_a_transaction_ends_that_one_alone(self) -> None:
        query = plans()
        assert [asked(query), asked(query)] == ["SELECT", "EXECUTE"]
        run("DEALLOCATE ALL")
        with pytest.raises(DatabaseError, match="does not exist"), transaction.atomic():
            query(since=2014)
        assert [asked(query), asked(query)] == ["SELECT", "SELECT"]

    def test_is_prepared_anew_when_a_column_has_another_type(self, another_type: Callable[[], Any]) -> None:
        query = plans()
        assert [asked(query), asked(query)] == ["SELECT", "EXECUTE"]
        another_type()
        assert [plan.name for plan in query(since=2014)] == ["PMD 2014–2016"]
        assert [asked(query), asked(query)] == ["EXECUTE", "EXECUTE"]

    def test_of_another_type_within_a_transaction_ends_that_one_alone(self, another_type: Callable[[], Any]) -> None:
        query = plans()
        assert [asked(query), asked(query)] == ["SELECT", "EXECUTE"]
        another_type()
        with pytest.raises(DatabaseError, match="must not change result type"), transaction.atomic():
            query(since=2014)
        assert [asked(query), asked(query)] == ["EXECUTE", "EXECUTE"]

    def test_says_the_same_when_a_column_was_added(self) -> None:
        query = plans()
        assert [asked(query), asked(query)] == ["SELECT", "EXECUTE"]
        alter("ADD COLUMN added integer DEFAULT 7")
        try:
            assert asked(query) == "EXECUTE"
        finally:
            alter("DROP COLUMN added")
        assert asked(query) == "EXECUTE"

    def test_that_takes_too_long_is_cut_and_told(self) -> None:
        Plan.objects.create(name="PMD 2014–2016", start_year=2014, end_year=2016)
        slow: Compiled[Plan] = Compiled(
            lambda since: Plan.objects.filter(start_year__gte=since).annotate(
                slept=Func(Value(0.4), function="pg_sleep", output_field=TextField())
            )
        )
        for _ in range(2):
            assert len(slow(since=2014)) == 1
        run("SET statement_timeout = '100ms'")
        with pytest.raises(OperationalError) as failure:
            slow(since=2014)
        assert waits.waited_for(failure.value) is waits.OF_A_STATEMENT
        run("SET statement_timeout = 0")
        assert len(slow(since=2014)) == 1

    @pytest.mark.parametrize("times", [1, 2], ids=["before it is prepared", "when it is prepared"])
    def test_that_waits_for_a_lock_is_cut_and_told(self, other: Any, times: int) -> None:
        query = plans()
        for _ in range(times):
            asked(query)
        run("BEGIN; LOCK TABLE programs_plan IN ACCESS EXCLUSIVE MODE", other)
        run("SET lock_timeout = '100ms'")
        with pytest.raises(OperationalError) as failure:
            query(since=2014)
        assert waits.waited_for(failure.value) is waits.OF_A_LOCK
        run("ROLLBACK", other)
        assert [asked(query), asked(query)] == ["EXECUTE", "EXECUTE"]

    def test_is_each_connections_own(self) -> None:
        query = plans()
        found: list[Any] = []

        def somebody() -> None:
            try:
                names = [[plan.name for plan in query(since=2014)] for _ in range(20)]
                found.append((names, len(run("SELECT name FROM pg_prepared_statements"))))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=somebody) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert found == [([["PMD 2014–2016"]] * 20, 1)] * 4


def alter(how: str) -> None:
    with as_owner():
        run(f"ALTER TABLE programs_plan {how}")


def end(other: Any) -> None:
    """As whoever runs the server does."""
    run("SET ROLE NONE", other)
    run(f"SELECT pg_terminate_backend({connection.connection.get_backend_pid()}, 5000)", other)


@pytest.fixture
def another_type(transactional_db: None) -> Iterator[Callable[[], Any]]:
    """As a migration does while a page's connection lives."""
    ((length,),) = run(
        "SELECT character_maximum_length FROM information_schema.columns WHERE table_name = 'programs_plan' "
        "AND column_name = 'name'"
    )
    yield lambda: alter("ALTER COLUMN name TYPE text")
    alter(f"ALTER COLUMN name TYPE varchar({length})")


@pytest.mark.parametrize("name", ["50 % más", "%s", "$1", "O'Brien", 'a "b"', "\\d", "ñandú {1,2}"])
def test_what_is_fixed_in_a_query_and_what_is_given_are_read_as_they_are(name: str) -> None:
    made = Plan.objects.create(name=name, start_year=2014, end_year=2016)
    Plan.objects.create(name="otro", start_year=2014, end_year=2016)
    fixed: Compiled[Plan] = Compiled(lambda since: Plan.objects.filter(name__contains=name, start_year__gte=since))
    given: Compiled[Plan] = Compiled(lambda called, since: Plan.objects.filter(name=called, start_year__gte=since))
    for _ in range(3):
        assert fixed(since=2014) == [made]
        assert given(called=name, since=2014) == [made]
        assert given(called=name, since=2015) == given(called=name * 2, since=2014) == []


def test_dates_keys_and_lists_of_keys_find_the_rows_that_they_find_unprepared() -> None:
    users = [User.objects.create_user(name) for name in ("ana", "eva", "ian")]
    for month, user in enumerate(users, start=1):
        Membership.objects.create(user=user, role=Role.READER, starts_on=date(2016, month, 1))

    def build(on: date, role: str, users: str) -> Any:
        return Membership.objects.filter(starts_on__lte=on, role=role, user_id__among=users).order_by("pk")

    query: Compiled[Membership] = Compiled(build)
    for _ in range(8):  # planned for the values, then for any
        for day in (date(2015, 12, 31), date(2016, 2, 1), date(2016, 2, 29)):
            for some in ([], users[1:], users):
                listed = keys(user.pk for user in some)
                for role in (Role.READER.value, Role.PLANNING.value):
                    assert query(on=day, role=role, users=listed) == list(build(day, role, listed))


def test_a_value_that_the_query_does_not_need_is_no_parameter() -> None:
    made = Plan.objects.create(name="PMD 2014–2016", start_year=2014, end_year=2016)
    query: Compiled[Plan] = Compiled(lambda called, since: Plan.objects.filter(start_year__gte=since))
    assert [query(called="x", since=2014) for _ in range(3)] == [[made]] * 3


def test_every_query_of_every_page_says_the_same_prepared(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PMD_DEMO = True
    place = make_place()
    ask, compared, faults = Prepared.ask, set(), []

    def every_way(self: Prepared, values: Any, by: Any, fetch: Any) -> Any:
        with override_settings(PMD_PREPARED=False):  # which ends; what the fixture sets piles up until the test does
            plain = ask(self, values, by, fetch)
        for plan in ("auto", "force_custom_plan", "force_generic_plan"):
            run(f"SET LOCAL plan_cache_mode = {plan}")
            if contents(ask(self, values, by, fetch)) != contents(plain):
                faults.append((plan, self._sql))
        compared.add(self)
        return plain

    monkeypatch.setattr(Prepared, "ask", every_way)
    people = {name: signed_in(User.objects.get(username=name)) for name in ROLES if name != NOBODY}
    clients = {NOBODY: Client(), **people}
    for opened in every_example(place):
        assert clients[opened.username].get(opened.path).status_code == 200, opened.path
    assert not faults
    assert len(compared) > 20


def contents(rows: list[Any]) -> list[str]:
    """The rows, each column as its type writes it; their order is said by the SQL, where it is said at all."""
    return sorted(
        repr(sorted((name, repr(value)) for name, value in vars(row).items() if name != "_state"))
        if isinstance(row, Model)
        else repr(row)
        for row in rows
    )
