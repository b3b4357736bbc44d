"""What a process keeps of the shelf: texts, their HTML, what is searched, and papers, made once."""

from threading import Lock

from django.utils import timezone

from manuals.drawing import Drawn, draw
from manuals.model import Chapter, Library, Manual
from manuals.paper import manual_pdf
from manuals.reading import library
from manuals.searching import Passage, passages

_printing = Lock()


class Shelf:
    """``texts`` with what was made of them."""

    def __init__(self, texts: Library) -> None:
        self.texts = texts
        self._drawn: dict[str, Drawn] = {}
        self._papers: dict[str, bytes] = {}
        self._passages: tuple[Passage, ...] | None = None

    def drawn(self, chapter: Chapter) -> Drawn:
        if chapter.file not in self._drawn:
            self._drawn[chapter.file] = draw(self.texts, chapter)
        return self._drawn[chapter.file]

    def passages(self) -> tuple[Passage, ...]:
        if self._passages is None:
            self._passages = passages(self.texts)
        return self._passages

    def paper(self, manual: Manual) -> bytes:
        """Its PDF; whoever asks while it is made waits for it, and nobody makes it twice."""
        with _printing:
            if manual.slug not in self._papers:
                self._papers[manual.slug] = manual_pdf(self.texts, manual, now=timezone.now())
            return self._papers[manual.slug]


_held = Shelf(Library())


def shelf() -> Shelf:
    """The same until the files change, which they do only where one writes them."""
    global _held
    texts = library()
    if _held.texts is not texts:
        _held = Shelf(texts)
    return _held
