"""Two years' catalogues side by side, matched through what each programme and indicator says that it continues.

Never by code: a code may have been given to something else. What came and went, was renamed, moved, got another
target or formula, as the lines that the pages of an import show too.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalog.wording import field_value, strategy_path
from catalog.workbook.columns import columns_of
from catalog.years.rollover.reading import last_targets
from catalog.years.succession import KINDS, ancestors, only_of
from core.spreadsheets import Column, Sheet, write_workbook
from indicators.models import Indicator
from programs.models import FiscalYear, Program, ProgramObjective

# Section, its title, and what a line of it says.
TITLES = {
    "added": "Son nuevos",
    "dropped": "Ya no están",
    "renamed": "Cambiaron de nombre",
    "recoded": "Cambiaron de clave",
    "moved": "Se movieron",
    "target": "Cambió su meta",
    "formula": "Cambió su fórmula o acumulación",
    "asked": "Cambió cómo se piden o cuentan",
    "sheet": "Otros datos",
}
_THRESHOLDS = ("green_from", "amber_from", "over_above")  # of an indicator, and no columns of the file


@dataclass(frozen=True, slots=True)
class Line:
    """``field``, ``before`` and ``after`` are empty for what is new or gone."""

    section: str
    what: str
    label: str
    field: str
    before: str
    after: str

    def as_row(self) -> list[Any]:
        """As the sections of an import's pages have their lines: without a row of a file."""
        return [None, self.what, self.label, self.field, self.before, self.after]


@dataclass(frozen=True, slots=True)
class YearComparison:
    older: FiscalYear
    newer: FiscalYear
    lines: tuple[Line, ...]
    same: int  # programmes and indicators that continue without any change
    continued: int  # those that continue, changed or not

    def sections(self) -> dict[str, list[list[Any]]]:
        found: dict[str, list[list[Any]]] = {}
        for key in TITLES:
            lines = [line.as_row() for line in self.lines if line.section == key]
            if lines:
                found[key] = lines
        return found


def compare_years(older: FiscalYear, newer: FiscalYear) -> YearComparison:
    """What became of ``older`` in ``newer``; a fixed number of queries."""
    maker = _Comparer(older, newer)
    lines = (*maker.programs(), *maker.indicators())
    return YearComparison(older, newer, lines, maker.same, maker.continued)


class _Comparer:
    def __init__(self, older: FiscalYear, newer: FiscalYear) -> None:
        self._years = (older, newer)
        self._programs: dict[int, int] = {}
        self.same = self.continued = 0

    def programs(self) -> Iterator[Line]:
        before, after = (_programs_of(year) for year in self._years)
        objectives = _objectives_of(*self._years)
        self._programs = only_of(ancestors(KINDS["programas"], *self._years), before)
        for row, former in self._pairs(before, after, self._programs):
            yield from self._told(former, row, _program_changes(former, row, objectives))
        yield from _gone(before, self._programs, "programa")

    def indicators(self) -> Iterator[Line]:
        before, after = (_indicators_of(year) for year in self._years)
        targets = [last_targets(year) for year in self._years]
        links = only_of(ancestors(KINDS["indicadores"], *self._years), before)
        for row, former in self._pairs(before, after, links):
            yield from self._told(former, row, self._indicator_changes(former, row, targets))
        yield from _gone(before, links, "indicador")

    def _pairs(
        self, before: dict[int, Any], after: dict[int, Any], links: dict[int, int]
    ) -> Iterator[tuple[Any, Any | None]]:
        for pk, row in after.items():
            yield row, before[links[pk]] if pk in links else None

    def _told(self, former: Any | None, row: Any, changes: Iterator[tuple[str, str, str, str]]) -> Iterator[Line]:
        what = str(row._meta.verbose_name)
        if former is None:
            yield Line("added", what, str(row), "", "", "")
            return
        found = [Line(section, what, str(row), *values) for section, *values in changes]
        self.continued += 1
        self.same += not found
        yield from found

    def _indicator_changes(
        self, former: Indicator | None, row: Indicator, targets: list[dict[int, Decimal]]
    ) -> Iterator[tuple[str, str, str, str]]:
        if former is None:
            return
        yield from _changed("recoded", former, row, "code")
        if self._programs.get(row.action.program_id) != former.action.program_id:
            yield "moved", "programa", str(former.action.program), str(row.action.program)
        yield from _columns_changed(former.action, row.action)
        old, new = (found.get(one.pk, one.target) for found, one in zip(targets, (former, row), strict=True))
        if (old, former.target_kind) != (new, row.target_kind):
            yield "target", "meta vigente", field_value(former, "target", old), field_value(row, "target", new)
        yield from _columns_changed(former, row)
        for name in _THRESHOLDS:
            yield from _changed("sheet", former, row, name)


def _program_changes(
    former: Program | None, row: Program, objectives: dict[int, list[str]]
) -> Iterator[tuple[str, str, str, str]]:
    if former is None:
        return
    yield from _changed("recoded", former, row, "code")
    yield from _columns_changed(former, row)
    if former.department_id != row.department_id:
        yield "moved", "dependencia", str(former.department), str(row.department)
    paths = strategy_path(former.strategy), strategy_path(row.strategy)
    if paths[0] != paths[1]:
        yield "moved", "estrategia", *paths
    lists = objectives.get(former.pk, []), objectives.get(row.pk, [])
    if lists[0] != lists[1]:
        yield "sheet", "objetivos", "\n".join(lists[0]), "\n".join(lists[1])


def _columns_changed(former: Any, row: Any) -> Iterator[tuple[str, str, str, str]]:
    for column in columns_of(type(row)):
        if column.compared:
            for name in (column.name, *column.also):
                yield from _changed(column.compared, former, row, name)


def _changed(section: str, former: Any, row: Any, name: str) -> Iterator[tuple[str, str, str, str]]:
    before, after = getattr(former, name), getattr(row, name)
    if before != after:
        label = str(row._meta.get_field(name).verbose_name)
        yield section, label, field_value(former, name, before), field_value(row, name, after)


def _gone(before: dict[int, Any], links: dict[int, int], what: str) -> Iterator[Line]:
    continued = set(links.values())
    for pk, row in before.items():
        if pk not in continued:
            yield Line("dropped", what, str(row), "", "", "")


def _programs_of(year: FiscalYear) -> dict[int, Program]:
    rows = Program.objects.filter(fiscal_year=year).select_related("department", "strategy__objective__axis")
    return {row.pk: row for row in rows.order_by("code")}


def _objectives_of(*years: FiscalYear) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = ProgramObjective.objects.filter(program__fiscal_year__in=years).order_by("program", "position")
    for program, text in rows.values_list("program_id", "text"):
        found.setdefault(program, []).append(text)
    return found


def _indicators_of(year: FiscalYear) -> dict[int, Indicator]:
    rows = Indicator.objects.filter(fiscal_year=year).select_related("action__program")
    return {row.pk: row for row in rows.order_by("code")}


def comparison_workbook(comparison: YearComparison) -> bytes:
    """The same lines in one sheet, with the change in a column to filter by."""
    older, newer = str(comparison.older.year), str(comparison.newer.year)
    columns = [
        Column("Cambio", 24, choices=[TITLES[key] for key in comparison.sections()]), Column("Qué", 12),
        Column("Clave y nombre", 60), Column("Dato", 24), Column(older, 50), Column(newer, 50),
    ]  # fmt: skip
    rows = [
        (TITLES[line.section], line.what, line.label, line.field, line.before, line.after) for line in comparison.lines
    ]
    buffer = io.BytesIO()
    write_workbook([Sheet(f"{older} y {newer}", columns, rows, frozen=1)], buffer)
    return buffer.getvalue()
