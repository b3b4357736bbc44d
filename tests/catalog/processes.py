"""Other processes that work on the tests' database, to be killed half way."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

PATIENCE = 60  # seconds; a busy machine takes its time to start a process
_COUNT = """
import django
django.setup()
from django.apps import apps
from core.models import TrailEntry
from catalog.models import CatalogImport
models = [*apps.get_app_config("programs").get_models(), *apps.get_app_config("indicators").get_models()]
print(sum(model._base_manager.count() for model in models), TrailEntry.objects.count(), CatalogImport.objects.count())
"""


def child(code: str, *arguments: str, url: str, files: Path) -> "subprocess.Popen[str]":
    environment = {**os.environ, "DATABASE_URL": url, "PMD_FILES_ROOT": str(files),
                   "DJANGO_SETTINGS_MODULE": "pmd.settings"}  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env=environment, cwd=settings.BASE_DIR, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def address(folder: Path) -> str:
    """A database that another process can open: this test's own on PostgreSQL, a file on SQLite."""
    if connection.vendor == "postgresql":
        given = connection.settings_dict
        host, port = quote(given["HOST"] or "", safe=""), given["PORT"] or ""
        role = quote(given["OPTIONS"].get("options", ""))
        options = f"?host={host}" + (f"&port={port}" if port else "") + (f"&options={role}" if role else "")
        password = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
        return f"postgresql://{given['USER']}{password}@/{given['NAME']}{options}"
    copy = folder / "pmd.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(copy)) as target:
        connection.connection.backup(target)  # migrated already, and empty
    return f"sqlite:///{copy}"


def counted(url: str, folder: Path) -> str:
    out, err = child(_COUNT, url=url, files=folder).communicate(timeout=PATIENCE)
    assert out, err
    return out.strip()


def wait_until_released(url: str, folder: Path) -> None:
    """PostgreSQL notices that a client is gone when it next writes to it; until then its transaction is open."""
    if connection.vendor != "postgresql":
        return
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%%'"
    )
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(query)
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the killed client's transaction was never rolled back")
