"""Whether an acuse or a constancia still says what it said when it was issued: its fingerprint is worked out again.

Pages and PDFs ask ``altered`` of what they show; ``papers_that_do_not_hold`` goes through all of them and asks the
trail besides, which knows the fingerprint and the folio of each from its issue.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from core.models import TrailEntry
from core.pdf import fingerprint
from indicators.acts import ReceiptAct
from indicators.models import Receipt

BATCH = 200


@dataclass(frozen=True, slots=True)
class Altered:
    """A paper whose kept content has another fingerprint than the one that it was issued with."""

    issued: str
    found: str

    @property
    def sentence(self) -> str:
        return (
            "Lo que está guardado cambió después de expedir este documento. No lo use ni lo firme. Avise a Contraloría "
            "y a Planeación."
        )


@dataclass(frozen=True, slots=True)
class NotHeld:
    """A paper that does not hold, and why in a sentence."""

    folio: str
    reason: str


def altered(receipt: Receipt) -> Altered | None:
    """None where the paper says what it said."""
    found = fingerprint(receipt.figures)
    return None if found == receipt.fingerprint else Altered(receipt.fingerprint, found)


def papers_that_do_not_hold() -> Iterator[NotHeld]:
    """In the order in which they were issued; a few papers at a time, however many there are."""
    batch: list[Receipt] = []
    for receipt in Receipt.objects.order_by("pk").iterator(chunk_size=BATCH):
        batch.append(receipt)
        if len(batch) == BATCH:
            yield from _of(batch)
            batch = []
    yield from _of(batch)


def _of(papers: list[Receipt]) -> Iterator[NotHeld]:
    said = dict(
        TrailEntry.objects.filter(
            subject_type=Receipt._meta.label_lower,
            subject_id__in=[paper.pk for paper in papers],
            action__in=(ReceiptAct.ISSUE_ACUSE, ReceiptAct.ISSUE_CONSTANCIA),
        ).values_list("subject_id", "changes")
    )
    for paper in papers:
        if reason := _why(paper, said.get(paper.pk)):
            yield NotHeld(paper.folio, reason)


def _why(paper: Receipt, issued: dict[str, list[str]] | None) -> str:
    if altered(paper):
        return "lo que está guardado no coincide con su huella"
    if issued is None:
        return "la bitácora no tiene su expedición"
    if issued.get("fingerprint") != [None, paper.fingerprint]:
        return "la bitácora dice que se expidió con otra huella"
    if issued.get("folio") != [None, paper.folio]:
        return "la bitácora dice que se expidió con otro folio"
    return ""
