"""A process of its own that reads a document, drawn from a catalogue in one layout, and prints what came of it."""

import io
import json
import resource
import sys
import time


def measured(catalog: str, layout: str) -> dict[str, float | str]:
    """Seconds from the PDF to the workbook, cells that are right or doubtful or wrong, and the most memory of both."""
    from catalog.official_document.draft import draft_of, write_draft
    from catalog.official_document.reading import read_document
    from tests.catalog.official_document import pats

    chosen = next(one for one in pats.LAYOUTS if one.name == layout)
    rows = pats.in_order(pats.rows_of(catalog))
    pdf = pats.draw(rows, chosen)
    started = time.perf_counter()
    draft = draft_of(read_document(pdf))
    book = io.BytesIO()
    write_draft(draft, book)
    seconds = time.perf_counter() - started
    cells = pats.measure(pats.drafted(book.getvalue()), pats.expected(rows, chosen))
    kilobytes = max(resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "seconds": seconds, "pages": draft.document.pages, "megabytes": kilobytes / 1024,
        "right": sum(cells.right.values()), "doubtful": sum(cells.doubtful.values()),
        "wrong": sum(cells.wrong.values()),
    }  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measured(*sys.argv[1:3])))
