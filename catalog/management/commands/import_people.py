"""``import_people FILE``: letting people in from a workbook, through the same code as the screen."""

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils import timezone

from accounts.access import Access, Action, access_for
from accounts.enrolling import Enrolled, EnrolmentRefused, enroll, said_lines, words_of
from accounts.enrolment import Enrolment, compare
from accounts.models import PendingAct, Role
from catalog.people.book.columns import ROLE_WORDS
from catalog.people.book.reading import MAX_BYTES, PeopleFile, read_people
from catalog.people.book.writing import write_errors
from core.file_errors import why_not
from core.spreadsheets import AmbiguousSheetError
from core.text import fold
from indicators.services import ServiceError

HAS_ERRORS, WRONG_CALL = 1, 2
NO_ROLE = "ninguna"


class Command(BaseCommand):
    help = (
        "Da de alta a las personas de un XLSX, ODS o CSV y registra sus nombramientos: todo o nada. Nunca quita nada."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="el XLSX, ODS o CSV de las personas")
        parser.add_argument("--user", required=True, metavar="USERNAME", help="quién de Planeación lo hace")
        parser.add_argument("--dry-run", action="store_true", help="dice lo que haría y no guarda nada")
        parser.add_argument("--sheet", help="la hoja que se lee, cuando el libro tiene varias")
        parser.add_argument("--errors", metavar="FILE", help="escribe aquí el libro con su columna Errores")
        parser.add_argument(
            "--role",
            action="append",
            default=[],
            metavar="TEXTO=ROL",
            help="qué rol es un puesto del archivo: «Jefe de área=Enlace», o «…=ninguna»; se puede repetir",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        access, answers = self._access(options["user"]), self._answers(options["role"])
        read = self._read(Path(options["file"]), options["sheet"], answers)
        for note in read.notes:
            self.stderr.write(note)
        found = compare(access=access, wanted=read.wanted, today=timezone.localdate())
        if read.errors or found.refusals:
            self._refuse(read, found, options["errors"])
        if options["dry_run"] or not found.changing:
            self._tell(f"Se haría: {words_of(found, read.source)}", found)
            return
        self._enroll(access, read, found)

    def _access(self, username: str) -> Access:
        person = get_user_model().objects.filter(username=username, is_active=True).first()
        if person is None:
            raise CommandError(f"No existe el usuario «{username}».", returncode=WRONG_CALL)
        access = access_for(person, on=timezone.localdate())
        if not access.allows(Action.MANAGE_CATALOG):
            raise CommandError(f"«{username}» no es de Planeación: no da de alta a nadie.", returncode=WRONG_CALL)
        return access

    def _answers(self, given: list[str]) -> dict[str, str]:
        answers = {}
        for one in given:
            text, sign, role = one.rpartition("=")
            known = ROLE_WORDS.get(fold(role))
            if not sign or not text.strip() or (known is None and fold(role) != NO_ROLE):
                labels = ", ".join([*(str(role.label) for role in Role), NO_ROLE])
                raise CommandError(
                    f"--role: «{one}» no es TEXTO=ROL, con uno de estos roles: {labels}.", returncode=WRONG_CALL
                )
            answers[fold(text)] = known.value if known else ""
        return answers

    def _read(self, path: Path, sheet: str | None, answers: Mapping[str, str]) -> PeopleFile:
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)  # one more than is read: the reader says that it is too large
        except OSError as error:
            raise CommandError(f"No se puede leer «{path}»: {why_not(error)}.", returncode=WRONG_CALL) from error
        try:
            return read_people(data, name=path.name, sheet=sheet, answers=answers)
        except AmbiguousSheetError as error:
            raise CommandError(f"{error.message} Use --sheet.", returncode=WRONG_CALL) from error

    def _refuse(self, read: PeopleFile, found: Enrolment, errors_path: str | None) -> None:
        errors = read.row_errors(found.refusals)
        for error in errors:
            self.stdout.write(str(error))
        if errors_path and read.table is not None:
            try:
                with Path(errors_path).open("wb") as file:
                    write_errors(read, errors, file)
            except OSError as error:
                raise CommandError(
                    f"No se puede escribir «{errors_path}»: {why_not(error)}.", returncode=WRONG_CALL
                ) from error
        if read.asked:
            self.stderr.write("Si esos puestos son un rol, use --role «TEXTO=ROL».")
        self.stderr.write(f"No se guardó nada: {len(errors)} {'error' if len(errors) == 1 else 'errores'}.")
        sys.exit(HAS_ERRORS)

    def _enroll(self, access: Access, read: PeopleFile, found: Enrolment) -> None:
        try:
            done = enroll(
                access=access,
                wanted=read.wanted,
                source=read.source,
                seen=found.fingerprint,
                base_url=settings.PMD_SITE_URL,
                now=timezone.now(),
            )
        except EnrolmentRefused as refused:
            self._refuse(read, refused.enrolment, None)
        except ServiceError as refused:
            raise CommandError(str(refused), returncode=HAS_ERRORS) from refused
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages), returncode=HAS_ERRORS) from refused
        except IntegrityError as refused:
            raise CommandError(
                "Alguien más guardó lo mismo hace un momento: inténtelo de nuevo.", returncode=HAS_ERRORS
            ) from refused
        else:
            self._told(done, read, found)

    def _told(self, done: Enrolled | PendingAct, read: PeopleFile, found: Enrolment) -> None:
        if isinstance(done, PendingAct):
            self.stdout.write(
                f"Todavía no se hace: espera a que otra persona lo confirme en «Por confirmar» ({done.words}). Si no "
                f"hay nadie más: manage.py confirm_act {done.pk} --reason «…»."
            )
            return
        self._tell(f"Hecho: {words_of(found, read.source)}", found)

    def _tell(self, words: str, found: Enrolment) -> None:
        if not found.changing:
            self.stdout.write("Sin cambios: todas las personas y sus funciones ya están.")
            return
        self.stdout.write(f"{words}.")
        for line in said_lines(found.changing):
            self.stdout.write(f"  {line}")
