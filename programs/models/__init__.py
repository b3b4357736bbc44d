"""The catalogue's structure, by subject. Whoever needs a model imports it from here."""

from programs.models.catalogue import ACTION_CODE_SHAPE, PROGRAM_CODE_SHAPE, Action, Program, ProgramObjective
from programs.models.departments import DEPARTMENT_ORDER, PREFIX_SHAPE, Department, DepartmentQuerySet
from programs.models.plan import Axis, Objective, Plan, Strategy
from programs.models.years import EntersAs, FiscalYear, YearLocking, YearReopening, YearWord

__all__ = [
    "ACTION_CODE_SHAPE",
    "DEPARTMENT_ORDER",
    "PREFIX_SHAPE",
    "PROGRAM_CODE_SHAPE",
    "Action",
    "Axis",
    "Department",
    "DepartmentQuerySet",
    "EntersAs",
    "FiscalYear",
    "Objective",
    "Plan",
    "Program",
    "ProgramObjective",
    "Strategy",
    "YearLocking",
    "YearReopening",
    "YearWord",
]
