"""The plan of a file: its years are asked of its name only where the catalogue does not know them."""

import io
from pathlib import Path
from typing import Any

import pytest

from catalog.imports.comparison import compare
from catalog.workbook import catalog_file
from indicators.models import Indicator
from programs.models import FiscalYear, Plan
from tests.catalog.workbooks import row, write_csv
from tests.factories import make_indicator, make_program, make_year

pytestmark = pytest.mark.django_db
NO_YEARS = "«Durango Unido» no dice sus años; escríbalo como «Plan Municipal de Desarrollo 2014 - 2016»"


def previewed(data: bytes) -> Any:
    read = catalog_file.read_catalog(io.BytesIO(data), name="c.csv")
    return compare(read.parsed, read.fields)


def errors_of(folder: Path, *rows: dict[str, Any]) -> list[str]:
    return [str(error) for error in previewed(write_csv(folder / "c.csv", rows).read_bytes()).errors]


@pytest.mark.parametrize(
    "name",
    ["Durango Unido", "PMD 2014 - 2015", "PMD 2016", "Plan 2014-2016, hacia 2040", "Acuerdos 2016-2014", "1234-5678"],
)
def test_a_plan_of_any_name_is_exported_and_read_back(name: str) -> None:
    Plan.objects.create(name=name, start_year=2014, end_year=2016)
    year = make_year()
    make_indicator(make_program(year))
    preview = previewed(catalog_file.bytes_of(year, csv=True))
    assert preview.errors == () and preview.changes_nothing


def test_another_year_of_a_plan_that_is_there_needs_no_years_in_its_name(tmp_path: Path) -> None:
    Plan.objects.create(name="Durango Unido", start_year=2014, end_year=2016)
    preview = previewed(write_csv(tmp_path / "c.csv", [row(1, Plan="Durango Unido")]).read_bytes())
    assert preview.errors == () and preview.counts["add"] == 1
    assert errors_of(tmp_path, row(1, Plan="Durango Unido", Ejercicio=2017)) == [
        "fila 2 · Ejercicio: «2017» está fuera de los años del plan, 2014 a 2016; corrija el ejercicio, o los años en "
        "el nombre del plan"
    ]


def test_a_new_plan_says_its_years_and_each_row_is_told(tmp_path: Path) -> None:
    rows = [row(number, Plan="Durango Unido") for number in (1, 2)]
    assert errors_of(tmp_path, *rows) == [f"fila {number} · Plan: {NO_YEARS}" for number in (2, 3)]
    outside = [row(number, Ejercicio=2019) for number in (1, 2)]
    assert [error.split(";")[0] for error in errors_of(tmp_path, *outside)] == [
        f"fila {number} · Ejercicio: «2019» está fuera de los años del plan, 2014 a 2016" for number in (2, 3)
    ]
    assert errors_of(tmp_path, row(1, Plan="PMD 2016 - 2014"))[0].endswith(
        "«PMD 2016 - 2014» no tiene sus años en orden; escríbalos como «2014 - 2016»"
    )
    assert not Plan.objects.exists() and not FiscalYear.objects.exists() and not Indicator.objects.exists()


def test_what_else_is_wrong_comes_with_it(tmp_path: Path) -> None:
    found = errors_of(tmp_path, row(1, Plan="Durango Unido"), row(2, Plan="Durango Unido", Meta="cien"))
    assert [error.partition(":")[0] for error in found] == ["fila 2 · Plan", "fila 3 · Meta", "fila 3 · Plan"]
