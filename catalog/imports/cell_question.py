"""«Corrija aquí»: the cells that errors name, each with a field for what it should say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from catalog.layout.corrections import MAX_TEXT, Correction, Corrections
from core.spreadsheets import normalize

_LONG = 24


@dataclass(frozen=True, slots=True)
class CellLine:
    row: str
    column: str
    said: str
    wrong: str
    field: forms.BoundField


class CellQuestion:
    """Its fields in a form of answers; ``cells`` as ``corrections.to_correct`` gives them."""

    def __init__(self, form: forms.Form, cells: Sequence[Sequence[str]]) -> None:
        self._form = form
        self._here = {f"cell_{number}": line for number, line in enumerate(cells)}
        for name, (place, _, _, said, read, _) in self._here.items():
            long = len(said) > _LONG or "\n" in said
            kind = forms.Textarea if long else forms.TextInput
            widget = kind(attrs={"class": "form-control", **({"rows": 2} if long else {})})
            label = f"Lo que debe decir la celda {place}"
            form.fields[name] = forms.CharField(
                required=False, max_length=MAX_TEXT, initial=read, label=label, widget=widget
            )

    @property
    def lines(self) -> list[CellLine]:
        return [
            CellLine(row, column, said, wrong, self._form[name])
            for name, (_, row, column, said, _, wrong) in self._here.items()
        ]

    def corrections(self, given: Mapping[str, Any], before: Corrections) -> dict[str, Correction]:
        """A cell that says again what the file says is none; those that the page did not show stay."""
        found = dict(before)
        for name, (place, _, _, said, _, _) in self._here.items():
            if name not in self._form.data:
                continue
            typed = normalize(given.get(name) or "")
            found.pop(place, None)
            if typed != normalize(said):
                found[place] = Correction(said, typed)
        return found
