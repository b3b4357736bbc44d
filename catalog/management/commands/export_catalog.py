"""``export_catalog FILE --year 2016``: the catalogue of a year with the columns that the import reads."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.workbook import catalog_file
from core.file_errors import why_not
from programs.models import FiscalYear
from programs.year_words import about

WRONG_CALL = 2


class Command(BaseCommand):
    help = "Exporta el catálogo de un ejercicio a un XLSX o CSV; importarlo otra vez no cambia nada."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="el archivo que se escribe, .xlsx o .csv")
        parser.add_argument("--year", type=int, required=True, help="el ejercicio, por ejemplo 2016")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if path.suffix.lower() not in (".xlsx", ".csv"):
            raise CommandError(f"«{path.name}»: el archivo termina en .xlsx o en .csv.", returncode=WRONG_CALL)
        with about(options["year"]):
            year = FiscalYear.objects.filter(year=options["year"]).first()
            if year is None:
                raise CommandError(f"No existe el ejercicio {options['year']}.", returncode=WRONG_CALL)
            data = catalog_file.bytes_of(year, csv=path.suffix.lower() == ".csv")
        try:
            path.write_bytes(data)
        except OSError as error:
            raise CommandError(f"No se puede escribir «{path}»: {why_not(error)}.", returncode=WRONG_CALL) from error
        self.stdout.write(f"Se exportó el catálogo {year} a «{path}».")
