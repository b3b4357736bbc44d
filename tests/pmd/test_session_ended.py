"""A session that ends in mid-month costs nobody what they typed."""

import pytest
from django.test import Client

from accounts.models import Role, User
from tests.factories import make_department, make_user
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
PAGE = "/2016/captura/PRE/9/"
TYPED = {"form-0-numerator": "45", "form-0-justification": 'con "comillas" y <b>', "act": "guardar"}


@pytest.fixture
@shared
def clerk() -> User:
    return make_user("enlace", Role.LIAISON, make_department())


def test_sending_after_the_session_ended_says_that_nothing_was_saved():
    response = Client().post(PAGE, TYPED, follow=True)
    assert response.redirect_chain == [(f"/entrar/?next={PAGE}&sesion=terminada", 302)]
    assert "todavía no se guardó" in response.content.decode()
    assert "todavía no se guardó" not in Client().get(PAGE, follow=True).content.decode()


def test_what_was_typed_comes_back_to_be_sent_again(clerk: User):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk)
    response = client.post(PAGE, TYPED, headers={"Sec-Fetch-Site": "same-origin"})
    page = response.content.decode()
    assert response.status_code == 403
    assert f'action="{PAGE}"' in page
    assert '<input type="hidden" name="form-0-numerator" value="45">' in page
    assert 'value="con &quot;comillas&quot; y &lt;b&gt;"' in page


@pytest.mark.parametrize("origin", ["cross-site", "same-site", "none", ""])
def test_another_site_s_form_is_not_handed_back(clerk: User, origin: str):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk)
    response = client.post(PAGE, TYPED, headers={"Sec-Fetch-Site": origin} if origin else {})
    assert response.status_code == 403
    assert "form-0-numerator" not in response.content.decode()


def test_who_lost_the_session_is_led_back_to_the_capture_which_offers_what_was_typed():
    page = Client(enforce_csrf_checks=True).post(PAGE, TYPED).content.decode()
    assert f'href="{PAGE}">Entrar y abrir la captura' in page and "se le ofrecerá lo que no se guardó" in page
    ended = Client().post(PAGE, TYPED, follow=True).content.decode()
    assert "volverá a la página en la que estaba, con lo que había escrito" in ended
    other = Client(enforce_csrf_checks=True).post("/salir/").content.decode()
    assert "abrir la captura" not in other and 'href="/">Ir al inicio' in other


def test_nothing_is_handed_back_to_who_is_not_signed_in():
    response = Client(enforce_csrf_checks=True).post(PAGE, TYPED, headers={"Sec-Fetch-Site": "same-origin"})
    assert "form-0-numerator" not in response.content.decode()


def test_the_session_s_end_leads_back_to_the_page_on_which_the_form_was():
    """Some forms go to an address that only takes forms; another site's page is nowhere to be led to."""
    address, page = "/2016/faltantes/recordar/", "/2016/faltantes/?mes=9"
    from_us = Client().post(address, headers={"Referer": f"http://testserver{page}"})
    assert from_us["Location"] == "/entrar/?next=/2016/faltantes/%3Fmes%3D9&sesion=terminada"
    for elsewhere in ("https://otro.example/", "javascript:alert(1)", "//otro.example/x", ""):
        sent = Client().post(address, headers={"Referer": elsewhere})
        assert sent["Location"] == f"/entrar/?next={address}&sesion=terminada", elsewhere


def test_no_password_is_handed_back(clerk: User):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk)
    typed = {"username": "enlace", "password": "secreto"}
    page = client.post("/entrar/", typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 403 and "secreto" not in page.content.decode()
