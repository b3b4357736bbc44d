"""Stamps: what the database writes by itself whenever the rows behind results change, in the same transaction.

A programme has the stamps of those who last changed its actions, indicators, target adjustments or captures, and the
plan has one for its names and order. A stamp is a random number that is never written twice: while the stamps are those
under which a process read the rows, the rows are those too, whoever wrote them and by whichever door. What is rolled
back takes its stamps along, and what is not committed shows to nobody else.

Each change adds a stamp and takes away the former ones that nobody else is taking away (``SKIP LOCKED``): people of one
programme never wait for each other here. A set of stamps never comes again, as that of the last change is in it.
What is taken away is looked up first and once (``ARRAY``): as a join it may be looked up anew for every stamp there is,
by whatever plan a connection has kept since there were few.

On PostgreSQL only, where the rows of a year cost twenty times what its stamps cost; SQLite is read as it is.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from core import manual

TABLE = "indicators_resultstamp"
PREFIX = "result_stamp"

# How a row of each table leads to its programme.
_OF_INDICATOR = (
    "(SELECT a.program_id FROM indicators_indicator i\n"
    "JOIN programs_action a ON a.id = i.action_id WHERE i.id = c.indicator_id)"
)
FIGURES = {
    "programs_program": ("id", "c.id"),
    "programs_action": ("program_id", "c.program_id"),
    "indicators_indicator": ("action_id", "(SELECT a.program_id FROM programs_action a WHERE a.id = c.action_id)"),
    "indicators_targetadjustment": ("indicator_id", _OF_INDICATOR),
    "indicators_measurement": ("indicator_id", _OF_INDICATOR),
}
PLAN = ("programs_axis", "programs_department", "programs_objective", "programs_program", "programs_strategy")
# By event, the rows that it shows a trigger.
_EVENTS = {
    "INSERT": ("NEW TABLE AS changed",),
    "UPDATE": ("OLD TABLE AS former", "NEW TABLE AS changed"),
    "DELETE": ("OLD TABLE AS former",),
}


class Trigger(NamedTuple):
    name: str
    table: str
    sql: str


def functions() -> dict[str, str]:
    """By signature, how each is made."""
    made = {
        f"{PREFIX}(bigint[])": _function(
            f"{PREFIX}(programs bigint[]) RETURNS void",
            f"""DELETE FROM {TABLE} WHERE id = ANY (ARRAY(
                SELECT s.id FROM {TABLE} s WHERE s.program_id = ANY (programs) AND s.fiscal_year_id = ANY (ARRAY(
                SELECT p.fiscal_year_id FROM programs_program p WHERE p.id = ANY (programs)
                )) FOR UPDATE SKIP LOCKED
            ));
            INSERT INTO {TABLE} (id, fiscal_year_id, program_id)
            SELECT gen_random_uuid(), p.fiscal_year_id, p.id FROM programs_program p WHERE p.id = ANY (programs);""",
        ),
        f"{PREFIX}_plan()": _function(
            f"{PREFIX}_plan() RETURNS trigger",
            f"""DELETE FROM {TABLE} WHERE id = ANY (ARRAY(
                SELECT s.id FROM {TABLE} s WHERE s.fiscal_year_id = 0 AND s.program_id = 0 FOR UPDATE SKIP LOCKED
            ));
            INSERT INTO {TABLE} (id, fiscal_year_id, program_id) VALUES (gen_random_uuid(), 0, 0);
            RETURN NULL;""",
        ),
        f"{PREFIX}_all()": _function(
            f"{PREFIX}_all() RETURNS trigger",
            f"PERFORM {PREFIX}(ARRAY(SELECT p.id FROM programs_program p)); RETURN NULL;",
        ),
    }
    for table, (column, program) in FIGURES.items():
        of_row = f"ARRAY(SELECT {program}\nFROM (%s) AS c)"
        former, changed = (f"SELECT {column} FROM {rows}" for rows in ("former", "changed"))
        made[f"{PREFIX}_of_{_short(table)}()"] = _function(
            f"{PREFIX}_of_{_short(table)}() RETURNS trigger",
            f"""IF TG_OP = 'INSERT' THEN
                PERFORM {PREFIX}({of_row % f"{changed} GROUP BY 1"});
            ELSIF TG_OP = 'DELETE' THEN
                PERFORM {PREFIX}({of_row % f"{former} GROUP BY 1"});
            ELSE
                PERFORM {PREFIX}({of_row % f"{former} UNION {changed}"});
            END IF;
            RETURN NULL;""",
        )
    return made


def triggers() -> Iterator[Trigger]:
    for table in FIGURES:
        short = _short(table)
        for event, rows in _EVENTS.items():
            yield _trigger(f"{short}_{event.lower()}", table, event, f"of_{short}", f" REFERENCING {' '.join(rows)}")
        yield _trigger(f"{short}_truncate", table, "TRUNCATE", "all")
    for table in PLAN:
        yield _trigger(f"{_short(table)}_in_plan", table, "INSERT OR UPDATE OR DELETE OR TRUNCATE", "plan")


def _trigger(name: str, table: str, event: str, function: str, rows: str = "") -> Trigger:
    name = f"{PREFIX}_{name}"
    return Trigger(
        name,
        table,
        f'CREATE TRIGGER "{name}" AFTER {event} ON "{table}"{rows} '
        f"FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}_{function}()",
    )


def _function(head: str, body: str) -> str:
    lines = "\n".join(line.strip() for line in body.splitlines())
    return f"CREATE FUNCTION {head} LANGUAGE plpgsql AS $$\nBEGIN\n{lines}\nEND\n$$"


def _short(table: str) -> str:
    return table.split("_", 1)[1]


# One row: the triggers themselves, the plan's stamps and those of a year's programmes, each as one text. A trigger that
# was switched off and on again, or made anew, is another one: what was written meanwhile left no stamp.
_TABLES = ", ".join(f"'{table}'::regclass" for table in (*FIGURES, *PLAN))
STAMPS = f"""SELECT
    (SELECT string_agg(concat_ws(':', t.tgname, t.tgenabled, t.oid, t.xmin), ' ' ORDER BY t.tgname)
        FROM pg_trigger t WHERE t.tgrelid IN ({_TABLES}) AND starts_with(t.tgname::text, '{PREFIX}_')) AS triggers,
    (SELECT string_agg(s.id::text, ' ' ORDER BY s.id) FROM {TABLE} s WHERE s.fiscal_year_id = 0) AS plan,
    (SELECT string_agg(concat_ws(':', s.program_id, s.id), ' ' ORDER BY s.program_id, s.id)
        FROM {TABLE} s WHERE s.fiscal_year_id = %s) AS programs"""
_WANTED = sorted(trigger.name for trigger in triggers())


def are_watching(found: str | None) -> bool:
    """Whether every trigger is there and switched on; otherwise stamps say nothing."""
    read = [one.split(":")[:2] for one in found.split()] if found else []
    return read == [[name, "O"] for name in _WANTED]


def differing(connection: Any) -> list[str]:
    """The triggers and functions that a PostgreSQL database does not have as they are written here."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname, tgenabled, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        there = {(name, table) for name, enabled, table in cursor.fetchall() if enabled == "O"}
        cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE starts_with(proname::text, %s)", [PREFIX])
        bodies = {name: body.strip() for name, body in cursor.fetchall()}
    written = {signature.split("(")[0]: sql.split("$$")[1].strip() for signature, sql in functions().items()}
    return sorted(
        [one.name for one in triggers() if (one.name, one.table) not in there]
        + [name for name, body in written.items() if bodies.get(name) != body]
    )


@register(Tags.database)
def stamps_are_written(
    app_configs: Any = None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Asked by ``check --database default``; silent before the migration that brings the stamps."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if TABLE in connection.introspection.table_names() and (names := differing(connection)):
            found.append(
                Error(
                    f"Disparadores de la base de datos que no son los de esta versión: {', '.join(names)}.",
                    hint="Sin ellos una página podría mostrar cifras de antes: restaure el respaldo "
                    f"({manual.RESTORING}) y reinicie el servicio.",
                    id="indicators.E001",
                )
            )
    return found
