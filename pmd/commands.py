"""``manage.py``: what a command cannot do without is asked for before it runs."""

from typing import Any

from django.conf import settings
from django.core.management import ManagementUtility

from pmd.environment import require_municipality


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
