"""Documents that were drawn from a catalogue come back as that catalogue, whatever they look like."""

import io
from functools import cache
from pathlib import Path

import pypdf
import pytest

from catalog.official_document.draft import draft_of, write_draft
from catalog.official_document.reading import read_document
from tests.catalog.official_document.pats import (
    BROKEN,
    LAYOUTS,
    SOURCE,
    Layout,
    Row,
    drafted,
    draw,
    expected,
    in_order,
    measure,
    rows_of,
)

DURANGO = Path(__file__).resolve().parents[3] / "data" / "pat-durango-2016.xlsx"


@cache
def durango() -> list[Row]:
    return in_order(rows_of(DURANGO))


def draft(pdf: bytes) -> list[dict[str, str]]:
    buffer = io.BytesIO()
    write_draft(draft_of(read_document(pdf)), buffer)
    return drafted(buffer.getvalue())


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_cell_is_read_as_it_was_printed(layout: Layout) -> None:
    measured = measure(draft(draw(durango(), layout)), expected(durango(), layout))
    assert measured.examples == []
    assert measured.share == 1


def test_a_cell_that_the_document_lacks_is_empty_and_told() -> None:
    rows = [dict(row) for row in durango()]
    rows[1]["Unidad"] = ""
    rows[2] |= {"Meta": "", "Tipo de meta": "absoluta"}
    rows[5]["Descripción"] = ""
    found = {row["Clave de la acción"]: row for row in draft(draw(rows, SOURCE))}
    for code, header in (("PRE-02-01", "Unidad"), ("PRE-02-02", "Meta"), ("PRE-03-01", "Descripción")):
        assert found[code][header] == ""
        assert f"{header}: no está en el documento" in found[code]["Dudas"]
    measured = measure(list(found.values()), expected(rows, SOURCE))
    assert measured.wrong == {}


def test_a_quantity_with_its_word_is_an_amount_of_that_unit() -> None:
    rows = [dict(row) for row in durango()]
    rows[0] |= {"Meta": 12, "Tipo de meta": "absoluta", "Unidad": "Informes"}
    (first, *_) = draft(draw(rows, BROKEN))
    assert (first["Meta"], first["Unidad"], first["Tipo de meta"]) == ("12", "Informes", "absoluta")
    assert "Meta" not in first.get("Dudas", "")


def test_every_row_says_the_page_that_it_stands_on() -> None:
    pdf = draw(durango(), BROKEN)
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    found = draft(pdf)
    for row in found:
        assert " ".join(row["Acción"].split()[:2]) in pages[int(row["Página"]) - 1]
    assert len({row["Página"] for row in found}) > 4
