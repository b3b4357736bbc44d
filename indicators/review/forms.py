"""What a reviewer posts: the act, the figures with the versions seen, observations and commitments."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from core.asked import read_key, read_text, read_whole
from core.fields import AmountFormField, DayField
from indicators.capture.forms import NO_ACTIVITY_CHOICES, TEXT_LIMIT, Errors
from indicators.files.forms import InstrumentForm
from indicators.writing import ONLY_WITHOUT_FIGURES

VALIDATE, VALIDATE_PLAIN, CONFIRM, RETURN = "validar", "validar-todas", "confirmar", "devolver"
COMMIT, MARK_PLAIN, MARK_NONE, BACK = "comprometer", "marcar", "desmarcar", "volver"
SIDES = ("numerator", "denominator")
TOO_LONG = f"El texto es demasiado largo: caben {TEXT_LIMIT:,} letras."


def text_field(label: str, required: str, *, rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": rows, "class": "form-control"}),
        error_messages={"required": required, "max_length": TOO_LONG},
    )


def _amount_input() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "form-control num"})


class CommitmentForm(forms.Form):
    """Causa, acción y fecha compromiso of one figure."""

    cause = text_field("Causa", "Escriba la causa.")
    action = text_field("Acción", "Escriba la acción.")
    committed_on = DayField(
        label="Fecha compromiso",
        error_messages={
            "required": "Escriba la fecha compromiso.",
            "invalid": "Escriba la fecha como día/mes/año, por ejemplo 30/11/2026.",
        },
    )
    committed_on.widget.attrs["class"] = "form-control"

    def values(self) -> dict[str, Any]:
        """As ``commitments.save_commitment`` takes them."""
        data = self.cleaned_data
        return {name: data[name] for name in self.fields}


class ReasonForm(InstrumentForm):
    """Asking for a correction."""

    field_order = ("reason", "instrument", "file")
    reason = text_field("Qué hay que corregir y por qué", "Diga qué hay que corregir y por qué.", rows=3)


class AnswerForm(forms.Form):
    """Declining one."""

    answer = text_field("Por qué no procede", "Escriba por qué no procede: quien la pidió lo leerá.", rows=3)


class CorrectionForm(InstrumentForm):
    """The new pair of a figure that planning corrects, with its reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    numerator = AmountFormField(label="Numerador", required=False, widget=_amount_input())
    denominator = AmountFormField(label="Denominador", required=False, widget=_amount_input())
    no_activity = forms.ChoiceField(
        label="Sin actividad (0/0)",
        required=False,
        choices=NO_ACTIVITY_CHOICES,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    justification = forms.CharField(
        label="Justificación de la cifra",
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        error_messages={"max_length": TOO_LONG},
    )
    reason = text_field("Motivo de la corrección y quién la pidió", "Escriba por qué se corrige y quién lo pidió.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("no_activity"):
            for side in SIDES:
                if side in data and data[side] is None:
                    self.add_error(side, f"Falta el {self.fields[side].label.lower()}.")
        elif set(SIDES) <= set(data):
            self._clean_no_activity(data)
        return data

    def _clean_no_activity(self, data: dict[str, Any]) -> None:
        """A reason alone records 0/0, as in capture."""
        if all(data[side] in (None, 0) for side in SIDES):
            data["numerator"] = data["denominator"] = Decimal(0)
        else:
            self.add_error("no_activity", ONLY_WITHOUT_FIGURES)


@dataclass(slots=True)
class ReviewRequest:
    """What a reviewer asked for: ``seen`` maps measurement ids to the versions that they looked at."""

    act: str
    seen: dict[int, int]
    observation: str = ""
    observation_field: str = "observation"
    errors: Errors = field(default_factory=dict)


class ReviewForm(forms.Form):
    """The selection, the versions seen, the observations and commitments of a month under review.

    ``act`` is one of the acts above, or an act and a measurement's id («validar-12»).
    """

    act = forms.RegexField(
        r"^(validar|devolver|comprometer)(-[0-9]{1,18})?$|^validar-todas$|^confirmar$|^marcar$|^desmarcar$|^volver$"
    )
    observation = forms.CharField(required=False, max_length=TEXT_LIMIT)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.selected = {pk for value in data.getlist("selected") if (pk := read_key(value)) is not None}
        self.observations = {pk: read_text(text) for pk, text in self._by_row("observation-")}
        self.common_observation = read_text(data.get("observation"))
        ends = [f"-{name}" for name in CommitmentForm.base_fields]
        typed = {pk for end in ends for pk, _ in self._by_row("commitment-", end)}
        self.commitments = {pk: self._commitment(pk) for pk in sorted(typed)}
        self._settled: set[int] = set()

    def request(self, plain: Iterable[int] = ()) -> ReviewRequest:
        """The act with what it lacks, field by field; ``plain`` are the figures without flags.

        Raises SuspiciousOperation for what the page never sends.
        """
        if not self.is_valid():
            if "act" in self.errors:
                raise SuspiciousOperation("An act that the review page does not have")
            return ReviewRequest("", {}, errors={"observation": [TOO_LONG]})
        posted = self.cleaned_data["act"]
        if posted == VALIDATE_PLAIN:
            self.selected = set(plain)
            posted = VALIDATE
        act, _, single = posted.partition("-")
        ids = {int(single)} if single else self.selected
        asked = ReviewRequest(act, {pk: self._version(pk) for pk in ids})
        if act in (VALIDATE, CONFIRM, RETURN) and not ids:
            asked.errors["selected"] = ["No seleccionó ninguna cifra. Marque al menos una."]
        if act == RETURN:
            self._read_observation(asked, single)
        return asked

    def typed_commitments(self, ids: Iterable[int]) -> dict[int, CommitmentForm]:
        """The commitments of those figures in which somebody wrote something that was not saved."""
        return {pk: form for pk in ids if (form := self.commitments.get(pk)) is not None and form.has_changed()}

    @property
    def has_text(self) -> bool:
        """Whether somebody wrote something that was neither saved nor sent."""
        observed = self.common_observation or any(self.observations.values())
        return bool(observed or self.typed_commitments(self.commitments))

    def forget_commitment(self, pk: int) -> None:
        """It was saved, or its figure no longer waits: no page shows or carries what was typed."""
        self.commitments.pop(pk, None)
        self._settled.add(pk)

    def carried(self) -> list[tuple[str, str]]:
        """What the confirmation keeps, so that neither it nor going back loses anything that was written."""
        kept = ("observation", "commitment-")
        done = tuple(f"commitment-{pk}-" for pk in self._settled)
        return [
            (key, str(text))
            for key, text in self.data.items()
            if key.startswith(kept) and text and not key.startswith(done)
        ]

    def _read_observation(self, asked: ReviewRequest, single: str) -> None:
        name = f"observation-{single}" if single else "observation"
        text = self.observations.get(int(single), "") if single else self.common_observation
        if not text:
            asked.errors[name] = ["Escriba qué hay que corregir; el enlace lo leerá junto a la cifra."]
        elif len(text) > TEXT_LIMIT:
            asked.errors[name] = [TOO_LONG]
        asked.observation, asked.observation_field = text, name

    def _by_row(self, prefix: str, suffix: str = "") -> list[tuple[int, str]]:
        found = []
        for key, text in self.data.items():
            middle = key.removeprefix(prefix).removesuffix(suffix)
            pk = read_key(middle)
            if key.startswith(prefix) and key.endswith(suffix) and pk is not None:
                found.append((pk, str(text)))
        return found

    def _commitment(self, pk: int) -> CommitmentForm:
        return CommitmentForm(self.data, prefix=f"commitment-{pk}")

    def _version(self, pk: int) -> int:
        """The version that was on the page; -1, which no row has, where the page did not say."""
        version = read_whole(self.data.get(f"version-{pk}"), digits=9)
        return -1 if version is None else version


def drawn_commitment(form: CommitmentForm) -> SafeString:
    return mark_safe(render_to_string("indicators/review/_commitment.html", {"form": form}, using="jinja2"))


def blank_commitment(key: str) -> SafeString:
    """The fields of a commitment that nobody has written: all say the same but for their names."""
    return mark_safe(_blank_commitment().replace(_STAND_IN, key))


_STAND_IN = "__key__"


@lru_cache(maxsize=1)
def _blank_commitment() -> str:
    return drawn_commitment(CommitmentForm(prefix=f"commitment-{_STAND_IN}"))
