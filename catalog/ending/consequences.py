"""What follows from a department's last day: who still holds a role in it, and what its programmes still hold open."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from accounts.models import Membership
from indicators.models import Indicator, Measurement, Observation, State
from programs.models import Department, Program


@dataclass(frozen=True, slots=True)
class LeftProgram:
    """A programme of a year at work that still asks for figures after that day.

    ``indicators`` are those that are due later; ``drafts``, ``returned``, ``waiting`` (for validation) and
    ``observations`` (unanswered) are what it holds open in any month.
    """

    program: Program
    indicators: int
    drafts: int
    returned: int
    waiting: int
    observations: int


@dataclass(frozen=True, slots=True)
class Consequences:
    """``memberships``: the roles that last longer; they stay, so that the last months are finished, and end by hand."""

    memberships: tuple[Membership, ...]
    programs: tuple[LeftProgram, ...]

    @property
    def indicators(self) -> int:
        return sum(one.indicators for one in self.programs)

    @property
    def open_figures(self) -> int:
        return sum(one.drafts + one.returned + one.waiting for one in self.programs)

    @property
    def observations(self) -> int:
        return sum(one.observations for one in self.programs)

    @property
    def token(self) -> str:
        """What a form carries along, to notice that something changed meanwhile."""
        said = [(row.pk, str(row.ends_on)) for row in self.memberships]
        left = [(one.program.pk, one.indicators, one.drafts, one.returned, one.observations) for one in self.programs]
        return hashlib.sha256(repr((said, left)).encode()).hexdigest()[:16]


def consequences_of(department: Department, *, ends_on: date) -> Consequences:
    """A fixed number of queries. Locked years and those of earlier papers ask nobody for anything."""
    held = Membership.objects.filter(department=department, user__is_active=True).not_over(ends_on)
    lasting = held.exclude(ends_on=ends_on).select_related("user", "department", "substitutes")
    return Consequences(tuple(lasting.order_by("starts_on", "pk")), tuple(_programs(department, ends_on)))


def _programs(department: Department, ends_on: date) -> list[LeftProgram]:
    programs = Program.objects.filter(
        department=department,
        fiscal_year__locked=False,
        fiscal_year__historical=False,
        fiscal_year__year__gte=ends_on.year,
    ).select_related("fiscal_year")
    found = list(programs.order_by("fiscal_year__year", "code"))
    keys = [program.pk for program in found]
    due = _counted(
        Indicator.objects.filter(action__program__in=keys).filter(
            Q(retired_from__isnull=True)
            | Q(fiscal_year__year=ends_on.year, retired_from__gt=ends_on.month + 1)
            | Q(fiscal_year__year__gt=ends_on.year, retired_from__gt=1)
        ),
        "action__program",
    )
    any_indicator = _counted(Indicator.objects.filter(action__program__in=keys), "action__program")
    rows = Measurement.objects.filter(indicator__action__program__in=keys)
    states = {
        key: counts
        for key, *counts in rows.order_by()
        .values_list("indicator__action__program")
        .annotate(
            drafts=Count("pk", filter=Q(state=State.DRAFT)),
            returned=Count("pk", filter=Q(state=State.RETURNED)),
            waiting=Count("pk", filter=Q(state=State.SUBMITTED)),
        )
    }
    path = "measurement__indicator__action__program"
    asked = _counted(Observation.objects.filter(**{f"{path}__in": keys}, resolved_at__isnull=True), path)
    last_year_is_over = ends_on.month == 12
    return [
        LeftProgram(program, due.get(program.pk, 0), *states.get(program.pk, (0, 0, 0)), asked.get(program.pk, 0))
        for program in found
        if not (program.fiscal_year.year == ends_on.year and last_year_is_over)
        # One without any indicator yet will ask for some; one whose indicators were all retired never will.
        and (due.get(program.pk) or not any_indicator.get(program.pk))
    ]


def _counted(rows: Any, path: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(path).annotate(count=Count("pk")))
