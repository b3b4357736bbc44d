"""``doctor``: what of this installation is not as it should be; exit status 1 where something has to be done."""

from argparse import ArgumentTypeError
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from pmd.installation import findings
from pmd.installation.reached import send_mail
from pmd.waits import waits_cut_short


def address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise ArgumentTypeError(f"«{text}» no es un correo.") from None
    return text


class Command(BaseCommand):
    computes_no_day = True
    help = "Dice qué de esta instalación no está como debe y cómo se corrige; termina con 1 si hay algo que corregir."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mail", type=address, metavar="CORREO", help="envía además un correo de prueba")

    def handle(self, *, mail: str | None, **options: Any) -> None:
        now = timezone.now()
        with waits_cut_short():  # a table that somebody holds, a database that stands still
            found = list(findings(now))
        if mail:
            not_sent = list(send_mail(mail, now))
            found += [one for one in not_sent if one not in found]
            if not not_sent:
                self.stdout.write(f"Se entregó un correo para {mail} al servidor de correo: vea si llega.")
        for one in found:
            self.stdout.write(f"{'FALTA' if one.grave else 'Aviso'}  {one}")
        grave = sum(one.grave for one in found)
        if grave:
            self.stdout.write(f"\n{grave} por corregir.")
            raise SystemExit(1)
        if found:
            self.stdout.write("\nNada por corregir.")
        elif self.stdout.isatty():  # a timer, a script: silent where there is nothing to do
            self.stdout.write("Todo está como debe.")
