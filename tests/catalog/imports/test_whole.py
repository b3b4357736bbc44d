"""All or nothing, on both databases: a process killed half way, and two officers at once."""

import io
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from accounts.models import Role
from catalog.imports import applying
from catalog.imports.comparison import compare
from catalog.locking import lock_catalogue
from catalog.models import CatalogImport
from catalog.tree.editing import change_node
from catalog.tree.kinds import PROGRAMS, state_of
from catalog.workbook import catalog_file
from core.trail import ChangedMeanwhile
from indicators.models import Indicator, Measurement, Period
from programs.models import Axis, FiscalYear, Plan, Program
from tests.catalog.processes import PATIENCE, address, child, counted, wait_until_released
from tests.catalog.workbooks import Row, row, write_csv
from tests.factories import NOW, access_of, make_measurement, make_user

# Imports as the command does, and stands still when everything but the end is written.
_HALF_WAY = """
import sys, time
import django
django.setup()
from catalog.imports import applying

def stand_still(writer):
    from indicators.models import Indicator
    print("written", Indicator.objects.count(), flush=True)
    time.sleep(600)

if sys.argv[2] == "halt":
    applying._Writer._write_objectives = stand_still
from django.core.management import call_command
call_command("import_catalog", sys.argv[1])
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_half_way_leaves_everything_as_it_was(tmp_path: Path) -> None:
    url = address(tmp_path)
    base = write_csv(tmp_path / "base.csv", [row(1), row(2)])
    done = child(_HALF_WAY, str(base), "go", url=url, files=tmp_path)
    out, err = done.communicate(timeout=PATIENCE)
    assert done.returncode == 0, out + err
    before = counted(url, tmp_path)
    assert before.split()[2] == "1"

    changed = [row(1, Meta=80), *(row(n) for n in range(2, 40))]
    killed = child(_HALF_WAY, str(write_csv(tmp_path / "otra.csv", changed)), "halt", url=url, files=tmp_path)
    assert killed.stdout is not None
    line = killed.stdout.readline()
    killed.send_signal(signal.SIGKILL)
    killed.wait(PATIENCE)
    assert line.strip() == "written 39", killed.communicate()
    wait_until_released(url, tmp_path)
    assert counted(url, tmp_path) == before

    # Whoever comes next finds nothing locked and nothing half done.
    again = child(_HALF_WAY, str(tmp_path / "otra.csv"), "go", url=url, files=tmp_path)
    out, err = again.communicate(timeout=PATIENCE)
    assert (again.returncode, "37 se agregan, 1 cambia, 1 queda igual" in out) == (0, True), out + err


# Two officers at once: only PostgreSQL lets two write at a time.

at_once = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="concurrent writers are judged on PostgreSQL"),
]


def _previewed(folder: Path, name: str, rows: list[Row]) -> tuple[catalog_file.CatalogFile, str]:
    data = write_csv(folder / name, rows).read_bytes()
    read = catalog_file.read_catalog(io.BytesIO(data), name=name)
    return read, compare(read.parsed, read.fields).fingerprint


def _import_at_once(*previewed: tuple[catalog_file.CatalogFile, str]) -> list[Any]:
    """What each of the importers, who start together, got: a preview or the exception that it raised."""
    people = [make_user(f"planeacion{number}", Role.PLANNING) for number, _ in enumerate(previewed)]
    barrier = threading.Barrier(len(previewed))
    results: list[Any] = [None] * len(previewed)

    def run(place: int) -> None:
        read, fingerprint = previewed[place]
        try:
            barrier.wait(PATIENCE)
            results[place] = applying.import_catalog(
                parsed=read.parsed,
                fields=read.fields,
                source=read.source,
                actor=people[place],
                access=access_of(people[place]),
                now=NOW,
                fingerprint=fingerprint,
            )
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(previewed))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a lock was never released"
    return results


class TestTwoOfficers:
    pytestmark = at_once

    @pytest.mark.parametrize("attempt", range(3))
    def test_of_two_first_imports_of_a_year_one_wins_and_the_other_is_told(self, tmp_path: Path, attempt: int) -> None:
        first = _previewed(tmp_path, "a.csv", [row(1), row(2)])
        second = _previewed(tmp_path, "b.csv", [row(1, Meta=80), row(3)])
        results = _import_at_once(first, second)
        refused = [result for result in results if isinstance(result, applying.CatalogChangedError)]
        assert len(refused) == 1, results
        assert (FiscalYear.objects.count(), Plan.objects.count(), Axis.objects.count()) == (1, 1, 1)
        assert (Indicator.objects.count(), Period.objects.count(), CatalogImport.objects.count()) == (2, 12, 1)

    def test_of_two_changes_of_one_year_one_wins_and_the_other_is_told(self, tmp_path: Path) -> None:
        read, fingerprint = _previewed(tmp_path, "base.csv", [row(1), row(2)])
        applying.import_catalog(
            parsed=read.parsed, fields=read.fields, source=read.source, actor=None, now=NOW, fingerprint=fingerprint
        )
        results = _import_at_once(
            _previewed(tmp_path, "a.csv", [row(1, Meta=80), row(2)]),
            _previewed(tmp_path, "b.csv", [row(1, Meta=70), row(2)]),
        )
        assert sorted(type(result).__name__ for result in results) == ["CatalogChangedError", "CatalogPreview"]
        assert CatalogImport.objects.count() == 2

    def test_two_years_of_one_plan_do_not_lock_each_other_up(self, tmp_path: Path) -> None:
        files = [
            _previewed(tmp_path, f"{year}.csv", [row(n, Ejercicio=year) for n in range(1, 30)]) for year in (2014, 2015)
        ]
        results = _import_at_once(*files)
        kinds = sorted(type(result).__name__ for result in results)
        # Both meant to make the same plan: the second is told that it is there now.
        assert kinds == ["CatalogChangedError", "CatalogPreview"]
        assert (Plan.objects.count(), Program.objects.count()) == (1, 1)

    def test_an_import_and_somebody_who_captures_do_not_lock_each_other_up(self, tmp_path: Path) -> None:
        """Whoever saves a figure holds its indicator before the year; the import waits, and both are written."""
        base, _ = _previewed(tmp_path, "base.csv", [row(1)])
        applying.import_catalog(parsed=base.parsed, fields=base.fields, source=base.source, actor=None, now=NOW)
        read, _ = _previewed(tmp_path, "b.csv", [row(1, Indicador="Otro nombre")])
        make_user("captura")
        held, outcome = threading.Event(), []

        def capture() -> None:
            try:
                with transaction.atomic():
                    indicator = Indicator.objects.select_for_update(no_key=True).get()
                    held.set()
                    time.sleep(0.7)  # the import comes meanwhile
                    make_measurement(indicator, 3, 1, 2, "draft")
                outcome.append("captured")
            except Exception as error:
                outcome.append(repr(error))
            finally:
                connections.close_all()

        thread = threading.Thread(target=capture)
        thread.start()
        assert held.wait(PATIENCE)
        applying.import_catalog(parsed=read.parsed, fields=read.fields, source=read.source, actor=None, now=NOW)
        thread.join(PATIENCE)
        assert outcome == ["captured"] and Measurement.objects.count() == 1
        assert Indicator.objects.get().name == "Otro nombre"

    def test_an_edit_waits_for_an_import_and_is_told_what_it_changed(self, tmp_path: Path) -> None:
        base, _ = _previewed(tmp_path, "base.csv", [row(1)])
        applying.import_catalog(parsed=base.parsed, fields=base.fields, source=base.source, actor=None, now=NOW)
        read, _ = _previewed(tmp_path, "b.csv", [row(1, Programa="Del archivo")])
        program, officer = Program.objects.get(), make_user("planeacion", Role.PLANNING)
        seen, started = state_of(program), threading.Event()

        def slowly() -> None:
            try:
                with transaction.atomic():
                    lock_catalogue()
                    started.set()
                    time.sleep(0.5)
                    applying.import_catalog(
                        parsed=read.parsed, fields=read.fields, source=read.source, actor=None, now=NOW
                    )
            finally:
                connections.close_all()

        thread = threading.Thread(target=slowly)
        thread.start()
        assert started.wait(PATIENCE)
        with pytest.raises(ChangedMeanwhile) as refused:
            change_node(
                access=access_of(officer),
                fiscal_year=program.fiscal_year,
                kind=PROGRAMS,
                pk=program.pk,
                values={"name": "A mano"},
                seen=seen,
                now=NOW,
            )
        thread.join(PATIENCE)
        assert refused.value.current["name"] == "Del archivo" == Program.objects.get().name
