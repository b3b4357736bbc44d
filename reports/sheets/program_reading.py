"""A programme read for its page: three queries for any number of its indicators, and none that grows with the plan."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from core.compiled import Compiled, keys
from core.keeping import hashable, written
from core.models import TrailEntry
from indicators.calculations import Cell
from indicators.models import Indicator, Period, State, TargetAdjustment
from programs.models import Action, FiscalYear, Program
from reports.address.cutoff import Cut
from reports.sheets.month_words import cell_in_scope

_ACTION = ("id", "code", "text", "unit", "official_key")
_INDICATOR = (
    "id", "code", "name", "numerator_label", "denominator_label", "numerator_mode", "denominator_mode", "considered",
    "target_kind", "target", "direction", "schedule", "shares", "frequency", "starts_in", "retired_from",
    "green_from", "amber_from", "over_above", "official_key",
)  # fmt: skip
_ADJUSTED = ("effective_month", "target", "reason", "authorized_by", "instrument", "created_at")
_CAPTURE = (
    "indicator_id", "state", "version", "numerator", "denominator", "validated_numerator", "validated_denominator",
    "submitted_at", "returned_at", "no_activity", "validated_no_activity", "justification", "validated_justification",
)  # fmt: skip


class Capture(NamedTuple):
    """What the page needs of a measurement."""

    indicator_id: int
    state: str
    version: int
    numerator: Decimal | None
    denominator: Decimal | None
    validated_numerator: Decimal | None
    validated_denominator: Decimal | None
    submitted_at: datetime | None
    returned_at: datetime | None
    no_activity: str
    validated_no_activity: str
    justification: str
    validated_justification: str

    @property
    def is_correction(self) -> bool:
        return self.validated_numerator is not None and self.state != State.VALIDATED


@dataclass(slots=True)
class IndicatorRead:
    indicator: Indicator
    unit: str
    adjustments: list[TargetAdjustment] = field(default_factory=list)
    captures: dict[int, Capture] = field(default_factory=dict)

    def cells(self, cut: Cut) -> list[Cell]:
        """The captured months in scope, in order."""
        cells = (cell_in_scope(month, row, cut) for month, row in sorted(self.captures.items()))
        return [cell for cell in cells if cell is not None]


@dataclass(slots=True)
class ActionRead:
    code: str
    text: str
    unit: str
    official_key: str = ""
    indicators: list[IndicatorRead] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Month:
    """A month's dates; ``extension_until`` is the last day of the department's longest extension."""

    month: int
    opens_on: date
    due_on: date
    closed_on: date | None
    extension_until: date | None


class Move(NamedTuple):
    """From one department to another, by their names in the trail."""

    at: datetime
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ProgramRead:
    program: Program
    objectives: list[str]
    actions: list[ActionRead]
    months: list[Month]
    move: Move | None = None  # the last one to another department
    past: list[IndicatorRead] = field(default_factory=list)  # of the programme that this one continues
    past_year: int | None = None  # whose it is
    said: Hashable = None  # all of it as the database said it

    @property
    def indicators(self) -> list[IndicatorRead]:
        return [row for action in self.actions for row in action.indicators]


def read_program(fiscal_year: FiscalYear, code: str) -> ProgramRead | None:
    """The programme with its actions, indicators, adjusted targets and captures; None where there is none.

    With it, in the same queries, the figures of the programme that it continues.
    """
    rows: list[Any] = _program(year=fiscal_year.pk, code=code)
    if not rows:
        return None
    program, objectives = rows[0], [row.objective_text for row in rows if row.objective_text]
    former, past_year = program.previous_id, rows[0].past_year
    listed = _listed(programs=keys({program.pk, former} - {None}))
    actions, before = (_actions([row[1:] for row in listed if row[0] == pk]) for pk in (program.pk, former))
    by_id = {row.indicator.pk: row for action in (*actions, *before) for row in action.indicators}
    said_months = _listed_months(
        years=keys({program.fiscal_year_id, past_year} - {None}), department=program.department_id, ids=keys(by_id)
    )
    strategy = program.strategy
    objective = strategy.objective
    above = (program, program.department, strategy, objective, objective.axis, objective.axis.plan)
    said = (
        tuple(map(written, above)),
        tuple(objectives),
        tuple(map(hashable, listed)),
        tuple(said_months),
    )
    months = _months(said_months, by_id, program.fiscal_year_id)
    past = [row for action in before for row in action.indicators]
    return ProgramRead(program, objectives, actions, months, _move(program), past, past_year, said)


def _program_of(year: int, code: str) -> QuerySet[Program]:
    return (
        Program.objects.filter(fiscal_year_id=year, code=code)
        .select_related("department", "strategy__objective__axis__plan")
        .annotate(objective_text=F("objectives__text"), moved_at=_last_move("at"), moved=_last_move("changes"))
        .annotate(past_year=F("previous__fiscal_year_id"))
        .order_by("objectives__position")
    )


_program: Compiled[Program] = Compiled(_program_of)


def _move(row: Any) -> Move | None:
    """None where the last entry is the one in which the programme was made: it came from no department."""
    before, after = row.moved["department"] if row.moved else (None, None)
    return Move(row.moved_at, before, after) if before and after else None


def _last_move(column: str) -> Subquery:
    """Of the trail's last entry that names the programme's department."""
    entries = TrailEntry.objects.filter(
        subject_type="programs.program", subject_id=OuterRef("pk"), changes__department__isnull=False
    )
    return Subquery(entries.order_by("-id").values(column)[:1])


def _actions(rows: Sequence[tuple[Any, ...]]) -> list[ActionRead]:
    """In code order, each with its indicators: one row for each adjusted target of each of them."""
    actions: dict[int, ActionRead] = {}
    found: dict[int, IndicatorRead] = {}
    for pk, code, text, unit, official_key, *rest in rows:
        action = actions.setdefault(pk, ActionRead(code, text, unit, official_key))
        *values, month, target, reason, authorized_by, instrument, created_at = rest
        if values[0] is None:
            continue
        read = found.get(values[0])
        if read is None:
            read = found[values[0]] = IndicatorRead(_indicator(values), unit)
            action.indicators.append(read)
        if month is not None:
            read.adjustments.append(
                TargetAdjustment(
                    effective_month=month,
                    target=target,
                    reason=reason,
                    authorized_by=authorized_by,
                    instrument=instrument,
                    created_at=created_at,
                )
            )
    return list(actions.values())


def _actions_of(programs: str) -> QuerySet[Action, Any]:
    joined = [*(f"indicators__{name}" for name in _INDICATOR)]
    adjusted = [f"indicators__adjustments__{name}" for name in _ADJUSTED]
    rows = Action.objects.filter(program_id__among=programs).order_by("code", "indicators__code", adjusted[0])
    return rows.values_list("program_id", *_ACTION, *joined, *adjusted)


_listed: Compiled[tuple[Any, ...]] = Compiled(_actions_of)


def _indicator(values: Sequence[Any]) -> Indicator:
    return Indicator.from_db(None, _INDICATOR, values)


_DATES = ("month", "opens_on", "due_on", "closed_on", "extension_until")


def _months_of(years: str, department: int, ids: str) -> QuerySet[Period, Any]:
    mine = FilteredRelation("measurements", condition=Q(measurements__indicator__among=ids))
    periods = Period.objects.filter(fiscal_year_id__among=years).with_extension_of(department).annotate(mine=mine)
    return periods.order_by("month").values_list("fiscal_year_id", *_DATES, *(f"mine__{name}" for name in _CAPTURE))


_listed_months: Compiled[tuple[Any, ...]] = Compiled(_months_of)


def _months(rows: Iterable[tuple[Any, ...]], by_id: Mapping[int, IndicatorRead], year: int) -> list[Month]:
    """The twelve months of that year, and with them the captures of these indicators."""
    months: dict[int, Month] = {}
    for of, *row in rows:
        month, capture = row[0], row[5:]
        if of == year:
            months.setdefault(month, Month(*row[:5]))
        if capture[0] is not None:
            by_id[capture[0]].captures[month] = Capture(*capture)
    return list(months.values())
