"""Why a cut-off says something else today than when it was closed: the acts since then, each with day and instrument.

Corrections and adjusted targets have tables of their own; everything else is in the trail. A difference that no act
explains is said to have none: that is what whoever looks for tampering looks for.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from accounts.access import NOBODY, Access, reads_act
from core import trail
from core.models import TrailEntry
from core.moments import day_text
from indicators.acts import FigureAct, TargetAct
from indicators.models import Correction, Indicator, InstrumentFile, Measurement, TargetAdjustment, month_name
from programs.models import Action, Axis, Department, FiscalYear, Objective, Plan, Program, Strategy
from publishing.document.differences import Difference, Kind
from publishing.document.telling import TITLES, Line, field_text, line
from publishing.document.words import joined
from publishing.explaining.reading import Known

NO_ACT = "Ningún acto de la bitácora lo explica: avise a Contraloría."
_NAMED = 5
_FIGURE, _YEAR = Measurement._meta.label_lower, FiscalYear._meta.label_lower
_INDICATOR, _ACTION, _PROGRAM = (model._meta.label_lower for model in (Indicator, Action, Program))
_PLACES = [model._meta.label_lower for model in (Axis, Objective, Strategy)]
_SUBJECTS = [
    _YEAR, _INDICATOR, _ACTION, _PROGRAM, Department._meta.label_lower, Plan._meta.label_lower, *_PLACES,
]  # fmt: skip
_FIGURE_ACTS = [str(act) for act in (FigureAct.VALIDATE, FigureAct.CORRECT, FigureAct.RETURN, FigureAct.IMPORT,
                                     FigureAct.MIGRATE)]  # fmt: skip
# What the trail calls a field of a document, where that is not its own name.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "thresholds": ("green_from", "amber_from", "over_above"),
    "schedule": ("schedule", "target_kind"),  # the one that applies follows from the kind
    "action": ("text",),
    "action_code": ("code",),
    "action_official_key": ("official_key",),
    "axis": ("strategy", "axis"),
    "objective": ("strategy", "objective"),
}
# What only an act makes another one. A figure has a check of its own, and a result is nobody's act.
_ACTED = (Kind.RULE, Kind.WORD, Kind.PRESENCE)
# What becomes another one because of others: places in a list, what is continued, and what the settings say.
_BY_PLACE = {"axis", "objective", "strategy", "number", "previous", "municipality"}
# What documents and the trail write alike, so that an act explains only what it left.
_AS_WRITTEN = {
    "green_from", "amber_from", "over_above", "target", "name", "definition", "source", "responsible_area", "unit",
    "numerator_label", "denominator_label", "action",
}  # fmt: skip
# Whoever reads a figure reads why its target or its thresholds moved: see reports.acts.words.
_PUBLIC = [str(act) for act in TargetAct]


@dataclass(frozen=True, slots=True)
class Explained:
    line: Line
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    lines: list[Explained]


@dataclass(frozen=True)
class _Acts:
    """Since the closing was made."""

    access: Access
    corrections: Mapping[tuple[str, int], list[Correction]]
    files: Mapping[int, list[str]]  # of a corrected figure, the instruments that this person may read
    targets: Mapping[str, list[TargetAdjustment]]
    entries: list[TrailEntry]
    figures: Mapping[int, tuple[str, int]]  # by key of the figure
    ids: Mapping[str, set[tuple[str, int]]] = field(default_factory=dict)  # the rows that a code stands for


def explained(known: Known, access: Access, codes: Collection[str] | None = None) -> list[Part]:
    """The differences by kind, each with its reasons; of these codes only, where they are given."""
    wanted = [one for one in known.found if codes is None or one.figure in codes]
    acts = _read(known, access, wanted) if wanted else None
    return [
        Part(TITLES[kind], [_explained(one, known, acts) for one in wanted if one.kind is kind])
        for kind in Kind
        if acts and any(one.kind is kind for one in wanted)
    ]


def without_act(known: Known) -> list[Difference]:
    """Rules, words and what is there or not that differ, as no act since the closing has left them.

    Left out is what follows from something else (results, places in a list), and captures, which have their own check.
    """
    wanted = [one for one in known.found if one.kind in _ACTED and one.name not in _BY_PLACE]
    if not wanted:
        return []
    acts = _read(known, NOBODY, wanted)
    return [one for one in wanted if not _is_an_act_s(one, known, acts)]


def _is_an_act_s(one: Difference, known: Known, acts: _Acts) -> bool:
    if one.name == "target" and (made := acts.targets.get(one.figure)):
        return _is_told(made)
    told = [entry.changes for entry in acts.entries if _tells(entry, one, known, acts)]
    name = next((name for name in _FIELDS.get(one.name, (one.name,)) if told and name in told[-1]), None)
    return bool(told) and (name is None or one.name not in _AS_WRITTEN or _same(told[-1][name][1], one.after))


def _is_told(made: Collection[TargetAdjustment]) -> bool:
    """Whether the trail has each of these targets, as it is."""
    entries = TrailEntry.objects.filter(
        subject_type=TargetAdjustment._meta.label_lower, subject_id__in=[one.pk for one in made]
    )
    said = {entry.subject_id: (entry.changes.get("target") or (None, None))[1] for entry in entries}
    return all(_same(said.get(one.pk), f"{one.target:f}") for one in made)


def _same(said: Any, has: Any) -> bool:
    """As texts, or as numbers where both are some."""
    try:
        return said == has or Decimal(said) == Decimal(has)
    except (InvalidOperation, TypeError, ValueError):
        return False


def _explained(one: Difference, known: Known, acts: _Acts) -> Explained:
    return Explained(line(one, known.borders(one.figure)), _reasons(one, known, acts))


def _read(known: Known, access: Access, wanted: list[Difference]) -> _Acts:
    """Seven queries at most."""
    closing, year = known.closing, known.closing.fiscal_year
    changed = {one.figure for one in wanted if one.kind is Kind.FIGURE}
    figures = {
        pk: (code, month)
        for pk, code, month in Measurement.objects.filter(
            fiscal_year=year, month__lte=closing.month, indicator__code__in=changed
        ).values_list("pk", "indicator__code", "month")
    }
    corrections: dict[tuple[str, int], list[Correction]] = defaultdict(list)
    made = Correction.objects.made().filter(measurement__in=figures, validated_at__gte=closing.made_at)
    for correction in made.select_related("corrected_by").order_by("validated_at", "pk"):
        corrections[figures[correction.measurement_id]].append(correction)
    files: dict[int, list[str]] = defaultdict(list)
    cited = InstrumentFile.objects.visible_to(access).filter(
        measurement__in=[one.measurement_id for rows in corrections.values() for one in rows],
        uploaded_at__gte=closing.made_at,
    )
    for figure, instrument in cited.values_list("measurement_id", "instrument"):
        files[figure].append(instrument)
    targets: dict[str, list[TargetAdjustment]] = defaultdict(list)
    adjusted = TargetAdjustment.objects.filter(
        indicator__fiscal_year=year, created_at__gte=closing.made_at, effective_month__lte=closing.month
    )
    for target in adjusted.select_related("indicator").order_by("created_at", "pk"):
        targets[target.indicator.code].append(target)
    since = TrailEntry.objects.filter(at__gte=closing.made_at)
    entries = since.filter(subject_type__in=_SUBJECTS) | since.filter(
        subject_type=_FIGURE, subject_id__in=figures, action__in=_FIGURE_ACTS
    )
    ids: dict[str, set[tuple[str, int]]] = defaultdict(set)
    rows = Indicator.objects.filter(fiscal_year=year).values_list("code", "pk", "action_id", "action__program__code")
    for code, pk, action, _ in rows:
        ids[code] |= {(_INDICATOR, pk), (_ACTION, action)}
    for code, pk in Program.objects.filter(fiscal_year=year).values_list("code", "pk"):
        ids[code].add((_PROGRAM, pk))
    return _Acts(access, corrections, files, targets, list(entries.order_by("pk")), figures, ids)


def _reasons(one: Difference, known: Known, acts: _Acts | None) -> list[str]:
    assert acts is not None
    if one.kind is Kind.RESULT:
        return [_follows(one, known)]
    found = list(_figure(one, acts)) if one.kind is Kind.FIGURE else list(_rule_or_word(one, known, acts))
    return list(dict.fromkeys(found)) or [NO_ACT]


def _figure(one: Difference, acts: _Acts) -> Iterator[str]:
    assert one.month is not None
    place = (one.figure, one.month)
    for made in acts.corrections.get(place, ()):
        scope = _scope(made.measurement_id, acts)
        why = f": {made.reason.rstrip('.')}" if made.reason and reads_act(acts.access, scope, _FIGURE) else ""
        cited = "".join(f" {name}." for name in acts.files.get(made.measurement_id, ()))
        yield f"Corrección validada el {day_text(made.validated_at)}{why}.{cited}"
    if place not in acts.corrections:
        own = [entry for entry in acts.entries if entry.subject_type == _FIGURE]
        told = [entry for entry in own if acts.figures.get(entry.subject_id) == place]
        if told:
            yield _told(told[-1], acts)


def _scope(figure: int, acts: _Acts) -> int | None:
    own = (entry for entry in acts.entries if entry.subject_type == _FIGURE and entry.subject_id == figure)
    return next((entry.scope_id for entry in own), None)


def _rule_or_word(one: Difference, known: Known, acts: _Acts) -> Iterator[str]:
    if one.name == "target":
        for made in acts.targets.get(one.figure, ()):
            yield (
                f"Meta ajustada el {day_text(made.created_at)}, en vigor desde {month_name(made.effective_month)}. "
                f"Autoriza {made.authorized_by}; {made.instrument}. Motivo: {made.reason.rstrip('.')}."
            )
    for entry in acts.entries:
        if _tells(entry, one, known, acts):
            yield _told(entry, acts)


def _tells(entry: TrailEntry, one: Difference, known: Known, acts: _Acts) -> bool:
    """Whether an act changed what differs."""
    if entry.subject_type == _FIGURE or not _is_about(entry, one, known, acts):
        return False
    if one.name == "target" and "effective_month" in entry.changes:  # the adjusted target is told by itself
        return False
    names = _FIELDS.get(one.name, (one.name,))
    return one.kind is Kind.PRESENCE or any(name in entry.changes for name in names)


def _is_about(entry: TrailEntry, one: Difference, known: Known, acts: _Acts) -> bool:
    of = (entry.subject_type, entry.subject_id)
    if one.name == "thresholds" and of == (_YEAR, known.closing.fiscal_year_id):
        return True  # where an indicator has no border of its own, it has the year's
    if not one.figure:
        return of == (_YEAR, known.closing.fiscal_year_id) or entry.subject_type == Plan._meta.label_lower
    if entry.subject_type in (*_PLACES, Department._meta.label_lower):
        # Their keys may be places in a list: they are known by the name that was or became theirs.
        return one.after in (entry.changes.get("name") or ()) or entry.subject_label.startswith(f"{one.figure} ")
    return of in acts.ids.get(one.figure, ()) or entry.subject_label.split(" ")[0] == one.figure


def _told(entry: TrailEntry, acts: _Acts) -> str:
    """«Retiró el indicador el 12/10/2016. Oficio 12. Motivo: …»"""
    reads = entry.action in _PUBLIC or reads_act(acts.access, entry.scope_id, entry.subject_type)
    cited = [(entry.changes.get("authorized_by") or ("", ""))[1], trail.cited_in(entry.changes)]
    parts = [f"{trail.sentence_of(entry.action)} el {day_text(entry.at)}", *filter(None, cited)]
    if entry.reason and reads:
        parts.append(f"Motivo: {entry.reason}")
    return " ".join(f"{part.rstrip('.')}." for part in parts)


def _follows(one: Difference, known: Known) -> str:
    """A result is nobody's act: it follows from figures and rules."""
    causes = [other for other in known.found if other.kind in (Kind.FIGURE, Kind.RULE, Kind.PRESENCE)]
    of_year = [field_text(other.name) for other in causes if other.kind is Kind.RULE and not other.figure]
    own = [other for other in causes if other.figure == one.figure and one.figure]
    if one.figure in known.indicators:
        named = [f"la cifra de {month_name(other.month)}" if other.month else field_text(other.name) for other in own]
    else:
        inside = {other.figure for other in causes if other.figure and _is_within(other.figure, one, known)}
        named = sorted(inside)
    told = named[:_NAMED] + ([f"{len(named) - _NAMED:,} más"] if len(named) > _NAMED else []) + of_year
    return f"Se sigue de {joined(told)}." if told else NO_ACT


def _is_within(figure: str, one: Difference, known: Known) -> bool:
    """Whether a figure or a programme belongs to the programme or group that a result is of."""
    if not one.figure or figure == one.figure:
        return True
    return any(
        figure == found["code"] or any(row["code"] == figure for row in found["indicators"])
        for document in (known.then, known.today)
        for found in document["programs"]
        if found[one.group or "code"] == one.figure
    )


def codes_of(known: Known, program: str) -> set[str]:
    """A programme and its indicators, then and today."""
    rows: Iterable[Mapping[str, object]] = (
        row
        for document in (known.then, known.today)
        for found in document["programs"]
        if found["code"] == program
        for row in found["indicators"]
    )
    return {program, *(str(row["code"]) for row in rows)}
