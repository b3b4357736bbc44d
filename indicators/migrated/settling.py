"""What was read, as pairs of this catalogue: its keys matched, and months folded of which nobody is asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from core.amounts import AmountError, to_units
from core.formats import amount
from core.text import fold
from indicators import calculations
from indicators.calculations import LAST, SUM, Cell
from indicators.migrated.found import Answers, OffMonths, Read
from indicators.models import MONTH_NAMES, Indicator
from indicators.workbook import CODE, DENOMINATOR, NUMERATOR, YEAR, Parsed, RowError
from indicators.workbook.parsing import PairRow
from programs.locked_years import SENTENCE
from programs.models import FiscalYear

_DASHES = str.maketrans(dict.fromkeys("–—−‐‑", "-"))


@dataclass(frozen=True, slots=True)
class Offer:
    """Months of which an indicator's frequency does not ask although the file has figures of them.

    ``kept``: the figures as they were kept; ``becomes``: the ones that would be recorded, by each of the three ways.
    """

    code: str
    name: str
    frequency: str
    modes: str
    kept: tuple[str, ...]
    becomes: dict[OffMonths, tuple[str, ...]]


@dataclass(slots=True)
class Settled:
    """The pairs of this catalogue, with everything that is wrong; ``offers`` are asked about once, for all of them.

    ``outside``: the figures of months before an indicator's beginning or after its end, which may be left out at once.
    """

    read: Read
    parsed: Parsed
    offers: list[Offer] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether something waits for an answer."""
        answers = self.read.answers
        return bool(
            self.read.decimal_question
            or (self.read.no_data and not answers.no_data)
            or (self.offers and answers.off_months is None)
            or (self.read.sides and self.read.sides.proposed is None and answers.first is None)
        )


def settle(read: Read) -> Settled:
    """Match the keys and fold the months; 2 queries."""
    parsed = Parsed(read.source, rows=[], errors=list(read.errors))
    settled = Settled(read, parsed)
    wanted = {row.year for row in read.rows}
    years = {year.year: year for year in FiscalYear.objects.filter(year__in=wanted)}
    locked = sorted(year for year, row in years.items() if row.locked)
    if locked:
        listed = ", ".join(map(str, locked))
        parsed.errors.append(RowError(0, "", f"{listed}: {SENTENCE}"))
        return settled
    known = _Catalogue(
        Indicator.objects.filter(fiscal_year__in=years.values()).select_related("fiscal_year").order_by("code")
    )
    found: dict[Indicator, dict[int, PairRow]] = defaultdict(dict)
    told: set[tuple[int, int]] = set()
    for place, row in enumerate(read.rows):
        indicator, fault = known.find(row, read.official.get(place, ""))
        if row.year not in years:
            indicator, fault = None, row.error(YEAR, f"No existe el ejercicio {row.year}.")
        if indicator is None:
            at = (fault.grid, fault.row) if fault else (0, 0)
            if fault is not None and at not in told:  # one for the row of twelve months
                told.add(at)
                parsed.errors.append(fault)
            continue
        first = found[indicator].setdefault(row.month, row)
        if first is not row:
            said = f"«{indicator.code}» en {MONTH_NAMES[row.month]} ya está en la {first.place}"
            parsed.errors.append(row.error(CODE, said))
    for indicator, rows in found.items():
        named = [replace(row, code=indicator.code) for row in rows.values()]
        outside = [row for row in named if _is_outside(indicator, row.month)]
        settled.outside += [f"{indicator.code}, {MONTH_NAMES[row.month]}" for row in outside]
        if read.answers.leave_outside:
            named = [row for row in named if row not in outside]
        parsed.rows += _folded(indicator, named, settled)
    if settled.offers and read.answers.off_months is None:
        parsed.errors.append(RowError(0, "", offers_sentence(settled.offers)))
    return settled


def offers_sentence(offers: Sequence[Offer]) -> str:
    """What is asked of the person."""
    codes = ", ".join(offer.code for offer in offers[:5]) + (f" y {len(offers) - 5:,} más" if len(offers) > 5 else "")
    one = len(offers) == 1
    return (
        f"{'Un indicador trae' if one else f'{len(offers):,} indicadores traen'} cifras de meses que su frecuencia no "
        f"pide ({codes}): diga si en el mes que sí se pide queda la suma o el último mes."
    )


class _Catalogue:
    """The indicators of those years by our code, and by official key where it is one's alone."""

    def __init__(self, indicators: Iterable[Indicator]) -> None:
        self.codes: dict[tuple[int, str], Indicator] = {}
        self.official: dict[tuple[int, str], list[Indicator]] = defaultdict(list)
        for indicator in indicators:
            year = indicator.fiscal_year.year
            self.codes[year, indicator.code] = indicator
            if indicator.official_key:
                self.official[year, fold(indicator.official_key)].append(indicator)

    def find(self, row: PairRow, official: str) -> tuple[Indicator | None, RowError | None]:
        """By our code, else by the official key, wherever it is written."""
        code = row.code.translate(_DASHES)
        if (indicator := self.codes.get((row.year, code))) is not None:
            return indicator, None
        for key in filter(None, (official, row.code)):
            same = self.official.get((row.year, fold(key)), [])
            if len(same) == 1:
                return same[0], None
            if same:
                listed = ", ".join(indicator.code for indicator in same[:5])
                said = f"La clave oficial «{key[:40]}» es de varios indicadores ({listed}): escriba la de cada uno."
                return None, row.error(CODE, said)
        wrong = row.code or official
        return None, row.error(CODE, f"«{wrong[:40]}» no es un indicador del ejercicio {row.year}.")


def _folded(indicator: Indicator, rows: list[PairRow], settled: Settled) -> list[PairRow]:
    """The indicator's rows; those of months that it does not ask for within the month that it does."""
    step = indicator.frequency
    off = [row for row in rows if row.month % step and _is_asked(indicator, row.month)]
    if not off:
        return rows
    windows: dict[int, list[PairRow]] = defaultdict(list)
    for row in rows:
        windows[-(-row.month // step) * step].append(row)
    kept: list[PairRow] = []
    texts: list[str] = []
    becomes: dict[OffMonths, list[str]] = defaultdict(list)
    for due, found in sorted(windows.items()):
        found.sort(key=lambda row: row.month)
        outside = not _is_asked(indicator, due) or any(not _is_asked(indicator, row.month) for row in found)
        if outside or all(row.month == due for row in found):
            kept += found  # as it is; what is not asked for at all is an error of the month
            continue
        half = [row for row in found if row.numerator is None or row.denominator is None]
        for row in half:
            side = NUMERATOR if row.numerator is None else DENOMINATOR
            settled.parsed.errors.append(row.error(side, f"Falta el {side.lower()}."))
        if half:
            continue
        texts.append(", ".join(f"{MONTH_NAMES[row.month]} {_pair(row.numerator, row.denominator)}" for row in found))
        for way in OffMonths:
            becomes[way].append(f"{MONTH_NAMES[due]} {_pair(*_sides(indicator, found, way))}")
        made = _made(indicator, found, due, settled.read.answers, settled.parsed)
        kept += [made] if made is not None else []
    if texts:
        settled.offers.append(
            Offer(
                indicator.code,
                indicator.name,
                indicator.get_frequency_display(),
                f"{indicator.get_numerator_mode_display()} / {indicator.get_denominator_mode_display()}",
                tuple(texts),
                {way: tuple(said) for way, said in becomes.items()},
            )
        )
    return kept


def _is_outside(indicator: Indicator, month: int) -> bool:
    """Whether neither the month nor the one in which its frequency would ask for it is one of the indicator's."""
    due = -(-month // indicator.frequency) * indicator.frequency
    return not (_is_asked(indicator, month) and _is_asked(indicator, due))


def _is_asked(indicator: Indicator, month: int) -> bool:
    """Whether the month lies between the indicator's beginning and its retirement."""
    return calculations.is_due(month, 1, indicator.retired_from, indicator.starts_in)


def _made(indicator: Indicator, rows: Sequence[PairRow], due: int, answers: Answers, parsed: Parsed) -> PairRow | None:
    """One row for the month that is asked for; None where nobody has said how, or the sum does not fit."""
    if answers.off_months is None:
        return None
    last = rows[-1]
    numerator, denominator = _sides(indicator, rows, answers.off_months)
    for side, value in ((NUMERATOR, numerator), (DENOMINATOR, denominator)):
        try:
            to_units(value)
        except AmountError as error:
            parsed.errors.append(last.error(side, str(error)))
            return None
    words = "; ".join(dict.fromkeys(row.words for row in rows if row.words))
    return replace(last, month=due, numerator=numerator, denominator=denominator, words=words)


def _sides(indicator: Indicator, rows: Iterable[PairRow], way: OffMonths) -> tuple[Decimal, Decimal]:
    """Both sides over those months, accumulated as a year's months are (rule 2)."""
    modes: Mapping[OffMonths, tuple[str, str]] = {
        OffMonths.BY_MODE: (indicator.numerator_mode, indicator.denominator_mode),
        OffMonths.LAST: (LAST, LAST),
        OffMonths.SUM: (SUM, SUM),
    }
    numerator_mode, denominator_mode = modes[way]
    cells = [
        Cell(row.month, row.numerator, row.denominator)
        for row in rows
        if row.numerator is not None and row.denominator is not None
    ]
    found = calculations.accumulate(cells, numerator_mode=numerator_mode, denominator_mode=denominator_mode)
    return found.numerator, found.denominator


def _pair(numerator: Decimal | None, denominator: Decimal | None) -> str:
    return f"{amount(numerator)} / {amount(denominator)}"
