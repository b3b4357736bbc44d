"""``seal_trail``: what the worker does every few seconds, once; for a timer where there is no worker."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.seals import head, pending, seal_trail


class Command(BaseCommand):
    help = "Sella los actos de la bitácora que aún no tienen sello y dice en qué sello va la cadena."

    def handle(self, **options: Any) -> None:
        sealed = seal_trail(now=timezone.now())
        last, waiting = head(), pending()
        self.stdout.write(f"Actos sellados ahora: {sealed}.")
        self.stdout.write(
            f"La cadena tiene {last.entries} actos; su último sello es {last.sha256}."
            if last
            else "La bitácora no tiene actos todavía."
        )
        if waiting.number:
            self.stdout.write(f"Quedan {waiting.number} sin sellar: otro proceso los está sellando.")
