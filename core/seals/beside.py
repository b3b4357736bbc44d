"""The thread that seals beside whatever else its process does: tasks in the worker, pages where there is no worker."""

import logging
from threading import Event, Thread

from django.db import DatabaseError, connection
from django.utils import timezone

from core.seals.sealing import seal_trail

logger = logging.getLogger(__name__)

PAUSE = 15.0  # seconds: with what a pass takes, an entry is sealed well within a minute


class Sealer(Thread):
    """Seals once when it starts and then every ``PAUSE`` seconds, on a connection of its own."""

    def __init__(self, pause: float = PAUSE) -> None:
        super().__init__(name="trail-sealer", daemon=True)
        self._pause, self._ended = pause, Event()

    def run(self) -> None:
        while True:
            seal_once()
            if self._ended.wait(self._pause):
                return

    def end(self) -> None:
        """Let the pass that is under way finish."""
        self._ended.set()
        self.join(timeout=self._pause)


def seal_once() -> None:
    """One pass; a database that does not answer is asked again by the next one."""
    try:
        sealed = seal_trail(now=timezone.now())
        if sealed:
            logger.info("Actos de la bitácora sellados: %s", sealed)
    except DatabaseError as error:
        logger.warning("La bitácora no se pudo sellar y se intenta de nuevo: %s", error)
    finally:
        connection.close()
