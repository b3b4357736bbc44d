"""The files of instruments: the letter or minute that an act cites."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.access import ALL, Access
from accounts.access import Action as Act
from indicators.models.evidence import evidence_storage
from indicators.models.measurements import Measurement
from indicators.models.periods import Extension
from programs.models import Department


class InstrumentFileQuerySet(models.QuerySet["InstrumentFile"]):
    def visible_to(self, access: Access) -> Self:
        """Whoever sees the department's drafts sees what its extensions and corrections cite."""
        reach = access.department_ids(Act.SEE_DRAFTS)
        return self if reach == ALL else self.filter(department_id__in=reach)


class InstrumentFile(models.Model):
    """The file of the instrument that an extension, or the correction of a figure, cites. Kept as it came."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name="dependencia")
    extension = models.ForeignKey(
        Extension, on_delete=models.PROTECT, null=True, blank=True, related_name="instrument_files",
        verbose_name="prórroga",
    )  # fmt: skip
    measurement = models.ForeignKey(
        Measurement, on_delete=models.PROTECT, null=True, blank=True, related_name="instrument_files",
        verbose_name="captura",
    )  # fmt: skip
    instrument = models.CharField("instrumento", max_length=200)
    file = models.FileField("archivo", storage=evidence_storage, max_length=200)
    name = models.CharField("nombre", max_length=150)
    content_type = models.CharField("tipo", max_length=100)
    size = models.PositiveIntegerField("tamaño en bytes")
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_at = models.DateTimeField("subido")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién"
    )

    objects = InstrumentFileQuerySet.as_manager()

    class Meta:
        verbose_name = "archivo de un instrumento"
        verbose_name_plural = "archivos de instrumentos"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(extension__isnull=True) ^ Q(measurement__isnull=True), name="instrument_file_of_one_act"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="instrument_file_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
