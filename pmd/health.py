"""Whether a write would succeed, tried cheaply: what the health page answers, in words that tell nothing."""

import logging
import time
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from core import last_runs
from core.private_files import require_root
from pmd.environment import FILES_ROOT
from pmd.waits import OF_A_LOCK, waited_for

logger = logging.getLogger(__name__)

# A write of each process in so many seconds, however often anybody asks.
TRIED_EVERY = 10.0
_tried: list[float] = []


def why_not_ready(now: datetime) -> str:
    """Empty where pages can be served and saved; what is wrong is in the log, once for each time it is asked."""
    if _tried and time.monotonic() - _tried[0] < TRIED_EVERY:
        return _unreachable()
    _tried.clear()
    missing = _unwritable(now)
    if not missing:
        _tried.append(time.monotonic())
    return missing


def _unreachable() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as error:
        logger.error("The health check could not reach the database: %s", error)
        return "sin base de datos"
    return ""


def _unwritable(now: datetime) -> str:
    try:
        last_runs.note(last_runs.HEALTH, now)
    except DatabaseError as error:
        # Somebody else is writing, so writing works.
        if waited_for(error) != OF_A_LOCK:
            logger.error("The health check could not write to the database: %s", error)
            return _unreachable() or "no se puede guardar"
    try:
        require_root(settings.FILES_ROOT, own=settings.OWN_FILES_ROOT, name=FILES_ROOT)
    except ImproperlyConfigured as error:
        logger.error("The health check could not write a file: %s", error)
        return "no se puede guardar"
    return ""
