"""pytest plugin (``-p``): chooses the database of the run before Django reads its settings.

``--database=sqlite`` (default) or ``--database=postgresql``: the server of TEST_DATABASE_URL if that is set, a
private one otherwise. It is started once, by the process that the person started; xdist's workers inherit its
address, and pytest-django gives each of them a database of its own, which the owner makes (``tests.support.owner``)
as a copy of a migrated one (``tests.support.migrated``).
The user of TEST_DATABASE_URL has to be allowed to make databases and roles.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Generator

import pytest

from tests.support import migrated
from tests.support.owner import APPLICATION, make_roles, working_as
from tests.support.postgres import private_server

POSTGRES_SCHEMES = ("postgres://", "postgresql://")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=("sqlite", "postgresql"), default="sqlite", help="database on which the tests run"
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    # A wrapper, because it has to come before pytest-django, which reads the settings in this same hook.
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ.update(_environment(early_config))
        sys.dont_write_bytecode = False
    return (yield)


def _environment(config: pytest.Config) -> dict[str, str]:
    environment = {
        "PMD_DATABASE_OWNER_URL": "",
        "PMD_FILES_ROOT": _folder(config, "pmd-files-"),
        "PMD_PUBLIC_ROOT": _folder(config, "pmd-public-"),
        # Settings of a developer's machine (no TLS, static files as they are); the tests still see DEBUG off.
        "DEBUG": "true",
        "SECRET_KEY": "only-for-the-tests-" + "0123456789" * 4,
        "PMD_DEMO": "false",
        "PMD_PROXY_COUNT": "0",
        "EMAIL_URL": "memorymail://",
        # Playwright runs an event loop in the thread in which the fixtures write to the database.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        # Each worker would compile all tests anew, for ten seconds, and each command that a test starts the product.
        "PYTHONDONTWRITEBYTECODE": "",
    }
    return environment | _database(config, environment)


def _folder(config: pytest.Config, prefix: str) -> str:
    """What tests attach and publish goes away with the run."""
    made = tempfile.mkdtemp(prefix=prefix)
    config.add_cleanup(lambda: shutil.rmtree(made, ignore_errors=True))
    return made


def _database(config: pytest.Config, environment: dict[str, str]) -> dict[str, str]:
    """Where the tests work, and what their databases are copies of."""
    if config.known_args_namespace.database == "sqlite":
        return {"DATABASE_URL": "sqlite:///:memory:", migrated.VARIABLE: migrated.sqlite(environment)}
    given = os.environ.get("TEST_DATABASE_URL", "")
    if given and not given.startswith(POSTGRES_SCHEMES):
        raise pytest.UsageError("TEST_DATABASE_URL must be the address of a PostgreSQL: postgresql://…")
    template = ""  # somebody else's server is left as it was found: each worker migrates a database of its own
    if not given:
        stack = contextlib.ExitStack()
        config.add_cleanup(stack.close)
        cluster = migrated.cluster(environment)
        given = stack.enter_context(private_server(cluster))
        template = migrated.TEMPLATE if cluster else ""
    make_roles(given)
    return {"DATABASE_URL": working_as(given, APPLICATION), migrated.VARIABLE: template}
