"""The acts behind the figures of a period: changed thresholds, adjusted targets, figures corrected once validated.

One query a page. Corrections have a table of their own; what the thresholds were before, only the trail tells.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, DateTimeField, IntegerField, JSONField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import called
from core import trail
from core.compiled import Compiled, keys
from core.fields import AmountField
from core.models import TrailEntry
from indicators.acts import TargetAct
from indicators.models import Correction, Indicator, TargetAdjustment
from programs.models import FiscalYear
from reports.address.cutoff import Cut

Pair = tuple[Decimal, Decimal]
_YEAR, _INDICATOR = FiscalYear._meta.label_lower, Indicator._meta.label_lower


class RuleChange(NamedTuple):
    """What figures are held against changed: thresholds, or how a target is read. ``indicator`` None: for the year.

    ``instrument`` is empty where none was cited.
    """

    indicator: int | None
    action: str
    at: datetime
    changes: Mapping[str, Sequence[Any]]
    reason: str
    by: str
    instrument: str


class Corrected(NamedTuple):
    """A figure that was corrected after its validation; ``at`` is when the new pair was validated."""

    indicator: int
    month: int
    at: datetime
    before: Pair
    after: Pair
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Acts:
    """``rules`` since the year began, the oldest first; ``corrected`` by month, each figure's oldest first."""

    rules: tuple[RuleChange, ...] = ()
    corrected: tuple[Corrected, ...] = ()

    @property
    def of_year(self) -> tuple[RuleChange, ...]:
        return tuple(change for change in self.rules if change.indicator is None)

    def rules_of(self, indicator: int) -> tuple[RuleChange, ...]:
        return tuple(change for change in self.rules if change.indicator == indicator)

    def corrected_of(self, indicator: int) -> dict[int, list[Corrected]]:
        """By month."""
        found: dict[int, list[Corrected]] = {}
        for one in self.corrected:
            if one.indicator == indicator:
                found.setdefault(one.month, []).append(one)
        return found


class Adjusted(NamedTuple):
    """An indicator whose target was adjusted; ``since`` is the month from which its latest adjustment is in force."""

    code: str
    since: int
    program: int


@dataclass(frozen=True)
class PlanActs:
    """Of the plan: how its thresholds changed, which targets were adjusted and how many figures were corrected.

    ``figures`` by programme and by indicator: (programme, indicator's code) each with how many.
    """

    rules: tuple[RuleChange, ...] = ()
    targets: tuple[Adjusted, ...] = ()
    figures: Mapping[tuple[int, str], int] = field(default_factory=dict)

    @cached_property
    def by_program(self) -> Mapping[int, int]:
        """By programme, how many of its figures were corrected."""
        found: Counter[int] = Counter()
        for (program, _), figures in self.figures.items():
            found[program] += figures
        return found

    @cached_property
    def by_indicator(self) -> Mapping[str, int]:
        return {code: figures for (_, code), figures in self.figures.items()}

    @property
    def corrected(self) -> int:
        """How many figures were corrected after their validation."""
        return sum(self.figures.values())

    def of(self, programs: Collection[int]) -> "PlanActs":
        """Only of these programmes; the thresholds are everybody's."""
        return PlanActs(
            self.rules,
            tuple(one for one in self.targets if one.program in programs),
            {key: figures for key, figures in self.figures.items() if key[0] in programs},
        )


def acts_of_plan(cut: Cut) -> PlanActs:
    """Of the figures from January to the cut-off; one query."""
    return acts_of_plans(cut)[0]


def acts_of_plans(*cuts: Cut) -> list[PlanActs]:
    """The same of several moments, of one year or more; one query."""
    rules: dict[int, list[RuleChange]] = {}
    corrected: list[tuple[int, int, tuple[int, str], int]] = []
    adjusted: list[tuple[int, Adjusted]] = []
    for year, month, program, figures, *entry in _of_plans(years=keys({cut.fiscal_year.pk for cut in cuts})):
        if month is None:
            rules.setdefault(year, []).append(_rule(None, *entry))
        elif figures is None:
            adjusted.append((year, Adjusted(entry[0], month, program)))
        else:
            corrected.append((year, month, (program, entry[0]), figures))
    return [
        PlanActs(
            _since_the_year_began(rules.get(cut.fiscal_year.pk, ()), cut.fiscal_year),
            _latest(one for year, one in adjusted if year == cut.fiscal_year.pk and one.since <= cut.month),
            _by_indicator(corrected, cut),
        )
        for cut in cuts
    ]


def _latest(adjusted: Iterable[Adjusted]) -> tuple[Adjusted, ...]:
    """Of each indicator the adjustment in force, by code."""
    found = {(one.program, one.code): one for one in sorted(adjusted, key=lambda one: one.since)}
    return tuple(found[key] for key in sorted(found, key=lambda key: (key[1], key[0])))


def _by_indicator(corrected: Iterable[tuple[int, int, tuple[int, str], int]], cut: Cut) -> dict[tuple[int, str], int]:
    found: Counter[tuple[int, str]] = Counter()
    for year, month, key, figures in corrected:
        if year == cut.fiscal_year.pk and month <= cut.month:
            found[key] += figures
    return dict(sorted(found.items()))


def acts_of_indicators(fiscal_year: FiscalYear, indicators: Collection[int], *, month: int = 12) -> Acts:
    """Of these indicators' figures from January to that month, and of what they are held against; one query."""
    rules, corrected = [], []
    for subject, of, number, *rest in _of_indicators(year=fiscal_year.pk, ids=keys(indicators), month=month):
        if number is None:
            *entry, _, _, _, _ = rest
            rules.append(_rule(None if of == _YEAR else subject, *entry))
        else:
            _, at, _, reason, *name, former_n, former_d, n, d = rest
            corrected.append(Corrected(subject, number, at, (former_n, former_d), (n, d), reason, _named(*name)))
    corrected.sort(key=lambda one: (one.month, one.at))
    return Acts(_since_the_year_began(rules, fiscal_year), tuple(corrected))


def _rule(
    indicator: int | None, action: str, at: datetime, changes: Mapping[str, Sequence[Any]], reason: str, *name: str
) -> RuleChange:
    moved = {field: pair for field, pair in changes.items() if field != "instrument"}
    return RuleChange(indicator, action, at, moved, reason, _named(*name), trail.cited_in(changes))


def _named(first: str | None, last: str | None, username: str | None) -> str:
    return called(first or "", last or "", username) if username else ""


def _since_the_year_began(rules: Iterable[RuleChange], fiscal_year: FiscalYear) -> tuple[RuleChange, ...]:
    """What was set before January moved no figure of the year."""
    known = (change for change in rules if timezone.localtime(change.at).year >= fiscal_year.year)
    return tuple(sorted(known, key=lambda change: change.at))


def _none(field: Any) -> Cast:
    return Cast(Value(None), field)


_NAME = ("first_name", "last_name", "username")
_ACTOR = tuple(f"actor__{name}" for name in _NAME)
_CORRECTED_BY = tuple(f"corrected_by__{name}" for name in _NAME)


def _plan_acts(years: str) -> QuerySet[Any]:
    entries = TrailEntry.objects.filter(
        subject_type=_YEAR, subject_id__among=years, action=TargetAct.CHANGE_THRESHOLDS.value
    ).order_by()
    figures = (
        Correction.objects.made()
        .filter(measurement__fiscal_year_id__among=years)
        .order_by()
        .values(
            "measurement__fiscal_year_id",
            "measurement__month",
            "measurement__indicator__action__program_id",
            "measurement__indicator__code",
        )
        .annotate(figures=Count("measurement_id", distinct=True))
    )
    targets = TargetAdjustment.objects.filter(indicator__fiscal_year_id__among=years).order_by()
    number, text = IntegerField(), TextField()
    entry = ("action", "at", "changes", "reason", *_ACTOR)
    nothing = tuple(map(_none, (text, DateTimeField(), JSONField(), *[text] * 4)))
    return entries.values_list("subject_id", *[_none(number)] * 3, *entry).union(
        figures.values_list(
            "measurement__fiscal_year_id", "measurement__month", "measurement__indicator__action__program_id",
            "figures", "measurement__indicator__code", *nothing[1:],
        ),
        targets.values_list(
            "indicator__fiscal_year_id", "effective_month", "indicator__action__program_id", _none(number),
            "indicator__code", *nothing[1:],
        ),
        all=True,
    )  # fmt: skip


def _indicator_acts(year: int, ids: str, month: int) -> QuerySet[Any]:
    acts = (TargetAct.CHANGE_THRESHOLDS.value, TargetAct.CORRECT_KIND.value)
    of_year = Q(subject_type=_YEAR, subject_id=year)
    entries = TrailEntry.objects.filter(
        of_year | Q(subject_type=_INDICATOR, subject_id__among=ids), action__in=acts
    ).order_by()
    corrections = (
        Correction.objects.made().filter(measurement__indicator_id__among=ids, measurement__month__lte=month).order_by()
    )
    return entries.values_list(
        "subject_id", "subject_type", _none(IntegerField()), "action", "at", "changes", "reason", *_ACTOR,
        *(_none(AmountField()) for _ in range(4)),
    ).union(
        corrections.values_list(
            "measurement__indicator_id", _none(TextField()), "measurement__month", _none(TextField()), "validated_at",
            _none(JSONField()), "reason", *_CORRECTED_BY, "former_numerator", "former_denominator", "numerator",
            "denominator",
        ),
        all=True,
    )  # fmt: skip


_of_plans: Compiled[tuple[Any, ...]] = Compiled(_plan_acts)
_of_indicators: Compiled[tuple[Any, ...]] = Compiled(_indicator_acts)
