"""What is said at a figure of the acts that moved it: when, from what to what, and why to who may read it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.urls import reverse

from accounts.access import Access, reads_act
from core.formats import amount
from core.lights import LIGHTS
from core.moments import day_text
from indicators import calculations
from indicators.acts import TargetAct
from indicators.calculations import ProgramResult, Thresholds
from indicators.history import FieldWords, change_lines, field_words
from indicators.models import Indicator, Measurement, TargetAdjustment, month_name
from indicators.results.standards import thresholds_of
from indicators.wording import corrections_text, count_text, target_words, why_text
from programs.models import FiscalYear
from reports.acts.reading import Acts, Adjusted, PlanActs, RuleChange
from reports.address.cutoff import Cut

LIGHTS_NAMED = 3
TARGETS_NAMED = 3
_FIELDS = {
    "green_from": FieldWords("verde desde"),
    "amber_from": FieldWords("amarillo desde"),
    "over_above": FieldWords("sobrecumplimiento arriba de"),
    "missing_as_zero": FieldWords("sin captura cuenta como cero"),
}
_YEAR, _INDICATOR, _FIGURE = (model._meta.label_lower for model in (FiscalYear, Indicator, Measurement))


@dataclass(frozen=True, slots=True)
class Note:
    """One act at the figures that it moved. ``effect`` says on how many; ``why`` names who only to who may read it."""

    text: str
    effect: str = ""
    why: str = ""
    url: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.text, self.effect, self.why)))


@dataclass(frozen=True, slots=True)
class PlanNotes:
    """Beside the lights of a plan; ``targets`` says which were adjusted and ``corrected`` how many figures were,
    each empty without any."""

    year: str
    thresholds: Note | None
    targets: str
    targets_url: str
    corrected: str
    url: str

    def __bool__(self) -> bool:
        return bool(self.thresholds or self.targets or self.corrected)


def acts_url(cut: Cut, section: str = "") -> str:
    """The page that lists all of them."""
    return reverse("reports:acts", args=[cut.fiscal_year.year]) + cut.onward + (f"#{section}" if section else "")


def plan_notes(acts: PlanActs, cut: Cut, access: Access, results: Iterable[ProgramResult] | None = None) -> PlanNotes:
    """``results`` are the programmes whose lights are counted."""
    return PlanNotes(
        year=cut.year,
        thresholds=thresholds_note(acts.rules, cut, access, results),
        targets=targets_words(acts.targets),
        targets_url=acts_url(cut, "targets"),
        corrected=corrected_words(acts.corrected),
        url=acts_url(cut, "corrected"),
    )


def targets_words(targets: Sequence[Adjusted]) -> str:
    """«1 meta se ajustó desde septiembre: PRE-04-02»; empty without any."""
    if not targets:
        return ""
    since = {one.since for one in targets}
    when = f" desde {month_name(since.pop())}" if len(since) == 1 else ""
    how = f"{count_text(len(targets), 'meta se ajustó', 'metas se ajustaron')}{when}"
    more = f" y {len(targets) - TARGETS_NAMED:,} más" if len(targets) > TARGETS_NAMED else ""
    return f"{how}: {', '.join(one.code for one in targets[:TARGETS_NAMED])}{more}"


def corrected_words(figures: int) -> str:
    """«3 cifras se corrigieron después de validadas»; empty without any."""
    if not figures:
        return ""
    how = "se corrigió después de validada" if figures == 1 else "se corrigieron después de validadas"
    return f"{count_text(figures, 'cifra', 'cifras')} {how}"


def corrected_mark(figures: int, *, brief: bool = False) -> str:
    """«2 cifras corregidas», beside the name of what they are of («2 corregidas» in little room); empty without any."""
    if not figures:
        return ""
    what = ("corregida", "corregidas") if brief else ("cifra corregida", "cifras corregidas")
    return count_text(figures, *what)


def thresholds_note(
    rules: Sequence[RuleChange], cut: Cut, access: Access, results: Iterable[ProgramResult] | None = None
) -> Note | None:
    """How the year's thresholds are not what they were when it began; None where they never changed.

    ``results`` are the programmes whose lights are counted.
    """
    if not rules:
        return None
    effect = "" if results is None else _lights_words(rules, cut, results)
    why = rule_why(rules[-1], reads_act(access, None, _YEAR))
    return Note(f"{_when(rules)}{_from_to(net(rules))}.{_cited(rules[-1])}", effect, why, acts_url(cut, "thresholds"))


def sheet_notes(
    acts: Acts, cut: Cut, access: Access, lights: Callable[[Thresholds], Sequence[tuple[str, str, str]]]
) -> Note | None:
    """The year's thresholds at a sheet; ``lights`` says of each light what it is of, with the given borders and now."""
    note = thresholds_note(acts.of_year, cut, access)
    if note is None or not net(acts.of_year):
        return note
    moved = [
        f"{what} de {LIGHTS[before][0].lower()} a {LIGHTS[now][0].lower()}"
        for what, before, now in lights(thresholds_before(acts.of_year, cut.fiscal_year))
        if before != now
    ]
    if not moved:
        return replace(note, effect="Ningún semáforo de esta página cambió por eso.")
    more = f" y {len(moved) - LIGHTS_NAMED} más" if len(moved) > LIGHTS_NAMED else ""
    return replace(note, effect=f"Por eso cambió de semáforo: {'; '.join(moved[:LIGHTS_NAMED])}{more}.")


def _when(rules: Sequence[RuleChange]) -> str:
    day = day_text(rules[-1].at)
    if len(rules) == 1:
        return f"Los umbrales cambiaron el {day}"
    return f"Los umbrales cambiaron {len(rules)} veces, la última el {day}"


def _from_to(changes: Mapping[str, Sequence[Any]]) -> str:
    return f": {'; '.join(lines(changes))}" if changes else ", y volvieron a ser los de antes"


def lines(changes: Mapping[str, Sequence[Any]]) -> list[str]:
    """«verde desde 90 → 85»."""
    ordered = {name: list(changes[name]) for name in _FIELDS if name in changes}
    return [line.replace(":", "", 1) for line in change_lines(ordered, _FIELDS)]


def net(rules: Sequence[RuleChange]) -> dict[str, list[Any]]:
    """From what it was before the first to what it is after the last, of what is not the same."""
    found: dict[str, list[Any]] = {}
    for change in rules:
        for name, (before, after) in change.changes.items():
            found[name] = [found[name][0] if name in found else before, after]
    return {name: pair for name, pair in found.items() if not _same(*pair)}


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, str) and isinstance(after, str):
        return Decimal(before) == Decimal(after)
    return bool(before == after)


def thresholds_before(rules: Sequence[RuleChange], fiscal_year: FiscalYear) -> Thresholds:
    """Those of the year before they changed."""
    changes, now = net(rules), thresholds_of(fiscal_year)
    return now._replace(**{name: Decimal(changes[name][0]) for name in now.borders._fields if name in changes})


def _lights_words(rules: Sequence[RuleChange], cut: Cut, results: Iterable[ProgramResult]) -> str:
    """How many programmes have another light by it. Where the means changed with it, that is not known from these."""
    changes = net(rules)
    if not changes or "missing_as_zero" in changes:
        return ""
    before = thresholds_before(rules, cut.fiscal_year)
    moved = sum(calculations.program_light(one.compliance, before) != one.light for one in results)
    if not moved:
        return "En este corte, ningún programa cambió de semáforo por eso."
    return f"En este corte, {count_text(moved, 'programa cambió', 'programas cambiaron')} de semáforo por eso."


def adjustments_notes(
    indicator: Indicator, unit: str, adjustments: Iterable[TargetAdjustment], month: int
) -> list[Note]:
    """The adjusted targets that are in force by the cut-off: each from which to which, by which instrument and why.

    Whoever reads the figures reads them: they are on the indicator's sheet.
    """
    found, former = [], indicator.target
    for made in sorted(adjustments, key=lambda one: one.effective_month):
        if made.effective_month > month:
            break
        since = month_name(made.effective_month)
        told = f"{amount(former)} → {target_words(indicator, made.target, unit)}"  # «100 → 60 %»: one unit says both
        cited = f"Autoriza {made.authorized_by}; {made.instrument}."
        text = f"Meta ajustada desde {since} (el {day_text(made.created_at)}): {told}. {cited}"
        found.append(Note(text, why=f"Motivo: {made.reason.rstrip('.')}."))
        former = made.target
    return found


def rule_notes(acts: Acts, indicator: Indicator, access: Access, department_id: int | None) -> list[Note]:
    """An indicator's own thresholds, and the kind of its target: from which to which, and when."""
    reads, words = reads_act(access, department_id, _INDICATOR), field_words(_INDICATOR)
    found = []
    for change in acts.rules_of(indicator.pk):
        if change.action == TargetAct.CHANGE_THRESHOLDS:
            what, told = "Umbrales propios", lines(change.changes)
        else:
            what, told = "Tipo de meta corregido", list(change_lines(dict(change.changes), words))
        text = f"{what}, el {day_text(change.at)}: {'; '.join(told)}.{_cited(change)}"
        found.append(Note(text, why=rule_why(change, reads)))
    return found


def _cited(change: RuleChange) -> str:
    """« Oficio 12/2016.», as of a target: whoever reads the figures reads it."""
    return f" {change.instrument.rstrip('.')}." if change.instrument else ""


def rule_why(change: RuleChange, reads_who: bool) -> str:
    """Whoever reads a light reads why its border moved, as of a target; who moved it, those who read the trail."""
    return why_text(change.reason, change.by if reads_who else "")


def correction_notes(acts: Acts, indicator: int, access: Access, department_id: int | None) -> dict[int, list[str]]:
    """By month: «Corregido el 12/10/2016: antes 3 / 4, ahora 4 / 4.», with the reason for who may read it."""
    reads = reads_act(access, department_id, _FIGURE)
    return {month: corrections_text(found, with_why=reads) for month, found in acts.corrected_of(indicator).items()}
