"""Offering a rename: a new name that takes over all that stood below one name which the file does not have any more.

A row without keys cannot say whether «Gobierno Abierto» is the corrected name of «Un Gobierno Abierto» or another
axis. It is asked, and never assumed; an offer that is not accepted changes nothing.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.imports.answers import Answers
from catalog.imports.hierarchy import Departments, Level, same_text
from catalog.workbook.parsing import ProgramRow
from core.text import fold
from programs.models import Program


@dataclass(frozen=True, slots=True)
class Offer:
    """``programs``: how many programmes of the year stand below; 0 where its other branches said it."""

    key: str
    what: str
    before: str
    after: str
    programs: int
    accepted: bool

    def __str__(self) -> str:
        return f"{self.what}: «{self.before}» → «{self.after}»"


@dataclass(slots=True)
class _Branch:
    """One name of the file with what hangs on it."""

    name: str
    key: str
    codes: set[str] = field(default_factory=set)
    children: dict[tuple[str, str], "_Branch"] = field(default_factory=dict)

    def child(self, name: str, key: str) -> "_Branch":
        return self.children.setdefault((name, key), _Branch(name, key))


class Renames:
    """Finds the offers and carries out those that are accepted, from the axes down."""

    def __init__(self, answers: Answers, programs: Collection[Program]) -> None:
        self._answers = answers
        self._programs = programs
        self.offers: list[Offer] = []

    def hierarchy(self, rows: Sequence[ProgramRow], plan: Any, levels: Sequence[Level]) -> None:
        """``levels``: axes, objectives and strategies, as stored."""
        below = _codes_below(self._programs, levels)
        self._descend(_tree(rows), plan, levels, below)

    def _descend(self, branch: _Branch, parent: Any, levels: Sequence[Level], below: dict[int, set[str]]) -> None:
        if not levels:
            return
        level, *deeper = levels
        found = {id(child): level.match(parent, child.name, child.key) for child in branch.children.values()}
        named = {id(node) for node in found.values() if node is not None}
        vanished = [node for node in level.children(parent) if id(node) not in named]
        for child in branch.children.values():
            node = found[id(child)]
            if node is None and vanished:
                node = self._offer(level, parent, child, vanished, below, deeper)
            if node is not None:
                self._descend(child, node, deeper, below)

    def _offer(
        self,
        level: Level,
        parent: Any,
        child: _Branch,
        vanished: list[Any],
        below: dict[int, set[str]],
        deeper: Sequence[Level],
    ) -> Any:
        """The node whose new name this is, if it was accepted; None otherwise."""
        taken = [node for node in vanished if _takes_over(child, node, below, deeper)]
        if len(taken) != 1:
            return None
        (node,) = taken
        accepted = self._add(level.what, node, child.name, len(below.get(id(node), ())))
        if not accepted:
            return None
        level.rename(node, parent, child.name)
        vanished.remove(node)
        return node

    def departments(self, rows: Sequence[ProgramRow], departments: Departments) -> None:
        """A department of the same prefix with another name, to which all of its programmes of the year go."""
        names: dict[str, set[str]] = {}
        numbers: dict[str, int | None] = {}
        codes: dict[str, set[str]] = {}
        for row in rows:
            names.setdefault(row.department_prefix, set()).add(row.department)
            numbers[row.department_prefix] = row.department_number
            codes.setdefault(row.department_prefix, set()).add(row.program_code)
        for prefix, given in names.items():
            stored = departments.by_prefix(prefix)
            if stored is None or len(given) != 1 or not departments.is_free(stored, *given):
                continue
            (name,) = given
            if departments.is_renamed_by(stored, numbers[prefix]) and fold(name) != fold(stored.name):
                continue  # prefix and number agree: there is nothing to ask
            own = {program.code for program in self._programs if program.department_id == stored.pk}
            if same_text(stored.name, name) or not own or not own <= codes[prefix]:
                continue
            if self._add("dependencia", stored, name, len(own)):
                departments.rename(stored, name)

    def _add(self, what: str, node: Any, name: str, programs: int) -> bool:
        key = f"{node._meta.model_name}-{node.pk}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
        accepted = self._answers.accepts(key)
        self.offers.append(Offer(key, what, node.name, name, programs, accepted))
        return accepted


def _tree(rows: Iterable[ProgramRow]) -> _Branch:
    root = _Branch("", "")
    strategies: dict[tuple[str, ...], tuple[_Branch, ...]] = {}
    for row in rows:
        place = (row.axis, row.axis_key, row.objective, row.objective_key, row.strategy, row.strategy_key)
        path = strategies.get(place)
        if path is None:
            axis = root.child(row.axis, row.axis_key)
            objective = axis.child(row.objective, row.objective_key)
            path = strategies[place] = (axis, objective, objective.child(row.strategy, row.strategy_key))
        for branch in path:
            branch.codes.add(row.program_code)
    return root


def _codes_below(programs: Iterable[Program], levels: Sequence[Level]) -> dict[int, set[str]]:
    """The year's programme codes below each stored node, by the node's identity."""
    *_, strategies = levels
    below: dict[int, set[str]] = {}
    for program in programs:
        for node in _ancestors(strategies.by_pk(program.strategy_id)):
            below.setdefault(id(node), set()).add(program.code)
    return below


def _ancestors(strategy: Any) -> Iterator[Any]:
    yield strategy
    yield strategy.objective
    yield strategy.objective.axis


def _takes_over(child: _Branch, node: Any, below: dict[int, set[str]], deeper: Sequence[Level]) -> bool:
    """All programmes of the vanished node are below the new name; without any in the year, all its own branches."""
    codes = below.get(id(node))
    if codes:
        return codes <= child.codes
    if not deeper:
        return False
    branches = deeper[0].children(node)
    named = {name for name, _ in child.children}
    return bool(branches) and all(any(same_text(branch.name, name) for name in named) for branch in branches)
