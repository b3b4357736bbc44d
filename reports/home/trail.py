"""La bitácora: every act that this person may read, the latest first, in the words of the screens."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.access import Access, readable_trail
from core import seals
from core.dates import LIVING, Span, read_day
from core.models import TrailEntry
from core.moments import stamp_text
from core.spreadsheets import Column
from core.spreadsheets.writing import Value
from indicators.history import HistoryLine, history_line
from reports.tables import Table

PAGE_SIZE = 50
FILE_SIZE = 20_000  # acts of one file, the latest; who wants earlier ones asks for their days
_COLUMNS = (
    Column("Fecha", 12), Column("Hora", 10), Column("Quién", 30), Column("En calidad de", 30), Column("Acto", 30),
    Column("Sobre qué", 45), Column("Cambios", 60), Column("Motivo", 45),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """The acts that an address asks for, the latest first, and the words that it asked with."""

    entries: QuerySet[TrailEntry]
    text: str
    since: str
    until: str
    complaint: str
    span: Span = LIVING

    @property
    def query(self) -> str:
        """What the links to the other pages and to the files keep."""
        kept = {"texto": self.text, "desde": self.since, "hasta": self.until}
        return urlencode({name: value for name, value in kept.items() if value})


@dataclass(frozen=True, slots=True)
class TrailPage:
    """``file_size`` says how many acts a file would hold where that is not all of them, otherwise 0.

    ``unsealed`` and ``head`` are of the whole trail, whatever was searched.
    """

    asked: Asked
    lines: list[HistoryLine]
    page: Page[TrailEntry]
    file_size: int
    unsealed: seals.Pending
    head: seals.Head | None


def trail_page(access: Access, query: QueryDict) -> TrailPage:
    """Fifty of the acts that were asked for, in five queries."""
    asked = _asked(access, query)
    page = Paginator(asked.entries.select_related("seal"), PAGE_SIZE).get_page(query.get("pagina"))
    lines = [replace(line, unsealed=not hasattr(entry, "seal")) for entry, line in zip(page, _lines(page), strict=True)]
    file_size = FILE_SIZE if page.paginator.count > FILE_SIZE else 0
    return TrailPage(asked, lines, page, file_size, seals.pending(), seals.head())


def trail_table(access: Access, query: QueryDict) -> Table:
    """The same acts as a file, up to ``FILE_SIZE`` of them; 2 queries."""
    asked = _asked(access, query)
    entries = list(asked.entries[: FILE_SIZE + 1])
    shown = entries[:FILE_SIZE]
    rows = [_values(entry, line) for entry, line in zip(shown, _lines(shown), strict=True)]
    notes = [
        ("Texto buscado", asked.text or "—"), ("Desde", asked.since or "—"), ("Hasta", asked.until or "—"),
        ("Descargado", stamp_text(timezone.now())),
    ]  # fmt: skip
    if len(entries) > FILE_SIZE:
        notes.append(("Advertencia", f"Son los {FILE_SIZE:,} actos más recientes de los que coinciden, no todos."))
    return Table("bitacora", "Bitácora", _COLUMNS, rows, notes)


def _values(entry: TrailEntry, line: HistoryLine) -> list[Value]:
    at = timezone.localtime(entry.at)
    return [
        at.date(), f"{at:%H:%M:%S}", line.who, line.capacity, line.act, line.subject, "\n".join(line.changes),
        line.reason,
    ]  # fmt: skip


def _lines(entries: Iterable[TrailEntry]) -> list[HistoryLine]:
    return [history_line(entry) for entry in entries]


def _asked(access: Access, asked: QueryDict) -> Asked:
    """The acts that contain every word of ``texto`` in their subject, between two days."""
    text, since, until = (asked.get(name, "").strip()[:100] for name in ("texto", "desde", "hasta"))
    entries = readable_trail(access).select_related("actor").order_by("-id")
    complaint = ""
    for word in text.split():
        entries = entries.filter(subject_label__icontains=word)
    for value, lookup in ((since, "at__date__gte"), (until, "at__date__lte")):
        day = read_day(value)
        if day is not None:
            entries = entries.filter(**{lookup: day})
        elif value:
            complaint = f"«{value}» no es una fecha entre {LIVING.first.year} y {LIVING.last.year}; se muestran todas."
    return Asked(entries, text, since, until, complaint)
