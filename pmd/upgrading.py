"""A new version, step by step: each one is a process of its own, and what serves goes on until the last of them.

Until something is restarted, whatever fails puts the former code back and leaves the former version at work. A process
a step, because after the second one the code, and perhaps Python, is another.
"""

import fcntl
import json
import os
import pwd
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from core import manual

LOCK_SECONDS, TRIES = 5, 12
WEB, WORKER, SOCKET = "pmd", "pmd-worker", "pmd.socket"
_OWNER = "PMD_DATABASE_OWNER_URL"
_GRAVE = "FALTA"  # how ``doctor`` begins what has to be put right
HEALTH_TRIES = 15


class UpgradeError(Exception):
    """What went wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """``account``: whose uid runs it, None for our own. ``as_owner``: with how the owner of the database connects.

    ``otherwise``: what to do where it fails.
    """

    what: str
    command: tuple[str, ...]
    otherwise: str
    account: int | None = None
    as_owner: bool = False

    def __str__(self) -> str:
        who = f" (como {_name(self.account)})" if self.account is not None else ""
        return f"{self.what}{who}: {' '.join(self.command)}"


@dataclass(slots=True)
class Upgrade:
    """``to``: the commit, tag or branch that is wanted; empty where the code is in place already."""

    to: str
    backups: str
    say: Callable[[str], None]
    base: Path = field(default_factory=lambda: Path(settings.BASE_DIR))
    before: str = ""

    # --- What is done -------------------------------------------------------------------------------------------

    def steps(self) -> list[Step]:
        """In their order; those that change the code only where another one is wanted."""
        code, service = _other(self.base), _other(Path(settings.FILES_ROOT))
        manage = (str(self.base / ".venv" / "bin" / "python"), "manage.py")
        found = [Step("Respaldo", (*manage, "backup", *([self.backups] if self.backups else [])),
                      "Corrija eso: sin respaldo no se actualiza.", service)]  # fmt: skip
        if self.to:
            found.append(Step("Código", (*_GIT, "checkout", "--quiet", "--detach", self.to),
                              "Corrija eso y corra upgrade otra vez.", code))  # fmt: skip
        return [
            *found,
            Step("Entorno", ("make", "setup"), "Vea arriba qué no se pudo instalar y corra upgrade otra vez.", code),
            Step("Revisión", (*manage, "check", "--deploy", "--fail-level", "ERROR"),
                 "Corrija el ajuste que dice y corra upgrade otra vez.", service),
            Step("Migraciones",
                 (*manage, "migrate", "--no-input", "--lock-seconds", str(LOCK_SECONDS), "--tries", str(TRIES)),
                 "Corrija lo que dice y corra upgrade otra vez; lo que ya migró no estorba a la versión anterior.",
                 as_owner=True),
            Step("Estilos", (*manage, "collectstatic", "--no-input", "-v0"), "Corrija eso y corra upgrade otra vez.",
                 service),
        ]  # fmt: skip

    def restarts(self) -> list[Step]:
        """Not a reload: gunicorn's main process would hand its new ones what it has read of the former code."""
        if not shutil.which("systemctl"):
            return []
        status = f"Vea systemctl status {WEB}; el código y la base ya son los nuevos."
        web = Step("Páginas", ("systemctl", "restart", WEB), status)
        worker = Step("Tareas", ("systemctl", "restart", WORKER), f"Vea systemctl status {WORKER}.")
        return [step for step in (web, worker) if _unit(step.command[-1], "ActiveState") == "active"]

    def run(self) -> None:
        """Raises UpgradeError after it has said what it did."""
        with _alone(self.base):
            self._prepare()
            graves = self._doctor()
            for step in self.steps():
                self._do(step, undo=step.what != "Respaldo")
            if worse := [sentence for known, sentence in self._doctor().items() if known not in graves]:
                self._put_back()
                raise UpgradeError(
                    f"La versión nueva tendría esto por corregir, y no se reinició nada: {' '.join(worse)}"
                )
            self._restart()

    # --- How ----------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        if not self.to:
            return
        code = _other(self.base)
        if not (self.base / ".git").exists():
            raise UpgradeError(
                f"«{self.base}» no es un clon de git: ponga ahí el código nuevo y corra upgrade sin --to."
            )
        if changed := self._git("status", "--porcelain", "--untracked-files=no"):
            raise UpgradeError(
                f"Hay cambios hechos a mano en «{self.base}»: {changed.split(chr(10))[0].strip()}. Quítelos."
            )
        fetched = self._process((*_GIT, "fetch", "--quiet", "--tags"), code)
        if fetched.returncode:
            raise UpgradeError(f"No se pudo traer el código: {_of_git(fetched.stderr)}")
        self.before = self._git("rev-parse", "HEAD")
        if not self._git("rev-parse", "--quiet", "--verify", f"{self.to}^{{commit}}"):
            raise UpgradeError(
                f"No hay ninguna versión «{self.to}» en el código: git -C {self.base} tag dice cuáles hay."
            )

    def _do(self, step: Step, *, undo: bool) -> None:
        began = time.monotonic()
        self.say(f"· {step}")
        done = self._process(step.command, step.account, as_owner=step.as_owner)
        for line in done.stdout.splitlines():
            self.say(f"    {line}")
        if done.returncode:
            for line in done.stderr.splitlines():
                self.say(f"    {_for_people(line)}")
            if undo:
                self._put_back()
            raise UpgradeError(f"{step.what}: no se pudo. Lo anterior sigue sirviendo. {step.otherwise}")
        self.say(f"    hecho en {time.monotonic() - began:.1f} s")

    def _put_back(self) -> None:
        if not self.before or self._git("rev-parse", "HEAD") == self.before:
            return
        self._process((*_GIT, "checkout", "--quiet", "--detach", self.before), _other(self.base))
        made = self._process(("make", "setup"), _other(self.base))
        self.say(f"El código volvió a {self.before[:12]}{'' if made.returncode == 0 else '; corra make setup'}.")

    def _doctor(self) -> dict[str, str]:
        """What is grave, by its sentence without figures: since when and how many is no other fault."""
        python = str(self.base / ".venv" / "bin" / "python")
        done = self._process((python, "manage.py", "doctor"), _other(Path(settings.FILES_ROOT)))
        lines = [line.split(None, 1) for line in done.stdout.splitlines()]
        graves = [words[1] for words in lines if len(words) > 1 and words[0] == _GRAVE]
        return {re.sub(r"\d", "", sentence): sentence for sentence in graves}

    def _restart(self) -> None:
        steps = self.restarts()
        for step in steps:
            self._do(step, undo=False)
        if not any(step.command[-1] == WEB for step in steps):
            self.say(
                "Aquí no hay servicio de systemd «pmd»: reinicie lo que sirve páginas (gunicorn, también su "
                "proceso principal) y el worker."
            )
            return
        if _unit(SOCKET, "ActiveState") != "active":
            self.say(f"Sin {SOCKET}, quien pidió una página durante el reinicio no la recibió ({manual.UPGRADING}).")
        self.say(self._health())

    def _health(self) -> str:
        """What is being served now."""
        address = f"{settings.PMD_SITE_URL}/salud/"
        said = ""
        for _ in range(HEALTH_TRIES):
            try:
                with urllib.request.urlopen(address, timeout=5) as answer:
                    return f"{address} contesta: {answer.read(200).decode(errors='replace').strip()}"
            except (urllib.error.URLError, OSError, ValueError) as error:
                said = str(error)
                time.sleep(1)
        return f"{address} no contesta desde esta máquina ({said}): ábrala en un navegador."

    def _git(self, *command: str) -> str:
        return self._process((*_GIT, *command), _other(self.base)).stdout.strip()

    def _process(
        self, command: Sequence[str], account: int | None, *, as_owner: bool = False
    ) -> "subprocess.CompletedProcess[str]":
        environment = {name: value for name, value in os.environ.items() if as_owner or name != _OWNER}
        who: dict[str, object] = {}
        if account is not None:
            entry = pwd.getpwuid(account)
            groups = os.getgrouplist(entry.pw_name, entry.pw_gid)
            who = {"user": account, "group": entry.pw_gid, "extra_groups": groups}
            environment |= {"HOME": entry.pw_dir, "USER": entry.pw_name}
        try:
            return subprocess.run(command, cwd=self.base, env=environment, capture_output=True, text=True, **who)  # type: ignore[call-overload,no-any-return]
        except OSError as error:
            return subprocess.CompletedProcess(command, 127, "", f"{command[0]}: {error.strerror}")


_GIT = ("git", "-c", "advice.detachedHead=false")


def _other(place: Path) -> int | None:
    """Whose that is, where we are root and it is somebody else's."""
    owner = place.stat().st_uid
    return owner if os.geteuid() == 0 and owner != 0 else None


def _name(account: int) -> str:
    return pwd.getpwuid(account).pw_name


def _unit(name: str, what: str) -> str:
    command = ["systemctl", "show", name, "--property", what, "--value"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def _for_people(line: str) -> str:
    """Of a line of the log its sentence and what broke, without the way there."""
    try:
        told = json.loads(line)
        broke = [str(told["message"]), *str(told.get("exc_info", "")).strip().splitlines()[-1:]]
    except (ValueError, TypeError, KeyError):
        return line
    return ": ".join(broke)


def _of_git(text: str) -> str:
    """Its reason; what follows it is advice."""
    lines = text.strip().splitlines()
    return next((line for line in lines if line.startswith("fatal: ")), [*lines, "git no dijo por qué."][0])


@contextmanager
def _alone(base: Path) -> Iterator[None]:
    with (base / "manage.py").open() as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UpgradeError("Ya hay otra actualización en curso: espere a que termine.") from None
        yield
