"""Signing in and out: who gets in, where to, and who is locked out for a while."""

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Membership, Role, User
from tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db

PASSWORD = "una-frase-larga-2016"
REFUSED = "El usuario o la contraseña no son correctos."
SIGN_IN = "/entrar/"
ACCOUNT = "/cuenta/"


@pytest.fixture
def ana() -> User:
    return make_user("ana", Role.LIAISON, make_department(), password=PASSWORD)


def sign_in(
    client: Client,
    username: str = "ana",
    password: str = PASSWORD,
    *,
    query: str = "",
    data: dict[str, str] | None = None,
    **headers: str,
) -> Any:
    return client.post(f"{SIGN_IN}{query}", {"username": username, "password": password, **(data or {})}, **headers)


def fail(client: Client, times: int = 5, username: str = "ana", **headers: str) -> None:
    for _ in range(times):
        last = sign_in(client, username, "equivocada", **headers)
    assert last.status_code == (429 if times >= 5 else 200)


class TestSigningIn:
    def test_goes_home(self, client: Client, ana: User) -> None:
        response = sign_in(client)
        assert (response.status_code, response["Location"]) == (302, "/")
        assert client.get(ACCOUNT).status_code == 200

    def test_somebody_unknown_is_sent_here_and_back(self, client: Client, ana: User) -> None:
        response = client.get(f"{ACCOUNT}?x=1")
        assert response["Location"] == "/entrar/?next=/cuenta/%3Fx%3D1"
        page = client.get(response["Location"]).content.decode()
        assert 'name="next" value="/cuenta/?x=1"' in page
        response = sign_in(client, data={"next": "/cuenta/?x=1"})
        assert response["Location"] == "/cuenta/?x=1"

    def test_after_the_session_expires_one_returns_to_the_page(self, client: Client, ana: User) -> None:
        sign_in(client)
        client.session.flush()
        response = client.get(ACCOUNT)
        assert response["Location"] == "/entrar/?next=/cuenta/"
        assert sign_in(client, query="?next=/cuenta/")["Location"] == ACCOUNT

    @pytest.mark.parametrize(
        "elsewhere",
        ["https://malo.example/", "//malo.example/", "/\\malo.example", "javascript:alert(1)", "http:///malo.example"],
    )
    def test_next_never_leads_elsewhere(self, elsewhere: str, client: Client, ana: User) -> None:
        assert sign_in(client, data={"next": elsewhere})["Location"] == "/"
        assert client.get(SIGN_IN, {"next": elsewhere})["Location"] == "/"

    def test_whoever_is_signed_in_goes_on(self, client: Client, ana: User) -> None:
        client.force_login(ana)
        assert client.get(SIGN_IN, {"next": ACCOUNT})["Location"] == ACCOUNT

    @pytest.mark.parametrize("username", ["ana", "nadie", "ANA", "de-baja"])
    def test_the_refusal_does_not_tell_who_exists(self, username: str, client: Client, ana: User) -> None:
        make_user("de-baja", password="equivocada", is_active=False)
        page = sign_in(client, username, "equivocada").content.decode()
        assert page.count(REFUSED) == 1
        assert "desactivad" not in page and "inactiv" not in page

    def test_a_deactivated_person_is_out_at_once(self, client: Client, ana: User) -> None:
        sign_in(client)
        ana.is_active = False
        ana.save()
        assert client.get(ACCOUNT).status_code == 302
        assert REFUSED in sign_in(client).content.decode()

    def test_csrf_is_enforced(self, ana: User) -> None:
        client = Client(enforce_csrf_checks=True)
        assert sign_in(client).status_code == 403
        token = client.get(SIGN_IN).context["csrf_token"]
        assert sign_in(client, data={"csrfmiddlewaretoken": str(token)}).status_code == 302

    def test_the_page_speaks_spanish(self, client: Client) -> None:
        page = client.get(SIGN_IN).content.decode()
        assert "Usuario" in page and "Contraseña" in page and "Olvidé mi contraseña" in page
        assert "Username" not in page and "Password" not in page

    def test_a_null_byte_is_refused_like_anything_else(self, client: Client) -> None:
        assert sign_in(client, "a\x00", "b").status_code == 200


class TestSigningOut:
    def test_is_a_post(self, client: Client, ana: User) -> None:
        client.force_login(ana)
        page = client.get("/salir/")
        assert page.status_code == 200 and "¿Desea cerrar su sesión" in page.content.decode()
        assert client.get(ACCOUNT).status_code == 200
        assert client.post("/salir/")["Location"] == SIGN_IN
        assert client.get(ACCOUNT).status_code == 302

    def test_without_a_session_it_leads_to_the_entrance(self, client: Client) -> None:
        assert client.get("/salir/")["Location"] == SIGN_IN

    def test_csrf_is_enforced(self, ana: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(ana)
        assert client.post("/salir/").status_code == 403


class TestLockOut:
    """By user name and address together: a town hall shares one address."""

    def test_five_failures_close_the_door_even_to_the_right_password(self, client: Client, ana: User) -> None:
        fail(client, 4)
        assert REFUSED in sign_in(client, "nadie", "x").content.decode()
        response = sign_in(client, password="equivocada")
        page = response.content.decode()
        assert response.status_code == 429
        assert "15 minutos" in page and "Planeación" in page
        assert sign_in(client).status_code == 429

    def test_another_person_at_the_same_address_is_not_locked(self, client: Client, ana: User) -> None:
        make_user("beto", password=PASSWORD)
        fail(client)
        assert sign_in(client, "beto").status_code == 302

    def test_the_same_person_at_another_address_is_not_locked(self, client: Client, ana: User) -> None:
        fail(client, REMOTE_ADDR="10.0.0.1")
        assert sign_in(client, REMOTE_ADDR="10.0.0.1").status_code == 429
        assert sign_in(client, REMOTE_ADDR="10.0.0.2").status_code == 302

    def test_a_name_that_does_not_exist_is_locked_just_the_same(self, client: Client) -> None:
        fail(client, username="nadie")

    def test_a_success_forgets_the_failures(self, client: Client, ana: User) -> None:
        fail(client, 4)
        assert sign_in(client).status_code == 302
        fail(Client(), 4)

    def test_forwarded_headers_are_ignored_without_a_proxy(self, client: Client, ana: User) -> None:
        for n in range(5):
            last = sign_in(client, password="equivocada", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}")
        assert last.status_code == 429
        assert sign_in(client, HTTP_X_FORWARDED_FOR="10.0.0.9").status_code == 429

    @pytest.mark.parametrize(("proxies", "header"), [(1, "{forged}, {client}"), (2, "{forged}, {client}, 192.168.0.1")])
    def test_with_proxies_the_nth_address_from_the_right_counts(
        self, proxies: int, header: str, client: Client, ana: User, settings: Settings
    ) -> None:
        settings.PMD_PROXY_COUNT = proxies

        def forwarded(address: str, forged: str) -> dict[str, str]:
            return {"HTTP_X_FORWARDED_FOR": header.format(client=address, forged=forged)}

        for n in range(5):
            last = sign_in(client, password="equivocada", **forwarded("200.1.1.1", f"10.0.0.{n}"))
        assert last.status_code == 429
        assert sign_in(client, **forwarded("200.1.1.1", "10.0.0.9")).status_code == 429
        assert sign_in(client, **forwarded("200.1.1.2", "10.0.0.1")).status_code == 302

    def test_the_settings_say_so(self) -> None:
        assert settings.AXES_LOCKOUT_PARAMETERS == [["username", "ip_address"]]
        assert settings.AXES_FAILURE_LIMIT == 5


class TestDemonstrationAccounts:
    @pytest.fixture
    def demo(self) -> User:
        return make_user("enlace.presidencia", Role.LIAISON, make_department(), password=PASSWORD, is_demo=True)

    @pytest.fixture
    def demo_mode(self, settings: Settings) -> Settings:
        settings.PMD_DEMO = True
        return settings

    def test_cannot_sign_in_outside_the_demonstration(self, client: Client, demo: User) -> None:
        assert REFUSED in sign_in(client, demo.username).content.decode()

    def test_nor_can_a_demonstration_superuser(self, client: Client) -> None:
        make_user("admin", password=PASSWORD, is_demo=True, is_superuser=True, is_staff=True)
        assert REFUSED in sign_in(client, "admin").content.decode()
        client.post("/admin/login/", {"username": "admin", "password": PASSWORD})
        assert client.get(ACCOUNT).status_code == 302

    def test_sign_in_within_it(self, client: Client, demo: User, demo_mode: Settings) -> None:
        assert sign_in(client, demo.username).status_code == 302
        assert client.get(ACCOUNT).status_code == 200

    def test_an_open_session_ends_with_the_mode(self, client: Client, demo: User, demo_mode: Settings) -> None:
        sign_in(client, demo.username)
        demo_mode.PMD_DEMO = False
        assert client.get(ACCOUNT)["Location"] == "/entrar/?next=/cuenta/"

    def test_are_listed_with_role_and_password_in_it(self, client: Client, demo: User, demo_mode: Settings) -> None:
        page = client.get(SIGN_IN).content.decode()
        assert "enlace.presidencia" in page and "Enlace de PRE" in page and "Durango-2016-demo" in page
        assert "director.presidencia" not in page  # it does not exist here

    def test_are_nowhere_outside_it(self, client: Client, demo: User) -> None:
        page = client.get(SIGN_IN).content.decode()
        assert "enlace.presidencia" not in page and "Durango-2016-demo" not in page

    def test_keep_their_public_password(self, client: Client, demo: User, demo_mode: Settings) -> None:
        client.force_login(demo)
        response = client.get(reverse("accounts:password_change"), follow=True)
        assert response.redirect_chain == [(ACCOUNT, 302)]
        assert "no se cambia" in response.content.decode()


def test_a_membership_that_ended_leaves_what_is_in_force(client: Client, ana: User) -> None:
    ana.memberships.update(ends_on=date(2016, 1, 31))
    Membership.objects.create(user=ana, role=Role.READER, starts_on=date(2016, 1, 1))
    client.force_login(ana)
    access = client.get(ACCOUNT).wsgi_request.access  # type: ignore[attr-defined]
    assert [role for role, _, _ in access.roles] == [Role.READER]


def test_a_name_longer_than_any_is_refused_as_a_wrong_one_is(client: Client) -> None:
    def answer(name: str) -> str:
        page = client.post("/entrar/", {"username": name, "password": "no es esta"})
        assert page.status_code == 200
        return str(page.context["form"].non_field_errors())

    assert answer("9" * 5_000) == answer("nadie") != ""
