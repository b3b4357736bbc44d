"""Whether this process can do its work: what the health page answers, in words that tell nothing."""

import logging
import time
from collections.abc import Iterable
from datetime import datetime

from pmd.installation import CHECKS, Check, Door, Finding
from pmd.installation.listed import FILES, REACHED
from pmd.installation.patience import AskedOnce, Unanswered

logger = logging.getLogger(__name__)

# A write of each process in so many seconds, however often anybody asks.
TRIED_EVERY = 10.0
_tried: list[float] = []
_files: AskedOnce[Finding] = AskedOnce(seconds=5.0)


def why_not_ready(now: datetime) -> str:
    """Empty where pages can be served and saved; what exactly is wrong is in the log."""
    if _tried and time.monotonic() - _tried[0] < TRIED_EVERY:
        return _first_word([REACHED], now)
    _tried.clear()
    word = _first_word((check for check in CHECKS if Door.HEALTH in check.doors), now)
    if not word:
        _tried.append(time.monotonic())
    return word


def _found(check: Check, now: datetime) -> list[Finding]:
    """A folder on a disk that does not answer holds one thread, and none of those that answer people."""
    if check is not FILES:
        return list(check.ask(now))
    try:
        return _files.ask(lambda: check.ask(now))
    except Unanswered:
        return [Finding(check.silent)]


def _first_word(checks: Iterable[Check], now: datetime) -> str:
    for check in checks:
        for finding in _found(check, now):
            logger.error("The health page answers «%s»: %s", check.told, finding)
            return check.told
    return ""
