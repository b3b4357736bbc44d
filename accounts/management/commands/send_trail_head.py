"""``send_trail_head``: once a day from a timer, also on days on which nothing happened."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.trail_heads import HeadNotSent, NothingYet, send_head


class Command(BaseCommand):
    help = (
        "Envía a Contraloría, una vez al día, el último sello de la bitácora, para que quede fuera de la base de datos."
    )

    def handle(self, **options: Any) -> None:
        try:
            sent = send_head(now=timezone.now())
        except NothingYet as reason:
            # A timer that fails every morning until somebody is named is one that nobody looks at any more.
            self.stdout.write(str(reason))
            return
        except HeadNotSent as refused:
            raise CommandError(str(refused)) from refused
        said = f"{sent.head.day:%Y-%m-%d} {sent.head.entries} {sent.head.sha256}"
        if sent.mails:
            self.stdout.write(f"{said}\nCorreos a Contraloría: {sent.mails}.")
        else:
            self.stdout.write(f"{said}\nEl de hoy ya había salido: no se envió otro.")
