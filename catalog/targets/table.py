"""The list of targets and thresholds as a file, with numbers that can be computed with."""

import io
from decimal import Decimal

from django.http import QueryDict

from catalog.targets.listing import ONLY, asked_targets
from core.spreadsheets import Column, Percent, Sheet, write_csv, write_workbook
from core.spreadsheets.writing import Value
from indicators import wording
from indicators.models import Indicator, TargetKind, month_name
from indicators.results import standards
from programs.models import FiscalYear

_COLUMNS = (
    Column("Clave", 13), Column("Indicador", 50), Column("Dependencia", 32), Column("Clave del programa", 12),
    Column("Programa", 40), Column("Tipo de meta", 12), Column("Unidad", 16), Column("Meta programada", 14),
    Column("Meta ajustada", 14), Column("Ajustada desde", 14), Column("Sentido", 12), Column("Programación", 40),
    Column("Verde desde", 12), Column("Amarillo desde", 12), Column("Sobrecumplimiento arriba de", 14),
    Column("Umbrales", 18),
)  # fmt: skip


def targets_file(fiscal_year: FiscalYear, query: QueryDict, form: str) -> bytes:
    """Every indicator that the page lists with that address, on all of its pages; «xlsx» or «csv»."""
    asked = asked_targets(fiscal_year, query)
    rows = [_values(fiscal_year, row) for row in asked.found]
    buffer = io.BytesIO()
    if form == "csv":
        write_csv(_COLUMNS, rows, buffer)
        return buffer.getvalue()
    department = next((row.name for row in asked.departments if row.prefix == asked.department), "todas")
    notes = [
        ("Plan", fiscal_year.plan.name), ("Ejercicio", str(fiscal_year.year)), ("Texto buscado", asked.text or "—"),
        ("Dependencia", department), ("Solo", ONLY.get(asked.only, "todos los indicadores")),
    ]  # fmt: skip
    about = Sheet("Acerca de", [Column("Dato", 22), Column("Valor", 100)], notes, filtered=False)
    write_workbook([Sheet("Metas", _COLUMNS, rows, frozen=1), about], buffer)
    return buffer.getvalue()


def _values(fiscal_year: FiscalYear, indicator: Indicator) -> list[Value]:
    """The borders are those in force, the year's or the indicator's own; the last column says which."""
    adjustments = sorted(indicator.adjustments.all(), key=lambda made: made.effective_month)
    last = adjustments[-1] if adjustments else None
    program = indicator.action.program
    year = standards.thresholds_of(fiscal_year)
    borders = standards.indicator_thresholds(indicator, year)
    return [
        indicator.code, indicator.name, program.department.name, program.code, program.name,
        indicator.get_target_kind_display(), indicator.action.unit, _aimed(indicator, indicator.target),
        _aimed(indicator, last.target) if last else None, month_name(last.effective_month) if last else None,
        indicator.get_direction_display(),
        wording.schedule_words(indicator, standards.spec_of(indicator, month=12, adjustments=adjustments)),
        *(Percent(border) for border in borders.borders), "del ejercicio" if borders == year else "propios",
    ]  # fmt: skip


def _aimed(indicator: Indicator, target: Decimal) -> Value:
    return Percent(target) if indicator.target_kind == TargetKind.PERCENTAGE else target
