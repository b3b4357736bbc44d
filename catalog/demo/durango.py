"""What ``make run`` opens with: Durango's PAT 2016 from its own workbook, with people and demonstration captures.

Everything goes through the services that the screens use, at moments of 2016: the rows and their trail are what
eleven months of work would have left. November and December are open and empty, for whoever tries it.
"""

import random
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.access import Access, access_for
from accounts.demo import DEMO_PASSWORD, DEMO_USERS
from accounts.models import Membership, Role, User
from catalog.demo import names
from catalog.demo.people import demo_user, people_entries
from catalog.imports.applying import import_catalog
from catalog.models import StartPutAway
from catalog.workbook import catalog_file
from core import trail
from indicators import services
from indicators.models import Indicator, Measurement, NoActivity, Origin, State
from indicators.results.effect import read_figures
from indicators.services import PairInput
from indicators.working_days import add_working_days
from programs.models import Department, FiscalYear, Plan

SINCE = date(2016, 1, 4)
STEPS = 12

# A month's usual denominator, and what part of it is attended.
_USUAL = {
    "PRE-01-01": (120, 0.93), "PRE-02-01": (4, 1.0), "PRE-02-02": (12, 0.83), "PRE-02-03": (3, 0.6),
    "PRE-02-04": (44, 0.95), "PRE-03-01": (9, 0.97), "PRE-04-01": (7, 0.9), "PRE-05-01": (2, 0.75),
    "PRE-05-02": (5, 0.86),
}  # fmt: skip
# Indicators over the stages programmed for the whole year: the same denominator every month, and the stages of each.
_STAGES_A_YEAR = 12
_STAGES = {
    "PRE-04-02": (0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1),
    "PRE-04-03": (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
}
_OTHERWISE = (20, 0.9)
# (code, month) -> a pair that is out of the ordinary: numerator, denominator, reason of 0/0, justification.
_UNUSUAL: dict[tuple[str, int], tuple[int, int, str, str]] = {
    ("PRE-03-01", 1): (0, 0, NoActivity.NO_DEMAND, ""),
    ("PRE-04-02", 1): (0, 0, NoActivity.NOT_SCHEDULED, "La primera etapa se programó para febrero."),
    ("PRE-05-01", 4): (0, 0, NoActivity.SUSPENDED, ""),
    ("PRE-02-02", 5): (4, 0, "", "No se registraron acuerdos nuevos; se concluyeron los que estaban pendientes."),
    ("PRE-02-03", 8): (3, 2, "", "Se evaluó un proyecto que quedó pendiente en julio."),
    ("PRE-04-01", 7): (9, 7, "", "Se realizaron dos eventos adicionales por el aniversario de la ciudad."),
}  # fmt: skip
_NEVER_CAPTURED = {("PRE-02-04", 7), ("PRE-05-02", 2)}
_CAPTURED_LATE = ("PRE-04-03", 4)
_RETURNED_AND_CORRECTED = ("PRE-02-02", 3)
_CORRECTED = ("PRE-01-01", 6)
_CORRECTED_AND_VALIDATED = ("PRE-02-04", 5)

# What the director writes beside a figure that is red, over or fell by one light.
_DAYS_TO_CORRECT = 30

_LAST_VALIDATED_MONTH, _WAITING_MONTH, _MONTH_IN_COURSE = 8, 9, 10
_STILL_WAITING = 6  # of September's figures


def exists() -> bool:
    """Whether there is a catalogue already: then the demonstration is not made, and never made twice."""
    return Plan.objects.exists()


@transaction.atomic
def make(source: Path, *, advance: Callable[[int], None] = lambda steps: None) -> None:
    """Import the workbook and make people and captures, or nothing at all; ``advance`` counts up to STEPS."""
    users = _make_users()
    planning = users["planeacion"]
    fiscal_year = _import(source, planning)
    _name(users, planning)
    advance(2)
    clerk = _Clerk(fiscal_year, users)
    for month in range(1, _LAST_VALIDATED_MONTH + 1):
        clerk.finish_month(month)
        advance(1)
    clerk.leave_month_waiting(_WAITING_MONTH)
    clerk.leave_month_in_course(_MONTH_IN_COURSE)
    StartPutAway.objects.create(at=datetime.combine(SINCE, datetime.min.time(), tzinfo=UTC))
    advance(2)


def _make_users() -> dict[str, User]:
    password = make_password(DEMO_PASSWORD)
    users = [demo_user(person, password, SINCE) for person in DEMO_USERS]
    for user in users:
        user.save(force_insert=True)
    return {user.username: user for user in users}


def _import(source: Path, planning: User) -> FiscalYear:
    """Through the code of ``import_catalog``; what it raises stops the demonstration."""
    with source.open("rb") as file:
        read = catalog_file.read_catalog(file, name=source.name)
    preview = import_catalog(
        parsed=read.parsed, fields=read.fields, actor=planning, now=_at(SINCE, 17), reason=read.origin
    )
    fiscal_year = FiscalYear.objects.get(year=preview.year)
    fiscal_year.demo_data = True
    fiscal_year.save(update_fields=["demo_data"])
    return fiscal_year


def _name(users: dict[str, User], planning: User) -> None:
    departments = {department.prefix: department for department in Department.objects.all()}
    memberships = [
        Membership(
            user=users[person.username],
            role=person.role,
            starts_on=SINCE,
            department=departments[person.department_prefix] if person.department_prefix else None,
        )
        for person in DEMO_USERS
    ]
    for membership in memberships:
        membership.save(force_insert=True)
        membership.set_by.add(planning)
    trail.write(people_entries(users.values(), memberships, planning))


class _Clerk:
    """The department's enlace, its director and planning, at work on one month after the other."""

    def __init__(self, fiscal_year: FiscalYear, users: dict[str, User]) -> None:
        self._rng = random.Random(fiscal_year.year)
        self._periods = {period.month: period for period in fiscal_year.periods.select_related("fiscal_year")}
        self._indicators = {row.code: row for row in Indicator.objects.filter(fiscal_year=fiscal_year).order_by("code")}
        self._department = Department.objects.get(prefix="PRE")
        by_role = {person.role: users[person.username] for person in DEMO_USERS if not person.is_superuser}
        self._liaison, self._director = by_role[Role.LIAISON], by_role[Role.DIRECTOR]
        self._planning = by_role[Role.PLANNING]

    def finish_month(self, month: int) -> None:
        """Captured, submitted and validated, with what happens in a year of work."""
        late = {code for code, late_month in (_CAPTURED_LATE,) if late_month == month}
        self._save(month, set(self._indicators) - late, self._after_month(month, 3))
        self._submit(month, self._after_month(month, 4))
        returned = {code for code, its_month in (_RETURNED_AND_CORRECTED,) if its_month == month}
        self._return(month, returned, "El numerador no coincide con el acta.", self._after_month(month, 6))
        self._save(month, returned | late, self._after_month(month, 8), corrected=returned)
        if returned or late:
            self._submit(month, self._after_month(month, 8))
        self._validate(month, set(self._indicators), self._after_month(month, 9))
        for code, its_month in (_CORRECTED, _CORRECTED_AND_VALIDATED):
            if its_month == month:
                self._correct(month, code, self._after_month(month, 15))
        if _CORRECTED_AND_VALIDATED[1] == month:
            self._validate(month, {_CORRECTED_AND_VALIDATED[0]}, self._after_month(month, 17))

    def leave_month_waiting(self, month: int) -> None:
        """Submitted; the director has seen a part of it."""
        self._save(month, self._indicators, self._after_month(month, 3))
        self._submit(month, self._after_month(month, 4))
        self._validate(month, list(self._indicators)[:-_STILL_WAITING], self._after_month(month, 5))

    def leave_month_in_course(self, month: int) -> None:
        """Some figures were returned, some are drafts, one is half a pair, the others are missing."""
        codes = list(self._indicators)
        self._save(month, codes[:4], self._after_month(month, 2))
        self._submit(month, self._after_month(month, 2))
        self._return(month, codes[1:3], "Falta indicar la fuente de la cifra.", self._after_month(month, 3))
        self._save(month, codes[4:7], self._after_month(month, 4))
        self._save(month, codes[7:8], self._after_month(month, 4), half=True)

    def _save(
        self,
        month: int,
        codes: Iterable[str],
        now: datetime,
        *,
        corrected: Collection[str] = (),
        half: bool = False,
    ) -> None:
        rows = {row.indicator.code: row for row in self._rows(month)}
        pairs = [
            self._pair(code, month, rows.get(code), more=code in corrected, half=half)
            for code in sorted(codes)
            if (code, month) not in _NEVER_CAPTURED
        ]
        services.save_pairs(
            access=self._access(self._liaison, now),
            period=self._periods[month],
            pairs=pairs,
            now=now,
            origin=Origin.DEMO,
        )

    def _pair(self, code: str, month: int, row: Measurement | None, *, more: bool, half: bool) -> PairInput:
        if (code, month) in _UNUSUAL:
            n, d, no_activity, justification = _UNUSUAL[code, month]
        elif code in _STAGES:
            n, d, no_activity, justification = _STAGES[code][month - 1], _STAGES_A_YEAR, "", ""
        else:
            usual, rate = _USUAL.get(code, _OTHERWISE)
            d = max(1, round(usual * self._rng.uniform(0.8, 1.25)))
            n = min(d, round(d * rate * self._rng.uniform(0.95, 1.06)))
            no_activity = justification = ""
        if more and row is not None and row.denominator is not None:
            n, d = int(row.denominator), int(row.denominator) + 1
        return PairInput(
            indicator_id=self._indicators[code].pk,
            numerator=Decimal(n),
            denominator=None if half else Decimal(d),
            no_activity=str(no_activity),
            justification=justification,
            version=row.version if row else 0,
        )

    def _submit(self, month: int, now: datetime) -> None:
        services.submit_month(
            access=self._access(self._liaison, now),
            period=self._periods[month],
            department_id=self._department.pk,
            now=now,
            allow_missing=True,
        )

    def _validate(self, month: int, codes: Collection[str], now: datetime) -> None:
        access = self._access(self._director, now)
        figures = read_figures(self._periods[month], self._department.pk)
        asked = {row.pk for row in figures.indicators if figures.asks_commitment(row)}
        for row in self._rows(month):
            if row.indicator_id in asked and row.indicator.code in codes and row.state == State.SUBMITTED:
                services.save_commitment(
                    access=access,
                    measurement_id=row.pk,
                    cause=names.CAUSE,
                    action=names.REMEDY,
                    now=now,
                    committed_on=add_working_days(now.date(), _DAYS_TO_CORRECT),
                )
        services.validate(access=access, seen=self._waiting(month, codes), now=now)

    def _return(self, month: int, codes: Collection[str], observation: str, now: datetime) -> None:
        seen = self._waiting(month, codes)
        if seen:
            services.return_for_changes(
                access=self._access(self._director, now), seen=seen, observation=observation, now=now
            )

    def _correct(self, month: int, code: str, now: datetime) -> None:
        """The department found two more papers; planning corrects, and the director has yet to validate it."""
        row = next(row for row in self._rows(month) if row.indicator.code == code)
        assert row.numerator is not None and row.denominator is not None  # validated a moment ago
        pair = PairInput(
            indicator_id=row.indicator_id,
            numerator=row.numerator + 2,
            denominator=row.denominator + 2,
            justification="Se agregan dos solicitudes recibidas por escrito.",
            version=row.version,
            reason="Oficio PM/118/2016 de la dependencia",
        )
        services.save_pairs(
            access=self._access(self._planning, now),
            period=self._periods[month],
            pairs=[pair],
            now=now,
            origin=Origin.DEMO,
        )

    def _rows(self, month: int) -> Iterable[Measurement]:
        return Measurement.objects.filter(period=self._periods[month]).select_related("indicator")

    def _waiting(self, month: int, codes: Collection[str]) -> dict[int, int]:
        return {
            row.pk: row.version
            for row in self._rows(month)
            if row.indicator.code in codes and row.state == State.SUBMITTED
        }

    def _access(self, user: User, now: datetime) -> Access:
        return access_for(user, on=now.date())

    def _after_month(self, month: int, working_days: int) -> datetime:
        """In the morning of the n-th working day of the next month."""
        month_end = self._periods[month].due_on.replace(day=1) - timedelta(days=1)
        return _at(add_working_days(month_end, working_days), 16)


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
