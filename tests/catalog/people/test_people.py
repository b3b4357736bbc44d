"""Planning's pages about people: who may, finding, inviting, correcting, letting in and out."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from core.models import TrailEntry
from tests.catalog.people.pages import DEPARTMENTS, LIST, LUZ, NAME, NEW, listed, page_of, pages, save
from tests.factories import make_department, make_program, make_user, make_year, signed_in
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_only_planning_has_these_pages(role: str, client: Client, people: dict[str, User]) -> None:
    client.force_login(people[role])
    acts = [f"{LIST}{people['liaison'].pk}/{act}/" for act in ("invitar", "desbloquear")]
    for path in [*pages(people), *acts, f"{DEPARTMENTS}PRE/quitar/"]:
        assert client.post(path, {}).status_code in (404, 405), path
    read = (LIST, f"{LIST}{people['liaison'].pk}/", DEPARTMENTS, f"{DEPARTMENTS}PRE/") if role == "comptroller" else ()
    for path in pages(people):
        assert client.get(path).status_code == (200 if path in read else 404), path


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
    assert "root" not in words_of(planning.get(LIST + "?ver=todas"))
    naming = planning.post(NAME, {"user": root.pk, "role": "planning", "starts_on": "2016-01-01"})
    assert "Elija a una persona de la lista." in words_of(naming)
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
        # What she is named to is told besides, to her and to Contraloría.
        (invitation,) = [message for message in mail.outbox if message.subject.startswith("Su cuenta")]
        assert invitation.to == ["luz@durango.example"]
        sentence = " ".join(str(invitation.body).split())
        assert "Su función: Enlace de Presidencia Municipal, desde el 01/10/2016." in sentence
        assert "sirve una sola vez, durante 7 días" in sentence
        acts = TrailEntry.objects.filter(actor=people["planning"]).order_by("id").values_list("action", flat=True)
        assert list(acts) == ["dar de alta", "nombrar", "enviar invitación"]

    def test_without_a_role_for_now(self, planning: Client) -> None:
        planning.post(NEW, LUZ)
        assert "Planeación todavía no le registra una función" in str(mail.outbox[0].body)
        page = planning.get(page_of(User.objects.get(username="luz.mora")))
        assert "Todavía no tiene ninguno" in words_of(page) and "todavía no la elige" in words_of(page)

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
        assert refused.status_code == 200 and said in words_of(refused), words_of(refused)
        assert f'value="{typed.get("last_name", LUZ["last_name"])}"' in refused.content.decode()
        assert not User.objects.filter(username="luz.mora").exists() and not mail.outbox

    def test_what_is_posted_besides_the_form_does_not_count(self, planning: Client) -> None:
        planning.post(NEW, {**LUZ, "is_superuser": "on", "is_staff": "on", "password": "una-frase-larga-2016"})
        luz = User.objects.get(username="luz.mora")
        assert (luz.is_superuser, luz.is_staff, luz.has_usable_password()) == (False, False, False)

    def test_a_mail_server_that_is_down_loses_nothing(self, planning: Client, monkeypatch: Any) -> None:
        monkeypatch.setattr(EmailMessage, "send", _no_server)
        page = planning.post(NEW, LUZ, follow=True)
        luz = User.objects.get(username="luz.mora")
        assert "El correo a luz@durango.example no salió" in words_of(page)
        assert "Se dio de alta a Luz Mora" in words_of(page)
        monkeypatch.undo()
        again = planning.post(reverse("catalog:person_invite", args=[luz.pk]), follow=True)
        assert "Se envió a luz@durango.example" in words_of(again) and len(mail.outbox) == 1
        sent = TrailEntry.objects.filter(action="enviar invitación", subject_id=luz.pk)
        assert sent.count() == 2 and TrailEntry.objects.filter(action="no enviar correo").exists()


def _no_server(*args: Any, **kwargs: Any) -> None:
    raise smtplib.SMTPServerDisconnected("gone")


class TestPerson:
    def test_a_new_address_is_told_to_the_former_one(
        self, planning: Client, people: dict[str, User], django_capture_on_commit_callbacks: Any
    ) -> None:
        typed = {
            "first_name": "Eva", "last_name": "Soto", "email": "eva@durango.example", "reason": "Cambió de buzón",
        }  # fmt: skip
        with django_capture_on_commit_callbacks(execute=True):
            assert save(planning, page_of(people["liaison"]), **typed).status_code == 302
        people["liaison"].refresh_from_db()
        # The name at once, the address once a second person confirms it.
        assert (people["liaison"].first_name, people["liaison"].email) == ("Eva", "liaison@durango.example")
        assert ["liaison@durango.example"] in [message.to for message in mail.outbox]
        assert TrailEntry.objects.get(action="cambiar datos").changes["first_name"] == ["", "Eva"]

    def test_a_form_that_is_refused_keeps_what_was_typed(self, planning: Client, people: dict[str, User]) -> None:
        refused = planning.post(page_of(people["liaison"]), {"first_name": "Eva", "email": "director@durango.example"})
        assert "Ese correo ya lo usa director (director)" in words_of(refused) and 'value="Eva"' in str(refused.content)

    def test_the_address_of_somebody_who_left_may_be_taken_over(
        self, planning: Client, people: dict[str, User]
    ) -> None:
        leaver = people["director"]
        planning.post(f"{LIST}{leaver.pk}/baja/", {"reason": "Renunció"})
        planning.post(NEW, {**LUZ, "email": leaver.email})
        assert User.objects.filter(email=leaver.email).count() == 2
        back = planning.post(f"{LIST}{leaver.pk}/reactivar/", {"reason": "Volvió"})
        assert "Otra persona activa ya usa este correo." in words_of(back)
        leaver.refresh_from_db()
        assert not leaver.is_active

    def test_deactivated_and_back_with_their_reasons(self, planning: Client, people: dict[str, User]) -> None:
        liaison = people["liaison"]
        assert "Escriba el motivo." in words_of(planning.post(f"{LIST}{liaison.pk}/baja/", {"reason": " "}))
        inside = signed_in(liaison)
        assert inside.get("/cuenta/").status_code == 200
        planning.post(f"{LIST}{liaison.pk}/baja/", {"reason": "Renunció"})
        assert inside.get("/cuenta/").status_code == 302
        assert "liaison" not in listed(planning) and listed(planning, ver="bajas") == ["liaison"]
        assert "ya está de baja" in words_of(planning.get(f"{LIST}{liaison.pk}/baja/", follow=True))
        naming = {"user": liaison.pk, "role": "reader", "starts_on": "2016-10-01"}
        assert "Elija a una persona de la lista." in words_of(planning.post(NAME, naming))
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
            assert "Nadie se da de baja a sí mismo" in words_of(refused)
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
        assert "bloqueada hasta las" in words_of(planning.get(LIST + "?ver=bloqueadas"))
        page = planning.get(page_of(people["liaison"]))
        assert "está en espera hasta las" in words_of(page)
        assert planning.post(f"{LIST}{people['liaison'].pk}/desbloquear/").status_code == 302
        signed_in = visitor.post("/entrar/", {"username": "liaison", "password": "una-frase-larga-2016"})
        assert signed_in.status_code == 302
        assert TrailEntry.objects.get(action="desbloquear").subject_id == people["liaison"].pk
        idle = planning.post(f"{LIST}{people['liaison'].pk}/desbloquear/", follow=True)
        assert "no había intentos fallidos" in words_of(idle)
        assert TrailEntry.objects.filter(action="desbloquear").count() == 1
        page = words_of(planning.get(page_of(people["liaison"])))
        assert f"{timezone.localdate():%d/%m/%Y}" in page and "nunca ha entrado" not in page

    def test_a_lock_that_ran_out_is_none(self, planning: Client, people: dict[str, User]) -> None:
        old = timezone.now() - timedelta(minutes=16)
        attempt = {"username": "liaison", "ip_address": "127.0.0.1", "failures_since_start": 9, "path_info": "/"}
        made = AccessAttempt.objects.create(**attempt)
        AccessAttempt.objects.filter(pk=made.pk).update(attempt_time=old)
        assert "bloqueada" not in words_of(planning.get(LIST)).replace("Bloqueadas", "")


def test_people_are_found_without_accents_and_by_role(planning: Client) -> None:
    make_user("mhdz", Role.LIAISON, make_department("OBR", "Obras"), first_name="María José", last_name="Hernández")
    make_user("nadie")
    assert "mhdz" in words_of(planning.get(LIST, {"q": "jose HERNANDEZ"}))
    assert "mhdz" not in words_of(planning.get(LIST, {"q": "jose perez"}))
    assert "Nadie coincide" in words_of(planning.get(LIST, {"q": "jose perez"}))
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
