"""A municipality of real size, for performance work and demonstrations: the same rows for the same seed.

No clock is read and every key is given here, so that the rows depend on the options alone, not on the database.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal

from django.core.management.color import no_style
from django.db import connection, models, transaction

from accounts.models import Membership, Role, User
from catalog.demo import names, papers
from catalog.demo.captures import Writer, YearCaptures
from catalog.demo.catalogue import ABSOLUTE_LINEAR, PLAN_YEARS, Catalogue, YearCatalogue, build_catalogue
from catalog.demo.people import People, build_people, people_entries, who_set
from catalog.models import StartPutAway
from core import bulk, trail
from core.models import TrailEntry
from indicators.acts import CalendarAct
from indicators.models import (
    Commitment,
    Correction,
    Indicator,
    Measurement,
    Observation,
    Period,
    Receipt,
    TargetAdjustment,
)
from indicators.recording import adjustment_entry
from indicators.working_days import add_working_days
from programs.models import Action, Axis, Department, FiscalYear, Objective, Plan, Program, ProgramObjective, Strategy

BATCH = 2000
ADJUSTED_FROM_MONTH = 7
MAX_PROGRAMS_A_DEPARTMENT = 99
MAX_INDICATORS = 20_000

_TABLES: tuple[type[models.Model], ...] = (
    Plan, Axis, Objective, Strategy, Department, FiscalYear, Period, Program, ProgramObjective, Action, Indicator,
    User, Membership, Membership.set_by.through, TargetAdjustment, Measurement, Measurement.changed_by.through,
    Observation, Correction, TrailEntry, Commitment, Receipt, Receipt.measurements.through,
)  # fmt: skip


class DemoError(Exception):
    """The municipality cannot be made; the message says why, in Spanish."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for; DemoError for a size that the codes or the calendar cannot hold."""

    programs: int = 161
    indicators: int = 1280
    first_year: int = 2014
    years: int = 3
    seed: int = 7

    def __post_init__(self) -> None:
        most = MAX_PROGRAMS_A_DEPARTMENT * len(names.DEPARTMENTS)
        if not 1 <= self.programs <= most:
            raise DemoError(f"El número de programas va de 1 a {most}.")
        if not self.programs <= self.indicators <= MAX_INDICATORS:
            raise DemoError(f"Con {self.programs} programas, caben de {self.programs} a {MAX_INDICATORS} indicadores.")
        if not 1 <= self.years <= 60:
            raise DemoError("El número de ejercicios va de 1 a 60.")
        if not 1990 <= self.first_year <= 2100 - self.years - PLAN_YEARS:
            raise DemoError("Los ejercicios van de 1990 a 2100.")


def refuse_non_empty() -> None:
    """DemoError when there is anything already: the municipality is made in an empty database only."""
    for model in _TABLES:
        if model._default_manager.exists():
            raise DemoError(
                f"La base de datos no está vacía (ya tiene {model._meta.verbose_name_plural}); "
                "los datos de demostración se generan solo en una base vacía."
            )


@transaction.atomic
def generate(options: Options, *, advance: Callable[[int], None] = lambda captures: None) -> None:
    """Make everything or nothing; ``advance`` hears how many captures were written. DemoError if not empty."""
    refuse_non_empty()
    rng = random.Random(options.seed)
    catalogue = build_catalogue(
        rng,
        programs=options.programs,
        indicators=options.indicators,
        first_year=options.first_year,
        years=options.years,
    )
    people = build_people(rng, catalogue.departments, options.first_year, options.first_year + options.years - 1)
    _write_catalogue(catalogue, people)
    _insert(who_set(people.memberships, people.planning))
    entries = _EntryWriter()
    entries.write(people_entries(people.users, people.memberships, people.planning))
    writer = Writer(rng, people)
    for year in catalogue.years:
        adjustments = _adjustments(year, people)
        _insert(adjustments)
        captures = writer.write_year(year, under_way=year is catalogue.years[-1])
        _write_captures(captures, advance)
        entries.write([*_period_entries(year, people), *_adjustment_entries(adjustments), *captures.entries])
    StartPutAway.objects.create(at=entries.next_morning())
    _reset_sequences()
    # From here on the database numbers the rows: one act after the other, so that they too are the same each time.
    papers.issue_papers(catalogue.years[-1], people, catalogue.departments, now=entries.next_morning())


def expected_captures(options: Options) -> int:
    """About how many captures there will be, for the progress bar."""
    return options.indicators * 12 * options.years


class _EntryWriter:
    """Writes the trail in the order of time, its keys going on from one call to the next."""

    def __init__(self) -> None:
        self._written = 0
        self._latest = datetime.min.replace(tzinfo=UTC)

    def write(self, entries: Iterable[TrailEntry]) -> None:
        ordered = sorted(entries, key=lambda entry: entry.at)
        for key, entry in enumerate(ordered, start=self._written + 1):
            entry.pk = key
        self._written += len(ordered)
        self._latest = max([self._latest, *(entry.at for entry in ordered[-1:])])
        _insert(ordered)  # not trail.write, which gives keys of its own

    def next_morning(self) -> datetime:
        """Of the working day after all that was told."""
        return datetime.combine(add_working_days(self._latest.date(), 1), time(16), UTC)


def _insert(rows: Sequence[models.Model]) -> None:
    if rows:
        bulk.insert(type(rows[0]), rows, batch=BATCH, numbered=True)


def _write_catalogue(catalogue: Catalogue, people: People) -> None:
    for rows in (catalogue.plans, catalogue.axes, catalogue.objectives, catalogue.strategies, catalogue.departments):
        _insert(rows)
    for year in catalogue.years:
        _insert([year.fiscal_year])
        for rows in (year.periods, year.programs, year.objectives, year.actions, year.indicators):
            _insert(rows)
    _insert(people.users)
    _insert(people.memberships)


def _write_captures(captures: YearCaptures, advance: Callable[[int], None]) -> None:
    for start in range(0, len(captures.measurements), BATCH):
        batch = captures.measurements[start : start + BATCH]
        _insert(batch)
        advance(len(batch))
    _insert(captures.changed_by)
    _insert(captures.observations)
    _insert(captures.corrections)


def _adjustments(year: YearCatalogue, people: People) -> list[TargetAdjustment]:
    """Halfway through the year some absolute targets are raised."""
    adjusted = [
        indicator
        for indicator, blueprint in zip(year.indicators, year.blueprints, strict=True)
        if blueprint.position % 40 == ABSOLUTE_LINEAR
    ]
    number = year.fiscal_year.year
    at = datetime(number, ADJUSTED_FROM_MONTH - 1, 24, 17, tzinfo=UTC)
    return [
        TargetAdjustment(
            pk=indicator.pk,
            indicator=indicator,
            effective_month=ADJUSTED_FROM_MONTH,
            target=indicator.target * Decimal("1.25"),
            reason=names.ADJUSTMENT_REASON,
            authorized_by="Cabildo",
            instrument=f"Acta de Cabildo {number}/06 del 22/06/{number}",
            created_at=at,
            created_by=people.planning,
        )
        for indicator in adjusted
    ]


def _period_entries(year: YearCatalogue, people: People) -> list[TrailEntry]:
    planning = str(Role.PLANNING.label)
    opened_at = datetime(year.fiscal_year.year, 1, 4, 16, tzinfo=UTC)
    entries = []
    for period in year.periods:
        dates = trail.snapshot(period, ("opens_on", "due_on"))
        entries.append(
            trail.entry(
                subject=period,
                action=CalendarAct.OPEN_YEAR,
                actor=people.planning,
                at=opened_at,
                changes=trail.changes_between({}, dates),
            )
        )
        if period.closed_on is not None:
            day = period.closed_on
            entries.append(
                trail.entry(
                    subject=period,
                    action=CalendarAct.CHANGE_MONTH,
                    actor=people.planning,
                    capacity=planning,
                    at=datetime(day.year, day.month, day.day, 20, tzinfo=UTC),
                    reason=period.close_reason,
                    changes={"closed_on": [None, day.isoformat()]},
                )
            )
    return entries


def _adjustment_entries(adjustments: list[TargetAdjustment]) -> list[TrailEntry]:
    planning = str(Role.PLANNING.label)
    return [adjustment_entry(row, row.indicator.target, capacity=planning) for row in adjustments]


def _reset_sequences() -> None:
    """The rows brought their keys: the next ones that the database gives must follow them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(_TABLES)):
            cursor.execute(statement)


def settle_statistics() -> None:
    """After a bulk load PostgreSQL plans badly and cannot read from indexes alone until it has looked at the tables."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
