"""What another target or other borders would make of the figures, before anybody confirms: before → after.

Nothing here computes: the service that would make the change is called, the results are read as every page reads
them, and the transaction is rolled back. What is refused is refused by that service, too.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core import trail
from core.formats import percent
from core.pdf import fingerprint
from indicators import calculations, wording
from indicators.models import Indicator, Measurement, Period
from indicators.results import standards
from indicators.results import year as results
from indicators.results.scope import OFFICIAL, captured_in
from indicators.results.year import YearResults
from indicators.targets import THRESHOLD_FIELDS, YEAR_RULE_FIELDS
from programs.models import FiscalYear

Act = Callable[[], object]
_REPLACED = ("target", "target_kind", "direction", "schedule", "shares", *THRESHOLD_FIELDS)
_ORDER = (calculations.GREEN, calculations.OVER, calculations.AMBER, calculations.RED, calculations.NO_LIGHT)


@dataclass(frozen=True, slots=True)
class Side:
    """An indicator and its programme at one cut-off, with the numbers written."""

    target: str
    expected: str
    compliance: str
    light: str
    light_reason: str
    program_global: str
    program_compliance: str
    program_light: str


@dataclass(frozen=True, slots=True)
class CutEffect:
    """January to one month, official: as it is and as it would be."""

    cut_off: str
    before: Side
    after: Side

    @property
    def changes(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class LightCount:
    light: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A programme or indicator whose light would be another one."""

    code: str
    name: str
    compliance: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Recounted:
    """A programme whose global or compliance would be another one."""

    code: str
    name: str
    global_before: str
    global_after: str
    compliance_before: str
    compliance_after: str


@dataclass(frozen=True, slots=True)
class KindsEffect:
    """What corrected kinds of targets change at the current cut-off, official; rows that JSON keeps.

    ``indicators``: [code, compliance, light, compliance after, light after]; ``programs`` have their global, too:
    [code, global, compliance, light, global after, compliance after, light after].
    """

    cut_off: str
    indicators: list[list[str]]
    programs: list[list[str]]


@dataclass(frozen=True, slots=True)
class YearEffect:
    """All lights of a year at the current cut-off, official: how many of each there are and would be.

    ``recounted``: only counting what nobody captured as 0, or no longer so, changes figures.
    """

    cut_off: str
    programs: tuple[LightCount, ...]
    indicators: tuple[LightCount, ...]
    moved_programs: tuple[Moved, ...]
    moved_indicators: tuple[Moved, ...]
    recounted: tuple[Recounted, ...]


def seen_mark(effect: Sequence[CutEffect] | YearEffect, stands: Mapping[str, Any]) -> str:
    """What a confirmation brings back, to tell whether the effect is still the one that was shown.

    ``stands`` are the values that would be replaced: a colleague's change of them may move no light and yet be undone.
    """
    rows = asdict(effect) if isinstance(effect, YearEffect) else [asdict(line) for line in effect]
    return fingerprint([rows, stands])[:32]


def year_stands(fiscal_year: FiscalYear) -> dict[str, Any]:
    """What a change of the year's rules replaces."""
    return trail.snapshot(fiscal_year, YEAR_RULE_FIELDS)


def indicator_stands(indicator: Indicator) -> dict[str, Any]:
    """What a change of the indicator's target or borders replaces, or comes after."""
    adjustments = indicator.adjustments.order_by("effective_month").values_list("effective_month", "target")
    return {
        **trail.snapshot(indicator, _REPLACED),
        "adjustments": [[month, str(target)] for month, target in adjustments],
    }


def current_cut_off(fiscal_year: FiscalYear) -> int:
    """The last month with a validated figure; without any, the latest already due; else January."""
    validated = Measurement.objects.filter(captured_in(OFFICIAL), fiscal_year=fiscal_year)
    due = Period.objects.filter(fiscal_year=fiscal_year, due_on__lte=timezone.localdate())
    return validated.aggregate(last=Max("month"))["last"] or due.aggregate(last=Max("month"))["last"] or 1


@contextlib.contextmanager
def _as_if(act: Act) -> Iterator[None]:
    """The database as it would be after the act, within the block only. Raises what the act raises."""
    with transaction.atomic():
        act()
        yield
        transaction.set_rollback(True)


def indicator_effect(indicator: Indicator, act: Act, months: Iterable[int]) -> list[CutEffect]:
    """The indicator and its programme at those cut-offs, before and after the act; 4 queries for each and the act's."""
    cut_offs = sorted(set(months))
    before = [_side(indicator, month) for month in cut_offs]
    with _as_if(act):
        after = [_side(indicator, month) for month in cut_offs]
    year = indicator.fiscal_year.year
    return [
        CutEffect(wording.cut_off_text(month, year), old, new)
        for month, old, new in zip(cut_offs, before, after, strict=True)
    ]


def _side(indicator: Indicator, month: int) -> Side:
    siblings = Indicator.objects.filter(action__program_id=indicator.action.program_id)
    siblings = siblings.select_related("fiscal_year", "action").order_by("code")
    members = {row.pk: row for row in results.with_target_in_force(siblings, month)}
    row = members[indicator.pk]
    year, unit = row.fiscal_year, row.action.unit
    found = results.results_of(year, list(members.values()), month=month)
    program = calculations.program_result(
        found.values(), missing_as_zero=year.missing_as_zero, thresholds=standards.thresholds_of(year)
    )
    result = found[row.pk]
    return Side(
        target=wording.target_words(row, result.target, unit),
        expected=wording.expected_words(row, result, unit),
        compliance=percent(result.compliance, result.borders),
        light=result.light,
        light_reason=wording.light_reason(result),
        program_global=wording.global_text(program),
        program_compliance=percent(program.compliance, program.borders, empty="sin datos"),
        program_light=program.light,
    )


def year_effect(fiscal_year: FiscalYear, act: Act, month: int) -> YearEffect:
    """Every light of the year, before and after the act; 9 queries and the act's."""
    before = results.load_results(fiscal_year, month=month, with_names=True)
    with _as_if(act):
        after = results.load_results(FiscalYear.objects.get(pk=fiscal_year.pk), month=month)
    both = list(zip(before.programs, after.programs, strict=True))
    programs = [
        Moved(old.code, old.name, wording.compliance_text(old.result), old.result.light, new.result.light)
        for old, new in both
    ]
    indicators = [
        Moved(old.code, before.names[old.code], wording.compliance_text(old), old.light, new.light)
        for old, new in zip(_indicators(before), _indicators(after), strict=True)
    ]
    cut_off = wording.cut_off_text(month, fiscal_year.year)
    recounted = tuple(
        _recounted(old.code, old.name, old.result, new.result)
        for old, new in both
        if (old.result.global_, old.result.compliance) != (new.result.global_, new.result.compliance)
    )
    return YearEffect(cut_off, _counts(programs), _counts(indicators), _moved(programs), _moved(indicators), recounted)


def kinds_effect(fiscal_year: FiscalYear, kinds: Mapping[int, str]) -> KindsEffect:
    """``kinds`` by the key of an indicator; as many queries for one as for a thousand."""
    month = current_cut_off(fiscal_year)
    codes = set(Indicator.objects.filter(pk__in=kinds).values_list("code", flat=True))

    def act() -> None:
        for kind in set(kinds.values()):
            rows = Indicator.objects.filter(pk__in=[key for key, wanted in kinds.items() if wanted == kind])
            rows.update(target_kind=kind)

    before = results.load_results(fiscal_year, month=month)
    with _as_if(act):
        after = results.load_results(fiscal_year, month=month)
    both = zip(_indicators(before), _indicators(after), strict=True)
    return KindsEffect(
        wording.cut_off_text(month, fiscal_year.year),
        [[old.code, *_judged(old), *_judged(new)] for old, new in both if old.code in codes],
        [
            [old.code, *_judged_program(old.result), *_judged_program(new.result)]
            for old, new in zip(before.programs, after.programs, strict=True)
            if any(row.code in codes for row in old.indicators)
        ],
    )


def _judged(row: calculations.IndicatorResult) -> list[str]:
    return [percent(row.compliance, row.borders), row.light]


def _judged_program(row: calculations.ProgramResult) -> list[str]:
    return [wording.global_text(row), percent(row.compliance, row.borders, empty="sin datos"), row.light]


def _recounted(code: str, name: str, old: calculations.ProgramResult, new: calculations.ProgramResult) -> Recounted:
    figures = [
        percent(figure, result.borders, empty="sin datos")
        for result in (old, new)
        for figure in (result.global_, result.compliance)
    ]
    global_before, compliance_before, global_after, compliance_after = figures
    return Recounted(code, name, global_before, global_after, compliance_before, compliance_after)


def _indicators(year: YearResults) -> list[calculations.IndicatorResult]:
    return [indicator for sheet in year.programs for indicator in sheet.indicators]


def _counts(rows: Sequence[Moved]) -> tuple[LightCount, ...]:
    before, after = Counter(row.before for row in rows), Counter(row.after for row in rows)
    return tuple(
        LightCount(light, f"{before[light]:,}", f"{after[light]:,}") for light in _ORDER if before[light] + after[light]
    )


def _moved(rows: Iterable[Moved]) -> tuple[Moved, ...]:
    return tuple(row for row in rows if row.before != row.after)
