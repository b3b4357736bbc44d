"""Reads the environment for the settings: what is missing or wrong is refused with one sentence."""

import os
import re
import secrets
import sqlite3
import ssl
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from environ import Env

from core import manual
from core.logo import Logo, LogoRefused, read_logo
from pmd.address_faults import password_fault
from pmd.logs import LOG_FORMATS

YES = {"1", "true", "yes", "on", "si", "sí"}
NO = {"0", "false", "no", "off", ""}
SECRET_KEY_LENGTH = 50
BUSY_SECONDS = 20
OLDEST_SQLITE = (3, 35)  # its RETURNING: accounts/throttling.py
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
TASKS_BY = {
    "WORKER": "django_tasks_db.DatabaseBackend",
    "IMMEDIATE": "django_tasks.backends.immediate.ImmediateBackend",
}
# Mexico's zones of today, each with where it is the hour.
ZONES = {
    "America/Mexico_City": "centro del país",
    "America/Monterrey": "Durango, Coahuila, Nuevo León, Tamaulipas",
    "America/Merida": "Yucatán, Campeche",
    "America/Cancun": "Quintana Roo",
    "America/Chihuahua": "Chihuahua",
    "America/Ciudad_Juarez": "Ciudad Juárez",
    "America/Ojinaga": "Ojinaga",
    "America/Matamoros": "frontera de Coahuila, Nuevo León y Tamaulipas",
    "America/Mazatlan": "Sinaloa, Nayarit, Baja California Sur",
    "America/Bahia_Banderas": "Bahía de Banderas",
    "America/Hermosillo": "Sonora",
    "America/Tijuana": "Baja California",
}
DEMONSTRATED, DEMONSTRATED_ZONE = "Municipio de Durango", "America/Monterrey"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
FILES_ROOT, PUBLIC_ROOT = "PMD_FILES_ROOT", "PMD_PUBLIC_ROOT"
# Every name that is read, for whoever writes one of them otherwise.
KNOWN = frozenset(
    (
        "ALLOWED_HOSTS", "DATABASE_URL", "DEBUG", "DEFAULT_FROM_EMAIL", "EMAIL_URL", "SECRET_KEY", "PMD_ADMINS",
        "PMD_BACKUP_KEEP", "PMD_BACKUP_KEY", "PMD_BACKUP_ROOT",
        "PMD_CONNECT_SECONDS", "PMD_DATABASE_OWNER_URL", "PMD_DEMO", "PMD_EMAIL_CA_FILE", "PMD_ENV_FILE",
        "PMD_FILES_ROOT", "PMD_IDLE_SECONDS", "PMD_LOCK_SECONDS", "PMD_LOGO", "PMD_LOG_FORMAT", "PMD_LOG_LEVEL",
        "PMD_MUNICIPALITY", "PMD_PREPARED", "PMD_PROXY_COUNT", "PMD_PUBLIC_ROOT", "PMD_PUBLIC_URL", "PMD_SITE_URL",
        "PMD_STATEMENT_SECONDS", "PMD_STATIC_ROOT", "PMD_TASKS", "PMD_TIME_ZONE",
    )
)  # fmt: skip
DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
_HOST = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*/?")


def read_bool(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    given = environment.get(name)
    if given is None:
        return default
    value = given.strip().lower()
    if value in YES or value in NO:
        return value in YES
    raise ImproperlyConfigured(f"{name} vale «{given}» y solo puede ser true o false.")


def read_int(environment: Mapping[str, str], name: str, *, default: int, highest: int) -> int:
    given = environment.get(name, str(default)).strip()
    if not (given.isascii() and given.isdigit()) or int(given) > highest:
        raise ImproperlyConfigured(f"{name} vale «{given}» y debe ser un número entero de 0 a {highest}.")
    return int(given)


def read_choice(environment: Mapping[str, str], name: str, choices: tuple[str, ...], *, default: str) -> str:
    given = environment.get(name, default).strip().upper()
    if given not in choices:
        raise ImproperlyConfigured(f"{name} vale «{given}» y solo puede ser {', '.join(choices)}.")
    return given


def read_site_url(environment: Mapping[str, str], *, default: str) -> str:
    """PMD_SITE_URL: how people reach the site, for the links in e-mails; without the slash at its end."""
    given = (environment.get("PMD_SITE_URL") or default).strip()
    parts = _web_address(given)
    if parts is None or parts.path.rstrip("/"):
        raise ImproperlyConfigured(
            f"PMD_SITE_URL vale «{given}» y debe ser la dirección del sitio, por ejemplo https://pmd.durango.gob.mx."
        )
    return given.rstrip("/")


def read_public_url(environment: Mapping[str, str], *, site: str) -> str:
    """PMD_PUBLIC_URL: where citizens read what is published, for absolute addresses; with a slash at its end."""
    given = (environment.get("PMD_PUBLIC_URL") or f"{site}/publico/").strip()
    parts = _web_address(given)
    if parts is None or not _PATH.fullmatch(parts.path):
        raise ImproperlyConfigured(
            f"PMD_PUBLIC_URL vale «{given}» y debe ser la dirección de lo que se publica, por ejemplo "
            "https://plan.durango.gob.mx o https://pmd.durango.gob.mx/publico."
        )
    return f"{given.rstrip('/')}/"


def _web_address(given: str) -> SplitResult | None:
    """Its parts; None for what is no address of a site: another scheme, a query, a password, a host that is none."""
    try:
        parts = urlsplit(given)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return None
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
    beyond = parts.query or parts.fragment or "@" in parts.netloc
    is_one = parts.scheme in ("http", "https") and port_is_right and not beyond and _HOST.fullmatch(host)
    return parts if is_one else None


def read_shield(environment: Mapping[str, str]) -> Logo | None:
    """PMD_LOGO: the file of the municipality's shield; without it pages and papers carry the name alone."""
    given = environment.get("PMD_LOGO", "").strip()
    if not given:
        return None
    try:
        return read_logo(Path(given))
    except LogoRefused as refused:
        raise ImproperlyConfigured(
            f"PMD_LOGO vale «{given}» y {refused}. Debe ser un archivo SVG o PNG, o quítelo."
        ) from None


def read_municipality(environment: Mapping[str, str], *, local: bool) -> str:
    """PMD_MUNICIPALITY, whose name pages and papers carry; "" where it is missing: see ``require_municipality``."""
    return environment.get("PMD_MUNICIPALITY", "").strip() or (DEMONSTRATED if local else "")


def read_time_zone(environment: Mapping[str, str], *, local: bool) -> str:
    """PMD_TIME_ZONE, by whose midnight days end; "" where it is missing: see ``require_municipality``."""
    given = environment.get("PMD_TIME_ZONE", "").strip()
    if not given:
        return DEMONSTRATED_ZONE if local else ""
    try:
        ZoneInfo(given)
    except (LookupError, ValueError, OSError):
        near = _near_zone(given)
        meant = f" ¿Quiso decir {near}?" if near else ""
        raise ImproperlyConfigured(
            f"PMD_TIME_ZONE vale «{given}» y no es una zona horaria.{meant} Las de México: {_zones()}."
        ) from None
    return given


def _near_zone(given: str) -> str:
    """The zone of a city or a state that is written as people know it; "" where none is near."""
    place = given.rpartition("/")[2].replace("_", " ").strip().lower()
    places = {zone.rpartition("/")[2].replace("_", " ").lower(): zone for zone in ZONES}
    for zone, where in ZONES.items():
        places |= {part.strip().lower(): zone for part in re.split(", | y ", where)}
    return next((places[name] for name in get_close_matches(place, places, n=1, cutoff=0.75)), "")


def _zones() -> str:
    return ", ".join(f"{zone} ({where})" for zone, where in ZONES.items())


def missing_of_municipality(settings: Any) -> list[str]:
    """What nobody but the installation can say, and no default may: a sentence for each that is missing."""
    missing = []
    if not settings.PMD_MUNICIPALITY:
        missing.append("Falta PMD_MUNICIPALITY: escriba el nombre del municipio, por ejemplo Municipio de Durango.")
    if not settings.PMD_TIME_ZONE:
        missing.append(
            f"Falta PMD_TIME_ZONE: diga con la hora de dónde vencen los plazos. Las zonas de México: {_zones()}."
        )
    return missing


def require_municipality(settings: Any) -> None:
    """ImproperlyConfigured where days and papers would be somebody else's: before pages are served, and of commands."""
    for sentence in missing_of_municipality(settings):
        raise ImproperlyConfigured(sentence)


def read_secret_key(environment: Mapping[str, str], *, local: bool, directory: Path) -> str:
    """SECRET_KEY; on one's own machine (DEBUG, demonstration) one that is made once and kept in ``directory``.

    Empty if there is none: commands that only work on the data do not need it, ``require_for_serving`` does.
    """
    key = environment.get("SECRET_KEY", "")
    if not key:
        return _local_secret_key(directory / "secret.key") if local else ""
    if len(key) < SECRET_KEY_LENGTH or len(set(key)) < 5:
        raise ImproperlyConfigured(
            f"SECRET_KEY es demasiado débil: debe tener al menos {SECRET_KEY_LENGTH} caracteres al azar."
        )
    return key


def _local_secret_key(path: Path) -> str:
    try:
        if not path.exists():
            _write_key(path)
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"No se puede escribir en «{path.parent}» ({error.strerror}): ponga PMD en su carpeta personal, en un "
            "disco de este sistema donde haya lugar, y corra ahí lo mismo."
        ) from error


def _write_key(path: Path) -> None:
    """Written beside and linked, so that two processes that start at once agree on one whole key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(SECRET_KEY_LENGTH))
    try:
        os.link(draft, path)
        draft.unlink()
    except FileExistsError:
        draft.unlink()
    except OSError:  # a disk that knows no links
        draft.replace(path)


def read_allowed_hosts(environment: Mapping[str, str], *, demo: bool, debug: bool) -> list[str]:
    """The host names that are answered; the demonstration answers to the loopback names only."""
    given = [host.strip() for host in environment.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
    for host in given:
        if not _HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"ALLOWED_HOSTS contiene «{host}»: escriba nombres separados por comas, "
                "sin https://, sin puerto y sin comodín *."
            )
    if demo or (debug and not given):
        return list(LOOPBACK_HOSTS)
    return given


def read_files_root(environment: Mapping[str, str], *, own: Path) -> tuple[Path, bool]:
    """PMD_FILES_ROOT, and whether it is a folder of our own (below ``own``), which may be made where it is missing."""
    return _read_root(environment, FILES_ROOT, own / "files", "la carpeta de los archivos, por ejemplo /srv/pmd-files")


def read_public_root(environment: Mapping[str, str], *, own: Path, files: Path) -> tuple[Path, bool]:
    """PMD_PUBLIC_ROOT, and the same of it. ``files``: where evidence is kept, which is never within what is public."""
    what = "la carpeta del sitio público, por ejemplo /srv/pmd-publico"
    root, is_own = _read_root(environment, PUBLIC_ROOT, own / "publico", what)
    if root.is_relative_to(files) or files.is_relative_to(root):
        raise ImproperlyConfigured(
            f"{PUBLIC_ROOT} es «{root}» y {FILES_ROOT} es «{files}»: uno no puede estar dentro del otro, porque el "
            "primero lo lee todo el mundo y el segundo nadie."
        )
    return root, is_own


def _read_root(environment: Mapping[str, str], name: str, default: Path, what: str) -> tuple[Path, bool]:
    given = environment.get(name)
    if given is None:
        return default, True
    if not given.strip():
        raise ImproperlyConfigured(f"{name} está vacío: escriba {what}, o quítelo.")
    root = Path(os.path.abspath(given.strip()))
    return root, root.is_relative_to(default.parent)


def read_backups(environment: Mapping[str, str]) -> tuple[str, list[str], int]:
    """PMD_BACKUP_ROOT, PMD_BACKUP_KEY (public keys, with commas between) and PMD_BACKUP_KEEP (days; 0: for ever)."""
    root = environment.get("PMD_BACKUP_ROOT", "").strip()
    keys = [key.strip() for key in environment.get("PMD_BACKUP_KEY", "").split(",") if key.strip()]
    return root, keys, read_int(environment, "PMD_BACKUP_KEEP", default=0, highest=9999)


def read_database(environment: Mapping[str, str], *, default: Path, local: bool) -> dict[str, Any]:
    """The entry of DATABASES: SQLite in WAL mode with immediate transactions, or PostgreSQL.

    Only on one's own machine (DEBUG, demonstration) is there a file where none is named: in production a forgotten
    variable would be an empty database that looks like a working one.
    """
    url = environment.get("DATABASE_URL", "").strip()
    if not url and not local:
        raise ImproperlyConfigured(
            "Falta DATABASE_URL, que dice en qué base de datos se trabaja: "
            "postgresql://usuario:clave@servidor:5432/base. Una instalación que ya trabajaba sin ella tiene su archivo "
            f"en sqlite:///{default}; para probar sin configurar nada: make run."
        )
    url = url or f"sqlite:///{default}"
    if fault := password_fault("DATABASE_URL", url):
        raise ImproperlyConfigured(fault)
    try:
        parts = urlsplit(url)
        valid = parts.scheme in DATABASE_SCHEMES and (parts.port is None or parts.port > 0)
        config: dict[str, Any] = Env.db_url_config(url) if valid else {}
    except ValueError:
        config = {}
    if not config.get("NAME"):
        raise ImproperlyConfigured(
            "DATABASE_URL no se entiende: debe ser sqlite:////ruta/al/archivo.sqlite3 "
            "o postgresql://usuario:clave@servidor:5432/base."
        )
    options = config.setdefault("OPTIONS", {})
    if parts.scheme == "sqlite":
        _tune_sqlite(config, options)
    else:
        # libpq's way to name a socket's folder: postgresql://user@/base?host=/folder
        config["HOST"] = options.pop("host", "") or config["HOST"]
        config.setdefault("CONN_MAX_AGE", 60)
        config.setdefault("CONN_HEALTH_CHECKS", True)
        options.setdefault("connect_timeout", read_int(environment, "PMD_CONNECT_SECONDS", default=5, highest=600))
    return config


def read_owner(environment: Mapping[str, str], application: Mapping[str, Any]) -> dict[str, Any] | None:
    """PMD_DATABASE_OWNER_URL: how the owner of the database connects, who migrates; None where nobody is named.

    Only USER, PASSWORD, HOST, PORT and OPTIONS: the database is the application's.
    """
    url = environment.get("PMD_DATABASE_OWNER_URL", "").strip()
    if not url:
        return None
    if not application["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured(
            "PMD_DATABASE_OWNER_URL es para PostgreSQL, y DATABASE_URL es SQLite, que no tiene roles: quítela."
        )
    if fault := password_fault("PMD_DATABASE_OWNER_URL", url):
        raise ImproperlyConfigured(fault)
    try:
        owner = read_database({**environment, "DATABASE_URL": url}, default=Path(), local=False)
    except ImproperlyConfigured:
        owner = {}
    if not owner.get("ENGINE", "").endswith("postgresql"):
        raise ImproperlyConfigured(
            "PMD_DATABASE_OWNER_URL no se entiende: debe ser postgresql://dueño:clave@servidor:5432/base."
        )
    if owner["NAME"] != application["NAME"]:
        raise ImproperlyConfigured(
            f"PMD_DATABASE_OWNER_URL nombra la base «{owner['NAME']}» y DATABASE_URL la base "
            f"«{application['NAME']}»: deben ser la misma, con otro usuario."
        )
    if owner["USER"] == application["USER"]:
        raise ImproperlyConfigured(
            f"PMD_DATABASE_OWNER_URL y DATABASE_URL usan el mismo rol, «{owner['USER']}»: la aplicación necesita uno "
            f"propio ({manual.TWO_ROLES})."
        )
    return {key: owner[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}


def read_page_waits(environment: Mapping[str, str]) -> str:
    """PostgreSQL's options of what serves pages: how many seconds a page waits for a lock or a statement; 0: for ever.

    An idle transaction is one of ours that was forgotten; the database ends it, and with it what it held.
    """
    limits = {
        "statement_timeout": read_int(environment, "PMD_STATEMENT_SECONDS", default=20, highest=3600),
        "lock_timeout": read_int(environment, "PMD_LOCK_SECONDS", default=8, highest=3600),
        "idle_in_transaction_session_timeout": read_int(environment, "PMD_IDLE_SECONDS", default=60, highest=3600),
    }
    return " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())


def _tune_sqlite(config: dict[str, Any], options: dict[str, Any]) -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        raise ImproperlyConfigured(
            f"El SQLite de este Python es {sqlite3.sqlite_version} y hace falta {needed} o más nuevo: use el Python "
            "de python.org (o el de su sistema al día), o PostgreSQL en DATABASE_URL."
        )
    if config["NAME"] != ":memory:":
        folder = Path(config["NAME"]).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ImproperlyConfigured(
                f"DATABASE_URL nombra un archivo en «{folder}», carpeta que no se puede hacer "
                f"({os.strerror(error.errno or 0)}): créela y dé permiso a la cuenta del servicio, o escriba otra."
            ) from None
    # A transaction takes its lock at once and waits for the one before it, instead of failing half way.
    options.setdefault("transaction_mode", "IMMEDIATE")
    options.setdefault("timeout", BUSY_SECONDS)
    # Without recursive triggers REPLACE deletes the row of before past the rule that refuses to delete it.
    options.setdefault(
        "init_command", "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;"
    )


def read_email(environment: Mapping[str, str], *, local: bool) -> dict[str, Any]:
    """The EMAIL_* settings; without EMAIL_URL the terminal (DEBUG, demonstration) or this machine's mail server."""
    url = environment.get("EMAIL_URL") or ("consolemail://" if local else "smtp://localhost:25")
    if fault := password_fault("EMAIL_URL", url):
        raise ImproperlyConfigured(fault)
    try:
        config = Env.email_url_config(url)
    except (ImproperlyConfigured, ValueError):
        config = {}
    needs_host = urlsplit(url).scheme.startswith("smtp") if config else False
    if not config or (needs_host and not config["EMAIL_HOST"]):
        raise ImproperlyConfigured(
            "EMAIL_URL no se entiende: debe ser smtp+tls://usuario:clave@servidor:587, "
            "smtp+ssl://…, smtp://… o consolemail://."
        )
    settings = {name: value for name, value in config.items() if name != "OPTIONS" and value not in (None, "")}
    settings.setdefault("EMAIL_TIMEOUT", 10)
    settings["PMD_EMAIL_CA_FILE"] = _read_mail_authority(environment, settings)
    if settings["PMD_EMAIL_CA_FILE"]:
        settings["EMAIL_BACKEND"] = "pmd.mail_backend.EmailBackend"
    return settings


def _read_mail_authority(environment: Mapping[str, str], settings: Mapping[str, Any]) -> str:
    """PMD_EMAIL_CA_FILE: the certificate of the mail server, or of the authority that signed it; "" without one."""
    given = environment.get("PMD_EMAIL_CA_FILE", "").strip()
    if not given:
        return ""
    if not (settings.get("EMAIL_USE_TLS") or settings.get("EMAIL_USE_SSL")):
        raise ImproperlyConfigured(
            "PMD_EMAIL_CA_FILE es para un servidor de correo con TLS, y EMAIL_URL no lo usa: escriba smtp+tls://… o "
            "smtp+ssl://…, o quítelo."
        )
    try:
        ssl.create_default_context(cafile=given)
    except ssl.SSLError:
        why = "no es un certificado en PEM (empieza con -----BEGIN CERTIFICATE-----)"
    except OSError as error:
        why = f"no se puede leer ({os.strerror(error.errno or 0)})"
    else:
        return given
    raise ImproperlyConfigured(f"PMD_EMAIL_CA_FILE vale «{given}» y {why}.")


def read_admins(environment: Mapping[str, str]) -> list[str]:
    """PMD_ADMINS: who is told by mail that something broke; addresses with commas between them."""
    given = [address.strip() for address in environment.get("PMD_ADMINS", "").split(",") if address.strip()]
    for address in given:
        try:
            validate_email(address)
        except ValidationError:
            raise ImproperlyConfigured(
                f"PMD_ADMINS contiene «{address}», que no es un correo: escriba direcciones separadas por comas."
            ) from None
    return given


def read_log_format(environment: Mapping[str, str], *, local: bool) -> str:
    """PMD_LOG_FORMAT: JSON, or TEXT for a person before a terminal (DEBUG, demonstration)."""
    return read_choice(environment, "PMD_LOG_FORMAT", LOG_FORMATS, default="TEXT" if local else "JSON")


def read_log_level(environment: Mapping[str, str], *, demo: bool) -> str:
    """PMD_LOG_LEVEL: whoever tries the product sees its address and its users, and no line for each page."""
    return read_choice(environment, "PMD_LOG_LEVEL", LOG_LEVELS, default="WARNING" if demo else "INFO")


def read_tasks(environment: Mapping[str, str], *, local: bool) -> dict[str, Any]:
    """PMD_TASKS: by a worker process, whose queue is in the database, or at once (DEBUG, demonstration)."""
    by = read_choice(environment, "PMD_TASKS", tuple(TASKS_BY), default="IMMEDIATE" if local else "WORKER")
    return {"default": {"BACKEND": TASKS_BY[by]}}


def require_for_serving(settings: Any) -> None:
    """Called before the first request is served: what the commands can do without but the pages cannot."""
    hosts = settings.ALLOWED_HOSTS  # the first look loads the settings, with whatever they have to say
    try:
        _ = settings.SECRET_KEY  # Django refuses to hand out an empty one
    except ImproperlyConfigured:
        raise ImproperlyConfigured(
            "Falta SECRET_KEY: ponga al menos 50 caracteres al azar (para probar sin configurar nada: make run)."
        ) from None
    if not hosts:
        raise ImproperlyConfigured(
            "Falta ALLOWED_HOSTS: escriba el nombre del servidor, por ejemplo pmd.durango.gob.mx."
        )
    if settings.PMD_DATABASE_OWNER is not None:
        raise ImproperlyConfigured(
            "PMD_DATABASE_OWNER_URL es solo para migrate y grants: quítela del entorno de lo que sirve páginas, que no "
            "debe poder cambiar las reglas de la base."
        )
    require_municipality(settings)
    # Not at the top: whoever only reads the environment needs no models.
    from core.private_files import require_root

    require_root(settings.FILES_ROOT, own=settings.OWN_FILES_ROOT, name=FILES_ROOT)
    if not settings.OWN_PUBLIC_ROOT:  # whoever names none need not publish: planning and ``doctor`` are told
        require_root(settings.PMD_PUBLIC_ROOT, own=False, name=PUBLIC_ROOT)
