"""Whatever is done to an export: errors and nothing written, or imported for good – said again it changes nothing."""

import csv
import io
import random

import pytest

from accounts.models import User
from catalog.imports.answers import Adjustment, Answers
from catalog.imports.applying import CatalogImportError, import_catalog
from catalog.imports.comparison import compare
from catalog.workbook import catalog_file
from indicators.services import ServiceError
from programs.models import FiscalYear
from tests.factories import NOW, make_department, make_indicator, make_measurement, make_program, make_year

pytestmark = pytest.mark.django_db
CELLS = (
    "", "x", "PRE-01", "PRE-02", "PRE-01-01", "PRE-01-02", "PRE-01-01-B", "OBR-01", "OBR-01-01", "100%", "0", "12",
    "sí", "no", "sin acciones", "sin indicadores", "2016", "2017", "Presidencia municipal", "Obras", "OBR", "PRE",
    "lineal", "descendente", "absoluta", "trimestral", "=1+1", "1.1", "Un Gobierno incluyente", "Otra", "último",
)  # fmt: skip
ROUNDS = 80  # four thousand were tried once


def disturbed(year: FiscalYear, chance: random.Random) -> bytes:
    """The year's export after some accidents: cells and columns with something else, rows doubled and lost."""
    rows = list(csv.reader(io.StringIO(catalog_file.bytes_of(year, csv=True).decode("utf-8-sig"))))
    for _ in range(chance.randrange(1, 5)):
        accident, number = chance.randrange(5), chance.randrange(1, len(rows))
        if accident < 3:
            column, text = chance.randrange(len(rows[0])), chance.choice(CELLS)
            for row in rows[1:] if chance.random() < 0.3 else [rows[number]]:
                row[column] = text
        elif accident == 3:
            rows.append(list(rows[number]))
        elif len(rows) > 2:
            rows.pop(number)
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def make_catalogue(chance: random.Random) -> FiscalYear:
    year = make_year()
    first = make_program(year)
    captured = make_indicator(first)
    make_indicator(first)
    make_indicator(make_program(year, "OBR-01", department=make_department("OBR", "Obras", 2)))
    make_program(year, "PRE-02")
    if chance.random() < 0.4:
        make_measurement(captured, 1, 1, 2)
    return year


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_disturbed_export_is_refused_whole_or_imported_for_good(seed: int, officer: User) -> None:
    chance = random.Random(seed)
    year = make_catalogue(chance)
    data, before = disturbed(year, chance), catalog_file.bytes_of(year, csv=True)
    fill_down = chance.random() < 0.3
    answers = Answers(all_renames=chance.random() < 0.5, adjustment=Adjustment(6, "Recorte", "Cabildo", "Acta 3"))

    def read() -> catalog_file.CatalogFile:
        return catalog_file.read_catalog(io.BytesIO(data), name="c.csv", fill_down=fill_down)

    found = read()
    shown = compare(found.parsed, found.fields, answers)
    try:
        found = read()
        import_catalog(
            parsed=found.parsed,
            fields=found.fields,
            answers=answers,
            actor=officer,
            now=NOW,
            fingerprint=shown.fingerprint,
        )
    except (CatalogImportError, ServiceError):
        assert shown.errors and catalog_file.bytes_of(year, csv=True) == before
        return
    found = read()
    again = compare(found.parsed, found.fields, Answers())
    assert (again.errors, [str(change) for change in again.changes]) == ((), [])
    for written in FiscalYear.objects.filter(programs__isnull=False).distinct():
        export = catalog_file.read_catalog(io.BytesIO(catalog_file.bytes_of(written, csv=True)), name="c.csv")
        assert compare(export.parsed, export.fields).changes_nothing
