"""``db_worker`` of django-tasks-db, which seals the trail beside its tasks.

The same name, so that no service has to be written anew for it. In a thread, so that a report that takes half a minute
holds up no seal.
"""

from typing import Any

from django.utils import timezone
from django_tasks_db.management.commands import db_worker

from core.loaded import load_all, worker_began
from core.seals import seal_trail
from core.seals.beside import Sealer


class Command(db_worker.Command):
    help = "Run the worker: the tasks of the database, and the seals of the trail beside them"

    def handle(self, *, batch: bool, **options: Any) -> None:
        if batch:
            super().handle(batch=batch, **options)
            seal_trail(now=timezone.now())
            return
        load_all()
        sealer = Sealer()
        sealer.start()
        worker_began.send_robust(Command)
        try:
            super().handle(batch=batch, **options)
        finally:
            sealer.end()
