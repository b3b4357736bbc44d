"""The generated catalogue: plans, hierarchy, departments, programmes, actions and indicators of several years.

Everything is made in memory with its key, so that the rows do not depend on the database. The first twenty
indicators already show every frequency, mode, kind of target, direction and schedule.
"""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from catalog.demo import names
from indicators.models import Dimension, Direction, Frequency, Indicator, Mode, Period, Schedule, TargetKind
from indicators.working_days import due_date, opening_date
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

PLAN_YEARS = 3
# Of the year that is under way, months up to this one are closed.
LAST_CLOSED_MONTH = 6
CLOSE_REASON = "Cierre del mes."

# Place of an indicator within its hundred -> the rarer frequencies: about 95 of 100 are monthly.
_FREQUENCIES = {
    4: Frequency.BIMONTHLY,
    7: Frequency.QUARTERLY,
    10: Frequency.FOUR_MONTHLY,
    13: Frequency.HALF_YEARLY,
    16: Frequency.YEARLY,
}
# Place of an indicator within its twenty -> what makes it different from «100 % of what was asked for, by sums».
FIXED_TOTAL, STOCK, RUNNING_TOTAL, REDUCING, NONE_WANTED = 1, 3, 5, 6, 18
ABSOLUTE_LINEAR, ABSOLUTE_EXPLICIT, ABSOLUTE_FLAT = 2, 8, 14
_LINEAR, _NOT_CONSIDERED, _OWN_THRESHOLDS, _WEIGHED = 12, 11, 15, 19

# These are worded for what they are, and do not share their action with others.
_OWN_WORDING = {REDUCING: names.REDUCING, NONE_WANTED: names.REDUCING, _WEIGHED: names.WEIGHED}

_SHARES = ["0", "0", "10", "10", "25", "40", "50", "62.5", "75", "75", "90", "100"]


@dataclass(slots=True)
class Blueprint:
    """One indicator as it is carried from year to year: what is named, and how big its figures are."""

    position: int
    program: int
    action: str
    suffix: str
    wording: names.Wording
    matter: str
    aspect: str
    demand: int  # what a month's denominator is about
    rate: float  # what part of it is attended
    born: int = 0  # the year in which it was last replaced by another one

    @property
    def place(self) -> int:
        return self.position % 20

    @property
    def frequency(self) -> int:
        return _FREQUENCIES.get(self.position % 100, Frequency.MONTHLY)

    @property
    def weighed(self) -> bool:
        """Its amounts have decimals."""
        return self.place == _WEIGHED


@dataclass(slots=True)
class YearCatalogue:
    """The rows of one fiscal year. ``blueprints`` are in the order of ``indicators``."""

    fiscal_year: FiscalYear
    periods: list[Period] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)
    objectives: list[ProgramObjective] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    blueprints: list[Blueprint] = field(default_factory=list)


@dataclass(slots=True)
class Catalogue:
    departments: list[Department]
    plans: list[Plan] = field(default_factory=list)
    axes: list[Axis] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    strategies: list[Strategy] = field(default_factory=list)
    years: list[YearCatalogue] = field(default_factory=list)


class _Keys:
    """The next primary key of each table."""

    def __init__(self) -> None:
        self._counters: dict[type, Iterator[int]] = {}

    def next(self, model: type) -> int:
        return next(self._counters.setdefault(model, itertools.count(1)))


def build_catalogue(rng: random.Random, *, programs: int, indicators: int, first_year: int, years: int) -> Catalogue:
    """The whole catalogue in memory; ``indicators`` and ``programs`` are those of each year."""
    keys = _Keys()
    departments = [
        Department(pk=keys.next(Department), number=number, prefix=entry.prefix, name=entry.name)
        for number, entry in enumerate(names.DEPARTMENTS[:programs], start=1)
    ]
    catalogue = Catalogue(departments)
    blueprints = _blueprints(rng, programs=programs, indicators=indicators)
    for offset in range(years):
        if offset % PLAN_YEARS == 0:
            _add_plan(catalogue, keys, first_year + offset)
        previous = catalogue.years[-1] if catalogue.years else None
        if previous is not None:
            _replace_some(rng, blueprints, first_year + offset)
        catalogue.years.append(
            _build_year(rng, catalogue, keys, blueprints, programs, first_year + offset, previous, offset == years - 1)
        )
    return catalogue


def _add_plan(catalogue: Catalogue, keys: _Keys, start: int) -> None:
    end = start + PLAN_YEARS - 1
    plan = Plan(
        pk=keys.next(Plan), name=f"Plan Municipal de Desarrollo {start} - {end}", start_year=start, end_year=end
    )
    catalogue.plans.append(plan)
    for number, (axis_name, objectives) in enumerate(names.HIERARCHY.items(), start=1):
        axis = Axis(pk=keys.next(Axis), plan=plan, key=str(number), name=axis_name, position=number)
        catalogue.axes.append(axis)
        for place, (objective_name, strategies) in enumerate(objectives.items(), start=1):
            objective = Objective(
                pk=keys.next(Objective), axis=axis, key=f"{number}.{place}", name=objective_name, position=place
            )
            catalogue.objectives.append(objective)
            catalogue.strategies += [
                Strategy(
                    pk=keys.next(Strategy),
                    objective=objective,
                    key=f"{number}.{place}.{step}",
                    name=name,
                    position=step,
                )
                for step, name in enumerate(strategies, start=1)
            ]


def _blueprints(rng: random.Random, *, programs: int, indicators: int) -> list[Blueprint]:
    """Spread the indicators over the programmes: each has one at least, two of three begin their own action."""
    sizes = [1] * programs
    for _ in range(indicators - programs):
        sizes[rng.randrange(programs)] += 1
    made: list[Blueprint] = []
    for program, size in enumerate(sizes):
        matter = _matter(program)
        action, suffix = 0, 0
        for _ in range(size):
            position = len(made)
            shared = position % 20 not in _OWN_WORDING and (position - 1) % 20 not in _OWN_WORDING
            stays = action > 0 and suffix < len(names.SEVERAL) and shared and rng.random() < 0.4
            action, suffix = (action, suffix + 1) if stays else (action + 1, 0)
            wording = made[-1].wording if stays else _OWN_WORDING.get(position % 20) or rng.choice(names.WORDINGS)
            made.append(_blueprint(rng, position, program, matter, action, suffix, wording))
    return made


def _blueprint(
    rng: random.Random,
    position: int,
    program: int,
    matter: str,
    action: int,
    suffix: int,
    wording: names.Wording,
) -> Blueprint:
    return Blueprint(
        position=position,
        program=program,
        action=f"{action:02d}",
        suffix=f"-{chr(ord('A') + suffix)}" if suffix else "",
        wording=wording,
        matter=matter,
        aspect=names.SEVERAL[suffix - 1] if suffix else "",
        demand=rng.choice((4, 6, 10, 15, 25, 40, 60, 90, 140, 250, 600, 2500)),
        rate=rng.choice((0.45, 0.62, 0.74, 0.8, 0.86, 0.9, 0.93, 0.96, 0.98, 1.0, 1.0)),
    )


def _place_of(program: int) -> tuple[int, int]:
    """Department and order within it (from 1) of the n-th programme."""
    return program % len(names.DEPARTMENTS), program // len(names.DEPARTMENTS) + 1


def _matter(program: int) -> str:
    department, order = _place_of(program)
    matters = names.DEPARTMENTS[department].matters
    return matters[(order - 1) % len(matters)]


def _replace_some(rng: random.Random, blueprints: list[Blueprint], year: int) -> None:
    """A new year asks for other indicators here and there: they follow none of the year before."""
    for blueprint in blueprints:
        if rng.random() < 0.04:
            blueprint.born = year
            blueprint.demand = rng.choice((8, 20, 50, 120))


def _build_year(
    rng: random.Random,
    catalogue: Catalogue,
    keys: _Keys,
    blueprints: list[Blueprint],
    programs: int,
    year: int,
    previous: YearCatalogue | None,
    under_way: bool,
) -> YearCatalogue:
    fiscal_year = FiscalYear(pk=keys.next(FiscalYear), plan=catalogue.plans[-1], year=year, demo_data=True)
    made = YearCatalogue(fiscal_year, blueprints=blueprints)
    made.periods = [_period(keys, fiscal_year, month, under_way) for month in range(1, 13)]
    strategies = [row for row in catalogue.strategies if row.objective.axis.plan is fiscal_year.plan]
    for number in range(programs):
        _add_program(catalogue, keys, made, strategies, number, previous)
    actions: dict[tuple[int, str], Action] = {}
    for position, blueprint in enumerate(blueprints):
        program = made.programs[blueprint.program]
        key = (blueprint.program, blueprint.action)
        if key not in actions:
            actions[key] = Action(
                pk=keys.next(Action),
                fiscal_year=fiscal_year,
                program=program,
                code=f"{program.code}-{blueprint.action}",
                text=blueprint.wording.action.format(blueprint.matter),
                unit=blueprint.wording.unit,
            )
        before = previous.indicators[position] if previous and blueprint.born < year else None
        made.indicators.append(_indicator(rng, keys, fiscal_year, actions[key], blueprint, before))
    made.actions = list(actions.values())
    return made


def _period(keys: _Keys, fiscal_year: FiscalYear, month: int, under_way: bool) -> Period:
    due_on = due_date(fiscal_year.year, month)
    closed = not under_way or month <= LAST_CLOSED_MONTH
    return Period(
        pk=keys.next(Period),
        fiscal_year=fiscal_year,
        month=month,
        opens_on=opening_date(fiscal_year.year, month),
        due_on=due_on,
        closed_on=closed_on(due_on) if closed else None,
        close_reason=CLOSE_REASON if closed else "",
    )


def closed_on(due_on: date) -> date:
    """The day on which planning closes a month that was due then."""
    return due_on + timedelta(days=20)


def _add_program(
    catalogue: Catalogue,
    keys: _Keys,
    made: YearCatalogue,
    strategies: list[Strategy],
    number: int,
    previous: YearCatalogue | None,
) -> None:
    place, order = _place_of(number)
    department = catalogue.departments[place]
    matter = _matter(number)
    lead = names.PROGRAM_LEADS[(order - 1) % len(names.PROGRAM_LEADS)]
    program = Program(
        pk=keys.next(Program),
        fiscal_year=made.fiscal_year,
        department=department,
        strategy=strategies[(place * 7 + order) % len(strategies)],
        code=f"{department.prefix}-{order:02d}",
        number=f"{department.number}.{order}",
        name=f"{lead} {matter}",
        description=f"Con este programa, {department.name} ordena sus acciones de {matter}, mide lo que se solicita "
        "y lo que se atiende, y da cuenta de ello cada mes.",
        previous=previous.programs[number] if previous else None,
    )
    made.programs.append(program)
    made.objectives += [
        ProgramObjective(pk=keys.next(ProgramObjective), program=program, position=position, text=text)
        for position, text in enumerate(
            (f"Mejorar los servicios de {matter}.", f"Atender con oportunidad la demanda de {matter}."), start=1
        )
    ]


def _indicator(
    rng: random.Random,
    keys: _Keys,
    fiscal_year: FiscalYear,
    action: Action,
    blueprint: Blueprint,
    before: Indicator | None,
) -> Indicator:
    wording, matter = blueprint.wording, blueprint.matter
    aspect = f" {blueprint.aspect}" if blueprint.aspect else ""
    indicator = Indicator(
        pk=keys.next(Indicator),
        fiscal_year=fiscal_year,
        action=action,
        code=action.code + blueprint.suffix,
        name=wording.indicator.format(matter) + aspect,
        frequency=blueprint.frequency,
        target=Decimal(100),
        numerator_label=wording.numerator.format(matter) + aspect,
        denominator_label=wording.denominator.format(matter),
        definition=f"Mide qué parte se cumple de: {wording.denominator.format(matter).lower()}.",
        dimension=rng.choice(Dimension.values),
        baseline=Decimal(rng.randrange(500, 1000)) / 10,
        baseline_year=fiscal_year.year - 1,
        verification="Bitácora de la dependencia",
        source="Registros administrativos",
        responsible_area=f"Área de {matter}",
        previous=before,
    )
    _make_special(indicator, blueprint)
    return indicator


def _make_special(indicator: Indicator, blueprint: Blueprint) -> None:
    place = blueprint.place
    if place in (FIXED_TOTAL, STOCK):
        indicator.denominator_mode = Mode.LAST
    if place in (STOCK, RUNNING_TOTAL):
        indicator.numerator_mode = Mode.LAST
    if place in (ABSOLUTE_LINEAR, ABSOLUTE_EXPLICIT, ABSOLUTE_FLAT):
        indicator.target_kind = TargetKind.ABSOLUTE
        indicator.target = Decimal(blueprint.demand * (12 // blueprint.frequency))
    if place == ABSOLUTE_EXPLICIT:
        indicator.schedule, indicator.shares = Schedule.EXPLICIT, list(_SHARES)
    if place in (ABSOLUTE_FLAT, _NOT_CONSIDERED):
        indicator.schedule = Schedule.FLAT
    if place == _LINEAR:
        indicator.schedule = Schedule.LINEAR
    if place in (REDUCING, NONE_WANTED):
        indicator.direction = Direction.DESCENDING
        indicator.target = Decimal(15 if place == REDUCING else 0)
    if place == _OWN_THRESHOLDS:
        indicator.green_from, indicator.amber_from, indicator.over_above = Decimal(95), Decimal(80), Decimal(120)
    indicator.considered = place != _NOT_CONSIDERED
