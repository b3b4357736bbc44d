"""The months behind an indicator's figure: which count, in which state, and who captured and validated them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from core.formats import amount
from indicators.calculations import LAST, Cell
from indicators.models import COMPLETE_STATES, Indicator, Measurement, State, month_name
from indicators.results.scope import is_current
from reports.address.cutoff import Cut
from reports.explanation.authors import Authors, authors_in, named
from reports.sheets.month_words import cell_in_scope, cell_text, cells_of, pending_words, state_words


@dataclass(frozen=True, slots=True)
class MonthExplained:
    """One month up to the cut-off. ``why_not`` is empty where its pair counts; people are «nombre, fecha y hora»."""

    name: str
    counts: bool
    numerator: str
    denominator: str
    percentage: str
    state: str
    state_code: str
    why_not: str
    captured: str
    validated: str
    notes: tuple[str, ...]


def explain_months(
    indicator: Indicator,
    captures: Mapping[int, Measurement],
    cut: Cut,
    authors: Mapping[int, Authors],
    *,
    sees_drafts: bool,
    corrections: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> tuple[MonthExplained, ...]:
    """January to the cut-off, as this person may see them; ``authors`` by capture."""
    taken = _taken(indicator, captures, cut)
    months = ((month, captures.get(month)) for month in range(1, cut.month + 1))
    return tuple(
        _explain(
            _Month(indicator, month, row, cut, sees_drafts, authors_in(authors, row) if row else _NOBODY),
            taken.get(month, ""),
            corrections.get(month, ()),
        )
        for month, row in months
    )


_NOBODY = Authors("", "")


@dataclass(frozen=True, slots=True)
class _Month:
    """One month as somebody reads it; ``row`` is None where nothing was ever written."""

    indicator: Indicator
    month: int
    row: Measurement | None
    cut: Cut
    sees_drafts: bool
    authors: Authors


def _explain(asked: _Month, taken: str, corrections: Sequence[str]) -> MonthExplained:
    row = asked.row
    cell = row and cell_in_scope(asked.month, row, asked.cut)
    pair = (cell.numerator, cell.denominator) if cell else None
    state, code = state_words(row, asked.month, asked.indicator, asked.sees_drafts)
    captured, validated = _people(asked, row, pair is not None) if row is not None else ("", "")
    notes = [taken, *corrections, pending_words(row, pair, asked.sees_drafts), _proposed(asked, pair)]
    if row is not None and row.late:
        notes.append("extemporánea")
    return MonthExplained(
        name=month_name(asked.month),
        counts=pair is not None,
        numerator=amount(pair[0]) if pair else "—",
        denominator=amount(pair[1]) if pair else "—",
        percentage=cell_text(asked.indicator, cell) if cell else "—",
        state=state,
        state_code=code,
        why_not="" if pair else _why_not(row, code),
        captured=captured,
        validated=validated,
        notes=tuple(filter(None, notes)),
    )


def _why_not(row: Measurement | None, code: str) -> str:
    """Why a month does not count; ``code`` is that of its state as this person may know it."""
    if row is None or row.version == 0:
        return "no se pide este mes" if code == "not-due" else "no hay captura"
    return _WHY_NOT.get(code, "todavía no se envía")


_WHY_NOT = {
    State.SUBMITTED: "enviada, todavía sin validar",
    State.RETURNED: "devuelta con observación",
    "open": "todavía en captura",  # whoever may not see drafts is not told whether it was sent or returned
}


def _people(asked: _Month, row: Measurement, counts: bool) -> tuple[str, str]:
    """Who wrote the pair that counts and who validated it; of a figure that this person may not see nobody is named."""
    if not counts:
        return (asked.authors.current if row.version > 0 and _may_see(asked, row) else ""), ""
    if row.state == State.SUBMITTED and is_current(row.state, asked.cut.scope):
        return asked.authors.current, "espera su validación"
    return asked.authors.validated, named(row.validated_by, row.validated_at)


def _proposed(asked: _Month, pair: tuple[Decimal, Decimal] | None) -> str:
    """Who proposes the correction that stands beside the pair that counts."""
    row = asked.row
    if row is None or not row.is_correction or not _may_see(asked, row) or pair == (row.numerator, row.denominator):
        return ""
    return f"la propone {asked.authors.current}" if asked.authors.current else ""


def _may_see(asked: _Month, row: Measurement) -> bool:
    return asked.sees_drafts or row.state in COMPLETE_STATES


def _taken(indicator: Indicator, captures: Mapping[int, Measurement], cut: Cut) -> Mapping[int, str]:
    """By month, which side of a «último» indicator takes its value from there (rule 2)."""
    cells = cells_until(captures.values(), cut)
    found: dict[int, list[str]] = {}
    for side, mode, month in (
        ("numerador", indicator.numerator_mode, last_active(cells)),
        ("denominador", indicator.denominator_mode, last_demanded(cells)),
    ):
        if mode == LAST and month is not None:
            found.setdefault(month.month, []).append(side)
    return {month: f"de aquí se toma el {' y el '.join(sides)}" for month, sides in found.items()}


def cells_until(captures: Collection[Measurement], cut: Cut) -> list[Cell]:
    """The captured months in scope up to the cut-off, in order."""
    return sorted(cells_of((row for row in captures if row.month <= cut.month), cut))


def last_active(cells: Sequence[Cell]) -> Cell | None:
    return next((cell for cell in reversed(cells) if cell.numerator or cell.denominator), None)


def last_demanded(cells: Sequence[Cell]) -> Cell | None:
    return next((cell for cell in reversed(cells) if cell.denominator), None)
