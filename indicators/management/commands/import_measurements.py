"""``import_measurements FILE… --user USERNAME``: captures from workbooks, from a script.

The workbook «Capturas», one row an indicator and month; or a year as it was kept, one row an indicator (``--year``).
Options: ``--decimal punto|coma``, ``--no-data``, ``--off-months modo|suma|ultimo``, ``--validated``, ``--dry-run``.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.access import access_for
from accounts.models import User
from core import spreadsheets
from core.amounts import Style
from core.file_errors import why_not
from indicators import migrated, workbook
from indicators.migrated import Answers, OffMonths, Side
from indicators.models import State
from indicators.refusals import ServiceError

FILE_HAS_ERRORS, WRONG_CALL = 1, 2


class Command(BaseCommand):
    help = (
        "Importa capturas de libros XLSX, ODS o CSV con los permisos de una persona: un renglón por indicador y mes, o "
        "un renglón por indicador con el numerador y el denominador de cada mes en columnas. "
        "Termina con 0 si se hizo, 1 si el archivo tiene errores y 2 si la llamada está mal."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", metavar="FILE", type=Path, nargs="+", help="libro XLSX, ODS o CSV")
        parser.add_argument("--user", required=True, metavar="USERNAME", help="la persona cuyos permisos se aplican")
        parser.add_argument("--year", type=int, help="el ejercicio de las cifras, donde el archivo no lo dice")
        parser.add_argument(
            "--decimal",
            choices=[style.value for style in Style],
            help="cómo escribe el archivo los decimales; solo hace falta donde «1.234» puede ser dos números",
        )
        parser.add_argument(
            "--no-data", action="store_true", help="«N/A», «s/d» y «-» quieren decir que no hay captura"
        )
        parser.add_argument(
            "--off-months",
            choices=[way.value for way in OffMonths],
            help="qué queda de los meses que la frecuencia de un indicador no pide: según su modo de acumulación, la "
            "suma o el último mes con cifras",
        )
        parser.add_argument(
            "--first",
            choices=[Side.NUMERATOR.value, Side.DENOMINATOR.value],
            help="de qué lado es el primero de dos renglones o de dos hojas, donde nada lo dice",
        )
        parser.add_argument(
            "--leave-outside",
            action="store_true",
            help="deja fuera las cifras de meses en que su indicador no había empezado o ya se había retirado",
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
        found = _read(options)
        settled = migrated.settle(found) if isinstance(found, migrated.Read) else None
        parsed = settled.parsed if settled is not None else found
        told = found.notes if isinstance(found, migrated.Read) else list(map(spreadsheets.sentence, found.unread))
        for note in told:  # before anything is written
            self.stderr.write(note)
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
        self._print(outcome, parsed, settled, dry_run=options["dry_run"])

    def _print(
        self,
        outcome: workbook.Preview,
        parsed: workbook.Parsed,
        settled: migrated.Settled | None,
        *,
        dry_run: bool,
    ) -> None:
        for line in outcome.errors or (outcome.changes if dry_run else ()):
            self.stdout.write(str(line))
        if outcome.errors:
            ways = " ".join(_ways_out(parsed, settled))
            raise CommandError(f"No se importó nada: {outcome.summary} {ways}".strip(), returncode=FILE_HAS_ERRORS)
        for message in [*outcome.notes[len(parsed.unread) :], *outcome.sentences_of_migration]:
            self.stderr.write(message)
        self.stdout.write(outcome.summary)
        if dry_run:
            self.stdout.write("Ensayo: no se escribió nada.")


def _ways_out(parsed: workbook.Parsed, settled: migrated.Settled | None) -> list[str]:
    """The options that answer what the files leave open."""
    question = settled.read.decimal_question if settled is not None else parsed.question
    ways = [question.options] if question is not None else []
    if settled is not None and settled.read.no_data and not settled.read.answers.no_data:
        ways.append("Si «N/A», «s/d» y «-» quieren decir que no hay captura, repita con --no-data.")
    if settled is not None and settled.offers and settled.read.answers.off_months is None:
        ways.append("Repita con --off-months modo (según cada indicador), suma o ultimo.")
    if settled is not None and settled.read.sides is not None and settled.read.answers.first is None:
        ways.append("Si el primero de los dos es el numerador repita con --first numerador; si no, denominador.")
    if settled is not None and settled.outside and not settled.read.answers.leave_outside:
        ways.append("Para dejar fuera los meses en que un indicador no se pedía, repita con --leave-outside.")
    return ways


def _read(options: dict[str, Any]) -> workbook.Parsed | migrated.Read:
    """The columns of «Capturas» as every import of captures reads them; whatever else, and any migration, by layout."""
    decimal = Style(options["decimal"]) if options["decimal"] else None
    files = [(path.name, _content(path)) for path in options["files"]]
    answers = Answers(
        decimal=decimal,
        no_data=options["no_data"],
        off_months=OffMonths(options["off_months"]) if options["off_months"] else None,
        first=Side(options["first"]) if options["first"] else None,
        leave_outside=options["leave_outside"],
    )
    if len(files) == 1:
        parsed = workbook.parse(BytesIO(files[0][1]), name=files[0][0], decimal=decimal)
        if parsed.positions and not options["validated"]:
            return parsed
        found = migrated.read(files, year=options["year"], answers=answers)
        return found if any(sheet.layout is not None for sheet in found.sheets) else parsed
    return migrated.read(files, year=options["year"], answers=answers)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(spreadsheets.reading.MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"No se puede leer «{path}»: {why_not(error)}.", returncode=WRONG_CALL) from error
