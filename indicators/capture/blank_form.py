"""The blank formato de recolección of a month, for those who gather figures on paper."""

from typing import Any

from django.conf import settings

from core.moments import day_text
from indicators import wording
from indicators.capture.month import MonthSheet, SheetRow


def form_data(sheet: MonthSheet) -> dict[str, Any]:
    """What templates/pdf/formato.typ prints; a month without indicators gives a form without rows."""
    period = sheet.period
    return {
        "municipality": settings.PMD_MUNICIPALITY,
        "product": f"Seguimiento del Programa Anual de Trabajo {period.fiscal_year.year}",
        "demo": period.fiscal_year.demo_data,
        "department": sheet.department.name,
        "month": wording.month_title(period.month, period.fiscal_year.year),
        "due": day_text(sheet.deadlines.deadline(period, sheet.department.pk)),
        "programs": [
            {"code": group.program.code, "name": group.program.name, "rows": [_row(row) for row in group.rows]}
            for group in sheet.groups
        ],
        "signatures": [{"role": "Recopiló", "name": None}, {"role": "Revisó", "name": None}],
    }


def _row(row: SheetRow) -> dict[str, Any]:
    return {
        "code": row.indicator.code,
        "name": row.indicator.name,
        "numerator": row.indicator.numerator_label,
        "denominator": row.indicator.denominator_label,
        "previous": wording.pair_text(row.previous.numerator, row.previous.denominator) if row.previous else None,
    }
