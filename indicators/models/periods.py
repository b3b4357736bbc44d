"""The months of a fiscal year: when each opens, is due and closes."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from indicators.models.months import month_name
from programs.models import FiscalYear


class Period(models.Model):
    """One month of a fiscal year: opens, is due, and closes when planning closes it."""

    fiscal_year = models.ForeignKey(
        FiscalYear,
        on_delete=models.PROTECT,
        related_name="periods",
        verbose_name="ejercicio",
    )
    month = models.PositiveSmallIntegerField("mes")
    opens_on = models.DateField("abre")
    due_on = models.DateField("vence")
    closed_on = models.DateField("cerrado el", null=True, blank=True)

    class Meta:
        verbose_name = "mes"
        verbose_name_plural = "meses"
        ordering = ["fiscal_year", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "month"],
                name="period_month_unique",
                violation_error_message="El ejercicio ya tiene este mes.",
            ),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12),
                name="period_month_range",
                violation_error_message="El mes va de 1 a 12.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")),
                name="period_due_after_opening",
                violation_error_message="El mes no puede vencer antes de abrir.",
            ),
        ]

    def __str__(self) -> str:
        return f"{month_name(self.month)} {self.fiscal_year.year}"

    def is_open(self, on: date) -> bool:
        """Open for capture that day; being late does not close it, only planning does."""
        return self.opens_on <= on and self.closed_on is None

    def is_late(self, on: date) -> bool:
        return on > self.due_on
