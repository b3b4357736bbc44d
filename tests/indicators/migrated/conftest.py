"""A historical year with monthly, quarterly and half-yearly indicators, and one person of each role."""

import pytest

from accounts.access import Access
from accounts.models import User
from indicators.models import Frequency, Mode
from programs.models import FiscalYear
from tests.factories import access_of, make_department, make_indicator, make_people, make_program, make_year
from tests.support.shared import shared


@pytest.fixture
@shared
def year(db: None) -> FiscalYear:
    return make_year(historical=True)


@pytest.fixture
@shared
def people(year: FiscalYear) -> dict[str, User]:
    """PRE-01-01 monthly, PRE-01-02 quarterly (suma / último), SPM-01-01 and -02 of another department."""
    program = make_program(year, "PRE-01")
    make_indicator(program, "PRE-01-01", official_key="O-PPA 1.01")
    make_indicator(program, "PRE-01-02", frequency=Frequency.QUARTERLY, denominator_mode=Mode.LAST)
    other = make_program(year, "SPM-01", department=make_department("SPM", "Servicios Públicos"))
    make_indicator(other, "SPM-01-01", official_key="K003")
    make_indicator(other, "SPM-01-02", official_key="K003")
    return make_people(make_department("PRE"))


@pytest.fixture
def planning(people: dict[str, User]) -> Access:
    return access_of(people["planning"])
