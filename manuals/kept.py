"""What a process keeps of the shelf: texts, their HTML and what is searched, made once; papers are everybody's."""

import logging
from threading import Thread
from time import sleep
from typing import Any

from django.utils import timezone

from manuals.drawing import Drawn, draw
from manuals.model import Chapter, Library, Manual
from manuals.paper import manual_pdf
from manuals.printing import kept_or_made, seal
from manuals.reading import library
from manuals.searching import Index, index_of

logger = logging.getLogger(__name__)


class Shelf:
    """``texts`` with what was made of them; ``sealed``: what all of it was, when they were read."""

    def __init__(self, texts: Library) -> None:
        self.texts, self.sealed = texts, seal() if texts.manuals else ""
        self._drawn: dict[str, Drawn] = {}
        self._index: Index | None = None

    def drawn(self, chapter: Chapter) -> Drawn:
        if chapter.file not in self._drawn:
            self._drawn[chapter.file] = draw(self.texts, chapter)
        return self._drawn[chapter.file]

    def index(self) -> Index:
        if self._index is None:
            self._index = index_of(self.texts)
        return self._index

    def paper(self, manual: Manual) -> bytes | None:
        """Its PDF; None while somebody makes one: whoever asks then asks again."""
        return kept_or_made(manual.slug, self.sealed, lambda: manual_pdf(self.texts, manual, now=timezone.now()))


_held = Shelf(Library())


def shelf() -> Shelf:
    """The same until the files change, which they do only where one writes them."""
    global _held
    texts = library()
    if _held.texts is not texts:
        _held = Shelf(texts)
    return _held


def read(**_: Any) -> None:
    """Before a process serves: what it reads of the folder of the code is all of one version."""
    shelf().index()


def print_all() -> None:
    """Those that nobody has printed since they changed; one that cannot be is a line of the log."""
    for manual in shelf().texts.manuals.values():
        try:
            while shelf().paper(manual) is None:
                sleep(1)
        except Exception:
            logger.exception("El manual «%s» no se pudo hacer en PDF", manual.slug)


def print_beside(**_: Any) -> None:
    """In a thread of the worker's: nobody waits for the first PDF, and no task for the manuals."""
    Thread(target=print_all, name="manuals-printer", daemon=True).start()
