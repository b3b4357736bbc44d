"""A parsed catalogue against the database of its fiscal year: in memory, with a fixed number of queries.

Programmes, actions and indicators are matched by their code; the hierarchy and departments as ``hierarchy`` says.
A column that the file does not have leaves what is stored; a blank cell of a column that it has is a blank.
Nothing is ever removed: what the file lacks is listed.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import Any

from django.db.models import Max, Min

from catalog.imports import bare_targets, beginnings
from catalog.imports.answers import Answers
from catalog.imports.bare_targets import AskedKinds
from catalog.imports.beginnings import AskedBeginning
from catalog.imports.hierarchy import Departments, Level, Mismatch, same_text
from catalog.imports.left_as_it_is import kept_targets_note, retired_note
from catalog.imports.preview import (
    ACTION,
    INDICATOR,
    PROGRAM,
    Absent,
    AskedTargets,
    CatalogPreview,
    Change,
    Kind,
    RowOutcome,
    Status,
)
from catalog.imports.renames import Offer, Renames
from catalog.imports.writes import Writes
from catalog.rules import FORMULA, MODES, refusal, why_not_begin
from catalog.rules import is_frozen_change as frozen
from catalog.wording import field_value, places, plain_value
from catalog.workbook.cells import IN_PLAN, objective_lines
from catalog.workbook.columns import HEADERS, columns_of
from catalog.workbook.declaring import ColumnSpec
from catalog.workbook.errors import RowError
from catalog.workbook.parsing import ActionRow, CatalogRow, ParsedCatalog, ProgramRow, tiny_target
from core.formats import plain_amount
from core.spreadsheets import single_line
from core.spreadsheets.cells import text_cell
from core.text import fold
from core.without_gc import collector_at_rest
from indicators import calculations
from indicators.models import Indicator, Measurement, Period, TargetAdjustment, month_name
from indicators.results.scope import OFFICIAL, captured_in
from indicators.services import AdjustableFrom
from indicators.wording import target_words
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

ALL_FIELDS = frozenset(HEADERS)

_KINDS = {
    "name": Kind.RENAMED, "text": Kind.RENAMED, "target": Kind.TARGET, "target_kind": Kind.TARGET,
    **dict.fromkeys((*FORMULA, *MODES), Kind.FORMULA),
}  # fmt: skip
_LABELS = {
    model: {f.name: str(f.verbose_name) for f in model._meta.fields}
    for model in (Axis, Objective, Strategy, Department, Program, Action, Indicator)
}


def compare(
    parsed: ParsedCatalog,
    fields: Collection[str] = ALL_FIELDS,
    answers: Answers | None = None,
    today: date | None = None,
) -> CatalogPreview:
    """What importing these rows would do; ``fields`` are those whose columns the file has.

    ``answers`` None: there is nobody to ask, and what would be asked is an error. ``today`` None: no year is under way.
    """
    with collector_at_rest():
        return _Comparison(parsed, frozenset(fields), answers, today).run()


class _Comparison:
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

    def run(self) -> CatalogPreview:
        rows = self._parsed.rows
        self._doubt_plans()
        if not rows:
            return self._preview(None, "", ())
        self._year, self._plan_name = rows[0].year, rows[0].plan
        self._load_year(rows[0])
        if self._year_object is None:
            return self._preview(self._year, self._plan_name, ())
        self._load_catalogue()
        if self._answers is not None:
            self._rename(self._answers, rows)
        stored = self._stored_codes()  # before the file's own are added to them
        given = [row for row in rows if isinstance(row, CatalogRow)]
        self._ask_kinds(given)
        self._ask_beginning(given)
        for row in rows:
            self._compare_row(row)
        self._note()
        self._none_known = bool(stored) and not stored & self._seen
        return self._preview(self._year, self._plan_name, self._absent())

    def _doubt_plans(self) -> None:
        """The years in a plan's name are asked for where nothing else says them."""
        doubts = self._parsed.doubts
        known = {fold(name) for name in Plan.objects.values_list("name", flat=True)} if doubts else set()
        self._errors += [error for name, error in doubts if fold(name) not in known]

    def _preview(self, year: int | None, plan: str, absent: tuple[Absent, ...]) -> CatalogPreview:
        errors = tuple(sorted(self._errors, key=lambda error: error.row or 0))
        notes = (*self._parsed.notes, *self._notes)
        return CatalogPreview(
            year,
            plan,
            tuple(self._outcomes),
            tuple(self._changes),
            absent if not errors else (),
            errors,
            notes,
            self._writes,
            tuple(self._offers),
            self._answers,
            self._asks_adjustment,
            self._asked,
            self._none_known,
            self._kinds,
            self._beginning,
            bool(self._writes.corrected_kinds) and not (self._answers and self._answers.kind_reason),
        )

    def _ask_kinds(self, rows: Sequence[CatalogRow]) -> None:
        """Targets that say neither percentage nor quantity; where nobody can be asked each is an error.

        Not before it is known how the file writes decimals: what is asked shows the numbers.
        """
        if self._parsed.question is not None:
            return
        left = frozenset() if "target_kind" in self._fields else self._indicators.keys()
        bare = [row for row in rows if row.target_kind == ""]
        self._kinds = bare_targets.ask(bare, left, self._answers or Answers())
        tiny = [row for row in bare if 0 < row.target <= 1 and self._kind_of(row) == calculations.PERCENTAGE]
        if not self._kinds.unanswered:
            self._notes += [tiny_target(row.row, row.target) for row in tiny if row.indicator_code not in left]
        if self._answers is None:
            for row in bare:
                if row.indicator_code not in left:
                    self._fail(row.row, "target", plain_amount(row.target), bare_targets.sentence(row))

    def _ask_beginning(self, rows: Sequence[CatalogRow]) -> None:
        """From which month new rows count that do not say it, where the year is under way."""
        year = self._year_object
        under_way = beginnings.month_under_way(year, self._today) if year and year.pk and self._today else 0
        silent = [row for row in rows if row.starts_in is None and row.indicator_code not in self._indicators]
        if not under_way or not silent:
            return
        answer = self._answers.starts_in if self._answers else 0
        self._beginning = AskedBeginning(under_way, answer, [(row.row, row.indicator_code) for row in silent])
        if self._answers is None:
            for row in silent:
                self._fail(row.row, "starts_in", "", beginnings.sentence(row, under_way))

    def _kind_of(self, row: CatalogRow) -> str:
        """The kind of the row's target, a percentage for as long as nobody has answered."""
        group = self._kinds.units.get(fold(row.unit))
        return row.target_kind or (group.kind if group else "") or calculations.PERCENTAGE

    def _note(self) -> None:
        """Say what the file leaves as it is without having said so."""
        codes = [code for what, code in sorted(self._seen) if what == INDICATOR]
        retired = [code for code in codes if self._indicators[code].retired_from is not None]
        if retired:
            self._notes.append(retired_note(retired))
        if self._kept_targets:
            self._notes.append(kept_targets_note(self._kept_targets))

    def _rename(self, answers: Answers, rows: list[ProgramRow]) -> None:
        renames = Renames(answers, list(self._programs.values()))
        if self._plan.pk is not None:
            renames.hierarchy(rows, self._plan, (self._axes, self._objectives, self._strategies))
        renames.departments(rows, self._departments)
        self._offers = renames.offers

    def _fail(self, row: int | None, field: str, value: str, message: str) -> None:
        self._errors.append(RowError(row, HEADERS.get(field, field), value, message))

    # What the database has

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

    # One row

    def _compare_row(self, row: ProgramRow) -> None:
        told, failed = len(self._changes), len(self._errors)
        strategy, department = self._place(row), self._department(row)
        if strategy is not None and department is not None:
            self._refuse_ended(row, department)
            self._below(row, self._program(row, strategy, department))
        if len(self._errors) > failed:
            return
        changes = tuple(self._changes[told:])
        what, stored, code, name = self._subject(row)
        status = Status.ADD if stored.pk is None else Status.CHANGE if changes else Status.STAY
        self._outcomes.append(RowOutcome(row.row, what, code, name, status, changes))

    def _below(self, row: ProgramRow, program: Program) -> None:
        """The action and the indicator of a row that has them."""
        if isinstance(row, ActionRow):
            action = self._action(row, program)
            if isinstance(row, CatalogRow):
                self._indicator(row, action)

    def _subject(self, row: ProgramRow) -> tuple[str, Any, str, str]:
        """The last thing that the row names: what it is, as it is stored or new, its code and its name."""
        if isinstance(row, CatalogRow):
            return INDICATOR, self._indicators[row.indicator_code], row.indicator_code, row.indicator
        if isinstance(row, ActionRow):
            return ACTION, self._actions[row.action_code], row.action_code, row.action
        return PROGRAM, self._programs[row.program_code], row.program_code, row.program

    def _place(self, row: ProgramRow) -> Strategy | None:
        """The row's strategy, through its axis and objective."""
        parent: Any = self._plan
        for level, name, key in (
            (self._axes, row.axis, row.axis_key),
            (self._objectives, row.objective, row.objective_key),
            (self._strategies, row.strategy, row.strategy_key),
        ):
            found = self._found(row, partial(level.find, parent, name, key))
            if found is None:
                return None
            node, is_first = found
            if is_first:
                self._tell_node(node, level.what, node.name, row.row)
            parent = node
        return parent  # type: ignore[no-any-return]

    def _department(self, row: ProgramRow) -> Department | None:
        prefix, number = row.department_prefix, row.department_number
        if "department_prefix" not in self._fields:
            # The code's prefix is only the default: a programme may have moved to a department that exists.
            prefix = self._departments.prefix_of(row.department) or prefix
        found = self._found(row, partial(self._departments.find, prefix, row.department, number))
        if found is None:
            return None
        department, is_first = found
        if is_first:
            self._tell_node(department, "dependencia", f"{department.prefix} {department.name}", row.row)
        return department  # type: ignore[no-any-return]

    def _found(self, row: ProgramRow, find: Callable[[], tuple[Any, bool]]) -> tuple[Any, bool] | None:
        try:
            return find()
        except Mismatch as mismatch:
            self._errors.append(RowError(row.row, mismatch.header, mismatch.value, mismatch.message))
            return None

    def _program(self, row: ProgramRow, strategy: Strategy, department: Department) -> Program:
        program = self._programs.get(row.program_code)
        is_first = (PROGRAM, row.program_code) not in self._seen
        self._seen.add((PROGRAM, row.program_code))
        if program is None:
            program = self._new_program(row, strategy, department)
        elif is_first and program.pk is not None:
            self._update(program, row, PROGRAM, row.program_code)
            self._move(program, "strategy", self._strategy_of(program), strategy, row)
            self._move(program, "department", self._department_of(program), department, row)
            if "objectives" in self._fields:
                self._change_objectives(program, row)
        return program

    def _refuse_ended(self, row: ProgramRow, department: Department) -> None:
        """A department that is gone before the year is over takes nothing more; what stayed with it stays.

        Whether a year that the file makes is of earlier papers is asked later: it has the departments of its time.
        """
        year, program = self._year_object, self._programs.get(row.program_code)
        if year is None or department.ends_on is None or (year.pk is None and department.ends_on.year >= year.year):
            return
        stays = program is not None and program.department_id == department.pk
        known = not isinstance(row, CatalogRow) or row.indicator_code in self._indicators
        why_not = "" if stays and known else department.why_not_in(year)
        if why_not:
            self._fail(row.row, "department", row.department, why_not)

    def _new_program(self, row: ProgramRow, strategy: Strategy, department: Department) -> Program:
        program = Program(
            fiscal_year=self._year_object,
            department=department,
            strategy=strategy,
            code=row.program_code,
            **_values(row, Program),
        )
        self._programs[row.program_code] = program
        self._add(program, PROGRAM, f"{row.program_code} {row.program}", row.row)
        if row.objectives:
            self._writes.objectives.append((program, [], list(row.objectives)))
        return program

    def _strategy_of(self, program: Program) -> Strategy:
        return self._strategies.by_pk(program.strategy_id)  # type: ignore[no-any-return]

    def _department_of(self, program: Program) -> Department:
        return self._departments.by_pk(program.department_id)  # type: ignore[no-any-return]

    def _change_objectives(self, program: Program, row: ProgramRow) -> None:
        before, after = self._texts.get(program.pk, []), list(row.objectives)
        if list(objective_lines(text_cell("\n".join(single_line(text) for text in before)))) == after:
            return
        self._writes.objectives.append((program, before, after))
        self._tell(
            Kind.CHANGED, program, PROGRAM, row.program_code, "objetivos", "; ".join(before), "; ".join(after), row.row
        )

    def _action(self, row: ActionRow, program: Program) -> Action:
        action = self._actions.get(row.action_code)
        is_first = (ACTION, row.action_code) not in self._seen
        self._seen.add((ACTION, row.action_code))
        if action is None:
            action = Action(
                fiscal_year=self._year_object, program=program, code=row.action_code, **_values(row, Action)
            )
            self._actions[row.action_code] = action
            self._add(action, ACTION, row.action_code, row.row)
        elif is_first and action.pk is not None:
            self._update(action, row, ACTION, row.action_code)
            self._move(action, "program", action.program, program, row)
        return action

    def _indicator(self, row: CatalogRow, action: Action) -> None:
        self._seen.add((INDICATOR, row.indicator_code))
        indicator = self._indicators.get(row.indicator_code)
        if row.target_kind == "":
            row = replace(row, target_kind=self._kind_of(row))
        if row.starts_in is None:
            row = replace(row, starts_in=self._beginning.month or 1 if indicator is None else 1)
        if indicator is None:
            indicator = Indicator(
                fiscal_year=self._year_object, action=action, code=row.indicator_code, **_values(row, Indicator)
            )
            self._indicators[row.indicator_code] = indicator
            self._add(indicator, INDICATOR, f"{row.indicator_code} {row.indicator}", row.row)
            return
        self._update(indicator, row, INDICATOR, row.indicator_code)
        self._move(indicator, "action", indicator.action, action, row)

    # Changes

    def _update(self, instance: Any, row: ProgramRow, what: str, label: str) -> None:
        for column, name in _written(type(instance)):
            if column.field not in self._fields:
                continue
            before, after = getattr(instance, name), _value(row, column, name)
            if name == "target" and before == after:
                self._keep_adjusted(instance)
            if before == after or same_text(before, after) or (name == "shares" and _shares(before) == row.shares):
                continue
            if name == "target" and self._is_adjusted(instance):
                self._adjust(instance, after, row)
                continue
            if name == "target_kind" and self._answers is not None and self._is_adjusted(instance):
                self._correct_kind(instance, after, row)
                continue
            reason = self._why_frozen(instance, name, before, after)
            if reason:
                wanted, stored = (field_value(instance, name, value) for value in (after, before))
                message = f"«{wanted}» en vez de «{stored}»: {reason}"
                self._fail(row.row, column.field, wanted, message)
                continue
            self._tell(
                _KINDS.get(name, Kind.CHANGED),
                instance,
                what,
                label,
                _LABELS[type(instance)][name],
                field_value(instance, name, before),
                field_value(instance, name, after),
                row.row,
            )
            self._writes.change(instance, name, before, after)

    def _why_frozen(self, instance: Any, name: str, before: Any, after: Any) -> str:
        """The reason why captures (or an adjusted target) forbid this change; "" where they do not."""
        if not isinstance(instance, Indicator):
            return ""
        if name == "starts_in":
            first = self._first_captured.get(instance.pk)
            return why_not_begin(after, first, instance.retired_from).removesuffix(".")
        if instance.pk in self._captured and frozen(name, before, after):
            return refusal(name).removesuffix(".")
        if instance.pk in self._adjusted and name == "target_kind":
            return refusal(name).removesuffix(".")
        return ""

    def _is_adjusted(self, instance: Any) -> bool:
        """Does another target of this indicator become an adjustment?"""
        return isinstance(instance, Indicator) and (instance.pk in self._captured or instance.pk in self._adjusted)

    def _keep_adjusted(self, indicator: Indicator) -> None:
        """The file has the programmed target, which does not undo the one that is in force."""
        month, target = self._adjusted.get(indicator.pk, [(0, indicator.target)])[-1]
        if target != indicator.target:
            shown = field_value(indicator, "target", target)
            self._kept_targets.append(f"{indicator.code} ({shown} desde {month_name(month)})")

    def _adjust(self, indicator: Indicator, target: Decimal, row: ProgramRow) -> None:
        """Another target where there are captures: from a month on, with its reason; never of what was measured."""
        month, former = self._adjusted.get(indicator.pk, [(0, indicator.target)])[-1]
        if former == target:
            return  # the file already says what an adjustment put in force
        shown, was = (field_value(indicator, "target", value) for value in (target, former))
        if self._answers is None:
            why = refusal("target").removesuffix(".")
            if indicator.pk not in self._captured:
                why = "el indicador tiene metas ajustadas, que parten de la programada; registre otra meta ajustada"
            self._fail(row.row, "target", shown, f"«{shown}» en vez de «{was}»: {why}")
            return
        limit = AdjustableFrom(self._last_closed, self._captured.get(indicator.pk, 0), month)
        self._asked = self._asked.with_target(indicator.code, limit)
        given = self._answers.adjustment
        self._asks_adjustment = self._asks_adjustment or given is None
        if given is not None:
            problem = _why_not_from(given.effective_month, limit, indicator.retired_from)
            if problem:
                self._fail(row.row, "target", shown, f"«{shown}»: {problem}")
                return
            self._writes.adjustments.append((indicator, former, target))
        field = f"meta desde {month_name(given.effective_month)}" if given else "meta"
        self._tell(Kind.ADJUSTED, indicator, INDICATOR, indicator.code, field, was, shown, row.row)

    def _correct_kind(self, indicator: Indicator, kind: str, row: ProgramRow) -> None:
        """The targets of a captured indicator are of the other kind: their numbers stay, and somebody says why."""
        was = target_words(indicator, indicator.target, indicator.action.unit)
        self._writes.change(indicator, "target_kind", indicator.target_kind, kind)
        self._writes.corrected_kinds.add(indicator)
        shown = target_words(indicator, indicator.target, indicator.action.unit)
        self._tell(
            Kind.TARGET, indicator, INDICATOR, indicator.code, "tipo de meta", was, shown, row.row, corrects_kind=True
        )

    def _move(self, instance: Any, name: str, before: Any, after: Any, row: ProgramRow) -> None:
        if before is after:
            return
        self._tell(
            Kind.MOVED,
            instance,
            str(instance._meta.verbose_name),
            instance.code,
            _LABELS[type(instance)][name],
            *places(before, after),
            row.row,
        )
        self._writes.change(instance, name, before, after)

    def _add(self, instance: Any, what: str, label: str, row: int) -> None:
        self._writes.add(instance)
        self._changes.append(Change(Kind.ADDED, what, label, "", "", "", row))

    def _tell_node(self, node: Any, what: str, label: str, row: int) -> None:
        """An axis, objective, strategy or department that this row first names: new, or with changes?"""
        if node.pk is None:
            self._changes.append(Change(Kind.ADDED, what, label, "", "", "", row))
            return
        for name, (before, after) in self._writes.changed.get(type(node), {}).get(node, {}).items():
            kind = Kind.RENAMED if name == "name" else Kind.CHANGED
            change = Change(kind, what, label, _LABELS[type(node)][name], plain_value(before), plain_value(after), row)
            if change[:6] not in self._told:
                self._told.add(change[:6])
                self._changes.append(change)

    def _tell(
        self,
        kind: Kind,
        instance: Any,
        what: str,
        label: str,
        field: str,
        before: str,
        after: str,
        row: int,
        *,
        corrects_kind: bool = False,
    ) -> None:
        captured = instance in self._captured_above or (
            isinstance(instance, Indicator) and instance.pk in self._captured
        )
        self._changes.append(Change(kind, what, label, field, before, after, row, captured, corrects_kind))

    def _stored_codes(self) -> set[tuple[str, str]]:
        stored = {PROGRAM: self._programs, ACTION: self._actions, INDICATOR: self._indicators}
        return {(what, code) for what, by_code in stored.items() for code in by_code}

    def _absent(self) -> tuple[Absent, ...]:
        missing = sorted((code, what) for what, code in self._stored_codes() - self._seen)
        return tuple(Absent(what, code) for code, what in missing)


def _why_not_from(month: int, limit: AdjustableFrom, retired_from: int | None) -> str:
    if retired_from is not None and month >= retired_from:
        return f"se retiró desde {month_name(retired_from)}, y desde entonces ya no tiene meta"
    return f"una meta no se ajusta hacia atrás: {limit.sentence}" if month < limit.first else ""


@cache
def _written(model: type[Any]) -> tuple[tuple[ColumnSpec, str], ...]:
    """What the file's columns write into it: the column and the field, in the order in which changes are told."""
    return tuple((column, name) for column in columns_of(model) for name in (column.name, *column.also))


def _values(row: ProgramRow, model: type[Any]) -> dict[str, Any]:
    """All of what a new one gets from its row."""
    return {name: _value(row, column, name) for column, name in _written(model)}


def _value(row: ProgramRow, column: ColumnSpec, name: str) -> Any:
    if name == "shares":
        return [plain_amount(share) for share in row.value_of(name)] or None
    return row.value_of(column.field)


def _shares(stored: list[str] | None) -> tuple[Decimal, ...]:
    return tuple(Decimal(share) for share in stored or ())
