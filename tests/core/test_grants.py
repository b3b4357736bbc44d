"""What the application's role may not do on PostgreSQL, tried by a session that is really its own."""

from io import StringIO

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from core import grants
from core.installed_rules import declared_append_only, declared_rules
from core.models import TrailEntry
from core.owner import connected_as_owner
from indicators.database_rules import PAPER
from programs.models import Plan
from tests.factories import make_year
from tests.support.owner import APPLICATION, OWNER, PASSWORD, application_login, as_owner

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles"),
]
KEPT = {kept.table: kept for kept in declared_append_only()}
TRAIL = TrailEntry._meta.db_table
# Of whatever is only appended to; {rule} is a trigger of the table, {column} one that is never written again.
ON_KEPT = {
    "update": 'UPDATE "{table}" SET "{column}" = "{column}"',
    "delete": 'DELETE FROM "{table}"',
    "truncate": 'TRUNCATE "{table}"',
    "truncate cascade": 'TRUNCATE "{table}" CASCADE',
    "update in a query": 'WITH x AS (UPDATE "{table}" SET "{column}" = "{column}" RETURNING 1) SELECT * FROM x',
    "trigger off": 'ALTER TABLE "{table}" DISABLE TRIGGER "{rule}"',
    "triggers off": 'ALTER TABLE "{table}" DISABLE TRIGGER ALL',
    "trigger dropped": 'DROP TRIGGER "{rule}" ON "{table}"',
    "trigger renamed": 'ALTER TRIGGER "{rule}" ON "{table}" RENAME TO other',
    "trigger added": 'CREATE TRIGGER other BEFORE INSERT ON "{table}" EXECUTE FUNCTION "{rule}"()',
    "rewriting rule": 'CREATE RULE other AS ON INSERT TO "{table}" DO INSTEAD NOTHING',
    "function replaced": 'CREATE OR REPLACE FUNCTION "{rule}"() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN END$$',
    "function dropped": 'DROP FUNCTION "{rule}"() CASCADE',
    "function altered": 'ALTER FUNCTION "{rule}"() SET search_path = pg_temp',
    "table altered": 'ALTER TABLE "{table}" ADD COLUMN other integer',
    "table dropped": 'DROP TABLE "{table}" CASCADE',
    "table taken": 'ALTER TABLE "{table}" OWNER TO CURRENT_USER',
    "locked away": 'BEGIN; LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE',
}
ANYWHERE = {
    "triggers off for the session": "SET session_replication_role = replica",
    "the owner's role": f"SET ROLE {OWNER}",
    "the owner's session": f"SET SESSION AUTHORIZATION {OWNER}",
    "superuser": "ALTER ROLE CURRENT_USER SUPERUSER",
    "membership": f"GRANT {OWNER} TO CURRENT_USER",
    "table made": "CREATE TABLE other (id integer)",
    "function made": "CREATE FUNCTION other() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "schema made": "CREATE SCHEMA other",
    "migrations forgotten": "DELETE FROM django_migrations",
    "migrations written": "INSERT INTO django_migrations (app, name, applied) VALUES ('core', 'x', now())",
    "program of the server": "COPY core_trailentry TO PROGRAM 'cat'",
    "file of the server": "COPY core_trailentry FROM '/etc/passwd'",
    "captures emptied": "TRUNCATE indicators_measurement CASCADE",
    "captures unwatched": "ALTER TABLE indicators_measurement DISABLE TRIGGER USER",
    "year unguarded": "DROP TRIGGER locked_year_fiscalyear_kept ON programs_fiscalyear",
    "stamps unwatched": "DROP FUNCTION result_stamp_plan() CASCADE",
}


@pytest.fixture
def session():
    with application_login() as session:
        with session.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        yield session


def refused(session, statement: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), session.cursor() as cursor:
        cursor.execute(statement)
        pytest.fail(f"taken: {statement}")


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("statement", ON_KEPT.values(), ids=ON_KEPT)
def test_what_is_only_appended_to(session, statement, table):
    rule = next(rule.name for rule in declared_rules() if rule.table == table and "UPDATE" in rule.events)
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [table])
        columns = {name for (name,) in cursor.fetchall()}
    for column in columns - set(KEPT[table].once) if "{column}" in statement else ["id"]:
        refused(session, statement.format(table=table, rule=rule, column=column))


@pytest.mark.parametrize("statement", ANYWHERE.values(), ids=ANYWHERE)
def test_anywhere(session, statement):
    refused(session, statement)


def test_what_it_gives_itself_is_nothing(session):
    with session.cursor() as cursor:
        cursor.execute(f"GRANT UPDATE, DELETE ON {TRAIL} TO CURRENT_USER")  # PostgreSQL answers with a warning
    refused(session, f"DELETE FROM {TRAIL}")
    assert grants.faults(connection, APPLICATION) == []


def test_nor_does_the_tests_own_session_while_it_works_as_the_application():
    for statement in (f"DELETE FROM {TRAIL}", "SET session_replication_role = replica"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)


def test_a_temporary_table_does_not_hide_the_one_that_a_rule_asks():
    year = make_year(2016)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE programs_fiscalyear (LIKE public.programs_fiscalyear) ON COMMIT DROP")
    with pytest.raises(IntegrityError, match="dejaría fuera un ejercicio"), transaction.atomic():
        Plan.objects.filter(pk=year.plan_id).update(start_year=2001, end_year=2003)


def test_a_rule_that_a_temporary_table_could_mislead_is_told():
    with as_owner():
        connection.cursor().execute('ALTER FUNCTION "plan_covers_its_years"() RESET search_path')
        assert "puede engañar a las reglas plan_covers_its_years." in grants.faults(connection, APPLICATION)[0]
        grants.apply(connection, APPLICATION)
        assert grants.faults(connection, APPLICATION) == []


def test_a_paper_s_end_is_written(session):
    with session.cursor() as cursor:
        for column in PAPER.once:
            cursor.execute(f'UPDATE "{PAPER.table}" SET "{column}" = "{column}"')


def test_nothing_lacks_and_nothing_is_too_much():
    assert grants.why_not_apart(connection, APPLICATION) == ""
    assert grants.faults(connection, APPLICATION) == []
    models = {one.table for one in grants.allowed(connection)}
    assert {"django_migrations", "django_session", "indicators_receipt_measurements", TRAIL} <= models
    with as_owner():
        grants.apply(connection, APPLICATION)
    assert grants.faults(connection, APPLICATION) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (f"GRANT UPDATE ON {TRAIL} TO {APPLICATION}", f"UPDATE en {TRAIL}"),
        (f"GRANT UPDATE (reason) ON {TRAIL} TO {APPLICATION}", f"UPDATE (reason) en {TRAIL}"),
        (f"GRANT TRUNCATE ON {TRAIL} TO PUBLIC", f"TRUNCATE en {TRAIL}"),
        (f"GRANT UPDATE ON {PAPER.table} TO {APPLICATION}", f"UPDATE en {PAPER.table}"),
        ("GRANT DELETE ON django_migrations TO PUBLIC", "DELETE en django_migrations"),
        (f"REVOKE DELETE ON django_session FROM {APPLICATION}", "le falta permiso: DELETE en django_session"),
        (f"REVOKE UPDATE (void_at) ON {PAPER.table} FROM {APPLICATION}", f"UPDATE (void_at) en {PAPER.table}"),
        (f"GRANT CREATE ON SCHEMA public TO {APPLICATION}", "puede crear tablas y funciones"),
    ],
)
def test_what_was_granted_by_hand_is_told_and_taken_back(statement, told):
    with as_owner():
        connection.cursor().execute(statement)
        (sentence,) = grants.faults(connection, APPLICATION)
        assert (told in sentence and "grants --role" in sentence) or f'FROM PUBLIC, "{APPLICATION}".' in sentence
        out = StringIO()
        call_command("grants", role=APPLICATION, apply=True, stdout=out)
        assert "todas hechas" in out.getvalue()
    assert grants.faults(connection, APPLICATION) == []


def test_a_table_that_is_nobody_s_model_is_out_of_reach(session):
    with as_owner():
        connection.cursor().execute("CREATE TABLE later (id integer)")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("SELECT * FROM later")


def test_the_command_prints_what_it_would_do():
    out = StringIO()
    call_command("grants", role=APPLICATION, stdout=out)
    told = out.getvalue()
    assert f'GRANT SELECT, INSERT ON TABLE "public"."{TRAIL}" TO "{APPLICATION}";' in told
    assert f'GRANT UPDATE ("void_at", "replaced_by_id") ON TABLE "public"."{PAPER.table}"' in told
    assert all(line.endswith(";") for line in told.splitlines())


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("nadie", "No existe el rol «nadie»: créelo antes"),
        ('"; DROP TABLE core_trailentry; --', "No existe el rol"),
        (OWNER, f"el rol «{OWNER}» es el dueño de las tablas"),
    ],
)
def test_a_role_that_cannot_be_limited_is_refused(role, told):
    with pytest.raises(CommandError, match=told), as_owner():
        call_command("grants", role=role, apply=True)


def test_a_superuser_and_a_member_are_told_apart_from_a_role_of_its_own():
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        (user,) = cursor.fetchone()
        cursor.execute("SET LOCAL ROLE NONE")
        assert "superusuario" in grants.why_not_apart(connection, user) or "miembro" in grants.why_not_apart(
            connection, user
        )
        cursor.execute("CREATE ROLE pmd_test_member")
        cursor.execute(f"GRANT {OWNER} TO pmd_test_member")
        assert grants.why_not_apart(connection, "pmd_test_member").endswith(f"es miembro de «{OWNER}»")


@pytest.fixture
def owner(settings):
    """Both sessions as in production: the owner's and the application's, each signed in as such."""
    given = connection.settings_dict
    settings.PMD_DATABASE_OWNER = {
        "USER": OWNER, "PASSWORD": PASSWORD, "HOST": given["HOST"], "PORT": given["PORT"], "OPTIONS": {},
    }  # fmt: skip
    user, password = given["USER"], given["PASSWORD"]
    connection.close()
    given["USER"], given["PASSWORD"] = APPLICATION, PASSWORD
    yield
    connection.close()
    given["USER"], given["PASSWORD"] = user, password


@pytest.mark.django_db(transaction=True)
def test_migrate_works_as_the_owner_and_gives_the_application_what_it_needs(owner):
    ours = connection.settings_dict
    with connected_as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT session_user, current_user, current_database()")
        assert cursor.fetchone() == (OWNER, OWNER, ours["NAME"])
        cursor.execute(f"REVOKE ALL ON {TRAIL}, django_migrations FROM {APPLICATION}")
        cursor.execute(f"GRANT DELETE ON django_session TO {APPLICATION} WITH GRANT OPTION")
    assert connection.settings_dict is ours
    assert len(grants.faults(connection, APPLICATION)) == 1
    out = StringIO()
    call_command("migrate", stdout=out)
    assert f"Permisos de «{APPLICATION}»: al día." in out.getvalue()
    assert grants.faults(connection, APPLICATION) == [] and grants.role_of(connection) == APPLICATION


@pytest.mark.django_db(transaction=True)
def test_without_the_owner_a_migration_says_whom_it_needs():
    with pytest.raises(CommandError, match="PMD_DATABASE_OWNER_URL"):
        call_command("migrate", "core", "0002", verbosity=0)
    assert "core_filefault" in connection.introspection.table_names()
