"""A small municipality: one department with four kinds of indicators, and a person of each role."""

from dataclasses import dataclass

import pytest
from django.test import Client

from accounts.models import User
from indicators.models import Indicator, State
from programs.models import Department, FiscalYear, Program
from tests.factories import make_department, make_indicator, make_measurement, make_people, make_program, make_year
from tests.support.shared import shared


@dataclass
class Town:
    fiscal_year: FiscalYear
    department: Department
    program: Program
    indicators: dict[str, Indicator]
    people: dict[str, User]


@pytest.fixture
@shared
def town(db: None) -> Town:
    """PRE-02 in 2016: 01 is 120/130, 02 is 3/0, 03 has only a draft and a returned figure, 04 has nothing.

    01 also has a submitted February, which counts in the preliminary scope only.
    """
    fiscal_year = make_year()
    department = make_department()
    people = make_people(department)
    program = make_program(fiscal_year, "PRE-02", name="Coordinación de Intercacción Institucional")
    indicators = {code: make_indicator(program, code) for code in ("PRE-02-01", "PRE-02-02", "PRE-02-03", "PRE-02-04")}
    make_measurement(indicators["PRE-02-01"], 1, 120, 130)
    make_measurement(indicators["PRE-02-01"], 2, 10, 70, State.SUBMITTED)
    make_measurement(indicators["PRE-02-02"], 1, 3, 0)
    make_measurement(indicators["PRE-02-03"], 1, 98761, 98765, State.DRAFT)
    make_measurement(indicators["PRE-02-03"], 2, 54321, 54329, State.RETURNED)
    return Town(fiscal_year, department, program, indicators, people)


@pytest.fixture
def reader(client: Client, town: Town) -> Client:
    """A browser in which the mayor's office (Consulta) has signed in."""
    return sign_in(client, town.people["reader"])


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="accounts.backends.PersonBackend")
    return client
