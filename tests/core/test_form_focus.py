"""A form that comes back puts the cursor on its first error, and on nothing where there is none."""

from typing import Any

import pytest
from django import forms


class Form(forms.Form):
    first = forms.CharField()
    hidden = forms.CharField(widget=forms.HiddenInput)
    boxes = forms.MultipleChoiceField(choices=[("1", "uno"), ("2", "dos")], widget=forms.CheckboxSelectMultiple)
    last = forms.CharField()

    def clean(self) -> None:
        if self.cleaned_data.get("last") == "no":
            self.add_error(None, "Así no.")


GIVEN = {"first": "a", "hidden": "b", "boxes": ["1"], "last": "c"}


@pytest.mark.parametrize(
    ("changes", "focused"),
    [
        ({}, []),
        ({"first": "", "last": ""}, ["first"]),
        ({"last": ""}, ["last"]),
        ({"boxes": [], "last": ""}, []),  # each of its boxes would have the focus
        ({"hidden": "", "last": ""}, []),  # nobody can correct it
        ({"first": "", "last": "no"}, []),  # what is wrong with the whole is said above, and has it
    ],
)
def test_the_first_error_has_the_focus(changes: dict[str, Any], focused: list[str]) -> None:
    form = Form({**GIVEN, **changes})
    assert [field.name for field in form if "autofocus" in str(field)] == focused
    assert "autofocus" not in str(Form())
