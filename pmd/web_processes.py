"""How many processes and threads serve, from the cores and the memory that there are.

A process of four threads takes some 200 MB while people work, and twice that where it has shown a year's largest pages;
two for each core keep the cores busy while others wait for the database. No more than a third of the memory is theirs:
the database, the papers and the worker have the rest.
"""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

THREADS = 4
FEWEST, MOST = 2, 12
OF_ONE = 350 * 2**20  # bytes
# Whether those that serve are made by one that has loaded the code for all of them (gunicorn.conf.py).
forking = False
CONTROL = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def require_read() -> None:
    """gunicorn looks for its file where it is started. Without it anybody of this machine says by a header who asks and
    that it was over TLS, lines of the log are no JSON, and a process takes more than it can begin."""
    if "gunicorn.arbiter" in sys.modules and not forking:
        raise ImproperlyConfigured(
            "gunicorn no leyó gunicorn.conf.py de PMD: arránquelo con deploy/pmd web, o desde la carpeta del código, o "
            f"agregue --config {Path(__file__).parents[1] / 'gunicorn.conf.py'}."
        )


def memory() -> int:
    """Bytes of this machine, or of the container where that has a limit of its own."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in CONTROL:
        with suppress(OSError, ValueError):
            return min(whole, int(path.read_text()))
    return whole


def processes(environment: Mapping[str, str], *, cores: int, memory: int) -> tuple[int, int]:
    """Of each, threads second; PROCESSES and THREADS win."""
    fitting = min(2 * cores, memory // 3 // OF_ONE, MOST)
    return int(environment.get("PROCESSES") or max(FEWEST, fitting)), int(environment.get("THREADS") or THREADS)
