"""Reminders: by the calendar and by hand, each once, to whoever has something to do, and what a mail failure does."""

import smtplib
import threading
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction

from accounts.models import Membership, Role, User
from core.models import TrailEntry
from indicators.calendar.extensions import grant_extension
from indicators.models import Period, Reminder, State
from indicators.reminders import notices
from indicators.reminders.sending import SendOutcome, remind_department, send_reminders
from indicators.services import MonthNotOpen, NotAllowed, ServiceError
from tests.factories import NOW, make_indicator, make_measurement, make_program, make_user
from tests.indicators.town import Town, make_town
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
SITE = "https://pmd.example.gob.mx"
OTHERS = ["liaison", "director", "reader", "comptroller"]


def at(day: int, month: int = 10, hour: int = 18) -> datetime:
    return datetime(2016, month, day, hour, tzinfo=UTC)


@pytest.fixture
@shared
def town() -> Town:
    """September is at hand: the earlier months are closed, so that only it is asked for."""
    town = make_town(3)
    Period.objects.filter(fiscal_year=town.year, month__lt=9).update(closed_on=date(2016, 9, 20))
    return town


def remind(town: Town, role: str = "planning", now: datetime = NOW) -> SendOutcome:
    return remind_department(
        access=town.access(role), period=town.period(), department=town.department, base_url=SITE, now=now
    )


def of(day: date, days_before: int = 3) -> list[tuple[str, str, int]]:
    """Who is told what about September that day."""
    plan = notices.by_calendar(on=day, days_before=days_before)
    return [(n.user.username, str(n.occasion), len(n.lines)) for n in plan.notices if n.period.month == 9]


def send(day: date, now: datetime = NOW) -> SendOutcome:
    return send_reminders(plan=notices.by_calendar(on=day, days_before=3), base_url=SITE, now=now, on=day)


# --- By the calendar -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day, expected",
    [
        (date(2016, 10, 3), []),
        (date(2016, 10, 4), [("liaison", "before", 3)]),
        (date(2016, 10, 6), [("liaison", "before", 3)]),
        (date(2016, 10, 7), [("liaison", "due", 3)]),
        (date(2016, 10, 8), [("liaison", "after", 3)]),
        (date(2016, 12, 1), [("liaison", "after", 3)]),
    ],
)
def test_before_on_and_after_the_due_date(town, day, expected):
    assert of(day) == expected


def test_only_what_is_still_to_do_is_named(town):
    make_measurement(town.indicators[0], 9, 3, 4, State.VALIDATED)
    make_measurement(town.indicators[1], 9, 3, 4, State.DRAFT)
    make_indicator(town.program, frequency=2)  # not due in September
    (notice,) = notices.by_calendar(on=date(2016, 10, 7), days_before=3).notices
    assert [line.split(" (")[1] for line in notice.lines] == ["en borrador)", "sin captura)"]


def test_nobody_is_told_who_has_nothing_to_do(town):
    for indicator in town.indicators:
        make_measurement(indicator, 9, 3, 4, State.VALIDATED)
    assert of(date(2016, 10, 7)) == []


def test_an_extension_moves_the_reminders(town):
    grant_extension(
        access=town.access("planning"),
        period=town.period(),
        department=town.department,
        until=date(2016, 10, 14),
        reason="x",
        instrument="y",
        now=NOW,
    )
    assert of(date(2016, 10, 7)) == []
    assert of(date(2016, 10, 14)) == [("liaison", "due", 3)]


def test_a_closed_month_asks_for_what_may_be_corrected_only(town):
    Period.objects.filter(month=9).update(closed_on=date(2016, 10, 10))
    make_measurement(town.indicators[0], 9, 3, 4, State.RETURNED, returned_at=at(10))
    assert of(date(2016, 10, 17)) == [("liaison", "after", 1)]
    assert of(date(2016, 10, 18)) == []


def test_a_locked_year_asks_for_nothing(town):
    town.year.locked = True
    town.year.save()
    assert of(date(2016, 10, 7)) == []


def test_without_an_enlace_the_director_is_told(town):
    Membership.objects.filter(role=Role.LIAISON).update(ends_on=date(2016, 10, 1))
    assert of(date(2016, 10, 7)) == [("director", "due", 3)]
    User.objects.filter(username="director").update(email="")
    plan = notices.by_calendar(on=date(2016, 10, 7), days_before=3)
    assert not plan.notices
    assert "Presidencia Municipal, septiembre 2016: no tiene enlace ni director con correo" in plan.unreachable


def test_who_is_named_today_is_told_of_what_was_due_before(town):
    """Imported in October with today's day: as the list of gaps and their own first page say, it is theirs."""
    Membership.objects.filter(role=Role.LIAISON).update(starts_on=date(2016, 10, 20))
    assert of(date(2016, 10, 20)) == [("liaison", "after", 3)]
    assert send(date(2016, 10, 20), at(20)).sent[0].inherited
    assert "venció el 07/10/2016, antes de su nombramiento." in mail.outbox[-1].body

    mail.outbox.clear()
    remind(town, now=at(20, hour=19))
    told = {message.to[0]: "antes de su nombramiento" in message.body for message in mail.outbox}
    assert told == {"director@durango.example": False, "liaison@durango.example": True}

    # Who held an office there before let it pass, or not: no word about it.
    Membership.objects.create(
        user=User.objects.get(username="liaison"),
        role=Role.DIRECTOR,
        department=town.department,
        starts_on=date(2016, 1, 1),
        ends_on=date(2016, 2, 1),
    )
    assert not any(notice.inherited for notice in notices.by_calendar(on=date(2016, 10, 21), days_before=3).notices)


def test_a_director_named_today_is_told_of_what_waits_since_before(town):
    Membership.objects.filter(role=Role.DIRECTOR).update(starts_on=date(2016, 11, 20))
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, submitted_at=at(5))
    told = notices.by_calendar(on=date(2016, 11, 20), days_before=3).notices
    reviews = {notice.user.username: notice.inherited for notice in told if notice.occasion == "review"}
    assert reviews == {"director": True, "planning": False}


def test_who_left_is_not_told(town):
    User.objects.filter(username="liaison").update(is_active=False)
    assert ("liaison", "due", 3) not in of(date(2016, 10, 7))


@pytest.mark.parametrize(
    "day, expected",
    [
        (date(2016, 10, 6), [("director", "review", 2)]),
        (date(2016, 10, 12), [("director", "review", 2)]),
        (date(2016, 10, 13), [("director", "review", 2), ("planning", "review", 2)]),
    ],
)
def test_directors_hear_of_what_waits_and_planning_of_what_is_overdue(town, day, expected):
    for indicator in town.indicators[:2]:
        make_measurement(indicator, 9, 3, 4, State.SUBMITTED, submitted_at=at(5))
    make_measurement(town.indicators[2], 9, 3, 4, State.VALIDATED)
    assert of(day) == expected


def test_nobody_is_asked_to_review_what_they_changed(town):
    for indicator in town.indicators:
        make_measurement(indicator, 9, 3, 4, State.SUBMITTED, submitted_at=at(5), by=town.people["director"])
    assert of(date(2016, 10, 6)) == []
    assert of(date(2016, 10, 13)) == [("planning", "review", 3)]


def test_each_occasion_goes_out_once(town):
    assert len(send(date(2016, 10, 5)).sent) == 1
    assert send(date(2016, 10, 6)).sent == []
    assert len(send(date(2016, 10, 7)).sent) == 1
    assert len(send(date(2016, 10, 8)).sent) == 1
    assert send(date(2016, 10, 20)).sent == []
    assert [row.occasion for row in Reminder.objects.order_by("id")] == ["before", "due", "after"]
    assert len(mail.outbox) == 3


def test_one_message_a_person_with_all_their_months(town):
    Period.objects.filter(month=8).update(closed_on=None)
    outcome = send(date(2016, 10, 7))
    assert len(outcome.sent) == 2 and len(mail.outbox) == 1
    assert mail.outbox[0].subject == (
        "Faltan 3 indicadores de septiembre 2016 (vence hoy, 07/10/2016) · Presidencia Municipal · y 1 pendiente más"
    )
    lines = mail.outbox[0].body.splitlines()
    assert lines[0] == f"Ábralo aquí: {SITE}/2016/captura/PRE/9/"
    assert lines[4] == "También: Faltan 3 indicadores de agosto 2016, Presidencia Municipal; venció el 07/09/2016."


@pytest.mark.parametrize("months", [1, 2, 4, 5, 9])
def test_a_message_is_ten_lines_with_the_link_first_however_much_waits(months):
    """240 indicators owed since January: 386 kB and 2,722 lines before."""
    town = make_town(240)
    Period.objects.filter(fiscal_year=town.year, month__lt=10 - months).update(closed_on=date(2016, 9, 20))
    send(date(2016, 10, 7))
    (message,) = mail.outbox
    lines = message.body.strip().splitlines()
    assert len(lines) <= 10 and len(message.body) < 1200
    assert lines[0] == f"Ábralo aquí: {SITE}/2016/captura/PRE/9/"
    assert "Faltan 240 indicadores de septiembre 2016, Presidencia Municipal; vence hoy, 07/10/2016." in lines[2]
    assert lines[3].startswith("Son: PRE-01-01, PRE-01-02") and lines[3].endswith(" y 232 más.")
    owed = [line for line in lines if line.startswith("También: ")]
    assert len(owed) == (months - 1 if months <= 5 else 3)
    if months == 9:
        assert "agosto 2016" in owed[0] and "junio 2016" in owed[2]
        assert f"Y de otros 5 meses: faltan 1,200 indicadores. Véalos en {SITE}/2016/captura/?todos=1" in lines


def test_planning_hears_of_many_departments_in_ten_lines(town):
    for number in range(30):
        program = make_program(town.year, f"D{chr(65 + number // 26)}{chr(65 + number % 26)}-01")
        make_measurement(make_indicator(program), 9, 3, 4, State.SUBMITTED, submitted_at=at(5))
    send(date(2016, 10, 13))
    message = next(found for found in mail.outbox if found.to == ["planning@durango.example"])
    lines = message.body.strip().splitlines()
    assert len(lines) <= 10
    assert f"Y de otro mes y 26 dependencias: esperan validación 26 cifras. Véalos en {SITE}/2016/revision/" in lines


def test_the_message_names_what_is_missing_when_and_where(town):
    send(date(2016, 10, 5))
    (message,) = mail.outbox
    assert message.to == ["liaison@durango.example"]
    assert message.subject == "Faltan 3 indicadores de septiembre 2016 (vence el 07/10/2016) · Presidencia Municipal"
    assert ", ".join(indicator.code for indicator in town.indicators) in message.body
    assert f"{SITE}/2016/captura/PRE/9/" in message.body
    assert "&" not in message.body and "{" not in message.body


def test_a_reviewers_message_leads_to_the_review(town):
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, submitted_at=at(5))
    send(date(2016, 10, 6))
    message = next(found for found in mail.outbox if found.to == ["director@durango.example"])
    assert message.subject.startswith("Espera validación 1 cifra de septiembre 2016 (vence el 12/10/2016)")
    assert f"{SITE}/2016/revision/PRE/9/" in message.body


def test_an_overdue_validation_says_that_planning_may_do_it(town):
    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, submitted_at=at(5))
    send(date(2016, 10, 12))
    assert "por vencimiento" not in "".join(found.body for found in mail.outbox)
    mail.outbox.clear()
    Reminder.objects.all().delete()
    send(date(2016, 10, 13))
    told = {found.to[0]: " ".join(found.body.split()) for found in mail.outbox}
    sentence = (
        "Espera validación 1 cifra de septiembre 2016, Presidencia Municipal; venció el 12/10/2016, "
        "y desde entonces también Planeación puede validar"
    )
    assert sentence in told["planning@durango.example"] and sentence in told["director@durango.example"]


def test_a_name_that_would_break_the_header_or_the_markup_is_text(town):
    town.department.name = "Obras\nBcc: x@y.example & <b>"
    town.department.save()
    send(date(2016, 10, 5))
    assert "\n" not in mail.outbox[0].subject and "& <b>" in mail.outbox[0].body


def test_the_trail_says_who_was_told(town):
    send(date(2016, 10, 5))
    entry = TrailEntry.objects.get(action="recordar")
    assert entry.actor is None and entry.scope_id == town.department.pk
    assert entry.changes["email"] == [None, "liaison@durango.example"] and entry.changes["figures"] == [None, 3]


def fail_for(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    send_one = EmailMessage.send

    def refuse(self: EmailMessage, *args: Any, **kwargs: Any) -> int:
        if set(self.to) & set(addresses):
            raise smtplib.SMTPRecipientsRefused({self.to[0]: (552, b"mailbox full")})
        return send_one(self, *args, **kwargs)

    monkeypatch.setattr(EmailMessage, "send", refuse)


def test_a_failure_for_one_does_not_stop_the_others_and_told_nobody(town, monkeypatch):
    make_user("otra", Role.LIAISON, town.department)
    fail_for(monkeypatch, "liaison@durango.example")
    outcome = send(date(2016, 10, 7))
    assert [failure.user.username for failure in outcome.failed] == ["liaison"]
    assert [notice.user.username for notice in outcome.sent] == ["otra"]
    assert [row.user.username for row in Reminder.objects.told()] == ["otra"]
    given_up = TrailEntry.objects.get(action="no enviar correo")
    assert "Recordatorio a liaison@durango.example" in given_up.subject_label and "lleno" in given_up.reason
    monkeypatch.undo()
    assert [notice.user.username for notice in send(date(2016, 10, 7)).sent] == ["liaison"]
    assert Reminder.objects.count() == Reminder.objects.told().count() == 2


def test_the_database_keeps_one_of_each_occasion(town):
    send(date(2016, 10, 7))
    row = Reminder.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(
            user=row.user, period=row.period, department=row.department, occasion=row.occasion, sent_at=NOW
        )


def test_two_runs_with_the_same_plan_send_once(town):
    plans = [notices.by_calendar(on=date(2016, 10, 7), days_before=3) for _ in range(2)]
    outcomes = [send_reminders(plan=plan, base_url=SITE, now=NOW) for plan in plans]
    assert [len(outcome.sent) for outcome in outcomes] == [1, 0] and len(outcomes[1].already) == 1
    assert len(mail.outbox) == 1


def test_the_plan_costs_the_same_queries_for_few_and_many_departments(town):
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            notices.by_calendar(on=date(2016, 10, 7), days_before=3)
        return len(captured)

    make_measurement(town.indicators[0], 9, 3, 4, State.SUBMITTED, submitted_at=at(5))
    few = cost()
    for number in range(35):
        prefix = f"D{chr(65 + number // 26)}{chr(65 + number % 26)}"
        program = make_program(town.year, f"{prefix}-01")
        make_user(prefix.lower(), Role.LIAISON, program.department)
        make_measurement(make_indicator(program), 9, 3, 4, State.SUBMITTED, submitted_at=at(5))
    assert cost() == few <= 10


# --- By hand ---------------------------------------------------------------------------------------------------


def test_planning_writes_to_the_enlaces_and_their_director(town):
    outcome = remind(town)
    assert {notice.user.username for notice in outcome.sent} == {"liaison", "director"}
    assert {row.occasion for row in Reminder.objects.all()} == {"by_hand"}
    entry = TrailEntry.objects.filter(action="recordar").first()
    assert (entry.actor, entry.capacity) == (town.people["planning"], "Planeación")


def test_a_second_click_within_the_hour_sends_nothing_and_a_later_one_does(town):
    remind(town)
    again = remind(town, now=NOW + timedelta(minutes=59))
    assert not again.sent and len(again.already) == 2 and len(mail.outbox) == 2
    assert len(remind(town, now=NOW + timedelta(minutes=61)).sent) == 2


def test_who_failed_is_written_to_by_the_next_click(town, monkeypatch):
    fail_for(monkeypatch, "director@durango.example")
    assert [failure.user.username for failure in remind(town).failed] == ["director"]
    monkeypatch.undo()
    again = remind(town, now=NOW + timedelta(minutes=1))
    assert [notice.user.username for notice in again.sent] == ["director"]


@pytest.mark.parametrize("role", OTHERS)
def test_only_planning_reminds(town, role):
    with pytest.raises(NotAllowed):
        remind(town, role)
    assert not mail.outbox


def test_nothing_to_do_is_said_and_not_sent(town):
    for indicator in town.indicators:
        make_measurement(indicator, 9, 3, 4, State.SUBMITTED)
    with pytest.raises(ServiceError, match="no tiene nada pendiente en septiembre 2016"):
        remind(town)
    assert not mail.outbox


def test_a_locked_year_is_not_chased(town):
    town.year.locked = True
    town.year.save()
    with pytest.raises(MonthNotOpen):
        remind(town)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="concurrent writers are judged on PostgreSQL")
@pytest.mark.parametrize("attempt", range(3))
def test_two_clicks_at_once_send_once(attempt, town):
    barrier, outcomes = threading.Barrier(2), []

    def click() -> None:
        access, period = town.access("planning"), town.period()
        barrier.wait(20)
        outcomes.append(
            remind_department(access=access, period=period, department=town.department, base_url=SITE, now=NOW)
        )
        connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sum(len(outcome.sent) for outcome in outcomes) == 2 == Reminder.objects.count()


# --- The command -----------------------------------------------------------------------------------------------


def run(*args: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("send_reminders", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_dry_run_says_what_it_would_do_and_does_nothing(town):
    out, _ = run("--date", "2016-10-07", "--dry-run")
    assert "se enviaría · liaison <liaison@durango.example> · PRE septiembre 2016 · el día de la fecha · 3" in out
    assert "Ensayo: se escribiría a 1 persona; no se envió nada." in out
    assert not mail.outbox and not Reminder.objects.exists() and not TrailEntry.objects.filter(action="recordar")


def test_the_command_sends_once_with_the_address_of_the_site(town, settings):
    settings.PMD_SITE_URL = SITE
    out, _ = run("--date", "2016-10-07")
    assert "Se escribió a 1 persona." in out and f"{SITE}/2016/captura/PRE/9/" in mail.outbox[0].body
    assert "Se escribió a 0 personas." in run("--date", "2016-10-07")[0]


def test_days_before_is_ones_choice(town):
    assert "0 personas" in run("--date", "2016-09-30", "--dry-run")[0]
    assert "1 persona" in run("--date", "2016-09-30", "--days-before", "7", "--dry-run")[0]
    assert "0 personas" in run("--date", "2016-10-06", "--days-before", "0", "--dry-run")[0]


def test_a_failure_is_reported_with_status_1(town, monkeypatch):
    fail_for(monkeypatch, "liaison@durango.example")
    err = StringIO()
    with pytest.raises(CommandError, match="No se pudo escribir a 1 persona") as refused:
        call_command("send_reminders", "--date", "2016-10-07", stdout=StringIO(), stderr=err)
    assert refused.value.returncode == 1 and "El buzón está lleno" in err.getvalue()


@pytest.mark.parametrize(
    "args",
    [
        ("--date", "ayer"),
        ("--date", "2016-02-30"),
        ("--date", "9999-12-31"),
        ("--days-before", "-1"),
        ("--days-before", "31"),
    ],
)
def test_a_wrong_call_is_status_2(args):
    with pytest.raises(CommandError) as refused:
        run(*args)
    assert refused.value.returncode == 2
