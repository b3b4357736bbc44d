"""Checks that ask rather than block: what is unusual about a pair and has to be explained before it is submitted.

Pure functions over plain values, used alike by the grid, by submitting, by the import's preview and by the flags of
the review. A month can be saved without the explanation; one justification answers everything that is asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from indicators import calculations
from indicators.calculations import LAST, Cell, IndicatorSpec

EXCESS, BACKLOG, JUMP, CHANGED_TOTAL, UNPLANNED = "excess", "backlog", "jump", "changed_total", "unplanned"

JUMP_TIMES = 3
JUMP_MONTHS = 3
# Between counts of one or two a triple is nothing unusual.
JUMP_DIFFERENCE = 5
JUMP_RULE = (
    f"Pide explicación la cantidad que es más del triple, o menos de la tercera parte, de lo usual en el año (la "
    f"mediana de los meses anteriores con cifras, si son {JUMP_MONTHS} o más) y se aparta de ello en "
    f"{JUMP_DIFFERENCE} o más."
)
NOT_SCHEDULED = "not_scheduled"


@dataclass(frozen=True, slots=True)
class Background:
    """What a month's pair is held against: the indicator and its captured months of the same year before this one."""

    spec: IndicatorSpec
    month: int
    earlier: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Something to explain. ``message`` asks it of who captures; ``flag`` tells who reviews, in a few words."""

    kind: str
    message: str
    flag: str


def questions(
    numerator: Decimal, denominator: Decimal, no_activity: str = "", background: Background | None = None
) -> list[Question]:
    """Everything unusual about a complete pair; without a background only what the pair says by itself."""
    asked = list(_of_the_pair(numerator, denominator))
    if background is None:
        return asked
    if calculations.needs_reason(numerator, denominator):
        return [*asked, *_of_nothing_scheduled(no_activity, background)]
    asked += _of_the_annual_total(denominator, background)
    asked += _of_the_history(numerator, denominator, background)
    return asked


def _of_the_pair(numerator: Decimal, denominator: Decimal) -> Iterable[Question]:
    """Rule 1: ``n > d``, a backlog without demand included."""
    if not calculations.needs_justification(numerator, denominator):
        return
    if denominator == 0:
        yield Question(BACKLOG, "No hubo denominador: explique por qué.", "rezago sin demanda")
    else:
        message = "El numerador supera al denominador: explique por qué."
        yield Question(EXCESS, message, "numerador mayor que el denominador")


def _of_nothing_scheduled(no_activity: str, background: Background) -> Iterable[Question]:
    if no_activity == NOT_SCHEDULED and expects_progress(background):
        message = "La programación sí espera avance para este mes: explique por qué no había nada programado."
        yield Question(UNPLANNED, message, "«nada programado» contra la programación")


def expects_progress(background: Background) -> bool:
    """Whether the schedule expects something of this month.

    A constant schedule always does. One that grows does in the months in which it grows, and in the others as long as
    nothing of what was expected until then has been done.
    """
    spec, month = background.spec, background.month
    expected = calculations.expected_target(spec, month)
    if not expected:
        return False
    constant = calculations.expected_target(spec, 1) == calculations.expected_target(spec, 12)
    before = calculations.expected_target(spec, month - spec.frequency) if month > spec.frequency else Decimal(0)
    return constant or expected > before or not _active(background.earlier)


def _of_the_annual_total(denominator: Decimal, background: Background) -> Iterable[Question]:
    """A «último» denominator stands for the whole year: another one than last time is a change of plan."""
    totals = [cell.denominator for cell in sorted(background.earlier) if cell.denominator]
    if background.spec.denominator_mode == LAST and denominator and totals and totals[-1] != denominator:
        message = f"El denominador anual cambió de {_plain(totals[-1])} a {_plain(denominator)}: explique por qué."
        yield Question(CHANGED_TOTAL, message, "cambió el denominador anual")


def _of_the_history(numerator: Decimal, denominator: Decimal, background: Background) -> Iterable[Question]:
    """JUMP_RULE, side by side; a «último» denominator has its own check."""
    active = _active(background.earlier)
    sides = [("numerador", numerator, [cell.numerator for cell in active])]
    if background.spec.denominator_mode != LAST:
        sides.append(("denominador", denominator, [cell.denominator for cell in active]))
    for side, value, history in sides:
        usual = unusual_against(value, history)
        if usual is not None:
            how = "más del triple" if value > usual else "menos de la tercera parte"
            message = f"El {side} ({_plain(value)}) es {how} de lo usual en el año ({_plain(usual)}): explique por qué."
            yield Question(JUMP, message, f"{side} fuera de lo usual ({_plain(usual)})")


def unusual_against(value: Decimal, history: Sequence[Decimal]) -> Decimal | None:
    """The median of the history where the value jumps from it by JUMP_RULE, otherwise None."""
    if len(history) < JUMP_MONTHS:
        return None
    usual = Decimal(median(history))
    if abs(value - usual) < JUMP_DIFFERENCE:
        return None
    return usual if value > usual * JUMP_TIMES or value * JUMP_TIMES < usual else None


def _active(cells: Iterable[Cell]) -> list[Cell]:
    """Months of 0/0 say nothing of what is usual."""
    return [cell for cell in cells if cell.numerator or cell.denominator]


def _plain(value: Decimal) -> str:
    """«1,234.5»"""
    return f"{value.normalize():,f}" if value % 1 else f"{value.to_integral_value():,f}"
