"""``upgrade``: a new version with its backup before and its restart last; the former one serves until then."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pmd.upgrading import DONE, Upgrade, UpgradeError


class Command(BaseCommand):
    help = (
        "Actualiza esta instalación, como root: respalda, trae el código, prepara el entorno, revisa, migra sin hacer "
        "fila delante de nadie, junta los estilos y reinicia sin perder peticiones. Si algo falla, lo anterior sigue."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to", default="", help="versión, rama o commit (origin/main); si falta, el código que ya está"
        )
        parser.add_argument("--backups", default="", help="carpeta del respaldo; si falta, PMD_BACKUP_ROOT")
        parser.add_argument("--dry-run", action="store_true", help="solo dice qué haría")
        parser.add_argument(
            "--back", action="store_true", help="deja el código que sirve, si una actualización quedó a medias"
        )

    def handle(self, *, to: str, backups: str, dry_run: bool, back: bool, **options: Any) -> None:
        if not back and not (backups or settings.PMD_BACKUP_ROOT):
            raise CommandError("Diga dónde guardar el respaldo: --backups /var/backups/pmd, o PMD_BACKUP_ROOT.")
        upgrade = Upgrade(to=to, backups=backups, say=self._say)
        if dry_run:
            for step in [*upgrade.steps(), *upgrade.restarts()]:
                self._say(f"· {step}")
            return
        try:
            upgrade.back() if back else upgrade.run()
        except UpgradeError as error:
            raise CommandError(str(error)) from error
        if not back:
            with suppress(OSError, ValueError):  # whoever began it may have lost the connection
                self._say(DONE)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
