"""What is written by hand instead of Django's templates of a widget says the same to the letter."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from core.form_focus import Renderer


class _Form(forms.Form):
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 2, "class": "form-control", "data-x": 'a "b" & <c>'}))
    short = forms.CharField(required=False, widget=forms.Textarea, disabled=True)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date", "min": "1900-01-01"}, format="%Y-%m-%d"))


@pytest.mark.parametrize(
    "data", [None, {}, {"text": "\n</textarea> \"ñ\" '&'", "day": "2016-02-31", "short": "x"}, {"day": '"><script>'}]
)
def test_the_same_to_the_letter(data: Any) -> None:
    class Theirs(DjangoTemplates):
        bound_field_class = Renderer.bound_field_class

    ours, theirs = (_Form(data, renderer=renderer) for renderer in (Renderer(), Theirs()))
    assert [str(field) for field in ours] == [str(field) for field in theirs]
