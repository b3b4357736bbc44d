"""People saving cells of their grids through real web processes: how long a save takes, and that none is lost.

As a program (``python -m bench.saving SECONDS``) it starts gunicorn on its database, lets one person save alone and
then 50 people at once, and prints what it measured as JSON. The trail is sealed beside them, as the worker does it.
"""

import http.client
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.listening import wait_for
from bench.municipality import HOST, ROOT

YEAR, MONTH, PEOPLE = 2016, 12, 50
TOKEN = "b" * 32


@dataclass
class Person:
    """An enlace with the rows that are theirs in this measurement: code, indicator's id."""

    cookie: str
    prefix: str
    rows: list[tuple[str, int]]
    versions: dict[str, int] = field(default_factory=dict)
    taken: list[float] = field(default_factory=list)
    saved: dict[str, int] = field(default_factory=dict)
    count: int = 0
    failures: list[str] = field(default_factory=list)

    def request(self, number: int) -> tuple[str, str, dict[str, str]]:
        """Path, body and headers that save another figure into the next of this person's rows."""
        code, indicator = self.rows[number % len(self.rows)]
        value = number + 1
        body = urlencode(
            {
                "indicator": indicator, "version": self.versions.get(code, 0), "seen": "-",
                "numerator": value, "denominator": value, "no_activity": "", "justification": "", "reason": "",
            }
        )  # fmt: skip
        return f"/{YEAR}/captura/{self.prefix}/{MONTH}/fila/{code}/", body, self._headers()

    def saved_one(self, number: int) -> None:
        """The server said so."""
        code, _ = self.rows[number % len(self.rows)]
        self.versions[code] = self.versions.get(code, 0) + 1
        self.saved[code] = number + 1
        self.count += 1

    def save(self, port: int, number: int) -> None:
        started = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", *self.request(number))
        response = connection.getresponse()
        response.read()
        connection.close()
        self.taken.append(time.perf_counter() - started)
        if response.status == 200 and response.headers["X-Fila"] == "saved":
            self.saved_one(number)
        else:
            self.failures.append(f"{response.status} {response.headers['X-Fila']}")

    def _headers(self) -> dict[str, str]:
        return {
            "Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/", "Cookie": self.cookie,
            "X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip


def people() -> list[Person]:
    """Fifty enlaces of 35 departments, each with rows of their own that nobody has captured yet."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import Membership, Role, User
    from indicators.models import Indicator, Measurement

    Measurement.changed_by.through.objects.filter(
        measurement__fiscal_year__year=YEAR, measurement__month=MONTH
    ).delete()
    free: dict[str, list[tuple[str, int]]] = {}
    captured = Measurement.objects.filter(fiscal_year__year=YEAR, month=MONTH).values("indicator_id")
    rows = Indicator.objects.filter(fiscal_year__year=YEAR, frequency=1).exclude(pk__in=captured).order_by("code")
    for code, pk, prefix in rows.values_list("code", "pk", "action__program__department__prefix"):
        free.setdefault(prefix, []).append((code, pk))
    enlaces = list(Membership.objects.filter(role=Role.LIAISON).select_related("user", "department").order_by("pk"))
    enlaces = [enlace for enlace in enlaces if len(free.get(enlace.department.prefix, [])) >= 4]
    User.objects.filter(pk__in=[enlace.user_id for enlace in enlaces]).update(is_demo=False)
    made = []
    for number in range(PEOPLE):
        enlace = enlaces[number % len(enlaces)]
        user = User.objects.get(pk=enlace.user_id)
        client = Client()
        client.force_login(user, backend="accounts.backends.PersonBackend")
        cookies = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        prefix = enlace.department.prefix
        share = free[prefix][number // len(enlaces) :: PEOPLE // len(enlaces) + 1]
        made.append(Person(f"{cookies}; {settings.CSRF_COOKIE_NAME}={TOKEN}", prefix, share))
    return made


@contextmanager
def served(**environment: str) -> Iterator[int]:
    """Web processes as the README starts them, with these settings besides; yields their port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "pmd.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4",
        "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    # Its access log would stand between the figures.
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        wait_for(process, port, "gunicorn", seconds=30)
        yield port
    finally:
        process.terminate()
        process.wait()


def alone(person: Person, port: int, saves: int = 120) -> tuple[list[float], list[float]]:
    """By turns while nobody seals and beside a pass of the sealer, so that a busy machine is busy for both alike."""
    from core.seals.beside import seal_once

    for number in range(saves):
        sealing = threading.Thread(target=seal_once) if number % 2 else None
        if sealing:
            sealing.start()
        person.save(port, number)
        if sealing:
            sealing.join()
    taken = person.taken[10:]  # the first requests of a process load templates
    return taken[::2], taken[1::2]


@contextmanager
def sealed_beside(every: float = 0.5) -> Iterator[list[float]]:
    """The worker's thread seals; how old the oldest entry without a seal was, looked at again and again."""
    from django.db import connection
    from django.utils import timezone

    from core.seals import pending
    from core.seals.beside import Sealer

    ages: list[float] = []
    ended = threading.Event()
    started = timezone.now()

    def look() -> None:
        while not ended.wait(every):
            since = pending().since
            ages.append((timezone.now() - max(since, started)).total_seconds() if since else 0.0)
        connection.close()

    sealer, looking = Sealer(), threading.Thread(target=look)
    sealer.start()
    looking.start()
    try:
        yield ages
    finally:
        ended.set()
        looking.join()
        sealer.end()


def seal_whole() -> dict[str, float]:
    """The first run on a trail that nobody has sealed, and the chain recomputed; what that adds to the memory."""
    from django.utils import timezone

    from core.seals import seal_trail, verify

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    entries = seal_trail(now=timezone.now())
    sealed = time.perf_counter()
    verdict = verify()
    verified = time.perf_counter()
    if verdict.fault is not None:
        raise RuntimeError(str(verdict.fault))
    return {
        "entries": verdict.checked,
        "sealed_new": entries,
        "sealing": sealed - started,
        "verifying": verified - sealed,
        "memory": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
    }


def together(everyone: Sequence[Person], port: int, seconds: float) -> list[float]:
    """Everybody saves one cell after another for that long."""
    until = time.monotonic() + seconds

    def work(person: Person) -> None:
        number = 0
        while time.monotonic() < until:
            person.save(port, number)
            number += 1

    threads = [threading.Thread(target=work, args=(person,)) for person in everyone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for person in everyone for one in person.taken]


def wrong(everyone: Sequence[Person], acts_before: int) -> tuple[int, int]:
    """How many saves were lost (the figure is not the last one saved) and how many acts the trail has too many."""
    from indicators.models import Measurement

    stored = {
        (code, prefix): int(numerator)
        for code, prefix, numerator in Measurement.objects.filter(
            fiscal_year__year=YEAR, month=MONTH, numerator__isnull=False
        ).values_list("indicator__code", "indicator__action__program__department__prefix", "numerator")
    }
    lost = sum(stored.get((code, p.prefix)) != value for p in everyone for code, value in p.saved.items())
    return lost, abs(_acts() - acts_before - sum(person.count for person in everyone))


def _acts() -> int:
    from core.models import TrailEntry
    from indicators.acts import FigureAct

    return TrailEntry.objects.filter(action=FigureAct.SAVE).count()


def _percentile(values: Sequence[float], share: float) -> float:
    return statistics.quantiles(values, n=100)[int(share * 100) - 1] * 1000


def measure(seconds: float) -> dict[str, float]:
    everyone = people()
    before = _acts()
    whole = seal_whole()
    # By the worker: the web processes themselves do not seal.
    with served(PMD_PROXY_COUNT="1", PMD_TASKS="worker") as port:
        first, others = everyone[0], everyone
        one, beside = alone(first, port)
        first.taken.clear()
        with sealed_beside() as ages:
            many = together(others, port, seconds)
    lost, twice = wrong(everyone, before)
    return {
        "alone_p50": _percentile(one, 0.5),
        "alone_p95": _percentile(one, 0.95),
        "beside_p50": _percentile(beside, 0.5),
        "beside_p95": _percentile(beside, 0.95),
        "lag": max(ages),
        "a_second": len(many) / seconds,
        **{f"whole_{name}": value for name, value in whole.items()},
        "together_p50": _percentile(many, 0.5),
        "together_p95": _percentile(many, 0.95),
        "saved": sum(person.count for person in everyone),
        "failed": sum(len(person.failures) for person in everyone),
        "lost": lost,
        "twice": twice,
        "people": len(everyone),
    }


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure(float(sys.argv[1]))))
