"""Keys matched and months folded, from a wide workbook to figures that are written."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.access import Access
from accounts.models import User
from indicators import migrated
from indicators.migrated import OffMonths, Read
from indicators.models import Indicator, Measurement, Origin, State
from indicators.workbook import HasErrors
from programs.models import FiscalYear
from tests.factories import NOW, make_year
from tests.indicators.migrated.books import book, read, wide


def written() -> dict[tuple[str, int], tuple[str, str]]:
    rows = Measurement.objects.select_related("indicator").order_by("indicator__code", "month")
    return {
        (row.indicator.code, row.month): (f"{row.validated_numerator:f}", f"{row.validated_denominator:f}")
        for row in rows
        if row.state == State.VALIDATED
    }


def apply(planning: Access, found: Read) -> dict[tuple[str, int], tuple[str, str]]:
    migrated.apply(access=planning, read=found, now=NOW)
    return written()


def refused(planning: Access, found: Read) -> list[str]:
    """The errors; asserts that nothing was written."""
    with pytest.raises(HasErrors) as stopped:
        migrated.apply(access=planning, read=found, now=NOW)
    assert not Measurement.objects.exists()
    return [str(error) for error in stopped.value.preview.errors]


class TestKeys:
    @pytest.mark.parametrize("key", ["PRE-01-01", "pre-01-01", " PRE–01–01 ", "O-PPA 1.01", "o-ppa  1.01"])
    def test_ours_or_the_official_one(self, key: str, planning: Access) -> None:
        assert set(apply(planning, read(wide([key, 3, 4])))) == {("PRE-01-01", 1)}

    @pytest.mark.parametrize("head", ["Clave oficial", "Clave oficial del indicador"])
    def test_a_column_of_official_keys(self, head: str, planning: Access) -> None:
        rows = [[head, "ENE N", "ENE D", "FEB N", "FEB D"], ["O-PPA 1.01", 3, 4]]
        assert set(apply(planning, read(book({"x": rows})))) == {("PRE-01-01", 1)}

    def test_one_that_is_of_several_is_told(self, planning: Access) -> None:
        (line,) = refused(planning, read(wide(["K003", 3, 4])))
        assert line == (
            "fila 3 · CLAVE: La clave oficial «K003» es de varios indicadores (SPM-01-01, SPM-01-02): escriba la de "
            "cada uno"
        )

    def test_one_that_nobody_knows_is_one_error_for_all_its_months(self, planning: Access) -> None:
        (line,) = refused(planning, read(wide(["PRE-09-01", *[1, 2] * 12])))
        assert line == "fila 3 · CLAVE: «PRE-09-01» no es un indicador del ejercicio 2016"

    def test_the_same_month_twice_is_told(self, planning: Access) -> None:
        (line,) = refused(planning, read(wide(["PRE-01-01", 1, 2], ["O-PPA 1.01", 1, 2])))
        assert line == "fila 4 · CLAVE: «PRE-01-01» en enero ya está en la fila 3"


class TestFrequency:
    """A quarterly indicator (numerator suma, denominator último) that was kept monthly."""

    ROW = ["PRE-01-02", 1, 10, 2, 10, 3, 12, None, None, 5, 20, 0, 0]

    def test_it_is_asked_with_what_would_become_of_it(self, planning: Access) -> None:
        settled = migrated.settle(read(wide(self.ROW)))
        (offer,) = settled.offers
        assert (offer.code, offer.frequency, offer.modes) == ("PRE-01-02", "trimestral", "suma / último")
        assert offer.kept == ("enero 1 / 10, febrero 2 / 10, marzo 3 / 12", "mayo 5 / 20, junio 0 / 0")
        assert offer.becomes == {
            OffMonths.BY_MODE: ("marzo 6 / 12", "junio 5 / 20"),
            OffMonths.LAST: ("marzo 3 / 12", "junio 5 / 20"),
            OffMonths.SUM: ("marzo 6 / 32", "junio 5 / 20"),
        }
        assert settled.asks
        (line,) = refused(planning, read(wide(self.ROW)))
        assert line.startswith("Un indicador trae cifras de meses que su frecuencia no pide (PRE-01-02)")

    @pytest.mark.parametrize(("way", "march"), [("modo", ("6", "12")), ("ultimo", ("3", "12")), ("suma", ("6", "32"))])
    def test_it_is_written_as_answered(self, way: str, march: tuple[str, str], planning: Access) -> None:
        figures = apply(planning, read(wide(self.ROW), off_months=OffMonths(way)))
        assert {month for _, month in figures} == {3, 6}
        assert tuple(side.removesuffix(".0000") for side in figures["PRE-01-02", 3]) == march

    def test_one_that_was_kept_as_it_is_asked_for_is_not_asked_about(self, planning: Access) -> None:
        settled = migrated.settle(read(wide(["PRE-01-02", *[None] * 4, 3, 12])))
        assert not settled.offers and not settled.parsed.errors

    def test_months_before_the_beginning_and_half_pairs_are_errors(self, planning: Access) -> None:
        Indicator.objects.filter(code="PRE-01-02").update(starts_in=2)
        lines = refused(planning, read(wide(self.ROW), off_months=OffMonths.SUM))
        assert any("empieza en febrero" in line for line in lines)
        Indicator.objects.filter(code="PRE-01-02").update(starts_in=1)
        lines = refused(planning, read(wide(["PRE-01-02", 1, None, 2, 3]), off_months=OffMonths.SUM))
        assert lines == ["fila 3 · ENE D: Falta el denominador"]

    def test_a_sum_that_does_not_fit_is_told(self, planning: Access) -> None:
        lines = refused(planning, read(wide(["PRE-01-02", *[999_999_999_999, 1] * 3]), off_months=OffMonths.SUM))
        assert lines == ["fila 3 · MAR N: Es demasiado grande: caben hasta 12 cifras antes del punto"]


def test_a_locked_year_is_refused_in_a_sentence(planning: Access, year: FiscalYear) -> None:
    FiscalYear.objects.update(locked=True)
    assert refused(planning, read(wide(["PRE-01-01", 3, 4]))) == [
        "2016: El ejercicio está cerrado y ya no admite cambios."
    ]


def test_each_figure_has_the_digest_of_its_own_file(planning: Access) -> None:
    files = [("a.xlsx", wide(["PRE-01-01", 3, 4])), ("b.xlsx", wide(["SPM-01-01", 5, 6]))]
    migrated.apply(access=planning, read=migrated.read(files, year=2016), now=NOW)
    found = dict(Measurement.objects.values_list("indicator__code", "source_sha256"))
    assert found == {
        code: hashlib.sha256(data).hexdigest()
        for code, (_, data) in zip(("PRE-01-01", "SPM-01-01"), files, strict=True)
    }
    row = Measurement.objects.get(indicator__code="PRE-01-01")
    assert (row.origin, row.state, row.undated, row.late) == (Origin.MIGRATION, State.VALIDATED, True, False)


class TestCommand:
    def call(self, tmp_path: Path, content: bytes, *arguments: str, user: str = "planning", **options: Any) -> None:
        path = tmp_path / "historia.xlsx"
        path.write_bytes(content)
        call_command("import_measurements", str(path), *arguments, "--user", user, **options)

    def test_a_wide_workbook(self, tmp_path: Path, people: dict[str, User], capsys: Any) -> None:
        self.call(tmp_path, wide(["PRE-01-01", 3, 4, 0, 0, 7, 5]), "--validated", "--year", "2016")
        out = capsys.readouterr()
        assert out.out == "3 se agregan, 0 cambian, 0 quedan igual, 0 con error, 0 sin captura.\n"
        assert "De una cifra 0/0 no consta el motivo: queda como «migrado; no consta»." in out.err
        assert len(written()) == 3

    def test_without_the_year_it_asks(self, tmp_path: Path, people: dict[str, User], capsys: Any) -> None:
        with pytest.raises(CommandError) as stopped:
            self.call(tmp_path, wide(["PRE-01-01", 3, 4]), "--validated")
        assert stopped.value.returncode == 1 and "de qué ejercicio" in capsys.readouterr().out

    def test_what_is_asked_names_its_option(self, tmp_path: Path, people: dict[str, User]) -> None:
        content = wide(["PRE-01-01", "1.500", 4000], ["PRE-01-02", 1, 2, "N/A", "N/A"])
        with pytest.raises(CommandError) as stopped:
            self.call(tmp_path, content, "--validated", "--year", "2016")
        assert all(option in str(stopped.value) for option in ("--decimal coma", "--no-data", "--off-months modo"))
        answers = ("--decimal", "coma", "--no-data", "--off-months", "modo")
        self.call(tmp_path, content, "--validated", "--year", "2016", *answers)
        assert written()["PRE-01-01", 1] == ("1500.0000", "4000.0000")

    def test_without_validated_it_is_submitted_as_any_import(
        self, tmp_path: Path, people: dict[str, User], capsys: Any
    ) -> None:
        self.call(tmp_path, wide(["PRE-01-01", 3, 4]), "--year", "2016")
        row = Measurement.objects.get()
        assert (row.state, row.validated_numerator) == (State.SUBMITTED, None)

    @pytest.mark.parametrize("user", ["liaison", "director", "reader", "comptroller"])
    def test_only_planning_records_as_validated(self, user: str, tmp_path: Path, people: dict[str, User]) -> None:
        with pytest.raises(CommandError, match="Solo Planeación") as stopped:
            self.call(tmp_path, wide(["PRE-01-01", 3, 4]), "--validated", "--year", "2016", user=people[user].username)
        assert stopped.value.returncode == 2 and not Measurement.objects.exists()


def test_years_of_one_file_go_to_their_years(planning: Access, tmp_path: Path) -> None:
    make_year(2015)
    rows = [["AÑO", "CLAVE", "ENE N", "ENE D", "FEB N", "FEB D"], [2015, "PRE-01-01", 1, 2], [2016, "PRE-01-01", 3, 4]]
    assert refused(planning, read(book({"x": rows}), year=None)) == [
        "fila 2 · CLAVE: «PRE-01-01» no es un indicador del ejercicio 2015"
    ]
