"""What is measured, in the order of the table. A later promise adds its module here.

A row is a function of the run that returns figures. Its module imports Django's rooms inside its functions:
the settings are not known before the databases are.
"""

from collections.abc import Callable, Sequence

from bench.figures import Figure
from bench.municipality import Run
from bench.rows import (
    catalog_import,
    catalog_large,
    closings,
    generation,
    history,
    official_document,
    pages,
    paint,
    papers,
    public_site,
    publication,
    results,
    roll_over,
    saving,
    slow_line,
    weight,
)

ROWS: dict[str, Callable[[Run], Sequence[Figure]]] = {
    "generation": generation.measure,
    "pages": pages.measure,
    "weight": weight.measure,
    "paint": paint.measure,
    "results": results.measure,
    "import": catalog_import.measure,
    "large import": catalog_large.measure,
    "history": history.measure,
    "official document": official_document.measure,
    "roll-over": roll_over.measure,
    "saving": saving.measure,
    "papers": papers.measure,
    "closings": closings.measure,
    "publication": publication.measure,
    "public site": public_site.measure,
    "slow line": slow_line.measure,
}
