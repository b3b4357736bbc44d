"""What ``upgrade`` brings up to date outside the folder of the code: units of systemd and the site of nginx.

Only what ``make install`` wrote, and nothing that the town switched off is switched on. Pages and worker are restarted
by whoever asks for this.
"""

from collections.abc import Callable
from pathlib import Path

from deploy.installing.base import Installation, Refused, Steps, has_systemd, run, works
from deploy.installing.files import nginx


def why_not(here: Installation) -> str:
    """A sentence where there is nothing of ours to renew, or we may not."""
    unit = here.at("/etc/systemd/system/pmd.service")
    if (
        not unit.exists()
        or f"ExecStart={here.code}/deploy/pmd web" not in unit.read_text(encoding="utf-8").splitlines()
    ):
        return "Las unidades de systemd y el sitio de nginx no son de make install: se dejan como están."
    if here.root == Path("/") and not here.is_machine:
        return "Unidades y sitio se renuevan como root: corra después make install."
    return ""


def nginx_site(here: Installation) -> Steps:
    """Where there is ours. One that nginx does not read gives its place back at once."""
    site = here.at("/etc/nginx/sites-available/pmd")
    if not site.exists():
        return
    for sentence, make in nginx(here):

        def checked(make: Callable[[], object] = make) -> None:
            make()
            if not (here.is_machine and here.put.get(site.name)):
                return
            try:
                run("nginx", "-t")
            except Refused as refused:
                site.replace(site.with_name(f"{site.name}.rechazado"))
                site.with_name(f"{site.name}.anterior").replace(site)
                raise Refused(f"nginx no acepta el sitio nuevo, y quedó el de antes. {refused}") from None

        yield sentence, checked


def renewed(here: Installation) -> Steps:
    if not has_systemd() or not here.is_machine:
        return
    changed = {name: was for name, was in here.put.items() if "." in name}
    if changed or here.again:
        yield "leer las unidades otra vez", lambda: run("systemctl", "daemon-reload")
    for name in sorted(changed):
        if not changed[name] and "[Install]" in here.at(f"/etc/systemd/system/{name}").read_text(encoding="utf-8"):
            yield f"encender {name}", lambda name=name: run("systemctl", "enable", "--now", "--quiet", name)
        elif changed[name] and name.endswith(".timer") and works("systemctl", "is-active", "--quiet", name):
            yield f"poner el horario de {name}", lambda name=name: run("systemctl", "restart", name)
        elif changed[name] and name.endswith(".socket") and works("systemctl", "is-active", "--quiet", name):
            yield f"cambiar la dirección de {name}", lambda name=name: _another_address(name)
    if (nginx_site.__name__ in here.changed or here.again) and works("systemctl", "is-active", "--quiet", "nginx"):
        yield "recargar nginx", lambda: run("systemctl", "reload", "nginx")


def _another_address(socket: str) -> None:
    """systemd refuses a socket whose service is at work."""
    service = socket.replace(".socket", ".service")
    run("systemctl", "stop", service)
    run("systemctl", "restart", socket)
    run("systemctl", "start", service)
