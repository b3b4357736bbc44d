"""``manage.py``: what a command cannot do without is asked for before it runs, and who is told that one failed."""

import logging
import sys
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management import ManagementUtility

from pmd.environment import require_municipality

# What runs by the clock (deploy/pmd). With 2 it was only typed wrong.
_BY_THE_CLOCK = ("backup", "clearsessions", "prune_db_task_results", "self_check", "send_reminders", "send_trail_head")
_TYPED_WRONG = 2


def tell_failed(arguments: Sequence[str], status: Any) -> None:
    """A timer's command that ends with a failure: a line of the log, which tells PMD_ADMINS.

    Whoever sits before a terminal reads it there.
    """
    name = next(iter(arguments[1:]), "")
    failed = isinstance(status, int) and status not in (0, _TYPED_WRONG)
    if failed and name in _BY_THE_CLOCK and not sys.stdin.isatty():
        # A logger each: of two that fail in the same hour both are told.
        logging.getLogger(f"pmd.commands.{name}").error("La orden terminó con una falla (%s)", status)


class Commands(ManagementUtility):
    """Django's, whose commands of our rooms need to know what day it is in the municipality.

    A command that computes no day and writes no paper says so: ``computes_no_day = True``.
    """

    def fetch_command(self, subcommand: str) -> Any:
        command = super().fetch_command(subcommand)
        room = type(command).__module__.partition(".")[0]
        if room in settings.ROOMS and not getattr(command, "computes_no_day", False):
            require_municipality(settings)
        return command
