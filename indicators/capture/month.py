"""What the capture and review pages show, read with a fixed number of queries.

``month_sheet`` reads one department's month: a row per indicator that is due, with its earlier figures and what its
result is today (preliminary) and would be once this month's pair is submitted. Nothing here divides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, Model, OuterRef, Q, QuerySet, Subquery

from accounts.access import Access
from accounts.access import Action as Act
from accounts.models import User
from core.compiled import Compiled, keys
from core.models import FileFault
from indicators import calculations
from indicators.calculations import Cell, IndicatorResult, ProgramResult
from indicators.checks import Background, Question, questions
from indicators.deadlines import Deadlines
from indicators.models import (
    COMPLETE_STATES,
    Evidence,
    Indicator,
    Measurement,
    Observation,
    Period,
    State,
)
from indicators.results import standards
from indicators.results import year as results
from indicators.results.backgrounds import background_of
from indicators.results.effect import month_pairs
from indicators.results.scope import PRELIMINARY, pair_that_counts, reason_that_counts
from indicators.writing import why_not_open
from programs.models import Action, Department, FiscalYear, Program


@dataclass(slots=True)
class SheetRow:
    """One indicator in the month. ``today`` counts what is preliminary, ``projected`` this month's saved pair too."""

    indicator: Indicator
    measurement: Measurement | None
    previous: Cell | None
    last_values: tuple[Decimal | None, Decimal | None]
    today: IndicatorResult
    projected: IndicatorResult
    blocked: str = ""
    observations: list[Observation] = field(default_factory=list)
    is_own: bool = False  # this person changed the pair, so that they may not review it
    background: Background | None = None  # what the checks hold the pair against
    evidence: int = 0  # files in force
    evidence_faults: int = 0  # of these, lost or altered in the store
    # When a correction of it was last validated, and the pair that stood there before; None without any.
    corrected: tuple[datetime, Decimal, Decimal] | None = None

    @property
    def id(self) -> int:
        return self.indicator.pk

    @property
    def version(self) -> int:
        """The version that whoever looks at this row saw; 0 where nothing is saved."""
        return self.measurement.version if self.measurement else 0

    @property
    def is_captured(self) -> bool:
        return self.measurement is not None and self.measurement.is_complete

    @property
    def is_settled(self) -> bool:
        """Submitted or validated: only a correction changes it."""
        return self.measurement is not None and self.measurement.state in COMPLETE_STATES

    @property
    def asked(self) -> list[Question]:
        """What is unusual about the saved pair, explained or not."""
        row = self.measurement
        if row is None or row.numerator is None or row.denominator is None:
            return []
        return questions(row.numerator, row.denominator, row.no_activity, self.background)

    @property
    def prefill(self) -> tuple[Decimal | None, Decimal | None]:
        """What a «último» side starts with where nothing is saved yet; it counts once it is saved."""
        return (None, None) if self.measurement else self.last_values


@dataclass(slots=True)
class ProgramGroup:
    program: Program
    today: ProgramResult
    projected: ProgramResult
    rows: list[SheetRow]


@dataclass(slots=True)
class MonthSheet:
    """A department's month; ``rows`` are the indicators that are due, in code order."""

    department: Department
    period: Period
    groups: list[ProgramGroup]
    not_due: list[Indicator]
    deadlines: Deadlines
    indicators: list[Indicator] = field(default_factory=list, repr=False)  # all of the department's
    pairs: list[tuple[Any, ...]] = field(default_factory=list, repr=False)  # its ``month_pairs``

    @property
    def rows(self) -> list[SheetRow]:
        return [row for group in self.groups for row in group.rows]

    @property
    def captured(self) -> int:
        return sum(row.is_captured for row in self.rows)

    def count(self, state: str) -> int:
        return sum(row.measurement is not None and row.measurement.state == state for row in self.rows)


def month_sheet(access: Access, department: Department, period: Period, *, on: date) -> MonthSheet:
    """Read the sheet in 4 queries; ``period`` comes with its fiscal year."""
    indicators = _indicators(period, department.pk)
    pairs = month_pairs(period, indicators)
    reading = Reading(access, department, period, History(pairs), on=on)
    measurements = _month_rows(access, period, indicators)
    observations = _observations(measurements.values())
    rows = []
    for indicator in indicators:
        measurement = measurements.get(indicator.pk)
        row = reading.row(indicator, measurement)
        row.observations = observations.get(measurement.pk, []) if measurement else []
        rows.append(row)
    sheet = _assemble(department, period, rows, reading.thresholds, reading.deadlines)
    sheet.indicators, sheet.pairs = indicators, pairs
    return sheet


class Reading:
    """What the rows of one department's month are made with, once it was read."""

    def __init__(self, access: Access, department: Department, period: Period, history: "History", *, on: date) -> None:
        self.access, self.department, self.period, self.history = access, department, period, history
        self.deadlines = Deadlines.of_department(period, department.pk, on=on)
        self.thresholds = standards.thresholds_of(period.fiscal_year)
        self._sentences: dict[tuple[str, datetime | None], str] = {}

    def row(self, indicator: Indicator, measurement: Measurement | None) -> SheetRow:
        """``measurement`` comes with ``is_own`` and its files counted; the indicator with its target in force.

        One of version 0 only carries files: nobody has captured anything there yet.
        """
        period, history = self.period, self.history
        files = (measurement.evidence_count, measurement.evidence_faults) if measurement else (0, 0)  # type: ignore[attr-defined]
        measurement = measurement if measurement is not None and measurement.version else None
        earlier = history.current_pairs(indicator.pk, before=period.month)
        today, projected = self.results_of(indicator, measurement)
        if measurement is not None:
            measurement.indicator, measurement.period = indicator, period
        return SheetRow(
            indicator=indicator,
            measurement=measurement,
            previous=history.current_pair(indicator.pk, period.month - indicator.frequency),
            last_values=_last_values(indicator, earlier),
            today=today,
            projected=projected,
            blocked=self._blocked(measurement),
            is_own=bool(measurement and measurement.is_own),  # type: ignore[attr-defined]
            background=background_of(indicator, period.month, earlier),
            evidence=files[0] or 0,
            evidence_faults=files[1] or 0,
            corrected=corrected if (corrected := getattr(measurement, "corrected", None)) and corrected[0] else None,
        )

    def _blocked(self, row: Measurement | None) -> str:
        """Why this person cannot write in this row; asked once of rows in the same state, not once a row."""
        state = (row.state, row.returned_at if row.state == State.RETURNED else None) if row else ("", None)
        if state not in self._sentences:
            self._sentences[state] = _blocked(self.access, self.department, self.period, row, self.deadlines)
        return self._sentences[state]

    def results_of(
        self, indicator: Indicator, pair: Measurement | Cell | None
    ) -> tuple[IndicatorResult, IndicatorResult]:
        """What counts today, and what would with this month's saved pair."""
        month = self.period.month
        adjusted = indicator.adjusted_target  # type: ignore[attr-defined]
        spec = standards.spec_of(indicator, month=month)
        if adjusted is not None:
            spec = replace(spec, target=adjusted)
        held = calculations.yardstick(spec, month, standards.indicator_thresholds(indicator, self.thresholds))

        def measured(cells: Sequence[Cell]) -> IndicatorResult:
            both = calculations.accumulate(
                cells, numerator_mode=spec.numerator_mode, denominator_mode=spec.denominator_mode
            )
            sides = both.numerator, both.denominator, both.months, both.no_activity
            return calculations.measured(spec.code, spec.considered, held, *sides)

        counted = self.history.preliminary(indicator.pk)
        then = _with_pair(counted, pair)
        today = measured(counted)
        return today, today if then == counted else measured(then)

    def program_result(self, found: Iterable[IndicatorResult]) -> ProgramResult:
        return _program_result(self.period.fiscal_year, found, self.thresholds)


def _indicators(period: Period, department_id: int) -> list[Indicator]:
    """The department's indicators with the target in force; what several of them hang from is made once."""
    actions: dict[int, Action] = {}
    programs: dict[int, Program] = {}
    found = []
    for values in _listed(year=period.fiscal_year_id, department=department_id, month=period.month):
        more = iter(values)
        indicator = Indicator.from_db("default", _OWN, [next(more) for _ in _OWN])
        indicator.adjusted_target = next(more)  # type: ignore[attr-defined]
        of_action, of_program = [next(more) for _ in _ACTION], [next(more) for _ in _PROGRAM]
        if of_action[0] not in actions:
            action = actions[of_action[0]] = Action.from_db("default", _ACTION, of_action)
            if of_program[0] not in programs:
                programs[of_program[0]] = Program.from_db("default", _PROGRAM, of_program)
            action._state.fields_cache["program"] = programs[of_program[0]]
        indicator._state.fields_cache["action"] = actions[of_action[0]]
        found.append(indicator)
    return found


def _columns(model: type[Model]) -> list[str]:
    """Its key in front."""
    return [field.attname for field in model._meta.concrete_fields]


_OWN, _ACTION, _PROGRAM = _columns(Indicator), _columns(Action), _columns(Program)


def _listed_of(year: int, department: int, month: int) -> Any:
    found = Indicator.objects.filter(fiscal_year_id=year, action__program__fiscal_year_id=year)
    found = results.with_target_in_force(found.of_department(department).order_by("code"), month)
    return found.values_list(
        *_OWN,
        "adjusted_target",
        *(f"action__{name}" for name in _ACTION),
        *(f"action__program__{name}" for name in _PROGRAM),
    )


_listed: Compiled[tuple[Any, ...]] = Compiled(_listed_of)


def evidence_count(*, faulty: bool = False) -> Subquery:
    """How many files in force a figure has; NULL for none. Within the figures' query.

    ``faulty``: only those that the store lost or that were altered there.
    """
    files = Evidence.measurements.through.objects.filter(
        measurement_id=OuterRef("pk"), evidence__superseded_by__isnull=True, evidence__withdrawn_at__isnull=True
    )
    if faulty:
        files = files.filter(evidence__file__in=FileFault.objects.values("name"))
    return Subquery(files.order_by().values("measurement_id").annotate(n=Count("pk")).values("n"))


_COLUMNS = _columns(Measurement)
_CORRECTED = ("id", "validated_at", "former_numerator", "former_denominator")
_FLAGS = ("is_own", "evidence_count", "evidence_faults", *(f"correction_made__{name}" for name in _CORRECTED))
_PEOPLE = ("updated_by", "submitted_by", "validated_by")
_NAMES = ("id", "username", "first_name", "last_name")  # what a person is called by


def _month_rows(access: Access, period: Period, indicators: Iterable[Indicator]) -> dict[int, Measurement]:
    """The month's figures by indicator, those of version 0 too, with the people whose acts they are, each once."""
    found = _captured(
        year=period.fiscal_year_id,
        month=period.month,
        indicators=keys(row.pk for row in indicators),
        user=access.user.pk,
    )
    people: dict[int | None, User | None] = {None: None}
    latest: dict[int, int] = {}  # by figure, the correction that is told
    rows = {}
    for values in found:
        row = Measurement.from_db("default", _COLUMNS, values[: len(_COLUMNS)])
        more = iter(values[len(_COLUMNS) :])
        row.is_own, row.evidence_count, row.evidence_faults = next(more), next(more), next(more)  # type: ignore[attr-defined]
        correction, *told = (next(more) for _ in _CORRECTED)
        row.corrected = tuple(told)  # type: ignore[attr-defined]
        if correction is not None and correction < latest.get(row.pk, 0):
            continue  # a figure that was corrected more than once comes as often
        latest[row.pk] = correction or 0
        for who in _PEOPLE:
            key, *names = (next(more) for _ in _NAMES)
            if key not in people:
                people[key] = User.from_db("default", _NAMES, (key, *names))
            row._state.fields_cache[who] = people[key]
        rows[row.indicator_id] = row
    return rows


def _captured_in(year: int, month: int, indicators: str, user: int) -> Any:
    own = Measurement.changed_by.through.objects.filter(measurement_id=OuterRef("pk"), user_id=user)
    found = Measurement.objects.filter(fiscal_year_id=year, month=month, indicator_id__among=indicators).order_by()
    found = found.annotate(
        is_own=Exists(own), evidence_count=evidence_count(), evidence_faults=evidence_count(faulty=True),
        correction_made=FilteredRelation("corrections", condition=Q(corrections__validated_at__isnull=False)),
    )  # fmt: skip
    return found.values_list(*_COLUMNS, *_FLAGS, *(f"{who}__{name}" for who in _PEOPLE for name in _NAMES))


_captured: Compiled[tuple[Any, ...]] = Compiled(_captured_in)


def _observations(rows: Iterable[Measurement]) -> dict[int, list[Observation]]:
    """The thread of each measurement, oldest first."""
    threads: dict[int, list[Observation]] = {}
    for observation in _observed(measurements=keys(row.pk for row in rows)):
        threads.setdefault(observation.measurement_id, []).append(observation)
    return threads


def _observed_of(measurements: str) -> QuerySet[Observation]:
    found = Observation.objects.filter(measurement_id__among=measurements)
    return found.select_related("author").order_by("id")


_observed: Compiled[Observation] = Compiled(_observed_of)


class History:
    """The pairs of some indicators from January on, as ``PAIR_COLUMNS`` give them, month by month."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._current: dict[int, dict[int, Cell]] = {}
        self._preliminary: dict[int, list[Cell]] = {}
        for indicator_id, month, state, n, d, validated_n, validated_d, reason, validated_reason in rows:
            if n is not None and d is not None:
                self._current.setdefault(indicator_id, {})[month] = Cell(month, n, d, reason)
            counted = pair_that_counts(PRELIMINARY, state, (n, d), (validated_n, validated_d))
            if counted is not None:
                told = reason_that_counts(PRELIMINARY, state, reason, validated_reason)
                self._preliminary.setdefault(indicator_id, []).append(Cell(month, *counted, told))

    def preliminary(self, indicator_id: int) -> list[Cell]:
        return self._preliminary.get(indicator_id, [])

    def current_pair(self, indicator_id: int, month: int) -> Cell | None:
        return self._current.get(indicator_id, {}).get(month)

    def current_pairs(self, indicator_id: int, *, before: int) -> list[Cell]:
        return [cell for month, cell in self._current.get(indicator_id, {}).items() if month < before]


def _last_values(indicator: Indicator, earlier: Sequence[Cell]) -> tuple[Decimal | None, Decimal | None]:
    """The last value of each «último» side by rule 2, None where the side is a sum or never had one."""
    if calculations.LAST not in (indicator.numerator_mode, indicator.denominator_mode):
        return None, None
    last = calculations.accumulate(
        earlier, numerator_mode=indicator.numerator_mode, denominator_mode=indicator.denominator_mode
    )
    numerator = last.numerator if indicator.numerator_mode == calculations.LAST else None
    denominator = last.denominator if indicator.denominator_mode == calculations.LAST else None
    return numerator or None, denominator or None


def _with_pair(counted: list[Cell], pair: Measurement | Cell | None) -> list[Cell]:
    """What counts, with this month's saved pair in the place of its own."""
    if pair is None or pair.numerator is None or pair.denominator is None:
        return counted
    before = [cell for cell in counted if cell.month != pair.month]
    return [*before, Cell(pair.month, pair.numerator, pair.denominator, pair.no_activity)]


def _blocked(
    access: Access, department: Department, period: Period, row: Measurement | None, deadlines: Deadlines
) -> str:
    """Why this person cannot write in this row, as a sentence; empty when they can."""
    if not access.allows(Act.CAPTURE, department.pk):
        return "Usted puede ver esta captura, no cambiarla."
    why_not = why_not_open(access, period, department.pk, row, deadlines)
    if why_not:
        return why_not
    if row is not None and row.state in COMPLETE_STATES and not access.allows(Act.MAKE_CORRECTION, department.pk):
        if row.state == State.SUBMITTED:
            return "Ya se envió. Si hay que cambiarla, pida a su director que la devuelva."
        return "Ya se validó. Si hay que corregirla, pídalo a Planeación."
    return ""


def _assemble(
    department: Department,
    period: Period,
    rows: Sequence[SheetRow],
    thresholds: calculations.Thresholds,
    deadlines: Deadlines,
) -> MonthSheet:
    by_program: dict[Program, list[SheetRow]] = {}
    for row in rows:
        by_program.setdefault(row.indicator.action.program, []).append(row)
    groups, not_due = [], []
    for program, members in by_program.items():
        due = [row for row in members if row.indicator.is_due_in(period.month)]
        not_due += [row.indicator for row in members if row not in due]
        if due:
            groups.append(
                ProgramGroup(
                    program,
                    _program_result(period.fiscal_year, (row.today for row in members), thresholds),
                    _program_result(period.fiscal_year, (row.projected for row in members), thresholds),
                    due,
                )
            )
    return MonthSheet(department, period, groups, not_due, deadlines)


def _program_result(
    year: FiscalYear, found: Iterable[IndicatorResult], thresholds: calculations.Thresholds
) -> ProgramResult:
    return calculations.program_result(found, missing_as_zero=year.missing_as_zero, thresholds=thresholds)
