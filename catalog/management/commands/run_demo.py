"""``make run``: prepares the demonstration once, says who can sign in, and serves it to this machine only."""

import errno
import hashlib
import os
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from tqdm import tqdm

from accounts.demo import DEMO_PASSWORD, offered_demo_users
from catalog.demo import durango

HOST = "127.0.0.1"
WORKERS, THREADS = 2, 4
SOURCE = Path("data") / "pat-durango-2016.xlsx"
INTERRUPTED = 130


class Command(BaseCommand):
    help = "Prepara la demostración (una sola vez) y la sirve en esta computadora; necesita PMD_DEMO=true."

    def add_arguments(self, parser: CommandParser) -> None:
        # As text: argparse would answer a wrong number in English.
        parser.add_argument("--port", default="8000", help="puerto de 127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PMD_DEMO:
            raise CommandError("La demostración necesita PMD_DEMO=true: use make run.")
        port = read_port(str(options["port"]))
        refuse_taken_port(port)
        try:
            self._prepare()
        except KeyboardInterrupt:
            self.stderr.write("")
            sys.exit(INTERRUPTED)
        except (DatabaseError, OSError) as error:
            if (sentence := why(error)) is None:
                raise
            raise CommandError(sentence) from error
        self._greet(port)
        serve(port)

    def _prepare(self) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if not durango.exists():
            self._say("Preparando la demostración: Programa Anual de Trabajo 2016 de Durango…")
            with tqdm(total=durango.STEPS, unit=" pasos", file=sys.stderr, leave=False, disable=None) as bar:
                durango.make(Path(settings.BASE_DIR) / SOURCE, advance=bar.update)
        if not settings.DEBUG:
            collect_static()

    def _greet(self, port: int) -> None:
        self._say(f"\nLa demostración está en http://{HOST}:{port}/ (Ctrl-C la detiene).\n")
        people = offered_demo_users()
        if not people:
            self._say("Esta base de datos no tiene usuarios de demostración.\n")
            return
        width = max(len(person.username) for person in people)
        self._say(f"Usuarios, todos con la contraseña {DEMO_PASSWORD}:")
        for person in people:
            self._say(f"  {person.username:<{width}}  {person.description}")
        self._say("")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def why(error: Exception) -> str | None:
    """What of this machine keeps the demonstration from being prepared; None where it is something else."""
    number, said = getattr(error, "errno", None), str(error)
    if number == errno.ENOSPC or "full" in said:
        return "No queda lugar en el disco: libere 1 GB y corra make run otra vez."
    place = f"copie «{settings.BASE_DIR}» a su carpeta personal, en un disco de este sistema, y corra ahí make run."
    if number in (errno.EACCES, errno.EROFS, errno.EPERM) or "readonly" in said or "unable to open" in said:
        return f"Aquí no se puede escribir: {place}"
    if "disk I/O" in said or "locking protocol" in said:
        return f"La base de datos no puede trabajar en una carpeta de Windows o de la red: {place}"
    return None


def read_port(text: str) -> int:
    """The port as a number; CommandError with a sentence for what is not one."""
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 65535:
        raise CommandError(f"PORT vale «{text}» y debe ser un número del 1 al 65535, por ejemplo 8000.")
    return int(text)


def refuse_taken_port(port: int) -> None:
    """CommandError when somebody else listens there, or it may not be used."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            why = "está ocupado" if error.errno == errno.EADDRINUSE else "no se puede usar"
            raise CommandError(f"El puerto {port} {why}: elija otro, por ejemplo make run PORT=8080.") from error


def collect_static() -> None:
    """Collect and compress the static files, unless those that were collected come from these same sources."""
    seal = Path(settings.STATIC_ROOT) / ".sources"
    now = _sources()
    if seal.exists() and seal.read_text() == now:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    seal.write_text(now)


def _sources() -> str:
    """What the static files are made of: every path with its size and time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def serve(port: int) -> None:
    """Become the server: this process is replaced, so that Ctrl-C reaches gunicorn itself."""
    command = [
        sys.executable, "-m", "gunicorn", "pmd.wsgi:application", "--bind", f"{HOST}:{port}",
        "--workers", str(WORKERS), "--threads", str(THREADS), "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip
    os.chdir(settings.BASE_DIR)
    os.execv(sys.executable, command)
