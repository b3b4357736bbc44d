"""A department's month as a workbook to fill in: the columns of the captures file, and beside them what helps.

Whatever else is for people and is not read when the file comes back, except «Versión»: by it a book that was
downloaded before somebody saved newer figures is recognised.
"""

from collections.abc import Iterator
from typing import BinaryIO

from core.formats import amount
from core.spreadsheets import Column, Look, Marked, Sheet, write_workbook
from core.spreadsheets.writing import Value
from indicators.capture.month import MonthSheet, SheetRow
from indicators.models import CAPTURED_REASONS, MONTH_NAMES, State
from indicators.workbook import CODE, DENOMINATOR, JUSTIFICATION, MONTH, NUMERATOR, SHEET, VERSION, YEAR, join_reason

_COLUMNS = (
    Column(YEAR, 10),
    Column(MONTH, 12),
    Column(CODE, 15),
    Column("Programa", 30),
    Column("Indicador", 44),
    Column("Fórmula", 44),
    Column("Mes anterior", 18, comment="La última cifra capturada de este indicador, para comparar."),
    Column(NUMERATOR, 14, amounts=True, comment="Escriba aquí. Deje vacío lo que todavía no tiene; 0 es una cifra."),
    Column(DENOMINATOR, 14, amounts=True, comment="Escriba aquí. Deje vacío lo que todavía no tiene; 0 es una cifra."),
    Column(
        JUSTIFICATION,
        44,
        choices=tuple(str(reason.label) for reason in CAPTURED_REASONS),
        free=True,
        comment="Con 0 / 0, elija el motivo de la lista. Si el numerador supera al denominador, explique por qué.",
    ),
    Column("Estado", 38),
    Column(VERSION, 10, comment="No la cambie: con ella se sabe si la cifra cambió después de descargar el libro."),
)
_FROZEN = 3


def write_month(sheet: MonthSheet, file: BinaryIO) -> None:
    """Write the month as XLSX: the figures that this person may still change are open, everything else is locked.

    Indicators that are not due in the month are not in it. There are no formulas.
    """
    captures = Sheet(SHEET, _COLUMNS, list(_rows(sheet)), protected=True, frozen=_FROZEN, filtered=False)
    help_ = Sheet(
        "Instrucciones",
        [Column("Cómo llenar este libro", 110)],
        [[line] for line in _instructions(sheet)],
        protected=True,
        filtered=False,
    )
    write_workbook([captures, help_], file)


def _rows(sheet: MonthSheet) -> Iterator[list[Value]]:
    year, month = sheet.period.fiscal_year.year, MONTH_NAMES[sheet.period.month]
    for group in sheet.groups:
        for row in group.rows:
            labels: list[Value] = [
                year, month, row.indicator.code, f"{group.program.code} {group.program.name}", row.indicator.name,
                f"{row.indicator.numerator_label} / {row.indicator.denominator_label}", _previous(row),
            ]  # fmt: skip
            yield [*_marked_labels(row, labels), *_figures(row), _state(row), _version(row)]


def _is_open(row: SheetRow) -> bool:
    """A figure that was submitted is locked for everybody: planning corrects it on the screen, with its reason."""
    return not row.blocked and not row.is_settled


def _marked_labels(row: SheetRow, labels: list[Value]) -> list[Value]:
    return labels if _is_open(row) else [Marked(value, Look.CLOSED) for value in labels]  # type: ignore[arg-type]


def _figures(row: SheetRow) -> list[Value]:
    look = Look.OPEN if _is_open(row) else Look.CLOSED
    saved = row.measurement
    if saved is None:
        return [Marked(None, look) for _ in range(3)]
    words = join_reason(saved.no_activity, saved.justification)
    return [Marked(value, look) for value in (saved.numerator, saved.denominator, words)]


def _previous(row: SheetRow) -> str:
    if row.previous is None:
        return ""
    pair = f"{amount(row.previous.numerator)} / {amount(row.previous.denominator)}"
    return f"{MONTH_NAMES[row.previous.month]}: {pair}"


def _state(row: SheetRow) -> Value:
    """How the figure stands, why it is locked, and what the reviewer asked for."""
    saved = row.measurement
    parts = [saved.get_state_display() if saved else "sin captura"]
    parts += [row.blocked] if row.blocked else []
    if row.is_settled and not row.blocked:
        parts.append("Se corrige en la pantalla.")
    if saved is not None and saved.state == State.RETURNED:
        parts += [note.text for note in row.observations if note.resolved_at is None]
    text = ": ".join([parts[0], " ".join(parts[1:])]) if parts[1:] else parts[0]
    return text if _is_open(row) else Marked(text, Look.CLOSED)


def _version(row: SheetRow) -> Value:
    version = row.measurement.version if row.measurement else 0
    return version if _is_open(row) else Marked(version, Look.CLOSED)


def _instructions(sheet: MonthSheet) -> list[str]:
    labels = [str(reason.label) for reason in CAPTURED_REASONS]
    where = f"{MONTH_NAMES[sheet.period.month]} de {sheet.period.fiscal_year.year}, {sheet.department.name}"
    return [
        f"Este libro es de {where}. No sirve para otro mes ni para otra dependencia.",
        f"1. En la hoja «{SHEET}», llene solo las celdas amarillas: {NUMERATOR}, {DENOMINATOR} y {JUSTIFICATION}.",
        "2. Escriba cantidades, no porcentajes: el sistema calcula el porcentaje. Punto para los decimales (1.5).",
        "3. Deje vacío lo que todavía no tiene. Una celda vacía no borra nada y no cuenta como cero.",
        "4. Si no hubo actividad, escriba 0 y 0, y en la justificación elija: "
        f"{', '.join(labels[:-1])} o {labels[-1]}. Puede agregar una explicación después.",
        "5. Si el numerador es mayor que el denominador, explique por qué en la justificación.",
        "6. Las filas grises ya se enviaron, o usted no puede cambiarlas: la columna «Estado» dice por qué.",
        "7. Guarde el libro y súbalo en la página de captura del mes, con «Subir Excel». "
        "Antes de guardar verá qué cambia y qué hay que corregir.",
        "8. Lo que se sube queda como borrador: revíselo en la pantalla y envíelo desde ahí.",
        f"9. No cambie la columna «{VERSION}»: con ella el sistema nota si alguien guardó una cifra más nueva "
        "después de que usted descargó este libro.",
    ]  # fmt: skip
