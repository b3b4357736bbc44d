"""Targets of a file that say neither percentage nor quantity: «12» of «Informes», «100» of «Solicitudes».

Nothing is assumed of them. They are asked about once, by the unit of their action; where every one of a unit is 100 the
percentage stands as the answer until the person changes it. Where there is nobody to ask each is an error.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from catalog.imports.answers import Answers
from catalog.workbook.parsing import CatalogRow
from core.formats import amount
from core.text import fold
from indicators.calculations import ABSOLUTE, PERCENTAGE

SHOWN = 5
HUNDRED = Decimal(100)
WORDS = {PERCENTAGE: "porcentaje", ABSOLUTE: "absoluta"}


@dataclass(slots=True)
class BareTargets:
    """The bare targets of one unit. ``rows``: the number of the row, the code of the indicator and the target."""

    unit: str
    kind: str = ""
    rows: list[tuple[int, str, Decimal]] = field(default_factory=list)

    @property
    def key(self) -> str:
        return fold(self.unit)

    @property
    def are_hundreds(self) -> bool:
        return all(target == HUNDRED for _, _, target in self.rows)


@dataclass(slots=True)
class AskedKinds:
    """The question about all of a file's bare targets, unit by unit in the order of the file."""

    units: dict[str, BareTargets] = field(default_factory=dict)

    @property
    def unanswered(self) -> bool:
        return any(not group.kind for group in self.units.values())

    def as_json(self) -> list[list[object]]:
        """[key, unit, answer, how many, the first rows as texts] for each unit."""
        return [
            [group.key, group.unit, group.kind, len(group.rows), [_told(*row) for row in group.rows[:SHOWN]]]
            for group in self.units.values()
        ]


def _told(row: int, code: str, target: Decimal) -> list[str]:
    return [f"{row}", code, amount(target)]


def ask(rows: Sequence[CatalogRow], known: Collection[str], answers: Answers) -> AskedKinds:
    """What is asked about these rows; ``known``: codes whose kind the catalogue has and the file leaves as it is."""
    asked = AskedKinds()
    for row in rows:
        if row.target_kind == "" and row.indicator_code not in known:
            group = asked.units.setdefault(fold(row.unit), BareTargets(row.unit))
            group.rows.append((row.row, row.indicator_code, row.target))
    for key, group in asked.units.items():
        group.kind = answers.kind_of_bare(key) or (PERCENTAGE if group.are_hundreds else "")
    return asked


def sentence(row: CatalogRow) -> str:
    """The error of a bare target where there is nobody to ask, without a full stop."""
    written = amount(row.target)
    return (
        f"«{written}» no dice si es {written} % o {written} {row.unit}: escríbalo con su signo % o llene la columna "
        "«Tipo de meta» con porcentaje o absoluta"
    )
