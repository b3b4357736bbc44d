"""Model and form fields that know nothing of this domain."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from core.amounts import AmountError, from_units, is_blank, parse_amount, read_amount, to_units
from core.dates import LIVING, Span
from core.formats import plain_amount
from core.text import fold

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable


class AmountFormField(forms.CharField):
    """One amount as a person types it. Empty gives None; a refusal keeps what was typed.

    A form that comes back shows a number with a decimal comma as it was read: «2,5» is 2.5.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"}),
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return plain_amount(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        text = super().to_python(value)
        if text in self.empty_values or is_blank(text):
            return None
        try:
            return parse_amount(text)
        except AmountError as error:
            raise ValidationError(str(error), code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        return read_back(data) or super().bound_data(data, initial)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            typed = self.to_python(data)
        except ValidationError:
            return True
        return typed != (initial if initial != "" else None)


def read_back(typed: Any) -> str:
    """How to show a number back whose comma was read as the decimal sign; empty for anything else."""
    try:
        return read_amount(str(typed or "")).shown
    except AmountError:
        return ""


class AmountField(models.BigIntegerField):
    """Exact amount (rule 15): Decimal with 4 decimals in Python, ten-thousandths in the database."""

    description = "Cantidad exacta"

    if TYPE_CHECKING:  # what django-stubs shows for an attribute of this field
        _pyi_private_set_type: Decimal | int | str | Combinable
        _pyi_private_get_type: Decimal

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else from_units(value)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or (isinstance(value, str) and is_blank(value)):
            return None
        try:
            amount = parse_amount(value) if isinstance(value, str) else Decimal(value)
            return from_units(to_units(amount))
        except AmountError as error:
            raise ValidationError(str(error), code="invalid") from error

    def get_prep_value(self, value: Any) -> Any:
        value = models.Field.get_prep_value(self, value)
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return to_units(parse_amount(value) if isinstance(value, str) else Decimal(value))

    @property
    def validators(self) -> list[Any]:  # type: ignore[override]
        # BigIntegerField compares with the column's range, which counts ten-thousandths.
        return list(self._validators)

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(self, **{"form_class": AmountFormField, **kwargs})

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)


class FoldedField(models.TextField):
    """Text of other columns without case or accents, so that «gestion» finds «Gestión» on every database.

    It is filled on ``save`` and ``bulk_create``; ``bulk_update`` does not call fields, so it must be set there.
    """

    def __init__(self, *args: Any, sources: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.sources = sources
        super().__init__(*args, **{"editable": False, "default": "", "blank": True, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "sources": self.sources}

    def value_for(self, instance: models.Model) -> str:
        return fold(" ".join(str(getattr(instance, source)) for source in self.sources))

    def pre_save(self, instance: models.Model, add: bool) -> str:
        value = self.value_for(instance)
        setattr(instance, self.attname, value)
        return value


class DayField(forms.DateField):
    """A date of a span; browsers send it as ISO whatever they show, people may type 7/10/2016."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            error_messages={
                "required": "Escriba la fecha.",
                "invalid": "Escriba una fecha que exista: día/mes/año.",
                **kwargs.pop("error_messages", {}),
            },
            **kwargs,
        )
        self.limit(LIVING)

    def limit(self, span: Span) -> None:
        """Take only days of ``span``."""
        self.span = span
        self.widget.attrs |= {"min": span.first.isoformat(), "max": span.last.isoformat()}

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value not in self.span:
            raise ValidationError(self.span.refusal, code="far")
