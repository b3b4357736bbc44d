"""Undoing an import: what it added and holds nothing goes again, names, places and targets come back.

What was captured since, or changed again since by somebody else, stays as it is; the plan of the undoing says which
and why before anything is confirmed, and what is confirmed is done whole or not at all.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Min, ProtectedError

from accounts.access import Access, Action
from catalog.acts import CatalogueAct
from catalog.bulk_trail import scope_of
from catalog.imports.written import plain
from catalog.locking import hold_catalogue
from catalog.models import CatalogImport
from catalog.rules import FROZEN_WITH_CAPTURES, is_frozen_change, why_not_begin
from core import trail
from core.models import TrailEntry
from indicators.acts import TargetAct
from indicators.models import Indicator, Measurement, TargetAdjustment, month_name
from indicators.results.scope import OFFICIAL, captured_in
from indicators.services import ServiceError
from indicators.writing import refuse_locked_year
from programs.models import Action as ActionOfProgram
from programs.models import Axis, Department, Objective, Program, ProgramObjective, Strategy

# Children before parents; a year and its plan stay, with their months.
_ORDER: tuple[type[models.Model], ...] = (Indicator, ActionOfProgram, Program, Department, Strategy, Objective, Axis)
_CHANGED = "cambió otra vez después"
_CAPTURED = "ya tiene capturas"
_ADJUSTED = "tiene una meta ajustada en el tipo de ahora"


@dataclass(frozen=True, slots=True)
class Staying:
    """What cannot be undone, and why."""

    what: str
    label: str
    why: str


@dataclass(slots=True)
class Undoing:
    """``gone``: rows that go; ``back``: rows with ``{attribute: [now, then]}``; ``staying``: what is left, and why."""

    record: CatalogImport
    gone: list[Any] = field(default_factory=list)
    adjustments: list[TargetAdjustment] = field(default_factory=list)
    back: list[tuple[Any, dict[str, list[Any]]]] = field(default_factory=list)
    objectives: list[tuple[Program, list[str], list[str]]] = field(default_factory=list)
    staying: list[Staying] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.gone or self.adjustments or self.back or self.objectives)

    @property
    def fingerprint(self) -> str:
        told = [
            [[row._meta.label, row.pk] for row in (*self.gone, *self.adjustments)],
            [[row._meta.label, row.pk, pairs] for row, pairs in self.back],
            [[program.pk, before, after] for program, before, after in self.objectives],
            [[one.what, one.label, one.why] for one in self.staying],
        ]
        return hashlib.sha256(json.dumps(told, default=str, ensure_ascii=False).encode()).hexdigest()


def why_not_undone(record: CatalogImport) -> str:
    """Why there is nothing to plan, as a sentence; an empty text where there is."""
    if record.fiscal_year.locked:
        return f"El ejercicio {record.fiscal_year.year} está cerrado y ya no admite cambios."
    if record.undone_at is not None:
        return "Esta importación ya se deshizo."
    if record.written is None:
        return (
            "Se importó con una versión anterior, que no guardaba lo necesario para deshacerla. Descargue el catálogo "
            "como estaba antes e impórtelo."
        )
    return ""


def plan_undoing(record: CatalogImport) -> Undoing:
    """What undoing it now would do."""
    return _Planner(record).plan()


@transaction.atomic
def undo_import(*, access: Access, record: CatalogImport, fingerprint: str, reason: str, now: datetime) -> Undoing:
    """Do what the plan with that fingerprint showed. NotAllowed; ServiceError with nothing written."""
    access.require(Action.MANAGE_CATALOG, "Solo Planeación deshace una importación.")
    if not reason.strip():
        raise ServiceError("Escriba por qué se deshace.")
    hold_catalogue([record.fiscal_year.year])
    held = CatalogImport.objects.select_for_update(of=("self",)).select_related("fiscal_year").get(pk=record.pk)
    refuse_locked_year(held.fiscal_year)
    why_not = why_not_undone(held)
    if why_not:
        raise ServiceError(why_not)
    undoing = plan_undoing(held)
    if undoing.fingerprint != fingerprint:
        raise ServiceError("El catálogo cambió mientras usted lo leía: revise otra vez lo que se va a deshacer.")
    if undoing.is_empty:
        raise ServiceError("No queda nada que se pueda deshacer.")
    try:
        with transaction.atomic():
            entries = _undo(undoing, access, reason.strip(), now)
    except (ProtectedError, IntegrityError, ValidationError) as error:
        raise ServiceError(
            "No se deshizo nada: algo que se agregó después ocupa un nombre o una clave de antes, o usa lo que se iba "
            "a quitar. Revíselo en el árbol e intente de nuevo."
        ) from error
    trail.write(entries)
    held.undone_at, held.undone_by = now, access.user
    held.save(update_fields=["undone_at", "undone_by"])
    return undoing


class _Planner:
    def __init__(self, record: CatalogImport) -> None:
        self._record, self._written = record, record.written or {}
        self._undoing = Undoing(record)
        found = Measurement.objects.filter(fiscal_year=record.fiscal_year).order_by().values_list("indicator_id")
        self._captured: dict[int, int] = dict(found.annotate(first=Min("month")))  # by indicator, its first month
        self._going: set[tuple[str, int]] = set()
        self._leaving: set[tuple[str, int, str]] = set()  # rows, with the column by which they go back elsewhere

    def plan(self) -> Undoing:
        self._adjusted()
        # What moves back no longer holds what goes.
        for label, rows in self._written.get("changed", {}).items():
            self._changed(apps.get_model(label), {int(key): pairs for key, pairs in rows.items()})
        for model in _ORDER:
            self._created(model)
        self._texts()
        return self._undoing

    def _stay(self, row: Any, why: str) -> None:
        code = getattr(row, "code", "")
        name = f"{code} {getattr(row, 'name', '') or getattr(row, 'text', '')}".strip()
        self._undoing.staying.append(Staying(str(row._meta.verbose_name), name, why))

    # What was added

    def _created(self, model: type[models.Model]) -> None:
        keys = self._written.get("created", {}).get(model._meta.label, [])
        rows = list(_with_parents(model).filter(pk__in=keys).order_by("pk")) if keys else []
        edited = self._edited(model, [row.pk for row in rows])
        held = self._held(model, [row.pk for row in rows])
        for row in rows:
            why = self._why_stays(row, edited, held)
            if why:
                self._stay(row, why)
            else:
                self._undoing.gone.append(row)
                self._going.add((model._meta.label, row.pk))

    def _why_stays(self, row: Any, edited: set[int], held: dict[int, str]) -> str:
        if isinstance(row, Indicator) and row.pk in self._captured:
            return _CAPTURED
        if row.pk in edited:
            return _CHANGED
        if row.pk in held:
            return held[row.pk]
        return ""

    def _edited(self, model: type[models.Model], keys: list[int]) -> set[int]:
        """Those that an act after the import changed."""
        entries = TrailEntry.objects.filter(subject_type=model._meta.label_lower, subject_id__in=keys)
        return set(entries.filter(at__gt=self._record.at).values_list("subject_id", flat=True))

    def _held(self, model: type[models.Model], keys: list[int]) -> dict[int, str]:
        """Those that hold what does not go, or that something else needs."""
        found: dict[int, str] = {}
        for related in model._meta.get_fields(include_hidden=True):
            if not (related.one_to_many or related.one_to_one) or related.related_model is ProgramObjective:
                continue
            child, column = related.related_model, related.field.attname
            rows = child._base_manager.filter(**{f"{related.field.name}__in": keys}).values_list("pk", column)
            for pk, parent in rows:
                label = child._meta.label
                if (label, pk) not in self._going and (label, pk, column) not in self._leaving:
                    found.setdefault(parent, f"lo usa otro registro: {child._meta.verbose_name}")
        return found

    # What was changed

    def _changed(self, model: type[models.Model], rows: dict[int, dict[str, list[Any]]]) -> None:
        corrected = self._corrected_kinds(rows) if model is Indicator else set()
        for row in _with_parents(model).filter(pk__in=rows).order_by("pk"):
            back: dict[str, list[Any]] = {}
            for name, (before, after) in rows[row.pk].items():
                column = model._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
                current = plain(getattr(row, name))
                if current != plain(column.to_python(after)) and current != after:  # type: ignore[union-attr]
                    self._stay(row, f"{column.verbose_name}: {_CHANGED}")  # type: ignore[union-attr]
                elif name == "target_kind" and row.pk in corrected:
                    if row.pk in self._adjusted_since.values():
                        self._stay(row, f"{column.verbose_name}: {_ADJUSTED}")  # type: ignore[union-attr]
                    else:
                        back[name] = [after, before]
                elif self._is_frozen(row, name, before, after):
                    self._stay(row, f"{column.verbose_name}: {_CAPTURED}")  # type: ignore[union-attr]
                elif self._has_lost(column, before):
                    self._stay(row, f"{column.verbose_name}: su lugar de antes ya no existe")  # type: ignore[union-attr]
                else:
                    back[name] = [after, before]
            self._leaving |= {(model._meta.label, row.pk, name) for name in back}
            if back:
                self._undoing.back.append((row, back))

    def _corrected_kinds(self, keys: Iterable[int]) -> set[int]:
        """The indicators that had captures already, and of which this import corrected the kind of the target."""
        entries = TrailEntry.objects.filter(subject_type=Indicator._meta.label_lower, subject_id__in=list(keys))
        return set(
            entries.filter(action=TargetAct.CORRECT_KIND, at=self._record.at).values_list("subject_id", flat=True)
        )

    def _is_frozen(self, row: Any, name: str, before: Any, after: Any) -> bool:
        if name == "starts_in":
            return bool(why_not_begin(int(before), self._captured.get(row.pk), row.retired_from))
        frozen = isinstance(row, Indicator) and name in FROZEN_WITH_CAPTURES and row.pk in self._captured
        return frozen and is_frozen_change(name, before, after)

    def _has_lost(self, column: Any, before: Any) -> bool:
        to = column.related_model
        return to is not None and before is not None and not to._base_manager.filter(pk=before).exists()

    def _texts(self) -> None:
        for key, (before, after) in self._written.get("objectives", {}).items():
            program = Program.objects.filter(pk=int(key)).first()
            if program is None or (program._meta.label, program.pk) in self._going:
                continue
            if list(program.objectives.order_by("position").values_list("text", flat=True)) != after:
                self._stay(program, f"objetivos: {_CHANGED}")
            else:
                self._undoing.objectives.append((program, after, before))

    def _adjusted(self) -> None:
        keys = self._written.get("adjustments", [])
        since = TargetAdjustment.objects.filter(
            indicator__fiscal_year=self._record.fiscal_year, created_at__gte=self._record.at
        )
        self._adjusted_since: dict[int, int] = dict(since.values_list("pk", "indicator_id"))
        rows = TargetAdjustment.objects.filter(pk__in=keys).select_related("indicator__action__program")
        for row in rows.prefetch_related("instrument_files"):
            figures = Measurement.objects.filter(captured_in(OFFICIAL), indicator=row.indicator)
            measured = figures.filter(month__gte=row.effective_month)
            since = f"meta ajustada desde {month_name(row.effective_month)}"
            if measured.exists():
                self._stay(row.indicator, f"{since}: ya hay cifras validadas contra ella")
            elif row.instrument_files.all():
                self._stay(row.indicator, f"{since}: ya tiene el archivo de su instrumento")
            else:
                self._undoing.adjustments.append(row)
                self._adjusted_since.pop(row.pk, None)


def _with_parents(model: type[models.Model]) -> Any:
    rows = model._default_manager.all()
    parents = {Indicator: ("action__program",), ActionOfProgram: ("program",)}.get(model)  # type: ignore[call-overload]
    return rows.select_related(*parents) if parents else rows


def _undo(undoing: Undoing, access: Access, reason: str, now: datetime) -> list[TrailEntry]:
    entries: list[TrailEntry] = []

    def tell(row: Any, changes: dict[str, list[Any]], scope: int | None, key: int | None = None) -> None:
        subject = type(row)(pk=key) if key else row
        entries.append(
            trail.entry(
                subject=subject,
                label=str(row),
                action=CatalogueAct.UNDO_IMPORT,
                actor=access.user,
                at=now,
                changes=changes,
                reason=reason,
                scope_id=scope,
                capacity=access.capacity(Action.MANAGE_CATALOG, 0),
            )
        )

    for adjustment in undoing.adjustments:
        key = adjustment.pk
        scope = scope_of(adjustment.indicator)
        adjustment.delete()
        tell(adjustment, {"target": [plain(adjustment.target), None]}, scope, key)
    for row, pairs in undoing.back:
        _restore(row, {name: then for name, (_, then) in pairs.items()})
        tell(row, _words(row, pairs), scope_of(row))
    for program, former, texts in undoing.objectives:
        program.objectives.all().delete()
        ProgramObjective.objects.bulk_create(
            ProgramObjective(program=program, position=position, text=text)
            for position, text in enumerate(texts, start=1)
        )
        tell(program, {"objectives": [former, texts or None]}, scope_of(program))
    for row in undoing.gone:
        key, scope = row.pk, scope_of(row)
        row.delete()
        tell(row, {}, scope, key)
    return entries


def _restore(row: Any, values: dict[str, Any]) -> None:
    names = [name.removesuffix("_id") if name.endswith("_id") else name for name in values]
    for name, (attname, value) in zip(names, values.items(), strict=True):
        setattr(row, attname, value if name != attname else row._meta.get_field(name).to_python(value))
    row.validate_constraints()
    extra = ["search"] if any(f.name == "search" for f in row._meta.concrete_fields) else []
    row.save(update_fields=[*names, *extra])


def _words(row: Any, pairs: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """References by their words, as the trail tells them everywhere."""
    told = {}
    for attname, pair in pairs.items():
        name = attname.removesuffix("_id") if attname.endswith("_id") else attname
        to = row._meta.get_field(name).related_model
        if to is not None:
            names = {found.pk: str(found) for found in to._base_manager.filter(pk__in=[key for key in pair if key])}
            pair = [names.get(key) for key in pair]
        told[name] = pair
    return told


def in_words(undoing: Undoing) -> list[tuple[str, list[str]]]:
    """The plan's parts with their lines, for the page."""
    parts: list[tuple[str, Iterable[str]]] = [
        ("Se quitan", (f"{row._meta.verbose_name} {row}" for row in undoing.gone)),
        (
            "Vuelven a como estaban",
            (
                f"{row._meta.verbose_name} {row}: "
                + "; ".join(
                    f"{row._meta.get_field(name).verbose_name}: {_shown(row, name, now)} → {_shown(row, name, then)}"
                    for name, (now, then) in _words(row, pairs).items()
                )
                for row, pairs in undoing.back
            ),
        ),
        ("Vuelven sus objetivos", (str(program) for program, _, _ in undoing.objectives)),
        ("Se quita su meta ajustada", (str(row) for row in undoing.adjustments)),
        ("No se puede deshacer", (f"{one.what} {one.label}: {one.why}" for one in undoing.staying)),
    ]
    return [(title, told) for title, lines in parts if (told := list(lines))]


def kinds_back(undoing: Undoing) -> dict[int, str]:
    """The kinds of targets that come back, by the key of their indicator."""
    return {row.pk: pairs["target_kind"][1] for row, pairs in undoing.back if "target_kind" in pairs}


def _shown(row: Any, name: str, value: Any) -> str:
    labels = dict(row._meta.get_field(name).flatchoices)
    value = "; ".join(value) if isinstance(value, list) else labels.get(value, value)
    return f"«{'vacío' if value in (None, '') else value}»"
