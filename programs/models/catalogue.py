"""What a year sets out to do: programmes, their objectives and their actions."""

from django.db import models
from django.db.models import Q

from core.fields import FoldedField
from programs.models.departments import Department
from programs.models.official_keys import official_key_field
from programs.models.plan import Strategy
from programs.models.years import FiscalYear

PROGRAM_CODE_SHAPE = r"^[A-ZÑ]{2,6}-[0-9]{2,3}\Z"
ACTION_CODE_SHAPE = r"^[A-ZÑ]{2,6}-[0-9]{2,3}-[0-9]{2,3}\Z"


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
    official_key = official_key_field()
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
    official_key = official_key_field()
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
