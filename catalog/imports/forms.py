"""The forms of the import's screen: the file, and the answers to what its preview asks."""

from typing import Any

from django import forms

from catalog.form_fields import HISTORICAL_CHOICES, reason_field
from catalog.imports.answers import Adjustment, Answers
from catalog.imports.cell_question import CellQuestion
from catalog.imports.code_question import CodeQuestion
from core.spreadsheets.grids import MAX_FILES
from core.spreadsheets.reading import MAX_BYTES, MEGABYTE
from indicators.calculations import ABSOLUTE, MONTHS, PERCENTAGE
from indicators.models import month_name

TOO_LARGE = f"El archivo pesa más de {MAX_BYTES // MEGABYTE} MB, que es lo más que se acepta."


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files: a list of them."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        if len(given) > MAX_FILES:
            raise forms.ValidationError(f"Son {len(given):,} archivos; de una vez se leen hasta {MAX_FILES}.")
        return [super(FilesField, self).clean(one, initial) for one in given or [None]]


def workbooks_field(label: str, **attributes: str) -> FilesField:
    """The field of the workbooks that a person brings; what is in them is judged by reading them."""
    return FilesField(
        label=label,
        widget=FilesInput(attrs={"accept": ".xlsx,.ods,.csv", "class": "form-control", **attributes}),
        # An empty file is for the import to refuse, with its own sentence.
        allow_empty_file=True,
        max_length=500,
        error_messages={
            "required": "Elija el archivo.",
            "missing": "Elija el archivo.",
            "max_length": "El nombre del archivo es demasiado largo: acórtelo y súbalo otra vez.",
        },
    )


class CatalogFileForm(forms.Form):
    file = workbooks_field("Archivo del catálogo")


class AnswersForm(forms.Form):
    """What the preview asks. The fields of the adjusted targets belong together: all of them or none."""

    sheet = forms.ChoiceField(label="Hoja que se lee", required=False)
    fill_down = forms.BooleanField(
        label="Sí: una celda vacía de la jerarquía significa «lo mismo que arriba»", required=False
    )
    accepts_codes = forms.BooleanField(
        label="Sí: usar estas claves y conservar las del archivo como claves oficiales", required=False
    )
    renames = forms.MultipleChoiceField(required=False)
    historical = forms.ChoiceField(required=False, choices=HISTORICAL_CHOICES)
    right_year = forms.BooleanField(required=False)
    starts_in = forms.TypedChoiceField(label="Cuentan desde", required=False, coerce=int, empty_value=0)
    kind_reason = forms.CharField(
        label="Motivo",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )
    effective_month = forms.TypedChoiceField(label="Rige desde", required=False, coerce=int, empty_value=None)
    reason = forms.CharField(label="Motivo", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    authorized_by = forms.CharField(label="Quién autoriza", required=False, max_length=200)
    instrument = forms.CharField(
        label="Instrumento", required=False, max_length=200, help_text="Tipo, número y fecha del oficio o acta."
    )

    def __init__(self, *args: Any, shown: dict[str, Any], codes_page: object = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = CodeQuestion(self, shown.get("codes", ()), codes_page)
        self.cells = CellQuestion(self, shown.get("cells", ()))
        self._asks_adjustment = bool(shown.get("adjusts"))
        self._asks_beginning = bool(shown.get("beginning", {}).get("count"))
        self.fields["sheet"].choices = [("", "Elija una hoja"), *((name, name) for name in shown.get("sheets", []))]
        self.fields["renames"].choices = [(offer[0], offer[3]) for offer in shown.get("offers", [])]
        self.kinds = [self._kind_field(number, *group) for number, group in enumerate(shown.get("bare_targets", ()))]
        first = shown.get("first_month", 1)
        open_months = [(month, month_name(month).capitalize()) for month in MONTHS if month >= first]
        self.fields["effective_month"].choices = [("", "Elija el mes"), *open_months]
        self.fields["starts_in"].choices = [("", "Elija el mes"), *((m, month_name(m).capitalize()) for m in MONTHS)]
        self.fields["accepts_codes"].widget.attrs["class"] = "form-check-input"
        for name in ("sheet", "effective_month", "starts_in"):
            self.fields[name].widget.attrs["class"] = "form-select"
        for name in ("reason", "authorized_by", "instrument"):
            self.fields[name].widget.attrs["class"] = "form-control"

    def _kind_field(self, number: int, key: str, unit: str, kind: str, count: int, rows: Any) -> dict[str, Any]:
        """The question for the targets of one unit, as a field and as what stands around it."""
        name = f"kind_{number}"
        choices = [(PERCENTAGE, "son porcentajes"), (ABSOLUTE, f"son cantidades de «{unit}»")]
        self.fields[name] = forms.ChoiceField(required=False, choices=choices, initial=kind)
        return {"name": name, "key": key, "unit": unit, "count": f"{count:,}", "rows": rows, "choices": choices,
                "more": f"{count - len(rows):,}" if count > len(rows) else "",
                "value": self.data.get(name, "") if self.is_bound else kind}  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        names = {
            "effective_month": "Elija el mes desde el que rige.",
            "reason": "Escriba el motivo.",
            "authorized_by": "Escriba quién autoriza.",
            "instrument": "Escriba el instrumento.",
        }
        if self._asks_adjustment and any(given.get(name) for name in names):
            for name, sentence in names.items():
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return given

    def answers(self, before: Answers) -> Answers:
        """``before``: with the codes and the cells that the person wrote already, on this page or another one."""
        given = self.cleaned_data
        adjustment = None
        if self._asks_adjustment and given["effective_month"]:
            adjustment = Adjustment(
                given["effective_month"], given["reason"], given["authorized_by"], given["instrument"]
            )
        historical = {"si": True, "no": False}.get(given["historical"])
        return Answers(
            accepts_codes=given["accepts_codes"] and self.codes.asked,
            codes=self.codes.chosen(given, before.codes),
            corrections=self.cells.corrections(given, before.corrections),
            renames=frozenset(given["renames"]),
            adjustment=adjustment,
            historical=historical,
            right_year=given["right_year"],
            starts_in=given["starts_in"] if self._asks_beginning else 0,
            bare_targets={kind["key"]: given[kind["name"]] for kind in self.kinds if given.get(kind["name"])},
            kind_reason=given["kind_reason"].strip(),
        )


class UndoForm(forms.Form):
    reason = reason_field("Motivo", "Escriba por qué se deshace.", "Por ejemplo: era el archivo de otro ejercicio.")
