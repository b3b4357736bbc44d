"""What the log says of who came in, who was refused and who became what: unmasked, with where from and when."""

import logging
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.acts import AccountAct
from accounts.models import Role, User
from accounts.services import record_password_change
from pmd.logs import JsonLine
from tests.factories import make_department, make_user
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
PASSWORD = "una-frase-larga-2016"


@pytest.fixture
@shared
def ana() -> User:
    return make_user("ana", Role.LIAISON, make_department(), password=PASSWORD)


def events(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str]]:
    return [(one.event, one.who, one.ip) for one in caplog.records if one.name == "pmd.security"]


def sign_in(client: Client, username: str = "ana", password: str = PASSWORD, **headers: Any) -> Any:
    return client.post("/entrar/", {"username": username, "password": password}, **headers)


def test_coming_in_and_leaving(client: Client, ana: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pmd.security")
    assert sign_in(client, REMOTE_ADDR="10.0.0.7").status_code == 302
    client.post("/salir/", REMOTE_ADDR="10.0.0.7")
    assert events(caplog) == [("sign_in", "ana", "10.0.0.7"), ("sign_out", "ana", "10.0.0.7")]


def test_failures_and_the_lock_out_behind_a_proxy(
    client: Client, ana: User, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.PMD_PROXY_COUNT = 1
    for _ in range(5):
        sign_in(client, "ana", "equivocada", HTTP_X_FORWARDED_FOR="8.8.8.8, 10.0.0.9")
    found = events(caplog)
    assert found.count(("sign_in_failed", "ana", "10.0.0.9")) >= 4
    assert found.count(("locked_out", "ana", "10.0.0.9")) == 1
    assert "equivocada" not in caplog.text and "****" not in caplog.text


def test_a_line_has_its_fields_and_its_request(client: Client, ana: User, caplog: pytest.LogCaptureFixture) -> None:
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonLine().format(record))

    logger, kept = logging.getLogger("pmd.security"), Kept()
    logger.addHandler(kept)
    try:
        answer = sign_in(client, 'nadie\n{"event": "sign_in"}', "x")
    finally:
        logger.removeHandler(kept)
    (line,) = lines
    assert "\n" not in line and f'"request_id": "{answer["X-Request-ID"]}"' in line
    assert line.startswith('{"level": "WARNING"') and '"event": "sign_in_failed"' in line


def test_a_refused_page_and_a_form_from_elsewhere(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.force_login(make_user("nadie"))
    caplog.clear()
    assert client.get("/", REMOTE_ADDR="10.0.0.8").status_code == 403
    assert Client(enforce_csrf_checks=True).post("/entrar/", {"username": "ana"}).status_code == 403
    assert events(caplog) == [("refused", "nadie", "10.0.0.8"), ("refused", "", "127.0.0.1")]


def test_links_that_are_asked_for_and_those_that_do_not_count(
    client: Client, ana: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "pmd.security")
    client.post("/contrasena/olvidada/", {"email": "ana@example.gob.mx"}, REMOTE_ADDR="10.0.0.7")
    uid = urlsafe_base64_encode(force_bytes(ana.pk))
    assert client.get(f"/contrasena/nueva/{uid}/abc-123/", REMOTE_ADDR="10.0.0.7").status_code == 200
    client.get("/contrasena/nueva/zzzz/abc-123/")
    assert events(caplog) == [
        ("link_asked", "ana@example.gob.mx", "10.0.0.7"),
        ("link_refused", "ana", "10.0.0.7"),
        ("link_refused", "", "127.0.0.1"),
    ]
    assert "abc-123" not in caplog.text


def test_a_reading_key_that_does_not_count(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.get("/api/2016/indicadores.json", headers={"authorization": "Bearer no-existe"})
    assert answer.status_code == 401
    assert events(caplog) == [("refused", "", "127.0.0.1")] and "no-existe" not in caplog.text


def test_what_was_recorded_of_accounts_is_told_once_it_stands(
    ana: User, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    caplog.set_level(logging.INFO, "pmd.security")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        record_password_change(user=ana, action=AccountAct.CHANGE_PASSWORD, now=timezone.now())
        assert events(caplog) == []
    (line,) = [one for one in caplog.records if one.name == "pmd.security"]
    assert (line.event, line.who, line.act) == ("account", "ana", "cambiar contraseña")
    assert line.getMessage().startswith("Cambió la contraseña: ")
    with django_capture_on_commit_callbacks(execute=True):
        try:
            with transaction.atomic():
                record_password_change(user=ana, action=AccountAct.CHANGE_PASSWORD, now=timezone.now())
                raise RuntimeError
        except RuntimeError:
            pass
    assert len(events(caplog)) == 1


def test_an_account_and_an_appointment_are_told(
    client: Client, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    caplog.set_level(logging.INFO, "pmd.security")
    make_department("PRE")
    client.force_login(make_user("plan", Role.PLANNING))
    form = {"username": "luz.mora", "first_name": "Luz", "last_name": "Mora", "email": "luz@durango.example"}
    naming = {"role": "liaison", "department": "PRE", "starts_on": "2016-10-01", "instrument": "Oficio 5"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/catalogo/personas/nueva/", form | naming, REMOTE_ADDR="10.0.0.9").status_code == 302
    told = [one.getMessage() for one in caplog.records if one.name == "pmd.security" and one.event == "account"]
    assert told[0].startswith("Dio de alta la cuenta: ") and told[1].startswith("Nombró: ")
    assert "Luz Mora" in told[0] and len(told) == 3
