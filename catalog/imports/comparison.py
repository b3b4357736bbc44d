"""A parsed catalogue against the database of its fiscal year: in memory, with a fixed number of queries.

Programmes, actions and indicators are matched by their code; the hierarchy and departments as ``hierarchy`` says.
A column that the file does not have leaves what is stored; a blank cell of a column that it has is a blank.
Nothing is ever removed: what the file lacks is listed.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from catalog.imports import bare_targets, beginnings
from catalog.imports.answers import Answers
from catalog.imports.beginnings import AskedBeginning
from catalog.imports.changing import Changing, values_of
from catalog.imports.hierarchy import Mismatch
from catalog.imports.left_as_it_is import kept_targets_note, retired_note
from catalog.imports.preview import (
    ACTION,
    INDICATOR,
    PROGRAM,
    Absent,
    CatalogPreview,
    Kind,
    RowOutcome,
    Status,
)
from catalog.imports.renames import Renames
from catalog.workbook.cells import objective_lines
from catalog.workbook.columns import HEADERS
from catalog.workbook.errors import RowError
from catalog.workbook.parsing import ActionRow, CatalogRow, ParsedCatalog, ProgramRow, tiny_target
from core.formats import plain_amount
from core.spreadsheets import single_line
from core.spreadsheets.cells import text_cell
from core.text import fold
from core.without_gc import collector_at_rest
from indicators import calculations
from indicators.models import Indicator
from programs.models import (
    Action,
    Department,
    Plan,
    Program,
    Strategy,
)

ALL_FIELDS = frozenset(HEADERS)


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


class _Comparison(Changing):
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
            **values_of(row, Program),
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
                fiscal_year=self._year_object, program=program, code=row.action_code, **values_of(row, Action)
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
                fiscal_year=self._year_object, action=action, code=row.indicator_code, **values_of(row, Indicator)
            )
            self._indicators[row.indicator_code] = indicator
            self._add(indicator, INDICATOR, f"{row.indicator_code} {row.indicator}", row.row)
            return
        self._update(indicator, row, INDICATOR, row.indicator_code)
        self._move(indicator, "action", indicator.action, action, row)

    def _absent(self) -> tuple[Absent, ...]:
        missing = sorted((code, what) for what, code in self._stored_codes() - self._seen)
        return tuple(Absent(what, code) for code, what in missing)
