"""A programme with two actions and indicators, and the officer who edits them."""

import pytest

from programs.models import FiscalYear, ProgramObjective
from tests.factories import (
    make_indicator,
    make_program,
    make_year,
)
from tests.support.shared import shared


@pytest.fixture
@shared
def year() -> FiscalYear:
    """PRE-01 with two actions and indicators, below one strategy."""
    year = make_year()
    program = make_program(year, "PRE-01", name="Proximidad Ciudadana")
    for place, text in enumerate(("Recibir a la gente", "Escuchar a la gente"), start=1):
        ProgramObjective.objects.create(program=program, position=place, text=text)
    make_indicator(program)
    make_indicator(program)
    return year
