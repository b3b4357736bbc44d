"""What lies beyond this machine: the mail server, and the site as people reach it."""

import http.client
import smtplib
import socket
import ssl
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from accounts import mail_refusals
from core import manual
from pmd import __version__
from pmd.environment import LOOPBACK_HOSTS
from pmd.installation import passed_on
from pmd.installation.findings import Finding

_PATIENCE = 5.0  # seconds
_DAYS_LEFT = 14
_ANSWERS = "ok · PMD"
_LATER = "Espere unos minutos y corra lo mismo otra vez: un servidor puede pedirlo la primera vez."
_KINDS = (
    "Escriba smtp+tls:// (STARTTLS, puerto 587), smtp+ssl:// (TLS desde el principio, puerto 465) o smtp:// (sin TLS), "
    "como lo ofrezca."
)


# OpenSSL's numbers: it ended, it is of another name, of another address.
_ENDED, _OTHER_NAME, _OTHER_ADDRESS = 10, 62, 64
_RENEW = f"Renuévelo ({manual.RENEWING})."
_OF_ITS_NAME = "Escriba en EMAIL_URL el nombre del servidor que está en su certificado."
_REMEDIES = {
    _ENDED: "Pida a quien administra ese servidor que lo renueve.",
    _OTHER_NAME: _OF_ITS_NAME,
    _OTHER_ADDRESS: _OF_ITS_NAME,
}


def _why(error: ssl.SSLCertVerificationError) -> str:
    return error.verify_message.rstrip(".")


def mail_server(now: datetime) -> Iterator[Finding]:
    """Connects and signs in as a message would; sends nothing."""
    connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
    if settings.LOCAL or not settings.EMAIL_CONFIGURED or not isinstance(connection, EmailBackend):
        return
    try:
        connection.open()
        connection.close()
    except Exception as error:
        yield _no_mail(error)


def send_mail(address: str, now: datetime) -> Iterator[Finding]:
    """A message to oneself; that it left is no finding, and whether it arrived only the address knows."""
    try:
        EmailMessage(
            f"PMD: prueba de correo de {settings.PMD_MUNICIPALITY}",
            f"Si lee esto, {settings.PMD_SITE_URL} puede enviar correo.\n\nLo envió manage.py doctor --mail.",
            None,
            [address],
            connection=get_connection(timeout=settings.EMAIL_TIMEOUT),
        ).send()
    except Exception as error:
        yield _no_mail(error)


def _no_mail(error: Exception) -> Finding:
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return Finding(
            f"El certificado del servidor de correo {where} no se puede comprobar: {_why(error)}.",
            _REMEDIES.get(error.verify_code, "Si es del municipio, nombre el de su autoridad con PMD_EMAIL_CA_FILE."),
        )
    why, remedy = _why_no_mail(error)
    return Finding(f"El servidor de correo {where} no sirve: {why}", remedy)


def _why_no_mail(error: Exception) -> tuple[str, str]:
    words = mail_refusals.in_words(error)
    match error:
        case smtplib.SMTPAuthenticationError() if error.smtp_code < 500:
            return f"{mail_refusals.LATER} ({error.smtp_code})", _LATER
        case smtplib.SMTPAuthenticationError():  # what a server answers here may repeat what it was sent
            return f"{words} ({error.smtp_code})", "Corrija el usuario y la clave de EMAIL_URL."
        case UnicodeEncodeError():  # of smtplib, which signs in with ASCII alone
            return "el usuario o la clave de EMAIL_URL lleva acentos, ñ u otros signos.", "Ponga una clave sin ellos."
        case smtplib.SMTPNotSupportedError():
            return f"no ofrece lo que EMAIL_URL pide. ({error})", _KINDS
        case ssl.SSLError():
            return f"en ese puerto no habla TLS como pide EMAIL_URL. ({error})", _KINDS
        case socket.gaierror():
            return "su nombre no se encuentra.", "Corrija EMAIL_URL, o vea el DNS de esta máquina."
        case smtplib.SMTPSenderRefused():
            return f"{words} ({error.smtp_code})", "Corrija DEFAULT_FROM_EMAIL."
        case smtplib.SMTPConnectError():
            return f"no acepta conexiones de esta máquina. ({error.smtp_code})", "Avise a quien lo administra."
        case smtplib.SMTPException() if words == mail_refusals.LATER:
            return f"{words} ({error})", _LATER
        case smtplib.SMTPRecipientsRefused():
            return f"{words} ({error})", "Corrija la dirección, o avise a quien lo administra."
    return f"{words} ({type(error).__name__}: {error})", "Corrija EMAIL_URL, o avise a quien lo administra."


def site(now: datetime) -> Iterator[Finding]:
    """The health page at PMD_SITE_URL, and whose headers count there.

    The first is only something to know: not every network lets a server reach its own name.
    """
    parts = urlsplit(settings.PMD_SITE_URL)
    here = parts.scheme == "http" and parts.hostname in (name.strip("[]") for name in LOOPBACK_HOSTS)
    if settings.LOCAL or here:
        return
    for sentence, remedy in _site_faults(now):
        # Whoever was here before is let in by no browser (HSTS).
        yield Finding(sentence, remedy, grave=remedy == _RENEW)
    yield from passed_on.faults(_PATIENCE)


def _site_faults(now: datetime) -> Iterator[tuple[str, str]]:
    address = f"{settings.PMD_SITE_URL}/salud/"
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:
            text = answer.read(200).decode(errors="replace")
    except HTTPError as error:
        said = error.read(200).decode(errors="replace").strip().partition("\n")[0][:80]
        words = "" if said.startswith("<") or not said else f": {said}"
        yield f"{address} respondió {error.code}{words}.", "Vea el registro del sitio (journalctl -u pmd)."
        return
    except (URLError, OSError, http.client.HTTPException) as error:
        yield _unreached(address, getattr(error, "reason", error))
        return
    if not text.startswith(_ANSWERS):
        yield f"En {address} contesta otro programa.", f"Vea el proxy ({manual.PROXY})."
    elif (version := (text.removeprefix(_ANSWERS).split() or [""])[0]) != __version__:
        yield (
            f"En {address} trabaja PMD {version}, y este código es {__version__}.",
            "Si es esta instalación, reinicie: systemctl restart pmd pmd-papers pmd-worker.",
        )
    yield from _ends_soon(now)


def _unreached(address: str, reason: object) -> tuple[str, str]:
    if isinstance(reason, ssl.SSLCertVerificationError):
        remedy = {
            _ENDED: _RENEW,
            _OTHER_NAME: f"Ponga uno que lleve ese nombre ({manual.CERTIFICATE}).",
        }.get(reason.verify_code, f"Ponga uno de una autoridad reconocida ({manual.CERTIFICATE}).")
        return f"El certificado de {address} no lo reconocerá ningún navegador: {_why(reason)}.", remedy
    if isinstance(reason, socket.gaierror):
        return f"El nombre de {address} no se encuentra.", "Dé de alta el nombre en el DNS, o corrija PMD_SITE_URL."
    return (
        f"No se llega a {address} desde esta máquina: {reason}.",
        "Vea que nginx esté trabajando y que el cortafuegos lo permita.",
    )


def _ends_soon(now: datetime) -> Iterator[tuple[str, str]]:
    parts = urlsplit(settings.PMD_SITE_URL)
    if parts.scheme != "https" or not parts.hostname:
        return
    try:
        with (
            socket.create_connection((parts.hostname, parts.port or 443), timeout=_PATIENCE) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname) as secured,
        ):
            ends = ssl.cert_time_to_seconds((secured.getpeercert() or {})["notAfter"])  # type: ignore[arg-type]
    except (OSError, KeyError):
        return
    days = (datetime.fromtimestamp(ends, UTC) - now).days
    if days < _DAYS_LEFT:
        yield f"El certificado de {parts.hostname} vence en {days} días.", "Renuévelo."
