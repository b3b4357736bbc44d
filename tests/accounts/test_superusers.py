"""Another superuser's account: only a superuser asks, and a second person confirms all of it."""

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from accounts import services, two_people
from accounts.access import Access
from accounts.models import Membership, PendingAct, Role, User
from accounts.services import Appointment
from core.models import TrailEntry
from core.refusals import NotAllowed, ServiceError
from tests.catalog.people.pages import LIST, NAME, listed, page_of, save
from tests.factories import NOW, access_of, make_department, make_people, make_user, signed_in
from tests.support.pages import words_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
WAITING = "/catalogo/por-confirmar/"


@pytest.fixture
@shared
def people() -> dict[str, User]:
    return make_people(make_department()) | {
        "root": make_user("root", Role.READER, is_superuser=True),
        "other": make_user("other", is_superuser=True),
    }


@pytest.fixture
def asker(people: dict[str, User]) -> Access:
    return access_of(people["other"])


def acts(access: Access, root: User) -> dict[str, Any]:
    row = root.memberships.get()
    data = {"first_name": "Rosa", "last_name": "Gil", "email": "rosa@durango.example", "username": "rosa"}
    return {
        "data": lambda: services.update_user(
            access=access, user=root, seen=services.user_state(root), reason="Se casó", now=NOW, **data
        ).waits,
        "name": lambda: services.update_user(
            access=access, user=root, seen=services.user_state(root), reason="Se casó", now=NOW, first_name="Rosa",
            last_name="", email=root.email,
        ).waits,
        "leave": lambda: services.deactivate(access=access, user=root, reason="Se fue", now=NOW),
        "appoint": lambda: services.appoint(
            access=access, user=root, now=NOW,
            appointment=Appointment(Role.LIAISON, make_department(), date(2016, 9, 1)),
        ),
        "stand in": lambda: services.appoint(
            access=access, user=root, now=NOW,
            appointment=Appointment(
                Role.DIRECTOR, make_department(), date(2016, 9, 1), date(2016, 12, 1),
                User.objects.get(username="director"), "Oficio 3",
            ),
        ),
        "end": lambda: services.end_membership(
            access=access, membership=row, ends_on=date(2016, 12, 31), reason="Termina", now=NOW
        ),
        "correct": lambda: services.correct_membership(
            access=access, membership=row, starts_on=date(2014, 2, 1), instrument="Oficio 1", reason="Mal", now=NOW
        ),
    }  # fmt: skip


def state(root: User) -> Any:
    return (
        User.objects.filter(pk=root.pk).values("username", "first_name", "email", "is_active").get(),
        list(root.memberships.order_by("pk").values("role", "starts_on", "ends_on", "substitutes", "instrument")),
    )


ACTS = ["data", "name", "leave", "appoint", "stand in", "end", "correct"]


@pytest.mark.parametrize("second", ["planning", "third"])
@pytest.mark.parametrize("act", ACTS)
def test_waits_for_a_second_officer_or_superuser(act: str, second: str, asker: Access, people: dict[str, User]) -> None:
    people["third"] = make_user("third", is_superuser=True)
    before = state(people["root"])
    asked = acts(asker, people["root"])[act]()
    assert isinstance(asked, PendingAct) and state(people["root"]) == before
    for refused in ("other", "root", "director", "comptroller"):
        with pytest.raises(NotAllowed):
            two_people.confirm(access=access_of(people[refused]), act=asked, now=NOW)
    two_people.confirm(access=access_of(people[second]), act=asked, now=NOW)
    assert state(people["root"]) != before
    entry = TrailEntry.objects.exclude(action="pedir a otra persona").latest("id")
    assert entry.changes["asked_by"] == [None, "other"] and entry.changes["confirmed_by"] == [None, second]


@pytest.mark.parametrize("who", ["planning", "liaison", "director", "reader", "comptroller"])
@pytest.mark.parametrize("act", ACTS)
def test_nobody_else_asks(act: str, who: str, people: dict[str, User]) -> None:
    before = state(people["root"])
    with pytest.raises(NotAllowed):
        acts(access_of(people[who]), people["root"])[act]()
    assert state(people["root"]) == before and not PendingAct.objects.exists()


def test_coming_back_waits_too(asker: Access, people: dict[str, User]) -> None:
    User.objects.filter(pk=people["root"].pk).update(is_active=False)
    asked = services.reactivate(access=asker, user=people["root"], reason="Volvió", now=NOW)
    assert isinstance(asked, PendingAct) and not User.objects.get(username="root").is_active
    two_people.confirm(access=access_of(people["planning"]), act=asked, now=NOW)
    assert User.objects.get(username="root").is_active


def test_ones_own_address_is_ones_own_act_and_leaving_is_not(people: dict[str, User]) -> None:
    root = people["root"]
    own = access_of(root)
    corrected = services.update_user(
        access=own,
        user=root,
        first_name="",
        last_name="",
        email="mia@durango.example",
        seen=services.user_state(root),
        now=NOW,
    )
    assert corrected.waits is None and User.objects.get(username="root").email == "mia@durango.example"
    with pytest.raises(ServiceError, match="Nadie se da de baja"):
        services.deactivate(access=own, user=root, reason="x", now=NOW)


def test_the_same_is_asked_once_and_what_changed_meanwhile_is_told(asker: Access, people: dict[str, User]) -> None:
    asked = acts(asker, people["root"])["leave"]()
    with pytest.raises(ServiceError, match="other ya lo pidió"):
        acts(asker, people["root"])["leave"]()
    User.objects.filter(username="root").update(first_name="Eva")
    with pytest.raises(ServiceError, match="cambiaron desde que se pidió"):
        two_people.confirm(access=access_of(people["planning"]), act=asked, now=NOW)
    assert User.objects.get(username="root").is_active


def test_from_the_page_to_the_second_person(people: dict[str, User]) -> None:
    first, root = signed_in(people["other"]), people["root"]
    assert "root" in listed(first) and "root" not in listed(signed_in(people["planning"]))
    page = words_of(first.get(page_of(root)))
    assert "lo que otra persona cambie de esta cuenta lo confirma una segunda" in page and "Enviar" not in page
    assert "Escriba por qué cambian los datos" in words_of(save(first, page_of(root), first_name="Rosa"))
    asked = save(first, page_of(root), first_name="Rosa", username="rosa", reason="Se casó")
    assert "Todavía no se hace" in words_of(first.get(asked.url))
    standing = f"{page_of(root)}baja/"
    assert "lo confirma una segunda persona" in words_of(first.get(standing))
    first.post(standing, {"reason": "Se fue"})
    data, leave = PendingAct.objects.waiting().order_by("pk")
    assert data.words == "cambiar el usuario de root: de root a rosa; el nombre de root: de ninguno a Rosa"
    second = signed_in(people["planning"])
    waiting = words_of(second.get(f"{WAITING}{data.pk}/"))
    assert f'href="{page_of(root)}"' not in waiting and "Cambiar el usuario de root" in waiting
    mail.outbox.clear()
    second.post(f"{WAITING}{data.pk}/", {"act": "confirmar"})
    root.refresh_from_db()
    assert (root.username, root.first_name, root.is_active) == ("rosa", "Rosa", True)
    # The data changed since the other act was asked.
    stale = second.post(f"{WAITING}{leave.pk}/", {"act": "confirmar"})
    assert "cambiaron desde que se pidió" in words_of(stale)
    root.refresh_from_db()
    assert root.is_active


def test_invitation_and_lock_are_left_to_the_person(people: dict[str, User]) -> None:
    client = signed_in(people["other"])
    for act in ("invitar", "desbloquear"):
        done = client.post(f"{LIST}{people['root'].pk}/{act}/", follow=True)
        assert "Olvidé mi contraseña" in words_of(done)
    assert not mail.outbox


def test_naming_a_superuser_from_the_page_waits(people: dict[str, User]) -> None:
    client = signed_in(people["other"])
    typed = {"user": people["root"].pk, "role": "liaison", "department": "PRE", "starts_on": "2016-10-01"}
    assert "Todavía no se hace" in words_of(client.post(NAME, typed, follow=True))
    assert Membership.objects.filter(user=people["root"]).count() == 1
    end = reverse("catalog:membership_end", args=[people["root"].memberships.get().pk])
    assert "Todavía no se hace" in words_of(client.post(end, {"ends_on": "2099-12-31", "reason": "x"}, follow=True))
    assert PendingAct.objects.waiting().count() == 2
