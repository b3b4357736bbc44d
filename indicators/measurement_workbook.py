"""The workbook «Capturas»: parse → check → preview → apply, for the screen and the command alike.

``parse`` reads a file without the database; ``preview`` says what it would do, with every error of every row;
``apply`` looks again under locks and writes all of it or nothing (docs/workbooks.md).
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from accounts.access import Access, Action
from core import spreadsheets
from core.amounts import AmountError, parse_amount
from core.formats import amount
from core.text import fold
from indicators import calculations
from indicators.import_services import Recording, Source, migrate_pairs, submit_pairs
from indicators.leeway import Leeway
from indicators.models import COMPLETE_STATES, MONTH_NAMES, Indicator, Measurement, NoActivity, Period, State
from indicators.services import NotAllowed, problems_of, why_not_open
from programs.models import FiscalYear

YEAR, MONTH, CODE = "Ejercicio", "Mes", "Clave del indicador"
NUMERATOR, DENOMINATOR, JUSTIFICATION = "Numerador", "Denominador", "Justificación"
COLUMNS = (YEAR, MONTH, CODE, NUMERATOR, DENOMINATOR, JUSTIFICATION)
REQUIRED_COLUMNS = COLUMNS[:-1]
SHEET = "Capturas"
MAX_JUSTIFICATION = 5000

_COLUMN_OF_FIELD = {
    "numerator": NUMERATOR, "denominator": DENOMINATOR, "no_activity": JUSTIFICATION, "justification": JUSTIFICATION,
}  # fmt: skip
_MONTHS = {fold(name): month for month, name in enumerate(MONTH_NAMES) if month} | {"setiembre": 9}
_WHOLE = re.compile(r"\d{1,4}", re.ASCII)
_REASONS = {
    reason: re.compile(reason.label.replace(" ", r"\s+") + r"(?!\w)[\s.,:;–-]*", re.IGNORECASE) for reason in NoActivity
}


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in one cell; ``row`` is its number in the spreadsheet, 0 for the file as a whole."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        said = self.message.removesuffix(".")
        return f"fila {self.row} · {self.column}: {said}" if self.row else self.message


@dataclass(frozen=True, slots=True)
class PairRow:
    """One row of the file as domain values. An empty pair is «sin captura»: it changes nothing."""

    number: int
    year: int
    month: int
    code: str
    numerator: Decimal | None
    denominator: Decimal | None
    words: str = ""

    @property
    def is_blank(self) -> bool:
        return self.numerator is None and self.denominator is None


@dataclass(slots=True)
class Parsed:
    """A file that was read: the rows that can be understood and the errors of the others."""

    source: Source
    rows: list[PairRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    table: spreadsheets.Table | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One pair that is added or changed, old → new."""

    row: int
    code: str
    month: str
    before: str
    after: str

    @property
    def adds(self) -> bool:
        return not self.before

    def __str__(self) -> str:
        return f"fila {self.row} · {self.code} {self.month}: {self.before or 'sin captura'} → {self.after}"


@dataclass(slots=True)
class Preview:
    """What the file does, or did: rows that add, change, stay and fail. With an error nothing is written."""

    source: Source
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    blank: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def added(self) -> int:
        return sum(change.adds for change in self.changes)

    @property
    def changed(self) -> int:
        return len(self.changes) - self.added

    @property
    def failed(self) -> int:
        """How many rows have an error."""
        return len({error.row for error in self.errors if error.row})

    @property
    def summary(self) -> str:
        if not (self.errors or self.changes):
            return f"Sin cambios: {self.unchanged} ya estaban igual, {self.blank} sin captura."
        return (
            f"{self.added} se agregan, {self.changed} cambian, {self.unchanged} quedan igual, "
            f"{self.failed} con error, {self.blank} sin captura."
        )


class HasErrors(Exception):
    """Nothing was written: ``preview.errors`` says why, row by row."""

    def __init__(self, preview: Preview) -> None:
        super().__init__("El archivo tiene errores y no se importó nada.")
        self.preview = preview


# --- parse ------------------------------------------------------------------------------------------------------


def parse(file: BinaryIO, *, name: str) -> Parsed:
    """Read an XLSX or CSV. Never raises for what is in the file: whatever is wrong is among ``errors``."""
    data = file.read(spreadsheets.reading.MAX_BYTES + 1)
    parsed = Parsed(Source(name, hashlib.sha256(data).hexdigest()))
    try:
        parsed.table = spreadsheets.read_table(BytesIO(data), name=name, preferred_sheet=SHEET)
        positions = _positions(parsed.table.header)
    except spreadsheets.SpreadsheetError as error:
        parsed.errors.append(RowError(0, "", error.message))
        return parsed
    seen: dict[tuple[int, int, str], int] = {}
    for row in parsed.table.rows:
        cells = {column: row.cells[position] for column, position in positions.items()}
        if all(cell.kind == spreadsheets.Kind.EMPTY for cell in cells.values()):
            continue
        made = _parse_row(row.number, cells, parsed.errors)
        if made is None:
            continue
        first = seen.setdefault((made.year, made.month, made.code), made.number)
        if first == made.number:
            parsed.rows.append(made)
        else:
            parsed.errors.append(
                RowError(made.number, CODE, f"«{made.code}» en {MONTH_NAMES[made.month]} ya está en la fila {first}")
            )
    return parsed


def _positions(header: Sequence[str]) -> dict[str, int]:
    """Where each column is; SpreadsheetError names all that are missing, or one that is there twice."""
    known = {fold(column): column for column in COLUMNS}
    positions: dict[str, int] = {}
    for position, text in enumerate(header):
        column = known.get(fold(text.strip().removesuffix("*")))
        if column in positions:
            raise spreadsheets.SpreadsheetError(f"La columna «{column}» está dos veces: deje solo una.")
        if column:
            positions[column] = position
    missing = [f"«{column}»" for column in REQUIRED_COLUMNS if column not in positions]
    if missing:
        which = f"las columnas {', '.join(missing)}" if len(missing) > 1 else f"la columna {missing[0]}"
        raise spreadsheets.SpreadsheetError(f"El archivo no tiene {which}.")
    return positions


def _parse_row(number: int, cells: Mapping[str, spreadsheets.Cell], errors: list[RowError]) -> PairRow | None:
    """The row as values; None when a cell cannot be understood, each such cell with its error."""
    before = len(errors)

    def refuse(column: str, message: str) -> None:
        errors.append(RowError(number, column, message))

    year = _year(cells[YEAR].text)
    if year is None:
        refuse(YEAR, _lacking(cells[YEAR].text, "no es un año", "Falta el ejercicio, por ejemplo 2016."))
    month = _month(cells[MONTH].text)
    if month is None:
        lacking = "Falta el mes: escriba de 1 a 12 o su nombre."
        refuse(MONTH, _lacking(cells[MONTH].text, "no es un mes: escriba de 1 a 12 o su nombre", lacking))
    code = spreadsheets.single_line(cells[CODE].text).upper()
    if not code:
        refuse(CODE, "Falta la clave del indicador.")
    pair = {}
    for column in (NUMERATOR, DENOMINATOR):
        try:
            pair[column] = _amount(cells[column])
        except AmountError as error:
            refuse(column, str(error))
    words = cells[JUSTIFICATION].text if JUSTIFICATION in cells else ""
    if len(words) > MAX_JUSTIFICATION:
        refuse(JUSTIFICATION, f"Tiene {len(words):,} caracteres; caben hasta {MAX_JUSTIFICATION:,}.")
    if len(errors) > before or year is None or month is None:
        return None
    return PairRow(number, year, month, code, pair[NUMERATOR], pair[DENOMINATOR], words)


def _lacking(text: str, wrong: str, missing: str) -> str:
    return f"«{text[:40]}» {wrong}" if text else missing


def _year(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text) and len(text) == 4 else None


def _month(text: str) -> int | None:
    """1–12 or the Spanish month's name."""
    month = int(text) if _WHOLE.fullmatch(text) else _MONTHS.get(fold(text), 0)
    return month if 1 <= month <= 12 else None


def _amount(cell: spreadsheets.Cell) -> Decimal | None:
    if cell.kind == spreadsheets.Kind.EMPTY:
        return None
    if cell.kind == spreadsheets.Kind.DATE:
        raise AmountError(f"«{cell.text}» es una fecha, no un número.")
    return parse_amount(cell.text)


def split_reason(words: str) -> tuple[str, str]:
    """The reason of 0/0 with which the words begin ("" when with none), and the words after it."""
    for reason, pattern in _REASONS.items():
        found = pattern.match(words)
        if found:
            return reason.value, words[found.end() :].strip()
    return "", words


# --- check ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database says of the file's rows, read with a fixed number of queries."""

    years: dict[int, FiscalYear]
    periods: dict[tuple[int, int], Period]
    indicators: dict[tuple[int, str], Indicator]
    measurements: dict[tuple[int, int], Measurement]


def _known(rows: Sequence[PairRow], *, lock: bool) -> _Known:
    """With ``lock``, indicators and then captures are locked in one order, as those who save on screen do."""
    years = {year.year: year for year in FiscalYear.objects.filter(year__in={row.year for row in rows})}
    periods = Period.objects.filter(fiscal_year__in=years.values()).select_related("fiscal_year")
    indicators = Indicator.objects.filter(fiscal_year__in=years.values(), code__in={row.code for row in rows})
    measurements = Measurement.objects.filter(month__in={row.month for row in rows})
    if lock:
        indicators = indicators.select_for_update(of=("self",), no_key=True)
        measurements = measurements.select_for_update(of=("self",), no_key=True)
    by_code = {
        (indicator.fiscal_year.year, indicator.code): indicator
        for indicator in indicators.select_related("action__program__department", "fiscal_year").order_by("pk")
    }
    found = measurements.filter(indicator__in=[indicator.pk for indicator in by_code.values()]).order_by("pk")
    return _Known(
        years=years,
        periods={(period.fiscal_year.year, period.month): period for period in periods},
        indicators=by_code,
        measurements={(row.indicator_id, row.month): row for row in found},
    )


class _Check:
    """Decides row by row, in memory, what the file does."""

    def __init__(self, access: Access, parsed: Parsed, validated: bool, now: datetime, known: _Known) -> None:
        self.access, self.validated, self.known = access, validated, known
        self.leeway = Leeway(known.periods.values(), on=timezone.localdate(now))
        self.preview = Preview(parsed.source, errors=list(parsed.errors))
        self.recordings: list[Recording] = []
        for row in parsed.rows:
            self._decide(row)
        self.preview.errors.sort(key=lambda error: (error.row, COLUMNS.index(error.column) if error.column else -1))

    def _refuse(self, row: PairRow, column: str, message: str) -> None:
        self.preview.errors.append(RowError(row.number, column, message))

    def _decide(self, row: PairRow) -> None:
        indicator = self._indicator(row)
        if indicator is None:
            return
        if row.is_blank:
            self.preview.blank += 1
            return
        current = self.known.measurements.get((indicator.pk, row.month))
        if current is not None and self._stays(row, current):
            self.preview.unchanged += 1
            return
        recording = self._recording(row, indicator, current)
        if recording is not None:
            self.recordings.append(recording)
            self.preview.changes.append(self._change(row, recording))

    def _indicator(self, row: PairRow) -> Indicator | None:
        """The row's indicator if this person may capture it."""
        if row.year not in self.known.years:
            self._refuse(row, YEAR, f"No existe el ejercicio {row.year}.")
            return None
        indicator = self.known.indicators.get((row.year, row.code))
        if indicator is None:
            self._refuse(row, CODE, f"«{row.code[:40]}» no es un indicador del ejercicio {row.year}.")
            return None
        program = indicator.action.program
        if not self.access.allows(Action.CAPTURE, program.department_id):
            self._refuse(row, CODE, f"«{row.code}» es de {program.department}: usted no puede capturarlo.")
            return None
        return indicator

    def _stays(self, row: PairRow, current: Measurement) -> bool:
        """The file says what is already recorded; a draft with the same pair is still to be submitted."""
        pair = (row.numerator, row.denominator)
        if self.validated:
            return pair == (current.validated_numerator, current.validated_denominator)
        return current.state in COMPLETE_STATES and pair == (current.numerator, current.denominator)

    def _recording(self, row: PairRow, indicator: Indicator, current: Measurement | None) -> Recording | None:
        """The pair to write, or None with its errors."""
        period = self.known.periods.get((row.year, row.month))
        if period is None:
            self._refuse(row, MONTH, f"El ejercicio {row.year} todavía no tiene este mes: pídalo a Planeación.")
            return None
        problems = [
            *self._problems_of_month(row, indicator, period, current),
            *self._problems_of_state(row, current),
        ]
        no_activity, justification = self._reasons(row, current)
        for problem in problems_of(row.numerator, row.denominator, no_activity, justification):
            message = _REASON_MISSING if problem.field == "no_activity" else problem.message
            problems.append((_COLUMN_OF_FIELD[problem.field], message))
        for column, message in problems:
            self._refuse(row, column, message)
        if problems or row.numerator is None or row.denominator is None:
            return None
        return Recording(
            indicator, period, current, row.numerator, row.denominator, no_activity, justification, row.words
        )

    def _problems_of_month(
        self, row: PairRow, indicator: Indicator, period: Period, current: Measurement | None
    ) -> Iterable[tuple[str, str]]:
        if not calculations.is_due(row.month, indicator.frequency):
            how = indicator.get_frequency_display()
            yield MONTH, f"{row.code} no corresponde a {MONTH_NAMES[row.month]}: se captura de forma {how}."
        closed = why_not_open(self.access, period, indicator.action.program.department_id, current, self.leeway)
        if closed:
            yield MONTH, closed

    def _problems_of_state(self, row: PairRow, current: Measurement | None) -> Iterable[tuple[str, str]]:
        """What may not be overwritten: a validated pair by a migration, a submitted one except by a correction."""
        if current is None or row.numerator is None or row.denominator is None:
            return
        recorded = _pair(current.numerator, current.denominator)
        if self.validated:
            if current.validated_numerator is not None:
                official = _pair(current.validated_numerator, current.validated_denominator)
                yield NUMERATOR, f"Ya hay una cifra validada distinta ({official}), que una importación no cambia."
        elif current.state in COMPLETE_STATES:
            state = current.get_state_display()
            if not self.access.allows(Action.MAKE_CORRECTION):
                yield (
                    NUMERATOR,
                    (
                        f"La cifra ya está en {recorded} ({state}). Para cambiarla, pida a su director que la devuelva "
                        "o la corrección a Planeación."
                    ),
                )
            elif not row.words:
                yield JUSTIFICATION, f"Cambia la cifra {recorded} ({state}): escriba el motivo de la corrección."

    def _reasons(self, row: PairRow, current: Measurement | None) -> tuple[str, str]:
        """Reason of 0/0 and justification; where the file gives no words for the same pair, those on record."""
        same = current is not None and (row.numerator, row.denominator) == (current.numerator, current.denominator)
        if current is not None and same and not row.words:
            return current.no_activity, current.justification
        if row.numerator == 0 and row.denominator == 0:
            return split_reason(row.words)
        return "", row.words

    def _change(self, row: PairRow, recording: Recording) -> Change:
        current, state = recording.row, State.VALIDATED if self.validated else State.SUBMITTED
        before = ""
        if current is not None:
            before = f"{_pair(current.numerator, current.denominator)} ({current.get_state_display()})"
        after = f"{_pair(recording.numerator, recording.denominator)} ({state.label})"
        return Change(row.number, row.code, str(recording.period), before, after)


_REASON_MISSING = "0/0 lleva su motivo: empiece la justificación con «sin demanda», «nada programado» o «suspendido»."


def _pair(numerator: Decimal | None, denominator: Decimal | None) -> str:
    return f"{amount(numerator)} / {amount(denominator)}"


# --- preview and apply ------------------------------------------------------------------------------------------


def preview(*, access: Access, parsed: Parsed, now: datetime, validated: bool = False) -> Preview:
    """What the file would do; writes nothing. NotAllowed when ``validated`` is asked for by another than planning."""
    _require_migration(access, validated)
    return _Check(access, parsed, validated, now, _known(parsed.rows, lock=False)).preview


@transaction.atomic
def apply(*, access: Access, parsed: Parsed, now: datetime, validated: bool = False) -> Preview:
    """Write the whole file or nothing: HasErrors says what is wrong. The number of queries does not grow by the row.

    Without ``validated`` the pairs become submitted; with it (planning only, else NotAllowed) they are a migration,
    recorded as validated with the file's SHA-256.
    """
    _require_migration(access, validated)
    check = _Check(access, parsed, validated, now, _known(parsed.rows, lock=True))
    if check.preview.errors:
        raise HasErrors(check.preview)
    if check.recordings:
        write = migrate_pairs if validated else submit_pairs
        write(access=access, recordings=check.recordings, source=parsed.source, now=now)
    return check.preview


def _require_migration(access: Access, validated: bool) -> None:
    if validated and not access.allows(Action.MANAGE_CATALOG):
        raise NotAllowed("Solo Planeación importa cifras como validadas.")


def write_errors(parsed: Parsed, errors: Sequence[RowError], file: BinaryIO) -> None:
    """The person's own rows with one more column, «Errores», as XLSX."""
    said: dict[int, list[str]] = {}
    for error in errors:
        said.setdefault(error.row, []).append(f"{error.column}: {error.message}" if error.row else error.message)
    header = parsed.table.header if parsed.table else []
    rows = parsed.table.rows if parsed.table else []
    columns = [spreadsheets.Column(text) for text in header] + [spreadsheets.Column("Errores", width=60)]
    body = [[cell.shown for cell in row.cells] + ["\n".join(said.get(row.number, []))] for row in rows]
    whole_file = [["" for _ in header] + ["\n".join(said[0])]] if 0 in said else []
    spreadsheets.write_workbook([spreadsheets.Sheet(SHEET, columns, whole_file + body)], file)
