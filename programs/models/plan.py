"""The plan and its lines: axes, objectives and strategies."""

from django.db import models
from django.db.models import F, Q

from programs.year_words import Worded


class Plan(Worded, models.Model):
    name = models.CharField("nombre", max_length=500)
    start_year = models.PositiveSmallIntegerField("primer año")
    end_year = models.PositiveSmallIntegerField("último año")

    class Meta:
        verbose_name = "plan municipal de desarrollo"
        verbose_name_plural = "planes municipales de desarrollo"
        ordering = ["start_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="plan_name_unique",
                violation_error_message="Ya existe un plan con este nombre.",
            ),
            models.CheckConstraint(
                condition=Q(
                    start_year__gte=1900,
                    start_year__lte=F("end_year"),
                    end_year__lte=2200,
                ),
                name="plan_years_in_order",
                violation_error_message="El primer año del plan no puede ser posterior al último.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def _unique_names(prefix: str, parent: str, what: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(
            fields=[parent, "name"],
            name=f"{prefix}_name_unique",
            violation_error_message=f"Ya existe {what} con este nombre en el mismo lugar.",
        ),
        models.UniqueConstraint(
            fields=[parent, "key"],
            condition=~Q(key=""),
            name=f"{prefix}_key_unique",
            violation_error_message=f"Ya existe {what} con esta clave en el mismo lugar.",
        ),
    ]


class Axis(Worded, models.Model):
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="axes", verbose_name="plan")
    key = models.CharField("clave", max_length=20, blank=True)
    name = models.CharField("nombre", max_length=500)
    position = models.PositiveSmallIntegerField("orden", default=0)

    class Meta:
        verbose_name = "eje rector"
        verbose_name_plural = "ejes rectores"
        ordering = ["plan", "position", "id"]
        constraints = _unique_names("axis", "plan", "un eje rector")

    def __str__(self) -> str:
        return self.name


class Objective(Worded, models.Model):
    axis = models.ForeignKey(
        Axis,
        on_delete=models.PROTECT,
        related_name="objectives",
        verbose_name="eje rector",
    )
    key = models.CharField("clave", max_length=20, blank=True)
    name = models.CharField("nombre", max_length=500)
    position = models.PositiveSmallIntegerField("orden", default=0)

    class Meta:
        verbose_name = "objetivo"
        verbose_name_plural = "objetivos"
        ordering = ["axis", "position", "id"]
        constraints = _unique_names("objective", "axis", "un objetivo")

    def __str__(self) -> str:
        return self.name


class Strategy(Worded, models.Model):
    objective = models.ForeignKey(
        Objective,
        on_delete=models.PROTECT,
        related_name="strategies",
        verbose_name="objetivo",
    )
    key = models.CharField("clave", max_length=20, blank=True)
    name = models.CharField("nombre", max_length=1000)
    position = models.PositiveSmallIntegerField("orden", default=0)

    class Meta:
        verbose_name = "estrategia"
        verbose_name_plural = "estrategias"
        ordering = ["objective", "position", "id"]
        constraints = _unique_names("strategy", "objective", "una estrategia")

    def __str__(self) -> str:
        return self.name
