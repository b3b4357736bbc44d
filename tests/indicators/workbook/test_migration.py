"""Captures of earlier years recorded as validated, and the command."""

import hashlib
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.access import Access
from accounts.models import Role, User
from core.models import TrailEntry
from indicators import workbook as measurement_workbook
from indicators.models import Measurement, NoActivity, Origin, State
from indicators.services import NotAllowed
from indicators.workbook import COLUMNS
from tests.factories import (
    NOW,
    access_of,
    make_user,
)
from tests.indicators.workbook.sheets import measured, read, refusals, row_of, run, workbook


class TestMigration:
    def test_is_recorded_as_validated_and_marked(self, planning: Access) -> None:
        parsed = read([2016, 9, "PRE-01-01", 3, 4])
        measurement_workbook.apply(access=planning, parsed=parsed, now=NOW, record_as=State.VALIDATED)
        row = row_of()
        assert (row.state, row.validated_numerator, row.validated_denominator) == (State.VALIDATED, 3, 4)
        assert (row.validated_by, row.validated_at) == (planning.user, NOW)
        assert (row.origin, row.source_sha256) == (Origin.MIGRATION, parsed.source.sha256)
        assert not row.changed_by.exists()
        entry = TrailEntry.objects.get(subject_type="indicators.measurement")
        assert entry.action == "migrar" and parsed.source.sha256 in entry.reason
        assert entry.changes["origin"] == [None, "migration"]

    def test_is_told_on_the_indicator_s_page_without_code(self, planning: Access, client: Client) -> None:
        parsed = read([2016, 9, "PRE-01-01", 3, 4])
        measurement_workbook.apply(access=planning, parsed=parsed, now=NOW, record_as=State.VALIDATED)
        client.force_login(planning.user, backend="accounts.backends.PersonBackend")
        for address in ("/2016/indicadores/PRE-01-01/?mes=9", "/2016/historia/PRE-01-01/9/", "/bitacora/"):
            page = client.get(address).content.decode()
            assert "Migró la cifra de hojas anteriores" in page and "origen: migrado de hojas anteriores" in page
            assert "source_sha256" not in page and page.count(parsed.source.sha256) == 1

    @pytest.mark.parametrize("who", ["liaison", "director", "reader", "comptroller"])
    def test_is_for_planning_only(self, who: str, people: dict[str, User]) -> None:
        with pytest.raises(NotAllowed, match="Solo Planeación"):
            run(access_of(people[who]), [2016, 9, "PRE-01-01", 3, 4], validated=True)
        with pytest.raises(NotAllowed):
            measurement_workbook.preview(
                access=access_of(people[who]), parsed=read(), now=NOW, record_as=State.VALIDATED
            )

    def test_never_overwrites_a_validated_pair_that_differs(self, planning: Access) -> None:
        measured("PRE-01-01", 9, 1, 4, State.VALIDATED)
        measured("PRE-01-01", 8, 9, 9, State.SUBMITTED, validated=(1, 4))
        message = "Ya hay una cifra validada distinta (1 / 4), que una importación no cambia"
        rows = [[2016, 9, "PRE-01-01", 3, 4, "motivo"], [2016, 8, "PRE-01-01", 9, 9]]
        assert refusals(planning, *rows, validated=True) == [
            f"fila 2 · Numerador: {message}",
            f"fila 3 · Numerador: {message}",
        ]

    def test_an_equal_validated_pair_stays(self, planning: Access) -> None:
        measured("PRE-01-01", 9, 3, 4, State.VALIDATED)
        measured("PRE-01-01", 8, 9, 9, State.SUBMITTED, validated=(3, 4))
        outcome = run(planning, [2016, 9, "PRE-01-01", 3, 4], [2016, 8, "PRE-01-01", 3, 4], validated=True)
        assert outcome.unchanged == 2
        assert row_of(month=8).numerator == 9

    @pytest.mark.parametrize("state", [State.SUBMITTED, State.DRAFT, State.RETURNED])
    def test_what_somebody_captured_is_not_validated_by_it(
        self, state: State, planning: Access, enlace: Access
    ) -> None:
        measured("PRE-01-01", 9, 3, 4, state, by=enlace.user)
        outcome = run(planning, [2016, 9, "PRE-01-01", 3, 4], validated=True)
        assert (row_of().state, outcome.unchanged, outcome.waiting) == (state, 1, 1)
        (told,) = refusals(planning, [2016, 9, "PRE-01-01", 2, 4], validated=True)
        assert told.startswith("fila 2 · Numerador: Ya hay una cifra capturada (3 / 4,")
        (told,) = refusals(planning, [2016, 9, "PRE-01-01", 3, 4, "Otra"], validated=True)
        assert "fila 2 · Justificación: La cifra ya está capturada sin justificación" in told

    def test_a_month_that_is_not_asked_for_is_refused_all_the_same(self, planning: Access) -> None:
        (told,) = refusals(planning, [2016, 8, "PRE-01-02", 1, 1], validated=True)
        assert told.startswith("fila 2 · Mes")

    @pytest.mark.parametrize(
        ("pair", "words", "kept"),
        [
            ((0, 0), "", (NoActivity.NOT_RECORDED, "")),
            ((0, 0), "migrado; no consta", (NoActivity.NOT_RECORDED, "")),
            ((0, 0), "Sin demanda: cerró la ventanilla", (NoActivity.NO_DEMAND, "cerró la ventanilla")),
            ((0, 0), "cerró la ventanilla", (NoActivity.NOT_RECORDED, "cerró la ventanilla")),
            ((5, 4), "", ("", "migrado; no consta")),
            ((5, 0), "", ("", "migrado; no consta")),
            ((5, 4), "Rezago de 2013", ("", "Rezago de 2013")),
            ((3, 4), "", ("", "")),
        ],
    )
    def test_words_that_are_not_on_record_are_not_invented(
        self, pair: tuple[int, int], words: str, kept: tuple[str, str], planning: Access
    ) -> None:
        run(planning, [2016, 9, "PRE-01-01", *pair, words], validated=True)
        row = row_of()
        assert (row.validated_no_activity, row.validated_justification) == kept
        assert (row.no_activity, row.justification) == kept
        again = run(planning, [2016, 9, "PRE-01-01", *pair, words], validated=True)
        assert again.summary.startswith("Sin cambios")

    def test_nobody_who_captures_says_that_it_is_not_on_record(self, enlace: Access) -> None:
        (told,) = refusals(enlace, [2016, 9, "PRE-01-01", 0, 0, "migrado; no consta"])
        assert told.startswith("fila 2 · Justificación: 0/0 lleva su motivo")
        with pytest.raises(IntegrityError, match="measurement_reason_on_record"), transaction.atomic():
            measured("PRE-01-01", 9, 0, 0, State.SUBMITTED, no_activity=NoActivity.NOT_RECORDED)

    def test_twice_says_no_changes(self, planning: Access) -> None:
        run(planning, [2016, 9, "PRE-01-01", 3, 4], validated=True)
        assert run(planning, [2016, 9, "PRE-01-01", 3, 4], validated=True).summary.startswith("Sin cambios")


def test_the_rows_come_back_with_their_errors(enlace: Access) -> None:
    parsed = read([2016, 9, "PRE-01-01", 3, 4], [2016, 9, "PRE-09-01", "1.50", 4, "-x"])
    outcome = measurement_workbook.preview(access=enlace, parsed=parsed, now=NOW)
    file = io.BytesIO()
    measurement_workbook.write_errors(parsed, outcome.errors, file)
    sheet = list(openpyxl.load_workbook(file).active.values)
    assert sheet[0] == (*COLUMNS, "Errores")
    assert sheet[1][-1] is None
    assert sheet[2][2:] == (
        "PRE-09-01",
        "1.50",
        4,
        "-x",
        "Clave del indicador: «PRE-09-01» no es un indicador del ejercicio 2016.",
    )


class TestCommand:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "capturas.xlsx"
        path.write_bytes(workbook([2016, 9, "PRE-01-01", 3, 4], [2016, 1, "PRE-01-01", 0, 0, "sin demanda"]))
        return path

    def test_done(self, file: Path, people: dict[str, User], capsys: pytest.CaptureFixture[str]) -> None:
        call_command("import_measurements", str(file), "--user", "planning", "--validated")
        assert capsys.readouterr().out == "2 se agregan, 0 cambian, 0 quedan igual, 0 con error, 0 sin captura.\n"
        assert row_of().source_sha256 == hashlib.sha256(file.read_bytes()).hexdigest()

    def test_dry_run_writes_nothing(self, file: Path, people: dict[str, User], capsys: Any) -> None:
        call_command("import_measurements", str(file), "--user", "planning", "--dry-run")
        assert capsys.readouterr().out.splitlines() == [
            "fila 2 · PRE-01-01 septiembre 2016: sin captura → 3 / 4 (enviado)",
            "fila 3 · PRE-01-01 enero 2016: sin captura → 0 / 0 (enviado)",
            "2 se agregan, 0 cambian, 0 quedan igual, 0 con error, 0 sin captura.",
            "Ensayo: no se escribió nada.",
        ]
        assert not Measurement.objects.exists()

    @pytest.mark.parametrize("dry_run", [True, False])
    def test_a_file_with_errors_ends_with_1(
        self, dry_run: bool, tmp_path: Path, people: dict[str, User], capsys: Any
    ) -> None:
        path = tmp_path / "mal.csv"
        path.write_text("Ejercicio,Mes,Clave del indicador,Numerador,Denominador\n2016,9,PRE-01-01,cien,4\n")
        with pytest.raises(CommandError) as stopped:
            call_command("import_measurements", str(path), "--user", "liaison", dry_run=dry_run)
        assert stopped.value.returncode == 1
        assert capsys.readouterr().out == "fila 2 · Numerador: «cien» no es un número\n"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--user", "nadie"], "No hay una persona activa"),
            (["--user", "inactiva"], "No hay una persona activa"),
            (["--user", "liaison", "--validated"], "Solo Planeación"),
        ],
    )
    def test_a_wrong_call_ends_with_2(
        self, arguments: list[str], said: str, file: Path, people: dict[str, User]
    ) -> None:
        make_user("inactiva", Role.PLANNING, is_active=False)
        with pytest.raises(CommandError, match=said) as stopped:
            call_command("import_measurements", str(file), *arguments)
        assert stopped.value.returncode == 2

    def test_a_file_that_is_not_there_ends_with_2(self, tmp_path: Path, people: dict[str, User]) -> None:
        with pytest.raises(CommandError, match="No se puede leer") as stopped:
            call_command("import_measurements", str(tmp_path / "no.xlsx"), "--user", "planning")
        assert stopped.value.returncode == 2
