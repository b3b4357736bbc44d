"""Official keys in a file that is imported: the codes that are proposed for them, asked once, and known afterwards.

The same file a second time finds its codes by the official keys that the catalogue keeps: nothing is asked, and
nothing changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from catalog.imports.answers import Answers
from catalog.layout.coding import Coding, code_table
from catalog.layout.corrections import Corrections, corrected
from catalog.layout.keys import Known, Proposal
from catalog.workbook import cells
from catalog.workbook.columns import HEADERS
from core.spreadsheets import Table, header_key
from core.text import fold
from indicators.models import Indicator
from programs.models import Action, Department, Program

WHAT = {cells.PROGRAM: "programa", cells.ACTION: "acción", cells.INDICATOR: "indicador"}


@dataclass(slots=True)
class Recoder:
    """Puts our codes into the tables of one import; ``coding`` is what it did, None where all keys are ours.

    ``answers`` None: there is nobody to ask. Then a table with a key that the catalogue does not know stays as it is
    (``refused``), and each such key is an error of its row. ``by_name``: what has no column of keys is told apart by
    its name. ``corrections``: cells that are read otherwise than the file has them; ``unused``: those of no cell.
    """

    answers: Answers | None = None
    by_name: bool = False
    coding: Coding | None = None
    refused: bool = False
    corrections: Corrections = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)

    def __call__(self, table: Table) -> Table:
        table, self.unused = corrected(table, self.corrections)
        catalogue = _Catalogue(table)
        chosen = self.answers.codes if self.answers else {}
        coding = code_table(table, lambda: catalogue.known, lambda: catalogue.stored, chosen, by_name=self.by_name)
        if coding is None:
            return table
        self.refused = coding.unknown and self.answers is None
        if self.refused:
            return table
        self.coding = coding
        return coding.table

    @property
    def asked(self) -> list[Proposal]:
        """The new codes: what to look at first, then programmes, actions and indicators in the order of the file."""
        new = [one for one in self.coding.asked if one.asks] if self.coding else []
        order = list(WHAT)
        return sorted(new, key=lambda one: (not one.doubt, order.index(one.what)))

    @property
    def note(self) -> str:
        """What is said of keys that the catalogue knows, without full stop; "" where there are none."""
        known = sum(not one.asks for one in self.coding.asked) if self.coding else 0
        if not known:
            return ""
        one = known == 1
        return (
            f"{known:,} {'clave oficial se reconoció' if one else 'claves oficiales se reconocieron'} por el catálogo"
        )


class _Catalogue:
    """What the year of the table has of codes and official keys; read where it is asked for, in a fixed number of
    queries."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @cached_property
    def _year(self) -> int | None:
        wanted = header_key(HEADERS["year"])
        at = next((place for place, header in enumerate(self._table.header) if header_key(header) == wanted), None)
        for row in self._table.rows if at is not None else ():
            try:
                return cells.year(row.cells[at])  # type: ignore[index]
            except cells.CellError:
                continue
        return None

    @cached_property
    def _rows(self) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]], list[tuple[str, ...]]]:
        year = {"fiscal_year__year": self._year}
        return (
            list(Program.objects.filter(**year).values_list("code", "official_key", "department__prefix", "name")),
            list(Action.objects.filter(**year).values_list("code", "official_key", "program__code", "text")),
            list(Indicator.objects.filter(**year).values_list("code", "official_key", "action__code", "name")),
        )

    @cached_property
    def stored(self) -> Mapping[tuple[str, str], str]:
        """The official keys by their field and the code."""
        names = ("program_official_key", "action_official_key", "official_key")
        return {(name, code): key for name, rows in zip(names, self._rows, strict=True) for code, key, *_ in rows}

    @cached_property
    def known(self) -> Known:
        programs, actions, indicators = self._rows
        return Known(
            {fold(name): prefix for name, prefix in Department.objects.values_list("name", "prefix")},
            frozenset(code for rows in self._rows for code, *_ in rows),
            _all_codes((fold(key), code) for code, key, *_ in programs if key),
            {(above, fold(key)): code for code, key, above, _ in actions if key},
            {(above, fold(key)): code for code, key, above, _ in indicators if key},
            {
                (what, above, fold(name)): code
                for what, rows in zip(WHAT, self._rows, strict=True)
                for code, _, above, name in reversed(rows)
            },
            {code: (above, fold(name)) for code, _, above, name in programs},
        )


def told_unused(places: Sequence[str]) -> list[str]:
    """Sentences, without full stop, of corrections that did not apply."""
    return [f"No se aplicó la corrección de «{place}»: esa celda ya no dice lo que decía" for place in places]


def _all_codes(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, code in sorted(pairs):
        found.setdefault(key, []).append(code)
    return found


def as_lines(proposals: Sequence[Proposal]) -> list[list[str]]:
    """[key, what, official key, code, name, row, doubt] for a page, and what an answer names it by."""
    return [
        [one.key, WHAT[one.what], one.shown, one.code, one.name, f"{one.row}", one.doubt] for one in proposals
    ]  # fmt: skip
