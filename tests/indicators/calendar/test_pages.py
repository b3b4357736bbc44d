"""The calendar's pages: who sees what, planning's changes, and what is typed wrong."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from core.database_rules import pick
from core.models import TrailEntry
from indicators.database_rules import RULES
from indicators.models import DayOff, Extension, Period, State
from tests.factories import make_department, make_indicator, make_measurement, make_program, signed_in
from tests.indicators.town import Town, make_town
from tests.support.owner import past
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
CALENDAR = "/2016/calendario/"
MONTH = "/2016/calendario/9/"
EXTENSION = "/2016/calendario/prorrogas/nueva/"
DAYS_OFF = "/2016/calendario/inhabiles/agregar/"
OTHERS = ["liaison", "director", "reader", "comptroller"]


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Pages read the clock: it stands at midday of a day of October 2016 (the 11th, unless told)."""

    def stand(day: int, month: int = 10) -> None:
        moment = datetime(2016, month, day, 18, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    stand(11)
    return stand


@pytest.fixture
def town(today: Any) -> Town:
    return make_town(2)


def close(town: Town) -> None:
    Period.objects.filter(month=9).update(closed_on=date(2016, 10, 10))


def errors_of(response: Any) -> str:
    assert response.status_code == 200
    return text_of(response)


# --- Who sees what ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*OTHERS, "planning"])
def test_everybody_who_reads_sees_the_months(town, role):
    html = text_of(town.client(role).get(CALENDAR))
    assert "07/10/2016" in html and "12/10/2016" in html, "due and review dates of September"
    assert "abierto; lo que se envíe ya es extemporáneo" in html and "todavía no abre" in html
    assert ("Cambiar" in html) is (role == "planning")
    assert ("pida una prórroga a Planeación (planning, planning@durango.example)" in html) is (role != "planning")


def test_nobody_sees_it_without_signing_in_or_without_a_role(town):
    assert Client().get(CALENDAR)["Location"] == f"/entrar/?next={CALENDAR}"
    stranger = type(town.people["reader"]).objects.create_user("nadie")
    client = signed_in(stranger)
    assert client.get(CALENDAR).status_code == 403


@pytest.mark.parametrize("role", OTHERS)
def test_only_planning_opens_the_pages_that_change(town, role):
    made = extension(town)
    off = DayOff.objects.create(starts_on=date(2016, 11, 2), ends_on=date(2016, 11, 2), name="Muertos")
    client = town.client(role)
    for page in (
        MONTH,
        EXTENSION,
        DAYS_OFF,
        f"/2016/calendario/prorrogas/{made.pk}/terminar/",
        f"/2016/calendario/inhabiles/{off.pk}/quitar/",
    ):
        assert client.get(page).status_code == client.post(page, {"act": "cerrar"}).status_code == 403
    assert DayOff.objects.count() == 1 and Extension.objects.get().ended_at is None


def extension(town: Town, **changes: Any) -> Extension:
    values = {
        "period": town.period(), "department": town.department, "until": date(2016, 10, 20), "reason": "Inundación",
        "instrument": "Oficio 7", "granted_by": town.people["planning"], "granted_at": timezone.now(), **changes,
    }  # fmt: skip
    return Extension.objects.create(**values)


@pytest.mark.parametrize(
    "role, sees", [("liaison", False), ("director", False), ("comptroller", True), ("planning", True)]
)
def test_extensions_of_others_are_seen_by_planning_and_the_comptroller(town, role, sees):
    extension(town)
    extension(town, department=make_department("SIN", "Sindicatura"), reason="Cambio de personal")
    html = text_of(town.client(role).get(CALENDAR))
    assert "Inundación" in html and ("Cambio de personal" in html) is sees


def test_a_reader_sees_no_extensions(town):
    extension(town)
    assert "Inundación" not in text_of(town.client("reader").get(CALENDAR))


@pytest.mark.parametrize("path", ["/2015/calendario/", "/2016/calendario/13/", "/2016/calendario/0/"])
def test_what_does_not_exist_is_404(town, path):
    assert town.client("planning").get(path).status_code == 404


def test_the_calendar_costs_the_same_queries_for_many_extensions(town, django_assert_num_queries):
    client = town.client("planning")
    extension(town)
    client.get(CALENDAR)
    for number in range(20):
        extension(town, department=make_department(f"D{chr(65 + number)}", f"Dependencia {number}"))
    with django_assert_num_queries(9):
        client.get(CALENDAR)


# --- One month -------------------------------------------------------------------------------------------------


def dates(**changes: str) -> dict[str, str]:
    return {
        "act": "fechas", "fechas-opens_on": "2016-09-01", "fechas-due_on": "2016-10-14",
        "fechas-reason": "Acuerdo 4", **changes,
    }  # fmt: skip


def test_planning_changes_dates_and_the_calendar_says_that_they_are_by_hand(town):
    response = town.client("planning").post(MONTH, dates(), follow=True)
    assert town.period().due_on == date(2016, 10, 14)
    assert "vence el 14/10/2016" in text_of(response) and "fecha puesta por Planeación" in text_of(response)
    assert TrailEntry.objects.get(action="cambiar mes").reason == "Acuerdo 4"


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"fechas-due_on": "2016-08-01"}, "no puede vencer antes de abrir"),
        ({"fechas-due_on": ""}, "Escriba la fecha"),
        ({"fechas-due_on": "31/02/2016"}, "una fecha que exista"),
        ({"fechas-due_on": "9" * 300}, "una fecha que exista"),
        ({"fechas-due_on": "9999-12-31"}, "Escriba un día de 2016 o 2017."),
        ({"fechas-due_on": "2018-01-01"}, "Escriba un día de 2016 o 2017."),
        ({"fechas-opens_on": "1900-12-01"}, "Escriba un día de 2016 o 2017."),
        ({"fechas-opens_on": "0001-01-01"}, "Escriba un día de 2016 o 2017."),
        ({"fechas-reason": "  "}, "Escriba por qué cambian las fechas"),
        ({"fechas-reason": "x" * 1001}, "demasiado largo"),
    ],
)
def test_wrong_dates_are_said_beside_the_field_and_change_nothing(town, changes, sentence):
    assert sentence in errors_of(town.client("planning").post(MONTH, dates(**changes)))
    assert town.period().due_on == date(2016, 10, 7)


def test_closing_says_first_what_is_missing(town):
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED)
    other = make_program(town.year, "SIN-01")
    make_indicator(other)
    client = town.client("planning")
    html = text_of(client.get(MONTH))
    assert "falta enviar 2 cifras de septiembre" in html
    assert "Presidencia Municipal: 1" in html and "Dependencia SIN: 1" in html
    refused = client.post(MONTH, {"act": "cerrar", "cerrar-reason": "Fin de mes"})
    assert "Marque que sabe lo que falta" in errors_of(refused) and town.period().closed_on is None
    response = client.post(MONTH, {"act": "cerrar", "cerrar-reason": "Fin de mes", "cerrar-known": "on"}, follow=True)
    assert town.period().closed_on == date(2016, 10, 11)
    assert "Septiembre 2016 quedó cerrado" in text_of(response) and "cerrado el 11/10/2016" in text_of(response)


def test_a_complete_month_closes_with_its_reason_alone(town):
    for indicator in town.indicators:
        make_measurement(indicator, 9, 3, 4, State.VALIDATED)
    client = town.client("planning")
    assert "No falta nada" in text_of(client.get(MONTH))
    assert "Escriba por qué se cierra" in errors_of(client.post(MONTH, {"act": "cerrar", "cerrar-reason": ""}))
    client.post(MONTH, {"act": "cerrar", "cerrar-reason": "Fin"})
    assert town.period().closed_on


def test_a_closed_month_opens_again(town):
    close(town)
    client = town.client("planning")
    client.post(MONTH, {"act": "cerrar", "cerrar-reason": "Fin", "cerrar-known": "on"})
    assert town.period().closed_on == date(2016, 10, 10), "it is not closed twice"
    assert "Se cerró el " in text_of(client.get(MONTH)) and "el el " not in text_of(client.get(MONTH))
    client.post(MONTH, {"act": "abrir", "abrir-reason": "Faltó la mitad"})
    assert town.period().closed_on is None
    assert TrailEntry.objects.get(action="cambiar mes").changes == {"closed_on": ["2016-10-10", None]}


def test_a_locked_year_offers_nothing_and_refuses_what_is_posted(town):
    town.year.locked = True
    town.year.save()
    client = town.client("planning")
    assert "Cambiar" not in text_of(client.get(CALENDAR))
    client.post(MONTH, dates())
    client.post(EXTENSION, grant())
    assert town.period().due_on == date(2016, 10, 7) and not Extension.objects.exists()


@pytest.mark.parametrize(
    "day, words",
    [
        ("2017-01-07", "El 07/01/2017 es sábado: no es día hábil."),
        ("2016-10-16", "El 16/10/2016 es domingo: no es día hábil."),
        ("2016-11-21", "El 21/11/2016 es día de descanso oficial: no es día hábil."),
        ("2016-11-02", "El 02/11/2016 está entre los días inhábiles del calendario: no es día hábil."),
        ("2016-10-14", ""),
    ],
)
def test_a_due_day_on_which_nobody_works_is_kept_and_told(town, day, words):
    DayOff.objects.create(starts_on=date(2016, 11, 2), ends_on=date(2016, 11, 2), name="Muertos")
    page = text_of(town.client("planning").post(MONTH, dates(**{"fechas-due_on": day}), follow=True))
    assert town.period().due_on == date.fromisoformat(day)
    assert (words in page) if words else "no es día hábil" not in page
    again = text_of(town.client("reader").get(CALENDAR))
    assert ("no es día hábil" in again) is bool(words), "whoever opens the calendar later sees it too"


@pytest.fixture(params=[{"due_on": date.max}, {"opens_on": date.min, "due_on": date.min}], ids=["9999", "0001"])
def mistyped(town: Town, request: pytest.FixtureRequest) -> Period:
    """A month that was given such dates before they were refused."""
    kept = pick(RULES, "period_made_near_year", "period_moved_near_year")
    with past(kept):
        Period.objects.filter(month=9).update(**request.param)
    return town.period()


@pytest.mark.parametrize(
    "path", [CALENDAR, MONTH, "/2016/revision/", "/2016/revision/PRE/9/", "/2016/faltantes/", "/2016/captura/PRE/9/"]
)
def test_an_old_mistyped_date_takes_no_page_down(town, mistyped, path):
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED)
    assert town.client("planning").get(path, follow=True).status_code == 200
    assert town.client("director").get(path, follow=True).status_code in (200, 403)


def test_an_old_mistyped_date_stops_no_reminder_and_is_corrected_or_closed(town, mistyped):
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED)
    call_command("send_reminders")
    client = town.client("planning")
    client.post(MONTH, {"act": "cerrar", "cerrar-reason": "Fin", "cerrar-known": "on"})
    assert town.period().closed_on == date(2016, 10, 11)
    client.post(MONTH, dates())
    assert town.period().due_on == date(2016, 10, 14)


@pytest.mark.parametrize("column", ["opens_on", "due_on"])
def test_the_database_takes_no_month_far_from_its_year(town, column):
    for day in (date(1900, 1, 1), date(2015, 12, 31), date(2018, 1, 1), date.max):
        with pytest.raises(IntegrityError), transaction.atomic():
            Period.objects.filter(month=1 if column == "due_on" else 12).update(**{column: day})
    with pytest.raises(IntegrityError, match="en su ejercicio o en el siguiente"), transaction.atomic():
        Period.objects.filter(month=9).update(due_on=date(2018, 1, 1))


# --- Extensions ------------------------------------------------------------------------------------------------


def grant(**changes: str) -> dict[str, str]:
    return {
        "department": "PRE", "month": "9", "until": "2016-10-20", "reason": "Inundación", "instrument": "Oficio 7",
        **changes,
    }  # fmt: skip


def test_planning_grants_and_the_enlace_captures(town):
    close(town)
    client = town.client("planning")
    assert 'value="PRE" selected' in text_of(client.get(f"{EXTENSION}?dependencia=PRE&mes=9"))
    response = client.post(EXTENSION, grant(), follow=True)
    assert "Presidencia Municipal puede capturar septiembre hasta el 20/10/2016" in text_of(response)
    capture = text_of(town.client().get("/2016/captura/PRE/9/"))
    assert "con prórroga de esta dependencia hasta el 20/10/2016" in capture and "Guardar" in capture


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"until": "2016-10-10"}, "El 10/10/2016 ya pasó"),
        ({"until": "hoy"}, "una fecha que exista"),
        ({"until": "2098-12-31"}, "más de un año"),
        ({"until": "9999-12-31"}, "Escriba una fecha entre 1950 y 2099."),
        ({"reason": ""}, "Escriba el motivo"),
        ({"reason": "x" * 1001}, "demasiado largo"),
        ({"instrument": "x" * 300}, "200 letras"),
        ({"instrument": ""}, "con qué oficio"),
        ({"department": "XXX"}, "Elija una dependencia"),
        ({"department": ""}, "Elija la dependencia"),
        ({"month": "13"}, "Elija un mes"),
    ],
)
def test_an_extension_that_cannot_be_is_said_and_keeps_what_was_typed(town, changes, sentence):
    close(town)
    html = errors_of(town.client("planning").post(EXTENSION, grant(**changes)))
    assert sentence in html and not Extension.objects.exists()
    assert "Oficio 7" in html or "instrument" in changes


def test_an_extension_is_ended_with_a_reason(town):
    close(town)
    made = extension(town)
    page = f"/2016/calendario/prorrogas/{made.pk}/terminar/"
    client = town.client("planning")
    assert "Escriba por qué termina" in errors_of(client.post(page, {"reason": " "}))
    response = client.post(page, {"reason": "Ya entregó"}, follow=True)
    assert "Terminó la prórroga de Presidencia Municipal" in text_of(response)
    assert "terminada el 11/10/2016" in text_of(response)
    assert "ya había terminado" in errors_of(client.post(page, {"reason": "Otra vez"}))
    assert client.get(f"/2015/calendario/prorrogas/{made.pk}/terminar/").status_code == 404


# --- Days off --------------------------------------------------------------------------------------------------


def test_days_off_are_previewed_before_they_count(town, today):
    today(3)
    client = town.client("planning")
    typed = {"starts_on": "2016-10-05", "ends_on": "", "name": "Aniversario"}
    preview = client.post(DAYS_OFF, typed)
    assert "<strong>Septiembre 2016</strong>: del 07/10/2016 → al <strong>10/10/2016</strong>" in text_of(preview)
    assert not DayOff.objects.exists() and town.period().due_on == date(2016, 10, 7)
    sent = {field.html_name: field.value() or "" for field in preview.context["form"]} | {"act": "confirmar"}
    text = text_of(client.post(DAYS_OFF, sent, follow=True))
    assert "Cambió el vencimiento de: Septiembre 2016, del 07/10/2016 al 10/10/2016." in text
    row = DayOff.objects.get()
    assert (row.starts_on, row.ends_on) == (date(2016, 10, 5), date(2016, 10, 5))
    assert town.period().due_on == date(2016, 10, 10)
    drop = f"/2016/calendario/inhabiles/{row.pk}/quitar/"
    assert "del 10/10/2016 → al <strong>07/10/2016" in text_of(client.get(drop))
    text = text_of(client.post(drop, {"act": "confirmar"}, follow=True))
    assert "Se quitó «Aniversario»" in text and town.period().due_on == date(2016, 10, 7)
    assert client.post(drop, {"act": "confirmar"}).status_code == 404


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"ends_on": "2016-10-04"}, "no puede ser anterior"),
        ({"ends_on": "2017-10-04"}, "60 días"),
        ({"starts_on": "2011-10-05", "ends_on": "2011-10-05"}, "un día de 2016 o 2017"),
        ({"starts_on": ""}, "Escriba la fecha"),
        ({"name": ""}, "Escriba por qué no se trabaja"),
        ({"name": "x" * 300}, "demasiado largo"),
    ],
)
@pytest.mark.parametrize("act", ["", "confirmar"])
def test_days_off_that_cannot_be_are_said(town, changes, sentence, act):
    typed = {"starts_on": "2016-10-05", "ends_on": "2016-10-05", "name": "Aniversario", "act": act, **changes}
    assert sentence in errors_of(town.client("planning").post(DAYS_OFF, typed))
    assert not DayOff.objects.exists()


def test_the_admin_shows_extensions_and_days_off_and_changes_neither(town):
    made = extension(town)
    off = DayOff.objects.create(starts_on=date(2016, 11, 2), ends_on=date(2016, 11, 2), name="Muertos")
    client = town.client("planning")
    for model, row in (("extension", made), ("dayoff", off)):
        place = f"/admin/indicators/{model}/"
        assert client.get(place).status_code == client.get(f"{place}{row.pk}/change/").status_code == 200
        assert client.get(f"{place}add/").status_code == client.post(f"{place}{row.pk}/delete/").status_code == 403


# --- The review page -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role, says", [("planning", "queda en la bitácora «por vencimiento»"), ("director", "Planeación ya puede validar")]
)
def test_the_review_page_says_which_validations_are_overdue(town, today, role, says):
    sent = datetime(2016, 10, 5, 18, tzinfo=UTC)
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, submitted_at=sent)
    make_measurement(town.indicators[1], 9, 3, 4, State.SUBMITTED, submitted_at=datetime(2016, 10, 11, tzinfo=UTC))
    today(12)
    assert "venció" not in text_of(town.client(role).get("/2016/revision/PRE/9/"))
    today(13)
    html = text_of(town.client(role).get("/2016/revision/PRE/9/"))
    assert "La validación de una cifra venció el 12/10/2016: PRE-01-01." in html and says in html


def test_names_are_text_and_never_markup(town):
    DayOff.objects.create(starts_on=date(2016, 11, 2), ends_on=date(2016, 11, 2), name="<script>alert(1)</script>")
    html = town.client("planning").get(CALENDAR).content.decode()
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html


WHY = "Se entregó el informe al Cabildo"


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        ("liaison", [CALENDAR, "/2016/captura/PRE/9/", "/2016/captura/?todos=1", "/2016/captura/PRE/9/evidencia/"]),
        ("director", [CALENDAR, "/2016/captura/PRE/9/", "/2016/revision/PRE/9/", "/2016/captura/PRE/9/enviar/"]),
        ("planning", [CALENDAR, MONTH, "/2016/captura/PRE/9/", "/2016/faltantes/?mes=9", "/2016/faltantes/"]),
        ("comptroller", [CALENDAR, "/2016/captura/PRE/9/", "/2016/faltantes/?mes=9"]),
        ("reader", [CALENDAR]),
    ],
)
def test_whoever_meets_a_closed_month_reads_why(town, role, pages):
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED)
    town.client("planning").post(MONTH, {"act": "cerrar", "cerrar-reason": WHY, "cerrar-known": "on"})
    assert town.period().close_reason == WHY
    for page in pages:
        response = town.client(role).get(page)
        assert response.status_code == 200, page
        assert WHY in text_of(response), page


@pytest.mark.parametrize(("returned_on", "told"), [(3, False), (11, True)])
def test_a_closed_month_says_whom_to_ask_also_where_figures_were_returned(town, returned_on, told):
    at = datetime(2016, 10, returned_on, 17, tzinfo=UTC)
    make_measurement(town.indicators[0], 9, 3, 4, State.RETURNED, returned_at=at)
    close(town)
    html = text_of(town.client().get("/2016/captura/PRE/9/"))
    assert "pida una prórroga a Planeación (planning, planning@durango.example)." in html
    assert ("Lo observado todavía se puede corregir." in html) is told
