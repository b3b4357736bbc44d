"""The year that is carried on: its programmes with everything below them, and what the new year has already."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F

from indicators.models import Indicator, TargetAdjustment
from programs.models import Action, FiscalYear, Program, ProgramObjective


@dataclass(slots=True)
class SourceProgram:
    """A programme of the old year. ``obstacle`` says why it cannot be carried, "" where it can."""

    program: Program
    objectives: list[ProgramObjective] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    obstacle: str = ""
    is_there: bool = False  # the new year continues it already

    @property
    def retired(self) -> int:
        return sum(1 for indicator in self.indicators if indicator.retired_from is not None)

    @property
    def all_retired(self) -> bool:
        return bool(self.indicators) and self.retired == len(self.indicators)

    def codes(self) -> Iterator[str]:
        yield self.program.code
        yield from (row.code for row in self.actions)
        yield from (row.code for row in self.indicators)


def read_programs(source: FiscalYear, target: FiscalYear | None) -> list[SourceProgram]:
    """All programmes of ``source`` by department and code; 4 queries, and 3 more where ``target`` exists."""
    programs = Program.objects.filter(fiscal_year=source).select_related(
        "department__merged_into", "strategy__objective__axis__plan", "fiscal_year"
    )
    found = {
        program.pk: SourceProgram(program)
        for program in programs.order_by(F("department__number").asc(nulls_last=True), "department__prefix", "code")
    }
    for objective in ProgramObjective.objects.filter(program__fiscal_year=source).order_by("program", "position"):
        found[objective.program_id].objectives.append(objective)
    actions = {}
    for action in Action.objects.filter(fiscal_year=source).order_by("code"):
        actions[action.pk] = action
        found[action.program_id].actions.append(action)
    for indicator in Indicator.objects.filter(fiscal_year=source).order_by("code"):
        indicator.action = actions[indicator.action_id]
        found[indicator.action.program_id].indicators.append(indicator)
    if target is not None:
        _note_obstacles(found.values(), target)  # type: ignore[arg-type]
    return list(found.values())


def _note_obstacles(found: list[SourceProgram], target: FiscalYear) -> None:
    """A programme that is continued already, or any code of it that the new year uses, keeps it from being carried."""
    taken: dict[str, str] = {}
    continued = {}
    for code, previous in Program.objects.filter(fiscal_year=target).values_list("code", "previous_id"):
        taken[code] = "programa"
        continued[previous] = code
    taken |= dict.fromkeys(Action.objects.filter(fiscal_year=target).values_list("code", flat=True), "acción")
    previous_indicators = set()
    for code, previous in Indicator.objects.filter(fiscal_year=target).values_list("code", "previous_id"):
        taken[code] = "indicador"
        previous_indicators.add(previous)
    for row in found:
        if row.program.pk in continued:
            row.is_there = True
            row.obstacle = f"ya continúa en {target.year} como {continued[row.program.pk]}"
            continue
        used = next((code for code in row.codes() if code in taken), None)
        if used is not None:
            row.obstacle = f"la clave {used} ya la usa otro registro de {target.year} ({taken[used]})"
        elif any(indicator.pk in previous_indicators for indicator in row.indicators):
            row.obstacle = f"alguno de sus indicadores ya continúa en {target.year} bajo otro programa"


def last_targets(source: FiscalYear) -> dict[int, Decimal]:
    """By indicator id, the adjusted target in force in December; those never adjusted are left out. One query."""
    rows = TargetAdjustment.objects.filter(indicator__fiscal_year=source).order_by("effective_month")
    return dict(rows.values_list("indicator_id", "target"))
