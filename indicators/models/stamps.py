"""What tells a process whether the rows behind a programme's results are those that it has read before."""

import uuid

from django.db import models


class ResultStamp(models.Model):
    """Its rows are written by the database alone, in the transaction of each change (``results/stamps.py``).

    ``program_id`` is 0 in the row that stands for what all programmes hang from. No references: whoever captures waits
    for nobody else's stamp, and what goes need not take its own along.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fiscal_year_id = models.BigIntegerField()
    program_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["fiscal_year_id", "program_id", "id"], name="resultstamp_of_year")]

    def __str__(self) -> str:
        return f"{self.program_id}: {self.id}"
