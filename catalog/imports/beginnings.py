"""From which month an indicator counts that is added while its year is under way (rule 4b).

Nothing is assumed where some of the year's months have passed: a file's new rows without «Mes de inicio» are asked
about once, and each is an error where there is nobody to ask.
"""

from dataclasses import dataclass, field
from datetime import date

from catalog.workbook.parsing import CatalogRow
from indicators.models import month_name
from programs.models import FiscalYear

SHOWN = 5


@dataclass(slots=True)
class AskedBeginning:
    """``rows``: the number and the code of each new row that does not say it; ``month``: the answer, 0 without one.

    ``proposed``: the month that is under way.
    """

    proposed: int = 0
    month: int = 0
    rows: list[tuple[int, str]] = field(default_factory=list)

    @property
    def unanswered(self) -> bool:
        return bool(self.rows) and not self.month

    def as_json(self) -> dict[str, object]:
        return {
            "count": len(self.rows), "proposed": self.proposed, "month": self.month,
            "rows": [[f"{row}", code] for row, code in self.rows[:SHOWN]],
        }  # fmt: skip


def month_under_way(fiscal_year: FiscalYear, today: date) -> int:
    """The month of today where the year is under way and its January has passed; 0 where nothing is to be asked."""
    return today.month if fiscal_year.year == today.year and today.month > 1 else 0


def sentence(row: CatalogRow, under_way: int) -> str:
    """The error of a new row where there is nobody to ask, without a full stop."""
    return (
        f"{row.indicator_code} se agrega con el ejercicio en curso y no dice desde qué mes cuenta: llene la columna "
        f"«Mes de inicio», por ejemplo con {month_name(under_way)}, o con enero si cuenta todo el año"
    )
