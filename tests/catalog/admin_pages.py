"""The admin's pages as a browser uses them, and a small catalogue to use them on."""

from typing import Any

from django.test import Client
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
        indicator=indicator, effective_month=6, target=90, reason="Recorte", authorized_by="Cabildo",
        instrument="Acta 3", created_at=NOW, created_by=row.updated_by,
    )  # fmt: skip
    make_user(f"enlace{number}", Role.LIAISON, program.department)


def formdata(response: Any) -> dict[str, Any]:
    """What a browser would send back from this page as it stands."""
    data: dict[str, Any] = {}
    context = response.context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for name, field in form.fields.items():
            value = form[name].value()
            if isinstance(value, bool):
                data |= {form.add_prefix(name): "on"} if value else {}
                continue
            widget = field.widget
            given = widget.format_value(value) if hasattr(widget, "format_value") else value
            if isinstance(given, list | tuple):
                given = given[0] if given else ""
            if given is not None:
                data[form.add_prefix(name)] = given
    return data


def save(client: Client, model: Any, pk: Any = None, **changes: Any) -> Any:
    """Open the page, change these fields, save."""
    page = address(model, "change", pk) if pk else address(model, "add")
    data = formdata(client.get(page)) | changes
    return client.post(page, {name: value for name, value in data.items() if value is not None})


def errors_of(response: Any) -> str:
    assert response.status_code == 200
    return str(response.context["errors"]) + str(response.context["adminform"].form.errors)
