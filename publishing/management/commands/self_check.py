"""``self_check``: everything that is kept is looked at again; exit status 1 when something does not hold."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.asked import read_whole
from core.seals import HeadFileError, KeptHead, read_heads
from programs.models import FiscalYear
from publishing.checking.findings import Part
from publishing.checking.running import check_and_keep, check_everything

HAS_FAULTS, WRONG_CALL = 1, 2


class Command(BaseCommand):
    help = (
        "Comprueba cierres, bitácora, acuses y constancias, capturas, archivos y reglas de la base de datos; "
        "nombra lo que no se sostiene y sale con 1 si hay algo."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", help="compara solo las capturas y las diferencias de ese ejercicio")
        parser.add_argument("--head", metavar="ARCHIVO", help="compara además con las cabezas guardadas fuera")
        parser.add_argument("--enqueue", action="store_true", help="lo encarga al servicio db_worker y termina")

    def handle(self, **options: Any) -> None:
        year, heads = _year(options["year"]), _heads(options["head"])
        if options["enqueue"]:
            if year is not None or heads:
                raise CommandError("--enqueue comprueba todo: no lleva --year ni --head.", returncode=WRONG_CALL)
            check_everything.enqueue()
            self.stdout.write("La comprobación quedó encargada.")
            return
        kept, outcome = check_and_keep(now=timezone.now(), year=year, heads=heads)
        for finding in outcome.findings:
            self.stdout.write(f"NO SE SOSTIENE · {finding.part.label} · {finding.sentence}")
        for one in outcome.differences:
            self.stdout.write(f"difiere · {one.sentence}")
        looked = "; ".join(f"{part.label.lower()} {outcome.counts[part]:,}" for part in Part if part in outcome.counts)
        self.stdout.write(f"Revisado: {looked}.")
        if kept.failures:
            self.stdout.write(f"{kept.failures:,} cosas no se sostienen: avise a Contraloría.")
            sys.exit(HAS_FAULTS)
        self.stdout.write("Todo se sostiene.")


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    found = read_whole(text.strip(), digits=4)
    if found is None or not FiscalYear.objects.filter(year=found).exists():
        raise CommandError(f"No existe el ejercicio «{text}».", returncode=WRONG_CALL)
    return found


def _heads(path: str | None) -> list[KeptHead]:
    if path is None:
        return []
    try:
        return read_heads(Path(path).read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"No se puede leer {path}: indique un archivo de texto.", returncode=WRONG_CALL) from error
    except HeadFileError as error:
        raise CommandError(str(error), returncode=WRONG_CALL) from error
