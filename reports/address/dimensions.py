"""The four ways in which a plan's programmes are grouped: axis, objective, strategy and department."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from indicators.calculations import ProgramResult
from indicators.results.year import PlanLine


class Listed(Protocol):
    """A programme at a cut-off, as any page of the plan has it."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def department_id(self) -> int: ...
    @property
    def strategy_id(self) -> int: ...
    @property
    def line(self) -> PlanLine | None: ...
    @property
    def result(self) -> ProgramResult: ...


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way of grouping. ``slug`` names it in addresses.

    ``key``, ``pk`` and ``name`` are a programme's group in it: in the address of a filter, in the database, in words.

    ``place`` orders the groups as the plan does; ``above`` is what the group itself hangs from.
    """

    slug: str
    label: str
    plural: str
    key: Callable[[Listed], str]
    pk: Callable[[Listed], int]
    name: Callable[[Listed], str]
    place: Callable[[Listed], tuple[Any, ...]]
    above: "Dimension | None" = None
    feminine: bool = False

    @property
    def all_label(self) -> str:
        return "Todas" if self.feminine else "Todos"

    @property
    def of(self) -> str:
        """«del eje rector», «de la dependencia»."""
        return f"{'de la' if self.feminine else 'del'} {self.label.lower()}"


def line_of(sheet: Listed) -> PlanLine:
    """The line of a programme that was loaded ``with_lines``."""
    assert sheet.line is not None, "loaded without its line"
    return sheet.line


def _department_place(sheet: Listed) -> tuple[Any, ...]:
    line = line_of(sheet)
    return (line.number is None, line.number or 0, line.prefix)


def _axis_place(sheet: Listed) -> tuple[Any, ...]:
    line = line_of(sheet)
    return (line.axis_place, line.axis_id)


def _objective_place(sheet: Listed) -> tuple[Any, ...]:
    line = line_of(sheet)
    return (*_axis_place(sheet), line.objective_place, line.objective_id)


def _strategy_place(sheet: Listed) -> tuple[Any, ...]:
    return (*_objective_place(sheet), line_of(sheet).strategy_place, sheet.strategy_id)


AXIS = Dimension(
    slug="eje",
    label="Eje rector",
    plural="Ejes",
    key=lambda sheet: str(line_of(sheet).axis_id),
    pk=lambda sheet: line_of(sheet).axis_id,
    name=lambda sheet: line_of(sheet).axis,
    place=_axis_place,
)
OBJECTIVE = Dimension(
    slug="objetivo",
    label="Objetivo",
    plural="Objetivos",
    key=lambda sheet: str(line_of(sheet).objective_id),
    pk=lambda sheet: line_of(sheet).objective_id,
    name=lambda sheet: line_of(sheet).objective,
    place=_objective_place,
    above=AXIS,
)
STRATEGY = Dimension(
    slug="estrategia",
    label="Estrategia",
    plural="Estrategias",
    key=lambda sheet: str(sheet.strategy_id),
    pk=lambda sheet: sheet.strategy_id,
    name=lambda sheet: line_of(sheet).strategy,
    place=_strategy_place,
    above=OBJECTIVE,
    feminine=True,
)
DEPARTMENT = Dimension(
    slug="dependencia",
    label="Dependencia",
    plural="Dependencias",
    key=lambda sheet: line_of(sheet).prefix,
    pk=lambda sheet: sheet.department_id,
    name=lambda sheet: sheet.department,
    place=_department_place,
    feminine=True,
)
DIMENSIONS = (AXIS, OBJECTIVE, STRATEGY, DEPARTMENT)
