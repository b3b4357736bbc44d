"""«Por confirmar»: what one officer asked for and a second person does, or says no to; Contraloría reads it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ALL, Access, Action
from accounts.asked_elsewhere import asked_elsewhere
from accounts.enrolling import Enrolled
from accounts.http import access_of
from accounts.models import PendingAct
from accounts.services import SERVER
from accounts.two_people import decline, why_not
from catalog.confirming.acts import confirm
from catalog.confirming.forms import AnswerForm
from catalog.http import attempt
from catalog.people.cover import opened_by_act
from catalog.people.finding import reads
from catalog.people.wording import invited_words
from catalog.years.lifecycle import waiting_reopenings
from core.moments import moment_text
from indicators.cover.words import opens
from indicators.services import citing

ANSWERED_SHOWN = 30
_WITH_LETTER = (PendingAct.Kind.APPOINTMENT, PendingAct.Kind.CORRECTION)


def _reader(request: HttpRequest) -> Access:
    access = access_of(request)
    if access.department_ids(Action.READ_TRAIL) != ALL:
        raise Http404
    return access


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    access = _reader(request)
    acts = PendingAct.objects.select_related("person", "asked_by", "confirmed_by", "declined_by")
    answered = acts.exclude(pk__in=PendingAct.objects.waiting().values("pk")).order_by("-pk")[:ANSWERED_SHOWN]
    reopenings = waiting_reopenings().select_related("asked_by", "fiscal_year").order_by("pk")
    context = {
        "acts": [_row(act) for act in acts.waiting()],
        "answered": [_row(act) for act in answered],
        "reopenings": [
            {"year": str(asked.fiscal_year.year), "who": str(asked.asked_by), "at": moment_text(asked.asked_at),
             "reason": asked.reason, "instrument": asked.instrument}
            for asked in reopenings
        ],
        "elsewhere": asked_elsewhere(),
        "may_answer": access.allows(Action.CONFIRM),
    }  # fmt: skip
    return render(request, "catalog/confirming/waiting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def waiting_act(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: what, who asked and why; to be confirmed, declined or withdrawn."""
    access = _reader(request)
    acts = PendingAct.objects.select_related("person", "asked_by", "confirmed_by", "declined_by")
    act = get_object_or_404(acts, pk=pk)
    may_answer = access.allows(Action.CONFIRM)
    if request.method == "POST" and not may_answer:
        raise Http404
    letters = list(act.instrument_files.all())
    takes_file = act.kind in _WITH_LETTER and bool(act.data.get("instrument")) and not letters
    form = AnswerForm(request.POST or None, request.FILES or None, takes_file=takes_file)
    if request.method == "POST" and form.is_valid():
        said = _answer(request, access, act, form)
        if said:
            messages.success(request, said)
            return redirect("catalog:waiting")
    waits, today = act.confirmed_at is None and act.declined_at is None, timezone.localdate()
    context = {
        "act": act, "row": _row(act), "letters": letters, "form": form,
        "knows": act.person is not None and reads(access, act.person), "lines": act.data.get("shown", []),
        "may_answer": may_answer, "own": act.asked_by_id == access.user.pk,
        "is_waiting": waits,
        "opens": opens("Al confirmarse:", opened_by_act(act, on=today) if waits else [], on=today, names=may_answer),
        "why_not": why_not(access, act, now=timezone.now()) if may_answer else "",
    }  # fmt: skip
    return render(request, "catalog/confirming/act.html", context)


def _answer(request: HttpRequest, access: Access, act: PendingAct, form: AnswerForm) -> str:
    """What the page says of what was done; empty where it was refused, and the form shows why."""
    now, words = timezone.now(), form.cleaned_data["answer"]
    if request.POST.get("act") == "confirmar":
        file = form.cleaned_data.get("file")
        done = attempt(
            form,
            lambda: citing(
                access=access,
                instrument=act.data.get("instrument", ""),
                file=file,
                name=file.name if file else "",
                year=now.year,
                now=now,
                act=lambda: confirm(
                    access=access, act=act, now=now, answer=words, base_url=request.build_absolute_uri("/")
                ),
            ),
        )
        if isinstance(done, Enrolled):
            return f"Se confirmó y ya está hecho: {act.words}.{invited_words(len(done.people))}"
        return f"Se confirmó y ya está hecho: {act.words}." if done is not None else ""
    refused = attempt(form, lambda: decline(access=access, act=act, reason=words, now=now))
    if refused is None:
        return ""
    return f"Se {'retiró' if act.asked_by_id == access.user.pk else 'rechazó'}, y no se hizo: {act.words}."


def _row(act: PendingAct) -> dict[str, Any]:
    answered = ""
    if act.confirmed_at is not None:
        answered = f"Lo confirmó {act.confirmed_by or SERVER} el {moment_text(act.confirmed_at)}"
    elif act.declined_at is not None:
        verb = "retiró" if act.declined_by_id == act.asked_by_id else "rechazó"
        answered = f"Lo {verb} {act.declined_by} el {moment_text(act.declined_at)}"
    return {
        "key": str(act.pk), "words": act.words[:1].upper() + act.words[1:], "who": str(act.asked_by),
        "at": moment_text(act.asked_at), "reason": act.reason, "answered": answered, "answer": act.answer,
    }  # fmt: skip
