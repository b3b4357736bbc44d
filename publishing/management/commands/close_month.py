"""``close_month``: close a month of the plan, or rectify its closing, from the terminal; prints the sha256."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.access import Action, access_for
from core.refusals import ServiceError
from indicators.models import Period
from programs.models import FiscalYear
from publishing.asked import asked_month, asked_person, asked_year
from publishing.closing.closing import ONLY_PLANNING, Draft, close_month, draft_of
from publishing.closing.what_lacks import correcting_text, counted_text, entails, summary
from publishing.document.words import month_of, months_text
from publishing.models import Closing


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
        month = asked_month(options["month"])
        fiscal_year = asked_year(options["year"])
        actor, now = asked_person(options["user"], "cierra el mes"), timezone.now()
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
