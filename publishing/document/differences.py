"""What two documents say differently: figures, rules, results and words, each with its value before and after."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

Document = Mapping[str, Any]


class Kind(StrEnum):
    """In the order in which they are told: what was captured first, and what follows from it afterwards."""

    PRESENCE = "presence"
    FIGURE = "figure"
    RULE = "rule"
    RESULT = "result"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Difference:
    """``figure`` is a code, a group's key, or empty for the plan; ``name`` the field. Values are as documents write
    them, None where one document has none. ``month`` is that of a captured figure; ``group`` says of which kind a
    group is, as programmes name it: «axis» or «department».
    """

    kind: Kind
    figure: str
    name: str
    before: Any
    after: Any
    month: int | None = None
    group: str = ""


_INDICATOR_RULES = (
    "considered", "direction", "target_kind", "target", "frequency", "starts_in", "retired_from", "schedule", "shares",
    "numerator_mode", "denominator_mode", "thresholds",
)  # fmt: skip
_INDICATOR_RESULTS = (
    "status", "numerator", "denominator", "percentage", "advance", "expected", "compliance", "annual_compliance",
    "light", "months_captured", "months_due",
)  # fmt: skip
_INDICATOR_WORDS = (
    "official_key", "action_code", "action_official_key", "action", "name", "definition", "source", "responsible_area",
    "unit", "previous", "numerator_label", "denominator_label",
)  # fmt: skip
_PROGRAM_RESULTS = ("global", "considered", "total", "compliance", "light")
_PROGRAM_WORDS = (
    "number", "name", "department", "axis", "objective", "strategy", "description", "objectives", "previous",
)  # fmt: skip
_GROUP_RESULTS = ("global", "compliance", "with_data", "programs")
_PLAN_RESULTS = ("global", "compliance", "with_data", "programs", "lights", "months_captured", "months_due")


def differences(before: Document, after: Document) -> list[Difference]:
    """Empty where both say the same of the plan, whatever their place in the chain."""
    found = [
        *_fields(Kind.WORD, "", before, after, ("municipality", "plan")),
        *_fields(Kind.RULE, "", before["rules"], after["rules"], after["rules"]),
        *_fields(Kind.RESULT, "", before["plan_results"], after["plan_results"], _PLAN_RESULTS),
        *_groups("axis", before["axis_results"], after["axis_results"], "key"),
        *_groups("department", before["department_results"], after["department_results"], "prefix"),
        *_words_of_places(before, after),
    ]
    for code, one, other in _paired(before["programs"], after["programs"], "code"):
        found += _programs(code, one, other)
    order = list(Kind)
    return sorted(found, key=lambda one: (order.index(one.kind), one.figure, one.month or 0))


def _groups(group: str, before: Iterable[Document], after: Iterable[Document], key: str) -> Iterator[Difference]:
    """One that is in one document only is told with its name, as what is there or not."""
    for name, one, other in _paired(before, after, key):
        if one is not None and other is not None:
            for found in _fields(Kind.RESULT, name, one, other, _GROUP_RESULTS):
                yield replace(found, group=group)


def _programs(code: str, before: Document | None, after: Document | None) -> Iterator[Difference]:
    if before is None or after is None:
        yield Difference(Kind.PRESENCE, code, "program", _name(before), _name(after))
    else:
        yield from _fields(Kind.RESULT, code, before, after, _PROGRAM_RESULTS)
        yield from _fields(Kind.WORD, code, before, after, _PROGRAM_WORDS)
    parts = [() if one is None else one["indicators"] for one in (before, after)]
    for inner, one, other in _paired(parts[0], parts[1], "code"):
        yield from _indicators(inner, one, other)


def _indicators(code: str, before: Document | None, after: Document | None) -> Iterator[Difference]:
    if before is None or after is None:
        yield Difference(Kind.PRESENCE, code, "indicator", _name(before), _name(after))
        return
    was, becomes = pairs_of(before), pairs_of(after)
    for month in sorted({*was, *becomes}):
        if was.get(month) != becomes.get(month):
            yield Difference(Kind.FIGURE, code, "pair", was.get(month), becomes.get(month), month)
    yield from _fields(Kind.RULE, code, before, after, _INDICATOR_RULES)
    yield from _fields(Kind.RESULT, code, before, after, _INDICATOR_RESULTS)
    yield from _fields(Kind.WORD, code, before, after, _INDICATOR_WORDS)


Pair = tuple[str, str, str | None]  # numerator, denominator, reason of a 0/0


def pairs_of(indicator: Document) -> dict[int, Pair]:
    """The captured months of an indicator of a document."""
    return {one["month"]: (one["numerator"], one["denominator"], one["reason"]) for one in indicator["months"]}


def indicators_of(document: Document) -> dict[str, Document]:
    """By code, of all programmes."""
    return {row["code"]: row for program in document["programs"] for row in program["indicators"]}


def holds_old_figure(document: Document, changed: Iterable[Difference]) -> list[Difference]:
    """Of the figures that a rectification changed, those that another document has as they were before."""
    rows = indicators_of(document)
    return [
        one
        for one in changed
        if one.kind is Kind.FIGURE
        and one.month is not None
        and one.month <= document["month"]
        and one.figure in rows
        and pairs_of(rows[one.figure]).get(one.month) == one.before
    ]


def _words_of_places(before: Document, after: Document) -> Iterator[Difference]:
    for key, one, other in _paired(before["departments"], after["departments"], "prefix"):
        if one is None or other is None:
            yield Difference(Kind.PRESENCE, key, "department", _name(one), _name(other))
        else:
            yield from _fields(Kind.WORD, key, one, other, ("name", "number"))
    was, becomes = dict(_places(before["axes"])), dict(_places(after["axes"]))
    for place in dict.fromkeys([*was, *becomes]):
        if was.get(place) != becomes.get(place):
            kind = Kind.WORD if place in was and place in becomes else Kind.PRESENCE
            yield Difference(kind, place[-1], "name", was.get(place), becomes.get(place))


def _places(axes: Iterable[Document]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Names by the keys that lead to them: those of an objective are unique within its axis only."""
    for axis in axes:
        yield (axis["key"],), axis["name"]
        for objective in axis["objectives"]:
            yield (axis["key"], objective["key"]), objective["name"]
            for strategy in objective["strategies"]:
                yield (axis["key"], objective["key"], strategy["key"]), strategy["name"]


def _paired(
    before: Iterable[Document], after: Iterable[Document], key: str
) -> Iterator[tuple[str, Document | None, Document | None]]:
    was, becomes = {row[key]: row for row in before}, {row[key]: row for row in after}
    for name in sorted({*was, *becomes}):
        yield name, was.get(name), becomes.get(name)


def _fields(kind: Kind, figure: str, before: Document, after: Document, names: Iterable[str]) -> Iterator[Difference]:
    for name in names:
        if before[name] != after[name]:
            yield Difference(kind, figure, name, before[name], after[name])


def _name(part: Document | None) -> str | None:
    return None if part is None else part["name"]
