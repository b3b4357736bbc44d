"""Who drew which sample, in the trail."""

import hashlib
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from accounts.access import Access, Action
from core import trail
from publishing.acts import SampleAct
from publishing.sampling.asked import STRATA
from publishing.sampling.population import Sample


@transaction.atomic
def record_draw(sample: Sample, access: Access, file: BinaryIO, *, now: datetime) -> None:
    """With the SHA-256 of the very file, so that a copy can be held against it."""
    file.seek(0)
    drawn = {
        "cut_off": sample.cut.label,
        "size": len(sample.units),
        "seed": sample.asked.seed,
        "strata": STRATA[sample.asked.strata],
        "population": len(sample.population),
        "population_sha256": sample.fingerprint,
        "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
    }
    trail.record(
        subject=sample.cut.fiscal_year,
        action=SampleAct.DRAW,
        actor=access.user,
        capacity=access.capacity(Action.READ_TRAIL, 0),  # of no department: the role speaks for all of them
        at=now,
        changes={name: [None, value] for name, value in drawn.items()},
        label=f"Muestra de {sample.cut.label}",
    )
