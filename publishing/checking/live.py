"""Today's figures against each year's last closing: what was validated or changed since.

That is listed and no failure, but for thresholds, targets, names and whatever else of the catalogue no act of the
trail has left as it is: somebody wrote it past the product.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from publishing.document.building import Link, document_of
from publishing.document.differences import Kind
from publishing.document.telling import line
from publishing.explaining.reading import Known
from publishing.explaining.reasons import without_act
from publishing.models import Closing

_WORDS = {
    Kind.PRESENCE: ("elemento que no estaba o ya no está", "elementos que no estaban o ya no están"),
    Kind.FIGURE: ("captura", "capturas"),
    Kind.RULE: ("regla o meta", "reglas o metas"),
    Kind.RESULT: ("resultado", "resultados"),
    Kind.WORD: ("texto del catálogo", "textos del catálogo"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """How a year's last closing differs from today; ``counts`` by the kinds of ``document.differences``.

    ``unexplained``: sentences that name what no act made so.
    """

    closing: int
    label: str
    counts: dict[str, int]
    figures: list[str]
    unexplained: list[str]

    @property
    def sentence(self) -> str:
        parts = [f"{number:,} {_WORDS[Kind(kind)][number != 1]}" for kind, number in self.counts.items()]
        return f"{self.label} y las cifras de hoy del mismo corte difieren en {', '.join(parts)}."


_SHOWN = 12
_NAMED = 50


def live_differences(on: date, year: int | None = None) -> Iterator[Difference]:
    """Of each year that has closings, its latest month's latest version; a document that does not hold is left out."""
    latest = Closing.objects.latest_versions().select_related("fiscal_year")
    if year is not None:
        latest = latest.filter(fiscal_year__year=year)
    seen = set()
    for closing in latest.without_documents().order_by("fiscal_year__year", "-month"):
        if closing.fiscal_year_id in seen:
            continue
        seen.add(closing.fiscal_year_id)
        if not closing.holds:
            continue
        today = document_of(closing.fiscal_year, closing.month, Link(closed_on=on))
        known = Known(closing, closing.content, today, ())
        found = known.found
        if found:
            counts = Counter(one.kind for one in found)
            figures = [one.figure for one in found if one.kind is Kind.FIGURE]
            yield Difference(
                closing.pk,
                str(closing),
                {str(kind): counts[kind] for kind in Kind if counts[kind]},
                list(dict.fromkeys(figures))[:_SHOWN],
                list(_unexplained(known)),
            )


def _unexplained(known: Known) -> Iterator[str]:
    found = without_act(known)
    for one in found[:_NAMED]:
        told = line(one, known.borders(one.figure))
        yield f"{told.what}: {told.before} en el cierre y {told.after} hoy; ningún acto de la bitácora lo explica."
    if len(found) > _NAMED:
        yield f"otras {len(found) - _NAMED:,} diferencias que ningún acto de la bitácora explica."
