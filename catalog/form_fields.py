"""What is typed into the catalogue's forms, read as an import would read it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from catalog.workbook import cells
from catalog.workbook.cells import CellError
from core.amounts import AmountError, parse_amount
from core.asked import read_whole
from core.formats import plain_amount
from core.spreadsheets import normalize, single_line
from core.spreadsheets.cells import text_cell

HISTORICAL_CHOICES = [
    ("si", "Es histórico: viene de papeles anteriores. Sus meses quedan cerrados y a nadie se le pide nada"),
    ("no", "Se captura mes por mes: sus meses se abren y se recuerda a quien falte"),
]


LONG_TEXT = 20_000
"""Characters of the longest texts; a cell of a spreadsheet holds 32,767."""


class LineField(forms.CharField):
    """A text on one line, without doubled or odd blanks, as an import would read it."""

    def to_python(self, value: Any) -> str:
        return single_line(normalize(super().to_python(value)))


class ParagraphsField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return normalize(super().to_python(value))


class CodeField(LineField):
    """A code; a near miss says which one was probably meant."""

    def __init__(self, what: str, **kwargs: Any) -> None:
        self._parse = cells.code_of(what)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return self._parse(text_cell(text))
        except CellError as error:
            raise ValidationError(f"{error}." if not str(error).endswith("?") else str(error)) from error


class YearField(LineField):
    """A year with four digits; None where it is left empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> int | None:
        text = super().clean("" if value is None else str(value))
        if not text:
            return None
        year = read_whole(text, digits=4)
        if year is None or not cells.MIN_YEAR <= year <= cells.MAX_YEAR:
            raise ValidationError(f"«{text[:20]}» no es un año: escríbalo con cuatro cifras.")
        return year


class SharesField(forms.CharField):
    """Twelve accumulated percentages, «0; 0; 25; …; 100», kept as text so that they are exact."""

    def prepare_value(self, value: Any) -> Any:
        return "; ".join(str(share) for share in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str] | None:
        text = super().to_python(value).strip()
        if not text:
            return None
        try:
            return [plain_amount(parse_amount(share)) for share in text.rstrip(";").split(";")]
        except AmountError as error:
            raise ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((self.prepare_value(initial) or "") != (data or ""))


def instrument_field() -> forms.CharField:
    """Which paper an act rests on, where there is one."""
    return LineField(
        label="Instrumento (opcional)",
        required=False,
        max_length=200,
        help_text="El oficio, acta o acuerdo que lo respalda: tipo, número y fecha.",
        error_messages={"max_length": "El instrumento se cita en 200 letras; lo demás va en el motivo."},
    )


def reason_field(label: str, required: str, help_text: str = "", *, limit: int = 1000) -> forms.CharField:
    """Why something is done; ``required`` is what is said where it is left empty."""
    return forms.CharField(
        label=label,
        max_length=limit,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": required, "max_length": f"El texto es demasiado largo: caben {limit:,} letras."},
    )
