"""A Programa Anual de Trabajo of real size, drawn in each layout of the tests: time, memory, and cells to correct."""

from bench.figures import Figure
from bench.municipality import Run, manage
from bench.pages import YEAR

LIMIT_SECONDS = 60
LIMIT_MEGABYTES = 1_000  # the drawing of the document included
LIMIT_TO_CORRECT = 2  # per cent of the cells


def measure(run: Run) -> list[Figure]:
    from tests.catalog.official_document.pats import LAYOUTS

    path = run.directory / "catalogo.xlsx"
    manage(run.real, run.directory, "export_catalog", str(path), "--year", str(YEAR))
    figures = []
    for layout in LAYOUTS:
        taken = run.child("bench.official_document", str(path), layout.name, database=run.empty)
        what = f"official document, {layout.name}"
        cells = taken["right"] + taken["doubtful"] + taken["wrong"]
        share = 100 * (cells - taken["right"]) / cells
        note = f"{taken['doubtful']} doubtful, {taken['wrong']} wrong of {cells}"
        figures += [
            Figure(f"{what}: into a workbook", taken["seconds"], "s", LIMIT_SECONDS, f"{taken['pages']} pages"),
            Figure(f"{what}: cells to correct", share, "%", LIMIT_TO_CORRECT, note),
            Figure(f"{what}: cells wrong without a word", taken["wrong"], "cells", 0),
            Figure(f"{what}: peak memory", taken["megabytes"], "MB", LIMIT_MEGABYTES),
        ]
    return figures
