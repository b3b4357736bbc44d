"""What a row changes of what is stored: told, refused where captures freeze it, and gathered to be written."""

from decimal import Decimal
from functools import cache
from typing import Any

from catalog.imports.hierarchy import same_text
from catalog.imports.preview import (
    INDICATOR,
    Change,
    Kind,
)
from catalog.imports.stored import StoredCatalogue
from catalog.rules import FORMULA, MODES, refusal, why_not_begin
from catalog.rules import is_frozen_change as frozen
from catalog.wording import field_value, places, plain_value
from catalog.workbook.columns import columns_of
from catalog.workbook.declaring import ColumnSpec
from catalog.workbook.parsing import ProgramRow
from core.formats import plain_amount
from indicators.models import Indicator, month_name
from indicators.services import AdjustableFrom
from indicators.wording import target_words
from programs.models import (
    Action,
    Axis,
    Department,
    Objective,
    Program,
    Strategy,
)

_KINDS = {
    "name": Kind.RENAMED, "text": Kind.RENAMED, "target": Kind.TARGET, "target_kind": Kind.TARGET,
    **dict.fromkeys((*FORMULA, *MODES), Kind.FORMULA),
}  # fmt: skip
_LABELS = {
    model: {f.name: str(f.verbose_name) for f in model._meta.fields}
    for model in (Axis, Objective, Strategy, Department, Program, Action, Indicator)
}


class Changing(StoredCatalogue):
    def _update(self, instance: Any, row: ProgramRow, what: str, label: str) -> None:
        for column, name in _written(type(instance)):
            if column.field not in self._fields:
                continue
            before, after = getattr(instance, name), _value(row, column, name)
            if name == "target" and before == after:
                self._keep_adjusted(instance)
            if before == after or same_text(before, after) or (name == "shares" and _shares(before) == row.shares):
                continue
            if name == "target" and self._is_adjusted(instance):
                self._adjust(instance, after, row)
                continue
            if name == "target_kind" and self._answers is not None and self._is_adjusted(instance):
                self._correct_kind(instance, after, row)
                continue
            reason = self._why_frozen(instance, name, before, after)
            if reason:
                wanted, stored = (field_value(instance, name, value) for value in (after, before))
                message = f"«{wanted}» en vez de «{stored}»: {reason}"
                self._fail(row.row, column.field, wanted, message)
                continue
            self._tell(
                _KINDS.get(name, Kind.CHANGED),
                instance,
                what,
                label,
                _LABELS[type(instance)][name],
                field_value(instance, name, before),
                field_value(instance, name, after),
                row.row,
            )
            self._writes.change(instance, name, before, after)

    def _why_frozen(self, instance: Any, name: str, before: Any, after: Any) -> str:
        """The reason why captures (or an adjusted target) forbid this change; "" where they do not."""
        if not isinstance(instance, Indicator):
            return ""
        if name == "starts_in":
            first = self._first_captured.get(instance.pk)
            return why_not_begin(after, first, instance.retired_from).removesuffix(".")
        if instance.pk in self._captured and frozen(name, before, after):
            return refusal(name).removesuffix(".")
        if instance.pk in self._adjusted and name == "target_kind":
            return refusal(name).removesuffix(".")
        return ""

    def _is_adjusted(self, instance: Any) -> bool:
        """Does another target of this indicator become an adjustment?"""
        return isinstance(instance, Indicator) and (instance.pk in self._captured or instance.pk in self._adjusted)

    def _keep_adjusted(self, indicator: Indicator) -> None:
        """The file has the programmed target, which does not undo the one that is in force."""
        month, target = self._adjusted.get(indicator.pk, [(0, indicator.target)])[-1]
        if target != indicator.target:
            shown = field_value(indicator, "target", target)
            self._kept_targets.append(f"{indicator.code} ({shown} desde {month_name(month)})")

    def _adjust(self, indicator: Indicator, target: Decimal, row: ProgramRow) -> None:
        """Another target where there are captures: from a month on, with its reason; never of what was measured."""
        month, former = self._adjusted.get(indicator.pk, [(0, indicator.target)])[-1]
        if former == target:
            return  # the file already says what an adjustment put in force
        shown, was = (field_value(indicator, "target", value) for value in (target, former))
        if self._answers is None:
            why = refusal("target").removesuffix(".")
            if indicator.pk not in self._captured:
                why = "el indicador tiene metas ajustadas, que parten de la programada; registre otra meta ajustada"
            self._fail(row.row, "target", shown, f"«{shown}» en vez de «{was}»: {why}")
            return
        limit = AdjustableFrom(self._last_closed, self._captured.get(indicator.pk, 0), month)
        self._asked = self._asked.with_target(indicator.code, limit)
        given = self._answers.adjustment
        self._asks_adjustment = self._asks_adjustment or given is None
        if given is not None:
            problem = _why_not_from(given.effective_month, limit, indicator.retired_from)
            if problem:
                self._fail(row.row, "target", shown, f"«{shown}»: {problem}")
                return
            self._writes.adjustments.append((indicator, former, target))
        field = f"meta desde {month_name(given.effective_month)}" if given else "meta"
        self._tell(Kind.ADJUSTED, indicator, INDICATOR, indicator.code, field, was, shown, row.row)

    def _correct_kind(self, indicator: Indicator, kind: str, row: ProgramRow) -> None:
        """The targets of a captured indicator are of the other kind: their numbers stay, and somebody says why."""
        was = target_words(indicator, indicator.target, indicator.action.unit)
        self._writes.change(indicator, "target_kind", indicator.target_kind, kind)
        self._writes.corrected_kinds.add(indicator)
        shown = target_words(indicator, indicator.target, indicator.action.unit)
        self._tell(
            Kind.TARGET, indicator, INDICATOR, indicator.code, "tipo de meta", was, shown, row.row, corrects_kind=True
        )

    def _move(self, instance: Any, name: str, before: Any, after: Any, row: ProgramRow) -> None:
        if before is after:
            return
        self._tell(
            Kind.MOVED,
            instance,
            str(instance._meta.verbose_name),
            instance.code,
            _LABELS[type(instance)][name],
            *places(before, after),
            row.row,
        )
        self._writes.change(instance, name, before, after)

    def _tell_node(self, node: Any, what: str, label: str, row: int) -> None:
        """An axis, objective, strategy or department that this row first names: new, or with changes?"""
        if node.pk is None:
            self._changes.append(Change(Kind.ADDED, what, label, "", "", "", row))
            return
        for name, (before, after) in self._writes.changed.get(type(node), {}).get(node, {}).items():
            kind = Kind.RENAMED if name == "name" else Kind.CHANGED
            change = Change(kind, what, label, _LABELS[type(node)][name], plain_value(before), plain_value(after), row)
            if change[:6] not in self._told:
                self._told.add(change[:6])
                self._changes.append(change)

    def _tell(
        self,
        kind: Kind,
        instance: Any,
        what: str,
        label: str,
        field: str,
        before: str,
        after: str,
        row: int,
        *,
        corrects_kind: bool = False,
    ) -> None:
        captured = instance in self._captured_above or (
            isinstance(instance, Indicator) and instance.pk in self._captured
        )
        self._changes.append(Change(kind, what, label, field, before, after, row, captured, corrects_kind))


def _why_not_from(month: int, limit: AdjustableFrom, retired_from: int | None) -> str:
    if retired_from is not None and month >= retired_from:
        return f"se retiró desde {month_name(retired_from)}, y desde entonces ya no tiene meta"
    return f"una meta no se ajusta hacia atrás: {limit.sentence}" if month < limit.first else ""


@cache
def _written(model: type[Any]) -> tuple[tuple[ColumnSpec, str], ...]:
    """What the file's columns write into it: the column and the field, in the order in which changes are told."""
    return tuple((column, name) for column in columns_of(model) for name in (column.name, *column.also))


def values_of(row: ProgramRow, model: type[Any]) -> dict[str, Any]:
    """All of what a new one gets from its row."""
    return {name: _value(row, column, name) for column, name in _written(model)}


def _value(row: ProgramRow, column: ColumnSpec, name: str) -> Any:
    if name == "shares":
        return [plain_amount(share) for share in row.value_of(name)] or None
    return row.value_of(column.field)


def _shares(stored: list[str] | None) -> tuple[Decimal, ...]:
    return tuple(Decimal(share) for share in stored or ())
