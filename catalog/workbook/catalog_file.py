"""The catalogue's file as a whole: read it, write it, and give it back with its errors.

Screen, admin and commands all come through here, so that they cannot answer differently.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from django.db.models import Prefetch, QuerySet

from catalog.workbook.columns import COLUMNS, LACKING, Lacking
from catalog.workbook.errors import RowError
from catalog.workbook.parsing import ParsedCatalog, parse_catalog
from core.amounts import Style
from core.formats import plain_amount
from core.spreadsheets import (
    Column,
    Percent,
    Sheet,
    SpreadsheetError,
    Table,
    read_table,
    refuse_spoilt,
    single_line,
    write_csv,
    write_workbook,
)
from core.spreadsheets.reading import MAX_BYTES
from core.text import fold
from core.without_gc import collector_at_rest
from indicators.models import (
    MONTH_NAMES,
    Dimension,
    Direction,
    Frequency,
    Indicator,
    Mode,
    Schedule,
    TargetKind,
    month_name,
)
from programs.models import Action, FiscalYear, Program, ProgramObjective

SHEET = "Catálogo"
_WIDE = {"axis", "objective", "strategy", "description", "objectives", "action", "indicator", "definition",
         "numerator", "denominator", "program", "department"}  # fmt: skip
_SCHEDULE_WORDS = {Schedule.FLAT: "constante", Schedule.LINEAR: "lineal"}
_CHOICES = {
    "target_kind": [str(label) for label in TargetKind.labels],
    "numerator_mode": [str(label) for label in Mode.labels],
    "denominator_mode": [str(label) for label in Mode.labels],
    "considered": ["sí", "no"],
    "requires_evidence": ["sí", "no"],
    "frequency": [str(label) for label in Frequency.labels],
    "starts_in": list(MONTH_NAMES[1:]),
    "direction": [str(label) for label in Direction.labels],
    "dimension": [str(label) for label in Dimension.labels],
}


@dataclass(frozen=True, slots=True)
class Source:
    """The file itself: ``name`` as it was called, ``sha256`` of ``data``, and how it was read."""

    name: str
    data: bytes
    sha256: str
    sheet: str = ""
    fill_down: bool = False
    decimal: Style | None = None


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """A file that was read. ``fields``: those whose columns it has; ``table`` is None where it could not be read."""

    name: str
    sha256: str
    parsed: ParsedCatalog
    fields: frozenset[str]
    table: Table | None
    source: Source | None = None

    @property
    def origin(self) -> str:
        """How the trail names it."""
        return f"Archivo «{self.name}», SHA-256 {self.sha256}"


def read_catalog(
    file: BinaryIO, *, name: str, sheet: str | None = None, fill_down: bool = False, decimal: Style | None = None
) -> CatalogFile:
    """Read and parse the file; one that cannot be read is a file with one error, and never an exception.

    Except for the sheet: AmbiguousSheetError when several have content and none is named, and SpreadsheetError when
    ``sheet`` is not in the book: those are for who called to mend.
    """
    # One byte more than is accepted is enough to refuse it.
    data = file.read(MAX_BYTES + 1)
    with collector_at_rest():
        return _read_catalog(data, name, sheet, fill_down, decimal)


def _read_catalog(data: bytes, name: str, sheet: str | None, fill_down: bool, decimal: Style | None) -> CatalogFile:
    known = [column.header for column in COLUMNS]
    table = read_table(io.BytesIO(data), name=name, sheet=sheet or None, preferred_sheet=SHEET, known_headers=known)
    refuse_spoilt(table.header, known)
    parsed = parse_catalog(table, fill_down=fill_down, decimal=decimal)
    headers = {_key(header) for header in table.header}
    fields = frozenset(column.field for column in COLUMNS if _key(column.header) in headers)
    source = Source(name, data, hashlib.sha256(data).hexdigest(), table.sheet, fill_down, decimal)
    return CatalogFile(name, source.sha256, parsed, fields, table, source)


def unreadable(name: str, error: SpreadsheetError) -> CatalogFile:
    """The file that could not be read, as one with that error."""
    sentence = error.message.removesuffix(".")
    return CatalogFile(name, "", ParsedCatalog([], [RowError(None, "", "", sentence)], []), frozenset(), None)


def _key(header: str) -> str:
    return fold(header.replace("*", " "))


# Export


def export_columns() -> list[Column]:
    return [
        Column(
            f"{column.header}*" if column.required else column.header,
            width=40 if column.field in _WIDE else 16,
            choices=_CHOICES.get(column.field, ()),
        )
        for column in COLUMNS
    ]


def export_rows(fiscal_year: FiscalYear) -> Iterator[list[Any]]:
    """One row an indicator, in the plan's order; read back they change nothing. A fixed number of queries.

    A programme without actions and an action without indicators have a row each that says so.
    """
    # Programmes and actions once each, and not once an indicator: half the time and a third of the memory.
    programs = (
        Program.objects.filter(fiscal_year=fiscal_year)
        .select_related("department", "strategy__objective__axis__plan")
        .prefetch_related(Prefetch("objectives", ProgramObjective.objects.order_by("position")))
        .order_by(
            "strategy__objective__axis__position", "strategy__objective__axis_id", "strategy__objective__position",
            "strategy__objective_id", "strategy__position", "strategy_id", "code",
        )
    )  # fmt: skip
    actions = _below(Action.objects.filter(fiscal_year=fiscal_year), "program_id")
    indicators = _below(Indicator.objects.filter(fiscal_year=fiscal_year), "action_id")
    without_actions, without_indicators = LACKING
    for program in programs:
        program.fiscal_year = fiscal_year
        if program.pk not in actions:
            yield _row_above(Action(program=program), without_actions)
        for action in actions.get(program.pk, ()):
            action.program = program
            if action.pk not in indicators:
                yield _row_above(action, without_indicators)
            for indicator in indicators.get(action.pk, ()):
                indicator.action = action
                yield [_EXPORTED[column.field](indicator) for column in COLUMNS]


def _below(rows: QuerySet[Any], parent: str) -> dict[int, list[Any]]:
    """The rows in the order of their codes, by the key of what they stand below."""
    found: dict[int, list[Any]] = {}
    for row in rows.order_by("code"):
        found.setdefault(getattr(row, parent), []).append(row)
    return found


def _row_above(action: Action, lacking: Lacking) -> list[Any]:
    """What stands above an indicator that there is not, with the words that say so in the place of its code."""
    given = Indicator(action=action)
    return [
        lacking.words if column.field == lacking.field
        else _EXPORTED[column.field](given) if column.field in lacking.fields
        else ""
        for column in COLUMNS
    ]  # fmt: skip


def write_catalog(fiscal_year: FiscalYear, file: BinaryIO, *, csv: bool = False) -> None:
    """Write the year's catalogue as XLSX, or as CSV."""
    if csv:
        write_csv(export_columns(), export_rows(fiscal_year), file)
    else:
        write_workbook([sheet(export_rows(fiscal_year))], file)


def sheet(rows: Iterable[Sequence[Any]]) -> Sheet:
    """The sheet of the export with these rows."""
    return Sheet(SHEET, export_columns(), rows)


def bytes_of(fiscal_year: FiscalYear, *, csv: bool = False) -> bytes:
    buffer = io.BytesIO()
    write_catalog(fiscal_year, buffer, csv=csv)
    return buffer.getvalue()


def _target(indicator: Indicator) -> Percent | Decimal:
    percentage = indicator.target_kind == TargetKind.PERCENTAGE
    return Percent(indicator.target) if percentage else indicator.target


def _schedule(indicator: Indicator) -> str:
    if indicator.schedule == Schedule.EXPLICIT:
        return "; ".join(plain_amount(Decimal(share)) for share in indicator.shares or ())
    return _SCHEDULE_WORDS.get(indicator.schedule, "")  # type: ignore[call-overload, no-any-return]


def _objectives(indicator: Indicator) -> str:
    return "\n".join(single_line(objective.text) for objective in indicator.action.program.objectives.all())


_EXPORTED: dict[str, Any] = {
    "plan": lambda i: i.action.program.strategy.objective.axis.plan.name,
    "year": lambda i: i.action.program.fiscal_year.year,
    "axis": lambda i: i.action.program.strategy.objective.axis.name,
    "objective": lambda i: i.action.program.strategy.objective.name,
    "strategy": lambda i: i.action.program.strategy.name,
    "department_number": lambda i: i.action.program.department.number,
    "department": lambda i: i.action.program.department.name,
    "department_prefix": lambda i: i.action.program.department.prefix,
    "program_number": lambda i: i.action.program.number,
    "program_code": lambda i: i.action.program.code,
    "program": lambda i: i.action.program.name,
    "description": lambda i: i.action.program.description,
    "objectives": _objectives,
    "action_code": lambda i: i.action.code,
    "action": lambda i: i.action.text,
    "unit": lambda i: i.action.unit,
    "target": _target,
    "target_kind": lambda i: i.get_target_kind_display(),
    "indicator_code": lambda i: i.code,
    "indicator": lambda i: i.name,
    "definition": lambda i: i.definition,
    "numerator": lambda i: i.numerator_label,
    "denominator": lambda i: i.denominator_label,
    "numerator_mode": lambda i: i.get_numerator_mode_display(),
    "denominator_mode": lambda i: i.get_denominator_mode_display(),
    "considered": lambda i: i.considered,
    "frequency": lambda i: i.get_frequency_display(),
    "schedule": _schedule,
    "starts_in": lambda i: month_name(i.starts_in),
    "action_official_key": lambda i: i.action.official_key,
    "official_key": lambda i: i.official_key,
    "axis_key": lambda i: i.action.program.strategy.objective.axis.key,
    "objective_key": lambda i: i.action.program.strategy.objective.key,
    "strategy_key": lambda i: i.action.program.strategy.key,
    "direction": lambda i: i.get_direction_display(),
    "dimension": lambda i: i.get_dimension_display(),
    "baseline": lambda i: i.baseline,
    "baseline_year": lambda i: i.baseline_year,
    "verification": lambda i: i.verification,
    "requires_evidence": lambda i: i.requires_evidence,
    "source": lambda i: i.source,
    "responsible_area": lambda i: i.responsible_area,
}
