"""One department with its people and indicators, for the tests of capture and review."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client

from accounts.access import Access
from accounts.models import Membership, Role, User
from core.models import TrailEntry
from indicators import services
from indicators.models import Commitment, Indicator, Measurement, Period
from indicators.services import PairInput, SaveOutcome
from programs.models import Department, FiscalYear, Program
from tests.factories import (
    NOW,
    TODAY,
    access_of,
    make_department,
    make_indicator,
    make_people,
    make_program,
    make_year,
    signed_in,
)


@dataclass
class Town:
    year: FiscalYear
    department: Department
    program: Program
    people: dict[str, User]
    indicators: list[Indicator] = field(default_factory=list)

    def access(self, role: str) -> Access:
        return access_of(self.people[role])

    def client(self, role: str = "liaison") -> Client:
        """Where that person has signed in."""
        return signed_in(self.people[role])

    def period(self, month: int = 9) -> Period:
        return Period.objects.select_related("fiscal_year").get(fiscal_year=self.year, month=month)

    def row(self, number: int = 0, month: int = 9) -> Measurement:
        return Measurement.objects.get(indicator=self.indicators[number], month=month)

    def save(self, *pairs: PairInput, role: str = "liaison", month: int = 9, **kwargs: Any) -> SaveOutcome:
        options = {"now": NOW, **kwargs}
        return services.save_pairs(access=self.access(role), period=self.period(month), pairs=pairs, **options)

    def pair(self, n: Any, d: Any, number: int = 0, **kwargs: Any) -> PairInput:
        sides = [None if value is None else Decimal(str(value)) for value in (n, d)]
        return PairInput(self.indicators[number].pk, *sides, **kwargs)

    def submit(self, role: str = "liaison", month: int = 9, **kwargs: Any) -> list[Measurement]:
        options = {"now": NOW, **kwargs}
        return services.submit_month(
            access=self.access(role), period=self.period(month), department_id=self.department.pk, **options
        )

    def commit(self, number: int = 0, month: int = 9) -> Commitment:
        """What a red, over or fallen figure says before it is validated."""
        return Commitment.objects.create(
            measurement=self.row(number, month),
            cause="Faltó personal",
            action="Contratar a una persona",
            committed_on=date(2016, 11, 30),
            updated_by=self.people["director"],
            updated_at=NOW,
        )

    def substitute(self, username: str, role: str, instead_of: str) -> User:
        """Somebody who stands in for one of the people, by an instrument."""
        user = User.objects.create_user(username=username, first_name="Sonia", last_name="Vela")
        Membership.objects.create(
            user=user,
            role=role,
            department=self.department if role in (Role.LIAISON, Role.DIRECTOR) else None,
            starts_on=TODAY,
            substitutes=self.people[instead_of],
            instrument="Oficio 12/2016",
        )
        self.people[username] = user
        return user


def make_town(indicators: int = 2, **kwargs: Any) -> Town:
    """A year, the department PRE with one programme and its indicators, and one person of each role."""
    year = make_year()
    department = make_department()
    program = make_program(year, "PRE-01")
    programs = [program, *(make_program(year, f"PRE-{n:02d}") for n in range(2, (indicators - 1) // 50 + 2))]
    made = [make_indicator(programs[n // 50], **kwargs) for n in range(indicators)]
    return Town(year, department, program, make_people(department), made)


def acts(row: Measurement) -> list[TrailEntry]:
    """The trail of one measurement, oldest first."""
    return list(TrailEntry.objects.filter(subject_type="indicators.measurement", subject_id=row.pk).order_by("id"))
