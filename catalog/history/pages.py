"""What the preview of a year's history shows, in plain texts."""

from typing import Any

from catalog.history.forms import SIDES, WAYS
from core.formats import percent
from indicators import migrated
from indicators.migrated import OffMonths, Outcome, Settled, SheetRead, Side
from indicators.migrated.layouts import Shape
from indicators.models import MONTH_NAMES
from indicators.wording import considered_text, count_text, global_text
from indicators.workbook import Preview, RowError
from programs.models import FiscalYear

SHOWN_ERRORS = 200
SHOWN_OFFERS = 50
_SHAPES = {
    Shape.WIDE: "un renglón por indicador, con el numerador y el denominador de {months} en columnas",
    Shape.TWO_ROWS: "dos renglones por indicador, con {months} en columnas",
    Shape.ONE_SIDE: "un renglón por indicador, con {months} en columnas de un solo lado",
    Shape.LONG: "un renglón por indicador y mes",
}


def preview_page(settled: Settled, preview: Preview, fiscal_year: FiscalYear) -> dict[str, Any]:
    """Everything that the preview's template prints."""
    read, errors = settled.read, preview.errors
    asked = set(_questions(settled))
    file_errors = [error.message for error in errors if not error.row and error.message not in asked]
    cell_errors = [error for error in errors if error.row]
    outcome = None
    if not errors:
        outcome = migrated.outcome_of(fiscal_year, preview.recordings, read.globals)
    added = len(preview.changes)
    return {
        "files": [{"name": name, "sha256": source.sha256} for name, source in read.sources.items()],
        "title": _title(settled, preview, bool(file_errors or cell_errors)),
        "counts": [
            (f"{added:,}", "cifra se agrega" if added == 1 else "cifras se agregan", ""),
            (f"{preview.unchanged:,}", "ya estaba igual" if preview.unchanged == 1 else "ya estaban iguales", ""),
            (f"{preview.failed:,}", "fila con error" if preview.failed == 1 else "filas con error", ""),
        ],
        "sheets": _sheets(read.sheets),
        "decimal": read.decimal_question.as_texts() if read.decimal_question else None,
        "read_as": read.answers.decimal or "",
        "no_data": _no_data(settled),
        "off_months": _off_months(settled),
        "sides": _sides(settled),
        "outside": _outside(settled),
        "asks": settled.asks,
        "file_errors": file_errors,
        "errors": [_error_line(settled, error) for error in cell_errors[:SHOWN_ERRORS]],
        "error_total": f"{len(cell_errors):,}",
        "more_errors": f"{len(cell_errors) - SHOWN_ERRORS:,}" if len(cell_errors) > SHOWN_ERRORS else "",
        "several": any(error.sheet for error in cell_errors),
        "has_errors": bool(file_errors or cell_errors),
        "notes": [*read.notes, *preview.notes, *preview.sentences_of_migration],
        "confirms": not errors and bool(preview.changes),
        "button": f"Registrar {count_text(added, 'cifra', 'cifras') if added < 1000 else f'{added:,} cifras'} como "
        f"{'validada' if added == 1 else 'validadas'}",
        "seen": preview.fingerprint,
        "outcome": _outcome(outcome) if outcome is not None else None,
    }


def _questions(settled: Settled) -> list[str]:
    """The sentences of errors that are questions of the page."""
    read = settled.read
    said = [str(read.decimal_question)] if read.decimal_question else []
    if read.no_data:
        said.append(migrated.no_data_question(read))
    if read.sides is not None:
        said.append(migrated.sides_question(read.sides))
    if settled.offers:
        said.append(migrated.offers_sentence(settled.offers))
    return said


def _title(settled: Settled, preview: Preview, has_errors: bool) -> str:
    if has_errors:
        return "Hay que corregir el archivo: no se ha escrito nada"
    if settled.asks:
        return "Falta una decisión suya: no se ha escrito nada"
    if not preview.changes:
        return (
            "Sin cambios: lo que trae el archivo ya está registrado"
            if preview.unchanged
            else "El archivo no trae cifras"
        )
    return "Vista previa: todavía no se ha escrito nada"


def _sheets(sheets: list[SheetRead]) -> list[dict[str, Any]]:
    """Those that hold figures, where there is one to choose; the others are told apart."""
    found = [sheet for sheet in sheets if sheet.layout is not None or sheet.why_not]
    readable = [sheet for sheet in sheets if sheet.layout is not None]
    if not readable or (len(sheets) < 2 and readable[0].chosen):
        return []
    several_files = len({sheet.file for sheet in sheets}) > 1
    return [
        {
            "number": str(sheet.number),
            "name": f"{sheet.file} · {sheet.sheet}" if several_files and sheet.sheet else sheet.name,
            "how": _how(sheet),
            "readable": sheet.layout is not None,
            "chosen": sheet.chosen,
        }
        for sheet in found
    ]


def _how(sheet: SheetRead) -> str:
    if sheet.layout is None:
        return sheet.why_not
    months = sheet.layout.months
    named = f"{MONTH_NAMES[months[0]]} a {MONTH_NAMES[months[-1]]}" if months else ""
    how = _SHAPES[sheet.layout.shape].format(months=named)
    if not sheet.chosen:
        return f"{how}. {sheet.why_not}" if sheet.why_not else how
    return f"{how}: {f'{sheet.rows:,} cifras' if sheet.rows != 1 else '1 cifra'}"


def _no_data(settled: Settled) -> dict[str, Any] | None:
    places = settled.read.no_data
    if not places:
        return None
    return {
        "count": f"{len(places):,}", "one": len(places) == 1, "places": places[:12],
        "more": f"{len(places) - 12:,}" if len(places) > 12 else "", "answered": settled.read.answers.no_data,
    }  # fmt: skip


def _sides(settled: Settled) -> dict[str, Any] | None:
    """Which of two rows, or of two sheets, are the numerators."""
    asked, chosen = settled.read.sides, settled.read.answers.first
    if asked is None:
        return None
    if asked.sheets:
        labels = [f"{name[0].upper()}{name[1:]}" for name in asked.sheets]
    else:
        labels = [
            "El primero de cada dos" + (" (propuesto)" if asked.proposed is Side.NUMERATOR else ""),
            "El segundo de cada dos",
        ]
    marked = chosen or asked.proposed
    ways = zip(SIDES, labels, strict=True)
    return {
        "sheets": bool(asked.sheets), "example": asked.example, "answered": chosen is not None,
        "ways": [(side.value, label, side == marked) for side, label in ways],
        "doubtful": asked.proposed is None and not asked.sheets,
    }  # fmt: skip


def _outside(settled: Settled) -> dict[str, Any] | None:
    places = settled.outside
    if not places:
        return None
    return {
        "count": f"{len(places):,}", "one": len(places) == 1, "places": places[:12],
        "more": f"{len(places) - 12:,}" if len(places) > 12 else "",
        "answered": settled.read.answers.leave_outside,
    }  # fmt: skip


def _off_months(settled: Settled) -> dict[str, Any] | None:
    offers, chosen = settled.offers, settled.read.answers.off_months
    if not offers:
        return None
    rows = [
        {
            "code": offer.code, "name": offer.name, "frequency": offer.frequency, "modes": offer.modes,
            "periods": [
                {"kept": kept, "becomes": [offer.becomes[way][place] for way in OffMonths]}
                for place, kept in enumerate(offer.kept)
            ],
        }
        for offer in offers[:SHOWN_OFFERS]
    ]  # fmt: skip
    return {
        "count": f"{len(offers):,}", "one": len(offers) == 1, "rows": rows,
        "more": f"{len(offers) - SHOWN_OFFERS:,}" if len(offers) > SHOWN_OFFERS else "",
        "ways": [(way.value, WAYS[way], way == (chosen or OffMonths.BY_MODE)) for way in OffMonths],
        "answered": chosen is not None,
    }  # fmt: skip


def _error_line(settled: Settled, error: RowError) -> dict[str, str]:
    return {
        "sheet": _sheet_name(settled, error), "row": str(error.row), "column": error.column,
        "value": settled.read.shown_at(error)[:200], "message": error.message,
    }  # fmt: skip


def _sheet_name(settled: Settled, error: RowError) -> str:
    """«OBRAS», of several files with the file's name; empty where one sheet is read."""
    if not error.sheet:
        return ""
    sheet = settled.read.sheets[error.grid]
    return f"{sheet.file} · {sheet.sheet}" if len(settled.read.files) > 1 and sheet.sheet else sheet.name


def _outcome(outcome: Outcome) -> dict[str, Any]:
    """The programmes that get figures, or that the file has a global of; all of them where it brings nothing new."""
    shown = [row for row in outcome.programs if row.touched or row.said] or list(outcome.programs)
    rows = [
        {
            "code": row.code, "name": row.name,
            "before": global_text(row.before), "after": global_text(row.after),
            "changes": row.before.global_ != row.after.global_,
            "compliance": percent(row.after.compliance, row.after.borders, empty="sin datos"), "light": row.after.light,
            "considered": considered_text(row.after),
            "said": row.said, "differs": row.agrees is False,
        }
        for row in shown
    ]  # fmt: skip
    others = len(outcome.programs) - len(shown)
    return {
        "rows": rows, "others": f"{others:,}" if others else "", "one_other": others == 1,
        "compared": f"{outcome.compared:,}", "compares": bool(outcome.compared),
        "differ": f"{outcome.differ:,}", "differs": bool(outcome.differ), "one_differs": outcome.differ == 1,
    }  # fmt: skip
