"""A worked case as a year in the database."""

from decimal import Decimal
from typing import Any

from indicators.models import TargetAdjustment
from programs.models import FiscalYear, Program
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_user, make_year
from tests.indicators.cases import FREQUENCIES


def code_of(code: str) -> str:
    """The document writes «X-01-01» in some cases; a real prefix has at least two letters."""
    return code.replace("X-", "XX-") if code.startswith("X-") else code


def build(case: dict[str, Any]) -> FiscalYear:
    fiscal_year = make_year(missing_as_zero=case.get("missing_as_zero", False))
    planner = make_user("planeacion")
    for data in case["indicators"]:
        code = code_of(data["code"])
        program = Program.objects.filter(code=code[:-3]).first() or make_program(fiscal_year, code[:-3])
        indicator = make_indicator(
            program,
            code,
            target=Decimal(data["target"]),
            target_kind=data["target_kind"],
            numerator_mode=data["numerator_mode"],
            denominator_mode=data["denominator_mode"],
            considered=data["considered"],
            direction=data["direction"],
            frequency=FREQUENCIES[data.get("frequency", "monthly")],
            schedule="explicit" if "schedule" in data else "",
            shares=data.get("schedule"),
            retired_from=data.get("retired_from"),
            starts_in=data.get("starts", 1),
        )
        for month, target in data.get("adjustments", {}).items():
            TargetAdjustment.objects.create(
                indicator=indicator,
                effective_month=int(month),
                target=Decimal(target),
                reason="Recorte",
                authorized_by="Cabildo",
                instrument="Acta 12",
                created_at=NOW,
                created_by=planner,
            )
        for month, (numerator, denominator, state, *validated) in data["cells"].items():
            make_measurement(
                indicator,
                int(month),
                numerator,
                denominator,
                state,
                by=planner,
                validated=validated[0] if validated else None,
            )
    return fiscal_year
