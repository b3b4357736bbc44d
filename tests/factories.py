"""Small catalogues, people and captures for tests, through the same services as the product where it matters."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.test import Client

from accounts.access import Access, access_for
from accounts.models import Mail, Membership, Role, User
from indicators import services
from indicators.models import CoverNotice, Indicator, Measurement, Period, Reminder, State
from programs.models import Action, Axis, Department, FiscalYear, Objective, Plan, Program, Strategy

NOW = datetime(2016, 10, 3, 18, 0, tzinfo=UTC)
TODAY = date(2016, 10, 3)


def make_strategy(plan: Plan) -> Strategy:
    axis, objective, name = "Un Gobierno Incluyente", "Un Gobierno Cercano a la Gente", "Conducir la política interior"
    # Every programme asks for it, and all but the first one find it.
    of_plan = Strategy.objects.filter(objective__axis__plan=plan, objective__axis__name=axis, objective__name=objective)
    if found := of_plan.filter(name=name).first():
        return found
    made = Axis.objects.get_or_create(plan=plan, name=axis)[0]
    return Strategy.objects.create(objective=Objective.objects.get_or_create(axis=made, name=objective)[0], name=name)


def make_year(year: int = 2016, **kwargs: Any) -> FiscalYear:
    """A fiscal year with its twelve open months."""
    plan = Plan.objects.filter(start_year__lte=year, end_year__gte=year).first() or Plan.objects.create(
        name=f"Plan Municipal de Desarrollo {year} - {year + 2}", start_year=year, end_year=year + 2
    )
    fiscal_year = FiscalYear.objects.create(plan=plan, year=year, **kwargs)
    services.open_fiscal_year(fiscal_year=fiscal_year, actor=None, now=NOW)
    return fiscal_year


def make_department(prefix: str = "PRE", name: str = "Presidencia Municipal", number: int | None = None) -> Department:
    return Department.objects.get_or_create(prefix=prefix, defaults={"name": name, "number": number})[0]


def make_program(fiscal_year: FiscalYear, code: str = "PRE-01", **kwargs: Any) -> Program:
    prefix = code.split("-")[0]
    department = kwargs.pop("department", None) or make_department(
        prefix, "Presidencia Municipal" if prefix == "PRE" else f"Dependencia {prefix}"
    )
    defaults = {"name": f"Programa {code}", "strategy": make_strategy(fiscal_year.plan), "department": department}
    return Program.objects.create(fiscal_year=fiscal_year, code=code, **{**defaults, **kwargs})


def make_indicator(program: Program, code: str | None = None, **kwargs: Any) -> Indicator:
    """An indicator with its own action; ``kwargs`` go to the indicator."""
    code = code or f"{program.code}-{program.actions.count() + 1:02d}"
    action, _ = Action.objects.get_or_create(
        fiscal_year=program.fiscal_year,
        code=code[: len(program.code) + 3],
        defaults={"program": program, "text": f"Atender las solicitudes de {code}", "unit": "Solicitudes"},
    )
    defaults: dict[str, Any] = {
        "name": f"Solicitudes atendidas {code}",
        "numerator_label": "Número de solicitudes atendidas",
        "denominator_label": "Total de solicitudes recibidas",
        "target": Decimal(100),
    }
    return Indicator.objects.create(fiscal_year=program.fiscal_year, action=action, code=code, **{**defaults, **kwargs})


def make_user(username: str, role: str | None = None, department: Department | None = None, **kwargs: Any) -> User:
    """A person with one membership since 2014 (none without a role)."""
    user = User.objects.create_user(username=username, email=f"{username}@durango.example", **kwargs)
    if role:
        Membership.objects.create(user=user, role=role, department=department, starts_on=date(2014, 1, 1))
    return user


def access_of(user: User, on: date = TODAY) -> Access:
    return access_for(user, on=on)


def signed_in(user: User) -> Client:
    """A client in which that person has signed in; the sign-in page has its own tests."""
    client = Client()
    client.force_login(user, backend="accounts.backends.PersonBackend")
    return client


def make_people(department: Department) -> dict[str, User]:
    """One person of each role, the first two in the department; keyed by role value."""
    own = (Role.LIAISON, Role.DIRECTOR)
    return {role.value: make_user(role.value, role, department if role in own else None) for role in Role}


def make_measurement(
    indicator: Indicator,
    month: int,
    numerator: Any,
    denominator: Any,
    state: str = State.VALIDATED,
    *,
    by: User | None = None,
    validated: tuple[Any, Any] | None = None,
    **kwargs: Any,
) -> Measurement:
    """A row in the database as it would stand after the screens; ``validated`` is the last validated pair."""
    author = by or User.objects.filter(username="captura").first() or make_user("captura")
    n, d = (None if value is None else Decimal(str(value)) for value in (numerator, denominator))
    if state == State.VALIDATED:
        validated = (n, d)
    defaults: dict[str, Any] = {
        "no_activity": "no_demand" if n == 0 and d == 0 else "",
        "justification": "Rezago del mes anterior" if n is not None and d is not None and n > d else "",
    }
    values = {**defaults, **kwargs}
    if state == State.VALIDATED:
        for name in ("no_activity", "justification"):
            values.setdefault(f"validated_{name}", values[name])
    row = Measurement.objects.create(
        fiscal_year=indicator.fiscal_year,
        indicator=indicator,
        period=Period.objects.get(fiscal_year=indicator.fiscal_year, month=month),
        month=month,
        state=state,
        numerator=n,
        denominator=d,
        validated_numerator=validated and Decimal(str(validated[0])),
        validated_denominator=validated and Decimal(str(validated[1])),
        updated_at=NOW,
        updated_by=author,
        **values,
    )
    if state not in (State.VALIDATED, State.RETURNED):
        row.changed_by.add(author)
    return row


def make_notices(user: User, department: Department, period: Period) -> None:
    """One of each kind that the night's reminders leave behind."""
    CoverNotice.objects.create(
        user=user,
        department=department,
        role="director",
        first_day=date(2016, 10, 1),
        begun=False,
        sent_at=NOW,
        mail=Mail.objects.create(
            kind=Mail.Kind.REMINDER,
            address="x@durango.example",
            about="x",
            subject="x",
            state=Mail.State.SENT,
            created_at=NOW,
        ),
    )
    Reminder.objects.create(
        user=user,
        department=department,
        period=period,
        occasion=Reminder._meta.get_field("occasion").choices[0][0],
        sent_at=NOW,
    )
