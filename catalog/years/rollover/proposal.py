"""What a roll-over would write, made in memory: new rows that nobody has saved, counts, notes and a fingerprint."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models

from catalog.years.lifecycle import NewPlan
from catalog.years.rollover.reading import SourceProgram, last_targets, read_programs
from core.text import fold
from indicators.models import Indicator
from programs.models import Action, Axis, Department, FiscalYear, Objective, Plan, Program, ProgramObjective, Strategy

CURRENT, ORIGINAL = "vigente", "programada"
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the officer asks for.

    ``plan``: the plan of the new year, None where the year exists. ``codes`` of the programmes to carry. ``targets``:
    CURRENT, the target in force in December, adjustments included, or ORIGINAL, as it was programmed.
    """

    source: FiscalYear
    year: int
    plan: Plan | NewPlan | None
    codes: frozenset[str]
    targets: str = CURRENT
    with_retired: bool = False


@dataclass(slots=True)
class Proposal:
    """New rows, parents before children, with their parents set; ``target`` None: the year is made too."""

    wish: Wish
    target: FiscalYear | None
    axes: list[Axis] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    strategies: list[Strategy] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)
    program_objectives: list[ProgramObjective] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    adjusted: int = 0  # indicators whose target differs from the one programmed
    retired: int = 0  # indicators that are not carried because they are retired
    by_department: dict[Department, Counter[str]] = field(default_factory=dict)
    obstacles: list[tuple[str, str]] = field(default_factory=list)  # (programme, why it is not carried)
    left_out: int = 0  # programmes nobody asked for
    keys_dropped: int = 0  # keys of the hierarchy that the new plan uses for something else
    fingerprint: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing to write; an empty year is opened on its own page."""
        return not self.programs


def propose(wish: Wish) -> Proposal:
    """Work out what would be written; a fixed number of queries, none of them writes."""
    target = FiscalYear.objects.select_related("plan").filter(year=wish.year).first()
    proposal = Proposal(wish, target)
    chosen = _choose(read_programs(wish.source, target), proposal)
    hierarchy = _Hierarchy(proposal, target.plan if target else wish.plan)
    targets = last_targets(wish.source) if wish.targets == CURRENT else {}
    for row in chosen:
        _carry(row, hierarchy.strategy_for(row.program.strategy), targets, proposal)
    proposal.fingerprint = _fingerprint(proposal)
    return proposal


def _choose(found: list[SourceProgram], proposal: Proposal) -> list[SourceProgram]:
    chosen = []
    for row in found:
        if row.program.code not in proposal.wish.codes:
            proposal.left_out += not row.is_there
        elif row.obstacle:
            proposal.obstacles.append((str(row.program), row.obstacle))
        elif row.program.department.heir_in(proposal.wish.year) is None:
            ended = row.program.department
            why_not = f"{ended.name} {ended.end_in_words}: páselo antes a otra dependencia en el árbol"
            proposal.obstacles.append((str(row.program), why_not))
        else:
            chosen.append(row)
    return chosen


def copy_of(row: M, **given: Any) -> M:
    """A new row with the same values but for its key, its folded text and what is given."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key and field.name != "search"]
    values = {field.attname: getattr(row, field.attname) for field in fields if field.name not in given}
    return type(row)(**values, **given)


def _carry(row: SourceProgram, strategy: Strategy, targets: dict[int, Any], proposal: Proposal) -> None:
    """The programme and what is below it. Its year is set when it is written: it may not exist yet."""
    # What was merged away goes on in the department that absorbed it.
    department = row.program.department.heir_in(proposal.wish.year) or row.program.department
    counts = proposal.by_department.setdefault(department, Counter())
    program = copy_of(row.program, fiscal_year=None, strategy=strategy, previous=row.program, department=department)
    proposal.programs.append(program)
    proposal.program_objectives += [copy_of(objective, program=program) for objective in row.objectives]
    carried = [one for one in row.indicators if proposal.wish.with_retired or one.retired_from is None]
    proposal.retired += len(row.indicators) - len(carried)
    with_indicators = {indicator.action_id for indicator in row.indicators}
    kept = {indicator.action_id for indicator in carried}
    actions = {
        action.pk: copy_of(action, fiscal_year=None, program=program)
        for action in row.actions
        if action.pk in kept or action.pk not in with_indicators
    }
    proposal.actions += actions.values()
    for indicator in carried:
        target = targets.get(indicator.pk, indicator.target)
        proposal.adjusted += target != indicator.target
        proposal.indicators.append(
            copy_of(
                indicator,
                fiscal_year=None,
                action=actions[indicator.action_id],
                previous=indicator,
                target=target,
                retired_from=None,
                starts_in=1,
            )
        )
    counts.update(programs=1, actions=len(actions), indicators=len(carried))


class _Hierarchy:
    """The strategies of the new year's plan: the same ones within a plan, copies by name under another one.

    Names that differ only in case, accents or blanks are one: a copy beside it would be a second branch.
    """

    def __init__(self, proposal: Proposal, plan: Plan | NewPlan | None) -> None:
        self._proposal = proposal
        self._same = isinstance(plan, Plan) and plan.pk == proposal.wish.source.plan_id
        self._plan = plan if isinstance(plan, Plan) else None
        self._nodes: dict[tuple[str, ...], Any] = {}
        self._keys: set[tuple[tuple[str, ...], str]] = set()
        if not self._same and self._plan is not None:
            self._read(self._plan)

    def _read(self, plan: Plan) -> None:
        for axis in Axis.objects.filter(plan=plan):
            self._know((axis.name,), axis)
        for objective in Objective.objects.filter(axis__plan=plan).select_related("axis"):
            self._know((objective.axis.name, objective.name), objective)
        strategies = Strategy.objects.filter(objective__axis__plan=plan).select_related("objective__axis__plan")
        for strategy in strategies:
            self._know((strategy.objective.axis.name, strategy.objective.name, strategy.name), strategy)

    def _know(self, names: tuple[str, ...], node: Any) -> None:
        path = _folded(names)
        self._nodes.setdefault(path, node)
        if node.key:
            self._keys.add((path[:-1], node.key))

    def strategy_for(self, old: Strategy) -> Strategy:
        if self._same:
            return old
        path = (old.objective.axis.name, old.objective.name, old.name)
        made = self._proposal
        axis = self._node(path[:1], old.objective.axis, made.axes, plan=self._plan)
        objective = self._node(path[:2], old.objective, made.objectives, axis=axis)
        strategy: Strategy = self._node(path, old, made.strategies, objective=objective)
        return strategy

    def _node(self, names: tuple[str, ...], old: Any, made: list[Any], **parent: Any) -> Any:
        path = _folded(names)
        if path not in self._nodes:
            clashes = (path[:-1], old.key) in self._keys
            self._proposal.keys_dropped += clashes
            node = copy_of(old, key="" if clashes else old.key, **parent)
            made.append(node)
            self._know(names, node)
        return self._nodes[path]


def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(name) for name in names)


def _fingerprint(proposal: Proposal) -> str:
    """Changes whenever anything that would be written does: another wish, year, row, value or obstacle."""
    wish, target = proposal.wish, proposal.target
    digest = hashlib.sha256()
    plan = target.plan_id if target else wish.plan.pk if isinstance(wish.plan, Plan) else wish.plan
    facts = (
        wish.source.pk,
        wish.year,
        plan,
        wish.targets,
        wish.with_retired,
        target and target.pk,
        target and target.locked,
    )
    digest.update(repr(facts).encode())
    rows: Iterable[models.Model] = (
        *proposal.axes, *proposal.objectives, *proposal.strategies, *proposal.programs,
        *proposal.program_objectives, *proposal.actions, *proposal.indicators,
    )  # fmt: skip
    for row in rows:
        values = [getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "search"]
        digest.update(repr(values).encode())
    digest.update(repr(proposal.obstacles).encode())
    return digest.hexdigest()
