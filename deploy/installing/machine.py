"""Packages, the account, the code and its environment."""

import pwd
import subprocess
from contextlib import suppress

from deploy.installing.base import Installation, Refused, Steps, run, works

PACKAGES = ("nginx", "openssl", "python3-venv")


def packages(here: Installation) -> Steps:
    # The client has what backups are made with.
    wanted = (*PACKAGES, "postgresql" if here.is_database_here() else "postgresql-client")
    lacking = [name for name in wanted if not _is_installed(name)]
    if lacking:
        quietly = {"DEBIAN_FRONTEND": "noninteractive"}

        def install() -> None:
            run("apt-get", "update", "-q", sees=quietly)
            run("apt-get", "install", "-y", "-q", "--no-install-recommends", *lacking, sees=quietly)

        yield f"instalar {', '.join(lacking)}", install


def _is_installed(name: str) -> bool:
    said = subprocess.run(["dpkg-query", "--show", "--showformat=${Status}", name], capture_output=True, check=False)
    return said.stdout == b"install ok installed"


def account(here: Installation) -> Steps:
    try:
        pwd.getpwnam(here.account)
    except KeyError:
        is_there = works("getent", "group", here.account)
        group = ("--gid", here.account) if is_there else ("--user-group",)
        home = ("--home-dir", str(here.code), "--no-create-home", "--shell", "/usr/sbin/nologin")
        yield f"crear la cuenta {here.account}", lambda: run("useradd", "--system", *group, *home, here.account)


def code(here: Installation) -> Steps:
    """Nothing to make: where the service cannot read the code, whoever put it there says how it should lie."""
    inside = [place for place in ("/root", "/home") if here.code.is_relative_to(place)]
    if inside:
        raise Refused(f"El código está en {here.code}, y el servicio no entra a {inside[0]}: póngalo en /srv/pmd.")
    with suppress(KeyError):
        pwd.getpwnam(here.account)
        if not works("runuser", "-u", here.account, "--", "test", "-r", str(here.code / "manage.py")):
            raise Refused(
                f"La cuenta {here.account} no puede leer {here.code}: chmod -R a+rX {here.code} (y sus carpetas)."
            )
    yield from ()


def environment(here: Installation) -> Steps:
    """.venv, by ``make setup``."""
    if not works("make", "--question", ".venv/.installed", cwd=here.code):
        yield "preparar .venv (unos minutos)", lambda: run("make", "--no-print-directory", "setup", cwd=here.code)
