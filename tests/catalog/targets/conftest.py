"""Two indicators, one of them captured, and planning, who sets their targets."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import make_indicator, make_measurement, make_people, make_program, make_year, signed_in
from tests.support.shared import shared


@pytest.fixture
@shared
def people() -> dict[str, Any]:
    """PRE-01-01 has no captures; PRE-01-02 is 170/200 in January and February, 85 % of 100 %: amber."""
    year = make_year()
    program = make_program(year)
    make_indicator(program)
    captured = make_indicator(program)
    made = make_people(program.department)
    for month in (1, 2):
        make_measurement(captured, month, 85, 100, by=made["liaison"])
    return made


@pytest.fixture
def planning(people: dict[str, Any]) -> Client:
    return signed_in(people["planning"])
