"""``draft_catalog PAT.pdf LIBRO.xlsx``: the official document as a draft of the catalogue's workbook."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.official_document.draft import draft_of, write_draft
from catalog.official_document.lines import DocumentError
from catalog.official_document.reading import MAX_BYTES, read_document
from core.file_errors import why_not

NOT_READ, WRONG_CALL = 1, 2


class Command(BaseCommand):
    help = "Lee el Programa Anual de Trabajo (PDF o TXT) y escribe un borrador del libro del catálogo. No importa nada."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="PAT", help="el documento, un PDF con texto o un TXT")
        parser.add_argument("workbook", metavar="LIBRO", help="el libro que se escribe, .xlsx")
        parser.add_argument("--year", type=int, help="el ejercicio, si el documento no lo dice")

    def handle(self, *args: Any, **options: Any) -> None:
        path, target = Path(options["file"]), Path(options["workbook"])
        if target.suffix.lower() != ".xlsx":
            raise CommandError(f"«{target.name}»: el libro termina en .xlsx.", returncode=WRONG_CALL)
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"No se puede leer «{path}»: {why_not(error)}.", returncode=WRONG_CALL) from error
        try:
            draft = draft_of(read_document(data), year=options["year"])
        except DocumentError as refused:
            raise CommandError(f"«{path.name}»: {refused.message}", returncode=NOT_READ) from refused
        try:
            with target.open("wb") as book:
                write_draft(draft, book)
        except OSError as error:
            raise CommandError(f"No se puede escribir «{target}»: {why_not(error)}.", returncode=WRONG_CALL) from error
        self.stdout.write(f"Se escribió «{target}»: {draft.summary}.")
        for note in draft.notes:
            self.stderr.write(note)
        self.stdout.write(
            "Revise las celdas amarillas y la columna «Dudas»; después importe el libro (import_catalog)."
        )
