"""``backup``: everything in one archive, as the service, every night."""

import os
import time
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from indicators.evidence.pages import size_text
from pmd.backups import last, making, restoring, retention
from pmd.backups.encryption import identities, new_key, recipients
from pmd.backups.refusals import BackupError


def positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10_000):
        raise ArgumentTypeError(f"«{text}» no es un número de días, de 1 a 9999.")
    return int(text)


class Command(BaseCommand):
    help = (
        "Respalda la base de datos, los archivos y los ajustes (sin secretos) en un solo archivo con fecha, lo lee de "
        "vuelta y lo comprueba. Se corre con la cuenta del servicio, cada noche."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", nargs="?", default="", help="la carpeta; si falta, PMD_BACKUP_ROOT")
        parser.add_argument("--keep", type=positive, help="borra después los respaldos de hace más días que estos")
        parser.add_argument(
            "--encrypt-to", action="append", default=[], metavar="LLAVE",
            help="llave pública (age1… o de OpenSSH) para la que se cifra; si falta, PMD_BACKUP_KEY",
        )  # fmt: skip
        parser.add_argument("--verify", type=Path, metavar="ARCHIVO", help="solo lee un respaldo y dice si está entero")
        parser.add_argument(
            "--identity", type=Path, metavar="LLAVE", help="llave privada, para --verify de uno cifrado"
        )
        parser.add_argument("--new-key", type=Path, metavar="ARCHIVO", help="solo hace una llave y dice la pública")

    def handle(self, *, verify: Path | None, new_key: Path | None, **options: Any) -> None:
        try:
            if new_key:
                self._make_key(new_key)
            elif verify:
                self._verify(verify, options["identity"])
            else:
                self._back_up(options["directory"], options["encrypt_to"] or settings.PMD_BACKUP_KEY, options["keep"])
        except BackupError as error:
            raise CommandError(str(error)) from error

    def _back_up(self, directory: str, to: list[str], keep: int | None) -> None:
        began, clock = timezone.localtime(), time.monotonic()
        try:
            folder = making.folder_for(directory)
            made = making.make(folder, recipients(to), began)
        except BackupError as error:
            last.note(began, timezone.now(), None, str(error))
            raise
        last.note(began, timezone.now(), made)
        self._tell(made, time.monotonic() - clock)
        days = keep or settings.PMD_BACKUP_KEEP
        if days:
            since = f"{days} días" if days > 1 else "un día"
            for path in retention.put_away(folder, days=days, newest=made.path, now=began):
                self.stdout.write(f"Borrado, de hace más de {since}: {path.name}")

    def _tell(self, made: making.Made, seconds: float) -> None:
        self.stdout.write(
            f"{made.path}\n{made.tables} tablas, {made.rows:,} renglones, {made.files:,} archivos; "
            f"{size_text(made.size)} en {seconds:.1f} s."
        )
        if made.read_back:
            self.stdout.write("Leído de vuelta: está entero.")
        else:
            self.stdout.write("Cifrado; en el disco está lo que se escribió. Léalo con su llave: backup --verify.")
        if made.left_out:
            self.stdout.write(f"Guarde aparte lo que no va en él: {', '.join(made.left_out)}.")
        for line in made.missing:
            self.stderr.write(f"Faltaba ya en la carpeta de archivos: {line}")

    def _verify(self, path: Path, identity: Path | None) -> None:
        checked = restoring.check(path, identities(identity))
        manifest = checked.manifest
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(
            f"Está entero: versión {manifest['version']}, {manifest['made_at']}, {len(manifest['tables'])} tablas, "
            f"{rows:,} renglones, {len(checked.files):,} archivos."
        )

    def _make_key(self, path: Path) -> None:
        public = new_key(path)
        self.stdout.write(
            f"Llave privada: {os.path.abspath(path)}. Guárdela fuera de este servidor, en dos lugares: sin ella nadie "
            f"podrá leer los respaldos.\nPMD_BACKUP_KEY='{public}'"
        )
