"""Durango's catalogue as it lies in data/: complete, and every change of the scan listed."""

from pathlib import Path

import pytest
from django.conf import settings

from catalog.workbook.parsing import parse_catalog
from core.spreadsheets import Table, read_table

DATA = Path(settings.BASE_DIR) / "data"


def read(name: str) -> Table:
    with (DATA / name).open("rb") as file:
        return read_table(file, name=name)


@pytest.fixture(scope="module")
def catalog():
    return parse_catalog(read("pat-durango-2016.xlsx"))


@pytest.fixture(scope="module")
def errata():
    return [[cell.text for cell in row.cells] for row in read("errata.csv").rows]


def test_it_has_its_eleven_indicators_without_an_error(catalog):
    assert (catalog.errors, catalog.notes) == ([], [])
    assert [row.indicator_code for row in catalog.rows] == [
        "PRE-01-01",
        "PRE-02-01",
        "PRE-02-02",
        "PRE-02-03",
        "PRE-02-04",
        "PRE-03-01",
        "PRE-04-01",
        "PRE-04-02",
        "PRE-04-03",
        "PRE-05-01",
        "PRE-05-02",
    ]


def test_targets_and_modes(catalog):
    assert {(row.target, row.target_kind, row.numerator_mode) for row in catalog.rows} == {(100, "percentage", "sum")}
    last = [row.indicator_code for row in catalog.rows if row.denominator_mode == "last"]
    assert last == ["PRE-04-02", "PRE-04-03"]


def test_programmes_are_whole(catalog):
    programs = {row.program_code: row for row in catalog.rows}
    assert [(row.program_number, row.program) for row in programs.values()] == [
        ("1.1", "Proximidad Ciudadana"),
        ("1.2", "Coordinación de Intercacción Institucional"),
        ("1.3", "Eventos Especiales"),
        ("1.4", "Relaciones Públicas de la Administración Municipal"),
        ("1.5", "Gestión y Participación Cooperativa"),
    ]
    assert [len(row.objectives) for row in programs.values()] == [1, 3, 1, 2, 2]
    assert [row.description.count("\n\n") for row in programs.values()] == [1, 1, 0, 0, 1]


def test_every_kept_oddity_and_every_corrected_word_is_in_the_workbook(errata):
    text = {" ".join(cell.text.split()) for row in read("pat-durango-2016.xlsx").rows for cell in row.cells}
    for place, scanned, written, decision, reason in errata:
        assert reason
        assert (scanned == written) == (decision == "Se conserva"), place
        if "no está en el libro" not in reason:
            assert any(written in cell for cell in text), (place, written)
