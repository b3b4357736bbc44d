"""What planning sees of the mail: what did not leave, what waits, and whether anybody takes it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Exists, Q, QuerySet, Value, When
from django_tasks import default_task_backend
from django_tasks_db.models import DBTaskResult

from accounts.models import Mail

# A worker asks once a second: what nobody took after this long waits for one that does not run.
NOBODY_TAKES = timedelta(minutes=10)
NO_WORKER = (
    "Hay tareas que nadie ha tomado desde hace más de {minutes} minutos: el proceso que envía los correos no está "
    "trabajando."
)


@dataclass(frozen=True, slots=True)
class MailTrouble:
    """How many messages were given up, how many were refused and are tried again, how many nobody took in time."""

    failed: int = 0
    refused: int = 0
    untaken: int = 0

    def __bool__(self) -> bool:
        return bool(self.failed or self.refused or self.untaken)


def troubled_mail(now: datetime) -> QuerySet[Mail, dict[str, Any]]:
    """Rows of ``trouble`` (a field of MailTrouble) and ``number``: each message is in one of them, or in none."""
    since = now - NOBODY_TAKES
    late = Q(due_at__isnull=True, created_at__lt=since) | Q(due_at__lt=since)
    trouble = Case(
        When(state=Mail.State.FAILED, then=Value("failed")),
        When(late, then=Value("untaken")),
        When(~Q(reason=""), then=Value("refused")),
        output_field=CharField(),
    )
    open_mail = Mail.objects.filter(state__in=(Mail.State.WAITING, Mail.State.FAILED)).order_by()
    counted = open_mail.annotate(trouble=trouble).filter(trouble__isnull=False).values("trouble")
    return counted.annotate(number=Count("pk"))


def no_worker(now: datetime) -> str:
    """A sentence where tasks wait and no worker took one for ten minutes; empty where all is well. One query."""
    if not default_task_backend.supports_defer:
        return ""
    since = now - NOBODY_TAKES
    taken = DBTaskResult.objects.filter(started_at__gte=since)
    late = DBTaskResult.objects.ready().filter(enqueued_at__lt=since).exclude(run_after__gt=since, run_after__lte=now)
    untaken = late.filter(~Exists(taken))
    return NO_WORKER.format(minutes=NOBODY_TAKES.seconds // 60) if untaken.exists() else ""
