"""``send_reminders [--days-before N] [--dry-run] [--date YYYY-MM-DD]``: the reminders of one day, for cron."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.mailing import take_up_forgotten
from core import last_runs
from core.dates import LIVING, read_day
from indicators.cover.words import line_of
from indicators.models import Reminder
from indicators.reminders import notices as pending
from indicators.reminders.cover import CoverLetter, cover_letters, send_cover_letters
from indicators.reminders.notices import Notice, Plan
from indicators.reminders.sending import send_reminders

SOME_FAILED, WRONG_CALL = 1, 2
MOST_DAYS = 30


class Command(BaseCommand):
    help = (
        "Envía por correo lo que falta: a los enlaces antes, el día y después de su fecha; a los directores lo que "
        "espera validación y a Planeación lo que ya venció; a Planeación y a quien permanece, qué dependencia se queda "
        "sin enlace o titular, desde quince días antes. Cada aviso sale una sola vez. "
        "Termina con 0 si todo salió, 1 si algún correo falló y 2 si la llamada está mal."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        # As text: argparse would answer a wrong value in English.
        parser.add_argument("--days-before", default="3", metavar="N", help="días antes de la fecha (3)")
        parser.add_argument("--date", default="", metavar="AAAA-MM-DD", help="el día de que se trata (hoy)")
        parser.add_argument("--dry-run", action="store_true", help="dice qué enviaría; no envía ni escribe nada")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        on = _day(options["date"]) or timezone.localdate(now)
        plan = pending.by_calendar(on=on, days_before=_days(options["days_before"]))
        letters = cover_letters(on=on)
        if options["dry_run"]:
            self._print_plan(plan, letters, on)
        else:
            self._send(plan, letters, on, now)

    def _print_plan(self, plan: Plan, letters: list[CoverLetter], on: date) -> None:
        self._print(plan.notices, "se enviaría")
        self._print_letters(letters, "se enviaría", on)
        self._print_unreachable(plan.unreachable)
        people = len({notice.user.pk for notice in (*plan.notices, *letters)})
        self.stdout.write(f"Ensayo: se escribiría a {_people(people)}; no se envió nada.")

    def _send(self, plan: Plan, letters: list[CoverLetter], on: date, now: Any) -> None:
        outcome = send_reminders(plan=plan, base_url=settings.PMD_SITE_URL, now=now, on=on)
        cover = send_cover_letters(letters=letters, base_url=settings.PMD_SITE_URL, now=now, on=on)
        take_up_forgotten(now)
        last_runs.note(last_runs.REMINDERS, now)
        self._print(outcome.sent, "enviado")
        self._print(outcome.under_way, "en camino")
        self._print(outcome.already, "ya se había enviado")
        self._print_letters(cover.written, "escrito", on)
        self._print_letters(cover.already, "ya se había enviado", on)
        self._print_unreachable(outcome.unreachable)
        failed = outcome.failed + cover.failed
        for failure in failed:
            self.stderr.write(f"no salió · {failure.user} <{failure.user.email}> · {failure.reason}")
        written = [*outcome.sent, *outcome.under_way, *cover.written]
        self.stdout.write(f"Se escribió a {_people(len({notice.user.pk for notice in written}))}.")
        if failed:
            people = len({failure.user.pk for failure in failed})
            raise CommandError(
                f"No se pudo escribir a {_people(people)}; se intentará en la próxima corrida.",
                returncode=SOME_FAILED,
            )

    def _print(self, notices: list[Notice], word: str) -> None:
        for notice in notices:
            occasion = Reminder.Occasion(notice.occasion).label
            self.stdout.write(
                f"{word} · {notice.user} <{notice.user.email}> · {notice.department.prefix} {notice.period} · "
                f"{occasion} · {len(notice.lines)} · {notice.deadline:%d/%m/%Y}"
            )

    def _print_letters(self, letters: list[CoverLetter], word: str, on: date) -> None:
        for letter in letters:
            for one in letter.missing:
                self.stdout.write(f"{word} · {letter.user} <{letter.user.email}> · {line_of(one, on=on).text}")

    def _print_unreachable(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self.stderr.write(sentence)


def _people(number: int) -> str:
    return "1 persona" if number == 1 else f"{number} personas"


def _day(text: str) -> date | None:
    if not text:
        return None
    day = read_day(text)
    if day is None:
        raise CommandError(
            f"--date vale «{text}» y debe ser una fecha AAAA-MM-DD de {LIVING.first.year} a {LIVING.last.year}.",
            returncode=WRONG_CALL,
        )
    return day


def _days(text: Any) -> int:
    given = str(text).strip()
    if not (given.isascii() and given.isdigit()) or int(given) > MOST_DAYS:
        raise CommandError(
            f"--days-before vale «{given}» y debe ser un número de 0 a {MOST_DAYS}.", returncode=WRONG_CALL
        )
    return int(given)
