"""The files of a year's history, and the answers to what its preview asks."""

from typing import Any

from django import forms

from catalog.imports.forms import workbooks_field
from core.amounts import Style
from core.asked import read_whole
from core.spreadsheets.grids import MAX_SHEETS
from indicators.migrated import Answers, OffMonths, Side

SIDES = (Side.NUMERATOR, Side.DENOMINATOR)
WAYS = {
    OffMonths.BY_MODE: "Según el modo de cada lado (propuesto): donde es «suma» se suman los meses, donde es «último» "
    "queda el último mes con cifras",
    OffMonths.LAST: "El último mes con cifras, en los dos lados",
    OffMonths.SUM: "La suma de los meses, en los dos lados",
}


class HistoryFilesForm(forms.Form):
    file = workbooks_field("Archivos con las cifras", **{"aria-describedby": "archivo-ayuda"})


class AnswersForm(forms.Form):
    """What is asked once for all the files. ``sheets`` are their numbers; where none are shown, all are read."""

    no_data = forms.BooleanField(required=False)
    leave_outside = forms.BooleanField(required=False)
    first = forms.ChoiceField(required=False, choices=[("", ""), *((side.value, side.value) for side in SIDES)])
    off_months = forms.ChoiceField(required=False, choices=[("", ""), *((way.value, way.value) for way in OffMonths)])

    def answers(self, *, decimal: Style | None, before: Answers) -> Answers:
        """Those of the form; of a question that it did not ask, those of before."""
        data: dict[str, Any] = self.cleaned_data
        asked = set(self.data.getlist("asked"))
        sheets = {number for text in self.data.getlist("sheet") if (number := read_whole(text, digits=3)) is not None}
        known = frozenset(number for number in sheets if number < MAX_SHEETS * 60)
        off = OffMonths(data["off_months"]) if data.get("off_months") else None
        return Answers(
            decimal=decimal or before.decimal,
            no_data=data["no_data"] if "no_data" in asked else before.no_data,
            off_months=off if "off_months" in asked else before.off_months,
            leave_outside=data["leave_outside"] if "leave_outside" in asked else before.leave_outside,
            first=(Side(data["first"]) if data.get("first") else None) if "first" in asked else before.first,
            sheets=known if "sheets" in asked else before.sheets,
        )


def as_kept(answers: Answers) -> dict[str, Any]:
    """Plain values, for a slip."""
    return {
        "decimal": answers.decimal,
        "no_data": answers.no_data,
        "off_months": answers.off_months,
        "leave_outside": answers.leave_outside,
        "first": answers.first,
        "sheets": None if answers.sheets is None else sorted(answers.sheets),
    }


def from_kept(kept: dict[str, Any]) -> Answers:
    return Answers(
        decimal=Style(kept["decimal"]) if kept["decimal"] else None,
        no_data=kept["no_data"],
        off_months=OffMonths(kept["off_months"]) if kept["off_months"] else None,
        leave_outside=kept["leave_outside"],
        first=Side(kept["first"]) if kept["first"] else None,
        sheets=None if kept["sheets"] is None else frozenset(kept["sheets"]),
    )
