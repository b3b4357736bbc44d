"""A year with one of each thing that a closing's document tells apart."""

from decimal import Decimal

import pytest

from indicators.models import Indicator, TargetAdjustment
from programs.models import FiscalYear, ProgramObjective
from tests.factories import NOW, make_department, make_indicator, make_measurement, make_program, make_user, make_year
from tests.support.shared import shared


@pytest.fixture
@shared
def full_year(db) -> FiscalYear:
    """With one of each thing that a document tells apart."""
    department = make_department("PRE", "Presidencia Municipal", 1)
    former = make_year(2015)
    year = make_year(2016)
    old = make_program(former, "PRE-01")
    old_indicator = make_indicator(old, "PRE-01-07")
    program = make_program(
        year, "PRE-02", number="1.2", description="Atiende", previous=old, department=department, name="Atención"
    )
    for position, text in ((2, "Segundo"), (1, "Primero")):
        ProgramObjective.objects.create(program=program, position=position, text=text)
    first = make_indicator(program, "PRE-02-01", previous=old_indicator, official_key="K-1", source="Registro")
    make_indicator(program, "PRE-02-02", frequency=3, considered=False, denominator_mode="last")
    make_indicator(program, "PRE-02-03", direction="descending", target=Decimal(10), green_from=Decimal(95))
    shares = ["5", "10", "15", "20", "25", "30", "35", "40", "45.5", "60", "80", "100"]
    make_indicator(program, "PRE-02-04", schedule="explicit", shares=shares, starts_in=1)
    make_indicator(program, "PRE-02-05", target_kind="absolute", target=Decimal(12), starts_in=3)
    make_indicator(program, "PRE-02-06", retired_from=6)
    for month in (1, 2):
        make_measurement(first, month, 3, 4)
    make_measurement(first, 3, 0, 0)
    make_measurement(first, 10, 9, 9)
    make_measurement(Indicator.objects.get(code="PRE-02-03"), 1, 12, 100)
    make_measurement(Indicator.objects.get(code="PRE-02-04"), 9, 50, 100)
    make_measurement(Indicator.objects.get(code="PRE-02-05"), 4, 2, 3)
    TargetAdjustment.objects.create(
        indicator=first,
        effective_month=8,
        target=Decimal(80),
        reason="Recorte",
        authorized_by="Cabildo",
        instrument="Acta 12",
        created_at=NOW,
        created_by=make_user("quien.ajusta"),
    )
    return year
