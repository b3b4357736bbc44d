"""The pairs that are captured and validated, and what reviewers say of them."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.access import ALL, Access
from accounts.access import Action as Act
from core.fields import AmountField
from indicators.models.indicators import Indicator
from indicators.models.months import month_name
from indicators.models.periods import Period
from programs.models import FiscalYear


class State(models.TextChoices):
    DRAFT = "draft", "borrador"
    SUBMITTED = "submitted", "enviado"
    VALIDATED = "validated", "validado"
    RETURNED = "returned", "observado"


OPEN_STATES = (State.DRAFT, State.RETURNED)
COMPLETE_STATES = (State.SUBMITTED, State.VALIDATED)


class NoActivity(models.TextChoices):
    """Why a month is 0/0."""

    NO_DEMAND = "no_demand", "sin demanda"
    NOT_SCHEDULED = "not_scheduled", "nada programado"
    SUSPENDED = "suspended", "suspendido"
    # Of what was migrated: the earlier papers do not say why, and nobody invents it.
    NOT_RECORDED = "not_recorded", "migrado; no consta"


# What whoever captures chooses among.
CAPTURED_REASONS = tuple(reason for reason in NoActivity if reason != NoActivity.NOT_RECORDED)
CAPTURED_REASON_CHOICES = [(reason.value, reason.label) for reason in CAPTURED_REASONS]
NO_WORDS = "migrado; no consta"
"""The justification of a migrated figure that needs one and came without."""


class Origin(models.TextChoices):
    SCREEN = "screen", "capturado en pantalla"
    WORKBOOK = "workbook", "importado de un archivo"
    MIGRATION = "migration", "migrado de hojas anteriores"
    DEMO = "demo", "dato de demostración"


# What is captured of a figure, and where it is kept once it is validated.
VALIDATED_FIELDS = {
    "numerator": "validated_numerator",
    "denominator": "validated_denominator",
    "no_activity": "validated_no_activity",
    "justification": "validated_justification",
}


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def of_department(self, department_id: int) -> Self:
        return self.filter(indicator__action__program__department_id=department_id)

    def asked_for(self) -> Self:
        """Those of months in which their indicator is due: its frequency may have changed, or it may have
        begun later or be retired.
        """
        still = Q(indicator__retired_from__isnull=True) | Q(month__lt=F("indicator__retired_from"))
        return self.annotate(beyond=F("month") % F("indicator__frequency")).filter(
            still, beyond=0, month__gte=F("indicator__starts_in")
        )

    def within(self, access: Access, action: Act) -> Self:
        """The captures of the departments where this person may do that."""
        reach = access.department_ids(action)
        return self if reach == ALL else self.filter(indicator__action__program__department_id__in=reach)

    def visible_to(self, access: Access) -> Self:
        """What this person may see as a row with its state: drafts and returned figures only where they may."""
        if not access.allows(Act.READ):
            return self.none()
        with_drafts = self.within(access, Act.SEE_DRAFTS)
        if access.department_ids(Act.SEE_DRAFTS) == ALL:
            return with_drafts
        settled = self.filter(state__in=COMPLETE_STATES)
        return settled | with_drafts

    def waiting_for(self, access: Access) -> Self:
        """Submitted figures that this person may validate or return (their own pairs are among them, flagged)."""
        return self.within(access, Act.VALIDATE).filter(state=State.SUBMITTED)


class Measurement(models.Model):
    """One indicator in one month: the current pair with its state and, beside it, the last validated pair.

    ``changed_by`` are the people who changed the pair since it was last returned or validated: none of them may
    validate it.
    """

    fiscal_year = models.ForeignKey(FiscalYear, on_delete=models.PROTECT, related_name="+", verbose_name="ejercicio")
    indicator = models.ForeignKey(
        Indicator,
        on_delete=models.PROTECT,
        related_name="measurements",
        verbose_name="indicador",
    )
    period = models.ForeignKey(
        Period,
        on_delete=models.PROTECT,
        related_name="measurements",
        verbose_name="periodo",
    )
    # The period's month, so that one index answers «January to month m»; a trigger keeps both equal.
    month = models.PositiveSmallIntegerField("mes")
    state = models.CharField("estado", max_length=9, choices=State.choices, default=State.DRAFT)
    numerator = AmountField("numerador", null=True, blank=True)
    denominator = AmountField("denominador", null=True, blank=True)
    no_activity = models.CharField("motivo de 0/0", max_length=13, choices=NoActivity.choices, blank=True)
    justification = models.TextField("justificación", blank=True)
    validated_numerator = AmountField("numerador validado", null=True, blank=True)
    validated_denominator = AmountField("denominador validado", null=True, blank=True)
    # The words of the validated pair: a correction under way changes neither the pair nor them.
    validated_no_activity = models.CharField(
        "motivo de 0/0 validado", max_length=13, choices=NoActivity.choices, blank=True, default="", db_default=""
    )
    validated_justification = models.TextField("justificación validada", blank=True, default="", db_default="")
    version = models.PositiveIntegerField("versión", default=1)
    origin = models.CharField("origen", max_length=9, choices=Origin.choices, default=Origin.SCREEN)
    source_sha256 = models.CharField("SHA-256 del archivo", max_length=64, blank=True)
    updated_at = models.DateTimeField("modificado")
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="modificado por",
    )
    submitted_at = models.DateTimeField("enviado", null=True, blank=True)
    # Whoever submitted the current figures: sent the month, made the correction or imported it. Nobody knows who sent
    # what a migration brought.
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="enviado por",
    )
    late = models.BooleanField("extemporánea", default=False)
    # First recorded by a migration: when it was sent is not known, and no correction makes it known.
    undated = models.BooleanField("migrada, sin fecha de envío", default=False, editable=False)
    returned_at = models.DateTimeField("observado", null=True, blank=True)
    validated_at = models.DateTimeField("validado", null=True, blank=True)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="validado por",
    )
    changed_by = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="+",
        editable=False,
        verbose_name="personas que cambiaron la cifra",
    )

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = "captura"
        verbose_name_plural = "capturas"
        ordering = ["fiscal_year", "indicator", "month"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "period"], name="measurement_one_a_month"),
            models.CheckConstraint(
                condition=(Q(numerator__isnull=True) | Q(numerator__gte=Decimal(0)))
                & (Q(denominator__isnull=True) | Q(denominator__gte=Decimal(0)))
                & (Q(validated_numerator__isnull=True) | Q(validated_numerator__gte=Decimal(0)))
                & (Q(validated_denominator__isnull=True) | Q(validated_denominator__gte=Decimal(0))),
                name="measurement_not_negative",
                violation_error_message="Las cantidades no pueden ser negativas.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES) | Q(numerator__isnull=False, denominator__isnull=False),
                name="measurement_complete_unless_open",
                violation_error_message="Una captura enviada o validada tiene numerador y denominador.",
            ),
            models.CheckConstraint(
                condition=Q(validated_numerator__isnull=True, validated_denominator__isnull=True)
                | Q(
                    validated_numerator__isnull=False,
                    validated_denominator__isnull=False,
                ),
                name="measurement_validated_pair_complete",
            ),
            models.CheckConstraint(
                condition=Q(validated_numerator__isnull=False)
                | Q(validated_no_activity="", validated_justification=""),
                name="measurement_validated_words_of_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(validated_no_activity="")
                | Q(validated_numerator=Decimal(0), validated_denominator=Decimal(0)),
                name="measurement_validated_reason_of_no_activity",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.VALIDATED)
                | Q(
                    validated_numerator__isnull=False,
                    numerator=F("validated_numerator"),
                    denominator=F("validated_denominator"),
                ),
                name="measurement_validated_is_current",
            ),
            models.CheckConstraint(
                condition=Q(no_activity="") | Q(numerator=Decimal(0), denominator=Decimal(0)),
                name="measurement_reason_only_for_no_activity",
                violation_error_message="El motivo de «sin actividad» es solo para 0/0.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES)
                | Q(numerator__gt=Decimal(0))
                | Q(denominator__gt=Decimal(0))
                | ~Q(no_activity=""),
                name="measurement_no_activity_has_reason",
                violation_error_message="0/0 lleva su motivo: sin demanda, nada programado o suspendido.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES) | Q(numerator__lte=F("denominator")) | ~Q(justification=""),
                name="measurement_excess_is_justified",
                violation_error_message="Un numerador mayor que el denominador lleva justificación.",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="measurement_state_known"),
            models.CheckConstraint(
                condition=~Q(no_activity=NoActivity.NOT_RECORDED) | Q(origin=Origin.MIGRATION),
                name="measurement_reason_on_record_unless_migrated",
                violation_error_message="Solo de una cifra migrada puede no constar el motivo de 0/0.",
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "fiscal_year", "indicator", "month", "state",
                    "numerator", "denominator", "validated_numerator", "validated_denominator",
                ],
                name="measurement_aggregate",
            ),
            # Official results read nothing else, and read it in order: a fifth less for a year's results.
            models.Index(
                fields=["fiscal_year", "indicator"], include=["month", "validated_numerator", "validated_denominator"],
                condition=Q(validated_numerator__isnull=False), name="measurement_official",
            ),
            models.Index(fields=["period", "state"], name="measurement_by_state"),
            # Few captures are late, or undated: the plan's page counts them without reading the others.
            models.Index(
                fields=["fiscal_year", "month", "indicator"], include=["undated", "validated_numerator"],
                condition=Q(late=True) | Q(undated=True), name="measurement_not_on_time",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.indicator.code} {month_name(self.month)}"

    @property
    def is_complete(self) -> bool:
        return self.numerator is not None and self.denominator is not None

    def keep_as_validated(self) -> None:
        """The current pair and its words become the validated ones, in memory."""
        for current, validated in VALIDATED_FIELDS.items():
            setattr(self, validated, getattr(self, current))

    @property
    def is_correction(self) -> bool:
        """A new pair waits beside a validated one."""
        return self.validated_numerator is not None and self.state != State.VALIDATED


class Observation(models.Model):
    """What the reviewer asks to be corrected; it stays with the measurement."""

    measurement = models.ForeignKey(
        Measurement,
        on_delete=models.PROTECT,
        related_name="observations",
        verbose_name="captura",
    )
    text = models.TextField("observación")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="quién",
    )
    created_at = models.DateTimeField("fecha")
    numerator = AmountField("numerador observado", null=True)
    denominator = AmountField("denominador observado", null=True)
    resolved_at = models.DateTimeField("atendida", null=True, blank=True)

    class Meta:
        verbose_name = "observación"
        verbose_name_plural = "observaciones"
        ordering = ["measurement", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="observation_says_something",
                violation_error_message="Escriba qué hay que corregir.",
            ),
        ]

    def __str__(self) -> str:
        return self.text
