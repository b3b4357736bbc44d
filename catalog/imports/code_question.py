"""The question about keys that are no codes of ours: the code proposed for each, to be looked at and changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator

from catalog.imports.official_keys import WHAT
from catalog.workbook import cells

PER_PAGE = 50
_BY_WORD = {word: what for what, word in WHAT.items()}


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One key of the file. ``field``: the bound field in which its code stands; ``doubt`` "": nothing to look at."""

    what: str
    shown: str
    name: str
    row: str
    doubt: str
    field: forms.BoundField


class CodeQuestion:
    """The fields of one page of the codes in a form of answers; ``lines`` as ``official_keys.as_lines`` gives them."""

    def __init__(self, form: forms.Form, lines: Sequence[Sequence[str]], page: object) -> None:
        self._form = form
        numbered = list(enumerate(lines))
        self.page: Page[Any] = Paginator(numbered, PER_PAGE).get_page(page)
        self._here = {f"code_{number}": line for number, line in self.page.object_list} if numbered else {}
        for name, (_, what, shown, code, told, *_) in self._here.items():
            field = _CodeField(
                _BY_WORD[what], code.rpartition("-")[0], label=f"Clave para {what} {shown or told}"[:200], initial=code
            )
            form.fields[name] = field
        self.total = f"{len(numbered):,}"
        self.keyless = any(not line[2] for line in lines)  # some have no key: names tell them apart
        self.all_keyless = all(not line[2] for line in lines)
        self.doubts = sum(bool(line[6]) for line in lines)

    @property
    def asked(self) -> bool:
        return bool(self._here)

    @property
    def accepts(self) -> forms.BoundField:
        return self._form["accepts_codes"]

    @property
    def lines(self) -> list[CodeLine]:
        return [
            CodeLine(what, shown, name, row, doubt, self._form[field])
            for field, (_, what, shown, _, name, row, doubt) in self._here.items()
        ]

    def chosen(self, given: Mapping[str, Any], before: Mapping[str, str]) -> dict[str, str]:
        """What the person wrote instead of a proposal, by its key; a cell that was emptied is the proposal again."""
        found = dict(before)
        for name, (key, _, _, code, *_) in self._here.items():
            if not given.get(name):
                found.pop(key, None)
            elif given[name] != code:
                found[key] = given[name]
        return found


class _CodeField(forms.CharField):
    """A code of ours; one below a programme or an action begins with its code, ``above``."""

    def __init__(self, what: str, above: str, **kwargs: Any) -> None:
        super().__init__(
            required=False, max_length=20, widget=forms.TextInput(attrs={"class": "form-control code"}), **kwargs
        )
        self._what, self._above = what, "" if what == cells.PROGRAM else above

    def clean(self, value: Any) -> str:
        text = cells.dashed(super().clean(value) or "")
        if text and not cells.fits(text, self._what):
            raise forms.ValidationError(f"«{text}» no es una clave {self._what}; son como {cells.example(self._what)}.")
        if text and self._above and text != self._above and not text.startswith(f"{self._above}-"):
            raise forms.ValidationError(f"«{text}» no es de {self._above}: la clave empieza con la suya.")
        return text
