"""Closings: the plan's figures at a cut-off, each kept as the bytes of one document that names the one before it."""

import hashlib
import json
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from core.dates import living_day
from core.refusals import ServiceError
from core.two_people import two_people
from indicators.models import month_name
from programs.models import FiscalYear


class DocumentAltered(ServiceError):
    """The bytes that are kept of a closing are not those that its fingerprint was made of."""


class ClosingQuerySet(models.QuerySet["Closing"]):
    def in_order(self) -> Self:
        """The chain, over all years, from its first link."""
        return self.order_by("pk")

    def latest_versions(self) -> Self:
        """Of each month that was closed, the version that counts."""
        same = Closing.objects.filter(fiscal_year=OuterRef("fiscal_year"), month=OuterRef("month"))
        return self.filter(pk=Subquery(same.order_by("-version").values("pk")[:1]))

    def without_documents(self) -> Self:
        """For lists: a document of real size is two megabytes."""
        return self.defer("document")


class Closing(models.Model):
    """One version of a month's closing. The database takes it at the chain's end and never changes it."""

    fiscal_year = models.ForeignKey(
        FiscalYear, on_delete=models.PROTECT, related_name="closings", verbose_name="ejercicio"
    )
    month = models.PositiveSmallIntegerField("mes")
    version = models.PositiveSmallIntegerField("versión")
    closed_on = models.DateField("cerrado el", validators=[living_day])
    made_at = models.DateTimeField("hecho")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién cerró"
    )
    reason = models.TextField("motivo", blank=True)
    instrument = models.CharField("instrumento", max_length=200, blank=True)
    sha256 = models.CharField("huella", max_length=64, unique=True)
    previous = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="next",
        verbose_name="cierre anterior de la cadena",
    )
    document = models.BinaryField("documento")
    # What cierre.sello.json holds: the trail's head at that moment.
    seal = models.JSONField("sello")
    # What the acta says and the document does not: what lacked, and who signs; and the plan's results for lists, which
    # the night's check compares with the document's. It stays inside with the acta.
    acta = models.JSONField("acta", default=dict)

    objects = ClosingQuerySet.as_manager()

    class Meta:
        verbose_name = "cierre de un mes"
        verbose_name_plural = "cierres de meses"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "month", "version"], name="closing_version_unique"),
            # One first closing and one after each: of two that are made at once the database takes one.
            models.UniqueConstraint(Coalesce("previous", 0), name="closing_chain_unbranched"),
            models.CheckConstraint(
                condition=Q(previous__isnull=True) | Q(previous__lt=F("id")), name="closing_previous_is_earlier"
            ),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="closing_month_range"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}\Z"), name="closing_sha256_shape"),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(reason=""),
                name="closing_rectified_with_reason",
                violation_error_message="Una rectificación lleva su motivo.",
            ),
        ]

    def __str__(self) -> str:
        version = f", versión {self.version}" if self.version > 1 else ""
        return f"Cierre de {month_name(self.month)} {self.fiscal_year.year}{version}"

    def get_absolute_url(self) -> str:
        return reverse("publishing:closing", args=[self.fiscal_year.year, self.month, self.version])

    @property
    def holds(self) -> bool:
        """Whether the bytes are still those that the fingerprint was made of."""
        return hashlib.sha256(self.document).hexdigest() == self.sha256

    @property
    def document_bytes(self) -> bytes:
        """The document as it was made. DocumentAltered where it is not that any more."""
        if not self.holds:
            raise DocumentAltered(
                f"El documento del {str(self).lower()} no es el que se guardó: su huella no coincide. Avise a "
                "Contraloría y a quien administra el servidor; no use sus cifras."
            )
        return bytes(self.document)

    @property
    def content(self) -> dict[str, Any]:
        """What the document says, parsed anew each time. DocumentAltered as above."""
        found: dict[str, Any] = json.loads(self.document_bytes)
        return found


class SignerQuerySet(models.QuerySet["Signer"]):
    def on(self, day: date) -> Self:
        """Who signs that day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class Signer(models.Model):
    """Who signs which paper, in which office, from and until when. A paper keeps those of its day."""

    class Kind(models.TextChoices):
        CLOSING = "closing", "Acta de cierre"
        RECTIFICATION = "rectification", "Acta de rectificación"

    kind = models.CharField("documento", max_length=15, choices=Kind.choices, default=Kind.CLOSING)
    name = models.CharField("nombre", max_length=150)
    office = models.CharField("cargo", max_length=200)
    position = models.PositiveSmallIntegerField("lugar", default=1, help_text="En qué lugar firma: el 1 va primero.")
    starts_on = models.DateField("firma desde", validators=[living_day])
    ends_on = models.DateField("firma hasta", null=True, blank=True, validators=[living_day])

    objects = SignerQuerySet.as_manager()

    class Meta:
        verbose_name = "quién firma"
        verbose_name_plural = "quiénes firman"
        ordering = ["kind", "position", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["closing", "rectification"]), name="signer_kind_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="signer_dates_in_order",
                violation_error_message="Quien firma no puede dejar de firmar antes de empezar.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.office}"


class Publication(models.Model):
    """What planning decided that everybody may read: every closing up to this one. Its files are written by a task."""

    closing = models.ForeignKey(
        Closing, on_delete=models.PROTECT, related_name="publications", verbose_name="hasta qué cierre"
    )
    reason = models.TextField("motivo", blank=True)
    instrument = models.CharField("instrumento", max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién publicó"
    )
    made_at = models.DateTimeField("publicado")

    class Meta:
        verbose_name = "publicación"
        verbose_name_plural = "publicaciones"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Sitio público hasta el {str(self.closing).lower()}"


class TakingDownQuerySet(models.QuerySet["TakingDown"]):
    def waiting(self) -> Self:
        return self.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True)


class TakingDown(models.Model):
    """One officer asks that the public site be taken down, with the reason, and another person confirms it.

    One that an administrator of the server confirmed by a command has no ``confirmed_by``.
    """

    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="takings_down", verbose_name="publicación"
    )
    reason = models.TextField("motivo")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo pide"
    )
    asked_at = models.DateTimeField("pedido")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="quién lo confirma",
    )
    confirmed_at = models.DateTimeField("confirmado", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirada la petición", null=True, blank=True)

    objects = TakingDownQuerySet.as_manager()

    class Meta:
        verbose_name = "retiro del sitio público"
        verbose_name_plural = "retiros del sitio público"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication"],
                condition=Q(withdrawn_at__isnull=True),
                name="taking_down_once",
                violation_error_message="Ya se pidió retirar el sitio público.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="taking_down_has_reason",
                violation_error_message="Escriba por qué se retira el sitio público.",
            ),
            two_people("taking_down_two_people", "Lo confirma otra persona que quien lo pidió."),
            models.CheckConstraint(
                condition=(Q(confirmed_by__isnull=True) | Q(confirmed_at__isnull=False))
                & (Q(withdrawn_at__isnull=True) | Q(confirmed_at__isnull=True)),
                name="taking_down_in_order",
            ),
        ]

    def __str__(self) -> str:
        return "Retiro del sitio público"


class SiteWriting(models.Model):
    """One time that the public site's files were written, or taken away where ``publication`` is None.

    Without an end it is under way, or died. ``error`` is a sentence; empty where it went well.
    """

    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, null=True, related_name="writings", verbose_name="publicación"
    )
    started_at = models.DateTimeField("empezó")
    ended_at = models.DateTimeField("terminó", null=True, blank=True)
    files = models.PositiveIntegerField("archivos", default=0)
    changed = models.PositiveIntegerField("archivos escritos o quitados", default=0)
    error = models.TextField("por qué no se pudo", blank=True)

    class Meta:
        verbose_name = "escritura del sitio público"
        verbose_name_plural = "escrituras del sitio público"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Escritura del {self.started_at:%d/%m/%Y}"
