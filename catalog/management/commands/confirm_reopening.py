from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog.years.reopening import reopen_year, waiting_reopening
from indicators.services import ServiceError
from programs.models import FiscalYear


class Command(BaseCommand):
    help = "Confirma, donde no hay otra persona de Planeación, que se abra de nuevo un ejercicio cerrado."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int, help="El ejercicio, por ejemplo 2015.")

    def handle(self, *args: Any, **options: Any) -> None:
        year = FiscalYear.objects.filter(year=options["year"]).first()
        if year is None:
            raise CommandError(f"No existe el ejercicio {options['year']}.")
        asked = waiting_reopening(year)
        try:
            reopen_year(access=None, fiscal_year=year, now=timezone.now())
        except ServiceError as refused:
            raise CommandError(str(refused)) from refused
        assert asked is not None
        self.stdout.write(f"El ejercicio {year.year} está abierto de nuevo. Lo pidió {asked.asked_by}: {asked.reason}")
