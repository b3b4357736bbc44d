from django.db import models


class PreparedPaper(models.Model):
    """A report of the whole plan that the worker makes or made: kept until something changes, a day at most."""

    # SHA-256 of what was asked for and of the trail at that moment: whoever asks for the same gets the same file.
    key = models.CharField("clave", max_length=64, unique=True)
    wanted = models.JSONField("qué se pidió")
    asked_at = models.DateTimeField("pedido")
    done_at = models.DateTimeField("terminado", null=True, blank=True)
    failed = models.BooleanField("no se pudo", default=False)
    content = models.BinaryField("archivo", null=True, blank=True)

    class Meta:
        verbose_name = "informe preparado"
        verbose_name_plural = "informes preparados"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Informe {self.wanted.get('year', '')}-{self.wanted.get('month', '')}"
