"""The head of the chain, and the heads that were kept where nobody who owns the database can rewrite them.

A file of heads has a line for each: the day, how many entries were sealed, the SHA-256 of the last one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from core.models import TrailSeal

_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})[ \t]+(\d{1,18})[ \t]+([0-9a-fA-F]{64})")
_LONGEST = 200  # letters of a line that a complaint repeats


class HeadFileError(ValueError):
    """A file of heads that cannot be read; the message says which line and what it has to look like."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal of the chain at some moment: its SHA-256, how many entries are sealed by then, and when."""

    sha256: str
    entries: int
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptHead:
    """What a line of the file says; ``day`` as it is written there."""

    day: str
    entries: int
    sha256: str


def head() -> Head | None:
    """The chain's last seal; None while nothing is sealed. One query, however long the chain is."""
    last = TrailSeal.objects.order_by("-number").first()
    return Head(last.sha256, last.number, last.sealed_at) if last else None


def head_line(head: Head) -> str:
    """The head as a line of the file, «2016-10-14 12345 9f86d0…»."""
    return f"{timezone.localtime(head.at):%Y-%m-%d} {head.entries} {head.sha256}"


def read_heads(lines: Iterable[str]) -> list[KeptHead]:
    """The heads of a file; empty lines and those that begin with «#» say nothing. HeadFileError for any other."""
    heads = []
    for number, line in enumerate(lines, 1):
        text = line.lstrip("\ufeff").strip()
        if not text or text.startswith("#"):
            continue
        found = _LINE.fullmatch(text)
        if found is None:
            raise HeadFileError(
                f"El renglón {number} no es una cabeza de la bitácora: «{text[:_LONGEST]}». Cada renglón lleva la "
                "fecha, el número de actos y los 64 caracteres del sello, separados por espacios, como vienen en el "
                "correo."
            )
        heads.append(KeptHead(found[1], int(found[2]), found[3].lower()))
    if not heads:
        raise HeadFileError("El archivo no tiene ninguna cabeza de la bitácora: copie en él los renglones del correo.")
    return heads


def why_not_of_the_chain(kept: KeptHead) -> str:
    """Why today's chain is not the one that this head was the last seal of; empty where it is.

    It only compares seals: whether today's chain holds in itself is asked of ``verify``.
    """
    seal = TrailSeal.objects.filter(number=kept.entries).first()
    if seal is None:
        last = head()
        return (
            f"El {kept.day} la bitácora tenía {kept.entries} actos sellados y hoy tiene {last.entries if last else 0}: "
            "se borraron actos del final."
        )
    if seal.sha256 != kept.sha256:
        return (
            f"El sello {kept.entries} no es el que se guardó el {kept.day}: la bitácora se reescribió en ese acto o "
            "en alguno anterior."
        )
    return ""
