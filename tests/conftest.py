"""Fixtures that every room's tests share."""

import os
import re
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections, transaction
from django.test import Client, TransactionTestCase
from hypothesis import HealthCheck, settings
from pytest_django.plugin import blocking_manager_key

from core import grants
from tests.support import migrated, shared
from tests.support.chromium import CHROMIUM_FLAGS, find_shell
from tests.support.emptying import empty
from tests.support.owner import APPLICATION, OWNER, become, own_schema

FIRST_KEY = 7_310_000
PRINTED_KEY = re.compile(rb"(?<![\d,])7,31\d,\d{3}(?![\d,])")
KEY_BEGINNING = b"7,31"
NO_BREAK = "\N{NO-BREAK SPACE}".encode()
UNIT = re.compile(NO_BREAK + rb"(?=(?:%|h\b|[kMG]B\b))")
TIMEOUT = 6_000  # milliseconds
NAVIGATION_TIMEOUT = 20_000  # how soon a busy machine loads a page is not what these tests judge
# How quickly examples are made and tried is the machine's affair, not the product's.
settings.register_profile("pmd", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("pmd")
BROWSER_FIXTURES = {"browser_type", "browser", "context", "page", "new_context"}
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser and what touches a database: pytest-django refuses one to whatever is not marked."""
    for item in items:
        if taken := BROWSER_FIXTURES & set(getattr(getattr(item, "callspec", None), "params", ())):
            raise pytest.UsageError(f"{item.nodeid}: a parameter named {taken} starts a browser for nothing")
        asked = set(getattr(item, "fixturenames", ()))
        if BROWSER_FIXTURES & asked:
            item.add_marker("browser")
        if DATABASE_FIXTURES & asked or item.get_closest_marker("django_db"):
            item.add_marker("database")
    shared.keep_together(items)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """The owner makes and migrates the database; what the tests do in it, the application's role does."""
    connection = connections["default"]
    become(connection, OWNER)
    held = migrated.begin_with(connection)
    request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock():
        _let_keys_begin_high(connection)
        if connection.vendor == "postgresql":
            own_schema(connection)
            grants.apply(connection, APPLICATION)
        become(connection, APPLICATION)
    yield
    with django_db_blocker.unblock():
        become(connection, OWNER)  # who takes it away
    if held:
        held.close()


def _let_keys_begin_high(connection: Any) -> None:
    """Keys begin above seven million: a page that prints one as an amount is caught by ``_no_key_is_an_amount``."""
    with connection.cursor() as cursor:
        for sequence in connection.introspection.sequence_list():
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                    [sequence["table"], sequence["column"], FIRST_KEY],
                )
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [sequence["table"]])
                cursor.execute(
                    "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [sequence["table"], FIRST_KEY]
                )


@pytest.fixture
def _django_db_helper(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> None:
    """Below the transaction that pytest-django begins here stands what the test shares (tests/support/shared.py)."""
    with django_db_blocker.unblock():
        shared.stand_below(request.node)
    request.getfixturevalue("_django_db_helper")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    done = yield
    with item.config.stash[blocking_manager_key].unblock():
        shared.make_room(nextitem)
    return done


@pytest.fixture(scope="session", autouse=True)
def _no_key_is_an_amount() -> Iterator[None]:
    """Templates write 7310001 as 7,310,001, which no form field or address reads back: no page may do so to a key."""
    send = Client.request

    def request(self: Client, **kwargs: Any) -> Any:
        response = send(self, **kwargs)
        if not response.streaming and "html" in response.get("Content-Type", ""):
            # Looking for the plain beginning first is thirty times faster.
            found = KEY_BEGINNING in response.content and PRINTED_KEY.search(response.content)
            assert not found, "the page writes a key with thousands separators"
            # Read as people read it: the space that keeps «75.00 %» on one line is a space (test_units_browser.py).
            if NO_BREAK in response.content:
                response.content = UNIT.sub(b" ", response.content)
        return response

    Client.request = request  # type: ignore[method-assign]
    yield
    Client.request = send  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def _fast_passwords() -> None:
    """Hashing slowly is what protects passwords and what makes tests with people slow."""
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_trail_guard() -> Iterator[None]:
    """A test with real transactions empties the tables afterwards, which the guard of the trail refuses.

    Only that emptying gets past what refuses to delete: those rules stand again before the next test.
    """
    flush = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        for alias in self._databases_names(include_mirrors=False):
            empty(alias)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = flush


def _chromium() -> str:
    """The system's browser; without one the browser tests are skipped here, and fail in CI."""
    found = find_shell()
    if found is None:
        reason = "No hay Chromium en esta máquina (en Debian: apt install chromium)."
        (pytest.fail if os.environ.get("CI", "").lower() in ("true", "1") else pytest.skip)(reason)
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": _chromium(), "args": CHROMIUM_FLAGS}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], live_server: Any) -> dict[str, Any]:
    """Pages are opened by their path: ``page.goto("/entrar/")``."""
    return {
        **browser_context_args,
        "base_url": live_server.url,
        "locale": "es-MX",
        "timezone_id": "America/Monterrey",
        "viewport": {"width": 1366, "height": 768},
    }


@pytest.fixture
def page(page: Any) -> Any:
    """A page that waits 6 seconds for what it shows, and whose console and network show no violation of the policy."""
    page.set_default_timeout(TIMEOUT)
    page.set_default_navigation_timeout(NAVIGATION_TIMEOUT)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert not complaints


def _is_complaint(message: Any) -> bool:
    """Errors of the page; a refused form (4xx) is also printed there and is no fault."""
    return message.type == "error" and "Failed to load resource" not in message.text


@pytest.fixture(autouse=True)
def _mail_leaves_in_a_test_that_commits_nothing(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test's transaction is rolled back: a message leaves when the outermost transaction of the product itself ends.

    Not where that one is rolled back; tests with real transactions see messages leave as the product does.
    """
    if shared.has_real_transactions(request.node):
        yield
        return
    leave, written = transaction.Atomic.__exit__, set()

    def write(act: Any, robust: bool) -> None:
        written.add(act)
        transaction.on_commit(act, robust=robust)

    def leave_and_send(self: transaction.Atomic, *raised: Any) -> None:
        leave(self, *raised)
        connection = transaction.get_connection(self.using)
        if not written or not connection.in_atomic_block:
            return
        if len(connection.savepoint_ids) > shared.transactions_below():
            return
        due = [act for _, act, _ in connection.run_on_commit if act in written]
        connection.run_on_commit = [entry for entry in connection.run_on_commit if entry[1] not in written]
        written.clear()
        for act in due:
            act()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("accounts.mailing.on_commit", write)
        patch.setattr(transaction.Atomic, "__exit__", leave_and_send)
        yield
