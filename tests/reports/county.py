"""A plan of two axes, three departments and six programmes, whose figures are easy to work out by hand."""

from decimal import Decimal
from typing import Any

from programs.models import Axis, FiscalYear, Objective, Program, Strategy
from tests.factories import make_department, make_indicator, make_measurement, make_program, make_year


def make_line(fiscal_year: FiscalYear, axis: str, objective: str, strategy: str) -> Strategy:
    kind, _ = Axis.objects.get_or_create(plan=fiscal_year.plan, name=axis)
    aim, _ = Objective.objects.get_or_create(axis=kind, name=objective)
    return Strategy.objects.get_or_create(objective=aim, name=strategy)[0]


def measured_program(fiscal_year: FiscalYear, code: str, percentage: Any, months: int = 1, **kwargs: Any) -> Program:
    """A programme whose only indicator stands at that percentage from January to that month; None captures nothing."""
    program = make_program(fiscal_year, code, **kwargs)
    indicator = make_indicator(program, f"{code}-01")
    if percentage is not None:
        for month in range(1, months + 1):
            make_measurement(indicator, month, Decimal(str(percentage)), 100)
    return program


def make_county() -> FiscalYear:
    """In January: PRE-01 100, PRE-02 80, OBR-01 60, OBR-02 none, DIF-01 95, DIF-02 without indicators."""
    fiscal_year = make_year()
    order = make_line(fiscal_year, "Orden y Paz", "Calles seguras", "Alumbrar")
    light = make_line(fiscal_year, "Orden y Paz", "Calles seguras", "Bachear")
    care = make_line(fiscal_year, "Ámbito Social", "Familias", "Acompañar a las familias")
    make_department("PRE", "Presidencia Municipal", 1)
    make_department("OBR", "Obras Públicas", 2)
    make_department("DIF", "Ándale Desarrollo Integral", 3)
    measured_program(fiscal_year, "PRE-01", 100, strategy=order, name="Proximidad Ciudadana")
    measured_program(fiscal_year, "PRE-02", 80, strategy=care, name="Coordinación")
    measured_program(fiscal_year, "OBR-01", 60, strategy=light, name="Bacheo")
    measured_program(fiscal_year, "OBR-02", None, strategy=light, name="=SUMA(A1:A9) Alumbrado")
    measured_program(fiscal_year, "DIF-01", 95, strategy=care, name="Árbol de la vida")
    make_program(fiscal_year, "DIF-02", strategy=care, name="Sin indicadores")
    return fiscal_year
