"""The closings of the database as what is published of them."""

from collections.abc import Callable

from publishing.acta.content import acta_pdf
from publishing.models import Closing
from publishing.published import Source


def kept_chain(up_to: int | None = None) -> list[Source]:
    """Every closing in its order, or those to the one with that key; documents are read when they are asked for."""
    chain = Closing.objects.all() if up_to is None else Closing.objects.filter(pk__lte=up_to)
    rows = chain.in_order().without_documents().select_related("fiscal_year")
    return [
        Source(
            sha256=row.sha256,
            year=row.fiscal_year.year,
            month=row.month,
            version=row.version,
            closed_on=row.closed_on.isoformat(),
            content=_document_of(row.pk),
            acta=_acta_of(row.pk),
            demo=row.fiscal_year.demo_data,
        )
        for row in rows
    ]


def _document_of(pk: int) -> Callable[[], bytes]:
    return lambda: Closing.objects.get(pk=pk).document_bytes


def _acta_of(pk: int) -> Callable[[], bytes]:
    return lambda: acta_pdf(Closing.objects.select_related("fiscal_year", "made_by").get(pk=pk))
