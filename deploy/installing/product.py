"""PMD itself: migrations, styles, and what keeps running."""

import os
from pathlib import Path

from deploy.installing.base import Installation, Steps, has_systemd, read_settings, run, works
from deploy.installing.database import lacks_permissions

UNITS = ("pmd.socket", "pmd.service", "pmd-papers.socket", "pmd-papers.service", "pmd-worker.service")
TIMERS = tuple(f"pmd-{name}.timer" for name in ("backup", "check", "reminders", "tidy"))


def manage(here: Installation, *words: str, owner: bool = False) -> tuple[list[str], dict[str, str]]:
    """A command of PMD as the service and what it sees; ``owner``: as root, with the owner of the database."""
    python = os.environ.get("PYTHON", ".venv/bin/python")
    command = [python, "manage.py", *words]
    sees = {"PMD_ENV_FILE": str(here.settings_file)}
    if owner:
        return command, {**sees, **(read_settings(here.owner_file) if here.owner_file.exists() else {})}
    return (["runuser", "-u", here.account, "--", *command] if here.is_machine else command), sees


def migrations(here: Installation) -> Steps:
    check, sees = manage(here, "migrate", "--check", owner=True)
    # In this order: where migrations lack, there may be nothing to have a permission for.
    if not here.settings() or not works(*check, sees=sees, cwd=here.code) or lacks_permissions(here):

        def make() -> None:
            # A file of SQLite is the service's.
            command, seen = manage(here, "migrate", "--no-input", owner=here.owner_file.exists())
            run(*command, sees=seen, cwd=here.code)

        yield "poner la base al día (migrate)", make


def static_files(here: Installation) -> Steps:
    made = Path(here.settings().get("PMD_STATIC_ROOT") or here.code / "var/static") / "staticfiles.json"
    sources = [here.code / "requirements.txt", *(here.code / "static").rglob("*")]
    if not made.exists() or made.stat().st_mtime < max(path.stat().st_mtime for path in sources):
        command, sees = manage(here, "collectstatic", "--no-input")
        yield "preparar los estilos de las páginas", lambda: run(*command, sees=sees, cwd=here.code)


def services(here: Installation) -> Steps:
    wanted = (*UNITS, *TIMERS)
    lacking = [unit for unit in wanted if not works("systemctl", "is-enabled", "--quiet", unit)]
    if lacking:
        yield f"encender {', '.join(lacking)}", lambda: run("systemctl", "enable", "--quiet", *lacking)
    if not has_systemd():
        return
    new = here.changed & {"units", "settings_file", "environment", "migrations", "static_files", "database"}
    still = [unit for unit in wanted if not works("systemctl", "is-active", "--quiet", unit)]
    if new or still:

        def start() -> None:
            run("systemctl", "daemon-reload")
            if not works("systemctl", "is-active", "--quiet", "pmd.socket"):
                works("systemctl", "stop", "pmd.service")  # an installation of before holds the address itself
            run("systemctl", "start", *(unit for unit in wanted if unit.endswith((".socket", ".timer"))))
            run("systemctl", "restart", *(unit for unit in wanted if unit.endswith(".service")))

        yield "arrancar páginas, tareas y horarios", start
    if here.changed & {"nginx", "certificate"} or not works("systemctl", "is-active", "--quiet", "nginx"):
        yield "recargar nginx", lambda: (run("nginx", "-t"), run("systemctl", "reload-or-restart", "nginx"))
