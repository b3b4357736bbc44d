"""The workbook «Capturas» checked against what is stored, and applied by people and by planning."""

from collections.abc import Sequence
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Access
from accounts.models import Role, User
from core.models import TrailEntry
from indicators import workbook
from indicators.models import Indicator, Measurement, Observation, Origin, Period, State
from indicators.workbook import Preview, Stale, writing
from programs.models import FiscalYear
from tests.factories import (
    NOW,
    access_of,
    make_department,
    make_indicator,
    make_program,
    make_user,
)
from tests.indicators.workbook.sheets import Row, measured, read, refusals, row_of, run


class TestSubmitting:
    def test_a_new_pair_is_submitted(self, enlace: Access) -> None:
        parsed = read([2016, 9, "PRE-01-01", 3, 4])
        preview = workbook.preview(access=enlace, parsed=parsed, now=NOW)
        assert [str(change) for change in preview.changes] == [
            "fila 2 · PRE-01-01 septiembre 2016: sin captura → 3 / 4 (enviado)"
        ]
        assert not Measurement.objects.exists()

        workbook.apply(access=enlace, parsed=parsed, now=NOW)
        row = row_of()
        assert (row.state, row.numerator, row.denominator, row.version) == (State.SUBMITTED, 3, 4, 1)
        assert (row.origin, row.source_sha256) == (Origin.WORKBOOK, parsed.source.sha256)
        assert (row.submitted_at, row.late, row.updated_by) == (NOW, False, enlace.user)
        assert list(row.changed_by.all()) == [enlace.user]
        assert row.validated_numerator is None

    def test_its_trail_says_who_what_and_from_which_file(self, enlace: Access) -> None:
        parsed = read([2016, 9, "PRE-01-01", 3, 4])
        workbook.apply(access=enlace, parsed=parsed, now=NOW)
        entry = TrailEntry.objects.get(subject_type="indicators.measurement")
        assert (entry.action, entry.actor, entry.capacity, entry.at) == ("importar", enlace.user, "Enlace", NOW)
        assert entry.subject_id == row_of().pk
        assert entry.scope_id == make_department("PRE").pk
        assert entry.changes["numerator"] == [None, "3.0000"]
        assert parsed.source.sha256 in entry.reason

    def test_importing_twice_changes_nothing_and_says_so(self, enlace: Access) -> None:
        rows = [[2016, 9, "PRE-01-01", 3, 4], [2016, 8, "PRE-01-01", 0, 0, "sin demanda"], [2016, 7, "PRE-01-01"]]
        first = run(enlace, *rows)
        assert (first.added, first.changed, first.unchanged, first.blank) == (2, 0, 0, 1)
        entries = TrailEntry.objects.count()
        again = run(enlace, *rows)
        assert again.summary == "Sin cambios: 2 ya estaban igual, 1 sin captura."
        assert TrailEntry.objects.count() == entries
        assert row_of().version == 1

    def test_late_is_against_the_due_date(self, enlace: Access) -> None:
        run(enlace, [2016, 7, "PRE-01-01", 3, 4])
        assert row_of(month=7).late

    def test_a_draft_is_changed_and_submitted(self, enlace: Access) -> None:
        measured("PRE-01-01", 9, 1, None, State.DRAFT)
        outcome = run(enlace, [2016, 9, "PRE-01-01", 3, 4])
        assert [str(change) for change in outcome.changes] == [
            "fila 2 · PRE-01-01 septiembre 2016: 1 / — (borrador) → 3 / 4 (enviado)"
        ]
        assert (row_of().state, row_of().numerator, row_of().version) == (State.SUBMITTED, 3, 2)

    def test_a_draft_with_the_same_pair_keeps_its_words(self, enlace: Access) -> None:
        measured("PRE-01-01", 9, 5, 4, State.DRAFT, justification="Rezago de agosto")
        run(enlace, [2016, 9, "PRE-01-01", 5, 4])
        assert (row_of().state, row_of().justification) == (State.SUBMITTED, "Rezago de agosto")

    def test_a_returned_figure_is_corrected_and_its_observation_attended(self, enlace: Access) -> None:
        row = measured("PRE-01-01", 9, 1, 4, State.RETURNED, returned_at=NOW)
        Observation.objects.create(measurement=row, text="Revise", author=enlace.user, created_at=NOW)
        run(enlace, [2016, 9, "PRE-01-01", 3, 4])
        assert row_of().state == State.SUBMITTED
        assert row.observations.get().resolved_at == NOW

    def test_zero_over_zero_with_its_reason(self, enlace: Access) -> None:
        run(enlace, [2016, 9, "PRE-01-01", 0, 0, "Sin demanda: contingencia"])
        assert (row_of().no_activity, row_of().justification) == ("no_demand", "contingencia")

    def test_a_file_of_nothing_but_empty_pairs_changes_nothing(self, enlace: Access) -> None:
        assert run(enlace, [2016, 9, "PRE-01-01"]).summary == "Sin cambios: 0 ya estaban igual, 1 sin captura."
        assert not Measurement.objects.exists()


class TestRefusals:
    def test_every_kind_at_once_and_nothing_is_written(self, enlace: Access) -> None:
        measured("PRE-01-01", 6, 1, 4, State.SUBMITTED)
        measured("PRE-01-01", 5, 1, 4, State.VALIDATED)
        Period.objects.filter(month=4).update(closed_on=date(2016, 5, 20))
        found = refusals(
            enlace,
            [2016, 9, "PRE-01-01", 3, 4],
            [2019, 9, "PRE-01-01", 3, 4],
            [2016, 9, "PRE-09-01", 3, 4],
            [2016, 9, "SPM-01-01", 3, 4],
            [2016, 8, "PRE-01-02", 3, 4],
            [2016, 8, "PRE-01-01", 3, None],
            [2016, 7, "PRE-01-01", None, 4],
            [2016, 3, "PRE-01-01", 0, 0, "no hubo"],
            [2016, 2, "PRE-01-01", 5, 4],
            [2016, 1, "PRE-01-01", 3, 0],
            [2016, 6, "PRE-01-01", 3, 4],
            [2016, 5, "PRE-01-01", 3, 4],
            [2016, 4, "PRE-01-01", 3, 4],
            [2016, 11, "PRE-01-01", 3, 4],
            [2016, 12, "PRE-01-01", "cien", 4],
        )
        sent = "Para cambiarla, pida a su director que la devuelva o la corrección a Planeación"
        assert found == [
            "fila 3 · Ejercicio: No existe el ejercicio 2019",
            "fila 4 · Clave del indicador: «PRE-09-01» no es un indicador del ejercicio 2016",
            "fila 5 · Clave del indicador: «SPM-01-01» es de Servicios Públicos: usted no puede capturarlo",
            "fila 6 · Mes: PRE-01-02 no corresponde a agosto: se captura de forma trimestral",
            "fila 7 · Denominador: Falta el denominador",
            "fila 8 · Numerador: Falta el numerador",
            "fila 9 · Justificación: 0/0 lleva su motivo: empiece la justificación con «sin demanda», "
            "«nada programado» o «suspendido»",
            "fila 10 · Justificación: El numerador supera al denominador: explique por qué",
            "fila 11 · Justificación: No hubo denominador: explique por qué",
            f"fila 12 · Numerador: La cifra ya está en 1 / 4 (enviado). {sent}",
            f"fila 13 · Numerador: La cifra ya está en 1 / 4 (validado). {sent}",
            "fila 14 · Mes: Abril se cerró el 20/05/2016. Si necesita capturar, pida una prórroga a Planeación "
            "(planning, planning@durango.example)",
            "fila 15 · Mes: Noviembre abre el 01/11/2016",
            "fila 16 · Numerador: «cien» no es un número",
        ]

    @pytest.mark.parametrize("who", ["reader", "comptroller"])
    def test_who_may_not_capture(self, who: str, people: dict[str, User]) -> None:
        assert refusals(access_of(people[who]), [2016, 9, "PRE-01-01", 3, 4]) == [
            "fila 2 · Clave del indicador: «PRE-01-01» es de Presidencia Municipal: usted no puede capturarlo"
        ]

    def test_another_departments_people(self, people: dict[str, User]) -> None:
        other = access_of(make_user("otro", Role.DIRECTOR, make_department("SPM")))
        assert len(refusals(other, [2016, 9, "PRE-01-01", 3, 4])) == 1
        run(other, [2016, 9, "SPM-01-01", 3, 4])

    def test_a_locked_year_takes_nothing_not_even_from_planning(self, year: FiscalYear, planning: Access) -> None:
        FiscalYear.objects.update(locked=True)
        assert refusals(planning, [2016, 9, "PRE-01-01", 3, 4]) == [
            "fila 2 · Mes: El ejercicio 2016 está cerrado y ya no admite cambios"
        ]

    def test_the_same_figure_in_a_closed_month_changes_nothing_and_is_no_error(self, enlace: Access) -> None:
        measured("PRE-01-01", 4, 3, 4, State.VALIDATED)
        Period.objects.filter(month=4).update(closed_on=date(2016, 5, 20))
        assert run(enlace, [2016, 4, "PRE-01-01", 3, 4]).unchanged == 1


class TestDrafts:
    """The same checks, but what a draft lacks does not stop it."""

    def draft(self, access: Access, *rows: Row) -> Preview:
        return workbook.apply(access=access, parsed=read(*rows), now=NOW, record_as=State.DRAFT)

    def test_what_is_lacking_is_said_and_not_refused(self, enlace: Access) -> None:
        outcome = self.draft(enlace, [2016, 9, "PRE-01-01", 5, 4], [2016, 8, "PRE-01-01", 0, 0])
        assert [change.lacks[0].split(":")[0] for change in outcome.changes] == [
            "El numerador supera al denominador",
            "0/0 lleva su motivo",
        ]
        assert (row_of().state, row_of().submitted_at, row_of(month=8).no_activity) == (State.DRAFT, None, "")

    def test_a_draft_enters_the_trail_as_imported_also_when_it_is_then_submitted(self, enlace: Access) -> None:
        self.draft(enlace, [2016, 9, "PRE-01-01", 3, 4])
        run(enlace, [2016, 9, "PRE-01-01", 3, 4])
        entries = TrailEntry.objects.filter(subject_type="indicators.measurement")
        assert [entry.action for entry in entries.order_by("id")] == ["importar", "importar"]

    def test_an_unsettled_pair_with_the_same_words_stays(self, enlace: Access) -> None:
        rows = [[2016, 9, "PRE-01-01", 0, 0, "Sin demanda: feriado"], [2016, 8, "PRE-01-01", 1, None, "falta"]]
        self.draft(enlace, *rows)
        again = [[2016, 9, "PRE-01-01", 0, 0, "sin demanda: feriado"], rows[1]]
        assert self.draft(enlace, *again).unchanged == 2

    def test_only_what_was_previewed_is_written(self, enlace: Access) -> None:
        parsed = read([2016, 9, "PRE-01-01", 3, 4])
        seen = workbook.preview(access=enlace, parsed=parsed, now=NOW, record_as=State.DRAFT).fingerprint
        measured("PRE-01-01", 9, 1, 4, State.DRAFT)
        with pytest.raises(Stale) as refused:
            workbook.apply(access=enlace, parsed=parsed, now=NOW, record_as=State.DRAFT, previewed=seen)
        assert refused.value.preview.changes[0].before == "1 / 4 (borrador)" and row_of().numerator == 1

    def test_what_is_unusual_is_refused_only_to_whoever_submits(self, enlace: Access) -> None:
        rows = [[2016, month, "PRE-01-01", 1, 20] for month in (6, 7, 8)] + [[2016, 9, "PRE-01-01", 19, 20]]
        assert [line.split(":")[0] for line in refusals(enlace, *rows)] == ["fila 5 · Justificación"]
        assert self.draft(enlace, *rows).changes[-1].lacks


class TestPlanning:
    def test_records_in_a_closed_month_and_for_any_department(self, planning: Access) -> None:
        Period.objects.update(closed_on=date(2016, 10, 1))
        run(planning, [2016, 9, "PRE-01-01", 3, 4], [2016, 12, "SPM-01-01", 3, 4])
        assert Measurement.objects.filter(state=State.SUBMITTED).count() == 2

    def test_a_correction_stands_beside_the_validated_pair(self, planning: Access) -> None:
        measured("PRE-01-01", 9, 1, 4, State.VALIDATED)
        run(planning, [2016, 9, "PRE-01-01", 3, 4, "La pidió el director, oficio 12"])
        row = row_of()
        assert (row.state, row.numerator, row.validated_numerator) == (State.SUBMITTED, 3, 1)
        entry = TrailEntry.objects.get(action="corregir")
        assert entry.reason.startswith("La pidió el director, oficio 12 (archivo «capturas.xlsx»")
        assert planning.user in row.changed_by.all()

    def test_a_correction_without_reason_is_refused(self, planning: Access) -> None:
        measured("PRE-01-01", 9, 1, 4, State.VALIDATED)
        assert refusals(planning, [2016, 9, "PRE-01-01", 3, 4]) == [
            "fila 2 · Justificación: Cambia la cifra 1 / 4 (validado): escriba el motivo de la corrección"
        ]

    def test_when_migrated_figures_were_sent_is_not_known(self, planning: Access) -> None:
        """Of those that somebody sent before it is, and a correction afterwards does not make it known."""
        measured("PRE-01-01", 8, 3, 4, State.SUBMITTED, submitted_at=NOW, late=True)
        rows = [[2016, month, "PRE-01-01", 3, 4] for month in (8, 9)]
        run(planning, *rows, validated=True)
        told = {month: (row_of(month=month).undated, row_of(month=month).late) for month in (8, 9)}
        assert told == {8: (False, True), 9: (True, False)}
        run(planning, [2016, 9, "PRE-01-01", 2, 4, "La pidió el director, oficio 12"])
        assert row_of().state == State.SUBMITTED and row_of().undated and not row_of().late

    def test_those_of_before_are_found_in_the_trail(self, planning: Access) -> None:
        measured("PRE-01-01", 8, 3, 4, State.SUBMITTED, submitted_at=NOW)
        run(planning, *([2016, month, "PRE-01-01", 3, 4] for month in (8, 9)), validated=True)
        run(planning, [2016, 7, "PRE-01-01", 3, 4])
        Measurement.objects.update(undated=False)
        migration = import_module("indicators.migrations.0016_undated_of_the_trail")
        migration.read_from_the_trail(apps, None)
        assert [row_of(month=month).undated for month in (7, 8, 9)] == [False, False, True]

    def test_a_superuser_counts_as_planning(self, people: dict[str, User]) -> None:
        run(access_of(make_user("root", is_superuser=True)), [2016, 9, "PRE-01-01", 3, 4], validated=True)
        assert row_of().state == State.VALIDATED


def test_a_figure_that_asks_for_evidence_is_not_submitted_without_it(enlace: Access, planning: Access) -> None:
    Indicator.objects.filter(code="PRE-01-01").update(requires_evidence=True)
    assert "Falta la evidencia" in " ".join(refusals(enlace, [2016, 9, "PRE-01-01", 3, 4]))
    # What earlier years left behind as validated is not asked for files.
    run(planning, [2016, 9, "PRE-01-01", 3, 4], validated=True)
    assert row_of().state == State.VALIDATED


def test_a_crash_half_way_leaves_everything_as_it_was(enlace: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    measured("PRE-01-01", 8, 1, 4, State.DRAFT)
    entries = TrailEntry.objects.count()

    def crash(_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(writing.trail, "write", crash)
    with pytest.raises(RuntimeError):
        run(enlace, [2016, 9, "PRE-01-01", 3, 4], [2016, 8, "PRE-01-01", 3, 4])
    assert Measurement.objects.count() == 1
    assert row_of(month=8).numerator == 1
    assert TrailEntry.objects.count() == entries


def test_the_number_of_queries_does_not_grow_with_the_rows(planning: Access, year: FiscalYear) -> None:
    program = make_program(year, "PRE-02")
    for _ in range(40):
        make_indicator(program)

    def cost(months: Sequence[int], indicators: int) -> int:
        rows = [[2016, m, f"PRE-02-{i:02d}", m, 20] for m in months for i in range(1, indicators + 1)]
        for month in months:
            measured("PRE-02-01", month, 1, 20, State.DRAFT)
        with CaptureQueriesContext(connection) as context:
            run(planning, *rows)
        return len(context)

    # From 20 rows on PostgreSQL writes new rows by COPY.
    assert cost([1], 22) == cost([2], 40)
