"""What an import of captures shows before it is done: what each row adds, changes or leaves, and what is wrong."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from indicators.models import NO_WORDS, Period
from indicators.workbook.parsing import RowError
from indicators.workbook.writing import Recording, Source
from programs.models import Department


@dataclass(frozen=True, slots=True)
class Place:
    """The one department and month whose rows a file may have; ``period`` comes with its fiscal year."""

    period: Period
    department: Department

    def __str__(self) -> str:
        return f"{self.period} de {self.department}"


@dataclass(frozen=True, slots=True)
class Change:
    """One pair that is added or changed, old → new.

    ``version`` is the one that was there (0 where there was none); ``lacks`` is what a draft still needs before it can
    be submitted; ``words`` are the old and the new justification where it changes.
    """

    row: int
    code: str
    month: str
    before: str
    after: str
    name: str = ""
    version: int = 0
    lacks: tuple[str, ...] = ()
    words: tuple[str, str] | None = None
    place: str = ""

    @property
    def adds(self) -> bool:
        return not self.before

    def __str__(self) -> str:
        place = self.place or f"fila {self.row}"
        return f"{place} · {self.code} {self.month}: {self.before or 'sin captura'} → {self.after}"


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A row of a book that was downloaded before somebody saved what its figure is now.

    The file would undo that: it is taken only if the person says so, and where ``why_not`` says nothing against it.
    """

    row: int
    code: str
    name: str
    file: str
    saved: str
    who: str
    when: str
    version: int
    why_not: str
    change: Change | None

    @property
    def sentence(self) -> str:
        """For the file that is handed back with its errors."""
        by = f", la guardó {self.who} el {self.when}" if self.who else ""
        return f"Cambió después de que se descargó el libro: ahora está {self.saved}{by}."


@dataclass(slots=True)
class Preview:
    """What the file does, or did: rows that add, change, stay and fail. With an error nothing is written.

    ``notes`` are sentences on rows that change nothing although somebody may think so; ``absent`` are the codes of
    the place's indicators that the file does not name. ``overtaken`` rows stay as they are saved, except those that
    the person chose to take from the file: their changes are ``taken``.

    Of a migration: ``waiting`` are those unchanged figures that nobody has validated yet, ``without_reason`` the 0/0
    and ``without_words`` the other figures whose words are not on record; ``recordings`` is what would be written.
    """

    source: Source
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    blank: int = 0
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    overtaken: list[Overtaken] = field(default_factory=list)
    taken: list[Change] = field(default_factory=list)
    waiting: int = 0
    without_reason: int = 0
    without_words: int = 0
    recordings: Sequence[Recording] = ()

    @property
    def added(self) -> int:
        return sum(change.adds for change in self.changes)

    @property
    def changed(self) -> int:
        return len(self.changes) - self.added

    @property
    def failed(self) -> int:
        """How many rows have an error."""
        return len({(error.grid, error.row) for error in self.errors if error.row})

    @property
    def summary(self) -> str:
        if not (self.errors or self.changes):
            return f"Sin cambios: {self.unchanged} ya estaban igual, {self.blank} sin captura."
        return (
            f"{self.added} se agregan, {self.changed} cambian, {self.unchanged} quedan igual, "
            f"{self.failed} con error, {self.blank} sin captura."
        )

    @property
    def sentences_of_migration(self) -> list[str]:
        """What a person should know of migrated figures that nobody refuses."""
        told = []
        if self.without_reason:
            told.append(
                f"De {self.without_reason:,} cifras 0/0 no consta el motivo: quedan como «{NO_WORDS}»."
                if self.without_reason > 1
                else f"De una cifra 0/0 no consta el motivo: queda como «{NO_WORDS}»."
            )
        if self.without_words:
            told.append(
                f"De {self.without_words:,} cifras con numerador mayor que el denominador no consta la justificación: "
                f"quedan con «{NO_WORDS}»."
                if self.without_words > 1
                else f"De una cifra con numerador mayor que el denominador no consta la justificación: queda con "
                f"«{NO_WORDS}»."
            )
        if self.waiting:
            told.append(
                f"{self.waiting:,} cifras ya estaban capturadas iguales y sin validar: siguen esperando a quien las "
                "valida."
                if self.waiting > 1
                else "Una cifra ya estaba capturada igual y sin validar: sigue esperando a quien la valida."
            )
        return told

    @property
    def fingerprint(self) -> str:
        """The same for two previews exactly when the same file would do the same to the same figures, whatever the
        person chooses of the rows that were overtaken.
        """
        said = "\n".join(f"{change}|{change.version}|{change.words}" for change in self.changes)
        said += "".join(f"\n{row.code}|{row.version}|{row.file}|{row.saved}|{row.why_not}" for row in self.overtaken)
        return hashlib.sha256(f"{self.source.sha256}\n{said}".encode()).hexdigest()


class HasErrors(Exception):
    """Nothing was written: ``preview.errors`` says why, row by row."""

    def __init__(self, preview: Preview) -> None:
        super().__init__("El archivo tiene errores y no se importó nada.")
        self.preview = preview
