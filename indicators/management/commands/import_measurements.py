"""``import_measurements FILE --user USERNAME``: the workbook «Capturas» from a script.

Options: ``--decimal punto|coma``, ``--validated``, ``--dry-run``.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.access import access_for
from accounts.models import User
from core import spreadsheets
from core.amounts import Style
from core.file_errors import why_not
from indicators import workbook
from indicators.models import State
from indicators.refusals import ServiceError

FILE_HAS_ERRORS, WRONG_CALL = 1, 2


class Command(BaseCommand):
    help = (
        "Importa capturas de un XLSX o CSV con los permisos de una persona. "
        "Termina con 0 si se hizo, 1 si el archivo tiene errores y 2 si la llamada está mal."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="libro XLSX o CSV")
        parser.add_argument("--user", required=True, metavar="USERNAME", help="la persona cuyos permisos se aplican")
        parser.add_argument(
            "--decimal",
            choices=[style.value for style in Style],
            help="cómo escribe el archivo los decimales; solo hace falta donde «1.234» puede ser dos números",
        )
        parser.add_argument(
            "--validated",
            action="store_true",
            help="registra como validadas las cifras de hojas anteriores; solo Planeación",
        )
        parser.add_argument("--dry-run", action="store_true", help="dice qué haría y no escribe nada")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        user = User.objects.filter(username=options["user"]).first()
        if user is None or not user.is_active:
            raise CommandError(f"No hay una persona activa con el usuario «{options['user']}».", returncode=WRONG_CALL)
        parsed = _read(options["file"], Style(options["decimal"]) if options["decimal"] else None)
        for told in parsed.unread:  # before anything is written
            self.stderr.write(spreadsheets.sentence(told))
        run = workbook.preview if options["dry_run"] else workbook.apply
        try:
            outcome = run(
                access=access_for(user, on=timezone.localdate(now)),
                parsed=parsed,
                now=now,
                record_as=State.VALIDATED if options["validated"] else State.SUBMITTED,
            )
        except ServiceError as error:
            raise CommandError(str(error), returncode=WRONG_CALL) from error
        except workbook.HasErrors as error:
            outcome = error.preview
        self._print(outcome, parsed, dry_run=options["dry_run"])

    def _print(
        self,
        outcome: workbook.Preview,
        parsed: workbook.Parsed,
        *,
        dry_run: bool,
    ) -> None:
        question = parsed.question
        for line in outcome.errors or (outcome.changes if dry_run else ()):
            self.stdout.write(str(line))
        if outcome.errors:
            message = f"No se importó nada: {outcome.summary}"
            if question:
                message += f" {question.options}"
            raise CommandError(message, returncode=FILE_HAS_ERRORS)
        for message in outcome.notes[len(parsed.unread) :]:
            self.stderr.write(message)
        self.stdout.write(outcome.summary)
        if dry_run:
            self.stdout.write("Ensayo: no se escribió nada.")


def _read(path: Path, decimal: Style | None) -> workbook.Parsed:
    try:
        with path.open("rb") as file:
            return workbook.parse(file, name=path.name, decimal=decimal)
    except OSError as error:
        raise CommandError(f"No se puede leer «{path}»: {why_not(error)}.", returncode=WRONG_CALL) from error
