"""The months of a fiscal year: when each opens, is due and closes."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from core.dates import living_day
from indicators.models.months import month_name
from programs.models import Department, FiscalYear

# Why the months of a historical year are closed; by it they are found again where it turns out not to be one.
HISTORICAL = "Ejercicio histórico: se trajo de papeles anteriores"


class PeriodQuerySet(models.QuerySet["Period"]):
    def with_extension_of(self, department_id: int) -> Self:
        """With ``extension_until``: the last day of the department's longest extension, run out or not; or None."""
        granted = Extension.objects.filter(period=OuterRef("pk"), department_id=department_id, ended_at__isnull=True)
        return self.annotate(extension_until=Subquery(granted.order_by("-until").values("until")[:1]))


class Period(models.Model):
    """One month of a fiscal year: opens, is due, and closes when planning closes it."""

    fiscal_year = models.ForeignKey(
        FiscalYear,
        on_delete=models.PROTECT,
        related_name="periods",
        verbose_name="ejercicio",
    )
    month = models.PositiveSmallIntegerField("mes")
    opens_on = models.DateField("abre", validators=[living_day])
    due_on = models.DateField("vence", validators=[living_day])
    closed_on = models.DateField("cerrado el", null=True, blank=True, validators=[living_day])
    # What whoever meets the closed month reads; the trail keeps those of earlier closings.
    close_reason = models.TextField("motivo del cierre", blank=True, default="", editable=False)

    objects = PeriodQuerySet.as_manager()

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

    @property
    def closing(self) -> str:
        """«cerrado el 20/10/2016: «Cierre del trimestre»»; empty while open."""
        return f"cerrado {self.closed_when}" if self.closed_when else ""

    @property
    def closed_when(self) -> str:
        """«el 20/10/2016: «Cierre del trimestre»», with the reason that planning gave; empty while open."""
        if self.closed_on is None:
            return ""
        reason = self.close_reason.strip().rstrip(".")
        return f"el {self.closed_on:%d/%m/%Y}" + (f": «{reason}»" if reason else "")


class Extension(models.Model):
    """Prórroga: one department may capture a closed month until a date, with a reason and its instrument."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="extensions", verbose_name="mes")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="extensions", verbose_name="dependencia"
    )
    until = models.DateField("hasta", validators=[living_day])
    reason = models.TextField("motivo")
    instrument = models.CharField(
        "instrumento", max_length=200, blank=True, help_text="Tipo, número y fecha del oficio que la pide."
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la otorgó"
    )
    granted_at = models.DateTimeField("otorgada")
    # Planning may end it before its date; from then on it is as if it had run out, and the trail says why.
    ended_at = models.DateTimeField("terminada antes", null=True, blank=True)

    class Meta:
        verbose_name = "prórroga"
        verbose_name_plural = "prórrogas"
        ordering = ["period", "department", "-until"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "department", "until"],
                condition=Q(ended_at__isnull=True),
                name="extension_unique",
                violation_error_message="Esta dependencia ya tiene una prórroga del mes hasta esa fecha.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="extension_has_reason",
                violation_error_message="Una prórroga lleva su motivo.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} · {self.period} hasta el {self.until:%d/%m/%Y}"

    def is_in_force(self, on: date) -> bool:
        """Its last day counts."""
        return self.ended_at is None and on <= self.until


class DayOff(models.Model):
    """Planning's own non-working days, one or a range, beside Mexico's official ones."""

    starts_on = models.DateField("desde", validators=[living_day])
    ends_on = models.DateField("hasta", validators=[living_day])
    name = models.CharField("motivo", max_length=200)

    class Meta:
        verbose_name = "día inhábil"
        verbose_name_plural = "días inhábiles"
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="day_off_dates_in_order",
                violation_error_message="La fecha final no puede ser anterior a la inicial.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
