"""``doctor``: what of this installation is not as it should be; exit status 1 where something has to be done."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from pmd.installation import findings


class Command(BaseCommand):
    computes_no_day = True
    help = "Dice qué de esta instalación no está como debe y cómo se corrige; termina con 1 si hay algo que corregir."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        found = list(findings(timezone.now()))
        for one in found:
            self.stdout.write(f"{'FALTA' if one.grave else 'Aviso'}  {one.sentence}")
        grave = sum(one.grave for one in found)
        if grave:
            self.stdout.write(f"\n{grave} por corregir.")
            raise SystemExit(1)
        self.stdout.write("Todo está como debe." if not found else "\nNada por corregir.")
