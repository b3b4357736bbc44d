"""The months behind an indicator's figure: which count, in which state, and who captured and validated them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.formats import amount
from indicators.calculations import LAST, Cell
from indicators.models import COMPLETE_STATES, OPEN_STATES, Indicator, Measurement, State, month_name
from indicators.results import OFFICIAL
from indicators.wording import moment_text
from reports.cutoff import Cut
from reports.months import month_percentage, pair_in_scope, pending_words, state_words


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
    indicator: Indicator, captures: Mapping[int, Measurement], cut: Cut, *, sees_drafts: bool
) -> tuple[MonthExplained, ...]:
    """January to the cut-off, as this person may see them."""
    taken = _taken(indicator, captures, cut)
    return tuple(
        _explain(indicator, month, captures.get(month), cut, sees_drafts, taken.get(month, ""))
        for month in range(1, cut.month + 1)
    )


def _explain(
    indicator: Indicator, month: int, row: Measurement | None, cut: Cut, sees_drafts: bool, taken: str
) -> MonthExplained:
    pair = row and pair_in_scope(row, cut)
    state, code = state_words(row, month, indicator, sees_drafts)
    captured, validated = _people(row, pair is not None, cut, sees_drafts) if row is not None else ("", "")
    notes = [taken, pending_words(row, pair, sees_drafts), "extemporánea" if row is not None and row.late else ""]
    return MonthExplained(
        name=month_name(month),
        counts=pair is not None,
        numerator=amount(pair[0]) if pair else "—",
        denominator=amount(pair[1]) if pair else "—",
        percentage=month_percentage(row, pair),
        state=state,
        state_code=code,
        why_not="" if pair else _why_not(row, code),
        captured=captured,
        validated=validated,
        notes=tuple(filter(None, notes)),
    )


def _why_not(row: Measurement | None, code: str) -> str:
    if row is None or row.version == 0:
        return "no se pide este mes" if code == "not-due" else "no hay captura"
    return "enviada, todavía sin validar" if row.state == State.SUBMITTED else "todavía no se envía"


def _people(row: Measurement, counts: bool, cut: Cut, sees_drafts: bool) -> tuple[str, str]:
    """Who wrote the figure and who validated it; of a figure that this person may not see nobody is named.

    ``updated_by`` wrote the current pair: where a correction stands beside the validated pair that counts, whoever
    wrote the validated one is in its history.
    """
    settled = cut.scope == OFFICIAL or row.state in OPEN_STATES  # the pair that counts is the validated one
    if counts:
        captured = "" if row.is_correction and settled else _named(row.updated_by, row.submitted_at or row.updated_at)
        if not settled and row.state == State.SUBMITTED:
            return captured, "espera su validación"
        return captured, _named(row.validated_by, row.validated_at)
    seen = row.version > 0 and (sees_drafts or row.state in COMPLETE_STATES)
    return _named(row.updated_by, row.submitted_at or row.updated_at) if seen else "", ""


def _named(person: object | None, at: datetime | None) -> str:
    if person is None:
        return ""
    return f"{person}, {moment_text(at)}" if at else str(person)


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
    pairs = ((row.month, pair_in_scope(row, cut)) for row in captures if row.month <= cut.month)
    return sorted(Cell(month, *pair) for month, pair in pairs if pair is not None)


def last_active(cells: Sequence[Cell]) -> Cell | None:
    return next((cell for cell in reversed(cells) if cell.numerator or cell.denominator), None)


def last_demanded(cells: Sequence[Cell]) -> Cell | None:
    return next((cell for cell in reversed(cells) if cell.denominator), None)
