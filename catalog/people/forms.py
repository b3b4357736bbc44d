"""The forms of planning's pages about people and departments: what is typed becomes values, errors become sentences."""

from copy import copy
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.utils import timezone

from accounts.access import Access
from accounts.models import Membership, Role, User
from accounts.roles import DEPARTMENT_ROLES
from accounts.services import Appointment
from catalog.form_fields import LineField, reason_field
from catalog.people.departments import check_department
from catalog.people.finding import manageable
from core.fields import DayField
from indicators.files.forms import InstrumentFileField
from programs.models import DEPARTMENT_ORDER, Department

_NAME_LIMIT = 150
_ROLE_HELP = "Un enlace o director es de una dependencia; las demás funciones, de ninguna."


class PersonForm(forms.Form):
    """Name and address of a person; ``person`` is who is being corrected, None for somebody new."""

    first_name = forms.CharField(
        label="Nombre", max_length=_NAME_LIMIT, error_messages={"required": "Escriba el nombre de la persona."}
    )
    last_name = forms.CharField(label="Apellidos", max_length=_NAME_LIMIT, required=False)
    email = forms.EmailField(
        label="Correo electrónico",
        max_length=254,
        help_text="Ahí llegan la invitación y los avisos.",
        error_messages={
            "required": "Escriba el correo: ahí llega el enlace para elegir su contraseña.",
            "invalid": "Escriba un correo completo, por ejemplo nombre@durango.gob.mx.",
        },
    )

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        others = User.objects.filter(email__iexact=email, is_active=True)
        other = others.exclude(pk=self.person.pk if self.person else None).first()
        if other is not None:
            raise ValidationError(f"Ese correo ya lo usa {other} ({other.username}): cada persona tiene el suyo.")
        return email


def _username_field(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="Usuario",
        max_length=_NAME_LIMIT,
        help_text=help_text,
        validators=[UnicodeUsernameValidator(message="El usuario lleva solo letras, números y . _ - @ +")],
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": "Escriba el usuario con el que va a entrar."},
    )


class PersonDataForm(PersonForm):
    """The data of a person who is there: another address waits for a second person, who reads why."""

    username = _username_field("Con el que entra. Si cambia, la persona recibe el aviso en su correo.")
    reason = forms.CharField(
        label="Motivo, si cambia el correo o el usuario",
        required=False,
        max_length=2000,
        help_text="El correo de otra persona lo confirma alguien más de Planeación, o quien administra el sistema.",
        error_messages={"max_length": "El motivo es demasiado largo: 2,000 letras cuando mucho."},
    )
    field_order = ("first_name", "last_name", "username", "email", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.person
        if person is not None and person.is_superuser:
            self.fields["reason"].label = "Motivo"
            self.fields[
                "reason"
            ].help_text = "De una cuenta de administración del sistema todo lo confirma una segunda persona."


class _PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} ({obj.username})"


class _DepartmentChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Department.objects.none(),
            to_field_name="prefix",
            label="Dependencia",
            empty_label="Ninguna",
            required=False,
            error_messages={"invalid_choice": "Elija una dependencia de la lista."},
            **kwargs,
        )

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.prefix} · {obj.name}"


class _RoleFields(forms.Form):
    """A role, where and since when."""

    role = forms.ChoiceField(
        label="Función",
        choices=[("", "Elija…"), *Role.choices],
        help_text=_ROLE_HELP,
        error_messages={"required": "Elija la función.", "invalid_choice": "Elija una función de la lista."},
    )
    department = _DepartmentChoice()
    starts_on = DayField(label="Desde el")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Department.objects.there(timezone.localdate())
        self.fields["department"].queryset = there.order_by(*DEPARTMENT_ORDER)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        role, department = data.get("role"), data.get("department")
        if role in DEPARTMENT_ROLES and not department and "department" in data:
            self.add_error("department", f"Elija la dependencia: {Role(role).label} es de una.")
        if role and role not in DEPARTMENT_ROLES and department:
            self.add_error("department", f"{Role(role).label} no es de ninguna dependencia: elija «Ninguna».")
        return data


class NewPersonForm(_RoleFields, PersonForm):
    """Somebody new, who may be named to a first role at once."""

    username = _username_field("Con el que entra: letras, números y . _ - @ + sin espacios.")
    instrument = forms.CharField(label="Oficio que lo nombra", max_length=200, required=False)
    field_order = ("first_name", "last_name", "username", "email", "role", "department", "starts_on", "instrument")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].required = False
        self.fields["role"].choices = [("", "Todavía ninguna"), *Role.choices]
        self.fields["starts_on"].required = False

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("role") and "starts_on" in data and not data["starts_on"]:
            self.add_error("starts_on", "Escriba desde qué día tiene la función.")
        if not data.get("role") and data.get("department"):
            self.add_error("role", "Elija la función que tiene en esa dependencia.")
        return data

    def appointment(self) -> Appointment | None:
        data = self.cleaned_data
        if not data["role"]:
            return None
        return Appointment(data["role"], data["department"], data["starts_on"], instrument=data["instrument"])


class AppointmentForm(_RoleFields):
    """Naming a person, as holder or as a substitute."""

    user = _PersonChoice(
        User.objects.none(),
        label="Persona",
        empty_label="Elija…",
        error_messages={"required": "Elija a la persona.", "invalid_choice": "Elija a una persona de la lista."},
    )
    ends_on = DayField(label="Hasta el", required=False, help_text="Ese día todavía cuenta. Vacío: sin fecha final.")
    substitutes = _PersonChoice(
        User.objects.none(),
        label="En suplencia de",
        required=False,
        empty_label="Nadie: es titular de la función",
        help_text="Una suplencia lleva fecha final y el oficio que la nombra.",
        error_messages={"invalid_choice": "Elija a una persona de la lista."},
    )
    instrument = forms.CharField(
        label="Oficio que lo nombra", max_length=200, required=False, help_text="Tipo, número y fecha."
    )
    file = InstrumentFileField(label="Archivo del oficio (opcional)")
    field_order = ("user", "role", "department", "starts_on", "ends_on", "substitutes", "instrument", "file")

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = manageable(access).filter(is_active=True).order_by("first_name", "last_name", "username")
        # One list for both: a municipality has some hundred people.
        shared = list(people)
        for name in ("user", "substitutes"):
            field = self.fields[name]
            field.queryset = people
            field.iterator = _once(shared)
            field.choices = field.iterator(field)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts_on, ends_on, substituted = data.get("starts_on"), data.get("ends_on"), data.get("substitutes")
        if data.get("file") and not substituted and data.get("instrument") == "":
            self.add_error("instrument", "Escriba qué oficio es el archivo: tipo, número y fecha.")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "La fecha final no puede ser anterior a la inicial.")
        if substituted is None:
            return data
        if substituted == data.get("user"):
            self.add_error("substitutes", "Nadie se suple a sí mismo.")
        if "ends_on" in data and not ends_on:
            self.add_error("ends_on", "Una suplencia dice hasta qué día dura.")
        if "instrument" in data and not data["instrument"]:
            self.add_error("instrument", "Una suplencia cita el oficio que la nombra.")
        return data

    def appointment(self) -> Appointment:
        data = self.cleaned_data
        return Appointment(
            data["role"],
            data["department"],
            data["starts_on"],
            data["ends_on"],
            data["substitutes"],
            data["instrument"],
        )


def _once(rows: list[User]) -> type[ModelChoiceIterator]:
    """Choices from rows that are at hand, so that two fields with the same people read them once."""

    class Iterator(ModelChoiceIterator):
        def __iter__(self) -> Any:
            if self.field.empty_label is not None:
                yield ("", self.field.empty_label)
            yield from (self.choice(row) for row in rows)

    return Iterator


class EndForm(forms.Form):
    """Ending a role, or moving its last day."""

    ends_on = DayField(label="Último día", help_text="Ese día todavía cuenta.")
    reason = reason_field("Motivo", "Escriba por qué termina.")

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership

    def clean_ends_on(self) -> date:
        ends_on: date = self.cleaned_data["ends_on"]
        if ends_on < self.membership.starts_on:
            raise ValidationError(
                f"El nombramiento empezó el {self.membership.starts_on:%d/%m/%Y}: el último día no puede ser anterior."
            )
        return ends_on


class CorrectForm(forms.Form):
    """The first day and the letter of a role, as they should have been registered."""

    starts_on = DayField(label="Desde el", help_text="El primer día en que tuvo la función, según su oficio.")
    instrument = forms.CharField(
        label="Oficio que lo nombra", max_length=200, required=False, help_text="Tipo, número y fecha."
    )
    file = InstrumentFileField(label="Archivo del oficio (opcional)")
    reason = reason_field(
        "Motivo",
        "Escriba qué se corrige y por qué.",
        "Por ejemplo: el oficio lo nombra desde el 1 de octubre, no desde el 10.",
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts_on, ends_on = data.get("starts_on"), self.membership.ends_on
        if starts_on and ends_on and starts_on > ends_on:
            self.add_error(
                "starts_on", f"El nombramiento termina el {ends_on:%d/%m/%Y}: el primer día no puede ser posterior."
            )
        if not data.get("instrument") and "instrument" in data:
            if self.membership.substitutes_id is not None:
                self.add_error("instrument", "Una suplencia cita el oficio que la nombra.")
            elif data.get("file"):
                self.add_error("instrument", "Escriba qué oficio es el archivo: tipo, número y fecha.")
        return data


class ReasonForm(forms.Form):
    """Deactivating and reactivating."""

    reason = reason_field("Motivo", "Escriba el motivo.")


class DepartmentForm(forms.Form):
    """Number and name; the prefix only of a new one."""

    number = forms.IntegerField(
        label="Número",
        required=False,
        min_value=1,
        max_value=32767,
        help_text="El que lleva en el programa anual; puede quedar vacío.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "num"}),
        error_messages={
            "invalid": "El número es un entero, por ejemplo 12.",
            "min_value": "El número es 1 o mayor.",
            "max_value": "El número es demasiado grande.",
        },
    )
    prefix = forms.CharField(
        label="Prefijo",
        max_length=6,
        help_text="De 2 a 6 letras mayúsculas, por ejemplo PRE. Con él empiezan las claves y ya no cambia.",
        error_messages={"required": "Escriba el prefijo.", "max_length": "El prefijo tiene 6 letras cuando mucho."},
    )
    name = LineField(
        label="Nombre", max_length=300, error_messages={"required": "Escriba el nombre de la dependencia."}
    )

    def __init__(self, *args: Any, department: Department | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.department = department
        if department is not None:
            del self.fields["prefix"]

    def clean_prefix(self) -> str:
        prefix: str = self.cleaned_data["prefix"].strip().upper()
        return prefix

    def clean(self) -> dict[str, Any]:
        """The rules of the row are told together with what is missing, not after it."""
        data = super().clean() or self.cleaned_data
        row = copy(self.department) if self.department else Department()
        for name, value in data.items():
            setattr(row, name, value)
        try:
            check_department(row, besides=[name for name in self.fields if name not in data])
        except ValidationError as refused:
            self.add_error(None, refused)
        return data


class PeopleFileForm(forms.Form):
    """A list of people. What is in it is judged by reading it, also where it is empty or is no workbook."""

    file = forms.FileField(
        label="Archivo con las personas",
        allow_empty_file=True,
        max_length=500,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.csv,.txt", "class": "form-control"}),
        error_messages={
            "required": "Elija el archivo.",
            "missing": "Elija el archivo.",
            "invalid": "Elija el archivo.",
            "max_length": "El nombre del archivo es demasiado largo: acórtelo y súbalo otra vez.",
        },
    )
