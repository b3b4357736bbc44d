"""Whoever runs the server (PMD_ADMINS) is told by mail that something broke: one message an hour of each kind.

The message says what broke and where in the program, never with which values: no figure, no name, no address that
was asked for, nothing that somebody sent. It leaves in a thread of its own, so that a page waits for no mail server,
and not through the queue of messages, because the database may be what broke. Which kinds were told stands in small
files, which all processes of this machine share.
"""

import fcntl
import hashlib
import json
import logging
import os
import socket
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Thread

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from core.own_folder import own_folder
from pmd import __version__
from pmd.logs import asked

logger = logging.getLogger(__name__)

ONCE_IN = timedelta(hours=1)
_FRAMES = 12


class TellOperators(logging.Handler):
    """For records of ERROR and worse; silent where PMD_ADMINS is empty.

    What Django's security loggers call an error is a request that was refused, which anybody can send.
    """

    def emit(self, record: logging.LogRecord) -> None:
        if not settings.PMD_ADMINS or record.name.startswith("django.security"):
            return
        try:
            kind = _kind(record)
            repeated = claim(kind, datetime.now(UTC))
            if repeated is not None:
                send_beside(*_message(record, kind, repeated))
        except Exception:
            self.handleError(record)


def claim(kind: str, now: datetime) -> int | None:
    """None where this kind was told less than an hour ago; otherwise how often it happened since, untold."""
    path = own_folder("avisos") / hashlib.sha256(kind.encode()).hexdigest()[:32]
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        told, untold = _read(file.read())
        due = told is None or not timedelta(0) <= now - told < ONCE_IN
        file.seek(0)
        file.truncate()
        json.dump([now.isoformat(), 0] if told is None or due else [told.isoformat(), untold + 1], file)
    return untold if due else None


def _read(text: str) -> tuple[datetime | None, int]:
    try:
        told, untold = json.loads(text)
        return datetime.fromisoformat(told), int(untold)
    except (ValueError, TypeError):
        return None, 0


@dataclass(frozen=True, slots=True)
class _Broken:
    """An exception without what it holds: its type, and where in the program it came up."""

    name: str
    place: str
    frames: str


def _broken(record: logging.LogRecord) -> _Broken | None:
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return None
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if "site-packages" not in frame.filename
    ] or list(traceback.extract_tb(error.__traceback__))
    lines = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return _Broken(name, lines[-1] if lines else record.name, "\n".join(f"  {line}" for line in lines[-_FRAMES:]))


def _short(filename: str) -> str:
    return filename.removeprefix(f"{settings.BASE_DIR}{os.sep}")


def _kind(record: logging.LogRecord) -> str:
    broken = _broken(record)
    return f"{broken.name} · {broken.place}" if broken else _template(record)


def _template(record: logging.LogRecord) -> str:
    """The sentence without what is filled into it."""
    return f"{record.name}: {str(record.msg).replace('%s', '…')}"


def _message(record: logging.LogRecord, kind: str, repeated: int) -> tuple[str, str]:
    broken, code = _broken(record), asked.get().code
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
    lines = [
        f"Qué: {broken.name}" if broken else f"Qué: {_template(record)}",
        f"Cuándo: {at} (UTC)",
        f"Servidor: {socket.gethostname()} · {settings.PMD_SITE_URL} · PMD {__version__}",
    ]
    if page := _page(record):
        lines.append(f"Página: {page}")
    if code:
        lines.append(f"Código: {code}")
    if repeated:
        lines.append(f"Desde el aviso anterior ocurrió además {repeated} veces.")
    if broken:
        lines += ["", "Dónde en el programa:", broken.frames]
    lines += [
        "",
        "Este aviso no lleva cifras ni datos de personas: lo demás está en el registro del servidor"
        + (
            f", en las líneas con ese código (journalctl -u 'pmd*' | grep {code})."
            if code
            else " (journalctl -u 'pmd*')."
        ),
        "De lo mismo se avisa a lo sumo una vez por hora.",
    ]
    return f"[PMD] {kind}"[:150].replace("\n", " "), "\n".join(lines)


def _page(record: logging.LogRecord) -> str:
    """The address as the program declares it («<year>/captura/…»), never as it was asked for."""
    request = getattr(record, "request", None)
    match = getattr(request, "resolver_match", None)
    return f"{request.method} /{match.route}" if request is not None and match is not None else ""


def send_beside(subject: str, text: str) -> Thread:
    """In a thread that a process that ends waits for, as long as the mail server's time-out at most."""
    thread = Thread(target=_send, args=(subject, text), name="operators-mail")
    thread.start()
    return thread


def _send(subject: str, text: str) -> None:
    try:
        with get_connection(timeout=settings.EMAIL_TIMEOUT) as connection:
            EmailMessage(subject, text, None, settings.PMD_ADMINS, connection=connection).send()
    except Exception as error:  # whatever the mail server does, it must not be told by mail
        logger.warning("El aviso a PMD_ADMINS no salió: %s: %s", type(error).__name__, error)
