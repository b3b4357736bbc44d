"""What the pages of the plan are told of closings: which cut-offs are closed, and which closing counts."""

from typing import cast

from django.db.models import Expression, F, FloatField, OuterRef, Subquery, Sum
from django.db.models.functions import Power

from publishing.models import Closing
from reports.address.published import Published


def closed_months() -> Expression:
    """Of a year. Each closed month has one first version, which its index tells without a row being read."""
    first = Closing.objects.filter(fiscal_year=OuterRef("pk"), version=1).order_by().values("fiscal_year")
    powers = Sum(Power(2.0, F("month"), output_field=FloatField()), output_field=FloatField())
    return cast(Expression, Subquery(first.annotate(months=powers).values("months")))


def published(year: int, month: int) -> Published | None:
    rows = Closing.objects.filter(fiscal_year=year, month=month).order_by("-version")
    found = rows.values_list("closed_on", "version").first()
    return Published(*found) if found else None
