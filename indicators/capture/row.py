"""One row of a month's grid, read and locked with two queries, with what its saving changes around it.

Saving a cell must cost little however large the department: the row, its programme's global and the month's progress
come from the programme's indicators and from the department's rows of the month, and nothing is read a second time.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import Http404

from accounts.access import Access
from accounts.access import Action as Act
from core.compiled import Compiled, keys
from indicators import calculations
from indicators.calculations import Cell
from indicators.capture.month import History, ProgramGroup, Reading, SheetRow, evidence_count
from indicators.models import Extension, Indicator, Measurement, Period, State
from indicators.results import year as results
from indicators.results.effect import PAIR_COLUMNS
from indicators.writing import why_not_open

_COLUMNS = [field.attname for field in Measurement._meta.concrete_fields]

# Of a row: whether this person changed its pair, its files, and whether it is another programme's.
_FLAGS = ("is_own", "evidence_count", "evidence_faults", "elsewhere")

# What of an indicator says whether a month is asked for, in the order of ``is_due``.
_SCHEDULE = ("frequency", "retired_from", "starts_in")


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """The month's progress: of ``due`` indicators, how many have a complete pair and how many are in each state."""

    due: int
    captured: int
    states: dict[str, int]


class HeldRow:
    """One indicator's month as it stands, its programme's indicators locked until the transaction ends.

    Savers of one programme wait for each other some milliseconds, and each answers with a global that holds what the
    others saved. ``stored`` is not locked: see ``saving.save_held_pair``.
    """

    def __init__(self, access: Access, *, year: int, prefix: str, month: int, code: str, on: date) -> None:
        """Raises Http404 for what is out of reach, does not exist or is not asked for in that month."""
        members = _locked_members(year=year, month=month, code=code)
        self.indicator = next((member for member in members if member.code == code), None) or _missing()
        self.program = self.indicator.action.program
        if self.program.department.prefix != prefix or not access.allows(Act.SEE_DRAFTS, self.program.department_id):
            _missing()
        if not self.indicator.is_due_in(month):
            _missing()
        self.period = _period_of(self.indicator, month)
        self._members = members
        rows = [dict(zip((*_COLUMNS, *_FLAGS, *_SCHEDULE), row, strict=True)) for row in self._rows(access, month)]
        rows, beside = [row for row in rows if not row["elsewhere"]], [row for row in rows if row["elsewhere"]]
        due = {member.pk for member in members if member.is_due_in(month)}
        self._month = {row["indicator_id"]: row for row in rows if row["month"] == month and row["indicator_id"] in due}
        self._beside = [row for row in beside if calculations.is_due(month, *(row[name] for name in _SCHEDULE))]
        self.stored = self._stored(rows, month)
        history = History([row[name] for name in PAIR_COLUMNS] for row in rows)
        self.reading = Reading(access, self.program.department, self.period, history, on=on)
        self.row = self.reading.row(self.indicator, self.stored)

    def _rows(self, access: Access, month: int) -> list[tuple[Any, ...]]:
        return _pairs(
            year=self.indicator.fiscal_year_id,
            program=self.program.pk,
            department=self.program.department_id,
            members=keys(member.pk for member in self._members),
            month=month,
            user=access.user.pk,
        )

    def _stored(self, rows: list[dict[str, Any]], month: int) -> Measurement | None:
        """The row in the database, also one of version 0 that only carries files."""
        for row in rows:
            if row["indicator_id"] == self.indicator.pk and row["month"] == month:
                found = Measurement.from_db("default", _COLUMNS, [row[name] for name in _COLUMNS])
                for name in _FLAGS:
                    setattr(found, name, row[name])
                found.indicator, found.period = self.indicator, self.period
                return found
        return None

    def refresh(self, saved: Measurement | None) -> SheetRow:
        """The row with what was saved just now, or with what somebody else saved meanwhile."""
        if saved is not None:
            before, self.stored = self.stored, saved
            for name in _FLAGS:  # whoever saves touches no file
                setattr(saved, name, getattr(before, name, None))
            saved.is_own = True  # type: ignore[attr-defined]
        self.row = self.reading.row(self.indicator, self.stored)
        return self.row

    def group(self) -> ProgramGroup:
        """The programme's band with the row as it is now."""
        today, projected = [], []
        for member in self._members:
            now, then = self.reading.results_of(member, self._pair_of(member))
            today.append(now)
            projected.append(then)
        program_result = self.reading.program_result
        return ProgramGroup(self.program, program_result(today), program_result(projected), [self.row])

    def _pair_of(self, member: Indicator) -> Measurement | Cell | None:
        """What is saved of the month, complete or not."""
        if member.pk == self.indicator.pk:
            return self.row.measurement
        row = self._month.get(member.pk)
        if row is None or not row["version"] or row["numerator"] is None or row["denominator"] is None:
            return None
        return Cell(row["month"], row["numerator"], row["denominator"], row["no_activity"])

    def why_shut(self) -> str:
        """Why nothing that was not sent yet can be captured in this month, as a sentence; empty where it can."""
        reading = self.reading
        return why_not_open(reading.access, self.period, reading.department.pk, None, reading.deadlines)

    def counts(self) -> MonthCounts:
        here = [row for pk, row in self._month.items() if pk != self.indicator.pk]
        others = [row for row in (*here, *self._beside) if row["version"]]
        own = self.row.measurement
        states = [row["state"] for row in others] + ([own.state] if own else [])
        captured = sum(row["numerator"] is not None and row["denominator"] is not None for row in others)
        captured += own is not None and own.is_complete
        due = len(self._beside) + sum(member.is_due_in(self.period.month) for member in self._members)
        return MonthCounts(due, captured, {state: states.count(state) for state in State.values})


def _missing() -> Any:
    raise Http404("El indicador no corresponde a esta dependencia y mes.")


def _members_of(year: int, month: int, code: str) -> QuerySet[Indicator]:
    """The programme's indicators with the month they are in and its extension.

    Of which department they are, and who may see that, is asked of what was read.
    """
    wanted = Indicator.objects.filter(fiscal_year__year=year, code=code).order_by()
    extension = Extension.objects.filter(
        period_id=OuterRef("period_id"), department_id=OuterRef("action__program__department_id"), ended_at__isnull=True
    )
    found = Indicator.objects.select_for_update(of=("self",), no_key=True)
    found = found.filter(action__program=Subquery(wanted.values("action__program")[:1]))
    found = found.filter(fiscal_year__periods__month=month).annotate(
        period_id=F("fiscal_year__periods__id"),
        opens_on=F("fiscal_year__periods__opens_on"),
        due_on=F("fiscal_year__periods__due_on"),
        closed_on=F("fiscal_year__periods__closed_on"),
        close_reason=F("fiscal_year__periods__close_reason"),
        extension_until=Subquery(extension.order_by("-until").values("until")[:1]),
    )
    found = found.select_related("action__program__department", "fiscal_year").order_by("pk")
    return results.with_target_in_force(found, month)


_locked_members: Compiled[Indicator] = Compiled(_members_of)


def _pairs_of(year: int, program: int, department: int, members: str, month: int, user: int) -> Any:
    """The programme's figures up to the month and, for each indicator of the department's other programmes, that of
    the month; nothing but its schedule where it has none.

    Two queries put together: of one with both conditions PostgreSQL would go through the whole year.
    """
    own = Measurement.changed_by.through.objects.filter(measurement_id=OuterRef("pk"), user_id=user)
    here = Measurement.objects.filter(fiscal_year_id=year, indicator_id__among=members, month__lte=month)
    here = here.annotate(
        is_own=Exists(own),
        evidence_count=Case(When(month=month, then=evidence_count())),
        evidence_faults=Case(When(month=month, then=evidence_count(faulty=True))),
        elsewhere=Value(False),
        **{name: Value(None, output_field=Indicator._meta.get_field(name)) for name in _SCHEDULE},
    ).order_by()
    beside = Indicator.objects.filter(
        fiscal_year_id=year, action__program__fiscal_year_id=year, action__program__department_id=department
    ).exclude(action__program_id=program)
    beside = beside.annotate(
        this=FilteredRelation("measurements", condition=Q(measurements__month=month)),
        is_own=Value(False),
        evidence_count=Value(0),
        evidence_faults=Value(0),
        elsewhere=Value(True),
    ).order_by()
    own_columns = here.values_list(*_COLUMNS, *_FLAGS, *_SCHEDULE)
    others = beside.values_list(*(f"this__{name}" for name in _COLUMNS), *_FLAGS, *_SCHEDULE)
    return own_columns.union(others, all=True).order_by("month")


_pairs: Compiled[tuple[Any, ...]] = Compiled(_pairs_of)


def _period_of(indicator: Any, month: int) -> Period:
    period = Period(
        pk=indicator.period_id,
        fiscal_year=indicator.fiscal_year,
        month=month,
        opens_on=indicator.opens_on,
        due_on=indicator.due_on,
        closed_on=indicator.closed_on,
        close_reason=indicator.close_reason,
    )
    period.extension_until = indicator.extension_until  # type: ignore[attr-defined]
    return period
