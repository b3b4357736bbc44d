"""The owner of the database: who migrates and says what the application's role may do, and nobody else.

On PostgreSQL the two are apart where ``PMD_DATABASE_OWNER_URL`` names the owner: whatever serves pages then has no
right to change a table, a trigger or what is only appended to. SQLite knows no roles.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.utils import load_backend

from core import manual

NOT_ALLOWED = "42501"  # PostgreSQL's own number: it does not change with its language


@contextmanager
def connected_as_owner(alias: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Within, this thread's connection is one of the owner's, if the settings name one."""
    owner = settings.PMD_DATABASE_OWNER
    if owner is None or alias != DEFAULT_DB_ALIAS:
        yield
        return
    ours = connections[alias]
    # The application's settings name the database, which tests and commands may have changed.
    config = {**ours.settings_dict, **owner, "NAME": ours.settings_dict["NAME"]}
    ours.close()
    theirs = load_backend(config["ENGINE"]).DatabaseWrapper(config, alias)
    connections[alias] = theirs
    try:
        yield
    finally:
        theirs.close()
        connections[alias] = ours


@contextmanager
def told_who_may() -> Iterator[None]:
    """What the database refuses to a role becomes a sentence that says which one to use."""
    try:
        yield
    except DatabaseError as error:
        cause: BaseException | None = error
        while cause is not None and getattr(cause, "pgcode", None) != NOT_ALLOWED:
            cause = cause.__cause__ or cause.__context__
        if cause is None:
            raise
        raise CommandError(
            f"La base de datos no se lo permite a este rol ({str(cause).splitlines()[0]}). Ponga en "
            "PMD_DATABASE_OWNER_URL la dirección con el dueño de la base, solo para este comando "
            f"({manual.TWO_ROLES})."
        ) from error
