"""The admin's pages, and a small catalogue to look at in them."""

from typing import Any

from django.urls import reverse

from accounts.models import Role
from indicators.models import Observation, TargetAdjustment
from programs.models import FiscalYear, ProgramObjective
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_user, make_year


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def make_catalogue(programs: int = 2, year: int = 2016) -> FiscalYear:
    fiscal_year = make_year(year)
    for number in range(1, programs + 1):
        add_program(fiscal_year, number)
    return fiscal_year


def add_program(fiscal_year: FiscalYear, number: int) -> None:
    """A programme with all that hangs on one, and another liaison of its department."""
    program = make_program(fiscal_year, f"PRE-{number:02d}", number=f"1.{number}")
    ProgramObjective.objects.create(program=program, position=1, text="Atender")
    indicator = make_indicator(program)
    row = make_measurement(indicator, 1, 1, 2)
    Observation.objects.create(measurement=row, text="Revise", author=row.updated_by, created_at=NOW)
    TargetAdjustment.objects.create(
        indicator=indicator,
        effective_month=6,
        target=90,
        reason="Recorte",
        authorized_by="Cabildo",
        instrument="Acta 3",
        created_at=NOW,
        created_by=row.updated_by,
    )
    make_user(f"enlace{number}", Role.LIAISON, program.department)
