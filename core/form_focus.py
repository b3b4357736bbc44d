"""Forms that come back with an error put the cursor where it is, without a script."""

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates


class FocusedBoundField(forms.BoundField):
    """The first field with an error has the focus when the page opens; what is wrong with the form as a whole first."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        # Of several boxes each would have it.
        if self._is_first_error() and not self.is_hidden and not self.field.widget.use_fieldset:
            built["autofocus"] = True
        return built

    def _is_first_error(self) -> bool:
        errors = self.form.errors if self.form.is_bound else {}
        return next((name for name in ("__all__", *self.form.fields) if name in errors), "") == self.name


class Renderer(DjangoTemplates):
    bound_field_class = FocusedBoundField
