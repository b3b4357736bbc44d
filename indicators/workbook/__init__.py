"""The workbook «Capturas»: parse → check → preview → apply, for the screens and the command alike.

``parse`` reads a file without the database; ``preview`` says what it would do, with every error of every row;
``apply`` looks again under locks and writes all of it or nothing (docs/workbooks.md).
"""

from indicators.workbook.applying import Stale, apply, preview, write_errors
from indicators.workbook.parsing import (
    CODE,
    COLUMNS,
    DENOMINATOR,
    JUSTIFICATION,
    MONTH,
    NUMERATOR,
    SHEET,
    VERSION,
    YEAR,
    DecimalQuestion,
    Parsed,
    RowError,
    join_reason,
    parse,
    split_reason,
)
from indicators.workbook.previews import Change, HasErrors, Overtaken, Place, Preview

__all__ = [
    "CODE",
    "COLUMNS",
    "DENOMINATOR",
    "JUSTIFICATION",
    "MONTH",
    "NUMERATOR",
    "SHEET",
    "VERSION",
    "YEAR",
    "Change",
    "DecimalQuestion",
    "HasErrors",
    "Overtaken",
    "Parsed",
    "Place",
    "Preview",
    "RowError",
    "Stale",
    "apply",
    "join_reason",
    "parse",
    "preview",
    "split_reason",
    "write_errors",
]
