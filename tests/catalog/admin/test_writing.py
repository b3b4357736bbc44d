"""The admin shows and searches. It writes only a captured pair, through the service that every capture goes through."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import Role, User
from core.models import TrailEntry
from indicators.models import (
    DayOff,
    Extension,
    Indicator,
    Measurement,
    NoActivity,
    Period,
    State,
    TargetAdjustment,
)
from programs.models import Department, FiscalYear, Plan
from tests.catalog.admin_pages import address, make_catalogue
from tests.factories import NOW, make_department, make_notices, make_user
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db

LISTS = sorted(admin.site._registry, key=lambda model: model._meta.label)
CAPTURE = "/admin/indicators/measurement/add/"


@pytest.fixture
@shared
def catalogue() -> FiscalYear:
    """A row of everything that the admin lists."""
    year = make_catalogue()
    period, officer = Period.objects.get(fiscal_year=year, month=9), make_user("otra", Role.PLANNING)
    department = Department.objects.get()
    Extension.objects.create(
        department=department,
        period=period,
        until=date(2016, 10, 20),
        reason="Oficio",
        granted_by=officer,
        granted_at=NOW,
    )
    DayOff.objects.create(starts_on=date(2016, 11, 2), ends_on=date(2016, 11, 2), name="Muertos")
    make_notices(officer, department, period)
    TrailEntry.objects.create(
        at=NOW,
        actor=officer,
        action="cambiar",
        subject_type="programs.plan",
        subject_id=1,
        subject_label="x",
        changes={},
    )
    return year


@pytest.fixture(params=["planning", "superuser"])
def insider(request: pytest.FixtureRequest) -> Client:
    client: Client = request.getfixturevalue(request.param)
    return client


def whole_database() -> dict[str, list[tuple[Any, ...]]]:
    models = [model for model in apps.get_models(include_auto_created=True) if model is not Session]
    return {model._meta.label: sorted(model._base_manager.values_list(), key=repr) for model in models}


def typed_into(row: Any) -> dict[str, Any]:
    """What a form of the admin would send of this row, with something changed in it."""
    data = {name: value for name, value in model_to_dict(row).items() if isinstance(value, str | int | date)}
    changed = {"name": "Otro", "locked": "on", "green_from": "1", "is_superuser": "on", "ends_on": "2016-01-02"}
    others = {
        "username": "PLANEACION",
        "target": "1",
        "numerator": "7",
        "reason": "x",
        "closed_on": "2016-12-01",
    }
    deleting = {"post": "yes", "action": "delete_selected", "_selected_action": row.pk}
    return data | changed | others | deleting


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_no_list_of_the_admin_takes_a_change(insider: Client, catalogue: FiscalYear, model: Any) -> None:
    row = model._base_manager.order_by("pk").first()
    assert row is not None, f"the catalogue of this test has no {model.__name__}"
    before, typed = whole_database(), typed_into(row)
    taken: dict[str, int] = {}
    for pattern in admin.site._registry[model].get_urls():
        if not pattern.name or pattern.name.endswith("_import"):
            continue  # the import has its own tests, and writes nothing before it is confirmed
        args = [row.pk] if "object_id" in str(pattern.pattern) else []
        page = reverse(f"admin:{pattern.name}", args=args)
        taken[pattern.name.rsplit("_", 1)[1]] = insider.post(page, typed).status_code
    expected = {"changelist": 403, "add": 200 if model is Measurement else 403, "change": 403, "delete": 403}
    assert taken.items() >= expected.items()
    assert whole_database() == before


def test_no_other_address_of_the_admin_writes(insider: Client, catalogue: FiscalYear) -> None:
    before = whole_database()
    (root,) = [found for found in get_resolver().url_patterns if getattr(found, "namespace", "") == "admin"]
    names = {pattern.name for pattern in root.url_patterns if getattr(pattern, "name", None)}
    assert {"password_change", "autocomplete"} <= names
    for name in names - {"logout", "view_on_site", "app_list"}:
        insider.post(reverse(f"admin:{name}"), {"old_password": "a", "new_password1": "b", "new_password2": "b"})
    assert whole_database() == before


def test_nobody_chooses_a_password_in_the_admin(planning: Client, officer: User, settings: Any) -> None:
    """Its own page left no trail, and let a demonstration's visitor change the password that all read."""
    settings.PMD_DEMO = True
    officer.set_password("la-de-siempre-2016")
    officer.is_demo = True
    officer.save()
    planning.force_login(officer, backend="accounts.backends.PersonBackend")
    new = {
        "old_password": "la-de-siempre-2016",
        "new_password1": "otra-clave-2016-x",
        "new_password2": "otra-clave-2016-x",
    }
    for response in (planning.get("/admin/password_change/"), planning.post("/admin/password_change/", new)):
        assert (response.status_code, response["Location"]) == (302, "/cuenta/contrasena/")
    assert planning.get("/admin/password_change/done/")["Location"] == "/cuenta/"
    officer.refresh_from_db()
    assert check_password("la-de-siempre-2016", officer.password)
    person = make_user("ana")
    assert planning.post(f"/admin/accounts/user/{person.pk}/password/", new).status_code in (302, 404)
    assert User.objects.get(pk=person.pk).password == person.password


def test_what_is_looked_at_leads_to_where_it_is_changed(superuser: Client, catalogue: FiscalYear) -> None:
    places = {
        Plan: f"/2016/catalogo/planes/{Plan.objects.get().pk}/",
        Department: "/catalogo/dependencias/PRE/",
        FiscalYear: "/2016/catalogo/umbrales/",
        Indicator: "/2016/catalogo/indicadores/PRE-01-01/",
        Period: "/2016/calendario/1/",
        TargetAdjustment: "/2016/catalogo/metas/PRE-01-01/",
        Measurement: "/2016/captura/PRE/1/",
    }
    for model, place in places.items():
        row = model._base_manager.order_by("pk").first()  # type: ignore[attr-defined]
        page = superuser.get(address(model, "change", row.pk)).content.decode()
        assert f'<a href="{place}">Ir a la página en la que se cambia</a>' in page, model
        assert superuser.get(place).status_code == 200
    person = User.objects.get(username="otra")
    assert f'href="/catalogo/personas/{person.pk}/"' in text_of(superuser.get(address(User, "change", person.pk)))
    root = User.objects.get(username="raiz")
    assert "Ir a la página" not in text_of(superuser.get(address(User, "change", root.pk)))


def test_the_history_tells_the_trail_in_words(planning: Client, officer: User) -> None:
    department = make_department()
    page = f"/catalogo/dependencias/{department.prefix}/"
    seen = planning.get(page).context["form"]
    data = {name: seen[name].value() or "" for name in seen.fields} | {"name": "Presidencia de Durango"}
    TrailEntry.objects.create(
        at=NOW,
        actor=officer,
        action="cambiar",
        subject_type="programs.department",
        subject_id=department.pk,
        subject_label="PRE",
        changes={"name": ["Presidencia", data["name"]]},
        reason="Así lo dice el bando",
    )
    text = text_of(planning.get(address(Department, "history", department.pk)))
    assert "nombre: Presidencia → Presidencia de Durango" in text and "Así lo dice el bando" in text


# The form that writes


def capture(client: Client, **changes: Any) -> Any:
    year = FiscalYear.objects.get()
    typed = {
        "fiscal_year": year.pk,
        "code": "PRE-01-01",
        "month": 2,
        "numerator": "3",
        "denominator": "4",
        "version": 0,
    }
    return client.post(CAPTURE, typed | changes, follow=True)


@pytest.fixture
def in_march(monkeypatch: pytest.MonkeyPatch) -> None:
    """February 2016 is open."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2016, 3, 3, 18, tzinfo=UTC))


@pytest.mark.usefixtures("in_march")
def test_a_pair_is_captured_with_its_trail(insider: Client, catalogue: FiscalYear) -> None:
    assert "Capturar una cifra" in text_of(insider.get(CAPTURE))
    text = text_of(capture(insider, code=" pre-01-01 ", justification="Llovió"))
    assert 'Se guardó PRE-01-01 de febrero. <a href="/2016/captura/PRE/2/">Ver el mes</a>' in text
    row = Measurement.objects.get(month=2)
    assert (row.numerator, row.denominator, row.state, row.justification) == (3, 4, State.DRAFT, "Llovió")
    entry = TrailEntry.objects.get(subject_type="indicators.measurement", subject_id=row.pk)
    assert (entry.action, entry.actor, entry.capacity) == ("guardar", row.updated_by, "Planeación")
    assert "Ya estaba así PRE-01-01" in text_of(capture(insider, justification="Llovió"))
    assert TrailEntry.objects.filter(subject_id=row.pk, subject_type="indicators.measurement").count() == 1


@pytest.mark.usefixtures("in_march")
def test_a_month_without_activity_is_captured(planning: Client, catalogue: FiscalYear) -> None:
    reason = NoActivity.values[0]
    assert "es solo para 0/0" in text_of(capture(planning, no_activity=reason))
    assert "Se guardó" in text_of(capture(planning, no_activity=reason, numerator="", denominator=""))
    row = Measurement.objects.get(month=2)
    assert (row.numerator, row.denominator, row.no_activity) == (0, 0, reason)


@pytest.mark.usefixtures("in_march")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"code": "PRE-99-01"}, "En 2016 no hay ningún indicador con la clave PRE-99-01."),
        ({"code": ""}, "Escriba la clave del indicador."),
        ({"numerator": "tres"}, "tres"),
        ({"numerator": "", "denominator": ""}, "Escriba el numerador y el denominador"),
        ({"month": 13}, "Elija un mes de la lista."),
        ({"month": 1, "numerator": "2", "version": 1}, "Una corrección lleva su motivo"),
        ({"fiscal_year": "9" * 5000}, "Elija un ejercicio de la lista."),
        ({"version": "-1"}, "No se guardó"),
    ],
)
def test_what_the_service_or_the_form_refuses_is_told(
    planning: Client, catalogue: FiscalYear, typed: dict[str, Any], said: str
) -> None:
    before = whole_database()
    response = capture(planning, **typed)
    assert response.status_code == 200 and said in text_of(response)
    assert "No se guardó" in text_of(response)
    assert whole_database() == before


@pytest.mark.usefixtures("in_march")
def test_a_locked_year_takes_no_pair(planning: Client, catalogue: FiscalYear) -> None:
    FiscalYear.objects.update(locked=True)
    assert "está cerrado" in text_of(capture(planning))
    assert not Measurement.objects.filter(month=2).exists()


@pytest.mark.usefixtures("in_march")
def test_a_figure_that_is_there_is_shown_before_it_is_replaced(planning: Client, catalogue: FiscalYear) -> None:
    response = capture(planning, month=1, numerator="2", reason="Lo pidió el director")
    assert "Ya hay una captura de PRE-01-01 en enero: 1 / 2 (validad" in text_of(response)
    seen = response.context["form"]["version"].value()
    text = text_of(capture(planning, month=1, numerator="2", reason="Lo pidió el director", version=seen))
    assert "Se guardó PRE-01-01 de enero." in text
    row = Measurement.objects.get(month=1, indicator__code="PRE-01-01")
    assert (row.state, row.numerator, row.validated_numerator) == (State.SUBMITTED, 2, 1)
    assert TrailEntry.objects.get(action="corregir").reason == "Lo pidió el director"


def test_only_whoever_enters_the_admin_reaches_the_form(client: Client, catalogue: FiscalYear) -> None:
    client.force_login(User.objects.get(username="enlace1"))
    assert client.post(CAPTURE, {}).status_code in (302, 403)
    assert not Measurement.objects.filter(month=2).exists()
