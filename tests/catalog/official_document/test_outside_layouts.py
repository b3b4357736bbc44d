"""Documents of other municipalities, whose layouts and noise were written before anybody had seen the reader.

What is asked of them: a cell that differs from the document's own text is doubtful, always; and nearly none does.
"""

import io
from functools import cache

import pytest

from catalog.official_document.doubts import Known
from catalog.official_document.draft import draft_of, write_draft
from catalog.official_document.paragraphs import Joiner
from catalog.official_document.reading import read_document
from tests.catalog.official_document import outsider
from tests.catalog.official_document.pats import drafted, measure

PROGRAMS = 5
CELLS = 0.99
"""Of the cells that are right; in each of the first two layouts all 779 are, and in the hardest variant all but 5."""


@cache
def rows() -> list[outsider.Row]:
    return outsider.as_written(outsider.read_export(outsider.HERE / "outsider.csv"), PROGRAMS)


def draft(pdf: bytes) -> tuple[list[dict[str, str]], list[str]]:
    """The rows of the draft, with amounts as a catalogue writes them; and the lines that found no column."""
    read = read_document(pdf)
    buffer = io.BytesIO()
    write_draft(draft_of(read), buffer)
    found = drafted(buffer.getvalue())
    for row in found:
        row["Meta"] = row["Meta"].replace(",", "")
    return found, [line.text for line in read.unused]


@pytest.mark.parametrize("layout", [outsider.GACETA, outsider.INFORME])
def test_every_cell_of_a_layout_that_nobody_had_in_mind_is_read(layout: str) -> None:
    found, unused = draft(outsider.draw(layout, rows()))
    measured = measure(found, outsider.expected(rows()))
    assert measured.examples == []
    assert len(found) == len(rows()) == 41
    assert not any(line.startswith(("PRE-", "SIN-", "SEC-")) for line in unused)


@pytest.mark.parametrize("name", outsider.VARIANTS)
def test_no_cell_differs_without_a_doubt(name: str) -> None:
    layout, changes = outsider.VARIANTS[name]
    found, _ = draft(outsider.draw(layout, rows(), changes))
    measured = measure(found, outsider.expected(rows()))
    assert measured.wrong == {}
    assert measured.share >= CELLS
    assert len(found) == len(rows())


def test_what_a_fraction_is_printed_over_is_doubtful() -> None:
    layout, changes = outsider.VARIANTS["informe con celdas a media altura"]
    found, _ = draft(outsider.draw(layout, rows(), changes))
    (row,) = [row for row in found if row["Clave de la acción"] == "PRE-02-02"]
    assert "hay un texto impreso encima de otro" in row["Dudas"]


def test_notes_and_their_marks_are_no_words_of_a_cell() -> None:
    found, unused = draft(outsider.draw(outsider.GACETA, rows()))
    (first, *_) = [row for row in found if row["Clave del programa"] == "PRE-02"]
    assert "y da cuenta de ello cada mes.\n\n" in first["Descripción"]
    assert any(line.startswith("1Artículo 115") for line in unused)
    assert any(line.startswith("Nota: la meta queda sujeta") for line in unused)


def test_the_mark_of_a_note_beside_a_target_is_told() -> None:
    found, _ = draft(outsider.draw(outsider.INFORME, rows()))
    marked = [row for row in found if "lleva la llamada de una nota" in row["Dudas"]]
    assert {row["Clave de la acción"]: row["Meta"] for row in marked} == {
        "PRE-01-05": "15%", "PRE-02-05": "100%", "SIN-02-05": "30000",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "share"), [("outsider-gaceta-layout.txt", 0.98), ("outsider-informe-plain.txt", 0.7)])
def test_a_text_of_which_columns_are_lost_says_so(name: str, share: float) -> None:
    """The same documents by ``pdftotext -layout``, which keeps columns apart by blanks, and by ``pdftotext`` alone."""
    found, _ = draft((outsider.HERE / name).read_bytes())
    measured = measure(found, outsider.expected(rows()))
    assert measured.wrong == {}
    assert measured.share >= share


def test_a_key_that_no_row_has_is_named() -> None:
    text = (outsider.HERE / "outsider-gaceta-layout.txt").read_text(encoding="utf-8")
    found, _ = draft(text.replace("PRE-01-09-B = ", "vea PRE-01-09-B, ").encode())
    assert "PRE-01-09-B" not in [row.get("Clave del indicador") for row in found]
    assert any("se lee PRE-01-09-B y ninguna fila tiene esa clave" in row["Dudas"] for row in found)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["comités vecinales –rurales y urbanos–", "para ellos"], "comités vecinales –rurales y urbanos– para ellos"),
        (["los comités", "–rurales y urbanos– para ellos"], "los comités –rurales y urbanos– para ellos"),
        (["y su costo–", "beneficio se revisa"], "y su costo–beneficio se revisa"),
        (["Plan Municipal 2014–", "2016"], "Plan Municipal 2014–2016"),
        (["a su aten–", "ción"], "a su atención"),
        (["realizados y/", "o verificados"], "realizados y/o verificados"),
        (["recibidas /", "total"], "recibidas / total"),
        (["Reportes ciu\u00ad"], "Reportes ciu-"),
    ],
)
def test_lines_are_put_together_as_they_were_written(lines: list[str], text: str) -> None:
    joiner = Joiner(Known([]))
    assert (joiner.join(lines), joiner.doubts) == (text, [])
