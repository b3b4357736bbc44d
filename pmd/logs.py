"""What the log says: one line a record, as JSON where people work, with the request in which it was written.

One clock: times are UTC, ISO 8601 with their offset, whatever the municipality's zone. Lines are for whoever runs the
server, who reads names and addresses in them; what opens an account (the token of a link) is in none.
"""

import logging
import re
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

# Kept with the request where the line of the access log finds them: gunicorn knows nothing else of it.
REQUEST_ID, IP, WHO = "pmd.request_id", "pmd.ip", "pmd.user"
LOG_FORMATS = ("JSON", "TEXT")
# Who opens the link of an e-mail sends its token in the address.
_LINK_TOKEN = re.compile(r"(/contrasena/nueva/[^/\s\"]+/)[^/\s\"?]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that is being answered: its code, and the address of whoever asks ("" where none is known)."""

    code: str = ""
    ip: str = ""


NOBODY = Asked()
asked: ContextVar[Asked] = ContextVar("asked", default=NOBODY)


def without_traceback(record: logging.LogRecord) -> bool:
    """For a page that was refused (4xx): where and to whom is enough; a traceback is for what broke."""
    if record.levelno == logging.WARNING:
        record.exc_info = None
    return True


def nobodys_trouble(record: logging.LogRecord) -> bool:
    """False for an address of the public site that does not exist: whoever guesses them fills no log with it."""
    path = getattr(getattr(record, "request", None), "path_info", "")
    return not (getattr(record, "status_code", 0) == 404 and path.startswith("/publico/"))


def without_tokens(text: str) -> str:
    return _LINK_TOKEN.sub(r"\1…", text)


class JsonLine(JsonFormatter):
    """``{"level": …, "logger": …, "message": …, "process": …, "request_id": …, "at": …}`` and what the caller adds."""

    def __init__(self) -> None:
        super().__init__(
            "{levelname}{name}{message}{process}",
            style="{",
            rename_fields={"levelname": "level", "name": "logger"},
            # Django's own, which hold the whole address with whatever was asked in it.
            reserved_attrs=[*RESERVED_ATTRS, "request", "server_time", "taskName"],
            timestamp="at",
            json_ensure_ascii=False,
        )

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        super().add_fields(log_data, record, message_dict)
        # Django writes of an answer that failed once the request has been left.
        request = getattr(record, "request", None)
        if code := asked.get().code or getattr(request, "META", {}).get(REQUEST_ID, ""):
            log_data.setdefault("request_id", code)

    def format(self, record: logging.LogRecord) -> str:
        return without_tokens(super().format(record))


def formatter(log_format: str) -> dict[str, Any]:
    """The entry of ``formatters`` in a logging configuration."""
    if log_format == "JSON":
        return {"()": "pmd.logs.JsonLine"}
    return {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}


def of_gunicorn(log_format: str, level: str) -> dict[str, Any]:
    """gunicorn's own lines, written as all others are: ``logconfig_dict`` of gunicorn.conf.py."""
    handlers = {
        name: {"class": "logging.StreamHandler", "formatter": "line", "stream": f"ext://sys.{stream}"}
        for name, stream in (("access", "stdout"), ("error", "stderr"))
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter(log_format)},
        "handlers": handlers,
        "root": {"handlers": ["error"], "level": "WARNING"},
        # How much gunicorn says of itself is for its own --log-level; a line for each request is of level INFO.
        "loggers": {
            "gunicorn.access": {"handlers": ["access"], "level": level, "propagate": False},
            "gunicorn.error": {"handlers": ["error"], "propagate": False},
        },
    }
