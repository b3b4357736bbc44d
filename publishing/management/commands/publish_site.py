"""``publish_site``: publish the closings up to one of them, from the terminal, or write the folder again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.access import access_for
from core.refusals import ServiceError
from publishing.asked import WRONG_CALL, asked_closing, asked_person
from publishing.publication.acting import publish_up_to
from publishing.publication.pages import would_be_public
from publishing.publication.writing import bring_to_decision

FAILED = 1


class Command(BaseCommand):
    help = (
        "Publica los cierres hasta el que se indica y escribe los archivos del sitio público. Con --again los escribe "
        "otra vez como se decidió: después de una falla, o de una versión nueva."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # --version is a closing's here, and not Django's.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", help="ejercicio del último cierre que se publica, por ejemplo 2016")
        parser.add_argument("--month", help="su mes, de 1 a 12")
        parser.add_argument("--version", dest="closing_version", help="su versión; sin ella, la que cuenta")
        parser.add_argument("--user", help="usuario de Planeación que publica")
        parser.add_argument("--reason", default="", help="motivo; queda en la bitácora")
        parser.add_argument("--instrument", default="", help="tipo, número y fecha del oficio o acuerdo")
        parser.add_argument("--dry-run", action="store_true", help="dice qué se publicaría; no escribe nada")
        parser.add_argument("--again", action="store_true", help="solo escribe otra vez los archivos")

    def handle(self, **options: Any) -> None:
        if not options["again"]:
            closing = asked_closing(options["year"], options["month"], options["closing_version"])
            if options["dry_run"]:
                page = would_be_public(closing)
                self.stdout.write("\n".join([page.refused] if page.refused else page.sentences))
                return
            actor, now = asked_person(options["user"], "publica"), timezone.now()
            try:
                publish_up_to(
                    access=access_for(actor, on=timezone.localdate(now)),
                    closing=closing,
                    now=now,
                    reason=options["reason"],
                    instrument=options["instrument"],
                    write=lambda: None,
                )
            except ServiceError as refusal:
                raise CommandError(str(refusal)) from refusal
        elif options["year"] or options["month"] or options["user"]:
            raise CommandError("--again no lleva cierre ni usuario: escribe lo que se decidió.", returncode=WRONG_CALL)
        written = bring_to_decision()
        if written is None:
            self.stdout.write("No hay nada publicado.")
            return
        if written.error:
            way_out = "Lo que se decidió ya quedó guardado: corríjalo y escriba los archivos con publish_site --again."
            raise CommandError(f"{written.error} {way_out}", returncode=FAILED)
        self.stdout.write(f"{written.files:,} archivos; {written.changed:,} nuevos, cambiados o quitados.")
