"""What an import would do, in the catalogue's words: counted, listed, and nothing written."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from catalog.imports.answers import Answers
from catalog.imports.bare_targets import AskedKinds
from catalog.imports.beginnings import AskedBeginning
from catalog.imports.renames import Offer
from catalog.imports.writes import Writes
from catalog.workbook.errors import RowError
from indicators.services import AdjustableFrom
from programs.models import FiscalYear


class Kind(StrEnum):
    """What happens to one thing of the catalogue; the value is what a person reads."""

    ADDED = "se agrega"
    RENAMED = "cambia de nombre"
    MOVED = "se mueve"
    TARGET = "cambia la meta"
    ADJUSTED = "se ajusta la meta"
    FORMULA = "cambia la fórmula"
    CHANGED = "cambia"


_SUMMARY = (
    ("se agregan", "se agrega"), ("cambian", "cambia"), ("quedan igual", "queda igual"), ("fallan", "falla"),
)  # fmt: skip


class Status(StrEnum):
    ADD = "se agrega"
    CHANGE = "cambia"
    STAY = "queda igual"


PROGRAM, ACTION, INDICATOR = "programa", "acción", "indicador"  # what a row of the file is of
_MANY = {Status.ADD: "se agregan", Status.CHANGE: "cambian"}


class Change(NamedTuple):
    """One change of one field, or one thing added (then ``field``, ``before`` and ``after`` are "").

    ``row``: the first row of the file that asks for it. ``captured``: there are captures below it.
    """

    kind: Kind
    what: str
    label: str
    field: str
    before: str
    after: str
    row: int
    captured: bool = False
    corrects_kind: bool = False  # of the target of a captured indicator

    def __str__(self) -> str:
        subject = f"{self.what} {self.label}"
        if self.kind is Kind.ADDED:
            return f"{subject}: {self.kind}"
        note = " (ya tiene capturas)" if self.captured else ""
        return f"{subject}: {self.kind}, {self.field}: «{self.before}» → «{self.after}»{note}"


class Absent(NamedTuple):
    """A programme, action or indicator of the year that the file does not have."""

    what: str
    code: str

    def __str__(self) -> str:
        return f"{self.what} {self.code}"


class RowOutcome(NamedTuple):
    """What one row of the file does. ``what``: its indicator, or the programme or action that has none yet."""

    row: int
    what: str
    code: str
    name: str
    status: Status
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class AskedTargets:
    """The targets of captured indicators that the file changes, which all begin to be in force in one month.

    ``first_month`` is the first from which all of them may (13: none), and ``why`` says which indicator sets it.
    """

    count: int = 0
    first_month: int = 1
    why: str = ""

    def with_target(self, code: str, limit: AdjustableFrom) -> "AskedTargets":
        if limit.first <= self.first_month:
            return replace(self, count=self.count + 1)
        return AskedTargets(self.count + 1, limit.first, f"{code}: {limit.sentence}")


@dataclass(frozen=True, slots=True)
class CatalogPreview:
    """The comparison of a file with the catalogue of its fiscal year.

    ``absent`` stay as they are.
    ``writes`` is for ``import_catalog``; ``year`` is None when the file's year is not known.
    ``offers``: what may be a rename. ``unanswered``: targets of captured indicators change and nobody has said yet
    from which month; ``asked`` is how many they are and from which month they may. ``kinds``: see ``bare_targets``.
    ``kind_unanswered``: targets of captured indicators are of another kind, and nobody has said why.
    """

    year: int | None
    plan: str
    rows: tuple[RowOutcome, ...]
    changes: tuple[Change, ...]
    absent: tuple[Absent, ...]
    errors: tuple[RowError, ...]
    notes: tuple[str, ...]
    writes: Writes
    offers: "tuple[Offer, ...]" = ()
    answers: Answers | None = None
    unanswered: bool = False
    asked: AskedTargets = field(default_factory=AskedTargets)
    none_known: bool = False  # the year has codes, and the file none of them
    kinds: AskedKinds = field(default_factory=AskedKinds)
    beginning: AskedBeginning = field(default_factory=AskedBeginning)
    kind_unanswered: bool = False

    @property
    def failed(self) -> int:
        """Rows with an error; an error of the file as a whole counts as one."""
        return len({error.row for error in self.errors})

    def count(self, status: Status, what: str = INDICATOR) -> int:
        return sum(row.status is status and row.what == what for row in self.rows)

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows of indicators that add, change and stay, and all that fail."""
        return {
            "add": self.count(Status.ADD),
            "change": self.count(Status.CHANGE),
            "stay": self.count(Status.STAY),
            "fail": self.failed,
        }

    @property
    def makes_year(self) -> bool:
        return FiscalYear in self.writes.created

    @property
    def wrong_year(self) -> str:
        """«12 se agregan y 12 no están» where no code of the file is in a year that has some; otherwise empty."""
        missing = sum(absent.what == INDICATOR for absent in self.absent)
        added = self.count(Status.ADD)
        if not self.none_known or not missing or not added:
            return ""
        return (
            f"{added:,} {'se agrega' if added == 1 else 'se agregan'} y "
            f"{missing:,} {'no está' if missing == 1 else 'no están'}"
        )

    @property
    def changes_nothing(self) -> bool:
        return not self.errors and not self.changes

    @property
    def fingerprint(self) -> str:
        """Equal for two previews that would write the same over the same; what is confirmed is this."""
        told = [
            self.year, self.plan, self.changes, self.absent, [(row.row, row.code, row.status) for row in self.rows],
            self.answers and self.answers.adjustment and self.answers.adjustment.as_json(),
            [(key, group.kind) for key, group in self.kinds.units.items()],
            self.beginning.month,
            self.answers.kind_reason if self.answers and self.writes.corrected_kinds else "",
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

    def summary(self, *, with_none: bool = True) -> str:
        """«11 se agregan, 1 cambia, 0 quedan igual, 0 fallan»; ``with_none`` False: only what there is."""
        parts = [
            f"{number:,} {one if number == 1 else many}"
            for (many, one), number in zip(_SUMMARY, self.counts.values(), strict=True)
            if number or with_none
        ]
        if not parts:
            parts = [
                f"{number:,} {one if number == 1 else many} {status if number == 1 else _MANY[status]}"
                for one, many in ((PROGRAM, "programas"), (ACTION, "acciones"))
                for status in (Status.ADD, Status.CHANGE)
                if (number := self.count(status, one))
            ]
        return ", ".join(parts)
