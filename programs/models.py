"""The catalogue's structure: the plan's hierarchy, departments, fiscal years, programmes and actions."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.dates import living_day
from core.fields import AmountField, FoldedField
from core.two_people import two_people
from programs.year_words import KINDS, BringsWords, Worded

PREFIX_SHAPE = r"^[A-ZÑ]{2,6}\Z"
PROGRAM_CODE_SHAPE = r"^[A-ZÑ]{2,6}-[0-9]{2,3}\Z"
ACTION_CODE_SHAPE = r"^[A-ZÑ]{2,6}-[0-9]{2,3}-[0-9]{2,3}\Z"


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


# As the official document lists them; those without a number come last, which the two databases see differently.
DEPARTMENT_ORDER = (F("number").asc(nulls_last=True), "prefix")


class DepartmentQuerySet(models.QuerySet["Department"]):
    def there(self, on: date) -> "DepartmentQuerySet":
        """Those that have not ended before that day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))


class Department(Worded, models.Model):
    """A dependencia. Its prefix (PRE) begins the codes of its programmes and never changes.

    One that was merged away has a last day: it takes part in nothing that comes after it, and stays in its years. What
    has no ``ends_on`` was not absorbed by another one, and cites no instrument.
    """

    number = models.PositiveSmallIntegerField("número", null=True, blank=True)
    prefix = models.CharField("prefijo", max_length=6)
    name = models.CharField("nombre", max_length=300)
    search = FoldedField(sources=("prefix", "name"))
    ends_on = models.DateField("último día", null=True, blank=True, validators=[living_day])
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="absorbed", null=True, blank=True, verbose_name="se integró a"
    )
    end_instrument = models.CharField("instrumento", max_length=200, blank=True, default="", db_default="")
    # The keys of the programmes that ending it handed over, so that undoing it hands them back.
    handed_over = models.JSONField("programas que se pasaron", null=True, blank=True, editable=False)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = "dependencia"
        verbose_name_plural = "dependencias"
        ordering = ["number", "prefix"]
        constraints = [
            models.UniqueConstraint(
                fields=["prefix"],
                name="department_prefix_unique",
                violation_error_message="Ya existe una dependencia con este prefijo.",
            ),
            models.UniqueConstraint(
                fields=["name"],
                name="department_name_unique",
                violation_error_message="Ya existe una dependencia con este nombre.",
            ),
            models.UniqueConstraint(
                fields=["number"],
                name="department_number_unique",
                violation_error_message="Ya existe una dependencia con este número.",
            ),
            models.CheckConstraint(
                condition=Q(prefix__regex=PREFIX_SHAPE),
                name="department_prefix_shape",
                violation_error_message="El prefijo son de 2 a 6 letras mayúsculas, por ejemplo PRE.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=False)
                | Q(merged_into__isnull=True, end_instrument="", handed_over__isnull=True),
                name="department_end_has_its_day",
                violation_error_message="Escriba el último día de la dependencia.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="department_not_into_itself",
                violation_error_message="Una dependencia no se integra a sí misma.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_gone(self, on: date) -> bool:
        return self.ends_on is not None and self.ends_on < on

    def lasts_through(self, year: int) -> bool:
        """Whether it is there on the last day of that year: programmes of a year have one department for all of it."""
        return not self.is_gone(date(year, 12, 31))

    @property
    def end_in_words(self) -> str:
        """«deja de existir el 30/09/2016 y se integra a Obras Públicas», of any day; empty where it has none."""
        if self.ends_on is None:
            return ""
        into = f" y se integra a {self.merged_into}" if self.merged_into else ""
        return f"deja de existir el {self.ends_on:%d/%m/%Y}{into}"

    def why_not_in(self, fiscal_year: "FiscalYear") -> str:
        """Why the year takes no programme of it, as a sentence without its full stop; empty where it does.

        A year that is brought in from earlier papers asks nobody for anything, and has the departments of its time.
        """
        if fiscal_year.historical or self.lasts_through(fiscal_year.year):
            return ""
        return f"{self.name} {self.end_in_words}: en {fiscal_year} elija otra dependencia"

    def heir_in(self, year: int) -> "Department | None":
        """Itself or what it was merged into, whichever is there through the year; None where none is known."""
        heir: Department | None = self
        passed: set[int] = set()
        while heir is not None and not heir.lasts_through(year):
            if heir.pk in passed:
                return None
            passed.add(heir.pk)
            heir = heir.merged_into
        return heir


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


class Program(models.Model):
    fiscal_year = models.ForeignKey(
        FiscalYear,
        on_delete=models.PROTECT,
        related_name="programs",
        verbose_name="ejercicio",
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="programs",
        verbose_name="dependencia",
    )
    strategy = models.ForeignKey(
        Strategy,
        on_delete=models.PROTECT,
        related_name="programs",
        verbose_name="estrategia",
    )
    code = models.CharField("clave", max_length=10)
    number = models.CharField("número", max_length=20, blank=True)
    name = models.CharField("nombre", max_length=500)
    description = models.TextField("descripción", blank=True)
    official_key = models.CharField(
        "clave oficial",
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text="Como la escribe el documento del municipio; no tiene forma fija.",
    )
    previous = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="next",
        verbose_name="programa anterior",
    )
    search = FoldedField(sources=("code", "name", "official_key"))

    class Meta:
        verbose_name = "programa"
        verbose_name_plural = "programas"
        ordering = ["fiscal_year", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "code"],
                name="program_code_unique",
                violation_error_message="Ya existe un programa con esta clave en el ejercicio.",
            ),
            # Conditional: SQLite then makes an index, and does not rebuild a table that triggers name.
            models.UniqueConstraint(
                fields=["fiscal_year", "previous"],
                condition=Q(previous__isnull=False),
                name="program_one_successor_a_year",
                violation_error_message="Otro programa del ejercicio ya continúa ese programa anterior.",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=PROGRAM_CODE_SHAPE),
                name="program_code_shape",
                violation_error_message="La clave del programa es como PRE-02.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ProgramObjective(models.Model):
    program = models.ForeignKey(
        Program,
        on_delete=models.CASCADE,
        related_name="objectives",
        verbose_name="programa",
    )
    position = models.PositiveSmallIntegerField("orden")
    text = models.TextField("objetivo")

    class Meta:
        verbose_name = "objetivo del programa"
        verbose_name_plural = "objetivos del programa"
        ordering = ["program", "position"]
        constraints = [
            models.UniqueConstraint(fields=["program", "position"], name="program_objective_position_unique"),
        ]

    def __str__(self) -> str:
        return self.text


class Action(models.Model):
    fiscal_year = models.ForeignKey(FiscalYear, on_delete=models.PROTECT, related_name="+", verbose_name="ejercicio")
    program = models.ForeignKey(
        Program,
        on_delete=models.PROTECT,
        related_name="actions",
        verbose_name="programa",
    )
    code = models.CharField("clave", max_length=14)
    text = models.TextField("acción")
    unit = models.CharField("unidad", max_length=100)
    official_key = models.CharField(
        "clave oficial",
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text="Como la escribe el documento del municipio; no tiene forma fija.",
    )
    search = FoldedField(sources=("code", "text", "official_key"))

    class Meta:
        verbose_name = "acción"
        verbose_name_plural = "acciones"
        ordering = ["fiscal_year", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "code"],
                name="action_code_unique",
                violation_error_message="Ya existe una acción con esta clave en el ejercicio.",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=ACTION_CODE_SHAPE),
                name="action_code_shape",
                violation_error_message="La clave de la acción es como PRE-02-03.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"
