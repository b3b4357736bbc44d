"""One's own account, changing the password and recovering it by e-mail."""

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from pytest_django import Settings

from accounts.models import Membership, Role, User
from core.models import TrailEntry
from tests.factories import make_department, make_user
from tests.support.shared import shared

pytestmark = pytest.mark.django_db

OLD, NEW = "una-frase-larga-2016", "otra-frase-mejor-2017"
RECOVER = "/contrasena/olvidada/"
REFUSED = "El usuario o la contraseña no son correctos."


@pytest.fixture
@shared
def ana() -> User:
    return make_user("ana", Role.LIAISON, make_department(), password=OLD, first_name="Ana", last_name="Ruiz")


def signs_in(username: str, password: str) -> bool:
    return Client().post("/entrar/", {"username": username, "password": password}).status_code == 302


class TestAccount:
    def test_shows_ones_data_and_memberships(self, client: Client, ana: User) -> None:
        Membership.objects.create(
            user=ana,
            role=Role.DIRECTOR,
            department=make_department(),
            starts_on=date(2015, 1, 1),
            ends_on=date(2015, 6, 30),
            substitutes=make_user("beto"),
            instrument="Oficio 7",
        )
        client.force_login(ana)
        page = client.get("/cuenta/").content.decode()
        for text in ("Ana Ruiz", "ana@durango.example", "Presidencia Municipal", "01/01/2014", "vigente"):
            assert text in page
        for text in ("en suplencia de beto (Oficio 7)", "30/06/2015", "terminó"):
            assert text in page

    def test_costs_the_same_for_many_memberships(self, client: Client, ana: User) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                client.get("/cuenta/")
            return len(queries)

        client.force_login(ana)
        with_one = cost()
        for year in range(1990, 2010):
            Membership.objects.create(user=ana, role=Role.READER, starts_on=date(year, 1, 1))
        assert cost() == with_one <= 7

    @pytest.mark.parametrize("name", ["account", "password_change"])
    def test_is_for_who_is_signed_in(self, name: str, client: Client) -> None:
        url = reverse(f"accounts:{name}")
        assert client.get(url)["Location"] == f"/entrar/?next={url}"


class TestChangingThePassword:
    URL = "/cuenta/contrasena/"

    def change(self, client: Client, old: str = OLD, new: str = NEW, again: str | None = None) -> Any:
        return client.post(
            self.URL, {"old_password": old, "new_password1": new, "new_password2": again or new}, follow=True
        )

    def test_changes_it_and_stays_signed_in(self, client: Client, ana: User) -> None:
        client.force_login(ana)
        response = self.change(client)
        assert response.redirect_chain == [("/cuenta/", 302)]
        assert "Su contraseña cambió" in response.content.decode()
        assert signs_in("ana", NEW) and not signs_in("ana", OLD)

    def test_is_in_the_trail_without_the_password(self, client: Client, ana: User) -> None:
        client.force_login(ana)
        self.change(client)
        entry = TrailEntry.objects.get(action="cambiar contraseña")
        assert (entry.actor, entry.subject_id, entry.changes) == (ana, ana.pk, {})

    @pytest.mark.parametrize(
        ("old", "new", "again", "said"),
        [
            ("x", NEW, NEW, "La contraseña actual no es correcta"),
            (OLD, NEW, NEW + "x", "Las dos contraseñas nuevas no son iguales"),
            (OLD, "corta", "corta", "demasiado corta"),
            (OLD, "1234567890123", "1234567890123", "numérica"),
            (OLD, "password1234", "password1234", "común"),
        ],
    )
    def test_refusals(self, old: str, new: str, again: str, said: str, client: Client, ana: User) -> None:
        client.force_login(ana)
        assert said in self.change(client, old, new, again).content.decode()
        assert signs_in("ana", OLD)


class TestRecoveringThePassword:
    def ask(self, client: Client, email: str = "ana@durango.example") -> Any:
        return client.post(RECOVER, {"email": email}, follow=True)

    def link(self) -> str:
        (message,) = mail.outbox
        found = re.search(r"http://testserver(/contrasena/nueva/\S+)", str(message.body))
        assert found
        return found[1]

    def test_the_full_cycle(self, client: Client, ana: User) -> None:
        page = self.ask(client).content.decode()
        assert "Revise su correo" in page
        (message,) = mail.outbox
        assert message.to == ["ana@durango.example"]
        assert message.subject == "Elija una contraseña nueva para el seguimiento del plan municipal"
        assert "Buen día, Ana Ruiz:" in message.body and "«ana»" in message.body and "1 día" in message.body

        form = client.get(self.link(), follow=True)
        assert "Elija su contraseña" in form.content.decode()
        url = form.redirect_chain[-1][0]
        done = client.post(url, {"new_password1": NEW, "new_password2": NEW}, follow=True)
        assert "Contraseña guardada" in done.content.decode()
        assert signs_in("ana", NEW) and not signs_in("ana", OLD)
        assert TrailEntry.objects.filter(action="recuperar contraseña", subject_id=ana.pk).exists()

        again = client.get(self.link(), follow=True).content.decode()
        assert "El enlace ya no sirve" in again

    def test_the_answer_does_not_tell_who_exists(self, client: Client, ana: User) -> None:
        known, unknown = self.ask(client), self.ask(client, "nadie@durango.example")
        assert known.redirect_chain == unknown.redirect_chain
        assert len(mail.outbox) == 1

    def test_it_ends_ones_own_lock_out(self, client: Client, ana: User) -> None:
        for _ in range(5):
            client.post("/entrar/", {"username": "ana", "password": "x"})
        assert not signs_in("ana", OLD)
        self.ask(client)
        url = client.get(self.link(), follow=True).redirect_chain[-1][0]
        client.post(url, {"new_password1": NEW, "new_password2": NEW})
        assert signs_in("ana", NEW)

    def test_a_weak_password_is_refused(self, client: Client, ana: User) -> None:
        self.ask(client)
        url = client.get(self.link(), follow=True).redirect_chain[-1][0]
        page = client.post(url, {"new_password1": "corta", "new_password2": "corta"}).content.decode()
        assert "demasiado corta" in page

    @pytest.mark.parametrize("who", [{"is_active": False}, {"is_demo": True}])
    @pytest.mark.parametrize("demo_mode", [True, False])
    def test_neither_the_deactivated_nor_demonstration_accounts(
        self, who: dict[str, bool], demo_mode: bool, client: Client, settings: Settings
    ) -> None:
        settings.PMD_DEMO = demo_mode
        user = make_user("otro", password=OLD, **who)
        self.ask(client, "otro@durango.example")
        assert not mail.outbox
        uid, token = urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)
        link = reverse("accounts:password_reset_confirm", args=[uid, token])
        assert "El enlace ya no sirve" in client.get(link, follow=True).content.decode()

    @pytest.mark.parametrize("uid", ["MQ", "x", "999999"])
    def test_a_made_up_link(self, uid: str, client: Client) -> None:
        assert "El enlace ya no sirve" in client.get(f"/contrasena/nueva/{uid}/a-b/").content.decode()

    def test_an_address_that_is_none(self, client: Client) -> None:
        assert "Escriba un correo electrónico completo" in self.ask(client, "ana").content.decode()
