"""Indicators, their targets, the months, and the pairs that are captured and validated."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from accounts.access import ALL, Access
from accounts.access import Action as Act
from core.fields import AmountField, FoldedField
from indicators import calculations
from programs.models import Action, FiscalYear

INDICATOR_CODE_SHAPE = r"^[A-ZÑ]{2,6}-[0-9]{2,3}-[0-9]{2,3}(-[A-Z])?\Z"

MONTH_NAMES = (
    "", "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip


def month_name(month: int) -> str:
    """«septiembre» for 9."""
    return MONTH_NAMES[month]


class Mode(models.TextChoices):
    SUM = calculations.SUM, "suma"
    LAST = calculations.LAST, "último"


class TargetKind(models.TextChoices):
    PERCENTAGE = calculations.PERCENTAGE, "porcentaje"
    ABSOLUTE = calculations.ABSOLUTE, "absoluta"


class Direction(models.TextChoices):
    ASCENDING = calculations.ASCENDING, "ascendente"
    DESCENDING = calculations.DESCENDING, "descendente"


class Schedule(models.TextChoices):
    BY_RULE = calculations.BY_RULE, "según el tipo de meta"
    FLAT = calculations.FLAT, "constante"
    LINEAR = calculations.LINEAR, "lineal"
    EXPLICIT = calculations.EXPLICIT, "mes por mes"


class Frequency(models.IntegerChoices):
    """The months between two due ones: a month is due when it is a multiple."""

    MONTHLY = 1, "mensual"
    BIMONTHLY = 2, "bimestral"
    QUARTERLY = 3, "trimestral"
    FOUR_MONTHLY = 4, "cuatrimestral"
    HALF_YEARLY = 6, "semestral"
    YEARLY = 12, "anual"


class Dimension(models.TextChoices):
    EFFECTIVENESS = "eficacia", "eficacia"
    EFFICIENCY = "eficiencia", "eficiencia"
    QUALITY = "calidad", "calidad"
    ECONOMY = "economia", "economía"


def validate_shares(value: object) -> None:
    """Twelve accumulated percentages, never falling, the last one 100; kept as text so that they are exact."""
    if value is None:
        return
    try:
        shares = [Decimal(share) for share in value]  # type: ignore[attr-defined]
    except (ArithmeticError, TypeError, ValueError) as error:
        raise ValidationError("La programación son doce porcentajes acumulados.") from error
    in_range = all(share.is_finite() and 0 <= share <= 100 for share in shares)
    if len(shares) != 12 or not in_range or shares != sorted(shares) or shares[-1] != 100:
        raise ValidationError("La programación son doce porcentajes acumulados que no bajan y terminan en 100.")


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def due_in(self, month: int) -> Self:
        """The indicators that are asked for in that month, by their frequency."""
        return self.filter(frequency__in=[step for step in Frequency.values if calculations.is_due(month, step)])

    def of_department(self, department_id: int) -> Self:
        return self.filter(action__program__department_id=department_id)

    def for_grid(self) -> Self:
        return self.select_related("action__program").order_by("code")


class Indicator(models.Model):
    fiscal_year = models.ForeignKey(
        FiscalYear,
        on_delete=models.PROTECT,
        related_name="indicators",
        verbose_name="ejercicio",
    )
    action = models.ForeignKey(
        Action,
        on_delete=models.PROTECT,
        related_name="indicators",
        verbose_name="acción",
    )
    code = models.CharField("clave", max_length=16)
    name = models.TextField("nombre")
    definition = models.TextField("definición", blank=True)
    numerator_label = models.CharField("numerador", max_length=500)
    denominator_label = models.CharField("denominador", max_length=500)
    numerator_mode = models.CharField(
        "acumulación del numerador",
        max_length=4,
        choices=Mode.choices,
        default=Mode.SUM,
    )
    denominator_mode = models.CharField(
        "acumulación del denominador",
        max_length=4,
        choices=Mode.choices,
        default=Mode.SUM,
    )
    considered = models.BooleanField("considerado en el global", default=True)
    target_kind = models.CharField(
        "tipo de meta",
        max_length=10,
        choices=TargetKind.choices,
        default=TargetKind.PERCENTAGE,
    )
    target = AmountField("meta", help_text="En por ciento, o en la unidad de la acción si es absoluta.")
    direction = models.CharField("sentido", max_length=10, choices=Direction.choices, default=Direction.ASCENDING)
    schedule = models.CharField("programación", max_length=8, choices=Schedule.choices, blank=True, default="")
    shares = models.JSONField(
        "porcentajes programados",
        null=True,
        blank=True,
        validators=[validate_shares],
        help_text="Doce porcentajes acumulados de la meta anual, solo con programación mes por mes.",
    )
    frequency = models.PositiveSmallIntegerField("frecuencia", choices=Frequency.choices, default=Frequency.MONTHLY)
    green_from = AmountField("verde desde", null=True, blank=True, help_text="Vacío: el del ejercicio.")
    amber_from = AmountField("amarillo desde", null=True, blank=True, help_text="Vacío: el del ejercicio.")
    over_above = AmountField(
        "sobrecumplimiento arriba de",
        null=True,
        blank=True,
        help_text="Vacío: el del ejercicio.",
    )
    dimension = models.CharField("dimensión", max_length=10, choices=Dimension.choices, blank=True)
    baseline = AmountField("línea base", null=True, blank=True)
    baseline_year = models.PositiveSmallIntegerField("año de línea base", null=True, blank=True)
    verification = models.TextField("medio de verificación", blank=True)
    source = models.TextField("fuente", blank=True)
    responsible_area = models.CharField("área responsable", max_length=300, blank=True)
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="next",
        verbose_name="indicador del ejercicio anterior",
    )  # fmt: skip
    search = FoldedField(sources=("code", "name"))

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = "indicador"
        verbose_name_plural = "indicadores"
        ordering = ["fiscal_year", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "code"],
                name="indicator_code_unique",
                violation_error_message="Ya existe un indicador con esta clave en el ejercicio.",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=INDICATOR_CODE_SHAPE),
                name="indicator_code_shape",
                violation_error_message="La clave del indicador es como PRE-02-03 o PRE-02-03-B.",
            ),
            models.CheckConstraint(
                condition=Q(target__gt=Decimal(0)) | Q(target=Decimal(0), direction=Direction.DESCENDING),
                name="indicator_target_positive",
                violation_error_message="La meta es mayor que 0; solo un indicador descendente puede tener meta 0.",
            ),
            models.CheckConstraint(
                condition=Q(direction=Direction.ASCENDING) | Q(schedule__in=[Schedule.BY_RULE, Schedule.FLAT]),
                name="indicator_descending_is_flat",
                violation_error_message="Un indicador descendente siempre tiene programación constante.",
            ),
            models.CheckConstraint(
                condition=Q(schedule=Schedule.EXPLICIT, shares__isnull=False)
                | (~Q(schedule=Schedule.EXPLICIT) & Q(shares__isnull=True)),
                name="indicator_shares_with_explicit_schedule",
                violation_error_message="Los doce porcentajes van solo con la programación mes por mes.",
            ),
            models.CheckConstraint(
                condition=Q(frequency__in=Frequency.values),
                name="indicator_frequency_known",
                violation_error_message="La frecuencia no es una de las seis posibles.",
            ),
            models.CheckConstraint(
                condition=Q(numerator_mode__in=Mode.values, denominator_mode__in=Mode.values),
                name="indicator_modes_known",
                violation_error_message="La acumulación es suma o último.",
            ),
            models.CheckConstraint(
                condition=Q(target_kind__in=TargetKind.values, direction__in=Direction.values),
                name="indicator_kinds_known",
                violation_error_message="El tipo de meta o el sentido no existe.",
            ),
            models.CheckConstraint(
                condition=(Q(green_from__isnull=True) | Q(green_from__gt=Decimal(0), green_from__lte=Decimal(100)))
                & (Q(amber_from__isnull=True) | Q(amber_from__gt=Decimal(0), amber_from__lte=Decimal(100)))
                & (Q(green_from__isnull=True) | Q(amber_from__isnull=True) | Q(amber_from__lt=F("green_from"))),
                name="indicator_thresholds_in_order",
                violation_error_message="El amarillo empieza antes que el verde, y ninguno pasa de 100.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def formula(self) -> str:
        """The formula in words, as the official sheet prints it."""
        return f"({self.numerator_label} / {self.denominator_label}) × 100"


class TargetAdjustment(models.Model):
    """Meta ajustada: another target in force from a month on, never retroactively (rule 9)."""

    indicator = models.ForeignKey(
        Indicator,
        on_delete=models.PROTECT,
        related_name="adjustments",
        verbose_name="indicador",
    )
    effective_month = models.PositiveSmallIntegerField("desde el mes")
    target = AmountField("meta ajustada")
    reason = models.TextField("motivo")
    authorized_by = models.CharField("quién autoriza", max_length=200)
    instrument = models.CharField(
        "instrumento",
        max_length=200,
        help_text="Tipo, número y fecha del oficio o acta.",
    )
    created_at = models.DateTimeField("registrada", editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name="quién",
    )

    class Meta:
        verbose_name = "meta ajustada"
        verbose_name_plural = "metas ajustadas"
        ordering = ["indicator", "effective_month"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "effective_month"],
                name="target_adjustment_month_unique",
                violation_error_message="Este indicador ya tiene una meta ajustada desde ese mes.",
            ),
            models.CheckConstraint(
                condition=Q(effective_month__gte=1, effective_month__lte=12),
                name="target_adjustment_month_range",
                violation_error_message="El mes va de 1 a 12.",
            ),
            models.CheckConstraint(
                condition=Q(target__gte=Decimal(0)),
                name="target_adjustment_not_negative",
                violation_error_message="La meta no puede ser negativa.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} desde {month_name(self.effective_month)}"


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


class Origin(models.TextChoices):
    SCREEN = "screen", "capturado en pantalla"
    WORKBOOK = "workbook", "importado de un archivo"
    MIGRATION = "migration", "migrado de hojas anteriores"
    DEMO = "demo", "dato de demostración"


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def of_department(self, department_id: int) -> Self:
        return self.filter(indicator__action__program__department_id=department_id)

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

    def reviewable_by(self, access: Access) -> Self:
        return self.waiting_for(access).exclude(changed_by=access.user)


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
    late = models.BooleanField("extemporánea", default=False)
    returned_at = models.DateTimeField("observado", null=True, blank=True)
    validated_at = models.DateTimeField("validado", null=True, blank=True)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name="validado por",
    )  # fmt: skip
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
        ]
        indexes = [
            models.Index(
                fields=[
                    "fiscal_year", "indicator", "month", "state",
                    "numerator", "denominator", "validated_numerator", "validated_denominator",
                ],
                name="measurement_aggregate",
            ),
            models.Index(fields=["period", "state"], name="measurement_by_state"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.indicator.code} {month_name(self.month)}"

    @property
    def is_complete(self) -> bool:
        return self.numerator is not None and self.denominator is not None

    @property
    def is_correction(self) -> bool:
        """A new pair waits beside a validated one."""
        return self.validated_numerator is not None and self.state != State.VALIDATED


class Observation(models.Model):
    """What the reviewer asks to be mended; it stays with the measurement."""

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
