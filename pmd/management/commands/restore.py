"""``restore``: an archive of ``backup`` into an empty place, and whether it came out as it went in."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.owner import told_who_may
from pmd.backups import restoring
from pmd.backups.encryption import identities
from pmd.backups.refusals import BackupError
from pmd.backups.restoring import Compared, Restored


class Command(BaseCommand):
    help = (
        "Restaura un respaldo en una base de datos y una carpeta de archivos vacías, como dueño de la base, y compara "
        "tabla por tabla y archivo por archivo (sale con 1 si algo no es igual). Si se interrumpe, se corre otra vez."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path, help="el archivo pmd-….tar o pmd-….tar.age")
        parser.add_argument("--identity", type=Path, metavar="LLAVE", help="la llave privada, si está cifrado")

    def handle(self, *, archive: Path, identity: Path | None, **options: Any) -> None:
        try:
            with told_who_may():
                restored = restoring.restore(archive, identities(identity))
        except BackupError as error:
            raise CommandError(str(error)) from error
        self._tell(restored)
        if not restored.equal:
            raise SystemExit(1)

    def _tell(self, restored: Restored) -> None:
        self.stdout.write(f"Respaldo del {restored.manifest['made_at']}, versión {restored.manifest['version']}.\n")
        width = max(len(one.name) for one in [*restored.tables, restored.files])
        self.stdout.write(f"{'':{width}}  {'respaldo':>10}  {'aquí':>10}")
        for one in [*restored.tables, restored.files]:
            self.stdout.write(_line(one, width))
        for sentence in restored.altered:
            self.stdout.write(f"DISTINTO  {sentence}")
        rows = sum(table.restored for table in restored.tables)
        if not restored.equal:
            self.stdout.write("\nLo restaurado NO es igual al respaldo: no lo ponga a trabajar.")
            return
        self.stdout.write(
            f"\nIgual, renglón por renglón y archivo por archivo: {len(restored.tables)} tablas, {rows:,} renglones, "
            f"{restored.files.restored:,} archivos."
        )
        if left_out := restored.manifest["left_out"]:
            self.stdout.write(f"No venía en el respaldo y hay que ponerlo en los ajustes: {', '.join(left_out)}.")
        if restored.older:
            self.stdout.write(
                f"El respaldo es de una versión anterior; faltan {len(restored.older)} migraciones: corra manage.py "
                "migrate, que también da los permisos."
            )


def _line(one: Compared, width: int) -> str:
    return f"{one.name:{width}}  {one.archived:>10,}  {one.restored:>10,}  {'igual' if one.equal else 'DISTINTO'}"
