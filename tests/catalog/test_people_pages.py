"""Planning's pages about people and departments: who may, what they show, what they refuse and how."""

import smtplib
from datetime import date, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role, User
from core.models import TrailEntry
from indicators.models import Observation, State
from programs.models import Department
from tests.catalog.years import text_of
from tests.factories import (
    NOW,
    make_department,
    make_indicator,
    make_measurement,
    make_people,
    make_program,
    make_user,
    make_year,
)

pytestmark = pytest.mark.django_db
LIST, NEW, NAME = "/catalogo/personas/", "/catalogo/personas/nueva/", "/catalogo/nombramientos/nuevo/"
DEPARTMENTS = "/catalogo/dependencias/"
LUZ = {"first_name": "Luz", "last_name": "Mora", "username": "luz.mora", "email": "luz@durango.example"}


@pytest.fixture
def people() -> dict[str, User]:
    return make_people(make_department(number=1))


@pytest.fixture
def planning(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["planning"])
    return client


def listed(client: Client, **asked: str) -> list[str]:
    return sorted(row["username"] for row in client.get(LIST, asked).context["rows"])


def page_of(person: User) -> str:
    return reverse("catalog:person", args=[person.pk])


def typed_into(page: Any, **typed: str) -> dict[str, str]:
    """What the form of a page sends when only that was typed in it."""
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in shown.items()} | {
        "seen": page.context["seen"], **typed
    }  # fmt: skip


def save(client: Client, path: str, **typed: str) -> Any:
    return client.post(path, typed_into(client.get(path), **typed))


def pages(people: dict[str, User]) -> list[str]:
    person = people["liaison"].pk
    membership = people["liaison"].memberships.get().pk
    return [
        LIST, NEW, NAME, f"{LIST}{person}/", f"{LIST}{person}/baja/", f"{LIST}{person}/reactivar/",
        f"/catalogo/nombramientos/{membership}/terminar/", DEPARTMENTS, f"{DEPARTMENTS}nueva/", f"{DEPARTMENTS}PRE/",
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_only_planning_has_these_pages(role: str, client: Client, people: dict[str, User]) -> None:
    client.force_login(people[role])
    acts = [f"{LIST}{people['liaison'].pk}/{act}/" for act in ("invitar", "desbloquear")]
    for path in [*pages(people), *acts, f"{DEPARTMENTS}PRE/quitar/"]:
        assert client.post(path, {}).status_code in (404, 405), path
    for path in pages(people):
        assert client.get(path).status_code == 404, path


def test_nobody_signed_in_is_sent_to_sign_in(client: Client, people: dict[str, User]) -> None:
    for path in pages(people):
        assert client.get(path).url.startswith("/entrar/"), path


def test_planning_and_superusers_have_them(client: Client, people: dict[str, User]) -> None:
    for person in (people["planning"], make_user("root", is_superuser=True)):
        client.force_login(person)
        for path in pages(people):
            assert client.get(path, follow=True).status_code == 200, path


@pytest.mark.parametrize("act", ["", "baja/", "reactivar/", "invitar/", "desbloquear/"])
def test_a_superusers_page_does_not_exist(act: str, planning: Client) -> None:
    root = make_user("root", Role.READER, is_superuser=True)
    assert planning.post(f"{LIST}{root.pk}/{act}", {"first_name": "x", "reason": "x"}).status_code == 404
    end = reverse("catalog:membership_end", args=[root.memberships.get().pk])
    assert planning.post(end, {"ends_on": "2016-12-31", "reason": "x"}).status_code == 404
    assert "root" not in text_of(planning.get(LIST + "?ver=todas"))
    naming = planning.post(NAME, {"user": root.pk, "role": "planning", "starts_on": "2016-01-01"})
    assert "Elija a una persona de la lista." in text_of(naming)
    root.refresh_from_db()
    assert root.is_active and root.first_name == "" and root.memberships.count() == 1 and not mail.outbox


class TestNewPerson:
    def test_is_made_named_and_invited_at_once(self, planning: Client, people: dict[str, User]) -> None:
        done = planning.post(
            NEW, {**LUZ, "role": "liaison", "department": "PRE", "starts_on": "2016-10-01", "instrument": "Oficio 5"}
        )
        luz = User.objects.get(username="luz.mora")
        assert done.url == page_of(luz)
        assert not luz.has_usable_password() and not luz.is_superuser and not luz.is_staff
        (membership,) = luz.memberships.all()
        assert (membership.role, membership.department.prefix, membership.instrument) == ("liaison", "PRE", "Oficio 5")
        assert [message.to for message in mail.outbox] == [["luz@durango.example"]]
        told = " ".join(str(mail.outbox[0].body).split())
        assert "Su función: Enlace de Presidencia Municipal, desde el 01/10/2016." in told
        assert "sirve una sola vez, durante 1 día" in told
        acts = TrailEntry.objects.filter(actor=people["planning"]).order_by("id").values_list("action", flat=True)
        assert list(acts) == ["dar de alta", "nombrar", "enviar invitación"]

    def test_without_a_role_for_now(self, planning: Client) -> None:
        planning.post(NEW, LUZ)
        assert "Planeación todavía no le registra una función" in str(mail.outbox[0].body)
        page = planning.get(page_of(User.objects.get(username="luz.mora")))
        assert "Todavía no tiene ninguno" in text_of(page) and "todavía no la elige" in text_of(page)

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"email": "LIAISON@durango.example"}, "Ese correo ya lo usa liaison (liaison)"),
            ({"email": "luz@"}, "Escriba un correo completo"),
            ({"email": ""}, "Escriba el correo"),
            ({"username": "Liaison"}, "Ya hay una persona con el usuario «Liaison»"),
            ({"username": "luz mora"}, "El usuario lleva solo letras, números"),
            ({"username": ""}, "Escriba el usuario"),
            ({"first_name": ""}, "Escriba el nombre"),
            ({"role": "liaison", "starts_on": "2016-10-01"}, "Elija la dependencia: Enlace es de una."),
            ({"role": "reader", "department": "PRE", "starts_on": "2016-10-01"}, "no es de ninguna dependencia"),
            ({"role": "liaison", "department": "PRE"}, "Escriba desde qué día"),
            ({"role": "liaison", "department": "PRE", "starts_on": "2016-02-31"}, "Escriba una fecha que exista"),
            ({"department": "PRE"}, "Elija la función que tiene en esa dependencia."),
            ({"role": "superuser"}, "Elija una función de la lista."),
        ],
    )
    def test_bad_input_is_told_and_kept(self, typed: dict[str, str], said: str, planning: Client) -> None:
        refused = planning.post(NEW, {**LUZ, **typed})
        assert refused.status_code == 200 and said in text_of(refused), text_of(refused)
        assert f'value="{typed.get("last_name", LUZ["last_name"])}"' in refused.content.decode()
        assert not User.objects.filter(username="luz.mora").exists() and not mail.outbox

    def test_what_is_posted_besides_the_form_does_not_count(self, planning: Client) -> None:
        planning.post(NEW, {**LUZ, "is_superuser": "on", "is_staff": "on", "password": "una-frase-larga-2016"})
        luz = User.objects.get(username="luz.mora")
        assert (luz.is_superuser, luz.is_staff, luz.has_usable_password()) == (False, False, False)

    def test_a_mail_server_that_is_down_loses_nothing(self, planning: Client, monkeypatch: Any) -> None:
        monkeypatch.setattr("accounts.services.send_mail", _no_server)
        page = planning.post(NEW, LUZ, follow=True)
        luz = User.objects.get(username="luz.mora")
        assert "El correo a luz@durango.example no salió" in text_of(page)
        assert "Se dio de alta a Luz Mora" in text_of(page)
        monkeypatch.undo()
        again = planning.post(reverse("catalog:person_invite", args=[luz.pk]), follow=True)
        assert "Se envió a luz@durango.example" in text_of(again) and len(mail.outbox) == 1
        sent = TrailEntry.objects.filter(action="enviar invitación", subject_id=luz.pk)
        assert sent.count() == 1


def _no_server(*args: Any, **kwargs: Any) -> None:
    raise smtplib.SMTPServerDisconnected("gone")


class TestPerson:
    def test_a_new_address_is_told_to_the_former_one(
        self, planning: Client, people: dict[str, User], django_capture_on_commit_callbacks: Any
    ) -> None:
        typed = {"first_name": "Eva", "last_name": "Soto", "email": "eva@durango.example"}
        with django_capture_on_commit_callbacks(execute=True):
            assert save(planning, page_of(people["liaison"]), **typed).status_code == 302
        people["liaison"].refresh_from_db()
        assert (people["liaison"].first_name, people["liaison"].email) == ("Eva", "eva@durango.example")
        assert [message.to for message in mail.outbox] == [["liaison@durango.example"]]
        assert TrailEntry.objects.get(action="cambiar datos").changes["first_name"] == ["", "Eva"]

    def test_a_form_that_is_refused_keeps_what_was_typed(self, planning: Client, people: dict[str, User]) -> None:
        refused = planning.post(page_of(people["liaison"]), {"first_name": "Eva", "email": "director@durango.example"})
        assert "Ese correo ya lo usa director (director)" in text_of(refused) and 'value="Eva"' in str(refused.content)

    def test_the_address_of_somebody_who_left_may_be_taken_over(
        self, planning: Client, people: dict[str, User]
    ) -> None:
        leaver = people["director"]
        planning.post(f"{LIST}{leaver.pk}/baja/", {"reason": "Renunció"})
        planning.post(NEW, {**LUZ, "email": leaver.email})
        assert User.objects.filter(email=leaver.email).count() == 2
        back = planning.post(f"{LIST}{leaver.pk}/reactivar/", {"reason": "Volvió"})
        assert "Otra persona activa ya usa este correo." in text_of(back)
        leaver.refresh_from_db()
        assert not leaver.is_active

    def test_deactivated_and_back_with_their_reasons(self, planning: Client, people: dict[str, User]) -> None:
        liaison = people["liaison"]
        assert "Escriba el motivo." in text_of(planning.post(f"{LIST}{liaison.pk}/baja/", {"reason": " "}))
        inside = Client()
        inside.force_login(liaison)
        assert inside.get("/cuenta/").status_code == 200
        planning.post(f"{LIST}{liaison.pk}/baja/", {"reason": "Renunció"})
        assert inside.get("/cuenta/").status_code == 302
        assert "liaison" not in listed(planning) and listed(planning, ver="bajas") == ["liaison"]
        assert "ya está de baja" in text_of(planning.get(f"{LIST}{liaison.pk}/baja/", follow=True))
        naming = {"user": liaison.pk, "role": "reader", "starts_on": "2016-10-01"}
        assert "Elija a una persona de la lista." in text_of(planning.post(NAME, naming))
        planning.post(f"{LIST}{liaison.pk}/reactivar/", {"reason": "Volvió"})
        liaison.refresh_from_db()
        assert liaison.is_active
        reasons = (
            TrailEntry.objects.filter(subject_type="accounts.user").order_by("id").values_list("reason", flat=True)
        )
        assert list(reasons) == ["Renunció", "Volvió"]

    def test_nobody_deactivates_themselves(self, planning: Client, people: dict[str, User]) -> None:
        own = f"{LIST}{people['planning'].pk}/baja/"
        for refused in (planning.get(own, follow=True), planning.post(own, {"reason": "Me voy"}, follow=True)):
            assert "Nadie se da de baja a sí mismo" in text_of(refused)
            assert refused.redirect_chain == [(page_of(people["planning"]), 302)]
        people["planning"].refresh_from_db()
        assert people["planning"].is_active

    def test_who_is_locked_out_is_shown_and_let_in_again(self, planning: Client, people: dict[str, User]) -> None:
        people["liaison"].set_password("una-frase-larga-2016")
        people["liaison"].save()
        visitor = Client()
        for _ in range(5):
            refused = visitor.post("/entrar/", {"username": "liaison", "password": "no es"})
        assert refused.status_code == 429
        assert "bloqueada hasta las" in text_of(planning.get(LIST + "?ver=bloqueadas"))
        page = planning.get(page_of(people["liaison"]))
        assert "está en espera hasta las" in text_of(page)
        assert planning.post(f"{LIST}{people['liaison'].pk}/desbloquear/").status_code == 302
        signed_in = visitor.post("/entrar/", {"username": "liaison", "password": "una-frase-larga-2016"})
        assert signed_in.status_code == 302
        assert TrailEntry.objects.get(action="desbloquear").subject_id == people["liaison"].pk
        idle = planning.post(f"{LIST}{people['liaison'].pk}/desbloquear/", follow=True)
        assert "no había intentos fallidos" in text_of(idle)
        assert TrailEntry.objects.filter(action="desbloquear").count() == 1
        page = text_of(planning.get(page_of(people["liaison"])))
        assert f"{timezone.localdate():%d/%m/%Y}" in page and "nunca ha entrado" not in page

    def test_a_lock_that_ran_out_is_none(self, planning: Client, people: dict[str, User]) -> None:
        old = timezone.now() - timedelta(minutes=16)
        attempt = {"username": "liaison", "ip_address": "127.0.0.1", "failures_since_start": 9, "path_info": "/"}
        made = AccessAttempt.objects.create(**attempt)
        AccessAttempt.objects.filter(pk=made.pk).update(attempt_time=old)
        assert "bloqueada" not in text_of(planning.get(LIST)).replace("Bloqueadas", "")


class TestMemberships:
    def test_a_substitute_with_dates_and_instrument(self, planning: Client, people: dict[str, User]) -> None:
        typed = {
            "user": people["liaison"].pk, "role": "director", "department": "PRE", "starts_on": "2026-11-20",
            "ends_on": "2026-12-05", "substitutes": people["director"].pk, "instrument": "Oficio PM/12/2026",
        }  # fmt: skip
        asked = f"{NAME}?dependencia=PRE&funcion=director&suple={people['director'].pk}"
        form = planning.get(asked)
        assert f'<option value="{people["director"].pk}" selected>' in form.content.decode()
        done = planning.post(asked, typed)
        assert done.url == f"{DEPARTMENTS}PRE/"
        made = people["liaison"].memberships.get(role=Role.DIRECTOR)
        assert made.substitutes == people["director"]
        assert TrailEntry.objects.get(action="nombrar").reason == "Oficio PM/12/2026"
        assert "suple a director" in text_of(planning.get(f"{DEPARTMENTS}PRE/"))

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"ends_on": "2016-09-30"}, "La fecha final no puede ser anterior a la inicial."),
            ({"role": "liaison"}, "Elija la dependencia: Enlace es de una."),
            ({"department": "PRE"}, "no es de ninguna dependencia"),
            ({"department": "XYZ"}, "Elija una dependencia de la lista."),
            ({"role": "liaison", "department": "PRE", "user": "liaison"}, "ya es Enlace de Presidencia Municipal"),
            ({"substitutes": "planning"}, "Una suplencia dice hasta qué día dura."),
            ({"substitutes": "planning", "ends_on": "2016-12-01"}, "Una suplencia cita el oficio que la nombra."),
            ({"substitutes": "comptroller", "ends_on": "2016-12-01", "instrument": "Oficio 3"},
             "comptroller no es Planeación en esas fechas: no hay a quién suplir."),
            ({"substitutes": "reader", "ends_on": "2016-12-01"}, "Nadie se suple a sí mismo."),
            ({"starts_on": "mañana"}, "Escriba una fecha que exista"),
            ({"user": ""}, "Elija a la persona."),
        ],
    )  # fmt: skip
    def test_bad_input_is_told_and_nothing_is_written(
        self, typed: dict[str, str], said: str, planning: Client, people: dict[str, User]
    ) -> None:
        values = {"user": "reader", "role": "planning", "starts_on": "2016-10-01", **typed}
        values |= {name: people[values[name]].pk for name in ("user", "substitutes") if values.get(name)}
        before = Membership.objects.count()
        refused = planning.post(NAME, values)
        assert refused.status_code == 200 and said in text_of(refused), text_of(refused)
        assert Membership.objects.count() == before

    def test_what_is_left_open_and_who_goes_on_is_shown_before_a_role_ends(
        self, planning: Client, people: dict[str, User]
    ) -> None:
        indicator = make_indicator(make_program(make_year(2016)))
        make_measurement(indicator, 8, 1, 2, State.DRAFT)
        returned = make_measurement(indicator, 9, 1, 2, State.RETURNED)
        Observation.objects.create(measurement=returned, text="Falta", author=people["director"], created_at=NOW)
        membership = people["liaison"].memberships.get()
        end = reverse("catalog:membership_end", args=[membership.pk])
        page = text_of(planning.get(end))
        assert "1 borrador, 1 cifra observada, 1 observación sin atender" in page
        assert "Lo sigue quien permanece en la dependencia: director (Director (titular))" in page
        planning.post(end, {"ends_on": "2026-11-30", "reason": "Cambio de área"})
        membership.refresh_from_db()
        assert membership.ends_on == date(2026, 11, 30)
        assert TrailEntry.objects.get(action="terminar nombramiento").reason == "Cambio de área"

        last = reverse("catalog:membership_end", args=[people["director"].memberships.get().pk])
        Membership.objects.filter(pk=membership.pk).update(ends_on=date(2016, 1, 31))
        assert "Nadie más de la dependencia podría seguirlo" in text_of(planning.get(last))
        # What was open is found by whoever is named next: figures belong to the department.
        successor = make_user("sucesora", Role.LIAISON, make_department())
        signed_in = Client()
        signed_in.force_login(successor)
        assert signed_in.get("/2016/captura/PRE/8/").context is not None
        assert indicator.code in text_of(signed_in.get("/2016/captura/PRE/8/"))

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"ends_on": "2013-12-31", "reason": "x"}, "El nombramiento empezó el 01/01/2014"),
            ({"ends_on": "", "reason": "x"}, "Escriba la fecha."),
            ({"ends_on": "2026-12-31", "reason": " "}, "Escriba por qué termina."),
        ],
    )
    def test_bad_ends(self, typed: dict[str, str], said: str, planning: Client, people: dict[str, User]) -> None:
        membership = people["liaison"].memberships.get()
        assert said in text_of(planning.post(reverse("catalog:membership_end", args=[membership.pk]), typed))
        membership.refresh_from_db()
        assert membership.ends_on is None

    def test_the_last_of_planning_stays(self, planning: Client, people: dict[str, User]) -> None:
        own = people["planning"].memberships.get()
        other = make_user("otra", Role.PLANNING)
        # Her own role ends today: the other is the one who remains, and she can still act.
        Membership.objects.filter(pk=own.pk).update(ends_on=timezone.localdate())
        end = reverse("catalog:membership_end", args=[other.memberships.get().pk])
        refused = planning.post(end, {"ends_on": "2099-12-31", "reason": "Se va"})
        assert "no quedaría nadie de Planeación" in text_of(refused)
        assert 'value="2099-12-31"' in refused.content.decode() and "Se va" in text_of(refused)
        assert "no quedaría nadie" in text_of(planning.post(f"{LIST}{other.pk}/baja/", {"reason": "Renunció"}))
        Membership.objects.filter(pk=own.pk).update(ends_on=None)
        assert planning.post(end, {"ends_on": "2099-12-31", "reason": "Se va"}).status_code == 302

    def test_nobody_ends_their_own_planning(self, planning: Client, people: dict[str, User]) -> None:
        make_user("otra", Role.PLANNING)
        own = people["planning"].memberships.get()
        end = reverse("catalog:membership_end", args=[own.pk])
        page = planning.get(end)
        assert "Nadie termina su propio nombramiento de Planeación" in text_of(page)
        assert 'name="ends_on"' not in page.content.decode()
        for day in ("2026-11-24", "2099-12-31"):
            refused = planning.post(end, {"ends_on": day, "reason": "Me voy"})
            assert "Nadie termina su propio nombramiento de Planeación" in text_of(refused)
        own.refresh_from_db()
        assert own.ends_on is None and planning.get(LIST).status_code == 200
        # One that has a last day may last longer, not less.
        Membership.objects.filter(pk=own.pk).update(ends_on=date(2099, 6, 30))
        assert 'name="ends_on"' in planning.get(end).content.decode()
        sooner = planning.post(end, {"ends_on": "2099-06-29", "reason": "Me voy"})
        assert "Nadie termina su propio nombramiento de Planeación" in text_of(sooner)
        assert planning.post(end, {"ends_on": "2099-12-31", "reason": "Se prorroga"}).status_code == 302
        # Another role of hers is like anybody's.
        reader = Membership.objects.create(user=people["planning"], role=Role.READER, starts_on=date(2016, 1, 1))
        path = reverse("catalog:membership_end", args=[reader.pk])
        assert planning.post(path, {"ends_on": "2026-12-31", "reason": "x"}).status_code == 302

    def test_what_is_over_is_not_ended_again(self, planning: Client, people: dict[str, User]) -> None:
        membership = people["liaison"].memberships.get()
        Membership.objects.filter(pk=membership.pk).update(ends_on=date(2016, 1, 31))
        assert planning.get(reverse("catalog:membership_end", args=[membership.pk])).status_code == 404


class TestDepartments:
    def test_who_is_missing_is_pointed_out(self, planning: Client, people: dict[str, User]) -> None:
        year = make_year(2016)
        make_program(year)
        make_program(year, "OBR-01")
        make_department("DIF", "Familia")
        page = text_of(planning.get(DEPARTMENTS))
        assert "A una dependencia le falta" in page and "Sin enlace Sin titular" in page
        assert "Sin programas en los ejercicios abiertos" in page and "Familia" in page
        lacking = text_of(planning.get(DEPARTMENTS + "?faltan=1"))
        assert "Dependencia OBR" in lacking and "Presidencia Municipal" not in lacking
        # Somebody deactivated does not fill a role; a substitute does while they stand in.
        make_user("obras", Role.LIAISON, Department.objects.get(prefix="OBR"), is_active=False)
        assert "Sin enlace" in text_of(planning.get(DEPARTMENTS + "?faltan=1"))

    def test_added_mended_and_taken_out(self, planning: Client) -> None:
        typed = {"number": "7", "prefix": "obr", "name": "Obras Públicas"}
        assert planning.post(f"{DEPARTMENTS}nueva/", typed).url == f"{DEPARTMENTS}OBR/"
        save(planning, f"{DEPARTMENTS}OBR/", number="", name="Obras y Servicios", prefix="XXX")
        made = Department.objects.get(prefix="OBR")
        assert (made.number, made.name, made.search) == (None, "Obras y Servicios", "obr obras y servicios")
        changed = TrailEntry.objects.get(subject_type="programs.department", action="cambiar")
        assert changed.changes == {"number": [7, None], "name": ["Obras Públicas", "Obras y Servicios"]}
        planning.post(f"{DEPARTMENTS}OBR/quitar/")
        assert not Department.objects.filter(prefix="OBR").exists()

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"prefix": "PRE"}, "Ya existe una dependencia con este prefijo."),
            ({"prefix": "P1"}, "El prefijo son de 2 a 6 letras mayúsculas"),
            ({"prefix": "PRESIDE"}, "El prefijo tiene 6 letras cuando mucho."),
            ({"name": "Presidencia Municipal"}, "Ya existe una dependencia con este nombre."),
            ({"number": "1"}, "Ya existe una dependencia con este número."),
            ({"number": "uno"}, "El número es un entero"),
            ({"number": "99999"}, "El número es demasiado grande."),
            ({"name": ""}, "Escriba el nombre de la dependencia."),
        ],
    )
    @pytest.mark.usefixtures("people")
    def test_bad_input(self, typed: dict[str, str], said: str, planning: Client) -> None:
        refused = planning.post(f"{DEPARTMENTS}nueva/", {"number": "7", "prefix": "OBR", "name": "Obras", **typed})
        assert refused.status_code == 200 and said in text_of(refused), text_of(refused)
        assert Department.objects.count() == 1

    @pytest.mark.parametrize("name", ["presidencia  MUNICIPAL", "Presidéncia Municipal", "\u00a0PRESIDENCIA MUNICIPAL"])
    def test_a_name_that_differs_only_in_case_accents_or_blanks_is_the_same(
        self, name: str, planning: Client, people: dict[str, User]
    ) -> None:
        said = "Ya existe «Presidencia Municipal» (PRE): use esa, o escriba un nombre distinto."
        refused = planning.post(f"{DEPARTMENTS}nueva/", {"number": "7", "prefix": "OBR", "name": name})
        assert said in text_of(refused) and refused.context["form"]["name"].value() == name
        make_department("OBR", "Obras")
        assert said in text_of(save(planning, f"{DEPARTMENTS}OBR/", name=name))
        kept = Department.objects.order_by("pk").values_list("name", flat=True)
        assert list(kept) == ["Presidencia Municipal", "Obras"]
        # Its own name may be mended, and blanks are tidied.
        save(planning, f"{DEPARTMENTS}PRE/", name="Presidencia   municipal")
        assert Department.objects.get(prefix="PRE").name == "Presidencia municipal"

    @pytest.mark.usefixtures("people")
    def test_everything_that_is_wrong_is_told_at_once(self, planning: Client) -> None:
        refused = planning.post(f"{DEPARTMENTS}nueva/", {"number": "1", "prefix": "P1", "name": ""})
        assert {name: list(errors) for name, errors in refused.context["form"].errors.items()} == {
            "number": ["Ya existe una dependencia con este número."],
            "prefix": ["El prefijo son de 2 a 6 letras mayúsculas, por ejemplo PRE."],
            "name": ["Escriba el nombre de la dependencia."],
        }
        taken = {"number": "x", "prefix": "PRE", "name": "presidencia municipal"}
        refused = planning.post(f"{DEPARTMENTS}nueva/", taken)
        assert sorted(refused.context["form"].errors) == ["name", "number", "prefix"]

    def test_one_that_has_people_or_programmes_is_kept(self, planning: Client) -> None:
        kept = planning.post(f"{DEPARTMENTS}PRE/quitar/", follow=True)
        assert "ya tiene programas o personas registradas" in text_of(kept)
        assert Department.objects.filter(prefix="PRE").exists()


class TestTwoOfficersAtOnce:
    """Both have the same form open; the second is told who changed what, and loses nothing of what was typed."""

    @pytest.fixture
    def second(self) -> Client:
        client = Client()
        client.force_login(make_user("otra", Role.PLANNING, first_name="Eva", last_name="Soto"))
        return client

    def test_on_a_person(self, planning: Client, second: Client, people: dict[str, User]) -> None:
        path = page_of(people["liaison"])
        User.objects.filter(pk=people["liaison"].pk).update(first_name="Luisa")
        mine = typed_into(planning.get(path), last_name="Mora")
        save(second, path, first_name="Luz", email="luz@durango.example")
        told = planning.post(path, mine)
        text = text_of(told)
        assert "Todavía no se guardó lo suyo. Eva Soto cambió los datos de esta persona mientras usted" in text
        assert "nombre: Luisa → Luz" in text and "liaison@durango.example → luz@durango.example" in text
        people["liaison"].refresh_from_db()
        assert (people["liaison"].first_name, people["liaison"].last_name) == ("Luz", "")
        # What she typed is still there, what she did not touch is the other's, and now it can be saved.
        assert planning.post(path, typed_into(told)).status_code == 302
        people["liaison"].refresh_from_db()
        assert (str(people["liaison"]), people["liaison"].email) == ("Luz Mora", "luz@durango.example")

    def test_on_a_department(self, planning: Client, second: Client) -> None:
        path = f"{DEPARTMENTS}PRE/"
        mine = typed_into(planning.get(path), name="Oficina de la Presidencia")
        save(second, path, name="Despacho", number="12")
        told = planning.post(path, mine)
        text = text_of(told)
        assert "Todavía no se guardó lo suyo. Eva Soto cambió los datos de esta dependencia mientras" in text
        assert "nombre: Presidencia Municipal → Despacho" in text and "número: 1 → 12" in text
        assert Department.objects.get().name == "Despacho"
        planning.post(path, typed_into(told))
        assert (Department.objects.get().name, Department.objects.get().number) == ("Oficina de la Presidencia", 12)

    @pytest.mark.parametrize("seen", ["", "garbage", "a:b:c"])
    def test_a_form_without_what_it_saw_never_overwrites(
        self, seen: str, planning: Client, people: dict[str, User]
    ) -> None:
        for path, field in ((page_of(people["liaison"]), "first_name"), (f"{DEPARTMENTS}PRE/", "name")):
            told = planning.post(path, typed_into(planning.get(path), **{field: "Otro"}) | {"seen": seen})
            assert told.status_code == 200 and "Todavía no se guardó lo suyo." in text_of(told)
        assert not TrailEntry.objects.filter(action__startswith="cambiar").exists()


def test_people_are_found_without_accents_and_by_role(planning: Client) -> None:
    make_user("mhdz", Role.LIAISON, make_department("OBR", "Obras"), first_name="María José", last_name="Hernández")
    make_user("nadie")
    assert "mhdz" in text_of(planning.get(LIST, {"q": "jose HERNANDEZ"}))
    assert "mhdz" not in text_of(planning.get(LIST, {"q": "jose perez"}))
    assert "Nadie coincide" in text_of(planning.get(LIST, {"q": "jose perez"}))
    assert listed(planning, funcion="liaison") == ["liaison", "mhdz"]
    assert listed(planning, ver="sin-funcion") == ["nadie"]
    assert planning.get(LIST, {"ver": "x", "funcion": "y", "pagina": "z"}).status_code == 200


def test_the_lists_ask_the_same_number_of_queries_for_many(planning: Client) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            planning.get(path)
        return len(captured)

    year = make_year(2016)
    make_program(year)
    few = {path: queries(path) for path in (LIST, DEPARTMENTS, NAME, f"{DEPARTMENTS}PRE/")}
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        department = make_department(f"Z{letter}", f"Dependencia {letter}")
        make_program(year, f"Z{letter}-01", department=department)
        make_user(f"enlace{letter}", Role.LIAISON, department)
        make_user(f"otro{letter}", Role.LIAISON, make_department())
    assert {path: queries(path) for path in few} == few
