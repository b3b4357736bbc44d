"""What a file is compared with: the plan, the year and its catalogue, read with a fixed number of queries."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min

from catalog.imports.answers import Answers
from catalog.imports.bare_targets import AskedKinds
from catalog.imports.beginnings import AskedBeginning
from catalog.imports.hierarchy import Departments, Level, same_text
from catalog.imports.preview import (
    ACTION,
    INDICATOR,
    PROGRAM,
    AskedTargets,
    Change,
    Kind,
    RowOutcome,
)
from catalog.imports.renames import Offer
from catalog.imports.writes import Writes
from catalog.workbook.cells import IN_PLAN
from catalog.workbook.columns import HEADERS
from catalog.workbook.errors import RowError
from catalog.workbook.parsing import ParsedCatalog, ProgramRow
from core.text import fold
from indicators.models import Indicator, Measurement, Period, TargetAdjustment
from indicators.results.scope import OFFICIAL, captured_in
from programs.models import (
    Action,
    Axis,
    Department,
    FiscalYear,
    Objective,
    Plan,
    Program,
    ProgramObjective,
    Strategy,
)


class StoredCatalogue:
    """Everything by its code or name; ``writes``, ``changes`` and ``errors`` gather what comparing finds."""

    def __init__(
        self, parsed: ParsedCatalog, fields: frozenset[str], answers: Answers | None, today: date | None
    ) -> None:
        self._parsed, self._fields, self._answers, self._today = parsed, fields, answers, today
        self._offers: list[Offer] = []
        self._asks_adjustment, self._last_closed = False, 0
        self._asked = AskedTargets()
        self._kept_targets: list[str] = []
        self._errors: list[RowError] = list(parsed.errors)
        self._changes: list[Change] = []
        self._notes: list[str] = []
        self._writes = Writes()
        self._outcomes: list[RowOutcome] = []
        self._seen: set[tuple[str, str]] = set()
        self._none_known = False
        self._kinds, self._beginning = AskedKinds(), AskedBeginning()
        self._told: set[tuple[Any, ...]] = set()

    def _fail(self, row: int | None, field: str, value: str, message: str) -> None:
        self._errors.append(RowError(row, HEADERS.get(field, field), value, message))

    def _add(self, instance: Any, what: str, label: str, row: int) -> None:
        self._writes.add(instance)
        self._changes.append(Change(Kind.ADDED, what, label, "", "", "", row))

    def _load_year(self, row: ProgramRow) -> None:
        """Find or make the plan and the year; ``_year_object`` stays None where that cannot be."""
        self._year_object: FiscalYear | None = None
        year = FiscalYear.objects.select_related("plan").filter(year=row.year).first()
        if year is not None and year.locked:
            self._fail(row.row, "year", str(row.year), f"«{row.year}» está cerrado: ya no admite ningún cambio")
        elif year is not None and not same_text(year.plan.name, row.plan):
            message = f"«{row.plan}»: el ejercicio {row.year} es de «{year.plan.name}»; escríbalo igual"
            self._fail(row.row, "plan", row.plan, message)
        elif year is not None:
            self._plan, self._year_object = year.plan, year
        else:
            self._make_year(row)

    def _make_year(self, row: ProgramRow) -> None:
        plans = {fold(plan.name): plan for plan in Plan.objects.all()}
        plan = plans.get(fold(row.plan))
        if plan is not None and not same_text(plan.name, row.plan):
            self._fail(row.row, "plan", row.plan, f"«{row.plan}» ya existe como «{plan.name}»; escríbalo igual")
            return
        if plan is not None and not plan.start_year <= row.year <= plan.end_year:
            message = f"«{row.year}» está fuera de los años del plan, {plan.start_year} a {plan.end_year}; {IN_PLAN}"
            self._fail(row.row, "year", str(row.year), message)
            return
        if plan is None:
            if row.plan_start is None or row.plan_end is None or not row.plan_start <= row.year <= row.plan_end:
                return  # told by every row that says so
            plan = Plan(name=row.plan, start_year=row.plan_start, end_year=row.plan_end)
            self._add(plan, "plan", row.plan, row.row)
        self._plan, self._year_object = plan, FiscalYear(plan=plan, year=row.year)
        self._add(self._year_object, "ejercicio", str(row.year), row.row)

    def _load_catalogue(self) -> None:
        self._axes = Level(Axis, "plan", "Eje rector", "Clave del eje", self._writes)
        self._objectives = Level(Objective, "axis", "Objetivo", "Clave del objetivo", self._writes)
        self._strategies = Level(Strategy, "objective", "Estrategia", "Clave de la estrategia", self._writes)
        self._departments = Departments(
            Department, list(Department.objects.select_related("merged_into")), self._writes
        )
        self._programs: dict[str, Program] = {}
        self._actions: dict[str, Action] = {}
        self._indicators: dict[str, Indicator] = {}
        self._texts: dict[int, list[str]] = {}
        self._captured: dict[int, int] = {}  # by indicator id, its last validated month; 0 without any
        self._first_captured: dict[int, int] = {}
        self._adjusted: dict[int, list[tuple[int, Decimal]]] = {}
        if self._plan.pk is not None:
            self._load_hierarchy()
        if self._year_object is not None and self._year_object.pk is not None:
            self._load_programs(self._year_object)
        self._captured_above = self._above_captures()

    def _load_hierarchy(self) -> None:
        parents: dict[int, Any] = {self._plan.pk: self._plan}
        for level, model, parent, path in (
            (self._axes, Axis, "plan_id", "plan"),
            (self._objectives, Objective, "axis_id", "axis__plan"),
            (self._strategies, Strategy, "objective_id", "objective__axis__plan"),
        ):
            nodes = list(model.objects.filter(**{path: self._plan}).order_by("pk"))
            for node in nodes:
                level.store(node, parents[getattr(node, parent)])
            parents = {node.pk: node for node in nodes}

    def _load_programs(self, year: FiscalYear) -> None:
        programs = list(Program.objects.filter(fiscal_year=year))
        actions = list(Action.objects.filter(fiscal_year=year))
        indicators = list(Indicator.objects.filter(fiscal_year=year))
        self._programs = {program.code: program for program in programs}
        self._actions = {action.code: action for action in actions}
        self._indicators = {indicator.code: indicator for indicator in indicators}
        by_pk = {program.pk: program for program in programs}
        for action in actions:
            action.program = by_pk[action.program_id]
        actions_by_pk = {action.pk: action for action in actions}
        for indicator in indicators:
            indicator.action = actions_by_pk[indicator.action_id]
        texts = ProgramObjective.objects.filter(program__fiscal_year=year).order_by("program", "position")
        for program_id, text in texts.values_list("program_id", "text"):
            self._texts.setdefault(program_id, []).append(text)
        captures = Measurement.objects.filter(fiscal_year=year).order_by().values_list("indicator_id")
        validated = captures.annotate(first=Min("month"), last=Max("month", filter=captured_in(OFFICIAL)))
        for indicator, first, last in validated:
            self._captured[indicator], self._first_captured[indicator] = last or 0, first
        adjustments = TargetAdjustment.objects.filter(indicator__fiscal_year=year).order_by("effective_month")
        for indicator, month, target in adjustments.values_list("indicator_id", "effective_month", "target"):
            self._adjusted.setdefault(indicator, []).append((month, target))
        closed = Period.objects.filter(fiscal_year=year, closed_on__isnull=False)
        self._last_closed = closed.aggregate(last=Max("month"))["last"] or 0

    def _above_captures(self) -> set[Any]:
        """The actions and programmes that have captures below them."""
        above: set[Any] = set()
        for indicator in self._indicators.values():
            if indicator.pk in self._captured:
                above |= {indicator.action, indicator.action.program}
        return above

    def _stored_codes(self) -> set[tuple[str, str]]:
        stored = {PROGRAM: self._programs, ACTION: self._actions, INDICATOR: self._indicators}
        return {(what, code) for what, by_code in stored.items() for code in by_code}
