"""How many processes serve, from what the machine has, and that gunicorn does as its file says."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from pmd.web_processes import memory, processes
from tests.pmd.test_settings import PRODUCTION, ROOT, run, without_settings

GB = 2**30


@pytest.mark.parametrize(
    ("cores", "gigabytes", "expected"),
    [(1, 1, 2), (2, 4, 3), (2, 8, 4), (4, 8, 7), (4, 16, 8), (32, 128, 12)],
)
def test_two_for_each_core_in_a_third_of_the_memory(cores: int, gigabytes: int, expected: int) -> None:
    assert processes({}, cores=cores, memory=gigabytes * GB) == (expected, 4)


def test_who_runs_the_server_has_the_last_word() -> None:
    assert processes({"PROCESSES": "6", "THREADS": "2"}, cores=2, memory=GB) == (6, 2)
    assert memory() > 2**27


def test_gunicorn_takes_no_more_than_it_can_begin() -> None:
    """Otherwise whoever comes to a process whose threads wait would wait as well, beside others that are free."""
    asked = (
        "import sys; from gunicorn.app.wsgiapp import WSGIApplication as A; sys.argv = ['x', 'x', '--threads', '3'];"
        "a = A(); c = a.cfg; server = type('S', (), {'cfg': c}); c.on_starting(server);"
        "print(c.preload_app, c.threads, c.worker_connections, c.max_requests > 0 < c.max_requests_jitter,"
        "c.keepalive, c.workers)"
    )
    environment: dict[str, Any] = {"PATH": "/usr/bin:/bin", "PMD_ENV_FILE": "", "PROCESSES": "5", "DEBUG": "true"}
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "3", "3", "True", "0", "5"]


def test_a_new_process_reads_nothing_of_the_code_any_more() -> None:
    """An upgrade puts other code on the disk long before it has migrated; meanwhile processes recycle."""
    forked = (
        "import sys, threading; from pmd import web_processes; web_processes.forking = True; import pmd.wsgi;"
        "from django.template.loader import get_template; from django.template.loaders.filesystem import Loader;"
        "from django.db import connections; from django.urls import resolve;"
        "del Loader.get_contents; read = set(sys.modules); get_template('404.html'); resolve('/entrar/');"
        "print(threading.active_count(), set(sys.modules) - read, [c.connection for c in connections.all()])"
    )
    done = run(PRODUCTION, "-c", forked)
    assert done.stdout.strip() == "1 set() [None]", done.stderr


def test_what_serves_elsewhere_than_in_its_folder_is_refused(tmp_path: Path) -> None:
    """gunicorn without its file believes the headers of whoever is on this machine."""
    environment = without_settings(os.environ) | PRODUCTION | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'pmd.sqlite3'}", "PMD_FILES_ROOT": str(tmp_path), "PMD_ENV_FILE": "",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    told = "gunicorn no leyó gunicorn.conf.py de PMD"
    given = ["--config", str(ROOT / "gunicorn.conf.py")]
    for more, refused in ((["--chdir", str(ROOT)], True), (given, False)):
        done = subprocess.run(
            [sys.executable, "-m", "gunicorn", "pmd.wsgi", "--check-config", *more],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert (done.returncode != 0, told in done.stderr) == (refused, refused), done.stderr
