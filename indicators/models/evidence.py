"""Files that support captured figures."""

from typing import Self

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q

from accounts.access import ALL, Access
from accounts.access import Action as Act
from indicators.models.measurements import Measurement
from programs.models import Department, FiscalYear

SHOWN_TYPES = ("application/pdf", "image/jpeg", "image/png")


def evidence_storage() -> Storage:
    """Outside the web root: a file leaves it only through the view that asks who is reading."""
    return storages["evidence"]


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, access: Access) -> Self:
        """Whoever sees a department's drafts sees its files; nobody else, until results are published."""
        reach = access.department_ids(Act.SEE_DRAFTS)
        if reach == ALL:
            return self
        return self.filter(department_id__in=reach)

    def in_force(self) -> Self:
        return self.filter(superseded_by__isnull=True, withdrawn_at__isnull=True)


class Evidence(models.Model):
    """Medio de verificación: one file for one or several measurements.

    Once a figure that it supports was submitted it is superseded by another one, never replaced.
    """

    fiscal_year = models.ForeignKey(FiscalYear, on_delete=models.PROTECT, related_name="+", verbose_name="ejercicio")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name="dependencia")
    measurements = models.ManyToManyField(Measurement, related_name="evidence", verbose_name="capturas")
    file = models.FileField("archivo", storage=evidence_storage, max_length=200)
    name = models.CharField("nombre", max_length=150)
    content_type = models.CharField("tipo", max_length=100)
    size = models.PositiveIntegerField("tamaño en bytes")
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_at = models.DateTimeField("subido")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién"
    )
    superseded_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supersedes",
        verbose_name="sustituido por",
    )
    withdrawn_at = models.DateTimeField("retirado", null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "evidencia"
        verbose_name_plural = "evidencias"
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_force(self) -> bool:
        """It counts as evidence: neither superseded nor withdrawn."""
        return self.superseded_by_id is None and self.withdrawn_at is None

    @property
    def opens_beside_the_figure(self) -> bool:
        """PDFs and pictures are shown by the browser; the rest is downloaded."""
        return self.content_type in SHOWN_TYPES
