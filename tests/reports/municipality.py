"""A year of any size, written in bulk: for pinning query counts, and for measuring."""

from decimal import Decimal

from accounts.models import User
from indicators.models import Indicator, Measurement, Period, State
from programs.models import Action, Department, FiscalYear, Program
from tests.factories import NOW, make_strategy, make_user, make_year


def make_municipality(*, programs: int, indicators_each: int = 2, departments: int = 5, months: int = 3) -> FiscalYear:
    """Programmes DAA-01, DAA-02 … over the departments; the last indicator of each programme has no captures."""
    fiscal_year = make_year()
    Department.objects.bulk_create(
        Department(prefix=f"D{chr(65 + n // 26)}{chr(65 + n % 26)}", name=f"Dependencia {n}", number=n + 1)
        for n in range(departments)
    )
    add_programs(fiscal_year, range(programs), indicators_each=indicators_each, months=months)
    return fiscal_year


def add_programs(fiscal_year: FiscalYear, numbers: range, *, indicators_each: int = 2, months: int = 3) -> None:
    """More programmes, with these running numbers, for the departments in turn."""
    strategy = make_strategy(fiscal_year.plan)
    author = User.objects.filter(username="municipality").first() or make_user("municipality")
    made = list(Department.objects.order_by("number"))
    departments = len(made)
    catalog = Program.objects.bulk_create(
        Program(
            fiscal_year=fiscal_year,
            department=made[n % departments],
            strategy=strategy,
            code=f"{made[n % departments].prefix}-{n // departments + 1:02d}",
            name=f"Programa número {n}, que tiene un nombre tan largo como suelen serlo",
        )
        for n in numbers
    )
    actions = Action.objects.bulk_create(
        Action(fiscal_year=fiscal_year, program=program, code=f"{program.code}-{n:02d}", text="Atender", unit="Asuntos")
        for program in catalog
        for n in range(1, indicators_each + 1)
    )
    indicators = Indicator.objects.bulk_create(
        Indicator(
            fiscal_year=fiscal_year,
            action=action,
            code=action.code,
            name=f"Solicitudes atendidas de la acción {action.code}",
            numerator_label="Solicitudes atendidas",
            denominator_label="Solicitudes recibidas",
            target=Decimal(100),
        )
        for action in actions
    )
    periods = {period.month: period for period in Period.objects.filter(fiscal_year=fiscal_year)}
    Measurement.objects.bulk_create(
        (
            Measurement(
                fiscal_year=fiscal_year,
                indicator=indicator,
                period=periods[month],
                month=month,
                state=State.VALIDATED,
                numerator=Decimal(7 + n % 5),
                denominator=Decimal(12),
                validated_numerator=Decimal(7 + n % 5),
                validated_denominator=Decimal(12),
                updated_at=NOW,
                updated_by=author,
            )
            for n, indicator in enumerate(indicators)
            if not indicator.code.endswith(f"-{indicators_each:02d}")
            for month in range(1, months + 1)
        ),
        batch_size=2000,
    )
