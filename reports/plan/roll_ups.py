"""Roll-ups: the programmes of an axis, objective, strategy or department as one figure (rule 14)."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.lights import LIGHTS
from core.spreadsheets import Column
from core.spreadsheets.writing import Value
from core.text import fold
from indicators import calculations
from indicators.calculations import RollUp
from indicators.results.year import ProgramSheet
from reports.address.dimensions import Dimension
from reports.address.selection import AS_TEXT, Orders, Sorting
from reports.plan.programs import LIGHTS_SHOWN, coverage, light_counts, part, punctuality, undated_of
from reports.tables import percent_cell


@dataclass(frozen=True, slots=True)
class Group:
    """All the programmes of a group, whatever is filtered; ``key`` names it in addresses."""

    key: str
    name: str
    above: str
    place: int
    sheets: list[ProgramSheet]
    roll_up: RollUp


GROUP_ORDERS: Orders = {
    "plan": Sorting("Orden del plan", lambda group: group.place, ("como en el plan", "al revés")),
    "nombre": Sorting("Nombre", lambda group: fold(group.name), AS_TEXT),
    "programas": Sorting("Programas", lambda group: group.roll_up.programs),
    "global": Sorting("Global", lambda group: group.roll_up.global_, right=True),
    "cumplimiento": Sorting("Cumplimiento", lambda group: group.roll_up.compliance, right=True),
    "meses": Sorting("Meses capturados", lambda group: part(*coverage(group.sheets))),
    "a-tiempo": Sorting("Capturas a tiempo", lambda group: part(*punctuality(group.sheets)), right=True),
}


def groups_of(dimension: Dimension, sheets: Sequence[ProgramSheet], shown: Sequence[ProgramSheet]) -> list[Group]:
    """The groups that have a programme among ``shown``, in the plan's order, each made of all of its ``sheets``."""
    wanted = {dimension.key(sheet) for sheet in shown}
    members: dict[str, list[ProgramSheet]] = {}
    for sheet in sheets:
        if (key := dimension.key(sheet)) in wanted:
            members.setdefault(key, []).append(sheet)
    ordered = sorted(members.items(), key=lambda item: dimension.place(item[1][0]))
    above = dimension.above
    return [
        Group(
            key,
            dimension.name(found[0]),
            above.name(found[0]) if above else "",
            place,
            found,
            calculations.roll_up(sheet.result for sheet in found),
        )
        for place, (key, found) in enumerate(ordered)
    ]


def group_columns(dimension: Dimension) -> list[Column]:
    above = [Column(dimension.above.label, 40)] if dimension.above else []
    lights = [Column(f"Programas {_in_light(light)}", 12) for light in LIGHTS_SHOWN]
    return [
        *above, Column(dimension.label, 60), Column("Programas", 12), Column("Programas con datos", 12),
        Column("Promedio de los globales", 14), Column("Promedio de los cumplimientos", 14), *lights,
        Column("Meses capturados", 12), Column("Meses exigibles", 12), Column("Capturas a tiempo", 12),
        Column("Capturas exigibles", 12), Column("Migradas, sin fecha de envío", 12),
    ]  # fmt: skip


def _in_light(light: str) -> str:
    word = LIGHTS[light][0]
    return word if light == calculations.NO_LIGHT else f"en {word}"


def group_values(group: Group, *, has_deadlines: bool) -> list[Value]:
    """A group's row of the file, in the order of ``group_columns``."""
    in_time: tuple[Value, Value] = punctuality(group.sheets) if has_deadlines else (None, None)
    roll_up = group.roll_up
    above: list[Value] = [group.above] if group.above else []
    lights: list[Value] = [count.programs for count in light_counts(group.sheets)]
    return [
        *above, group.name, roll_up.programs, roll_up.with_data,
        percent_cell(roll_up.global_, roll_up.borders, empty="sin datos"),
        percent_cell(roll_up.compliance, roll_up.borders), *lights, *coverage(group.sheets), *in_time,
        undated_of(group.sheets),
    ]  # fmt: skip
