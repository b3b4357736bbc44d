"""``close_month``: close a month of the plan, or rectify its closing, from the terminal; prints the sha256."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.access import Action, access_for
from accounts.models import User
from core.asked import read_whole
from core.refusals import ServiceError
from indicators import calculations
from indicators.models import Period
from programs.models import FiscalYear
from publishing.closing.closing import ONLY_PLANNING, Draft, close_month, draft_of
from publishing.closing.what_lacks import correcting_text, counted_text, entails, summary
from publishing.closing.words import month_of, months_text
from publishing.models import Closing

WRONG_CALL = 2


class Command(BaseCommand):
    help = "Cierra un mes de todo el plan e imprime la huella SHA-256 de su documento; otro cierre lo rectifica."

    def add_arguments(self, parser: CommandParser) -> None:
        # Values are checked in handle: a wrong one is answered in Spanish, with the same exit status as argparse's 2.
        parser.add_argument("--year", help="ejercicio, por ejemplo 2016")
        parser.add_argument("--month", help="mes, de 1 a 12")
        parser.add_argument("--user", help="usuario de Planeación que lo cierra")
        parser.add_argument("--reason", default="", help="motivo; una rectificación lo exige")
        parser.add_argument("--instrument", default="", help="tipo, número y fecha del oficio o acta")
        parser.add_argument("--dry-run", action="store_true", help="dice qué falta y la huella; no escribe nada")

    def handle(self, **options: Any) -> None:
        month = _number(options["month"], "--month", "un mes de 1 a 12")
        if month not in calculations.MONTHS:
            raise _wrong_call(f"El mes {month} no existe: va de 1 (enero) a 12 (diciembre).")
        fiscal_year = _fiscal_year(_number(options["year"], "--year", "un ejercicio, por ejemplo 2016"))
        actor, now = _person(options["user"]), timezone.now()
        given = {"reason": options["reason"], "instrument": options["instrument"]}
        try:
            if options["dry_run"]:
                access = access_for(actor, on=timezone.localdate(now))
                access.require(Action.CLOSE_MONTHS, ONLY_PLANNING)
                draft = draft_of(fiscal_year=fiscal_year, month=month, now=now, **given)
                self._tell(draft, fiscal_year, month)
                self.stdout.write(draft.sha256)
            else:
                closing = close_month(fiscal_year=fiscal_year, month=month, actor=actor, now=now, **given)
                self.stdout.write(closing.sha256)
        except ServiceError as refusal:
            raise CommandError(str(refusal)) from refusal

    def _tell(self, draft: Draft, fiscal_year: FiscalYear, month: int) -> None:
        """To the error stream, so that what is printed is the fingerprint and nothing else."""
        period = Period.objects.select_related("fiscal_year").get(fiscal_year=fiscal_year, month=month)
        closings = Closing.objects.without_documents()
        version = draft.document["version"]
        lines = [f"{month_of(fiscal_year.year, month).capitalize()}, versión {version}: no se escribió nada."]
        lines += entails(period, on=timezone.localdate(), closings=closings)
        lacks = draft.lacks
        lines.append(summary(lacks, month) or "No falta ninguna cifra.")
        lines += filter(None, (correcting_text(lacks), counted_text(draft.document, lacks)))
        lines += [
            f"  {row.prefix} {row.name}: faltan {row.figures:,}, de ellas esperan revisión {row.waiting:,}, observadas "
            f"{row.returned:,}, sin enviar {row.unsent:,}"
            for row in lacks.departments
        ]
        if lacks.open_months:
            lines.append(f"Siguen abiertos: {months_text(lacks.open_months)}.")
        if lacks.unclosed_months:
            lines.append(f"No tienen cierre: {months_text(lacks.unclosed_months)}.")
        self.stderr.write("\n".join(lines))


def _wrong_call(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=WRONG_CALL)


def _number(value: Any, option: str, what: str) -> int:
    text = "" if value is None else str(value).strip()
    if not text:
        raise _wrong_call(f"Falta {option}: indique {what}.")
    found = read_whole(text, digits=4)
    if found is None:
        raise _wrong_call(f"«{text}» no es {what} ({option}).")
    return found


def _fiscal_year(year: int) -> FiscalYear:
    found = FiscalYear.objects.filter(year=year).first()
    if found is None:
        existing = ", ".join(map(str, FiscalYear.objects.order_by("year").values_list("year", flat=True)))
        raise _wrong_call(f"No existe el ejercicio {year}. Ejercicios que existen: {existing or 'ninguno'}.")
    return found


def _person(username: Any) -> User:
    text = str(username or "").strip()
    if not text:
        raise _wrong_call("Falta --user: indique el usuario de Planeación que cierra el mes.")
    found = User.objects.filter(username=text).first()
    if found is None:
        raise _wrong_call(f"No existe el usuario «{text}».")
    return found
