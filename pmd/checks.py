"""What ``check --deploy`` says beyond Django's own checks."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError
from django.utils import timezone

from accounts.mail_waiting import no_worker
from core import manual
from core.pdf import why_not_printed
from pmd.installation import CHECKS, Door


@register(Tags.security, deploy=True)
def production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Those of doctor's checks that need the settings alone; what has to be done there is an error here."""
    asked = (check for check in CHECKS if Door.DEPLOY in check.doors)
    return [
        (Error if found.grave else Warning)(found.sentence, hint=found.remedy or None, id=found.code)
        for check in asked
        for found in check.ask(timezone.now())
    ]


@register()
def the_shield_is_printed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Pages only show the file of PMD_LOGO; papers draw it, and go without a shield that they cannot draw."""
    fault = why_not_printed(settings.PMD_LOGO) if settings.PMD_LOGO else ""
    hint = "Guárdelo de nuevo como SVG simple o como PNG."
    sentence = f"Los PDF no pueden llevar el escudo de PMD_LOGO: {fault}"
    return [Warning(sentence, hint=hint, id="pmd.W006")] if fault else []


@register(Tags.database)
def a_worker_takes_the_tasks(
    app_configs: Any = None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """``check --database default``: whether tasks wait that nobody takes."""
    if "default" not in (databases or ()):
        return []
    try:
        sentence = no_worker(timezone.now())
    except DatabaseError:
        return []  # before the first migration there is no queue, and ``core.installed_rules`` tells of the rest
    hint = f"Arranque el servicio pmd-worker ({manual.WORKER}) o vea por qué se detuvo."
    return [Warning(sentence, hint=hint, id="pmd.W005")] if sentence else []
