"""Small workbooks of captures, and what importing them does."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from accounts.access import Access
from core.models import TrailEntry
from indicators import workbook as measurement_workbook
from indicators.models import Indicator, Measurement, State
from indicators.workbook import COLUMNS, HasErrors, Parsed, Preview, parse
from tests.factories import (
    NOW,
    make_measurement,
)

Row = Sequence[Any]


IN_EXCEL = "(en Excel, con formato de número)"


def workbook(*rows: Row, header: Row = COLUMNS) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Capturas"
    for row in (header, *rows):
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(*rows: Row, header: Row = COLUMNS) -> Parsed:
    return parse(io.BytesIO(workbook(*rows, header=header)), name="capturas.xlsx")


def lines(outcome: Parsed | Preview) -> list[str]:
    return [str(error) for error in outcome.errors]


def run(access: Access, *rows: Row, validated: bool = False, now: datetime = NOW) -> Preview:
    return measurement_workbook.apply(access=access, parsed=read(*rows), now=now, record_as=as_state(validated))


def as_state(validated: bool) -> State:
    return State.VALIDATED if validated else State.SUBMITTED


def refusals(access: Access, *rows: Row, validated: bool = False, now: datetime = NOW) -> list[str]:
    """The error lines; asserts that the preview says the same and that nothing was written."""
    before = (Measurement.objects.count(), TrailEntry.objects.count())
    parsed = read(*rows)
    previewed = measurement_workbook.preview(access=access, parsed=parsed, now=now, record_as=as_state(validated))
    with pytest.raises(HasErrors) as refused:
        measurement_workbook.apply(access=access, parsed=parsed, now=now, record_as=as_state(validated))
    assert lines(previewed) == lines(refused.value.preview)
    assert (Measurement.objects.count(), TrailEntry.objects.count()) == before
    return lines(previewed)


def row_of(code: str = "PRE-01-01", month: int = 9) -> Measurement:
    return Measurement.objects.get(indicator__code=code, month=month)


def measured(code: str, month: int, n: Any, d: Any, state: str, **kwargs: Any) -> Measurement:
    return make_measurement(Indicator.objects.get(code=code), month, n, d, state, **kwargs)
