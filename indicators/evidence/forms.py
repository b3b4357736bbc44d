"""The forms of evidence: a file with the figures that it supports."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404

from indicators.capture.month import SheetRow
from indicators.evidence.attaching import REASON_LIMIT
from indicators.models import Evidence

_NO_FILE = {
    "required": "Elija un archivo.",
    "missing": "Elija un archivo.",
    "invalid": "No llegó ningún archivo: elíjalo otra vez.",
}


class EvidenceFileField(forms.FileField):
    """A file of any name and content: what is accepted is decided by looking into it, with a better sentence."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_empty_file=True, error_messages=_NO_FILE, **kwargs)


class InstrumentFileField(EvidenceFileField):
    """The file of the instrument that an act cites; it may be left out."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"label": "Archivo del oficio", "help_text": "PDF, JPG, PNG, DOCX o XLSX, hasta 10 MB."} | kwargs
        super().__init__(required=False, **kwargs)


class InstrumentForm(forms.Form):
    """What a correction cites: the text of the instrument, its file, or neither."""

    instrumento = forms.CharField(
        label="Oficio que la pide (tipo, número y fecha)", required=False, max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        error_messages={"max_length": "El oficio se cita en 200 letras; lo demás va en el motivo."},
    )  # fmt: skip
    archivo = InstrumentFileField(widget=forms.FileInput(attrs={"class": "form-control"}))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("archivo") and not data.get("instrumento") and "instrumento" not in self.errors:
            self.add_error("instrumento", "Escriba qué instrumento es el archivo: tipo, número y fecha.")
        return data

    def cited_reason(self) -> str:
        """The reason as the trail keeps it, with the instrument that it cites."""
        told: str = self.cleaned_data["motivo"]
        instrument = self.cleaned_data["instrumento"]
        return f"{told} ({instrument})" if instrument else told


class FiguresForm(forms.Form):
    """Which of the month's figures; ``rows`` are those of the page, of which the person writes in some."""

    indicadores = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Uno de los indicadores no corresponde a este mes."},
    )

    def __init__(self, *args: Any, rows: Sequence[SheetRow], **kwargs: Any) -> None:
        self.rows = {row.id: row for row in rows}
        super().__init__(*args, **kwargs)
        self.fields["indicadores"].choices = [(str(row.id), row.indicator.code) for row in rows]  # type: ignore[attr-defined]

    def clean_indicadores(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["indicadores"]
        if not chosen:
            raise forms.ValidationError("Marque al menos un indicador: la evidencia respalda una cifra.")
        blocked = [self.rows[pk] for pk in chosen if self.rows[pk].blocked]
        if blocked:
            raise forms.ValidationError(f"{blocked[0].indicator.code}: {blocked[0].blocked}")
        return chosen

    def full_clean(self) -> None:
        """Raises Http404 for an indicator that this page does not hold: another department's, one that is not due."""
        if self.is_bound:
            posted = self.data.getlist("indicadores")  # type: ignore[attr-defined]
            if any(value not in {str(pk) for pk in self.rows} for value in posted):
                raise Http404("El indicador no corresponde a esta dependencia y mes.")
        super().full_clean()

    def codes(self) -> list[str]:
        return [self.rows[pk].indicator.code for pk in self.cleaned_data["indicadores"]]

    def options(self) -> list[dict[str, Any]]:
        """What the check boxes show; a figure that takes no files is not offered."""
        chosen = {str(value) for value in self["indicadores"].value() or []}
        return [
            {
                "id": str(row.id),
                "code": row.indicator.code,
                "name": row.indicator.name,
                "checked": str(row.id) in chosen,
                "count": str(row.evidence) if row.evidence else "",
                "missing": row.indicator.requires_evidence and not row.evidence,
            }
            for row in self.rows.values()
            if not row.blocked
        ]


class EvidenceForm(FiguresForm):
    """One file for one or several figures."""

    archivo = EvidenceFileField()


class LinkForm(FiguresForm):
    """A file of the department's year that is there already, for further figures."""

    archivo = forms.ModelChoiceField(
        queryset=Evidence.objects.none(),
        error_messages={"required": "Elija un archivo.", "invalid_choice": "Ese archivo ya no está en vigor."},
    )

    def __init__(self, *args: Any, files: QuerySet[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["archivo"].queryset = files  # type: ignore[attr-defined]


class SupersedeForm(forms.Form):
    """Another file in the place of one, and why."""

    archivo = EvidenceFileField()
    motivo = forms.CharField(
        required=False,
        max_length=REASON_LIMIT,
        error_messages={"max_length": f"El texto es demasiado largo: caben {REASON_LIMIT:,} letras."},
    )


class PutBackForm(forms.Form):
    """The same file again, for the place of one that the store lost."""

    archivo = EvidenceFileField()
