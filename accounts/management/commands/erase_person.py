"""``erase_person``: for an administrator of the server, as the owner of the database; there is no way back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from django.utils import timezone

from accounts.erasing import erase_person
from accounts.models import User
from core.owner import connected_as_owner
from core.refusals import ServiceError

NOT_THE_OWNER = (
    "La base de datos no deja cambiar la bitácora a esta cuenta: ejecute la orden con la dueña de las tablas, la de "
    "migrate. No se suprimió nada."
)


class Command(BaseCommand):
    help = "Suprime para siempre los datos personales de una cuenta dada de baja; los sellos de la bitácora no cambian."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="El usuario de la persona.")
        parser.add_argument("--reason", default="", help="Por qué; queda en la bitácora, sin nombrar a la persona.")
        parser.add_argument("--instrument", default="", help="La resolución u oficio que lo ordena.")

    def handle(self, *, username: str, reason: str, instrument: str, **options: Any) -> None:
        with connected_as_owner():
            self._erase(username, reason, instrument)

    def _erase(self, username: str, reason: str, instrument: str) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"No hay ninguna cuenta con el usuario «{username}».")
        try:
            entries = erase_person(person=person, reason=reason, instrument=instrument, now=timezone.now())
        except ServiceError as refused:
            raise CommandError(str(refused)) from refused
        except ProgrammingError as refused:
            raise CommandError(NOT_THE_OWNER) from refused
        self.stdout.write(
            f"Suprimido. La cuenta es ahora «{person.username}»; actos de la bitácora sin sus datos: {entries}."
        )
