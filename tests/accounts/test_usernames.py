"""A user name that reads as another one is refused by the service, and as far as it can tell by the database."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts import services
from accounts.models import Role, User
from accounts.usernames import key_of
from core.models import TrailEntry
from tests.catalog.people.pages import NEW, page_of, save
from tests.factories import NOW, access_of, make_department, make_people, make_user, signed_in
from tests.support.owner import as_owner
from tests.support.pages import words_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
TWINS = ["José.Núñez", "JOSE.NUNEZ", "jose.nuñez", "ｊｏｓｅ.ｎｕｎｅｚ", "jose\u3164.nunez", "jose\u0301.nunez"]


@pytest.fixture
@shared
def people() -> dict[str, User]:
    return make_people(make_department()) | {"jose": make_user("jose.nunez")}


@pytest.fixture
def planning(people: dict[str, User]) -> Client:
    return signed_in(people["planning"])


def create(people: dict[str, User], username: str) -> User:
    return services.create_user(
        access=access_of(people["planning"]),
        username=username,
        first_name="J",
        last_name="",
        now=NOW,
        email="otro@durango.example",
    )


@pytest.mark.parametrize("twin", [*TWINS, "jose\u200b.nunez", "jo\u00adse.nunez"])
@pytest.mark.parametrize("left", [False, True])
def test_the_service_refuses_a_twin_also_of_whoever_left(left: bool, twin: str, people: dict[str, User]) -> None:
    User.objects.filter(username="jose.nunez").update(is_active=not left)
    assert key_of(twin) == "jose.nunez"
    with pytest.raises(ValidationError) as refused:
        create(people, twin)
    assert "escrito «jose.nunez»: elija otro" in str(refused.value)
    assert not User.objects.filter(email="otro@durango.example").exists()


@pytest.mark.parametrize("other", ["jose.nunez2", "josenunez", "jose_nunez", "jos.nunez"])
def test_another_name_is_another_name(other: str, people: dict[str, User]) -> None:
    assert create(people, other).username == other


@pytest.mark.parametrize("twin", TWINS[:3])
def test_the_database_refuses_it_of_active_people(twin: str, people: dict[str, User]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username=twin, email="a@durango.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(username="reader").update(username=twin)
    User.objects.create(username=twin, email="a@durango.example", is_active=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(username=twin).update(is_active=True)


def test_whoever_comes_back_as_a_twin_is_told(planning: Client, people: dict[str, User]) -> None:
    back = User.objects.create(username="José.Núñez", email="a@durango.example", is_active=False)
    page = planning.post(f"{page_of(back)}reactivar/", {"reason": "Volvió"})
    assert "Otra persona activa tiene un usuario que se lee igual" in words_of(page)
    assert not User.objects.get(pk=back.pk).is_active


def test_an_upgrade_with_twins_names_them_and_changes_nothing(people: dict[str, User]) -> None:
    migration = import_module("accounts.migrations.0005_usernames_without_twin")
    migration.refuse_twins(apps, None)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute('DROP INDEX "user_username_no_twin"')
    for name in ("Eva", "evá"):
        User.objects.create(username=name, email=f"{name}@durango.example")
    with pytest.raises(RuntimeError, match=r"Eva y evá.*dé de baja la cuenta que sobra"):
        migration.refuse_twins(apps, None)
    User.objects.filter(username="evá").update(is_active=False)
    migration.refuse_twins(apps, None)


class TestChanging:
    def test_planning_changes_it_with_a_reason_and_the_person_is_told(
        self, planning: Client, people: dict[str, User], mailoutbox: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        page = page_of(people["jose"])
        refused = save(planning, page, first_name="José", username="pepe")
        assert "Escriba por qué cambia el usuario: lo lee la persona." in words_of(refused)
        assert 'value="pepe"' in refused.content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            done = save(planning, page, first_name="José", username="pepe", reason="Así firma")
        assert "Se guardaron los datos" in words_of(planning.get(done.url))
        assert User.objects.get(pk=people["jose"].pk).username == "pepe"
        entry = TrailEntry.objects.get(action="cambiar datos")
        assert entry.changes["username"] == ["jose.nunez", "pepe"] and entry.reason == "Así firma"
        told = [message.body for message in mailoutbox if message.to == ["jose.nunez@durango.example"]]
        assert "Cambió el usuario con el que entra: de jose.nunez a pepe" in told[0] and "Así firma" in told[0]

    @pytest.mark.parametrize("twin", ["Reader", "réader", "READER"])
    def test_never_to_a_twin(self, twin: str, planning: Client, people: dict[str, User]) -> None:
        page = words_of(save(planning, page_of(people["jose"]), first_name="José", username=twin, reason="x"))
        assert f"Ya hay una persona con el usuario «{twin}», escrito «reader»" in page
        assert User.objects.get(pk=people["jose"].pk).username == "jose.nunez"

    def test_its_own_other_case_is_no_twin(self, planning: Client, people: dict[str, User]) -> None:
        save(planning, page_of(people["jose"]), first_name="José", username="José.Núñez", reason="Sus acentos")
        assert User.objects.get(pk=people["jose"].pk).username == "José.Núñez"

    @pytest.mark.parametrize("bad", ["", "con espacio", "a" * 151, "x\u200by"])
    def test_bad_ones_are_told(self, bad: str, planning: Client, people: dict[str, User]) -> None:
        assert save(planning, page_of(people["jose"]), first_name="J", username=bad, reason="x").status_code == 200
        assert User.objects.get(pk=people["jose"].pk).username == "jose.nunez"

    def test_not_of_a_demonstration_account(self, planning: Client, people: dict[str, User]) -> None:
        User.objects.filter(username="jose.nunez").update(is_demo=True)
        page = words_of(save(planning, page_of(people["jose"]), first_name="J", username="otro", reason="x"))
        assert "El usuario de una cuenta de demostración no se cambia." in page

    @pytest.mark.parametrize("who", [Role.LIAISON, Role.DIRECTOR, Role.READER, Role.COMPTROLLER])
    def test_by_planning_only(self, who: str, people: dict[str, User]) -> None:
        client = signed_in(people[who])
        assert client.post(page_of(people["jose"]), {"username": "otro", "reason": "x"}).status_code == 404

    def test_the_new_person_page_says_it_beside_the_field(self, planning: Client, people: dict[str, User]) -> None:
        typed = {"first_name": "L", "email": "l@durango.example", "username": "JOSÉ.nuñez"}
        page = planning.post(NEW, typed)
        assert page.context["form"].errors["username"] and "escrito «jose.nunez»" in words_of(page)
