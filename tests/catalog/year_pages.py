"""A small year to carry on, and the pages that do it."""

import re
from decimal import Decimal
from typing import Any

from django.test import Client

from accounts.models import User
from indicators import services
from indicators.models import Indicator
from programs.models import FiscalYear, Program, ProgramObjective
from tests.factories import NOW, access_of, make_department, make_indicator, make_program, make_year


def make_source(officer: User) -> FiscalYear:
    """2016: PRE-01 with an adjusted and a retired indicator, PRE-02 wholly retired, OBR-01 with shares by month."""
    year = make_year(2016, green_from=Decimal(95))
    first = make_program(year, description="Atiende", number="1.1")
    ProgramObjective.objects.create(program=first, position=1, text="Atender a todos")
    adjusted = make_indicator(first, target=Decimal(80), definition="Qué mide")
    make_indicator(first, retired_from=7)
    services.adjust_target(
        access=access_of(officer),
        indicator=adjusted,
        effective_month=11,
        target=Decimal(90),
        reason="Más demanda",
        authorized_by="Cabildo",
        instrument="Acta 3",
        now=NOW,
    )
    make_indicator(make_program(year, "PRE-02"), retired_from=1)
    works = make_program(year, "OBR-01", department=make_department("OBR", "Obras Públicas", 2))
    shares = [str(min(100, month * 9)) for month in range(1, 12)] + ["100"]
    make_indicator(works, schedule="explicit", shares=shares, frequency=3)
    return year


def answers(page: Any, **given: Any) -> dict[str, Any]:
    """What the boxes and fields of the first step hold, unless others are given."""
    form, groups = page.context["form"], page.context["groups"]
    shown = {name: form[name].value() for name in form.fields}
    boxes = [row["code"] for group in groups for row in group["rows"] if row["marked"]]
    shown |= {"program": boxes, "marks": page.context["marked_for"]}
    data = {name: value for name, value in {**shown, **given}.items() if value not in (None, False)}
    return {**data, "act": data.get("act", "ver")}


def preview(client: Client, path: str = "/2016/catalogo/siguiente/", **given: Any) -> Any:
    return client.post(path, answers(client.get(path), **given))


def confirm(client: Client, page: Any, path: str = "/2016/catalogo/siguiente/") -> Any:
    """Send the preview's own form, as its button does."""
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
    data: dict[str, Any] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return client.post(path, {**data, "act": "confirmar"}, follow=True)


def codes(year: int, model: Any = Program) -> list[str]:
    return list(model.objects.filter(fiscal_year__year=year).order_by("code").values_list("code", flat=True))


def successor(code: str, year: int = 2017) -> Indicator:
    return Indicator.objects.get(fiscal_year__year=year, code=code)
