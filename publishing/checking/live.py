"""Today's figures against each year's last closing: what was validated or changed since. No failure: it is listed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from publishing.document.building import Link, document_of
from publishing.document.differences import Kind, differences
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
    """How a year's last closing differs from today; ``counts`` by the kinds of ``document.differences``."""

    closing: int
    label: str
    counts: dict[str, int]
    figures: list[str]

    @property
    def sentence(self) -> str:
        parts = [f"{number:,} {_WORDS[Kind(kind)][number != 1]}" for kind, number in self.counts.items()]
        return f"{self.label} y las cifras de hoy del mismo corte difieren en {', '.join(parts)}."


_SHOWN = 12


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
        found = differences(closing.content, document_of(closing.fiscal_year, closing.month, Link(closed_on=on)))
        if found:
            counts = Counter(one.kind for one in found)
            figures = [one.figure for one in found if one.kind is Kind.FIGURE]
            yield Difference(
                closing.pk,
                str(closing),
                {str(kind): counts[kind] for kind in Kind if counts[kind]},
                list(dict.fromkeys(figures))[:_SHOWN],
            )
