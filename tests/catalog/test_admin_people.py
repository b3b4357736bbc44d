"""People and their memberships in the admin: what planning may do with them, and to whom never."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role, User
from core.models import TrailEntry
from programs.models import FiscalYear
from tests.catalog.admin_pages import address, errors_of, make_catalogue, save
from tests.factories import (
    make_department,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_planning_adds_people_but_never_touches_a_superuser(planning: Client) -> None:
    boss = make_user("raiz", is_superuser=True, password="una-clave-muy-larga-9")
    page = address(User, "change", boss.pk)
    assert planning.get(page).status_code == 200
    assert planning.post(page, {"username": "otra"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[boss.pk])
    new = {"password1": "otra-clave-muy-larga-9", "password2": "otra-clave-muy-larga-9"}
    assert planning.post(password, new).status_code == 403
    boss.refresh_from_db()
    assert boss.username == "raiz" and boss.check_password("una-clave-muy-larga-9")
    values = {"username": "nueva", "first_name": "Ana", "email": "ana@durango.example", "is_superuser": "on", **new}
    response = save(planning, User, **values)
    assert response.status_code == 302, errors_of(response)
    made = User.objects.get(username="nueva")
    assert not made.is_superuser and not made.is_staff and not made.has_usable_password()
    assert save(planning, User, made.pk, is_superuser="on", last_name="Ruiz").status_code == 302
    made.refresh_from_db()
    assert not made.is_superuser and made.last_name == "Ruiz"
    trail = str([entry.changes for entry in TrailEntry.objects.all()])
    assert "nueva" in trail and "pbkdf2" not in trail and "password" not in trail


def test_a_new_person_is_invited_to_choose_their_password(
    planning: Client, mailoutbox: list, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        save(planning, User, username="nueva", first_name="Ana", email="ana@durango.example")
    (invitation,) = mailoutbox
    assert invitation.to == ["ana@durango.example"]
    link = next(line for line in invitation.body.splitlines() if line.startswith("http"))
    assert Client().get(link, follow=True).status_code == 200


def test_nobody_in_planning_chooses_another_s_password(planning: Client) -> None:
    person, demo = make_user("ana", password="la-de-ana-2016"), make_user("demo", is_demo=True)
    new = {"password1": "otra-clave-muy-larga-9", "password2": "otra-clave-muy-larga-9", "usable_password": "true"}
    url = reverse("admin:auth_user_password_change", args=[person.pk])
    assert planning.post(url, new).status_code == 403
    person.refresh_from_db()
    assert person.check_password("la-de-ana-2016")
    superuser = Client()
    superuser.force_login(make_user("raiz", is_superuser=True))
    assert superuser.post(reverse("admin:auth_user_password_change", args=[demo.pk]), new).status_code == 403
    assert superuser.post(url, new).status_code == 302
    assert TrailEntry.objects.get(action="cambiar contraseña").subject_id == person.pk


def test_the_former_address_hears_of_a_new_one(
    planning: Client, mailoutbox: list, django_capture_on_commit_callbacks: Any
) -> None:
    person = make_user("ana")
    with django_capture_on_commit_callbacks(execute=True):
        assert save(planning, User, person.pk, email="otra@durango.example").status_code == 302
    assert [message.to for message in mailoutbox] == [["ana@durango.example"]]
    assert "otra@durango.example" in mailoutbox[0].body


def test_people_and_memberships_are_never_deleted(superuser: Client) -> None:
    make_catalogue()
    for model in (User, Membership, FiscalYear):
        obj = model._base_manager.first()
        assert superuser.post(address(model, "delete", obj.pk), {"post": "yes"}).status_code == 403


def test_a_membership_is_made_and_ended_with_its_trail(planning: Client) -> None:
    person, department = make_user("ana"), make_department()
    values = {"user": person.pk, "role": Role.DIRECTOR, "department": department.pk, "starts_on": "2016-01-01"}
    assert save(planning, Membership, **values).status_code == 302
    made = Membership.objects.get(user=person)
    assert save(planning, Membership, made.pk, ends_on="2016-06-30", motivo="Renuncia").status_code == 302
    entry = TrailEntry.objects.first()
    assert entry is not None and entry.changes == {"ends_on": [None, "2016-06-30"]}
    assert entry.scope_id == department.pk
    for far in ("0001-01-01", "9999-12-31"):
        refused = save(planning, Membership, **values | {"starts_on": far})
        assert "Escriba una fecha entre 1950 y 2099." in errors_of(refused)
    wrong = save(planning, Membership, **values | {"department": "", "starts_on": "2016-02-01"})
    assert "pertenece a una dependencia" in errors_of(wrong)


def test_nobody_of_planning_takes_their_own_access_away(planning: Client) -> None:
    officer = User.objects.get(username="planeacion")
    make_user("otra", Role.PLANNING)
    own = officer.memberships.get()
    ended = planning.post(address(Membership, "change", own.pk), {"ends_on": "2016-12-31", "starts_on": "2014-01-01"})
    assert ended.status_code == 403
    assert save(planning, User, officer.pk, is_active=None, first_name="Ana").status_code == 302
    own.refresh_from_db()
    officer.refresh_from_db()
    assert own.ends_on is None and officer.is_active and officer.first_name == "Ana"
