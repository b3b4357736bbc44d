"""``check_files``: every file that the product keeps, against the rows that name it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from catalog import stored_files
from catalog.stored_files import Found

HAS_FAULTS = 1


class Command(BaseCommand):
    help = (
        "Revisa los archivos guardados: dice cuáles faltan, cuáles se alteraron y cuáles no son de nadie "
        "(sale con 1 si hay alguno). Con --sweep borra los que no son de nadie desde hace más de un día."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--sweep", action="store_true", help="borra los que no son de nadie desde hace más de un día"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = stored_files.check(timezone.now())
        self._list("falta", found.missing)
        self._list("alterado", found.altered)
        self._list("sin dueño", found.orphans)
        swept = stored_files.sweep(found.orphans) if options["sweep"] else 0
        orphans = f"{len(found.orphans):,} sin dueño"
        parts = [
            f"{found.checked:,} archivos revisados",
            f"{len(found.missing):,} faltan",
            f"{len(found.altered):,} alterados",
            f"{orphans}, {swept:,} borrados" if swept else orphans,
        ]
        self.stdout.write(f"{'; '.join(parts)}.")
        if found.missing or found.altered:
            self.stdout.write("Repóngalos en la página de su archivo con el original, o desde el respaldo.")
        if found.missing or found.altered or len(found.orphans) > swept:
            sys.exit(HAS_FAULTS)

    def _list(self, word: str, files: list[Found]) -> None:
        for file in files:
            self.stdout.write(f"{word} · {file.what} · {file.name}")
