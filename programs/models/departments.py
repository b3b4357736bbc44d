"""The departments, as one finds them from year to year."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from core.dates import living_day
from core.fields import FoldedField
from programs.year_words import Worded

if TYPE_CHECKING:
    from programs.models.years import FiscalYear

PREFIX_SHAPE = r"^[A-ZÑ]{2,6}\Z"

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
