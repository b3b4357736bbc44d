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
    MORE,
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


@pytest.mark.parametrize("layout", MORE, ids=lambda layout: layout.name)
def test_tables_that_others_print_are_read_as_well(layout: Layout) -> None:
    assert measure(draft(draw(durango(), layout)), expected(durango(), layout)).examples == []


def test_a_document_that_was_turned_reads_the_same() -> None:
    """As landscape tables come out of office programs: drawn sideways on an upright page that is shown turned."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(draw(durango(), SOURCE)))
    for page in writer.pages:
        wide, high = float(page.mediabox.width), float(page.mediabox.height)
        page.add_transformation(pypdf.Transformation().rotate(90).translate(tx=high, ty=0))
        page.mediabox = page.cropbox = pypdf.generic.RectangleObject((0, 0, high, wide))
        page.rotate(90)
    buffer = io.BytesIO()
    writer.write(buffer)
    assert measure(draft(buffer.getvalue()), expected(durango(), SOURCE)).examples == []


def test_a_table_of_contents_is_no_catalogue() -> None:
    pdf = draw(durango(), SOURCE, before="#outline(title: [Índice])\n#pagebreak()")
    assert measure(draft(pdf), expected(durango(), SOURCE)).examples == []
    assert len(draft(pdf)) == 11


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
