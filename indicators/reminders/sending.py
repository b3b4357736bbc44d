"""Sending reminders by e-mail: each is recorded in the transaction in which its message is written, or not at all.

The message leaves afterwards, by a task (``accounts.mailing``); one that is given up told nobody, and the next run or
click tells it anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.access import Access, Action
from accounts.mailing import post
from accounts.models import Mail, User
from core import trail
from indicators.acts import CalendarAct
from indicators.deadlines import due_now_first
from indicators.models import Period, Reminder
from indicators.refusals import ServiceError
from indicators.reminders import notices as pending
from indicators.reminders.notices import Notice, Plan
from indicators.writing import refuse_locked_year
from programs.models import Department

BETWEEN_CLICKS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Failure:
    """Somebody whose message the mail server refused for good."""

    user: User
    reason: str


@dataclass(slots=True)
class SendOutcome:
    """``already`` were told by somebody else meanwhile, or less than an hour ago.

    ``sent`` left; ``under_way`` the worker takes to the mail server, and planning sees what it refuses.
    """

    sent: list[Notice] = field(default_factory=list)
    under_way: list[Notice] = field(default_factory=list)
    already: list[Notice] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)


def remind_department(
    *, access: Access, period: Period, department: Department, base_url: str, now: datetime
) -> SendOutcome:
    """One click of planning: tell the enlaces and the director what is missing. ServiceError when nothing is."""
    access.require(Action.MANAGE_PERIODS, "Solo Planeación envía recordatorios.")
    refuse_locked_year(period.fiscal_year)
    if period.fiscal_year.historical:
        raise ServiceError(f"El ejercicio {period.fiscal_year.year} es histórico: por él no se recuerda a nadie.")
    plan = pending.by_hand(period=period, department=department, on=timezone.localdate(now))
    if not plan.notices and not plan.unreachable:
        raise ServiceError(f"{department.name} no tiene nada pendiente en {period}: no se envió ningún correo.")
    return send_reminders(plan=plan, base_url=base_url, now=now, access=access)


def send_reminders(
    *, plan: Plan, base_url: str, now: datetime, access: Access | None = None, on: date | None = None
) -> SendOutcome:
    """One message a person with all of their notices; the failure of one does not stop the others.

    ``access`` is who asks for it, None for the calendar's command; ``on`` the day that the words are of (default:
    that of ``now``). ``base_url`` is like «https://pmd.example».
    """
    outcome = SendOutcome(unreachable=list(plan.unreachable))
    ordered = sorted(plan.notices, key=lambda notice: notice.user.pk)
    for _, found in groupby(ordered, key=lambda notice: notice.user.pk):
        _send_to_one(list(found), base_url, now, on or timezone.localdate(now), access, outcome)
    return outcome


def _send_to_one(
    notices: list[Notice], base_url: str, now: datetime, on: date, access: Access | None, outcome: SendOutcome
) -> None:
    mail = None
    try:
        with transaction.atomic():
            fresh = _not_just_told(notices, now)
            if fresh:
                mail = _write(fresh, base_url=base_url, on=on, now=now)
                _record(fresh, mail, now, access)
    except IntegrityError:
        # Another run told them the same at this moment; what it did not say comes with the next run.
        outcome.already += notices
        return
    outcome.already += [notice for notice in notices if notice not in fresh]
    if mail is None:
        return
    mail.refresh_from_db(fields=["state", "reason"])
    if mail.state == Mail.State.FAILED:
        outcome.failed.append(Failure(notices[0].user, mail.reason))
    elif mail.state == Mail.State.SENT:
        outcome.sent += fresh
    else:
        outcome.under_way += fresh


def _not_just_told(notices: list[Notice], now: datetime) -> list[Notice]:
    """Without those by hand that this person received within the hour; a second click waits for the first one here."""
    fresh = []
    for notice in notices:
        if notice.occasion == Reminder.Occasion.BY_HAND:
            Period.objects.select_for_update(no_key=True).get(pk=notice.period.pk)
            told = Reminder.objects.told().filter(
                user=notice.user,
                period=notice.period,
                department=notice.department,
                occasion=notice.occasion,
                sent_at__gt=now - BETWEEN_CLICKS,
            )
            if told.exists():
                continue
        fresh.append(notice)
    return fresh


def _record(notices: Sequence[Notice], mail: Mail, now: datetime, access: Access | None) -> None:
    for notice in notices:
        # The row of a message that was given up told nobody, and makes room for this one.
        Reminder.objects.filter(
            user=notice.user,
            period=notice.period,
            department=notice.department,
            occasion=notice.occasion,
            mail__state=Mail.State.FAILED,
        ).delete()
    rows = Reminder.objects.bulk_create(
        Reminder(
            user=notice.user,
            period=notice.period,
            department=notice.department,
            occasion=notice.occasion,
            sent_at=now,
            mail=mail,
        )
        for notice in notices
    )
    trail.write(
        trail.entry(
            subject=row,
            label=f"{notice.department.prefix} · {notice.period}",
            action=CalendarAct.REMIND,
            actor=access.user if access else None,
            capacity=access.capacity(Action.MANAGE_PERIODS, 0) if access else "",
            at=now,
            changes={
                "user": [None, str(notice.user)],
                "email": [None, notice.user.email],
                "occasion": [None, row.get_occasion_display()],
                "figures": [None, len(notice.lines)],
            },
            scope_id=notice.department.pk,
        )
        for row, notice in zip(rows, notices, strict=True)
    )


OTHERS_SHOWN, CODES_SHOWN = 3, 8


def _write(notices: Sequence[Notice], *, base_url: str, on: date, now: datetime) -> Mail:
    """The message that tells one person all of this in ten lines: the link, what is due now, the rest in short."""
    first, *others = due_now_first(
        sorted(notices, key=lambda notice: notice.deadline, reverse=True), lambda notice: notice.deadline, on
    )
    shown = others if len(others) <= OTHERS_SHOWN + 1 else others[:OTHERS_SHOWN]
    told = {
        "user": str(first.user),
        "url": base_url.rstrip("/") + _address(first),
        "first": _sentence(first, on),
        "which": _which(first),
        "others": [_sentence(notice, on) for notice in shown],
        "rest": _rest(others[len(shown) :], base_url.rstrip("/")),
    }
    lines = {key: _on_one_line(text) for key, text in told.items()}
    subject = _subject(first, others, on)
    return post(
        kind=Mail.Kind.REMINDER,
        to=first.user.email,
        person=first.user,
        about=subject,
        subject=subject,
        now=now,
        text=render_to_string("indicators/reminders/email.txt", lines),
    )


def _on_one_line(text: str | Sequence[str]) -> str | list[str]:
    """Whatever a department is called, it begins no line of its own."""
    return " ".join(text.split()) if isinstance(text, str) else [" ".join(line.split()) for line in text]


def _is_review(notice: Notice) -> bool:
    return notice.occasion == Reminder.Occasion.REVIEW


def _address(notice: Notice) -> str:
    page = "indicators:review_month" if _is_review(notice) else "indicators:capture"
    return reverse(page, args=[notice.period.fiscal_year.year, notice.department.prefix, notice.period.month])


def _sentence(notice: Notice, on: date) -> str:
    when = _when(notice, on) + (INHERITED if notice.inherited else "")
    when += PLANNING_MAY if _is_review(notice) and on > notice.deadline else ""
    return f"{_what(_is_review(notice), len(notice.lines))} de {notice.period}, {notice.department.name}; {when}."


def _which(notice: Notice) -> str:
    """«PRE-01-01, PRE-01-02 y 8 más»: the page has their names."""
    codes = [line.split(" ", 1)[0] for line in notice.lines]
    more = f" y {len(codes) - CODES_SHOWN} más" if len(codes) > CODES_SHOWN else ""
    return ", ".join(codes[:CODES_SHOWN]) + more


def _rest(notices: Sequence[Notice], site: str) -> str:
    """How much there is besides, of how many months, and the page that has it."""
    if not notices:
        return ""
    said = []
    for review in (False, True):
        number = sum(len(notice.lines) for notice in notices if _is_review(notice) == review)
        said += [_what(review, number).lower()] if number else []
    months = len({notice.period.pk for notice in notices})
    departments = len({notice.department.pk for notice in notices})
    of = "otro mes" if months == 1 else f"otros {months} meses"
    of += f" y {departments} dependencias" if departments > 1 else ""
    year = notices[0].period.fiscal_year.year
    page = reverse("indicators:review", args=[year])
    if not _is_review(notices[0]):
        page = reverse("indicators:capture_start", args=[year]) + "?todos=1"
    return f"Y de {of}: {' y '.join(said)}. Véalos en {site}{page}"


INHERITED = ", antes de su nombramiento"
PLANNING_MAY = ", y desde entonces también Planeación puede validar, «por vencimiento»"


def _what(review: bool, number: int) -> str:
    if review:
        return "Espera validación 1 cifra" if number == 1 else f"Esperan validación {number:,} cifras"
    return "Falta 1 indicador" if number == 1 else f"Faltan {number:,} indicadores"


def _when(notice: Notice, on: date) -> str:
    day = f"{notice.deadline:%d/%m/%Y}"
    if on > notice.deadline:
        return f"venció el {day}"
    return f"vence hoy, {day}" if on == notice.deadline else f"vence el {day}"


def _subject(first: Notice, others: Sequence[Notice], on: date) -> str:
    text = (
        f"{_what(_is_review(first), len(first.lines))} de {first.period} ({_when(first, on)}) · {first.department.name}"
    )
    if others:
        text += " · y 1 pendiente más" if len(others) == 1 else f" · y {len(others)} pendientes más"
    return " ".join(text.split())
