"""What the descriptions are tried on: closings of every kind of indicator, and names that try to break a file."""

from publishing.published import Source
from tests.publishing.export.documents import Document, a_closing, a_municipality, sealed

ADDRESS = "https://datos.ejemplo.gob.mx/plan/"
HOSTILE = "Villa «X» </script><b>\"' \u202etxt.exe\u2066\u2028 & " + "ñ" * 500


def a_chain(*months: tuple[int, int], **changes: str) -> list[Source]:
    """Closings of every kind of indicator, each with its acta; ``changes`` are of the documents' own words."""
    made, chain = a_municipality(5, 40), []
    for year, month in months:
        document: Document = a_closing(made(month), year=year, month=month, chain=chain)
        chain.append(sealed({**document, **changes}, acta=b"%PDF-1.7"))
    return chain
