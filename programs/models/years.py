"""The editions of the plan, one a year; who locked them, who opened them again, and their names of that day."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.fields import AmountField
from core.two_people import two_people
from programs.models.plan import Plan
from programs.year_words import KINDS, BringsWords


class EntersAs(models.TextChoices):
    """What of a descending indicator enters its programme's global (rule 6); the words of ``calculations``."""

    COMPLIANCE = "compliance", "cumplimiento"
    PERCENTAGE = "percentage", "porcentaje"


class FiscalYear(BringsWords, models.Model):
    """One edition of the Programa Anual de Trabajo. Codes are unique within it."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="fiscal_years", verbose_name="plan")
    year = models.PositiveSmallIntegerField("ejercicio")
    missing_as_zero = models.BooleanField(
        "sin captura cuenta como cero",
        default=False,
        help_text="Un indicador sin ninguna captura, teniendo meses exigibles, entra al promedio como 0.",
    )
    green_from = AmountField("verde desde (% de cumplimiento)", default=Decimal(90))
    amber_from = AmountField("amarillo desde (% de cumplimiento)", default=Decimal(70))
    over_above = AmountField("sobrecumplimiento arriba de (% de la meta anual)", default=Decimal(110))
    descending_enters_as = models.CharField(
        "los descendentes entran al global con",
        max_length=10,
        choices=EntersAs.choices,
        default=EntersAs.COMPLIANCE,
        db_default=EntersAs.COMPLIANCE,
        editable=False,
        help_text="Con su cumplimiento, o con su porcentaje en los ejercicios que se cerraron con esa regla.",
    )
    locked = models.BooleanField(
        "cerrado",
        default=False,
        help_text="Un ejercicio cerrado ya no admite ningún cambio.",
    )
    historical = models.BooleanField(
        "histórico",
        default=False,
        db_default=False,
        editable=False,
        help_text="Se trajo de papeles anteriores: sus meses están cerrados y a nadie se le pide nada.",
    )
    demo_data = models.BooleanField("capturas de demostración", default=False, editable=False)

    class Meta:
        verbose_name = "ejercicio"
        verbose_name_plural = "ejercicios"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["year"],
                name="fiscal_year_unique",
                violation_error_message="Ya existe este ejercicio.",
            ),
            models.CheckConstraint(
                condition=Q(
                    amber_from__gt=Decimal(0),
                    amber_from__lt=F("green_from"),
                    green_from__lte=Decimal(100),
                    over_above__gte=Decimal(100),
                ),
                name="fiscal_year_thresholds_in_order",
                violation_error_message=(
                    "Los umbrales van en orden: amarillo menor que verde, verde hasta 100 "
                    "y sobrecumplimiento desde 100."
                ),
            ),
            models.CheckConstraint(
                condition=Q(descending_enters_as__in=EntersAs.values),
                name="fiscal_year_enters_as_known",
                violation_error_message="Los descendentes entran con su cumplimiento o con su porcentaje.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class YearLocking(models.Model):
    """Who locked a year, when and why: one row each time, which the database refuses to change."""

    fiscal_year = models.ForeignKey(
        FiscalYear, on_delete=models.PROTECT, related_name="lockings", verbose_name="ejercicio"
    )
    reason = models.TextField("motivo")
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo cierra"
    )
    locked_at = models.DateTimeField("cerrado")

    class Meta:
        verbose_name = "cierre de un ejercicio"
        verbose_name_plural = "cierres de ejercicios"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.fiscal_year}: {self.reason}"


class YearReopening(models.Model):
    """One officer asks that a locked year be opened again, with the reason, and another person confirms it.

    The database opens a locked year for a row that is confirmed and not used yet, and for nothing else. One that an
    administrator of the server confirmed by a command has no ``confirmed_by``.
    """

    fiscal_year = models.ForeignKey(
        FiscalYear, on_delete=models.PROTECT, related_name="reopenings", verbose_name="ejercicio"
    )
    reason = models.TextField("motivo")
    instrument = models.CharField("instrumento", max_length=200, blank=True, default="", db_default="")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la pide"
    )
    asked_at = models.DateTimeField("pedida")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="quién la confirma",
    )
    confirmed_at = models.DateTimeField("confirmada", null=True, blank=True)
    used_at = models.DateTimeField("ejercicio abierto", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirada", null=True, blank=True)

    class Meta:
        verbose_name = "reapertura de un ejercicio"
        verbose_name_plural = "reaperturas de ejercicios"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year"],
                condition=Q(confirmed_at__isnull=True, withdrawn_at__isnull=True),
                name="year_reopening_one_waiting",
                violation_error_message="Ya se pidió abrir de nuevo este ejercicio.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="year_reopening_has_reason",
                violation_error_message="Escriba por qué se abre de nuevo el ejercicio.",
            ),
            two_people("year_reopening_two_people", "La confirma otra persona que quien la pidió."),
            models.CheckConstraint(
                condition=(Q(confirmed_by__isnull=True) | Q(confirmed_at__isnull=False))
                & (Q(used_at__isnull=True) | Q(confirmed_at__isnull=False))
                & (Q(withdrawn_at__isnull=True) | Q(confirmed_at__isnull=True)),
                name="year_reopening_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Reapertura de {self.fiscal_year}"


class YearWord(models.Model):
    """A name as it was when the year was locked: see ``year_words``."""

    fiscal_year = models.ForeignKey(
        FiscalYear, on_delete=models.PROTECT, related_name="words", verbose_name="ejercicio"
    )
    kind = models.CharField("tipo", max_length=10, choices=[(kind, kind) for kind in KINDS])
    object_id = models.BigIntegerField("identificador")
    name = models.CharField("nombre", max_length=1000)

    class Meta:
        verbose_name = "nombre de un ejercicio cerrado"
        verbose_name_plural = "nombres de ejercicios cerrados"
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "kind", "object_id"], name="year_word_unique"),
        ]

    def __str__(self) -> str:
        return self.name
