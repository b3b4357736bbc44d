"""«Correos»: what did not leave and why, what is on its way, to be tried again or set aside."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.http import access_of
from accounts.mail_waiting import NOBODY_TAKES, no_worker
from accounts.mailing import MailError, dismiss, try_again
from accounts.models import Mail
from catalog.http import for_planning
from core.moments import moment_text

SHOWN = 100
SENT_SHOWN = 30


@require_safe
@for_planning
def mails(request: HttpRequest) -> HttpResponse:
    found = Mail.objects.select_related("person")
    waiting = found.filter(state=Mail.State.WAITING)
    late = Q(reason="", created_at__lt=timezone.now() - NOBODY_TAKES)
    context = {
        "failed": [_row(mail) for mail in found.filter(state=Mail.State.FAILED)[:SHOWN]],
        "refused": [_row(mail) for mail in waiting.filter(~Q(reason="") | late)[:SHOWN]],
        "waiting": [_row(mail) for mail in waiting.filter(reason="").exclude(late)[:SHOWN]],
        "sent": [_row(mail) for mail in found.filter(state=Mail.State.SENT)[:SENT_SHOWN]],
        "no_worker": no_worker(timezone.now()),
    }
    return render(request, "catalog/mail/list.html", context)


@require_POST
@for_planning
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one again, or set it aside."""
    mail = get_object_or_404(Mail, pk=pk)
    retries = request.POST.get("act") == "reintentar"
    try:
        done = (try_again if retries else dismiss)(access=access_of(request), mail=mail, now=timezone.now())
    except MailError as refused:
        messages.warning(request, str(refused))
        return redirect("catalog:mail")
    done.refresh_from_db(fields=["state", "reason"])
    _tell(request, done)
    return redirect("catalog:mail")


def _tell(request: HttpRequest, mail: Mail) -> None:
    match mail.state:
        case Mail.State.SENT:
            messages.success(request, f"Se envió a {mail.address}.")
        case Mail.State.FAILED:
            messages.error(request, f"El correo a {mail.address} volvió a fallar. {mail.reason}")
        case Mail.State.DISMISSED:
            messages.success(request, f"Se descartó el correo a {mail.address}: ya no se intenta.")
        case _:
            messages.success(request, f"El correo a {mail.address} va en camino.")


def _row(mail: Mail) -> dict[str, Any]:
    return {
        "key": str(mail.pk),
        "who": str(mail.person) if mail.person else "",
        "address": mail.address,
        "what": mail.get_kind_display(),
        "about": mail.about,
        "written": moment_text(mail.created_at),
        "tried": moment_text(mail.attempted_at),
        "attempts": str(mail.attempts),
        "next": moment_text(mail.due_at),
        "left": moment_text(mail.done_at),
        "why": mail.reason.rstrip(".") or "Todavía no lo toma el proceso que envía los correos",
    }
