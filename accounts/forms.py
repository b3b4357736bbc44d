"""Forms of the pages about oneself: signing in, changing and recovering the password."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, PasswordResetForm, SetPasswordForm
from django.contrib.auth.password_validation import get_default_password_validators
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.backends import may_choose_password
from accounts.mailing import TOKEN, post
from accounts.models import Mail, User
from accounts.resets import address_changes, reset_waits_until
from core.moments import moment_text

_REFUSED = "El usuario o la contraseña no son correctos. Escríbalos otra vez, cuidando mayúsculas y minúsculas."
_DIFFERENT = "Las dos contraseñas nuevas no son iguales."


def _label_new_password(fields: dict[str, forms.Field]) -> None:
    """Labels and one sentence of help for the pair of fields that Django's forms have."""
    length = next((v.min_length for v in get_default_password_validators() if hasattr(v, "min_length")), 0)
    fields["new_password1"].label = "Contraseña nueva"
    fields["new_password1"].help_text = (
        f"Al menos {length} caracteres. Que no se parezca a su nombre o usuario, no sea de uso común ni solo números; "
        "una frase de varias palabras funciona bien."
    )
    fields["new_password2"].label = "Repita la contraseña nueva"
    fields["new_password2"].help_text = ""


class SignInForm(AuthenticationForm):
    """One refusal for every cause, so that it does not tell whether an account exists."""

    error_messages = {"invalid_login": _REFUSED, "inactive": _REFUSED}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Usuario"
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["password"].label = "Contraseña"

    def clean(self) -> dict[str, Any]:
        """Nobody has a longer user name, and the record of failed attempts holds none."""
        if len(self.cleaned_data.get("username", "")) > self.fields["username"].max_length:
            raise self.get_invalid_login_error()
        return super().clean()


class RecoverForm(PasswordResetForm):
    """Sends the link to everybody active with that address, demonstration accounts excepted."""

    email = forms.EmailField(
        label="Correo electrónico",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": "Escriba un correo electrónico completo, por ejemplo nombre@durango.gob.mx."},
    )

    def get_users(self, email: str) -> Iterable[User]:
        # Unlike Django, people without a password yet: an invitation that expired is renewed here.
        # The message goes to the address on record, not to the one that was typed.
        now = timezone.now()
        people = [user for user in User.objects.filter(email__iexact=email) if may_choose_password(user)]
        return [user for user in people if not self._waits(user, now)]

    def _waits(self, user: User, now: datetime) -> bool:
        """Somebody else changed the address not long ago: no link yet, and the former address hears of it."""
        until = reset_waits_until(user, now=now)
        if until is None:
            return False
        text = render_to_string("accounts/email/reset_waits.txt", {"user": user, "until": moment_text(until)})
        former = dict.fromkeys(act.data["former"] for act in address_changes(user, now=now))
        for address in filter(None, former):
            post(
                kind=Mail.Kind.NOTICE,
                to=address,
                text=text,
                now=now,
                subject="PMD: alguien pidió una contraseña nueva para su cuenta",
                about=f"{user}: alguien pidió una contraseña nueva, y este era su correo",
            )
        return True

    def send_mail(
        self,
        subject_template_name: str,
        email_template_name: str,
        context: dict[str, Any],
        from_email: str | None,
        to_email: str,
        html_email_template_name: str | None = None,
    ) -> None:
        """Leave the message to the task that sends; the link's token, which Django has made here, is left out."""
        context = context | {"token": TOKEN}
        post(
            kind=Mail.Kind.PASSWORD,
            to=to_email,
            person=context["user"],
            opens_account=True,
            now=timezone.now(),
            subject="".join(render_to_string(subject_template_name, context).splitlines()),
            text=render_to_string(email_template_name, context),
            about="El enlace para elegir una contraseña nueva, que alguien pidió",
        )


class NewPasswordForm(SetPasswordForm):
    error_messages = {"password_mismatch": _DIFFERENT}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_new_password(self.fields)


class ChangePasswordForm(PasswordChangeForm):
    error_messages = PasswordChangeForm.error_messages | {
        "password_incorrect": "La contraseña actual no es correcta. Escríbala otra vez.",
        "password_mismatch": _DIFFERENT,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Contraseña actual"
        _label_new_password(self.fields)
