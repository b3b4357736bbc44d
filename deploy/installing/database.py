"""PostgreSQL of this machine: the server, both roles and the owner's database."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deploy.installing.base import (
    Installation,
    Refused,
    Steps,
    has_systemd,
    read_settings,
    run,
    works,
)

# What the server's log would otherwise have of a statement.
_UNLOGGED = ("log_statement = 'none'", "log_min_duration_statement = -1", "log_min_error_statement = 'panic'")


@dataclass(frozen=True)
class Address:
    """Of a role: what psql needs to sign in with it; the password goes by the environment."""

    url: str

    def parts(self) -> dict[str, str]:
        parts = urlsplit(self.url)
        socket = re.search(r"(?:^|&)host=([^&]+)", parts.query)
        return {
            "PGUSER": unquote(parts.username or ""),
            "PGPASSWORD": unquote(parts.password or ""),
            "PGHOST": unquote(socket[1]) if socket else (parts.hostname or "localhost"),
            "PGPORT": str(parts.port or 5432),
            "PGDATABASE": unquote(parts.path.lstrip("/")),
        }

    @property
    def role(self) -> str:
        return self.parts()["PGUSER"]


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def asked(here: Installation, sql: str, database: str = "postgres") -> str:
    """What a superuser reads. By the standard input: a password is on no command line, and in no log of the server."""
    quietly = "".join(f"SET {name};\n" for name in _UNLOGGED)
    flags = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database)
    try:
        return run(*here.admin, *flags, says=quietly + sql, cwd=Path("/")).strip()
    except Refused as error:
        # psql repeats the line that failed, and with it what stands in it.
        raise Refused(re.sub(r"PASSWORD\s+'[^']*'", "PASSWORD …", str(error))) from None


def database_server(here: Installation) -> Steps:
    if here.is_database_here() and not answers(here):
        yield "arrancar PostgreSQL", lambda: run("service", "postgresql", "start")


def answers(here: Installation) -> bool:
    return works(*here.admin, "-X", "-d", "postgres", "-c", "SELECT 1", cwd=Path("/"))


def addresses(here: Installation) -> tuple[Address, Address] | None:
    """The application's and the owner's; None where there is no PostgreSQL of this machine to be made."""
    ours = here.settings().get("DATABASE_URL", "")
    theirs = read_settings(here.owner_file).get("PMD_DATABASE_OWNER_URL", "") if here.owner_file.exists() else ""
    return (Address(ours), Address(theirs)) if ours and theirs and here.is_database_here() else None


def database(here: Installation) -> Steps:
    """Both roles with the passwords of the files, and the owner's database. Without files nothing is asked."""
    both = addresses(here)
    if both is None or not answers(here):
        if not here.settings():
            yield "hacer la base de datos y sus dos roles", lambda: None
        return
    ours, theirs = both
    name = ours.parts()["PGDATABASE"]
    for one in (ours, theirs):
        if not asked(here, f"SELECT 1 FROM pg_roles WHERE rolname = {literal(one.role)}"):
            yield f"crear el rol {one.role}", lambda one=one: asked(here, _with_password("CREATE", one))
        elif not signs_in(one):
            yield f"dar a {one.role} la clave de su archivo", lambda one=one: asked(here, _with_password("ALTER", one))
    there = f"FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE datname = {literal(name)}"
    owner = asked(here, f"SELECT rolname {there}")
    if not owner:
        sql = f"CREATE DATABASE {quoted(name)} OWNER {quoted(theirs.role)} ENCODING 'UTF8' TEMPLATE template0"
        yield f"crear la base {name}", lambda: asked(here, sql)
    elif owner == ours.role:
        sentence = f"respaldar {name} y separar a su dueño, {theirs.role}, del rol {ours.role}"
        yield sentence, lambda: part(here, ours, theirs)
    # The schema of a database that PostgreSQL 14 or older made belongs to the superuser.
    schema = "SELECT rolname FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE nspname = 'public'"
    if owner and asked(here, schema, name) not in ("pg_database_owner", theirs.role):
        sql_of_schema = f"ALTER SCHEMA public OWNER TO {quoted(theirs.role)}"
        yield "dar el esquema a su dueño", lambda: asked(here, sql_of_schema, name)


def lacks_permissions(here: Installation) -> bool:
    """Whether the application's role was given nothing: all of it or nothing is given at once, by ``migrate``."""
    both = addresses(here)
    if both is None:
        return False
    role, name = both[0].role, both[0].parts()["PGDATABASE"]
    may = f"SELECT has_table_privilege({literal(role)}, 'django_migrations', 'SELECT')"
    return asked(here, may, name) != "t"


def part(here: Installation, ours: Address, theirs: Address) -> None:
    """An installation of one role: with the product stopped, after a copy, everything goes to the owner."""
    if has_systemd():
        for unit in ("pmd.socket", "pmd-papers.socket", "pmd.service", "pmd-papers.service", "pmd-worker.service"):
            works("systemctl", "stop", unit)
    copy = here.at(here.settings().get("PMD_BACKUP_ROOT", "/var/backups/pmd")) / "antes-de-separar.dump"
    dump = ("pg_dump", "--format=custom", "--file", str(copy))
    copy.unlink(missing_ok=True)
    here.write(copy, "", mode=0o600)
    run(*dump, sees=ours.parts())
    name = ours.parts()["PGDATABASE"]
    asked(here, f"REASSIGN OWNED BY {quoted(ours.role)} TO {quoted(theirs.role)}", name)


def _with_password(verb: str, one: Address) -> str:
    return f"{verb} ROLE {quoted(one.role)} LOGIN PASSWORD {literal(one.parts()['PGPASSWORD'])}"


def signs_in(one: Address) -> bool:
    """With any database: its own may not be there yet."""
    return works("psql", "-X", "-w", "-c", "SELECT 1", sees={**one.parts(), "PGDATABASE": "postgres"}, cwd=Path("/"))
