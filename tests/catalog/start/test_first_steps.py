"""The first afternoon: from an empty product to the first reminder, as planning finds it on its first page."""

import re
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, PendingAct, Role, User
from catalog.models import StartPutAway
from core.models import TrailEntry
from indicators.models import DayOff, Period
from tests.factories import (
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_user,
    make_year,
    signed_in,
)
from tests.support.pages import text_of

PAGE = "/primeros-pasos/"
KEEP = "/primeros-pasos/guardar/"


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 3 November 2016."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2016, 11, 3, 18, tzinfo=UTC))


@pytest.fixture
def admin(db: None) -> Client:
    """Whoever installed it, by ``createsuperuser``."""
    return signed_in(User.objects.create_superuser("administra", "administra@durango.example", "x"))


def stands(client: Client) -> dict[str, str]:
    return {step.key: step.standing.words for step in client.get(PAGE).context["start"].steps}


def facts(client: Client, key: str) -> str:
    return " ".join(next(step.facts for step in client.get(PAGE).context["start"].steps if step.key == key))


def test_an_empty_product_leads_there_after_signing_in(admin: Client) -> None:
    response = admin.get("/", follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert stands(admin) == {
        "catalogo": "sigue", "personas": "después", "calendario": "después", "historia": "después",
        "recordatorio": "después",
    }  # fmt: skip
    page = text_of(response)
    assert 'href="/catalogo/importar/"' in page and 'href="/catalogo/documento/"' in page


def test_every_link_of_an_empty_product_leads_to_a_page(admin: Client) -> None:
    for step in admin.get(PAGE).context["start"].steps:
        for link in step.links:
            assert admin.get(link.url).status_code == 200, link.url


def test_a_year_without_a_catalogue_leads_there_too(admin: Client) -> None:
    make_year()
    assert admin.get("/").headers["Location"] == PAGE
    assert stands(admin)["catalogo"] == "sigue"
    for step in admin.get(PAGE).context["start"].steps:
        for link in step.links:
            assert admin.get(link.url).status_code == 200, link.url


def test_each_step_is_done_when_it_is_there(admin: Client) -> None:
    program = make_program(make_year())
    make_indicator(program)
    assert admin.get("/").status_code == 200
    assert stands(admin)["catalogo"] == "hecho" and stands(admin)["personas"] == "sigue"
    assert "Tienen enlace y titular 0 de 1 dependencia." in facts(admin, "personas")
    make_user("enlace", Role.LIAISON, program.department)
    assert stands(admin)["personas"] == "sigue"
    make_user("titular", Role.DIRECTOR, program.department)
    assert (stands(admin)["personas"], stands(admin)["calendario"]) == ("hecho", "sigue")
    DayOff.objects.create(starts_on=date(2016, 12, 20), ends_on=date(2016, 12, 31), name="Vacaciones")
    assert (stands(admin)["calendario"], stands(admin)["historia"]) == ("hecho", "sigue")
    assert 'href="/2016/historia/"' in text_of(admin.get(PAGE))
    earlier = make_indicator(make_program(make_year(2015, historical=True), department=program.department))
    assert stands(admin)["historia"] == "hecho"
    make_measurement(earlier, 1, 1, 2, origin="migration")
    assert "Hay cifras traídas de 2015." in facts(admin, "historia")
    assert stands(admin)["recordatorio"] == "sigue"
    admin.post("/2016/faltantes/recordar/", {"remind": "PRE/10"})
    assert set(stands(admin).values()) == {"hecho"}


def test_a_step_is_undone_when_what_made_it_goes(admin: Client) -> None:
    program = make_program(make_year())
    make_indicator(program)
    for role in (Role.LIAISON, Role.DIRECTOR):
        make_user(role, role, program.department)
    assert stands(admin)["personas"] == "hecho"
    Membership.objects.filter(role=Role.DIRECTOR).update(ends_on=date(2016, 11, 1))
    assert stands(admin)["personas"] == "sigue"


@pytest.mark.parametrize(
    "change",
    [{"closed_on": date(2016, 11, 1)}, {"due_on": date(2016, 12, 30)}, {"opens_on": date(2016, 10, 30)}],
    ids=["a closed month", "another due date", "another first day"],
)
def test_the_calendar_is_done_once_somebody_has_been_there(admin: Client, change: dict[str, Any]) -> None:
    make_indicator(make_program(make_year()))
    assert stands(admin)["calendario"] == "después"
    Period.objects.filter(month=10).update(**change)
    assert stands(admin)["calendario"] == "hecho"


def test_a_second_person_of_planning_is_asked_for_first(admin: Client) -> None:
    def asked() -> bool:
        return 'href="/catalogo/personas/nueva/?funcion=planning"' in text_of(admin.get(PAGE))

    assert asked() and "una sola persona" in facts(admin, "personas")
    form = admin.get("/catalogo/personas/nueva/?funcion=planning").context["form"]
    assert form["role"].value() == Role.PLANNING
    named = {"username": "segunda", "first_name": "Ana", "last_name": "Ruiz", "email": "ana@durango.example"}
    admin.post("/catalogo/personas/nueva/", {**named, "role": "planning", "starts_on": "2016-11-03", "instrument": "x"})
    act = PendingAct.objects.get()
    assert not asked() and f"manage.py confirm_act {act.pk} --reason" in facts(admin, "personas")
    assert "1 acto espera a una segunda persona." in facts(admin, "personas")
    call_command("confirm_act", act.pk, reason="Primera vez", stdout=StringIO())
    assert not asked() and "una sola persona" not in facts(admin, "personas")


def test_it_is_put_away_for_everybody_and_brought_back(admin: Client) -> None:
    make_indicator(make_program(make_year()))
    other = signed_in(make_user("otra", Role.PLANNING))
    offered = 'href="/primeros-pasos/"'
    assert offered in text_of(admin.get("/")) and offered in text_of(other.get("/"))
    admin.post(KEEP, {"act": "guardar"})
    admin.post(KEEP, {"act": "guardar"})
    assert offered not in text_of(admin.get("/")) and offered not in text_of(other.get("/"))
    assert "administra guardó esta página el 03/11/2016" in text_of(other.get(PAGE))
    assert offered in text_of(other.get("/catalogo/ejercicios/"))
    other.post(KEEP, {"act": "volver"})
    other.post(KEEP, {"act": "volver"})
    assert offered in text_of(admin.get("/"))
    acts = TrailEntry.objects.filter(subject_type="catalog.startputaway").values_list("action", "actor__username")
    assert list(acts.order_by("id")) == [("guardar primeros pasos", "administra"), ("volver a primeros pasos", "otra")]


def test_put_away_an_empty_product_still_says_how_to_begin(admin: Client) -> None:
    admin.post(KEEP, {"act": "guardar"})
    page = text_of(admin.get("/"))
    assert "Todavía no hay ningún ejercicio" in page and offered_import(page)


def offered_import(page: str) -> bool:
    return re.search(r'href="/catalogo/importar/"', page) is not None


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DIRECTOR, Role.READER, Role.COMPTROLLER])
def test_others_neither_read_it_nor_put_it_away(db: None, role: Role) -> None:
    client = signed_in(make_user("alguien", role, make_department() if role.declared.in_department else None))
    assert client.get(PAGE).status_code == client.post(KEEP, {"act": "guardar"}).status_code == 404
    assert not StartPutAway.objects.exists()
    assert "Planeación lo importa" in text_of(client.get("/"))
    make_indicator(make_program(make_year()))
    assert "/primeros-pasos/" not in text_of(client.get("/"))


def test_queries_do_not_grow_with_the_municipality(admin: Client) -> None:
    year, counts = make_year(), []
    make_indicator(make_program(year))
    for more in (("AAA", "BBB"), ("CCC", "DDD", "EEE", "FFF")):
        for prefix in more:
            make_indicator(make_program(year, f"{prefix}-01"))
        admin.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            admin.get(PAGE)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20
