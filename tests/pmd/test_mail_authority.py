"""A mail server whose certificate is the municipality's own: refused, until its authority is named."""

import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage

from pmd import environment as env
from tests.support.tasks import AUTHORITY, MailServer


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(tls=True) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def send(settings: Any, server: MailServer, host: str = "localhost", **given: str) -> None:
    url = f"smtp+ssl://{host}:{server.server_address[1]}"
    for name, value in env.read_email({"EMAIL_URL": url, **given}, local=False).items():
        setattr(settings, name, value)
    EmailMessage("Asunto", "Texto", "pmd@example.gob.mx", ["ana@example.gob.mx"]).send()


def test_an_authority_that_nobody_named_is_not_believed(settings: Any, server: MailServer) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        send(settings, server)
    assert server.received == []


def test_the_authority_that_is_named_is(settings: Any, server: MailServer) -> None:
    send(settings, server, PMD_EMAIL_CA_FILE=str(AUTHORITY))
    assert "Texto" in server.received


def test_its_certificate_is_for_its_own_name_only(settings: Any, server: MailServer) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        send(settings, server, host="127.0.0.1", PMD_EMAIL_CA_FILE=str(AUTHORITY))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"PMD_EMAIL_CA_FILE": "/no/esta.pem"}, "no se puede leer"),
        ({"PMD_EMAIL_CA_FILE": str(Path(__file__))}, "no es un certificado en PEM"),
        (
            {"PMD_EMAIL_CA_FILE": str(AUTHORITY), "EMAIL_URL": "smtp://correo:25"},
            "es para un servidor de correo con TLS",
        ),
    ],
)
def test_a_certificate_that_is_none_stops_the_start(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=sentence):
        env.read_email({"EMAIL_URL": "smtp+tls://correo:587"} | given, local=False)
