"""``export_publication DIRECTORY``: everything that is published, as files that hold without the system."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from core.refusals import ServiceError
from publishing.export.chain import kept_chain
from publishing.export.folder import CannotPublish
from publishing.export.publication import publish

WRONG_CALL = 2


class Command(BaseCommand):
    help = "Escribe los cierres en una carpeta que cualquiera comprueba con verificar.py; solo cambia lo que es nuevo."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIRECTORY", help="la carpeta; vacía, o la de la vez anterior")

    def handle(self, **options: Any) -> None:
        root = Path(options["directory"])
        chain = kept_chain()
        try:
            with tqdm(total=len(chain), unit=" cierres", disable=None, file=self.stderr) as bar:
                written = publish(root, chain, address=settings.PMD_PUBLIC_URL, advance=bar.update)
        except CannotPublish as refusal:
            raise CommandError(str(refusal), returncode=WRONG_CALL) from refusal
        except ServiceError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{len(chain):,} cierres en «{root}»: {written.new:,} archivos nuevos, {written.changed:,} cambiados, "
            f"{written.gone:,} quitados y {written.same:,} como estaban."
        )
