"""The files of instruments: the letter or minute that an act cites."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.access import ALL, Access
from accounts.access import Action as Act
from accounts.models import Membership, PendingAct
from indicators.models.evidence import evidence_storage
from indicators.models.indicators import TargetAdjustment
from indicators.models.measurements import Measurement
from indicators.models.periods import Extension
from programs.models import Department

ACTS = ("extension", "measurement", "adjustment", "membership", "pending_act")


def _of_one_act() -> Q:
    """One of the acts, and one only."""
    found = Q()
    for act in ACTS:
        found |= Q(**{f"{other}__isnull": other != act for other in ACTS})
    return found


class InstrumentFileQuerySet(models.QuerySet["InstrumentFile"]):
    def visible_to(self, access: Access) -> Self:
        """Whoever sees the department's drafts sees what the acts on it cite, and a person what names them."""
        reach = access.department_ids(Act.SEE_DRAFTS)
        if reach == ALL:
            return self
        # Nobody has no memberships; asking for those of None would find every other act.
        own = Q(pk__in=[])
        if access.user:
            own = Q(membership__user_id=access.user.pk) | Q(pending_act__person_id=access.user.pk)
        return self.filter(Q(department_id__in=reach) | own)


class InstrumentFile(models.Model):
    """The file of the instrument that an act cites, kept as it came.

    The act is an extension, the correction of a figure, an adjusted target or the naming of a person; ``department``
    is whose people read it, None for a role of no department. What waits for a second person has its letter, too: it
    becomes the role's when the act is confirmed, and stays with the act where it is not.
    """

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="dependencia"
    )
    extension = models.ForeignKey(
        Extension,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="instrument_files",
        verbose_name="prórroga",
    )
    measurement = models.ForeignKey(
        Measurement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="instrument_files",
        verbose_name="captura",
    )
    adjustment = models.ForeignKey(
        TargetAdjustment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="instrument_files",
        verbose_name="meta ajustada",
    )
    membership = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="instrument_files",
        verbose_name="nombramiento",
    )
    pending_act = models.ForeignKey(
        PendingAct,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="instrument_files",
        verbose_name="acto que espera",
    )
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
            models.CheckConstraint(condition=_of_one_act(), name="instrument_file_of_one_act"),
            models.CheckConstraint(
                condition=Q(department__isnull=False) | Q(membership__isnull=False) | Q(pending_act__isnull=False),
                name="instrument_file_has_department",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="instrument_file_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("indicators:instrument_file", args=[self.pk])
