"""The public site of a year of real size, read by many; ``python -m bench.public_site`` prints JSON.

It closes and publishes months in its database, then asks for its files: of the application in this process, against the
bare signed-in page, and of nginx with the configuration of the manual of operation, while somebody works in the grid.
"""

import contextlib
import http.client
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench.figures import interleaved
from bench.listening import wait_for
from bench.municipality import HOST, ROOT

YEAR, MONTHS, USERNAME = 2015, (11, 12), "planeacion"
PROXY = ROOT / "docs/manuales/operacion/14-proxy-y-sitio-publico.md"
SECONDS = 5
# Ten thousand people who read on their telephones, a page a minute each.
READERS, EVERY = 10_000, 60
SEARCHED = f"{os.environ.get('PATH', '')}:/usr/sbin"


def publish() -> Path:
    """The months closed and public; where the files are."""
    from django.utils import timezone

    from accounts.access import access_for
    from accounts.models import User
    from programs.models import FiscalYear
    from publishing.closing.closing import close_month
    from publishing.publication.acting import publish_up_to
    from publishing.publication.place import site_folder
    from publishing.publication.writing import bring_to_decision

    now, actor = timezone.now(), User.objects.get(username=USERNAME)
    year = FiscalYear.objects.get(year=YEAR)
    made = [close_month(fiscal_year=year, month=month, actor=actor, now=now) for month in MONTHS]
    access = access_for(actor, on=timezone.localdate(now))
    publish_up_to(access=access, closing=made[-1], now=now, write=bring_to_decision)
    return site_folder()


def page_of() -> str:
    """What somebody opens first of a month."""
    return f"{YEAR}/{MONTHS[-1]:02d}/index.html"


# --- Of the application, in this process


def ratios(page: str) -> dict[str, float]:
    """Median seconds of a bare signed-in page, of the public one and of being told that it is the same, in turns."""
    from bench.pages import BARE, answered, visitor

    get, path = visitor(), f"/publico/{page}"
    compressed = {"HTTP_ACCEPT_ENCODING": "gzip"}
    tag = answered(path, compressed)[1]["ETag"]
    calls: dict[str, Callable[[], Any]] = {
        "bare": partial(get, BARE),
        "page_seconds": partial(_expect, "200", path, compressed),
        "unchanged": partial(_expect, "304", path, compressed | {"HTTP_IF_NONE_MATCH": tag}),
        "nowhere": partial(_expect, "404", "/publico/2015/nada.html", compressed),
    }
    return interleaved(calls, rounds=200, warm_up=20)


def _expect(status: str, path: str, headers: dict[str, str]) -> None:
    from bench.pages import answered

    found = answered(path, headers)[0]
    if not found.startswith(status):
        raise RuntimeError(f"{path} answered {found}")


# --- Of nginx


def documented(begins: str) -> str:
    """The block of the manual that begins so: what is measured is what is recommended."""
    found = re.search(rf"(?ms)^```nginx\n({re.escape(begins)}.*?)^```$", PROXY.read_text(encoding="utf-8"))
    if found is None:
        raise RuntimeError(f"{PROXY} has no block that begins with {begins}")
    return found[1]


@contextlib.contextmanager
def nginx(site: Path) -> Iterator[int]:
    """A server of its own on a free port, as the manual has it; yields the port."""
    program = shutil.which("nginx", path=SEARCHED)
    assert program is not None
    with tempfile.TemporaryDirectory(prefix="pmd-nginx-") as name, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        folder = Path(name)
        location = documented("location /publico/").replace("/srv/pmd-publico/", f"{site.parent}/")
        temporary = "".join(
            f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"worker_processes 1;\npid {folder}/pid;\nerror_log stderr warn;\nevents {{ worker_connections 2048; }}\n"
            f"http {{\n{temporary}    access_log off;\n{documented('map $uri')}\n"
            f"    server {{\n    listen 127.0.0.1:{port};\n{location}\n    }}\n}}\n",
            encoding="utf-8",
        )
        # The folders of the run are the user's own; started by root, nginx would read them as somebody else.
        whose = " user root;" if os.geteuid() == 0 else ""
        given = ["-c", str(folder / "nginx.conf"), "-e", "stderr", "-g", f"daemon off;{whose}"]
        process = subprocess.Popen([program, *given])
        try:
            wait_for(process, port, "nginx", seconds=5)
            yield port
        finally:
            process.terminate()
            process.wait()


def asked_of(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def agree(port: int) -> None:
    """What nginx answers is what the application does: bytes, type, policy, whom it is for."""
    from bench.pages import answered

    for name in (page_of(), "cierres.json", f"{YEAR}/{MONTHS[-1]:02d}/acta.pdf", "nada.html"):
        status, headers, body = asked_of(port, f"/publico/{name}")
        line, said, content = answered(f"/publico/{name}", {})
        kept = ("Content-Type", "Content-Security-Policy", "Access-Control-Allow-Origin", "X-Content-Type-Options")
        of_nginx = [str(status), *(headers.get(one) for one in kept)]
        of_ours = [line[:3], *(said.get(one) for one in kept)]
        if (status == 200 and body != content) or (status == 200 and of_nginx != of_ours) or of_nginx[0] != of_ours[0]:
            raise RuntimeError(f"nginx answers {of_nginx} for {name}, the application {of_ours}")


def most_a_second(port: int, page: str) -> float | None:
    """Requests a second that nginx answers with 200 to wrk; None where there is no wrk."""
    program = shutil.which("wrk", path=SEARCHED)
    if program is None:
        return None
    address = f"http://127.0.0.1:{port}/publico/{page}"
    command = [program, "-t1", "-c32", f"-d{SECONDS}s", "-H", "Accept-Encoding: gzip", address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    found = re.search(r"Requests/sec:\s+([0-9.]+)", said)
    assert found is not None
    return float(found.group(1))


# --- Ten thousand readers, and one clerk


def read_on(port: int, seconds: float, pages: list[str]) -> int:
    """As many pages as ten thousand people read in that time, evenly spread; how many were answered."""
    rate, until, answered = READERS / EVERY, time.monotonic() + seconds, 0
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    begun = time.monotonic()
    while time.monotonic() < until:
        connection.request("GET", f"/publico/{random.choice(pages)}", headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        answered += answer.status == 200
        time.sleep(max(0.0, begun + answered / rate - time.monotonic()))
    connection.close()
    return answered


def clerk(port: int, cookie: str, seconds: float) -> list[float]:
    """How long the grid of a month takes, asked for again and again."""
    taken, until = [], time.monotonic() + seconds
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Cookie": cookie}
    while time.monotonic() < until:
        started = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/2016/captura/PRE/9/", headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"the grid answered {answer.status}")
        taken.append(time.perf_counter() - started)
        time.sleep(0.05)
    return taken


def beside(site: Path, port: int) -> dict[str, float]:
    """Median seconds of the grid by turns without and with readers, so that a busy machine is busy for both."""
    from bench.pages import session_cookie
    from bench.saving import served

    pages = [path.relative_to(site).as_posix() for path in site.rglob("*.html")]
    cookie, without, among, read = session_cookie(), list[float](), list[float](), list[int]()
    # Readers are a process of their own, which waits to be told: neither they nor its start are the clerk's browser.
    command = [sys.executable, "-m", "bench.public_site", "read", str(port), *pages[:400]]
    with (
        served(PMD_PROXY_COUNT="1", PMD_TASKS="worker") as application,
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reading,
    ):
        assert reading.stdin is not None and reading.stdout is not None
        clerk(application, cookie, 3)
        for _ in range(8):
            without += clerk(application, cookie, 2.5)
            print("3", file=reading.stdin, flush=True)
            time.sleep(0.2)
            among += clerk(application, cookie, 2.5)
            read.append(int(reading.stdout.readline()))
        reading.stdin.close()
    return {
        "without": statistics.median(without),
        "among": statistics.median(among),
        "read": sum(read) / len(read) / 3,
    }


def measure() -> dict[str, Any]:
    from bench.pages import visitor

    site = publish()
    visitor()  # the handler that answers below
    page = page_of()
    told: dict[str, Any] = {"page": page, "files": sum(path.is_file() for path in site.rglob("*")), **ratios(page)}
    if shutil.which("nginx", path=SEARCHED) is None:
        return told
    with nginx(site) as port:
        agree(port)
        told["nginx"] = most_a_second(port, page)
        told |= beside(site, port)
    return told


if __name__ == "__main__":
    if sys.argv[1:2] == ["read"]:
        for line in sys.stdin:
            print(read_on(int(sys.argv[2]), float(line), sys.argv[3:]), flush=True)
    else:
        import django

        django.setup()
        print(json.dumps(measure()))
