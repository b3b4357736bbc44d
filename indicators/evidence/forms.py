"""The forms of evidence: a file with the figures that it supports."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404

from indicators.capture.month import SheetRow
from indicators.evidence.attaching import REASON_LIMIT
from indicators.files.forms import EvidenceFileField
from indicators.models import Evidence


class FiguresForm(forms.Form):
    """Which of the month's figures; ``rows`` are those of the page, of which the person writes in some."""

    indicators = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Uno de los indicadores no corresponde a este mes."},
    )

    def __init__(self, *args: Any, rows: Sequence[SheetRow], **kwargs: Any) -> None:
        self.rows = {row.id: row for row in rows}
        super().__init__(*args, **kwargs)
        self.fields["indicators"].choices = [(str(row.id), row.indicator.code) for row in rows]  # type: ignore[attr-defined]

    def clean_indicators(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["indicators"]
        if not chosen:
            raise forms.ValidationError("Marque al menos un indicador: la evidencia respalda una cifra.")
        blocked = [self.rows[pk] for pk in chosen if self.rows[pk].blocked]
        if blocked:
            raise forms.ValidationError(f"{blocked[0].indicator.code}: {blocked[0].blocked}")
        return chosen

    def full_clean(self) -> None:
        """Raises Http404 for an indicator that this page does not hold: another department's, one that is not due."""
        if self.is_bound:
            posted = self.data.getlist("indicators")  # type: ignore[attr-defined]
            if any(value not in {str(pk) for pk in self.rows} for value in posted):
                raise Http404("El indicador no corresponde a esta dependencia y mes.")
        super().full_clean()

    def codes(self) -> list[str]:
        return [self.rows[pk].indicator.code for pk in self.cleaned_data["indicators"]]

    def options(self) -> list[dict[str, Any]]:
        """What the check boxes show; a figure that takes no files is not offered."""
        chosen = {str(value) for value in self["indicators"].value() or []}
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

    file = EvidenceFileField()


class LinkForm(FiguresForm):
    """A file of the department's year that is there already, for further figures."""

    file = forms.ModelChoiceField(
        queryset=Evidence.objects.none(),
        error_messages={"required": "Elija un archivo.", "invalid_choice": "Ese archivo ya no está en vigor."},
    )

    def __init__(self, *args: Any, files: QuerySet[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].queryset = files  # type: ignore[attr-defined]


class SupersedeForm(forms.Form):
    """Another file in the place of one, and why."""

    file = EvidenceFileField()
    reason = forms.CharField(
        required=False,
        max_length=REASON_LIMIT,
        error_messages={"max_length": f"El texto es demasiado largo: caben {REASON_LIMIT:,} letras."},
    )
