"""Closing the twelve months of a year of real size, in a transaction that is undone: seconds, and what they take."""

import statistics
import time

from bench.figures import Figure
from bench.municipality import Run

YEAR = 2016
SECONDS_LIMIT = 5
SIZE_LIMIT = 150  # MB, all twelve
ACTA_LIMIT = 5


class _Undone(Exception):
    """Ends the transaction: the other rows measure on a database without closings."""


def measure(run: Run) -> list[Figure]:
    figures: list[Figure] = []
    from django.db import transaction

    try:
        with transaction.atomic():
            figures += _closed()
            raise _Undone
    except _Undone:
        return figures


def _closed() -> list[Figure]:
    from django.db import connection
    from django.utils import timezone

    from accounts.models import Membership, Role
    from programs.models import FiscalYear
    from publishing.acta.content import acta_pdf
    from publishing.closing.closing import close_month
    from publishing.closing.pages import changes_page
    from publishing.models import Closing

    fiscal_year = FiscalYear.objects.get(year=YEAR)
    planner = Membership.objects.filter(role=Role.PLANNING).select_related("user").earliest("pk").user
    taken, worked = [], []
    for month in range(1, 13):
        started, before = time.perf_counter(), time.process_time()
        close_month(fiscal_year=fiscal_year, month=month, actor=planner, now=timezone.now())
        taken.append(time.perf_counter() - started)
        worked.append(time.process_time() - before)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_total_relation_size('publishing_closing'), SUM(length(document)) FROM publishing_closing"
        )
        stored, written = cursor.fetchone()
    latest = Closing.objects.select_related("fiscal_year", "made_by").latest("pk")
    started = time.perf_counter()
    acta_pdf(latest)
    printing = time.perf_counter() - started
    again = close_month(fiscal_year=fiscal_year, month=1, actor=planner, now=timezone.now(), reason="bench")
    first = Closing.objects.select_related("fiscal_year").get(fiscal_year=fiscal_year, month=1, version=1)
    second = Closing.objects.select_related("fiscal_year").get(pk=again.pk)
    started = time.perf_counter()
    changes_page(first, second)
    comparing = time.perf_counter() - started
    return [
        Figure(
            "closing a month, slowest of 12",
            max(taken),
            "s",
            SECONDS_LIMIT,
            f"median {statistics.median(taken):.2f} s; of our processor at most {max(worked):.2f} s",
        ),
        Figure("12 closings of a year", stored / 2**20, "MB", SIZE_LIMIT, f"{written / 2**20:.0f} MB of documents"),
        Figure("acta of a closing", printing, "s", ACTA_LIMIT),
        Figure("what a rectification changed", comparing, "s", SECONDS_LIMIT, "with 11 later closings"),
    ]
