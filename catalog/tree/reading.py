"""The catalogue of one year as a tree, folded: a fixed number of queries for any number of programmes.

Actions and indicators are read only of the programmes that are opened or found by a search.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

from catalog.workbook.columns import columns_of
from core.text import fold
from indicators.models import Indicator
from indicators.wording import retired_text, target_words
from programs.models import Action, Axis, Department, FiscalYear, Objective, Program, Strategy

UNFOLDED_PROGRAMS = 30
"""A catalogue of so many programmes or fewer is shown with its strategies open."""
MATCHES = 200
"""A search shows so many actions and indicators; of more it says how many there are."""


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    pk: int
    code: str
    name: str
    facts: str
    retired: str = ""


@dataclass(slots=True)
class ActionLine:
    pk: int
    code: str
    text: str
    unit: str
    facts: str
    indicators: list[IndicatorLine] = field(default_factory=list)


@dataclass(slots=True)
class ProgramLine:
    """``actions`` is None while the programme is folded; ``retired`` says since when all of it is, if it is."""

    code: str
    name: str
    department: str
    facts: str
    retired: str
    actions: list[ActionLine] | None = None


@dataclass(slots=True)
class Branch:
    """An axis, objective or strategy; ``programs`` only below strategies. ``facts`` is what it holds, in words."""

    kind: str
    pk: str
    key: str
    name: str
    branches: list["Branch"] = field(default_factory=list)
    programs: list[ProgramLine] = field(default_factory=list)
    facts: str = ""
    is_open: bool = False

    def count(self) -> int:
        return len(self.programs) + sum(branch.count() for branch in self.branches)


@dataclass(frozen=True, slots=True)
class Tree:
    """``found`` is how many programmes, and ``left_out`` how many actions and indicators a search did not show."""

    axes: list[Branch]
    programs: int
    actions: int
    indicators: int
    found: int
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """What the page was asked: words to look for, a department's prefix, and a programme to open."""

    words: tuple[str, ...] = ()
    department: str = ""
    opened: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.words or self.department)


def ask(text: str, department: str, opened: str) -> Question:
    """«  Gestión PRE » looks for both words, whatever their case and accents."""
    return Question(tuple(fold(text).split()), department, opened)


def plan_tree(fiscal_year: FiscalYear, question: Question) -> Tree:
    """The tree, narrowed to what the question finds; at most 8 queries."""
    programs = list(Program.objects.filter(fiscal_year=fiscal_year).select_related("department").order_by("code"))
    actions = _counts(Action.objects.filter(fiscal_year=fiscal_year), "program_id")
    indicators = _counts(Indicator.objects.filter(fiscal_year=fiscal_year), "action__program_id")
    matches = _Matches(fiscal_year, question)
    branches = _branches(fiscal_year)
    lines: dict[int, list[ProgramLine]] = {}
    shown: dict[int, ProgramLine] = {}
    for program in programs:
        if question.department and program.department.prefix != question.department:
            continue
        whole = not question.words or matches.program(program) or branches.matches(program.strategy_id, question.words)
        if not (whole or program.pk in matches.within):
            continue
        line = _program_line(program, actions.get(program.pk, {}), indicators.get(program.pk, {}))
        lines.setdefault(program.strategy_id, []).append(line)
        if program.code == question.opened or (not whole and program.pk in matches.within):
            shown[program.pk] = line
    left_out = _open(shown, matches, question)
    opens = question.narrows or len(programs) <= UNFOLDED_PROGRAMS
    return Tree(
        branches.assemble(lines, question, opens=opens),
        len(programs),
        sum(counted["number"] for counted in actions.values()),
        sum(counted["number"] for counted in indicators.values()),
        sum(map(len, lines.values())),
        left_out,
    )


def program_actions(program: Program) -> list[ActionLine]:
    """What a programme unfolds to; 2 queries."""
    return _unfolded([program.pk]).get(program.pk, [])


def department_choices(fiscal_year: FiscalYear) -> list[tuple[str, str]]:
    """(prefix, name) of the departments with programmes in the year."""
    found = Department.objects.filter(programs__fiscal_year=fiscal_year).distinct()
    found = found.order_by(F("number").asc(nulls_last=True), "prefix")
    return [(department.prefix, department.name) for department in found]


def count_words(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _counts(rows: QuerySet[Any], program: str) -> dict[int, dict[str, Any]]:
    values: dict[str, Any] = {"number": Count("pk")}
    if rows.model is Indicator:
        values |= {"retired": Count("retired_from"), "latest": Max("retired_from")}
    return {row.pop(program): row for row in rows.order_by().values(program).annotate(**values)}


def _program_line(program: Program, actions: Mapping[str, Any], indicators: Mapping[str, Any]) -> ProgramLine:
    parts = [
        count_words(actions.get("number", 0), "acción", "acciones"),
        count_words(indicators.get("number", 0), "indicador", "indicadores"),
    ]
    parts += _facts(program)
    all_retired = bool(indicators) and indicators["retired"] == indicators["number"]
    retired = retired_text([indicators["latest"]]) if all_retired else ""
    if indicators.get("retired") and not retired:
        parts.append(count_words(indicators["retired"], "retirado", "retirados"))
    return ProgramLine(program.code, program.name, program.department.name, " · ".join(parts), retired)


class _Matches:
    """The actions and indicators that a search finds, by programme; 2 queries, none without words."""

    def __init__(self, fiscal_year: FiscalYear, question: Question) -> None:
        self._words = question.words
        self.actions: set[int] = set()
        self.indicators: set[int] = set()
        self.within: set[int] = set()
        if not question.words:
            return
        wanted = Q()
        for word in question.words:
            wanted &= Q(search__contains=word)
        found = Action.objects.filter(wanted, fiscal_year=fiscal_year)
        below = Indicator.objects.filter(wanted, fiscal_year=fiscal_year)
        if question.department:
            found = found.filter(program__department__prefix=question.department)
            below = below.filter(action__program__department__prefix=question.department)
        for pk, program_id in found.order_by("code").values_list("pk", "program_id"):
            self.actions.add(pk)
            self.within.add(program_id)
        for pk, program_id in below.order_by("code").values_list("pk", "action__program_id"):
            self.indicators.add(pk)
            self.within.add(program_id)

    def program(self, program: Program) -> bool:
        return _has(f"{program.search} {program.department.search}", self._words)


class _Branches:
    """The plan's hierarchy with the folded words of every node, those of what it stands below included."""

    def __init__(self, axes: list[Axis], objectives: list[Objective], strategies: list[Strategy]) -> None:
        self._axes, self._objectives, self._strategies = axes, objectives, strategies
        self._texts: dict[Axis | Objective | Strategy, str] = {}
        axis_texts = {row.pk: self._read(row, "") for row in axes}
        objective_texts = {row.pk: self._read(row, axis_texts[row.axis_id]) for row in objectives}
        self._strategy_texts = {row.pk: self._read(row, objective_texts[row.objective_id]) for row in strategies}

    def _read(self, node: Axis | Objective | Strategy, above: str) -> str:
        self._texts[node] = fold(f"{above} {node.key} {node.name}")
        return self._texts[node]

    def matches(self, strategy_id: int, words: Collection[str]) -> bool:
        return _has(self._strategy_texts[strategy_id], words)

    def assemble(self, lines: Mapping[int, list[ProgramLine]], question: Question, *, opens: bool) -> list[Branch]:
        """The branches with their programmes; of a narrowed tree those with something found, or found themselves."""
        by_objective: dict[int, list[Branch]] = {}
        for strategy in self._strategies:
            branch = _branch(strategy, "estrategias", programs=lines.get(strategy.pk, []))
            branch.is_open = opens or any(line.actions is not None for line in branch.programs)
            self._keep(branch, strategy, question, by_objective.setdefault(strategy.objective_id, []))
        by_axis: dict[int, list[Branch]] = {}
        for objective in self._objectives:
            branch = _branch(objective, "objetivos", branches=by_objective.get(objective.pk, []))
            self._keep(branch, objective, question, by_axis.setdefault(objective.axis_id, []))
        axes: list[Branch] = []
        for axis in self._axes:
            self._keep(_branch(axis, "ejes", branches=by_axis.get(axis.pk, [])), axis, question, axes)
        for axis_branch in axes:
            _say_what_it_holds(axis_branch)
        return axes

    def _keep(
        self, branch: Branch, node: Axis | Objective | Strategy, question: Question, siblings: list[Branch]
    ) -> None:
        by_name = bool(question.words) and not question.department and _has(self._texts[node], question.words)
        if not question.narrows or branch.branches or branch.programs or by_name:
            siblings.append(branch)


def _branch(node: Axis | Objective | Strategy, kind: str, **below: Any) -> Branch:
    return Branch(kind, str(node.pk), node.key, node.name, is_open=True, **below)


def _has(text: str, words: Collection[str]) -> bool:
    return all(word in text for word in words)


def _say_what_it_holds(branch: Branch) -> None:
    for below in branch.branches:
        _say_what_it_holds(below)
    number = branch.count()
    branch.facts = count_words(number, "programa", "programas") if number else "sin programas"


def _branches(fiscal_year: FiscalYear) -> _Branches:
    plan = fiscal_year.plan_id
    return _Branches(
        list(Axis.objects.filter(plan=plan)),
        list(Objective.objects.filter(axis__plan=plan).order_by("position", "id")),
        list(Strategy.objects.filter(objective__axis__plan=plan).order_by("position", "id")),
    )


def _open(shown: Mapping[int, ProgramLine], matches: _Matches, question: Question) -> int:
    """Unfold these programmes: the one that was asked for whole, the others to what was found in them.

    Gives how many of the lines found are left out because there are more than ``MATCHES``.
    """
    found = _unfolded(shown) if shown else {}
    left_out, room = 0, MATCHES
    for pk, line in shown.items():
        asked = line.code == question.opened
        actions = found.get(pk, []) if asked else _only_found(found.get(pk, []), matches)
        lines = sum(1 + len(action.indicators) for action in actions)
        if lines > room and not asked:
            left_out += lines
            continue
        room -= lines
        line.actions = actions
    return left_out


def _only_found(actions: Iterable[ActionLine], matches: _Matches) -> list[ActionLine]:
    """An action that was found keeps its indicators; of another one those remain that were found themselves."""
    kept = []
    for action in actions:
        if action.pk not in matches.actions:
            action.indicators = [line for line in action.indicators if line.pk in matches.indicators]
        if action.pk in matches.actions or action.indicators:
            kept.append(action)
    return kept


def _unfolded(program_ids: Collection[int]) -> dict[int, list[ActionLine]]:
    """The actions of these programmes with their indicators, in code order; 2 queries."""
    found: dict[int, list[ActionLine]] = {}
    by_pk: dict[int, ActionLine] = {}
    for row in Action.objects.filter(program__in=program_ids).order_by("code"):
        by_pk[row.pk] = ActionLine(row.pk, row.code, row.text, row.unit, " · ".join([row.unit, *_facts(row)]))
        found.setdefault(row.program_id, []).append(by_pk[row.pk])
    for indicator in Indicator.objects.filter(action__program__in=program_ids).order_by("code"):
        action = by_pk[indicator.action_id]
        action.indicators.append(_indicator_line(indicator, action.unit))
    return found


def _facts(row: Program | Action | Indicator) -> list[str]:
    """What its columns say of it in its line."""
    said = (column.fact(row) for column in columns_of(type(row)) if column.fact is not None)
    return [fact for fact in said if fact]


def _indicator_line(indicator: Indicator, unit: str) -> IndicatorLine:
    facts = [f"meta {target_words(indicator, indicator.target, unit)}", indicator.get_frequency_display()]
    facts += _facts(indicator)
    retired = retired_text([indicator.retired_from])
    return IndicatorLine(indicator.pk, indicator.code, indicator.name, " · ".join(facts), retired)
