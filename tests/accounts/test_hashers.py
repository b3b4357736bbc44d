"""How passwords are kept: as Argon2id, and those of an earlier version from the next sign-in on."""

from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher
from django.test import Client

from pmd import settings as product
from tests.factories import make_user

PASSWORD = "la-de-las-pruebas-9"


@pytest.fixture(autouse=True)
def _as_in_production(settings: Any) -> None:
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS


@pytest.mark.django_db
def test_a_password_is_kept_as_argon2id_with_the_parameters_of_owasp(client: Client) -> None:
    user = make_user("clara")
    user.set_password(PASSWORD)
    user.save()
    assert user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert client.post("/entrar/", {"username": "clara", "password": f"{PASSWORD}x"}).status_code == 200
    assert client.post("/entrar/", {"username": "clara", "password": PASSWORD}).status_code == 302


@pytest.mark.django_db
def test_one_of_an_earlier_version_opens_and_is_kept_anew(client: Client) -> None:
    user = make_user("clara")
    user.password = PBKDF2PasswordHasher().encode(PASSWORD, "sal", iterations=1000)
    user.save()
    answer = client.post("/entrar/", {"username": "clara", "password": PASSWORD})
    assert answer.status_code == 302
    user.refresh_from_db()
    assert identify_hasher(user.password).algorithm == "argon2" and user.check_password(PASSWORD)
