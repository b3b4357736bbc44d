"""Fifty people in thirty-five departments saving at once, some of them the same rows: nothing is lost, nothing official
changes. Real requests in threads, each with its own connection: only PostgreSQL writes at the same time.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from accounts.models import Membership, Role, User
from core.models import TrailEntry
from indicators import services
from indicators.models import Indicator, Measurement, State
from programs.models import Department
from tests.factories import (
    access_of,
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_user,
    make_year,
    signed_in,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="concurrent writers are judged on PostgreSQL"),
]
DEPARTMENTS, WRITERS, SAVES = 35, 50, 6
PATIENCE = 120
VERSION = re.compile(r'data-version="(\d+)"')


@dataclass
class City:
    departments: list[Department]
    rows: dict[int, list[Indicator]]
    writers: list[tuple[User, Department]]


@pytest.fixture
def city() -> City:
    """Two indicators a department; fifteen departments have two people each."""
    year = make_year()
    departments, rows = [], {}
    for number in range(DEPARTMENTS):
        prefix = f"D{chr(65 + number // 26)}{chr(65 + number % 26)}"
        department = make_department(prefix, f"Dependencia {prefix}")
        program = make_program(year, f"{prefix}-01", department=department)
        departments.append(department)
        rows[department.pk] = [make_indicator(program), make_indicator(program)]
    writers = [
        (
            make_user(f"enlace{number}", Role.LIAISON, departments[number % DEPARTMENTS]),
            departments[number % DEPARTMENTS],
        )
        for number in range(WRITERS)
    ]
    return City(departments, rows, writers)


def at_once(tasks: list[Any]) -> None:
    barrier = Barrier(len(tasks))
    failures: list[BaseException] = []

    def run(act: Any) -> None:
        try:
            barrier.wait(PATIENCE)
            act()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[act]) for act in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "somebody still waits for a lock"
    assert not failures, failures[:3]


class Writer:
    """Somebody who saves again and again; on a conflict they look at the other figure and put theirs on top."""

    def __init__(self, user: User, department: Department, rows: list[Indicator], seed: int) -> None:
        self.client = Client(raise_request_exception=True)
        self.client.force_login(user)
        self.user, self.department, self.rows = user, department, rows
        self.random = random.Random(seed)
        self.saved: list[tuple[int, Decimal]] = []
        self.conflicts: list[tuple[int, Decimal]] = []
        self.statuses: Counter[int] = Counter()
        self.versions = {row.pk: 0 for row in rows}

    def work(self) -> None:
        for value in range(1, SAVES + 1):
            row = self.random.choice(self.rows)
            self.save(row, Decimal(self.user.pk * 1000 + value))

    def save(self, row: Indicator, value: Decimal) -> None:
        response = self.client.post(
            f"/2016/captura/{self.department.prefix}/9/fila/{row.code}/",
            {
                "indicator": row.pk,
                "version": self.versions[row.pk],
                "numerator": str(value),
                "denominator": "99999999",
                "justification": "",
            },
        )
        self.statuses[response.status_code] += 1
        kept = self.saved if response.status_code == 200 else self.conflicts
        kept.append((row.pk, value))
        self.versions[row.pk] = int(VERSION.search(response.content.decode())[1])  # type: ignore[index]


def trail_values() -> Iterator[tuple[int, Decimal]]:
    """Every numerator that the trail says was written, by indicator."""
    indicators = dict(Measurement.objects.values_list("pk", "indicator_id"))
    for entry in TrailEntry.objects.filter(subject_type="indicators.measurement", action="guardar"):
        if "numerator" in entry.changes:
            yield indicators[entry.subject_id], Decimal(entry.changes["numerator"][1])


def test_fifty_writers_in_thirty_five_departments_lose_nothing(city):
    writers = [
        Writer(user, department, city.rows[department.pk], seed) for seed, (user, department) in enumerate(city.writers)
    ]
    at_once([writer.work for writer in writers])
    statuses = sum((writer.statuses for writer in writers), Counter())
    assert set(statuses) <= {200, 409} and sum(statuses.values()) == WRITERS * SAVES
    answered = sorted(pair for writer in writers for pair in writer.saved)
    assert answered == sorted(trail_values()), "what was answered as saved is in the trail, once, and nothing else is"
    lost = {pair for writer in writers for pair in writer.conflicts} & set(answered)
    assert not lost, "a conflict wrote nothing"
    for row in Measurement.objects.all():
        entries = list(
            TrailEntry.objects.filter(subject_type="indicators.measurement", subject_id=row.pk).order_by("id")
        )
        assert row.version == len(entries)
        chain = [entry.changes["numerator"] for entry in entries if "numerator" in entry.changes]
        assert all(before[1] == after[0] for before, after in pairwise(chain))
        assert f"{row.numerator:f}" == chain[-1][1]


def test_no_validated_figure_changes_under_a_late_save(city):
    """Directors validate while enlaces and planning save what they saw before: the validated pair stays official."""
    now = datetime(2016, 10, 3, 18, tzinfo=UTC)
    planning = make_user("planea", Role.PLANNING)
    measurements = {
        row.pk: make_measurement(row, 9, 3, 4, State.SUBMITTED) for rows in city.rows.values() for row in rows
    }
    tasks: list[Any] = []
    validated: list[int] = []
    for department in city.departments[:12]:
        director = make_user(f"director{department.prefix}", Role.DIRECTOR, department)
        mine = [measurements[row.pk] for row in city.rows[department.pk]]

        def validate(director: User = director, mine: list[Measurement] = mine) -> None:
            outcome = services.validate(access=access_of(director), seen={row.pk: 1 for row in mine}, now=now)
            validated.extend(row.pk for row in outcome.done)

        liaison = Membership.objects.filter(department=department, role=Role.LIAISON).first().user
        late = Writer(liaison, department, city.rows[department.pk], 1)
        late.versions = dict.fromkeys(late.versions, 1)

        def save(late: Writer = late) -> None:
            for row in late.rows:
                late.client.post(
                    f"/2016/captura/{late.department.prefix}/9/fila/{row.code}/",
                    {"indicator": row.pk, "version": 1, "numerator": "2", "denominator": "4"},
                )

        correcting = signed_in(planning)

        def correct(client: Client = correcting, department: Department = department) -> None:
            for row in city.rows[department.pk]:
                client.post(
                    f"/2016/captura/{department.prefix}/9/fila/{row.code}/",
                    {"indicator": row.pk, "version": 1, "numerator": "1", "denominator": "4", "reason": "Oficio 9"},
                )

        tasks += [validate, save, correct]
    random.Random(7).shuffle(tasks)
    at_once(tasks)
    for row in Measurement.objects.filter(pk__in=validated):
        assert (row.validated_numerator, row.validated_denominator) == (3, 4)
        assert row.numerator == 3 or row.state == State.SUBMITTED
    corrected = TrailEntry.objects.filter(action="corregir").values_list("subject_id", flat=True)
    assert len(corrected) == len(set(corrected))
    decided = set(validated) | set(corrected)
    assert decided == {measurements[row.pk].pk for d in city.departments[:12] for row in city.rows[d.pk]}
