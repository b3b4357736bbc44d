"""What is measured: indicators with their modes, target, schedule and frequency, and adjusted targets."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from core.fields import AmountField, FoldedField
from indicators import calculations
from indicators.models.months import month_name
from programs.models import Action, FiscalYear
from programs.models.official_keys import official_key_field

INDICATOR_CODE_SHAPE = r"^[A-ZÑ]{2,6}-[0-9]{2,3}-[0-9]{2,3}(-[A-Z])?\Z"


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
        """The indicators that are asked for in that month: by their frequency, begun and not retired by then."""
        return self.filter(
            Q(retired_from__isnull=True) | Q(retired_from__gt=month),
            starts_in__lte=month,
            frequency__in=[step for step in Frequency.values if calculations.is_due(month, step)],
        )

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
    starts_in = models.PositiveSmallIntegerField(
        "mes de inicio",
        default=1,
        db_default=1,
        editable=False,
        help_text="Mes desde el que se pide; los anteriores no cuentan.",
    )
    retired_from = models.PositiveSmallIntegerField(
        "retirado desde",
        null=True,
        blank=True,
        editable=False,
        help_text="Mes desde el que ya no se pide; lo capturado antes sigue contando.",
    )
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
    requires_evidence = models.BooleanField(
        "exige evidencia", default=False, help_text="Sin un archivo de evidencia no se puede enviar."
    )
    source = models.TextField("fuente", blank=True)
    responsible_area = models.CharField("área responsable", max_length=300, blank=True)
    official_key = official_key_field()
    previous = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="next",
        verbose_name="indicador del ejercicio anterior",
    )
    search = FoldedField(sources=("code", "name", "official_key"))

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = "indicador"
        verbose_name_plural = "indicadores"
        ordering = ["fiscal_year", "code"]
        indexes = [
            # The hot path reads these of every indicator of a year: here they lie together, apart from the long texts.
            models.Index(
                fields=["fiscal_year"],
                name="indicator_rules",
                include=[
                    "id",
                    "action",
                    "code",
                    "target",
                    "considered",
                    "target_kind",
                    "numerator_mode",
                    "denominator_mode",
                    "direction",
                    "frequency",
                    "schedule",
                    "shares",
                    "green_from",
                    "amber_from",
                    "over_above",
                    "retired_from",
                    "starts_in",
                ],
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "code"],
                name="indicator_code_unique",
                violation_error_message="Ya existe un indicador con esta clave en el ejercicio.",
            ),
            models.UniqueConstraint(
                fields=["fiscal_year", "previous"],
                condition=Q(previous__isnull=False),
                name="indicator_one_successor_a_year",
                violation_error_message="Otro indicador del ejercicio ya continúa ese indicador anterior.",
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
                condition=Q(starts_in__gte=1, starts_in__lte=12),
                name="indicator_starts_in_range",
                violation_error_message="El mes de inicio va de 1 a 12.",
            ),
            models.CheckConstraint(
                condition=Q(retired_from__isnull=True) | Q(retired_from__gte=1, retired_from__lte=12),
                name="indicator_retired_from_range",
                violation_error_message="El mes del retiro va de 1 a 12.",
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

    def is_due_in(self, month: int) -> bool:
        """Whether the month is asked for."""
        return calculations.is_due(month, self.frequency, self.retired_from, self.starts_in)

    @property
    def schedule_words(self) -> str:
        """«frecuencia trimestral», «empieza en julio», or «retirado desde julio»."""
        if self.retired_from is not None:
            return f"retirado desde {month_name(self.retired_from)}"
        if self.starts_in > 1 and self.frequency == Frequency.MONTHLY:
            return f"empieza en {month_name(self.starts_in)}"
        since = f", desde {month_name(self.starts_in)}" if self.starts_in > 1 else ""
        return f"frecuencia {self.get_frequency_display()}{since}"

    def why_not_due(self, month: int) -> str:
        """Why the month is not asked for, as a sentence; an empty text where it is."""
        if self.is_due_in(month):
            return ""
        if self.retired_from is not None and month >= self.retired_from:
            since = month_name(self.retired_from)
            return f"{self.code} se retiró desde {since}: en {month_name(month)} ya no se captura."
        if month < self.starts_in:
            since = month_name(self.starts_in)
            return f"{self.code} empieza en {since}: en {month_name(month)} todavía no se captura."
        how = self.get_frequency_display()
        return f"{self.code} no corresponde a {month_name(month)}: se captura de forma {how}."


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
