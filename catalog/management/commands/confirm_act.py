from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import PendingAct
from catalog.confirming.acts import confirm
from core.moments import moment_text
from core.refusals import ServiceError

_LARGEST = 2**63 - 1


class Command(BaseCommand):
    help = "Confirma, donde no hay otra persona que pueda, lo que espera a una segunda persona. Sin número, lo lista."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", type=int, nargs="?", help="El número de la lista.")
        parser.add_argument("--reason", default="", help="Por qué se confirma desde el servidor; queda en la bitácora.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] is None:
            return self._list()
        if not options["reason"].strip():
            raise CommandError("Diga por qué se confirma desde el servidor: --reason «…».")
        known = 0 < options["act"] <= _LARGEST
        act = PendingAct.objects.filter(pk=options["act"]).first() if known else None
        if act is None:
            raise CommandError(f"No hay nada con el número {options['act']}. Sin número se lista lo que espera.")
        try:
            confirm(access=None, act=act, now=timezone.now(), answer=options["reason"])
        except ServiceError as refused:
            raise CommandError(str(refused)) from refused
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        except IntegrityError as refused:
            raise CommandError("Alguien más guardó lo mismo hace un momento: revise e intente de nuevo.") from refused
        self.stdout.write(f"Hecho: {act.words}. Lo pidió {act.asked_by}.")
        return None

    def _list(self) -> None:
        rows = PendingAct.objects.waiting().select_related("asked_by")
        for act in rows:
            at = moment_text(act.asked_at)
            self.stdout.write(f"{act.pk}  {act.words}. Lo pidió {act.asked_by} el {at}. {act.reason}")
        if not rows:
            self.stdout.write("Nada espera a una segunda persona.")
