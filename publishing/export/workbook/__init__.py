"""``libro.xlsx``: a closing's rows, and formulas that compute its results again in any spreadsheet."""

from publishing.export.workbook.building import workbook

__all__ = ["workbook"]
