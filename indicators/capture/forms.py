"""The grid of a month and the review of it: what was typed becomes domain values, errors become sentences."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any
from zlib import crc32

from django import forms
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.forms.formsets import TOTAL_FORM_COUNT, BaseFormSet, formset_factory
from django.http import Http404, QueryDict
from django.utils.safestring import SafeString, mark_safe

from core.amounts import AmountError, parse_amount, tidy
from core.asked import read_object, read_whole
from core.fields import AmountFormField, read_back
from core.formats import plain_amount
from indicators.capture.month import SheetRow
from indicators.capture.saving import PairInput
from indicators.models import CAPTURED_REASON_CHOICES, CAPTURED_REASONS, Measurement, NoActivity
from indicators.writing import ONLY_WITHOUT_FIGURES, problems_of

PREFIX = "fila"
TEXT_LIMIT = 2000
MINE, THEIRS, BOTH = "mine", "theirs", "both"
Typed = dict[str, str]
Errors = dict[str, list[str]]

NO_ACTIVITY_CHOICES = [("", "No: hay cifras"), *CAPTURED_REASON_CHOICES]
LABELS = {
    "numerator": "Numerador",
    "denominator": "Denominador",
    "no_activity": "Sin actividad (0/0)",
    "justification": "Justificación",
    "reason": "Motivo de la corrección",
    "choice": "Cuál cifra queda",
}


class PairForm(forms.Form):
    """One row of the grid. ``row`` is the indicator's row as it stands; the fields are what the person leaves in it."""

    indicator = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    numerator = AmountFormField(required=False)
    denominator = AmountFormField(required=False)
    no_activity = forms.ChoiceField(required=False, choices=NO_ACTIVITY_CHOICES)
    justification = forms.CharField(
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": f"El texto es demasiado largo: caben {TEXT_LIMIT:,} letras."},
    )
    reason = forms.CharField(
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": f"El texto es demasiado largo: caben {TEXT_LIMIT:,} letras."},
    )
    choice = forms.ChoiceField(
        required=False,
        choices=[("-", ""), (MINE, "lo mío"), (THEIRS, "lo guardado"), (BOTH, "lo de los dos")],
        error_messages={"invalid_choice": "Elija cuál de las dos cifras queda."},
    )
    both = forms.CharField(required=False, widget=forms.HiddenInput)  # what the third choice would leave in the fields

    def __init__(self, *args: Any, row: SheetRow, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)

    def clean_justification(self) -> str:
        return _one_kind_of_line_end(self.cleaned_data["justification"])

    def clean_reason(self) -> str:
        return _one_kind_of_line_end(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if data["choice"] == "-":
            self.add_error("choice", "Elija cuál de las dos cifras queda.")
        elif data["choice"] == MINE or (data["choice"] != THEIRS and not self._is_untouched()):
            self._clean_no_activity(data)
            # A row that changed since it was seen asks first which of the two figures stays.
            if data["version"] == self.row.version:
                self._clean_correction(data)
        return data

    def _clean_no_activity(self, data: dict[str, Any]) -> None:
        """A reason alone records 0/0; a reason that was saved yields to figures that replaced its 0/0, and to a
        row that was emptied. Half of that 0/0 erased says neither: it is asked about and not destroyed. Where the page
        did not show the 0/0 yet, blanks erase nothing.
        """
        if not data["no_activity"]:
            return
        blank = [data[side] is None or data[side] == was for side, was in zip(_SIDES, self.row.prefill, strict=True)]
        zero = [data[side] == 0 for side in _SIDES]
        saved = self.row.measurement
        is_shown = saved is not None and (saved.no_activity, saved.version) == (data["no_activity"], data["version"])
        if saved is not None and is_shown and not all(zero):
            if any(zero) and None in (data["numerator"], data["denominator"]):
                erased = _SIDES[0] if data["numerator"] is None else _SIDES[1]
                self.add_error(erased, _half_erased(saved))
            data["no_activity"] = ""
        elif all(empty or nil for empty, nil in zip(blank, zero, strict=True)):
            data["numerator"] = data["denominator"] = Decimal(0)
        else:
            self.add_error("no_activity", ONLY_WITHOUT_FIGURES)

    def _clean_correction(self, data: dict[str, Any]) -> None:
        """A figure that was already submitted changes only with a reason, and stays complete."""
        if self.errors or not self.row.is_settled or not self._differs(data):
            return
        if not data["reason"]:
            self.add_error("reason", "Ya se había enviado: escriba por qué se corrige y quién lo pidió.")
        for problem in problems_of(*(data[name] for name in PAIR), self.row.background):
            self.add_error(problem.field, problem.message)

    def _differs(self, data: Mapping[str, Any]) -> bool:
        return any(getattr(self.row.measurement, name) != data[name] for name in PAIR)

    def _is_untouched(self) -> bool:
        """The person left the row as the page showed it, so that it is not theirs to save or to lose.

        A «último» side that the page filled in by itself is half a pair that nobody typed; both sides count once
        they are saved.
        """
        data = {"seen": "", "version": 0, "numerator": None, "denominator": None, **self.cleaned_data}
        if data["seen"] != fingerprint({name: _as_kept(name, self._raw(name)) for name in PAIR}):
            return False
        return data["version"] > 0 or None in (data["numerator"], data["denominator"])

    def to_pair(self) -> PairInput | None:
        """What is to be saved; None where the person keeps what is saved already or typed nothing."""
        data = self.cleaned_data
        if data["choice"] == THEIRS or (data["choice"] != MINE and self._is_untouched()):
            return None
        return PairInput(
            indicator_id=self.row.id,
            numerator=data["numerator"],
            denominator=data["denominator"],
            no_activity=data["no_activity"],
            justification=data["justification"],
            version=data["version"],
            reason=data["reason"],
        )

    def differs_from_saved(self) -> bool:
        """Whether what was typed would be lost if this row were shown as it is saved."""
        if self._is_untouched():
            return False
        if self.errors:
            return True
        if self.row.measurement is None:
            return any(self.cleaned_data[name] not in (None, "") for name in PAIR)
        return self._differs(self.cleaned_data)

    def typed(self) -> Typed:
        """The fields as they were typed, to show them again; an amount with a decimal comma as it was read."""
        return {name: self._raw(name) for name in self.fields} | self.read_back()

    def read_back(self) -> Typed:
        """The amounts in which a comma was read as the decimal sign, as they are shown back."""
        return {side: shown for side in _SIDES if (shown := read_back(self._raw(side)))}

    def read_words(self) -> Typed:
        """What is said beside each of them: «2,5» se leyó 2.5."""
        return {side: f"«{tidy(self._raw(side))}» se leyó {shown}" for side, shown in self.read_back().items()}

    def _raw(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), ""))

    def sentences(self) -> Errors:
        return {name: [str(message) for message in messages] for name, messages in self.errors.items()}


class _Shared(dict[str, forms.Field]):
    """The fields of all rows: nothing changes one of a row, and copying ten for each of 200 rows took long."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Shared":
        return self


PairForm.base_fields = _Shared(PairForm.base_fields)

_SIDES = ("numerator", "denominator")
PAIR = (*_SIDES, "no_activity", "justification")


def _as_kept(name: str, text: str) -> str:
    """An amount as the page shows one that is saved, however it was written."""
    if name not in _SIDES:
        return text
    try:
        return plain_amount(parse_amount(text))
    except AmountError:
        return text


def _half_erased(saved: Measurement) -> str:
    reason = NoActivity(saved.no_activity).label
    return f"Está guardado «{reason}» (0/0): borre las dos cantidades, o escriba aquí la cifra; 0 lo deja como estaba."


def fingerprint(fields: Mapping[str, Any]) -> str:
    """A short mark of what the fields of a row show, to tell a row that somebody typed in from one they left alone."""
    shown = "\0".join(_one_kind_of_line_end(_shown(fields[name])).strip() for name in PAIR)
    return f"{crc32(shown.encode()):x}"


def _one_kind_of_line_end(text: str) -> str:
    """A form ends lines with two characters and a row that saves itself with one: the same text is no change."""
    return "\n".join(text.split("\r\n"))


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain_amount(value)
    return "" if value is None else str(value)


def saved_values(row: SheetRow) -> dict[str, Any]:
    """What the row's fields start with."""
    numerator, denominator = row.prefill
    start: dict[str, Any] = {"indicator": row.id, "version": row.version}
    fields = {"numerator": numerator, "denominator": denominator, "no_activity": "", "justification": ""}
    if row.measurement is not None:
        fields = {name: getattr(row.measurement, name) for name in PAIR}
    return start | fields | {"seen": fingerprint(fields)}


class BasePairFormSet(BaseFormSet):
    """One form for each row that the person can write in; a posted form finds its row by the indicator's id."""

    def __init__(self, *args: Any, rows: Iterable[SheetRow], **kwargs: Any) -> None:
        self.sheet_rows = list(rows)
        self._by_id = {str(row.id): row for row in self.sheet_rows}
        kwargs.setdefault("prefix", PREFIX)
        super().__init__(*args, **kwargs)

    def _construct_form(self, i: int, **kwargs: Any) -> forms.Form:
        return super()._construct_form(i, row=self._row(i), empty_permitted=False, **kwargs)

    def _row(self, i: int) -> SheetRow:
        """Raises Http404 for an indicator that this page does not hold: another department's, one that is not due."""
        if not self.is_bound:
            return self.sheet_rows[i]
        posted = self.data.get(f"{self.add_prefix(i)}-indicator", "")
        if posted not in self._by_id:
            raise Http404("El indicador no corresponde a esta dependencia y mes.")
        return self._by_id[posted]

    def checked_forms(self) -> list[PairForm]:
        """The forms with their errors worked out."""
        self.is_valid()
        return list(self.forms)

    def clean(self) -> None:
        posted = [form.row.id for form in self.forms]
        if len(posted) != len(set(posted)):
            raise SuspiciousOperation("An indicator was posted twice")


PairFormSet = formset_factory(
    PairForm, formset=BasePairFormSet, extra=0, max_num=settings.GRID_MAX_ROWS, absolute_max=settings.GRID_MAX_ROWS
)


def posted_formset(data: QueryDict, rows: Sequence[SheetRow]) -> Any:
    """The grid as it was posted. More rows than a page has is not something a page sends."""
    if _rows_of(data) is None:
        raise SuspiciousOperation("A grid without its number of rows, or with too many")
    return PairFormSet(data, rows=rows)


def _rows_of(data: QueryDict) -> int | None:
    """How many rows a posted grid says it has; None for what no page says."""
    total = read_whole(data.get(f"{PREFIX}-{TOTAL_FORM_COUNT}"))
    return total if total is not None and total <= settings.GRID_MAX_ROWS else None


NO_ACTIVITY_ACT = "sin-actividad"
_ONE_ROW = re.compile(rf"{NO_ACTIVITY_ACT}-({'|'.join(CAPTURED_REASONS)})-([0-9]{{1,18}})")


def with_no_activity(data: QueryDict, rows: Sequence[SheetRow]) -> tuple[QueryDict, Typed]:
    """The grid with «sin actividad» in the row whose button was pressed, or in those that are marked.

    Half a pair in such a row makes way; what it was is the second result, by the indicator's code, for the person to be
    told. Whoever marked nothing, or sends a reason that the page does not have, gets the grid as it was typed.
    """
    act = data.get("act", "")
    one = _ONE_ROW.fullmatch(act)
    if one is None and act != NO_ACTIVITY_ACT:
        return data, {}
    reason, ids = (one[1], {one[2]}) if one else (data.get("reason", ""), set(data.getlist("marked")))
    total = _rows_of(data)
    if reason not in CAPTURED_REASONS or total is None:
        return data, {}
    filled, replaced = data.copy(), dict[str, str]()
    chosen = {str(row.id): row for row in rows if str(row.id) in ids}
    for number in range(total):
        prefix = f"{PREFIX}-{number}"
        row = chosen.get(data.get(f"{prefix}-indicator", ""))
        if row is None:
            continue
        filled[f"{prefix}-no_activity"] = reason
        sides = {side: data.get(f"{prefix}-{side}", "").strip() for side in ("numerator", "denominator")}
        if sum(map(bool, sides.values())) == 1:
            for side in sides:
                filled[f"{prefix}-{side}"] = ""
            if list(sides.values()) != [_shown(value) for value in row.prefill]:
                replaced[row.indicator.code] = " / ".join(value or "vacío" for value in sides.values())
    return filled, replaced


def with_both(data: QueryDict) -> QueryDict:
    """The grid with what two people wrote put together in the rows where that was chosen: typed like any other pair."""
    chosen = [
        name.removesuffix("-choice") for name, value in data.items() if name.endswith("-choice") and value == BOTH
    ]
    if not chosen:
        return data
    filled = data.copy()
    for prefix in chosen:
        fields = both_fields(data.get(f"{prefix}-both", ""))
        filled[f"{prefix}-choice"] = MINE if fields else "-"
        for name, value in fields.items():
            filled[f"{prefix}-{name}"] = value
    return filled


def both_fields(text: str) -> Typed:
    """The fields that the page offered to put together; none where they are not as the page wrote them."""
    fields = read_object(text) or {}
    return fields if set(fields) == set(PAIR) and all(isinstance(value, str) for value in fields.values()) else {}


def shown_formset(rows: Sequence[SheetRow], typed: Mapping[int, Mapping[str, Any]]) -> Any:
    """The grid to show: what is saved, or what the person typed where that could not be saved."""
    return PairFormSet(rows=rows, initial=[saved_values(row) | dict(typed.get(row.id, {})) for row in rows])


def management_inputs(formset: Any) -> SafeString:
    """How many rows the grid has, as Django reads it back."""
    form = formset.management_form
    return mark_safe(
        "".join(
            f'<input type="hidden" name="{form.add_prefix(name)}" value="{form.initial[name]}" '
            f'id="id_{form.add_prefix(name)}">'
            for name in form.fields
        )
    )


@dataclass(frozen=True, slots=True)
class RowFields:
    """What the fields of one row show, by name: a form is there to be read, and a page draws hundreds of fields."""

    prefix: str
    initial: Mapping[str, Any]

    def add_prefix(self, name: str) -> str:
        return f"{self.prefix}-{name}" if self.prefix else name


def shown_fields(formset: Any) -> dict[int, RowFields]:
    """What the fields of its rows show, by indicator: none of its forms is made to be drawn."""
    return {
        row.id: RowFields(formset.add_prefix(number), initial)
        for number, (row, initial) in enumerate(zip(formset.sheet_rows, formset.initial, strict=True))
    }


def field_input(
    fields: RowFields,
    name: str,
    *,
    code: str,
    described_by: Sequence[str] = (),
    invalid: bool = False,
    read: str = "",
    focus: bool = False,
) -> SafeString:
    """One input of the grid with everything that a screen reader needs.

    Written here and not by Django's widgets or ``format_html``: a month has hundreds, and each of these took as long
    as drawing its row. Whatever comes from outside is escaped here.
    """
    return _drawn_field(
        name,
        fields.add_prefix(name),
        code,
        _shown(fields.initial.get(name)),
        " ".join(described_by),
        invalid,
        read,
        focus,
    )


@lru_cache(maxsize=8192)
def _drawn_field(
    name: str, full_name: str, code: str, value: str, described_by: str, invalid: bool, read: str, focus: bool
) -> SafeString:
    """It depends on nothing else, and most fields show what they showed on the page before."""
    extra = f' aria-describedby="{escape(described_by)}"' if described_by else ""
    extra += ' aria-invalid="true"' if invalid else ""
    extra += f' title="{escape(read)}"' if read else ""
    extra += " autofocus" if focus else ""
    return mark_safe(
        _MARKUP[name].format(
            name=escape(full_name),
            label=escape(f"{LABELS[name]} de {code}"),
            value=escape(value),
            invalid=" is-invalid" if invalid else " was-read" if read else "",
            extra=extra,
            options=_options(value) if name == "no_activity" else "",
        )
    )


_AMOUNT = (
    '<input type="text" name="{name}" id="id_{name}" value="{value}" class="form-control num{invalid}" '
    'inputmode="decimal" autocomplete="off" aria-label="{label}"{extra}>'
)
_TEXT = (
    '<textarea name="{name}" id="id_{name}" rows="2" class="form-control form-control-sm{invalid}" '
    'aria-label="{label}"{extra}>\n{value}</textarea>'
)
_SELECT = (
    '<select name="{name}" id="id_{name}" class="form-select form-select-sm{invalid}" '
    'aria-label="{label}"{extra}>{options}</select>'
)
_MARKUP = {
    "numerator": _AMOUNT,
    "denominator": _AMOUNT,
    "justification": _TEXT,
    "reason": _TEXT,
    "no_activity": _SELECT,
}


@lru_cache(maxsize=16)
def _options(chosen: str) -> str:
    return "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(str(label))}</option>'
        for value, label in NO_ACTIVITY_CHOICES
    )


def hidden_inputs(fields: RowFields) -> SafeString:
    """Which indicator the row is of, and which version of it the person sees."""
    return _drawn_hidden(
        tuple((fields.add_prefix(name), _shown(fields.initial.get(name))) for name in ("indicator", "version", "seen"))
    )


@lru_cache(maxsize=2048)
def _drawn_hidden(shown: tuple[tuple[str, str], ...]) -> SafeString:
    return mark_safe(
        "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in shown)
    )
