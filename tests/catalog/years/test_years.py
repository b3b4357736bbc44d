"""The fiscal years: how they stand, opening an empty one, locking with what is pending known, opening again."""

import threading
from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from catalog.years.lifecycle import lock_year, pending_of
from core.models import TrailEntry
from indicators.models import CorrectionRequest, Measurement, Period, State
from indicators.services import MonthNotOpen, NotAllowed, ServiceError
from programs.models import FiscalYear, Plan, YearReopening
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
from tests.indicators.test_concurrency import PATIENCE
from tests.indicators.town import make_town
from tests.support.pages import words_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
LIST, NEW = "/catalogo/ejercicios/", "/catalogo/ejercicios/nuevo/"
LOCK, UNLOCK = "/catalogo/ejercicios/2016/cerrar/", "/catalogo/ejercicios/2016/abrir/"


@pytest.fixture
@shared
def year() -> FiscalYear:
    """A year of which much is undone."""
    made = make_year(2016)
    indicator = make_indicator(make_program(made), frequency=3)
    make_measurement(indicator, 3, 1, 2)
    make_measurement(indicator, 6, 1, 2, State.SUBMITTED)
    returned = make_measurement(indicator, 9, 1, 2, State.RETURNED)
    CorrectionRequest.objects.create(
        measurement=returned, reason="Falta", requested_by=returned.updated_by, requested_at=NOW
    )
    Period.objects.filter(fiscal_year=made, month__lte=5).update(closed_on=date(2016, 6, 30))
    return made


def done(client: Client, path: str, **typed: Any) -> Any:
    """Send the page's form as it is shown, with what is typed."""
    form = client.get(path).context["form"]
    shown = {name: form[name].value() or "" for name in form.fields}
    return client.post(path, {**shown, **typed}, follow=True)


def test_the_list_says_how_each_year_stands(year: FiscalYear, planning: Client) -> None:
    make_year(2017)
    page = words_of(planning.get(LIST))
    assert "1 observada, 1 por validar, 1 validada" in page and "1 programa, 1 indicador" in page
    assert "7 abiertos, 5 cerrados" in page and "ninguna todavía" in page
    assert "Comparar 2017 con 2016" in page and "2,016" not in page


def test_the_list_asks_the_same_number_of_queries_for_many(year: FiscalYear, planning: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            planning.get(LIST)
        return len(captured)

    few = queries()
    for number in range(2017, 2022):
        make_program(make_year(number))
    assert queries() == few


def test_without_any_year_the_first_step_is_offered(planning: Client) -> None:
    assert "Todavía no hay ningún ejercicio" in words_of(planning.get(LIST))
    assert planning.get(NEW).status_code == 200


class TestOpening:
    def test_an_empty_year_has_its_twelve_months(self, year: FiscalYear, planning: Client) -> None:
        page = done(planning, NEW, year="2018", historical="no")
        assert "Se abrió el ejercicio 2018" in words_of(page)
        made = FiscalYear.objects.get(year=2018)
        assert made.plan == year.plan and made.periods.count() == 12
        entry = TrailEntry.objects.get(subject_type="programs.fiscalyear", action="abrir ejercicio")
        assert entry.changes["year"] == [None, 2018]

    def test_in_a_new_plan(self, year: FiscalYear, planning: Client) -> None:
        plan = {"plan": "nuevo", "plan_name": "PMD 2019-2021", "plan_start": "2019", "plan_end": "2021"}
        done(planning, NEW, year="2019", historical="no", **plan)
        assert FiscalYear.objects.get(year=2019).plan == Plan.objects.get(name="PMD 2019-2021")

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"year": "2016"}, "El ejercicio 2016 ya existe."),
            ({"year": "2030"}, "Ningún plan abarca 2030"),
            ({"year": "20"}, "El año va de 1900 a 2200."),
            ({"year": "2017.5"}, "El año son cuatro cifras"),
        ],
    )
    def test_bad_input(self, typed: dict[str, str], said: str, year: FiscalYear, planning: Client) -> None:
        assert said in words_of(done(planning, NEW, **typed))
        assert FiscalYear.objects.count() == 1


class TestLocking:
    def test_what_is_pending_is_told_and_must_be_known(self, year: FiscalYear, planning: Client) -> None:
        page = words_of(planning.get(LOCK))
        for said in (
            "2 cifras que no se han enviado",
            "1 cifra observada sin corregir",
            "1 cifra enviada sin validar",
            "1 solicitud de corrección sin responder",
            "7 meses sin cerrar",
        ):
            assert said in page
        refused = done(planning, LOCK, reason="Cuenta pública")
        assert "Marque que sabe lo que queda sin hacer" in words_of(refused)
        year.refresh_from_db()
        assert not year.locked

    def test_locked_it_takes_nothing_and_says_by_whom(self, year: FiscalYear, planning: Client, officer: User) -> None:
        assert "quedó cerrado" in words_of(done(planning, LOCK, reason="Cuenta pública", known="on"))
        year.refresh_from_db()
        assert year.locked
        entry = TrailEntry.objects.get(action="cerrar ejercicio")
        assert (entry.actor, entry.reason, entry.changes["locked"]) == (officer, "Cuenta pública", [False, True])
        assert "7 meses sin cerrar" in entry.changes["pending"][1]
        assert "por Ana Ruiz: Cuenta pública" in words_of(planning.get(LIST))
        assert "está cerrado" in words_of(planning.get("/2016/calendario/"))
        assert "ya está cerrado" in words_of(planning.get(LOCK))
        with pytest.raises(ServiceError, match="ya estaba cerrado"):
            lock_year(access=access_of(officer), fiscal_year=year, reason="x", seen="", now=NOW)

    def test_nothing_pending_asks_for_nothing_but_the_reason(self, planning: Client) -> None:
        empty = make_year(2016)
        Period.objects.filter(fiscal_year=empty).update(closed_on=date(2017, 1, 31))
        assert "No queda nada pendiente" in words_of(planning.get(LOCK))
        assert "Escriba por qué se cierra" in words_of(done(planning, LOCK, reason=" "))
        done(planning, LOCK, reason="Terminó")
        assert TrailEntry.objects.get(action="cerrar ejercicio").changes == {"locked": [False, True]}

    def test_what_changed_meanwhile_is_read_again(self, year: FiscalYear, planning: Client) -> None:
        form = planning.get(LOCK).context["form"]
        old = {"seen": form["seen"].value(), "reason": "Cuenta pública", "known": "on"}
        make_measurement(make_indicator(year.programs.get()), 1, 1, 2, State.DRAFT)
        again = planning.post(LOCK, old)
        assert "Lo pendiente cambió mientras usted lo leía" in words_of(again)
        assert "1 borrador sin enviar" in words_of(again)
        fields = again.context["form"]
        assert planning.post(LOCK, {**old, "seen": fields["seen"].value()}).status_code == 302

    def test_opened_again_by_two_people_with_a_reason(self, year: FiscalYear, planning: Client, officer: User) -> None:
        assert "está abierto" in words_of(planning.get(UNLOCK))
        done(planning, LOCK, reason="Cuenta pública", known="on")
        assert "Escriba por qué se abre" in words_of(done(planning, UNLOCK, reason=""))
        assert "falta que otra persona" in words_of(done(planning, UNLOCK, reason="Auditoría"))
        own = planning.get(UNLOCK)
        assert "Usted lo pidió" in words_of(own) and "Confirmar y abrir" not in words_of(own)
        assert "Usted pidió abrirlo" in words_of(planning.post(UNLOCK, {"act": "confirmar"}))
        year.refresh_from_db()
        assert year.locked
        assert "por Ana Ruiz: Auditoría" in words_of(planning.get(LIST))

        colleague = make_user("colega", Role.PLANNING, first_name="Luis", last_name="Díaz")
        planning.force_login(colleague)
        assert "Lo pidió Ana Ruiz" in words_of(planning.get(UNLOCK))
        page = planning.post(UNLOCK, {"act": "confirmar"}, follow=True)
        assert "está abierto de nuevo" in words_of(page)
        year.refresh_from_db()
        assert not year.locked
        asked, opened = (
            TrailEntry.objects.filter(action__contains="abrir").exclude(action="abrir ejercicio").order_by("id")
        )
        assert (asked.action, asked.actor, asked.reason) == ("pedir abrir el ejercicio", officer, "Auditoría")
        assert (opened.action, opened.actor) == ("abrir de nuevo el ejercicio", colleague)
        assert opened.changes["asked_by"] == [None, "Ana Ruiz"] and opened.changes["confirmed_by"] == [
            None,
            "Luis Díaz",
        ]
        # Locked again, one act does not open it twice.
        done(planning, LOCK, reason="Terminó", known="on")
        assert "Pedir que se abra 2016" in words_of(planning.get(UNLOCK))

    def test_the_instrument_stays_with_what_was_asked_and_done(
        self, year: FiscalYear, planning: Client, officer: User
    ) -> None:
        done(planning, LOCK, reason="Cuenta pública", known="on")
        done(planning, UNLOCK, reason="Auditoría", instrument="Oficio 12/2016")
        asked = YearReopening.objects.get()
        assert asked.instrument == "Oficio 12/2016"
        with pytest.raises(IntegrityError, match="no se modifica"), transaction.atomic():
            YearReopening.objects.update(instrument="Oficio 13")
        planning.force_login(make_user("colega", Role.PLANNING))
        assert "Oficio 12/2016" in words_of(planning.get(UNLOCK))
        assert "Auditoría (Oficio 12/2016)" in words_of(planning.get("/catalogo/por-confirmar/"))
        planning.post(UNLOCK, {"act": "confirmar"})
        cited = TrailEntry.objects.filter(changes__instrument__1="Oficio 12/2016").order_by("id")
        assert [entry.action for entry in cited] == ["pedir abrir el ejercicio", "abrir de nuevo el ejercicio"]

    def test_a_colleague_says_no(self, year: FiscalYear, planning: Client) -> None:
        done(planning, LOCK, reason="Cuenta pública", known="on")
        done(planning, UNLOCK, reason="Auditoría")
        planning.force_login(make_user("raiz", is_superuser=True))
        assert "sigue cerrado" in words_of(planning.post(UNLOCK, {"act": "retirar"}, follow=True))
        assert planning.post(UNLOCK, {"act": "confirmar"}).status_code == 200
        year.refresh_from_db()
        assert year.locked and TrailEntry.objects.filter(action="retirar la petición de abrir").exists()

    def test_where_nobody_else_is_there_the_server_confirms(self, year: FiscalYear, planning: Client) -> None:
        with pytest.raises(CommandError, match="Nadie ha pedido abrir de nuevo el ejercicio 2016"):
            call_command("confirm_reopening", "2016")
        done(planning, LOCK, reason="Cuenta pública", known="on")
        done(planning, UNLOCK, reason="Auditoría")
        call_command("confirm_reopening", "2016", stdout=(out := StringIO()))
        assert "abierto de nuevo. Lo pidió Ana Ruiz: Auditoría" in out.getvalue()
        year.refresh_from_db()
        entry = TrailEntry.objects.get(action="abrir de nuevo el ejercicio")
        assert not year.locked and entry.actor is None and "por comando" in entry.changes["confirmed_by"][1]

    def test_how_much_is_asked_does_not_grow(self, year: FiscalYear) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                pending_of(year, now=NOW)
            return len(captured)

        few = queries()
        for number in range(10, 20):
            make_indicator(make_program(year, f"Z{chr(number + 60)}-01"))
        assert queries() == few


@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_only_planning(role: str, year: FiscalYear, client: Client) -> None:
    person = make_people(make_department())[role]
    client.force_login(person)
    for path in (LIST, NEW, LOCK, UNLOCK):
        assert client.get(path).status_code == (200 if role == "comptroller" and path == LIST else 404), path
    assert client.post(LOCK, {"reason": "x", "known": "on", "seen": "0"}).status_code == 404
    with pytest.raises(NotAllowed):
        lock_year(access=access_of(person), fiscal_year=year, reason="x", seen="", now=NOW)


class TestTheDatabaseToo:
    def test_a_locked_year_takes_no_figure(self, year: FiscalYear) -> None:
        row = Measurement.objects.filter(state=State.SUBMITTED).get()
        FiscalYear.objects.update(locked=True)
        with pytest.raises(IntegrityError, match="ya no admite cambios"), transaction.atomic():
            Measurement.objects.filter(pk=row.pk).update(numerator=2)
        with pytest.raises(IntegrityError, match="ya no admite cambios"), transaction.atomic():
            make_measurement(row.indicator, 12, 1, 2)

    def test_its_thresholds_are_frozen(self, year: FiscalYear) -> None:
        FiscalYear.objects.update(locked=True)
        for field, value in (("green_from", 95), ("amber_from", 60), ("over_above", 120), ("missing_as_zero", True)):
            with pytest.raises(IntegrityError, match="sus umbrales ya no cambian"), transaction.atomic():
                FiscalYear.objects.update(**{field: value})
        with pytest.raises(IntegrityError, match="dos personas"), transaction.atomic():
            FiscalYear.objects.update(locked=False)

    def test_so_is_what_its_descending_indicators_enter_with(self, year: FiscalYear) -> None:
        FiscalYear.objects.update(descending_enters_as="percentage", locked=True)
        with pytest.raises(IntegrityError, match="la regla de sus descendentes ya no cambia"), transaction.atomic():
            FiscalYear.objects.update(descending_enters_as="compliance")
        make_year(2017)
        with pytest.raises(IntegrityError, match="fiscal_year_enters_as_known"), transaction.atomic():
            FiscalYear.objects.filter(year=2017).update(descending_enters_as="other")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="concurrent writers are judged on PostgreSQL")
def test_whoever_is_saving_ends_before_the_year_is_locked_and_nobody_after() -> None:
    town = make_town(2)
    officer = access_of(town.people["planning"])
    seen = pending_of(town.year, now=NOW).token

    def lock(token: str) -> FiscalYear:
        return lock_year(access=officer, fiscal_year=town.year, reason="Fin", seen=token, now=NOW)

    with transaction.atomic():
        town.save(town.pair(1, 4))
        locking, told = _meanwhile(lambda: lock(seen))
        assert locking.is_alive()
    locking.join(PATIENCE)
    # What was being saved is part of what is undone, and the officer is told.
    assert "Lo pendiente cambió" in str(told[0])
    with transaction.atomic():
        lock(pending_of(town.year, now=NOW).token)
        saving, told = _meanwhile(lambda: town.save(town.pair(3, 4, 1)))
        assert saving.is_alive()
    saving.join(PATIENCE)
    # It read the year before it was locked, and waited.
    assert isinstance(told[0], MonthNotOpen) and "ya no admite cambios" in str(told[0])
    assert Measurement.objects.count() == 1


def _meanwhile(act: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Begin it in another connection and give it half a second; what it returns or raises comes into the list."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(act())
        except Exception as error:
            outcome.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(0.5)
    return thread, outcome
