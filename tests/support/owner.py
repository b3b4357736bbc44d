"""The two roles of PostgreSQL in the tests: tables are the owner's, and whatever a test does, the application does.

Sessions are of the server's user, who may become either: ``as_owner`` is for what the application may not do, inside
the same transaction. A connection that really signs in as the application is ``application_login``.
"""

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg2
from django.db import connections
from django.db.utils import load_backend

from core.database_rules import Rule, drop_rules, install_rules, lift_rules, restore_rules

OWNER, APPLICATION = "pmd_test_owner", "pmd_test_application"
PASSWORD = "only-for-the-tests"


def make_roles(url: str) -> None:
    """On that server, once for all of its databases."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        for role, more in ((OWNER, "CREATEDB"), (APPLICATION, "NOCREATEDB")):
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if not cursor.fetchone():
                cursor.execute(f"CREATE ROLE {role}")
            cursor.execute(f"ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE {more} PASSWORD '{PASSWORD}'")
            cursor.execute(f"GRANT {role} TO CURRENT_USER")


def signed_in_as(url: str, role: str) -> str:
    """The same database, whose session is really that role's."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "options"]
    netloc = f"{role}:{quote(PASSWORD)}@{place}"
    return urlunsplit(parts._replace(netloc=netloc, query=urlencode(query)))


def of_the_server(url: str) -> str:
    """The same database of a private server, as its superuser."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"postgres@{parts.netloc.rpartition('@')[2]}"))


def working_as(url: str, role: str) -> str:
    """The same address, whose sessions begin as that role and may become another one."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), ("options", _options(role))], safe="/")))


def _options(role: str) -> str:
    return f"-c role={role}"


def become(connection: Any, role: str) -> None:
    """From its next session on."""
    if connection.vendor == "postgresql":
        connection.close()
        connection.settings_dict["OPTIONS"]["options"] = _options(role)


def own_schema(connection: Any) -> None:
    """Before PostgreSQL 15 the schema is the superuser's, and everybody may make tables in it."""
    if connection.pg_version < 150000:
        _set_role(connection, "NONE")
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
        _set_role(connection, OWNER)


@contextlib.contextmanager
def as_owner(alias: str = "default") -> Iterator[None]:
    """Within, this connection may do what the owner may; on SQLite whoever works may do everything."""
    connection = connections[alias]
    if connection.vendor != "postgresql":
        yield
        return
    _set_role(connection, OWNER)
    try:
        yield
    except BaseException:
        # A transaction that failed takes it back itself, which is the only thing that it still does.
        if not connection.in_atomic_block:
            _set_role(connection, APPLICATION)
        raise
    _set_role(connection, APPLICATION)


def _set_role(connection: Any, role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")


def settings_of_owner(config: dict[str, Any]) -> dict[str, Any]:
    """The same settings of a database, for sessions of the owner."""
    if not config["ENGINE"].endswith("postgresql"):
        return dict(config)
    return {**config, "OPTIONS": {**config["OPTIONS"], "options": _options(OWNER)}}


def of_server(statement: str) -> None:
    """As the owner, outside of the tests' database; SQLite has no server."""
    connection = connections["default"]
    if connection.vendor == "postgresql":
        config = settings_of_owner(connection.settings_dict)
        with load_backend(config["ENGINE"]).DatabaseWrapper(config)._nodb_cursor() as cursor:
            cursor.execute(statement)


@contextlib.contextmanager
def application_login(alias: str = "default") -> Iterator[Any]:
    """A session that is the application's from its beginning, as in production."""
    given = connections[alias].get_connection_params()
    given = {name: given[name] for name in ("dbname", "host", "port") if given.get(name)}
    session = psycopg2.connect(**given, user=APPLICATION, password=PASSWORD)
    session.autocommit = True
    with contextlib.closing(session):
        yield session


@contextlib.contextmanager
def past_rules() -> Iterator[None]:
    """As the owner, with every rule but the trail's out of the way."""
    connection = connections["default"]
    with as_owner():
        lift_rules(connection)
        yield
        restore_rules(connection)


@contextlib.contextmanager
def past(rules: Iterable[Rule]) -> Iterator[None]:
    """As the owner, without these rules."""
    connection, gone = connections["default"], tuple(rules)
    with as_owner():
        drop_rules(connection, gone)
        yield
        install_rules(connection, gone)
