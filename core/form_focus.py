"""Forms that come back with an error put the cursor where it is, without a script."""

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


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


def _input(widget: dict[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else format_html(' value="{}"', widget["value"])
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget))


def _textarea(widget: dict[str, Any]) -> SafeString:
    value = widget["value"] or ""
    return format_html('<textarea name="{}"{}>\n{}</textarea>', widget["name"], _attributes(widget), value)


def _attributes(widget: dict[str, Any]) -> SafeString:
    pairs = [(name, value) for name, value in widget["attrs"].items() if value is not False]
    return mark_safe(
        "".join(
            format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value) for name, value in pairs
        )
    )


# What these templates of Django's say, without walking one for each field: a month's review has 45 of them.
_DRAWN = {
    "django/forms/widgets/date.html": _input,
    "django/forms/widgets/textarea.html": _textarea,
}


class Renderer(DjangoTemplates):
    bound_field_class = FocusedBoundField

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        drawn = _DRAWN.get(template_name)
        return super().render(template_name, context, request) if drawn is None else drawn(context["widget"])
