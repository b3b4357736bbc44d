"""``make install``: PMD on this Debian, as root; and, with ``--container``, what a container needs before it serves.

Each step asks whether something is as it should be and yields what it does where it is not, so that a second run
changes nothing and ``--dry-run`` only says it. The standard library alone, because the first steps make the
environment. No secret is printed, nor on any command line. In the folder of the code: ``python3 -m deploy.install``.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from deploy.installing.base import CODE, Installation, Refused, Steps, has_systemd
from deploy.installing.database import database, database_server
from deploy.installing.files import certificate, folders, needed_settings, nginx, owner_file, settings_file, units
from deploy.installing.machine import account, code, environment, packages
from deploy.installing.product import manage, migrations, services, static_files
from deploy.installing.renewing import nginx_site, renewed, why_not

Step = Callable[[Installation], Steps]
ON_A_MACHINE: tuple[tuple[str, Step], ...] = (
    ("Paquetes", packages), ("Cuenta", account), ("Código", code), ("Ajustes", settings_file),
    ("Dueño de la base", owner_file), ("Carpetas", folders), ("Entorno", environment),
    ("PostgreSQL", database_server), ("Base de datos", database), ("Migraciones", migrations),
    ("Estilos", static_files), ("Certificado", certificate), ("nginx", nginx), ("Unidades", units),
    ("Servicios", services),
)  # fmt: skip
FILES: tuple[tuple[str, Step], ...] = tuple(
    pair for pair in ON_A_MACHINE if pair[1] in (settings_file, owner_file, folders, certificate, nginx, units)
)
IN_A_CONTAINER: tuple[tuple[str, Step], ...] = tuple(
    pair
    for pair in ON_A_MACHINE
    if pair[1] in (settings_file, owner_file, folders, database, migrations, certificate, nginx)
)
RENEWED: tuple[tuple[str, Step], ...] = (("nginx", nginx_site), ("Unidades", units), ("Servicios", renewed))


def in_a_container(given: Mapping[str, str], root: Path) -> Installation:
    """Names and folders are those of deploy/compose.yaml."""
    admin = ("psql", "-h", "/run/postgresql", "-U", "postgres")
    # By name each time, and not by the address of the first minute: see deploy/nginx/servers.conf.
    servers = {"database_host": "db", "pages": "$pmd_pages", "papers": "$pmd_papers"}
    return Installation(given, root, admin=admin, container=True, **servers)


def install(here: Installation, steps: tuple[tuple[str, Step], ...], *, dry: bool, say: Callable[[str], Any]) -> int:
    """How many changes there were, or would be."""
    number = 0
    for title, step in steps:
        done = 0
        for sentence, make in step(here):
            say(f"{'·' if dry else '+'} {title}: {sentence}{' (no se hizo)' if dry else ''}")
            if not dry:
                make()
                here.changed.add(step.__name__)
            done += 1
        if not done:
            say(f"= {title}: está como debe")
        number += done
    return number


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Instala PMD en este Debian, como root; puede repetirse.")
    parser.add_argument("--dry-run", action="store_true", help="solo dice qué haría")
    parser.add_argument("--root", type=Path, default=Path("/"), help="solo los archivos, dentro de esta carpeta")
    parser.add_argument("--container", action="store_true", help="lo que necesita el contenedor (deploy/compose.yaml)")
    parser.add_argument("--renew", action="store_true", help="solo unidades y sitio, de lo que make install hizo")
    parser.add_argument("--code", type=Path, default=CODE, help="con --renew: la carpeta en la que queda esta versión")
    parser.add_argument("--again", action="store_true", help="con --renew: que se lean otra vez aunque no cambien")
    options = parser.parse_args(words)
    os.umask(0o022)
    here, steps = Installation(os.environ, options.root, options.code, again=options.again), ON_A_MACHINE
    if options.renew:
        if reason := why_not(here):
            print(reason)
            return 0
        steps = RENEWED
    elif options.container:
        here, steps = in_a_container(os.environ, options.root), IN_A_CONTAINER
    elif options.root != Path("/"):
        steps = FILES
    elif os.geteuid() != 0:
        raise Refused("make install se corre como root (sudo make install …), porque crea una cuenta y servicios.")
    needed_settings(here)  # whatever only a person can say, before anything is done
    number = install(here, steps, dry=options.dry_run, say=print)
    if options.dry_run:
        print(f"{number} cosas por hacer; no se hizo ninguna.")
        return 0
    print(f"Listo: {number} cambios." if number else "Listo: no había nada que cambiar.")
    if steps is ON_A_MACHINE:
        if not has_systemd():
            print("Aquí no está trabajando systemd: los servicios arrancan con la máquina.")
        else:
            print("doctor:", flush=True)
            command, sees = manage(here, "doctor")
            subprocess.run(command, cwd=here.code, env={**os.environ, **sees}, check=False)
        print(f"Para la primera cuenta: cd {here.code} && runuser -u {here.account} -- deploy/pmd createsuperuser")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refused as refused:
        print(refused, file=sys.stderr)
        sys.exit(1)
