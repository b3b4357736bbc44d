"""The generated captures of one year: rows in every state, as the screens would have left them, and their trail."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from itertools import count, groupby
from typing import Any, NamedTuple

from accounts.models import Role, User
from catalog.demo import names
from catalog.demo.catalogue import Blueprint, YearCatalogue
from catalog.demo.figures import KINDS, Deck, Figures, corrected, figures
from catalog.demo.people import People
from core import trail
from core.amounts import from_units
from core.models import TrailEntry
from indicators.acts import FigureAct
from indicators.calculations import is_due
from indicators.models import Correction, Indicator, Measurement, Observation, Origin, Period, State
from indicators.recording import blank_row, correction_of, mark_corrected, put
from indicators.working_days import add_working_days

# Of the year that is under way: validated up to the first, then waiting for review, then December being captured.
LAST_SETTLED_MONTH, LAST_WAITING_MONTH = 9, 11


class Story(Enum):
    """How far one capture has come."""

    VALIDATED = "validated"
    LATE = "submitted after the due date, then validated"
    CORRECTED = "returned, corrected, then validated"
    CORRECTING = "validated; a correction waits beside it"
    CORRECTION_RETURNED = "validated; a correction beside it was returned"
    SUBMITTED = "waits for the director"
    LATE_SUBMITTED = "waits for the director, submitted after the due date"
    RETURNED = "returned with an observation"
    DRAFT = "draft"
    HALF = "draft of which half a pair is there"
    MISSING = "nothing captured"


_FINISHED = ((Story.VALIDATED, 184), (Story.LATE, 6), (Story.CORRECTED, 7), (Story.MISSING, 3))
_SETTLED = (
    (Story.VALIDATED, 50), (Story.LATE, 3), (Story.CORRECTED, 2), (Story.MISSING, 3), (Story.CORRECTING, 1),
    (Story.CORRECTION_RETURNED, 1),
)  # fmt: skip
_WAITING = (
    (Story.SUBMITTED, 9), (Story.VALIDATED, 5), (Story.RETURNED, 3), (Story.LATE_SUBMITTED, 1), (Story.DRAFT, 1),
    (Story.MISSING, 1),
)  # fmt: skip
_CAPTURING = (
    (Story.DRAFT, 9), (Story.HALF, 2), (Story.SUBMITTED, 4), (Story.RETURNED, 1), (Story.MISSING, 4),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moments:
    """When one department did what about one month; all within working hours, none read from a clock."""

    save: datetime
    submit: datetime
    validate: datetime
    late: datetime
    validate_late: datetime


@dataclass(slots=True)
class YearCaptures:
    """The rows of one year; the keys go on from the year before."""

    measurements: list[Measurement] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    changed_by: list[Any] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    entries: list[TrailEntry] = field(default_factory=list)


class Writer:
    """Tells the story of every capture of a year."""

    def __init__(self, rng: random.Random, people: People) -> None:
        self.rng = rng
        self.people = people
        self.made = YearCaptures()
        self.kinds = Deck(rng, KINDS)
        self._decks = {cards: Deck(rng, cards) for cards in (_FINISHED, _SETTLED, _WAITING, _CAPTURING)}
        self._keys: dict[type, Iterator[int]] = defaultdict(lambda: count(1))

    def write_year(self, catalogue: YearCatalogue, *, under_way: bool) -> YearCaptures:
        self.made = YearCaptures()
        rows = sorted(zip(catalogue.indicators, catalogue.blueprints, strict=True), key=_department_of)
        for period in catalogue.periods:
            deck = self._decks[_cards_of(period.month, under_way)]
            due = [pair for pair in rows if is_due(period.month, pair[0].frequency, starts_in=pair[0].starts_in)]
            for department_id, group in groupby(due, key=_department_of):
                desk = _Desk(self, period, department_id)
                for indicator, blueprint in group:
                    desk.write(indicator, blueprint, deck.deal())
        return self.made

    def next_key(self, model: type) -> int:
        return next(self._keys[model])


def _department_of(pair: tuple[Indicator, Blueprint]) -> int:
    return pair[0].action.program.department_id


def _cards_of(month: int, under_way: bool) -> tuple[tuple[Story, int], ...]:
    if not under_way:
        return _FINISHED
    if month <= LAST_SETTLED_MONTH:
        return _SETTLED
    return _WAITING if month <= LAST_WAITING_MONTH else _CAPTURING


class _Desk:
    """One department's month: who captures and who validates it, and when. Each act leaves what its service leaves."""

    def __init__(self, writer: Writer, period: Period, department_id: int) -> None:
        people = writer.people
        self._writer, self._rng = writer, writer.rng
        self._period, self._period_text, self._department_id = period, str(period), department_id
        self._moments = _moments(writer.rng, period)
        self._liaison = _Actor(people.liaisons[department_id], str(Role.LIAISON.label))
        self._director = _Actor(people.directors[department_id], str(Role.DIRECTOR.label))
        self._planning = _Actor(people.planning, str(Role.PLANNING.label))
        overdue = writer.rng.randrange(40) == 0
        self._validator = self._planning if overdue else self._director
        self._why_validated = "Por vencimiento." if overdue else ""

    def write(self, indicator: Indicator, blueprint: Blueprint, story: Story) -> None:
        if story is Story.MISSING:
            return
        period = self._period
        pair = figures(self._rng, blueprint, period.month, self._writer.kinds.deal())
        key = self._writer.next_key(Measurement)
        row = blank_row(indicator, period, pk=key, origin=Origin.DEMO, state=State.DRAFT.value)
        self._tell_story(story, row, pair)
        self._writer.made.measurements.append(row)
        if row.state in (State.DRAFT, State.SUBMITTED):
            self._remember_who_changed(row)

    def _tell_story(self, story: Story, row: Measurement, pair: Figures) -> None:
        at = self._moments
        first = corrected(self._rng, pair) if story is Story.CORRECTED else pair
        self._save(row, first, at.save, half=story is Story.HALF)
        if story in (Story.DRAFT, Story.HALF):
            return
        late = story in (Story.LATE, Story.LATE_SUBMITTED)
        self._submit(row, at.late if late else at.submit, late=late)
        match story:
            case Story.VALIDATED:
                self._validate(row, at.validate)
            case Story.LATE:
                self._validate(row, at.validate_late)
            case Story.RETURNED:
                self._return(row, at.validate)
            case Story.CORRECTED:
                observation = self._return(row, at.validate)
                self._save(row, pair, at.late)
                self._submit(row, at.late)
                observation.resolved_at = at.late
                self._validate(row, at.validate_late)
            case Story.CORRECTING:
                self._validate(row, at.validate)
                self._correct(row, pair, at.late)
            case Story.CORRECTION_RETURNED:
                self._validate(row, at.validate)
                self._correct(row, pair, at.late)
                self._return(row, at.validate_late)

    def _save(self, row: Measurement, pair: Figures, at: datetime, *, half: bool = False) -> None:
        before = _pair_texts(row) if row.version else {"state": None}
        put(row, _pair(pair, half=half), by=self._liaison.user, at=at)
        after = {**_pair_texts(row), "state": row.state} if row.version == 1 else _pair_texts(row)
        self._tell(row, FigureAct.SAVE, self._liaison, at, trail.changes_between(before, after))

    def _submit(self, row: Measurement, at: datetime, *, late: bool = False) -> None:
        row.submitted_at, row.submitted_by = at, self._liaison.user
        row.late = row.late or late
        self._change_state(row, State.SUBMITTED, FigureAct.SUBMIT, self._liaison, at)

    def _validate(self, row: Measurement, at: datetime) -> None:
        row.keep_as_validated()
        row.validated_at, row.validated_by = at, self._validator.user
        pair = {
            "validated_numerator": [None, _text(row.numerator)],
            "validated_denominator": [None, _text(row.denominator)],
        }
        words = ("validated_no_activity", "validated_justification")
        pair |= {name: ["", text] for name in words if (text := getattr(row, name))}
        self._change_state(row, State.VALIDATED, FigureAct.VALIDATE, self._validator, at, pair, self._why_validated)

    def _return(self, row: Measurement, at: datetime) -> Observation:
        text = self._rng.choice(names.OBSERVATIONS)
        row.returned_at = at
        self._change_state(row, State.RETURNED, FigureAct.RETURN, self._director, at, reason=text)
        made = Observation(
            pk=self._writer.next_key(Observation),
            measurement=row,
            text=text,
            author=self._director.user,
            created_at=at,
            numerator=row.numerator,
            denominator=row.denominator,
        )
        self._writer.made.observations.append(made)
        return made

    def _correct(self, row: Measurement, pair: Figures, at: datetime) -> None:
        after, before = corrected(self._rng, pair), _pair_texts(row)
        is_below = after.denominator != pair.denominator
        reason = self._rng.choice(names.DENOMINATOR_REASONS if is_below else names.NUMERATOR_REASONS)
        put(row, _pair(after._replace(justification=after.justification or reason)), by=self._planning.user, at=at)
        changes = {"state": [row.state, State.SUBMITTED.value], **trail.changes_between(before, _pair_texts(row))}
        mark_corrected(row, by=self._planning.user, at=at)
        key = self._writer.next_key(Correction)
        self._writer.made.corrections.append(correction_of(row, reason, by=self._planning.user, at=at, pk=key))
        self._tell(row, FigureAct.CORRECT, self._planning, at, changes, reason)

    def _change_state(
        self,
        row: Measurement,
        state: State,
        act: FigureAct,
        actor: "_Actor",
        at: datetime,
        pair: dict[str, list[Any]] | None = None,
        reason: str = "",
    ) -> None:
        changes = {"state": [row.state, state.value], **(pair or {})}
        row.state = state.value
        _touch(row, at)
        self._tell(row, act, actor, at, changes, reason)

    def _tell(
        self,
        row: Measurement,
        act: FigureAct,
        actor: "_Actor",
        at: datetime,
        changes: dict[str, list[Any]],
        reason: str = "",
    ) -> None:
        self._writer.made.entries.append(
            trail.entry(
                subject=row,
                label=f"{row.indicator.code} {self._period_text}",
                action=act,
                actor=actor.user,
                capacity=actor.capacity,
                at=at,
                changes=changes,
                reason=reason,
                scope_id=self._department_id,
            )
        )

    def _remember_who_changed(self, row: Measurement) -> None:
        through = Measurement.changed_by.through
        self._writer.made.changed_by.append(
            through(pk=self._writer.next_key(through), measurement_id=row.pk, user_id=row.updated_by_id)
        )


class _Actor(NamedTuple):
    user: User
    capacity: str


class _Pair(NamedTuple):
    numerator: Decimal
    denominator: Decimal | None
    no_activity: str
    justification: str


def _pair(made: Figures, *, half: bool = False) -> _Pair:
    numerator, denominator = from_units(made.numerator), from_units(made.denominator)
    return _Pair(numerator, None if half else denominator, "" if half else made.no_activity, made.justification)


def _touch(row: Measurement, at: datetime) -> None:
    row.version += 1
    row.updated_at = at


def _pair_texts(row: Measurement) -> dict[str, Any]:
    return {
        "numerator": _text(row.numerator),
        "denominator": _text(row.denominator),
        "no_activity": row.no_activity,
        "justification": row.justification,
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _moments(rng: random.Random, period: Period) -> Moments:
    """The department captures in the first working days of the next month and is validated within three more."""
    month_end = period.due_on.replace(day=1) - timedelta(days=1)
    return Moments(
        save=_moment(rng, add_working_days(month_end, rng.randrange(2, 4))),
        submit=_moment(rng, add_working_days(month_end, rng.randrange(4, 6))),
        validate=_moment(rng, add_working_days(period.due_on, rng.randrange(1, 4))),
        late=_moment(rng, add_working_days(period.due_on, rng.randrange(4, 7))),
        validate_late=_moment(rng, add_working_days(period.due_on, rng.randrange(7, 10))),
    )


def _moment(rng: random.Random, day: date) -> datetime:
    """Within working hours of the municipality: its date there and in UTC is the same."""
    return datetime.combine(day, time(rng.randrange(15, 22), rng.randrange(60), rng.randrange(60)), UTC)
