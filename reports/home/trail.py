"""La bitácora: every act that this person may read, the latest first, in the words of the screens; and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.access import ALL, Access, Action
from core import seals
from core.asked import read_key
from core.models import TrailEntry
from core.moments import stamp_text
from core.spreadsheets import Column, Sheet, write_workbook
from core.spreadsheets.writing import Value, csv_pieces
from core.trail import registered_acts
from indicators.history import HistoryLine, history_line
from indicators.models import MONTH_NAMES
from reports.home.trail_imports import ImportLine, import_lines, imports_in, one_for_each
from reports.home.trail_links import Linked, links_of
from reports.home.trail_search import IMPORT, LISTS, Asked, asked_trail

PAGE_SIZE = 50
READ_AT_ONCE = 2_000  # acts of a file in the memory of the process
SHEET_ROWS = 1_000_000  # a spreadsheet ends at 1,048,576
NAME, TITLE = "bitacora", "Bitácora"
_COLUMNS = (
    Column("Fecha", 12), Column("Hora", 10), Column("Quién", 30), Column("En calidad de", 30), Column("Acto", 30),
    Column("Sobre qué", 45), Column("Cambios", 60), Column("Motivo", 45),
)  # fmt: skip
ASKED_WORDS = {
    "lista": "Lista", "texto": "Texto buscado", "quien": "Persona", "acto": "Acto", "dependencia": "Dependencia",
    "instrumento": "Instrumento", "indicador": "Indicador", "mes": "Mes", "desde": "Desde", "hasta": "Hasta",
    "importacion": "Importación",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    query: str
    current: bool


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Fifty acts. ``newer`` and ``older`` are the addresses of the pages beside it, empty where there is none.

    ``unsealed`` and ``head`` are of the whole trail, whatever was searched.
    """

    asked: Asked
    imports: list[ImportLine] | None  # of the list of imports, each as one; then there are no lines
    all_imports: str  # the way back from the rows of one
    lines: list[tuple[HistoryLine, Linked]]
    total: str
    is_one: bool
    newer: str
    older: str
    tabs: list[Tab]
    acts: list[str]
    months: list[tuple[str, str]]
    unsealed: seals.Pending
    head: seals.Head | None
    whole: bool  # whether the person reads all of it, and so the night's check


def trail_page(access: Access, query: QueryDict) -> TrailPage:
    """The acts after or before one of them («antes», «despues»): the thousandth page costs what the first does."""
    asked = asked_trail(access, query)
    before, after = read_key(query.get("antes")), read_key(query.get("despues"))
    as_imports, entries, imports = one_for_each(asked), [], []
    if as_imports:
        found = imports_in(asked.entries)
        imports, has_newer, has_older = _slice(found, before, after, "first")
        total = found.count() if has_newer or has_older else len(imports)
        keys = [one["first"] for one in imports]
    else:
        entries, has_newer, has_older = _slice(asked.entries.select_related("seal"), before, after, "pk")
        # What stands on one page is counted there: whatever finds nothing is looked for once.
        total = asked.entries.count() if has_newer or has_older else len(entries)
        keys = [entry.pk for entry in entries]
    kept = f"?{asked.query}&" if asked.query else "?"
    return TrailPage(
        asked=asked,
        imports=import_lines(access, asked, imports) if as_imports else None,
        all_imports=f"?{asked.without_import}" if asked.typed[IMPORT] else "",
        lines=list(zip(map(_line, entries), links_of(access, entries), strict=True)),
        total=f"{total:,}",
        is_one=total == 1,
        newer=f"{kept}despues={keys[0]}" if has_newer and keys else "",
        older=f"{kept}antes={keys[-1]}" if has_older and keys else "",
        tabs=list(_tabs(asked)),
        acts=sorted({act.sentence for act in registered_acts()}),
        months=[(str(month), name.capitalize()) for month, name in enumerate(MONTH_NAMES) if month],
        unsealed=seals.pending(),
        head=seals.head(),
        whole=access.department_ids(Action.READ_TRAIL) == ALL,
    )


def _slice(found: QuerySet[Any, Any], before: int | None, after: int | None, key: str) -> tuple[list[Any], bool, bool]:
    """The latest first by ``key``; whether there are newer and older ones."""
    if after is not None and before is None:
        rows = list(found.filter(**{f"{key}__gt": after}).order_by(key)[: PAGE_SIZE + 1])
        return rows[:PAGE_SIZE][::-1], len(rows) > PAGE_SIZE, True
    older = found if before is None else found.filter(**{f"{key}__lt": before})
    rows = list(older.order_by(f"-{key}")[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], before is not None, len(rows) > PAGE_SIZE


def _tabs(asked: Asked) -> Iterator[Tab]:
    kept, chosen = asked.without_list, asked.typed["lista"]
    yield Tab("Todos los actos", f"?{kept}", chosen not in LISTS)
    for slug, one in LISTS.items():
        yield Tab(one.label, f"?lista={slug}{f'&{kept}' if kept else ''}", slug == chosen)


def _line(entry: TrailEntry) -> HistoryLine:
    return replace(history_line(entry), unsealed=not hasattr(entry, "seal"))


# --- As a file --------------------------------------------------------------------------------------------------


def csv_file(asked: Asked) -> Iterator[bytes]:
    """All of the acts that were asked for, written as they are read."""
    return csv_pieces(_COLUMNS, map(_values, every_act(asked.entries)))


def write_xlsx(asked: Asked, file: BinaryIO) -> None:
    """The same as a workbook, a row in memory at a time; what no sheet holds goes on in the next one."""
    rows = map(_values, every_act(asked.entries))
    notes = [(ASKED_WORDS[name], value) for name, value in _asked_words(asked)]
    notes.append(("Descargado", stamp_text(timezone.now())))
    about = Sheet("Acerca de", [Column("Dato", 22), Column("Valor", 100)], notes, filtered=False)
    write_workbook([*_sheets(rows, asked.entries.count()), about], file, constant_memory=True)


def _asked_words(asked: Asked) -> Iterator[tuple[str, str]]:
    for name, value in asked.typed.items():
        yield name, LISTS[value].label if name == "lista" and value in LISTS else value or "—"


def _sheets(rows: Iterator[Sequence[Value]], count: int) -> Iterator[Sheet]:
    for number in range(max(1, -(-count // SHEET_ROWS))):
        name = f"{TITLE} {number + 1}" if number else TITLE
        yield Sheet(name, _COLUMNS, islice(rows, SHEET_ROWS), frozen=1)


def every_act(found: QuerySet[TrailEntry]) -> Iterator[TrailEntry]:
    """In pieces by key: no cursor stays open while somebody downloads, and what is written meanwhile stays out."""
    return chain.from_iterable(_pieces(found))


def _pieces(found: QuerySet[TrailEntry]) -> Iterator[list[TrailEntry]]:
    last: int | None = None
    while True:
        rest = found if last is None else found.filter(pk__lt=last)
        piece = list(rest.order_by("-id")[:READ_AT_ONCE])
        if piece:
            yield piece
        if len(piece) < READ_AT_ONCE:
            return
        last = piece[-1].pk


def _values(entry: TrailEntry) -> list[Value]:
    line, at = history_line(entry), timezone.localtime(entry.at)
    return [
        at.date(), f"{at:%H:%M:%S}", line.who, line.capacity, line.act, line.subject, "\n".join(line.changes),
        line.reason,
    ]  # fmt: skip
