"""What the settings alone say: what is missing, misspelt, weak, or does not go together."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.checks.security.base import SECRET_KEY_INSECURE_PREFIX
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.http.request import validate_host

from core import manual
from pmd import env_file
from pmd.environment import KNOWN, LOOPBACK_HOSTS, missing_of_municipality
from pmd.installation.findings import Finding

_OURS, _OWNER = "PMD_", "PMD_DATABASE_OWNER_URL"
_NEAR = 0.75
_TO_NOBODY = ("console", "dummy", "filebased")
# Of a password that a machine makes; of the key see ``pmd.environment``.
_PASSWORD_LENGTH, _KEY_SIGNS = 12, 16


def of_one_s_own_machine(now: datetime) -> Iterator[Finding]:
    if settings.DEBUG:
        yield Finding("DEBUG está encendido: cualquiera que provoque un error ve el programa por dentro.", "Apáguelo.")


def demonstration(now: datetime) -> Iterator[Finding]:
    if settings.PMD_DEMO:
        yield Finding("PMD_DEMO está encendido: es una demostración, no un servidor.", "Quítelo.", code="pmd.W001")


def needed_to_serve(now: datetime) -> Iterator[Finding]:
    if not settings.LOCAL and not settings.ALLOWED_HOSTS:
        yield Finding("Falta ALLOWED_HOSTS.", "Escriba el nombre del servidor.")
    try:
        _ = settings.SECRET_KEY
    except ImproperlyConfigured:
        yield Finding("Falta SECRET_KEY.", "Ponga al menos 50 caracteres al azar.")


def municipality(now: datetime) -> Iterator[Finding]:
    for sentence in missing_of_municipality(settings):
        yield Finding(sentence, code="pmd.W007")


def names(now: datetime) -> Iterator[Finding]:
    """What nobody reads, because it is written otherwise: such a setting is silently the default."""
    written = {name for name in os.environ if name.upper().startswith(_OURS)}
    if settings.ENV_FILE:
        written |= {name for name in env_file.names(settings.ENV_FILE) if name.upper().startswith(_OURS) or _near(name)}
    for name in sorted(written - KNOWN):
        near = _near(name)
        meant = f"¿Quiso decir {near}?" if near else f"Quítelo, o vea cómo se escribe ({manual.SETTINGS})."
        yield Finding(f"{name} no es un ajuste de PMD y nadie lo lee.", meant, grave=bool(near), code="pmd.W008")


def _near(name: str) -> str:
    return next(iter(get_close_matches(name.upper(), KNOWN, n=1, cutoff=_NEAR)), "")


def secrets(now: datetime) -> Iterator[Finding]:
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        key = ""
    if key.startswith(SECRET_KEY_INSECURE_PREFIX):
        guessed = "es la de un ejemplo de Django"
    else:
        guessed = "se repite o usa pocos signos" if len(set(key)) < _KEY_SIGNS or key in (key + key)[1:-1] else ""
    if key and guessed:
        yield Finding(
            f"SECRET_KEY {guessed}: se puede adivinar.",
            'Haga una: python3 -c "import secrets; print(secrets.token_urlsafe(50))".',
            code="pmd.W009",
        )
    database = settings.DATABASES["default"]
    if database.get("PASSWORD") and (why := _weak(database["PASSWORD"], database.get("USER", ""))):
        yield Finding(
            f"La clave del rol de DATABASE_URL {why}.",
            "Cámbiela en PostgreSQL (\\password) y en los ajustes.",
            code="pmd.W010",
        )


def settings_file(now: datetime) -> Iterator[Finding]:
    path = settings.ENV_FILE
    if not path:
        return
    mode, remedy = path.stat().st_mode, f"chown root:pmd {path} && chmod 640 {path}."
    if mode & 0o007:
        yield Finding(
            f"Cualquier cuenta de esta máquina puede leer {path}, que tiene las claves.", remedy, code="pmd.W011"
        )
    elif mode & 0o020:
        yield Finding(
            f"El grupo de {path} puede cambiarlo: quien entrara por las páginas cambiaría los ajustes.",
            remedy,
            code="pmd.W019",
        )
    elif path.stat().st_uid == os.geteuid() != 0:
        yield Finding(
            f"La cuenta del servicio es dueña de {path} y puede cambiarlo.", remedy, grave=False, code="pmd.W021"
        )
    if _OWNER in env_file.names(path):
        yield Finding(
            f"{_OWNER} está en {path}: con ella las páginas no arrancan, y quien entrara por ellas podría cambiar las "
            "reglas de la base.",
            f"Pásela a {path.with_name('owner.env')}, que solo lee root ({manual.TWO_ROLES}).",
            code="pmd.W022",
        )
    for name, times in Counter(env_file.names(path)).items():
        if times > 1:
            yield Finding(
                f"{name} está escrito {times} veces en {path}: vale el primer renglón, y systemd o una terminal "
                "leerían el último.",
                "Deje uno.",
                code="pmd.W020",
            )


def _weak(password: str, user: str) -> str:
    if password.lower() == user.lower():
        return "es el nombre del rol"
    if len(password) < _PASSWORD_LENGTH:
        return f"tiene menos de {_PASSWORD_LENGTH} signos"
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        return "es de las más usadas"
    return ""


def database_engine(now: datetime) -> Iterator[Finding]:
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield Finding(
            "DATABASE_URL es SQLite, que sirve para probar.", "Para trabajar en serio use PostgreSQL.",
            grave=False, code="pmd.W002",
        )  # fmt: skip


def mail(now: datetime) -> Iterator[Finding]:
    if not settings.EMAIL_CONFIGURED:
        yield Finding(
            "Falta EMAIL_URL: nadie podrá recibir el enlace para recuperar su contraseña.",
            "Escriba smtp+tls://usuario:clave@servidor:587.",
            code="pmd.W003",
        )
    elif not settings.LOCAL and settings.EMAIL_BACKEND.split(".")[-2] in _TO_NOBODY:
        yield Finding(
            "EMAIL_URL no es un servidor de correo: los mensajes no llegan a nadie.",
            "Escriba smtp+tls://usuario:clave@servidor:587.",
            code="pmd.W018",
        )
    elif not _is_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]):
        yield Finding(
            f"Los correos salen de «{settings.DEFAULT_FROM_EMAIL}», que nadie puede contestar y muchos servidores "
            "rechazan.",
            "Escriba DEFAULT_FROM_EMAIL, por ejemplo PMD <pmd@example.gob.mx>.",
            grave=False,
            code="pmd.W012",
        )
    if not settings.PMD_ADMINS:
        yield Finding(
            "Falta PMD_ADMINS: nadie recibe un correo cuando algo falla.",
            "Escriba las direcciones de quienes cuidan el servidor.",
            grave=False,
            code="pmd.W013",
        )


def _is_address(given: str) -> bool:
    try:
        validate_email(given)
    except ValidationError:
        return False
    return given.rpartition("@")[2] != "localhost"


def site(now: datetime) -> Iterator[Finding]:
    parts = urlsplit(settings.PMD_SITE_URL)
    host = parts.hostname or ""
    if host in (name.strip("[]") for name in LOOPBACK_HOSTS):
        yield Finding(
            "Falta PMD_SITE_URL: los enlaces de los correos llevarían a esta máquina.",
            "Escriba la dirección del sitio, por ejemplo https://pmd.example.gob.mx.",
            code="pmd.W004",
        )
        return
    if not settings.LOCAL and parts.scheme != "https":
        yield Finding(
            f"PMD_SITE_URL es {settings.PMD_SITE_URL}, sin TLS: el sitio lleva a todos a https://.",
            f"Escriba https://{parts.netloc}.",
            code="pmd.W014",
        )
    if settings.ALLOWED_HOSTS and not validate_host(host, settings.ALLOWED_HOSTS):
        yield Finding(
            f"ALLOWED_HOSTS no tiene «{host}», el nombre de PMD_SITE_URL: quien siga un enlace de un correo recibe un "
            "error.",
            f"Agregue {host} a ALLOWED_HOSTS, o corrija PMD_SITE_URL.",
            code="pmd.W015",
        )


def proxy(now: datetime) -> Iterator[Finding]:
    if not settings.LOCAL and settings.PMD_PROXY_COUNT == 0:
        yield Finding(
            "PMD_PROXY_COUNT es 0: detrás de nginx las páginas se redirigirían a https:// sin fin, y todas las visitas "
            "contarían como una sola dirección.",
            "Escriba 1 si un proxy suyo está delante; con TLS en gunicorn mismo está bien así.",
            grave=False,
            code="pmd.W016",
        )


def time_zone(now: datetime) -> Iterator[Finding]:
    """Only what was given can be wrong here; a zone that is none stopped the start."""
    if settings.PMD_TIME_ZONE and not re.match(r"(?!Etc/)[A-Z][a-z]+/", settings.PMD_TIME_ZONE):
        yield Finding(
            f"PMD_TIME_ZONE es {settings.PMD_TIME_ZONE}, que no es la hora de un lugar.",
            "Escriba la zona del municipio, por ejemplo America/Mexico_City.",
            grave=False,
            code="pmd.W017",
        )
