"""How the municipality's own document names a programme, an action or an indicator, beside our code."""

from django.db import models


def official_key_field() -> models.CharField[str, str]:
    return models.CharField(
        "clave oficial",
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text="Como la escribe el documento del municipio; no tiene forma fija.",
    )
