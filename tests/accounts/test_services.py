"""Planning lets people in and out; every act is in the trail."""

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import services
from accounts.access import Access
from accounts.models import Role, User
from accounts.services import Appointment
from core.models import TrailEntry
from core.refusals import NotAllowed, ServiceError
from core.trail import ChangedMeanwhile
from tests.factories import NOW, access_of, make_department, make_people, make_user
from tests.support.shared import shared

pytestmark = pytest.mark.django_db

ANA = {"username": "ana", "first_name": "Ana", "last_name": "Ruiz", "email": "ana@durango.example"}


@pytest.fixture
@shared
def people() -> dict[str, User]:
    return make_people(make_department())


@pytest.fixture
def planning(people: dict[str, User]) -> Access:
    return access_of(people["planning"])


def test_a_new_person_is_invited_and_chooses_a_password(planning: Access, client: Client) -> None:
    ana = services.create_user(access=planning, now=NOW, **ANA)
    assert not ana.has_usable_password()
    entry = TrailEntry.objects.get(action="dar de alta")
    assert (entry.actor, entry.capacity, entry.subject_id) == (planning.user, "Planeación", ana.pk)
    assert entry.changes["email"] == [None, "ana@durango.example"]

    services.send_invitation(user=ana, base_url="https://pmd.example/", now=NOW)
    (message,) = mail.outbox
    assert message.subject == "Su cuenta para el seguimiento del plan municipal"
    link = next(line for line in str(message.body).splitlines() if "/contrasena/nueva/" in line)
    assert link.startswith("https://pmd.example/contrasena/nueva/")
    form = client.get(link.removeprefix("https://pmd.example"), follow=True)
    url = form.redirect_chain[-1][0]
    client.post(url, {"new_password1": "una-frase-larga-2016", "new_password2": "una-frase-larga-2016"})
    signed_in = client.post("/entrar/", {"username": "ana", "password": "una-frase-larga-2016"})
    assert signed_in.status_code == 302


def test_the_invitation_says_which_roles_where_and_how_long_the_link_lasts(
    planning: Access, people: dict[str, User], settings: Any
) -> None:
    settings.PASSWORD_RESET_TIMEOUT = 3 * 86400
    ana = services.create_user(access=planning, now=NOW, **ANA)
    for appointment in (
        Appointment(Role.LIAISON, make_department(), date(2016, 1, 1)),
        Appointment(Role.READER, None, date(2015, 1, 1), date(2015, 12, 31)),
        Appointment(
            Role.DIRECTOR, make_department(), date(2099, 1, 1), date(2099, 2, 1), people["director"], "Oficio 9"
        ),
    ):
        services.appoint(access=planning, user=ana, appointment=appointment, now=NOW)
    services.send_invitation(user=ana, base_url="https://pmd.example/", now=NOW)
    body = str(mail.outbox[-1].body)
    assert "- Enlace de Presidencia Municipal, desde el 01/01/2016" in body and "durante 7 días" in body
    stands_in = "- Director (titular) de Presidencia Municipal en suplencia de director, del 01/01/2099 al 01/02/2099"
    assert stands_in in body
    assert "Lector" not in body and "&" not in body
    lines = body.strip().splitlines()
    assert len(lines) <= 10 and lines[1].startswith("https://pmd.example/contrasena/nueva/")


def test_an_invitation_that_expired_is_renewed_by_the_person(planning: Access, client: Client) -> None:
    services.create_user(access=planning, now=NOW, **ANA)
    client.post("/contrasena/olvidada/", {"email": "ana@durango.example"})
    assert len(mail.outbox) == 1


def test_a_user_name_is_taken_once(planning: Access) -> None:
    services.create_user(access=planning, now=NOW, **ANA)
    with pytest.raises(ValidationError):
        services.create_user(access=planning, now=NOW, **ANA)


def test_deactivating_and_reactivating(planning: Access, people: dict[str, User]) -> None:
    services.deactivate(access=planning, user=people["liaison"], reason="Renunció", now=NOW)
    assert not User.objects.get(username="liaison").is_active
    entry = TrailEntry.objects.get(action="dar de baja")
    assert (entry.changes, entry.reason) == ({"is_active": [True, False]}, "Renunció")
    services.reactivate(access=planning, user=people["liaison"], reason="Volvió", now=NOW)
    assert User.objects.get(username="liaison").is_active


def test_nobody_deactivates_themselves(planning: Access) -> None:
    with pytest.raises(ServiceError, match="a sí mismo"):
        services.deactivate(access=planning, user=planning.user, reason="", now=NOW)


def test_correcting_data_writes_only_what_changed(planning: Access, people: dict[str, User]) -> None:
    user = people["liaison"]
    seen = services.user_state(user)
    luz = {"first_name": "Luz", "last_name": "", "email": user.email, "username": "liaison"}
    services.update_user(access=planning, user=user, seen=seen, now=NOW, **luz)
    assert TrailEntry.objects.get(action="cambiar datos").changes == {"first_name": ["", "Luz"]}
    services.update_user(access=planning, user=user, seen=luz, now=NOW, **luz)
    assert TrailEntry.objects.filter(action="cambiar datos").count() == 1
    # With what was seen before that change nothing is written.
    with pytest.raises(ChangedMeanwhile) as told:
        services.update_user(access=planning, user=user, seen=seen, now=NOW, **luz | {"first_name": "Eva"})
    assert told.value.current == luz and told.value.entry.actor == planning.user
    assert User.objects.get(pk=user.pk).first_name == "Luz"


def test_memberships_begin_and_end_with_their_trail(planning: Access, people: dict[str, User]) -> None:
    department = make_department()
    appointment = Appointment(
        Role.DIRECTOR, department, date(2016, 9, 1), date(2016, 10, 15), people["director"], " Oficio 9 "
    )
    membership = services.appoint(access=planning, user=people["reader"], appointment=appointment, now=NOW)
    entry = TrailEntry.objects.get(action="nombrar")
    assert (entry.scope_id, entry.reason) == (department.pk, "Oficio 9")
    assert entry.changes["substitutes"] == [None, "director"]

    services.end_membership(
        access=planning, membership=membership, ends_on=date(2016, 9, 30), reason="Volvió la titular", now=NOW
    )
    entry = TrailEntry.objects.get(action="terminar nombramiento")
    assert entry.changes == {"ends_on": ["2016-10-15", "2016-09-30"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": Role.LIAISON, "department": None},
        {"role": Role.PLANNING, "department": "PRE"},
        {"role": Role.LIAISON, "department": "PRE", "ends_on": date(2016, 8, 31)},
        {"role": Role.LIAISON, "department": "PRE", "substitutes": "director"},
    ],
)
def test_memberships_that_make_no_sense(wrong: dict[str, Any], planning: Access, people: dict[str, User]) -> None:
    values = wrong | {"department": make_department() if wrong["department"] else None}
    if "substitutes" in values:
        values["substitutes"] = people["director"]
    with pytest.raises(ValidationError):
        appointment = Appointment(starts_on=date(2016, 9, 1), **values)
        services.appoint(access=planning, user=people["reader"], appointment=appointment, now=NOW)
    assert not TrailEntry.objects.filter(action="nombrar").exists()


def acts(access: Access, user: User) -> list[Any]:
    membership = user.memberships.first()
    named = Appointment(Role.READER, None, date(2016, 1, 1))
    made = [
        lambda: services.update_user(
            access=access, user=user, first_name="x", last_name="", email="", seen=services.user_state(user), now=NOW
        ),
        lambda: services.deactivate(access=access, user=user, reason="", now=NOW),
        lambda: services.reactivate(access=access, user=user, reason="", now=NOW),
        lambda: services.appoint(access=access, user=user, appointment=named, now=NOW),
        lambda: services.invite(access=access, user=user, base_url="https://pmd.example", now=NOW),
        lambda: services.unlock(access=access, user=user, now=NOW),
    ]
    if membership:
        end = {"membership": membership, "ends_on": date(2016, 12, 31)}
        made.append(lambda: services.end_membership(access=access, reason="", now=NOW, **end))
    return made


@pytest.mark.parametrize("who", ["liaison", "director", "reader", "comptroller"])
def test_only_planning_manages_people(who: str, people: dict[str, User]) -> None:
    access = access_of(people[who])
    with pytest.raises(NotAllowed):
        services.create_user(access=access, now=NOW, **ANA)
    for act in acts(access, people["liaison"]):
        with pytest.raises(NotAllowed):
            act()


def test_superusers_are_out_of_plannings_hands(planning: Access) -> None:
    root = make_user("root", Role.READER, is_superuser=True)
    for act in acts(planning, root):
        with pytest.raises(NotAllowed, match="administración del sistema"):
            act()
    assert not TrailEntry.objects.filter(subject_id=root.pk, subject_type="accounts.user").exists()
