"""The record of imports: what each one changed, with the files of before and after."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q

from core.moments import moment_text
from programs.models import FiscalYear


def import_storage() -> Storage:
    """The private storage: a file leaves it only through a view of planning's."""
    return storages["evidence"]


class CatalogImport(models.Model):
    """One import of the catalogue that changed something. Never edited, never deleted.

    ``counts``: rows that add, change and stay. ``changes``: sections of what changed, as the preview showed them.
    ``before``: the year's catalogue as it was, a CSV that can be imported back; empty where the import made the year.
    ``sha256`` and ``size`` are those of ``file``; ``before_sha256`` is "" for imports from before it was kept.
    """

    fiscal_year = models.ForeignKey(
        FiscalYear, on_delete=models.PROTECT, related_name="catalog_imports", verbose_name="ejercicio"
    )
    at = models.DateTimeField("fecha y hora")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="quién",
    )
    file = models.FileField("archivo", storage=import_storage, max_length=200)
    file_name = models.CharField("nombre del archivo", max_length=150)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("tamaño en bytes")
    options = models.JSONField("respuestas", default=dict)
    counts = models.JSONField("cuentas", default=dict)
    changes = models.JSONField("cambios", default=dict)
    before = models.FileField("catálogo anterior", storage=import_storage, max_length=200, blank=True)
    before_sha256 = models.CharField(
        "SHA-256 del catálogo anterior", max_length=64, blank=True, default="", db_default=""
    )

    # What was written, as ``undoing.py`` reads it; None for imports from before it was kept.
    written = models.JSONField("lo escrito", null=True, editable=False)
    undone_at = models.DateTimeField("deshecha", null=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="quién la deshizo",
    )

    class Meta:
        verbose_name = "importación del catálogo"
        verbose_name_plural = "importaciones del catálogo"
        ordering = ["-id"]
        indexes = [models.Index(fields=["fiscal_year", "-id"], name="catalog_import_of_year")]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}\Z"),
                name="catalog_import_sha256_shape",
                violation_error_message="El SHA-256 son 64 dígitos hexadecimales.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}, {moment_text(self.at)}"


class RuleChange(models.Model):
    """A rule of the results that changed with a new version, and which figures of the open years it moved.

    A migration makes the row; ``figures`` is worked out when all migrations are done
    (``catalog.years.rule_change``), None until then. Planning is shown it until somebody of planning says that they
    know (``seen_at``).
    """

    figures = models.JSONField("cifras que cambian", null=True)
    seen_at = models.DateTimeField("leído", null=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién"
    )

    class Meta:
        verbose_name = "cambio de regla"
        verbose_name_plural = "cambios de regla"

    def __str__(self) -> str:
        return "Los descendentes entran al global con su cumplimiento"


class ColumnMemory(models.Model):
    """What somebody said that the columns of a file are, for the next file with the same header.

    ``fingerprint``: of the header (``catalog.layout.finding.Head``). ``mapping``: as ``mapa.json`` has it.
    """

    fingerprint = models.CharField("huella del encabezado", max_length=64, unique=True)
    mapping = models.JSONField("mapa de columnas")
    file_name = models.CharField("nombre del archivo", max_length=150)
    at = models.DateTimeField("fecha y hora")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "columnas de un archivo"
        verbose_name_plural = "columnas de archivos"

    def __str__(self) -> str:
        return f"Columnas de «{self.file_name}»"


class StartPutAway(models.Model):
    """The page of the first steps was set aside, for everybody: there is one row, or none while the page is offered.

    ``by`` None: a product that already had validated figures when the page came, or a demonstration.
    """

    # One row at most: a second one would be the same.
    only = models.BooleanField("única", default=True, unique=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién"
    )
    at = models.DateTimeField("cuándo")

    class Meta:
        verbose_name = "primeros pasos guardados"
        verbose_name_plural = "primeros pasos guardados"
        constraints = [models.CheckConstraint(condition=Q(only=True), name="start_put_away_once")]

    def __str__(self) -> str:
        return "Los primeros pasos ya no se ofrecen en Inicio"
