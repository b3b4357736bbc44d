"""Two departments with their people."""

import pytest

from accounts.access import Access
from accounts.models import User
from indicators.models import Frequency
from programs.models import FiscalYear
from tests.factories import (
    access_of,
    make_department,
    make_indicator,
    make_people,
    make_program,
    make_year,
)
from tests.support.shared import shared


@pytest.fixture
@shared
def year(db: None) -> FiscalYear:
    return make_year()


@pytest.fixture
@shared
def people(year: FiscalYear) -> dict[str, User]:
    """PRE-01-01 monthly, PRE-01-02 quarterly, SPM-01-01 of another department; one person of each role in PRE."""
    program = make_program(year, "PRE-01")
    make_indicator(program, "PRE-01-01")
    make_indicator(program, "PRE-01-02", frequency=Frequency.QUARTERLY)
    make_indicator(make_program(year, "SPM-01", department=make_department("SPM", "Servicios Públicos")))
    return make_people(make_department("PRE"))


@pytest.fixture
def enlace(people: dict[str, User]) -> Access:
    return access_of(people["liaison"])


@pytest.fixture
def planning(people: dict[str, User]) -> Access:
    return access_of(people["planning"])
