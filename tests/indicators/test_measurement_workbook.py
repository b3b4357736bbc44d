"""The workbook «Capturas», read, checked, previewed and applied; and its command."""

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import Access
from accounts.models import Role, User
from core.models import TrailEntry
from core.spreadsheets import NO_RESULT
from indicators import import_services, measurement_workbook
from indicators.measurement_workbook import COLUMNS, HasErrors, Parsed, Preview, Stale, parse, split_reason
from indicators.models import MONTH_NAMES, Frequency, Indicator, Measurement, Observation, Origin, Period, State
from indicators.services import NotAllowed
from programs.models import FiscalYear
from tests.factories import (
    NOW,
    access_of,
    make_department,
    make_indicator,
    make_measurement,
    make_people,
    make_program,
    make_user,
    make_year,
)

Row = Sequence[Any]
CODES = st.from_regex(r"[A-ZÑ]{2,6}-[0-9]{2}", fullmatch=True)
AMOUNTS = st.decimals(0, 10**11, places=4)

IN_EXCEL = "(en Excel, con formato de número)"


def workbook(*rows: Row, header: Row = COLUMNS) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Capturas"
    for row in (header, *rows):
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(*rows: Row, header: Row = COLUMNS) -> Parsed:
    return parse(io.BytesIO(workbook(*rows, header=header)), name="capturas.xlsx")


def lines(outcome: Parsed | Preview) -> list[str]:
    return [str(error) for error in outcome.errors]


@pytest.fixture
def year(db: None) -> FiscalYear:
    return make_year()


@pytest.fixture
def people(year: FiscalYear) -> dict[str, User]:
    """PRE-01-01 monthly, PRE-01-02 quarterly, SPM-01-01 of another department; one person of each role in PRE."""
    program = make_program(year, "PRE-01")
    make_indicator(program, "PRE-01-01")
    make_indicator(program, "PRE-01-02", frequency=Frequency.QUARTERLY)
    make_indicator(make_program(year, "SPM-01", department=make_department("SPM", "Servicios Públicos")))
    return make_people(make_department("PRE"))


@pytest.fixture
def enlace(people: dict[str, User]) -> Access:
    return access_of(people["liaison"])


@pytest.fixture
def planning(people: dict[str, User]) -> Access:
    return access_of(people["planning"])


def run(access: Access, *rows: Row, validated: bool = False, now: datetime = NOW) -> Preview:
    return measurement_workbook.apply(access=access, parsed=read(*rows), now=now, record_as=as_state(validated))


def as_state(validated: bool) -> State:
    return State.VALIDATED if validated else State.SUBMITTED


def refusals(access: Access, *rows: Row, validated: bool = False, now: datetime = NOW) -> list[str]:
    """The error lines; asserts that the preview says the same and that nothing was written."""
    before = (Measurement.objects.count(), TrailEntry.objects.count())
    parsed = read(*rows)
    previewed = measurement_workbook.preview(access=access, parsed=parsed, now=now, record_as=as_state(validated))
    with pytest.raises(HasErrors) as refused:
        measurement_workbook.apply(access=access, parsed=parsed, now=now, record_as=as_state(validated))
    assert lines(previewed) == lines(refused.value.preview)
    assert (Measurement.objects.count(), TrailEntry.objects.count()) == before
    return lines(previewed)


def row_of(code: str = "PRE-01-01", month: int = 9) -> Measurement:
    return Measurement.objects.get(indicator__code=code, month=month)


def measured(code: str, month: int, n: Any, d: Any, state: str, **kwargs: Any) -> Measurement:
    return make_measurement(Indicator.objects.get(code=code), month, n, d, state, **kwargs)


class TestParse:
    def test_headers_without_regard_to_case_accents_blanks_or_order(self) -> None:
        header = ["  justificacion", "DENOMINADOR", "numerador ", "clave del indicador*", "MES", "Ejercicio", "Notas"]
        parsed = read(["Rezago", 4, 5, "pre-01-01", "Septiembre", 2016, "x"], header=header)
        assert not parsed.errors
        (row,) = parsed.rows
        assert (row.year, row.month, row.code) == (2016, 9, "PRE-01-01")
        assert (row.numerator, row.denominator, row.words) == (Decimal(5), Decimal(4), "Rezago")

    def test_justification_is_an_optional_column(self) -> None:
        assert not read([2016, 9, "PRE-01-01", 3, 4], header=COLUMNS[:-1]).errors

    def test_every_missing_column_is_named(self) -> None:
        assert lines(read([2016, 9, 3], header=["Ejercicio", "Mes", "Numerador"])) == [
            "El archivo no tiene las columnas «Clave del indicador», «Denominador»."
        ]

    def test_a_column_that_is_there_twice(self) -> None:
        assert lines(read([2016, 9, 9], header=["Ejercicio", "Mes", "mes"])) == [
            "La columna «Mes» está dos veces: deje solo una."
        ]

    @pytest.mark.parametrize("typed", [9, "9", "09", "septiembre", "SEPTIEMBRE", " Septiembre ", "setiembre"])
    def test_months(self, typed: Any) -> None:
        assert read([2016, typed, "PRE-01-01", 3, 4]).rows[0].month == 9

    @pytest.mark.parametrize("typed", ["1,234.5", " 1234.5 ", 1234.5, "１２３４.5"])
    def test_amounts(self, typed: Any) -> None:
        assert read([2016, 9, "PRE-01-01", typed, 4, "x"]).rows[0].numerator == Decimal("1234.5")

    def test_an_empty_pair_is_not_zero(self) -> None:
        (row,) = read([2016, 9, "PRE-01-01", None, None]).rows
        assert row.is_blank and row.numerator is None

    def test_all_errors_of_all_rows_at_once(self) -> None:
        parsed = read(
            [2016, 9, "PRE-01-01", 3, 4],
            ["dos mil", "brumario", None, "cien", -4],
            [None, None, "PRE-01-01", 1, 1],
            [2016, 13, "PRE-01-01", "1e5", "NaN"],
            [2016, 9.5, "PRE-01-01", "3,5", "12345678901234"],
            [2016, date(2016, 9, 1), "PRE-01-01", date(2016, 1, 1), 0.12345],
            [2016, "septiembre", "pre-01-01", 8, 9],
            [2016, 10, "PRE-01-01", "x" * 60, "#DIV/0!"],
        )
        assert lines(parsed) == [
            "fila 3 · Ejercicio: «dos mil» no es un año",
            "fila 3 · Mes: «brumario» no es un mes: escriba de 1 a 12 o su nombre",
            "fila 3 · Clave del indicador: Falta la clave del indicador",
            "fila 3 · Numerador: «cien» no es un número",
            "fila 3 · Denominador: «-4» es negativo: escriba 0 o más",
            "fila 4 · Ejercicio: Falta el ejercicio, por ejemplo 2016",
            "fila 4 · Mes: Falta el mes: escriba de 1 a 12 o su nombre",
            "fila 5 · Mes: «13» no es un mes: escriba de 1 a 12 o su nombre",
            f"fila 5 · Numerador: «1e5» está en notación científica: escriba todas sus cifras {IN_EXCEL}",
            "fila 5 · Denominador: «NaN» no es un número",
            "fila 6 · Mes: «9.5» no es un mes: escriba de 1 a 12 o su nombre",
            "fila 6 · Numerador: «3,5» no es claro: "
            "use punto para los decimales (1.5) y coma solo para los miles (1,500)",
            "fila 6 · Denominador: «12345678901234» es demasiado grande: caben hasta 12 cifras antes del punto",
            "fila 7 · Mes: «2016-09-01» no es un mes: escriba de 1 a 12 o su nombre",
            f"fila 7 · Numerador: «2016-01-01» es una fecha o una hora, no un número: escriba la cantidad {IN_EXCEL}",
            "fila 7 · Denominador: «0.12345» tiene demasiados decimales: caben hasta 4",
            "fila 8 · Clave del indicador: «PRE-01-01» en septiembre ya está en la fila 2",
            "fila 9 · Numerador: El texto es demasiado largo para ser un número",
            "fila 9 · Denominador: «#DIV/0!» es un error de la hoja de cálculo: corrija la fórmula y copie de nuevo",
        ]
        assert [row.number for row in parsed.rows] == [2]

    def test_a_formula_without_its_result_is_not_a_blank(self) -> None:
        parsed = read((2016, 9, "PRE-01-01", "=1+1", 8), (2016, 10, "PRE-01-01", "", ""))
        assert lines(parsed) == [f"fila 2 · Numerador: {NO_RESULT}"]
        assert [row.number for row in parsed.rows] == [3]

    def test_a_percentage_is_not_an_amount(self) -> None:
        book = openpyxl.Workbook()
        book.active.append(COLUMNS)
        book.active.append([2016, 9, "PRE-01-01", 0.75, 1])
        book.active["D2"].number_format = "0%"
        file = io.BytesIO()
        book.save(file)
        file.seek(0)
        assert lines(parse(file, name="x.xlsx")) == [
            "fila 2 · Numerador: «75%» es un porcentaje: escriba la cantidad, el sistema calcula el porcentaje"
        ]

    @pytest.mark.parametrize(
        ("data", "name"), [(b"", "x.xlsx"), (b"%PDF-1.4 ...", "x.xlsx"), (b"PK\x03\x04 nothing", "x.xlsx")]
    )
    def test_what_is_not_a_spreadsheet_is_one_sentence(self, data: bytes, name: str) -> None:
        parsed = parse(io.BytesIO(data), name=name)
        assert len(parsed.errors) == 1 and parsed.errors[0].row == 0

    def test_csv_in_latin_1_with_semicolons(self) -> None:
        text = (
            "Ejercicio;Mes;Clave del indicador;Numerador;Denominador;Justificación\n2016;9;ÑUÑ-01-01;1,234.5;4;Añejo\n"
        )
        parsed = parse(io.BytesIO(text.encode("latin-1")), name="capturas.csv")
        assert not parsed.errors
        assert (parsed.rows[0].code, parsed.rows[0].words) == ("ÑUÑ-01-01", "Añejo")

    @pytest.mark.parametrize(
        ("words", "reason", "rest"),
        [
            ("sin demanda", "no_demand", ""),
            ("Sin  demanda: feriado", "no_demand", "feriado"),
            ("NADA PROGRAMADO.", "not_scheduled", ""),
            ("suspendido – obra (oficio 3)", "suspended", "obra (oficio 3)"),
            ("sin demandas", "", "sin demandas"),
            ("por falta", "", "por falta"),
            ("", "", ""),
        ],
    )
    def test_the_reason_of_zero_over_zero(self, words: str, reason: str, rest: str) -> None:
        assert split_reason(words) == (reason, rest)

    @given(
        st.lists(
            st.lists(
                st.one_of(
                    st.none(),
                    st.text(max_size=50),
                    st.integers(),
                    st.floats(),
                    st.sampled_from(["PRE-01-01", "2016", "9", "mayo", "0", "1,234.5", "#N/A", "=1+1"]),
                ),
                min_size=6,
                max_size=8,
            ),
            max_size=6,
        )
    )
    def test_whatever_the_cells_hold_is_a_row_or_an_error(self, rows: list[list[Any]]) -> None:
        text = io.StringIO()
        csv.writer(text).writerows([COLUMNS, *rows])
        parsed = parse(io.BytesIO(text.getvalue().encode("utf-8", "replace")), name="x.csv")
        for row in parsed.rows:
            assert 1 <= row.month <= 12
            assert 0 <= row.year <= 9999
            for value in (row.numerator, row.denominator):
                assert value is None or 0 <= value < 10**12
        keys = [(row.year, row.month, row.code) for row in parsed.rows]
        assert len(keys) == len(set(keys))
        assert all(re.match(r"fila \d+ · .+: .+", str(error)) for error in parsed.errors if error.row)

    @given(
        st.dictionaries(
            st.tuples(st.integers(2000, 2099), st.integers(1, 12), CODES),
            st.tuples(AMOUNTS, AMOUNTS),
            max_size=5,
        )
    )  # fmt: skip
    def test_what_is_written_is_read_back(self, pairs: dict[tuple[int, int, str], tuple[Decimal, Decimal]]) -> None:
        rows = [[y, MONTH_NAMES[m], code, f"{n:,}", f"{d}"] for (y, m, code), (n, d) in pairs.items()]
        parsed = read(*rows)
        assert not parsed.errors
        assert {(r.year, r.month, r.code): (r.numerator, r.denominator) for r in parsed.rows} == pairs


class TestSubmitting:
    def test_a_new_pair_is_submitted(self, enlace: Access) -> None:
        parsed = read([2016, 9, "PRE-01-01", 3, 4])
        preview = measurement_workbook.preview(access=enlace, parsed=parsed, now=NOW)
        assert [str(change) for change in preview.changes] == [
            "fila 2 · PRE-01-01 septiembre 2016: sin captura → 3 / 4 (enviado)"
        ]
        assert not Measurement.objects.exists()

        measurement_workbook.apply(access=enlace, parsed=parsed, now=NOW)
        row = row_of()
        assert (row.state, row.numerator, row.denominator, row.version) == (State.SUBMITTED, 3, 4, 1)
        assert (row.origin, row.source_sha256) == (Origin.WORKBOOK, parsed.source.sha256)
        assert (row.submitted_at, row.late, row.updated_by) == (NOW, False, enlace.user)
        assert list(row.changed_by.all()) == [enlace.user]
        assert row.validated_numerator is None

    def test_its_trail_says_who_what_and_from_which_file(self, enlace: Access) -> None:
        parsed = read([2016, 9, "PRE-01-01", 3, 4])
        measurement_workbook.apply(access=enlace, parsed=parsed, now=NOW)
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

    def test_a_returned_figure_is_mended_and_its_observation_attended(self, enlace: Access) -> None:
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
        return measurement_workbook.apply(access=access, parsed=read(*rows), now=NOW, record_as=State.DRAFT)

    def test_what_is_lacking_is_said_and_not_refused(self, enlace: Access) -> None:
        outcome = self.draft(enlace, [2016, 9, "PRE-01-01", 5, 4], [2016, 8, "PRE-01-01", 0, 0])
        assert [change.lacks[0].split(":")[0] for change in outcome.changes] == [
            "El numerador supera al denominador", "0/0 lleva su motivo",
        ]  # fmt: skip
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
        seen = measurement_workbook.preview(access=enlace, parsed=parsed, now=NOW, record_as=State.DRAFT).fingerprint
        measured("PRE-01-01", 9, 1, 4, State.DRAFT)
        with pytest.raises(Stale) as refused:
            measurement_workbook.apply(
                access=enlace, parsed=parsed, now=NOW, record_as=State.DRAFT, previewed=seen
            )  # fmt: skip
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

    def test_a_superuser_counts_as_planning(self, people: dict[str, User]) -> None:
        run(access_of(make_user("root", is_superuser=True)), [2016, 9, "PRE-01-01", 3, 4], validated=True)
        assert row_of().state == State.VALIDATED


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

    def test_what_was_submitted_and_never_validated_is_validated(self, planning: Access, enlace: Access) -> None:
        measured("PRE-01-01", 9, 3, 4, State.SUBMITTED, by=enlace.user)
        run(planning, [2016, 9, "PRE-01-01", 3, 4], validated=True)
        assert row_of().state == State.VALIDATED
        assert not row_of().changed_by.exists()

    def test_the_rules_of_a_pair_hold_all_the_same(self, planning: Access) -> None:
        rows = [[2016, 9, "PRE-01-01", 5, 4], [2016, 8, "PRE-01-01", 0, 0], [2016, 8, "PRE-01-02", 1, 1]]
        assert [line.split(":")[0] for line in refusals(planning, *rows, validated=True)] == [
            "fila 2 · Justificación", "fila 3 · Justificación", "fila 4 · Mes",
        ]  # fmt: skip

    def test_twice_says_no_changes(self, planning: Access) -> None:
        run(planning, [2016, 9, "PRE-01-01", 3, 4], validated=True)
        assert run(planning, [2016, 9, "PRE-01-01", 3, 4], validated=True).summary.startswith("Sin cambios")


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

    monkeypatch.setattr(import_services.trail, "write", crash)
    with pytest.raises(RuntimeError):
        run(enlace, [2016, 9, "PRE-01-01", 3, 4], [2016, 8, "PRE-01-01", 3, 4])
    assert Measurement.objects.count() == 1
    assert row_of(month=8).numerator == 1
    assert TrailEntry.objects.count() == entries


def test_the_number_of_queries_does_not_grow_with_the_rows(planning: Access, year: FiscalYear) -> None:
    program = make_program(year, "PRE-02")
    for _ in range(45):
        make_indicator(program)

    def cost(months: Sequence[int], indicators: int) -> int:
        rows = [[2016, m, f"PRE-02-{i:02d}", m, 20] for m in months for i in range(1, indicators + 1)]
        for month in months:
            measured("PRE-02-01", month, 1, 20, State.DRAFT)
        with CaptureQueriesContext(connection) as context:
            run(planning, *rows)
        return len(context)

    # From 20 rows on PostgreSQL writes new rows by COPY.
    assert cost([1], 22) == cost([2], 45)


def test_the_rows_come_back_with_their_errors(enlace: Access) -> None:
    parsed = read([2016, 9, "PRE-01-01", 3, 4], [2016, 9, "PRE-09-01", "1.50", 4, "-x"])
    outcome = measurement_workbook.preview(access=enlace, parsed=parsed, now=NOW)
    file = io.BytesIO()
    measurement_workbook.write_errors(parsed, outcome.errors, file)
    sheet = list(openpyxl.load_workbook(file).active.values)
    assert sheet[0] == (*COLUMNS, "Errores")
    assert sheet[1][-1] is None
    assert sheet[2][2:] == (
        "PRE-09-01", "1.50", "4", "-x", "Clave del indicador: «PRE-09-01» no es un indicador del ejercicio 2016.",
    )  # fmt: skip


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
