"""The words of figures, states and results that papers, history and pages write alike."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from core import formats
from core.moments import day_text
from indicators import calculations
from indicators.calculations import IndicatorResult, IndicatorSpec, ProgramResult
from indicators.models import Indicator, Measurement, NoActivity, Schedule, TargetKind, month_name
from indicators.results.scope import Words, validated_words
from programs.models import EntersAs, FiscalYear

UNCAPTURED = "sin captura"
ONLY_ACCUMULATED = "solo acumulado"
_STATUS_WORDS = {calculations.MISSING: UNCAPTURED, calculations.NOT_DUE: "no corresponde aún"}


class Asked(Protocol):
    """When an indicator is asked for: of the catalogue, or as the arithmetic takes it."""

    frequency: int
    retired_from: int | None
    starts_in: int


class HasPairs(Protocol):
    """A figure that was corrected after its validation, as whoever shows it has read it."""

    @property
    def at(self) -> datetime | None: ...
    @property
    def before(self) -> tuple[Decimal | None, Decimal | None]: ...
    @property
    def after(self) -> tuple[Decimal | None, Decimal | None]: ...
    @property
    def reason(self) -> str: ...
    @property
    def by(self) -> str: ...


def status_text(result: IndicatorResult) -> str:
    """Why an indicator has no percentage; an empty text where it has one (rule 3)."""
    if result.status == calculations.NO_DEMAND:
        return no_percentage(result.numerator, result.no_activity)
    if result.status == calculations.NOT_DUE and result.retired_from is not None:
        return f"retirado desde {month_name(result.retired_from)}"
    if result.status == calculations.NOT_DUE and result.starts_in is not None:
        return f"empieza en {month_name(result.starts_in)}"
    return _STATUS_WORDS.get(result.status, "")


def no_percentage(numerator: Decimal | None, no_activity: str) -> str:
    """Why what has a denominator of 0 has no percentage: 3/0 and 0/0 are not the same, and a 0/0 says its reason.

    Months of 0/0 that have several reasons, and a draft that has none yet, are «sin actividad».
    """
    if numerator:
        return "rezago sin demanda"
    return str(NoActivity(no_activity).label) if no_activity else "sin actividad"


def uncaptured_text(asked: Asked, month: int) -> str:
    """What a month is in which nothing is captured: missing, or not asked for, and why."""
    if calculations.is_due(month, asked.frequency, asked.retired_from, asked.starts_in):
        return UNCAPTURED
    if asked.retired_from is not None and month >= asked.retired_from:
        return "retirado"
    return "aún no empieza" if month < asked.starts_in else "no corresponde"


def retired_text(months: Iterable[int | None]) -> str:
    """«retirado desde julio» where every one of these indicators is retired, from the last of their months on.

    ``months`` are the months of their retirement, None for one that is still asked for; an empty text otherwise.
    """
    found = list(months)
    since = [month for month in found if month is not None]
    return f"retirado desde {month_name(max(since))}" if since and len(since) == len(found) else ""


def result_text(result: IndicatorResult) -> str:
    """The accumulated percentage, or in words why there is none (rule 3)."""
    return formats.percent(result.percentage, result.aims, empty=status_text(result) or "—")


def light_reason(result: IndicatorResult) -> str:
    """Why a light is grey; an empty text where it is not."""
    return "" if result.compliance is not None else (status_text(result) or "nada programado aún")


def target_words(indicator: Indicator, target: Decimal, unit: str) -> str:
    """«100 %» or «12 Informes», with only the decimals that the target has."""
    sign = unit if indicator.target_kind == TargetKind.ABSOLUTE else "%"
    return f"{formats.amount(target)} {sign}"


def expected_words(indicator: Indicator, result: IndicatorResult, unit: str) -> str:
    """What the schedule asks for by the cut-off, in the target's own unit, at most 2 decimals; never as the target."""
    if indicator.target_kind == TargetKind.ABSOLUTE:
        return f"{formats.quantity(result.expected, (result.target,))} {unit}"
    return formats.percent(result.expected, (result.target,))


def compliance_text(result: IndicatorResult | ProgramResult, empty: str = "—") -> str:
    return formats.percent(result.compliance, result.borders, empty=empty)


def advance_text(result: IndicatorResult) -> str:
    """What it adds to its programme's global; 0 for one without a percentage that enters as 0 (rule 7)."""
    return formats.percent(result.advance or calculations.ZERO, result.aims)


def entry_text(result: IndicatorResult) -> str:
    """«al global entra su cumplimiento: 100.00 %» of a descending one; empty where its percentage enters, or nothing.

    The percentage stands beside it wherever this is shown (rule 6).
    """
    if not result.considered or not result.by_compliance or result.advance is None:
        return ""
    return f"al global entra su cumplimiento: {advance_text(result)}"


def enters_as_text(fiscal_year: FiscalYear) -> str:
    """What the year's descending indicators enter their programmes' globals with, as a sentence (rule 6)."""
    if fiscal_year.descending_enters_as == EntersAs.COMPLIANCE:
        return "Los indicadores descendentes entran al global con su cumplimiento."
    return (
        "Los indicadores descendentes entran al global con su porcentaje, que es la regla con la que se cerró este "
        "ejercicio."
    )


def global_text(result: ProgramResult) -> str:
    return formats.percent(result.global_, result.borders, empty="sin datos")


def considered_text(result: ProgramResult) -> str:
    """«3 de 4 considerados»."""
    return f"{result.considered} de {result.total} {'considerado' if result.total == 1 else 'considerados'}"


def pair_text(numerator: Decimal | None, denominator: Decimal | None) -> str:
    return f"{formats.amount(numerator)} / {formats.amount(denominator)}"


def correction_text(correction: HasPairs, *, superseded: bool = False, why: str = "") -> str:
    """«Corregido el 12/10/2016: antes 3 / 4, ahora 4 / 4. Motivo: …»; of one that was corrected again, from and to."""
    return f"Corregido el {day_text(correction.at)}: {pairs_text(correction, superseded=superseded)}. {why}".strip()


def pairs_text(correction: HasPairs, *, superseded: bool = False) -> str:
    before, after = pair_text(*correction.before), pair_text(*correction.after)
    return f"de {before} a {after}" if superseded else f"antes {before}, ahora {after}"


def corrections_text(corrections: Sequence[HasPairs], *, with_why: bool) -> list[str]:
    """Of one figure, the oldest first; reason and person for who may read them."""
    last = len(corrections) - 1
    return [
        correction_text(one, superseded=place < last, why=why_text(one.reason, one.by) if with_why else "")
        for place, one in enumerate(corrections)
    ]


def why_text(reason: str, by: str) -> str:
    """«Motivo: Oficio 3 (Paula Peña).», «Lo hizo Paula Peña.» where nobody kept why."""
    if not reason:
        return f"Lo hizo {by}." if by else ""
    return f"Motivo: {reason.rstrip('.')}{f' ({by})' if by else ''}."


def month_text(
    indicator: Indicator,
    numerator: Decimal | None,
    denominator: Decimal | None,
    no_activity: str,
    borders: Iterable[Decimal] = (),
) -> str:
    """A month's percentage, or in words why there is none (rule 1): the same ones on every page and paper.

    ``borders`` are what the accumulated beside it is told from, so that an equal one reads alike.
    """
    if numerator is None and denominator is None:
        return UNCAPTURED
    if numerator is None or denominator is None:
        return "a medias"
    percentage = calculations.month_percentage(numerator, denominator)
    if percentage is None:
        return no_percentage(numerator, no_activity)
    return formats.percent(percentage, borders) if stands_alone(indicator) else ONLY_ACCUMULATED


def stands_alone(indicator: Indicator) -> bool:
    """Whether the percentage of one of its months is shown and drawn."""
    return calculations.stands_alone(indicator.numerator_mode, indicator.denominator_mode)


def measurement_text(row: Measurement | None, borders: Iterable[Decimal] = ()) -> str:
    if row is None:
        return UNCAPTURED
    return month_text(row.indicator, row.numerator, row.denominator, row.no_activity, borders)


def words_text(words: Words) -> Iterable[str]:
    """What is said of a pair, each in its own line: «Sin actividad: suspendido», and the justification."""
    if words.no_activity:
        yield f"Sin actividad: {NoActivity(words.no_activity).label}"
    if words.justification:
        yield words.justification


def validated_text(row: Measurement) -> str:
    """«0 / 0 · suspendido»: the validated pair with its words, in one line, as it stands beside a correction."""
    pair = pair_text(row.validated_numerator, row.validated_denominator)
    return " · ".join(filter(None, (pair, validated_words_text(row))))


def validated_words_text(row: Measurement) -> str:
    words = validated_words(row)
    reason = str(NoActivity(words.no_activity).label) if words.no_activity else ""
    return " · ".join(filter(None, (reason, words.justification)))


def month_title(month: int, year: int) -> str:
    """«Septiembre 2016»."""
    return f"{month_name(month).capitalize()} {year}"


def span(month: int) -> str:
    """«enero–septiembre» for the cut-off 9, «enero» for 1."""
    return month_name(1) if month == 1 else f"{month_name(1)}–{month_name(month)}"


def cut_off_text(month: int, year: int) -> str:
    """«enero–septiembre 2016»."""
    return f"{span(month)} {year}"


def schedule_words(indicator: Indicator, spec: IndicatorSpec) -> str:
    """How the target is spread over the year (rule 10); ``spec`` holds the target in force."""
    if indicator.shares:
        shares = "; ".join(formats.amount(Decimal(share)) for share in indicator.shares)
        return f"mes por mes, acumulada en %: {shares}"
    if indicator.schedule == calculations.BY_RULE:
        # Without one of its own it is either flat or linear, and only a flat one expects it all in January.
        flat = calculations.expected_target(spec, 1) == spec.target
        return f"{Schedule.FLAT.label if flat else Schedule.LINEAR.label} (según el tipo de meta)"
    return indicator.get_schedule_display()


def count_text(number: int, one: str, many: str) -> str:
    """«1 cifra», «3 cifras»."""
    return f"{number} {one if number == 1 else many}"
