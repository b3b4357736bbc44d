"""``unpublish_site``: ask that the public site be taken down, or confirm it, from the terminal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.access import access_for
from core.refusals import ServiceError
from publishing.asked import WRONG_CALL, asked_person
from publishing.publication.acting import ask_taking_down, take_down
from publishing.publication.writing import bring_to_decision


class Command(BaseCommand):
    help = (
        "Pide retirar el sitio público (--user y --reason) o lo confirma otra persona (--confirm --user). Sin --user "
        "lo confirma quien administra el servidor, donde no hay otra persona que pueda."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", help="usuario de Planeación que lo pide o lo confirma")
        parser.add_argument("--reason", default="", help="por qué se retira")
        parser.add_argument("--confirm", action="store_true", help="confirma lo que otra persona pidió")

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        access = None
        if options["user"] or not options["confirm"]:
            access = access_for(asked_person(options["user"], "lo pide"), on=timezone.localdate(now))
        if options["confirm"] and options["reason"]:
            raise CommandError("El motivo es de quien lo pide: --confirm no lo lleva.", returncode=WRONG_CALL)
        try:
            if not options["confirm"]:
                assert access is not None
                ask_taking_down(access=access, reason=options["reason"], now=now)
                self.stdout.write("Se pidió: falta que otra persona lo confirme (unpublish_site --confirm).")
                return
            take_down(access=access, now=now)
        except ServiceError as refusal:
            raise CommandError(str(refusal)) from refusal
        written = bring_to_decision()
        if written is not None and written.error:
            raise CommandError(written.error)
        self.stdout.write("El sitio público se retiró.")
