"""PostgreSQL's own programs as a page calls them.

SQL is run, and taken back, where the tests have a server; options are held against the program's help.
"""

import re
import tarfile
from contextlib import closing
from pathlib import Path

import psycopg2
import psycopg2.errors
from django.db import connection, connections

from tests.operation.machine import Call
from tests.operation.programs import Judged, unknown_options

# Those of the pages, made for the statement's own transaction.
_ROLES = ("pmd_owner", "pmd", "consola")
# What no transaction takes back, or what psql itself does.
_NOT_RUN = re.compile(
    r"ALTER SYSTEM SET (random_page_cost) = [\d.]+|ALTER DATABASE pmd RENAME TO pmd_antes|\\password pmd(_owner)?"
)


def judged(call: Call) -> Judged:
    """createuser, createdb, dropdb: their options, and what they are to make or drop."""
    unknown = unknown_options(call.program, call.words)
    named = call.words[-1] in ("pmd", "pmd_owner", "pmd_antes")
    return (0, "") if not unknown and named else (2, f"{call.program} {call.words}: {unknown}")


def base_backup(call: Call) -> Judged:
    """The two files that it makes."""
    if unknown := unknown_options(call.program, call.words):
        return 2, f"pg_basebackup has no {unknown}"
    folder = Path(call.words[call.words.index("-D") + 1])
    folder.mkdir(parents=True)
    for name in ("base.tar.gz", "pg_wal.tar.gz"):
        make_base(folder / name)
    return 0, ""


def make_base(path: Path) -> None:
    with tarfile.open(path, "w:gz") as packed:
        for folder in ("pg_wal",) if path.name.startswith("base") else ():
            member = tarfile.TarInfo(folder)
            member.type, member.mode = tarfile.DIRTYPE, 0o700
            packed.addfile(member)


def psql(call: Call) -> Judged:
    if call.account != "postgres" or "-c" not in call.words:
        return 2, f"psql {call.words} as {call.account}"
    sql = call.words[call.words.index("-c") + 1]
    if _NOT_RUN.fullmatch(sql):
        return 0, ""
    return _run(sql) if connection.vendor == "postgresql" else (0, "")


def _run(sql: str) -> Judged:
    given = connections["default"].get_connection_params()
    session = psycopg2.connect(
        **{name: given[name] for name in ("dbname", "host", "port") if given.get(name)}, user="postgres"
    )
    with closing(session), session.cursor() as cursor:
        try:
            for role in _ROLES:
                cursor.execute(f"CREATE ROLE {role}")
            cursor.execute(sql)
            rows = cursor.fetchall() if cursor.description else []
        except psycopg2.Error as error:
            return 2, str(error)
        finally:
            session.rollback()
    return 0, "\n".join(" | ".join(map(str, row)) for row in rows)
