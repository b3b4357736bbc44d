# Read by gunicorn in the folder in which it is started; what its command line says wins. Without it nothing is served.
import gc
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from pmd import env_file, environment, logs, web_processes

env_file.load(os.environ)

workers, threads = web_processes.processes(os.environ, cores=os.cpu_count() or 1, memory=web_processes.memory())
# A process that served so many requests gives its place to a new one: what its memory has grown by is free again. Not
# all of them at once.
max_requests = int(os.environ.get("REQUESTS") or 4000)
max_requests_jitter = max_requests // 4
# All of them are made by one process that has read the code, once: a new one is of the version of the others, also
# where an upgrade has put another one on the disk and has not migrated yet.
preload_app = web_processes.forking = True
# Whoever is stopped ends what is being asked for.
graceful_timeout = 30
# The proxy opens a connection for each request.
keepalive = 0


def on_starting(server: Any) -> None:
    """A process takes what it can begin at once, and leaves the rest for one that is free.

    By itself it takes a thousand: whoever came to one whose threads all wait for the same locked rows waited for them
    as well, beside processes that had nothing to do.
    """
    server.cfg.set("worker_connections", server.cfg.threads)


def when_ready(server: Any) -> None:
    """What was read is looked at by no garbage collector any more, and stays one piece of memory for all of them."""
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """Where memory ends, one of those that serve goes, and never the one that makes them anew (OOMScoreAdjust)."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("0")


def post_worker_init(worker: Any) -> None:
    from pmd.wsgi import begin

    begin()


# Which headers of a proxy count is for the product to say (PMD_PROXY_COUNT). By itself gunicorn believes those of this
# machine and of whatever comes by a socket.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""

logger_class = "pmd.access_log.AccessLog"
_demo = environment.read_bool(os.environ, "PMD_DEMO", default=False)
_local = _demo or environment.read_bool(os.environ, "DEBUG", default=False)
logconfig_dict = logs.of_gunicorn(
    environment.read_log_format(os.environ, local=_local), environment.read_log_level(os.environ, demo=_demo)
)
