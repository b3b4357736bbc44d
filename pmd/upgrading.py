"""A new version, step by step: each one is a process of its own, and what serves goes on until the last of them.

The new version is made ready beside the one that serves, in ``.next``: whatever fails, and whatever starts meanwhile,
finds the former one whole. It takes its place at the end (``upgrade_switch``). A process a step, because after the
second one the code, and perhaps Python, is another. Code that somebody put there by hand is made ready where it is.
"""

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
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.utils import timezone

from core import manual
from core.moments import moment_text
from pmd import upgrade_mark
from pmd.upgrade_mark import FORMER, NEXT, Mark
from pmd.upgrade_processes import Done, Processes

LOCK_SECONDS, TRIES = 5, 12
WEB, WORKER, SOCKET = "pmd", "pmd-worker", "pmd.socket"
_OWNER = "PMD_DATABASE_OWNER_URL"
_GRAVE = "FALTA"  # how ``doctor`` begins what has to be put right
HEALTH_TRIES = 15
SWITCH = "Cambio"
DONE = "Actualizado. Para volver atrás: restaure el respaldo de arriba con el código de antes."


class UpgradeError(Exception):
    """What went wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """``account``: whose uid runs it, None for our own. ``as_owner``: with how the owner of the database connects.

    ``otherwise``: what to do where it fails. ``where``: in which folder; that of the code where none is said.
    """

    what: str
    command: tuple[str, ...]
    otherwise: str
    account: int | None = None
    as_owner: bool = False
    where: Path | None = None

    def __str__(self) -> str:
        who = f" (como {_name(self.account)})" if self.account is not None else ""
        return f"{self.what}{who}: {' '.join(self.command)}"


@dataclass(slots=True)
class Upgrade:
    """``to``: the commit, tag or branch that is wanted; empty where the code is in place already."""

    to: str
    backups: str
    say: Callable[[str], None]
    base: Path = field(default_factory=lambda: upgrade_mark.place_of(Path(settings.BASE_DIR)))
    before: str = ""
    mark: Mark | None = field(default=None, init=False)
    processes: Processes = field(init=False)
    diary: TextIO | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.processes = Processes(self.base)

    # --- What is done -------------------------------------------------------------------------------------------

    def steps(self) -> list[Step]:
        """In their order. What is written outside of ``.next`` comes last but for the switch itself."""
        code, service, new = _other(self.base), _other(Path(settings.FILES_ROOT)), self.new
        manage, made = (_python(self.base), "manage.py"), (_python(new), "manage.py")
        found = [Step("Respaldo", (*manage, "backup", *([self.backups] if self.backups else [])),
                      "Corrija eso: sin respaldo no se actualiza.", service)]  # fmt: skip
        if self.to:
            found.append(Step("Código", (*_GIT, "worktree", "add", "--quiet", "--detach", NEXT, self.to),
                              "Corrija eso y corra upgrade otra vez.", code))  # fmt: skip
        former = () if new == self.base else (f"FORMER={self.base}/.venv",)
        found += [
            Step("Entorno", ("make", "setup", *former),
                 "Vea arriba qué no se pudo instalar y corra upgrade otra vez.", code, where=new),
            # Of the settings doctor tells, before and after: what was so already holds up no upgrade.
            Step("Revisión", (*made, "check"),
                 "Corrija el ajuste que dice y corra upgrade otra vez.", service, where=new),
            Step("Migraciones",
                 (*made, "migrate", "--no-input", "--lock-seconds", str(LOCK_SECONDS), "--tries", str(TRIES)),
                 "Corrija lo que dice y corra upgrade otra vez; lo que ya migró no estorba a la versión anterior.",
                 as_owner=True, where=new),
            Step("Estilos", (*made, "collectstatic", "--no-input", "-v0"), "Corrija eso y corra upgrade otra vez.",
                 service, where=new),
            *self._last_steps(new),
        ]  # fmt: skip
        return found

    def _last_steps(self, new: Path, *again: str) -> list[Step]:
        """What is written outside of ``.next``."""
        python, otherwise = _python(new), "Corrija lo que dice y corra upgrade otra vez"
        renew = (python, "-m", "deploy.install", "--renew", "--code", str(self.base), *again)
        switch = (python, "-m", "pmd.upgrade_switch")
        steps = [Step("Unidades", renew, f"{otherwise}.", where=new)]
        return steps if new == self.base else [*steps, Step(SWITCH, switch, f"{otherwise}: la termina.", where=new)]

    @property
    def new(self) -> Path:
        """Where the new version is made ready."""
        return self.base / NEXT if self.to else self.base

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
        with self._alone():
            mark = upgrade_mark.read(self.base)
            if mark is not None and mark.restarting:
                self._finish(mark)
                if self.to in ("", mark.to):
                    return
            self._go_on_from_what_was_left()
            self._prepare()
            graves = self._doctor(self.base)
            last = self._last_steps(self.new)
            backup, *steps = self.steps()[: -len(last)]
            self._do(backup)
            mark = Mark(self.to, self.before, moment_text(timezone.now()), beside=bool(self.to))
            self._write(mark)
            for step in steps:
                self._do(step)
                if step.what == "Código" and (self.base / "var").is_dir():
                    (self.new / "var").symlink_to("../var")
            if worse := [sentence for known, sentence in self._doctor(self.new).items() if known not in graves]:
                self._put_back()
                raise UpgradeError(
                    f"La versión nueva tendría esto por corregir, y no se reinició nada: {' '.join(worse)}"
                )
            # What is written outside that folder comes when nothing speaks against the new version any more.
            os.sync()
            self._write(replace(mark, restarting=True))
            self._take_its_place(last)

    def _finish(self, mark: Mark) -> None:
        """Of one that was killed at its end: everything before that was done, and there is no way back any more."""
        self.tell(f"{mark.sentence} Se termina; su respaldo es el último que se hizo.")
        self.mark, self.processes.protected = mark, True
        beside = self.base / NEXT
        self._take_its_place(self._last_steps(beside if beside.exists() else self.base, "--again"))
        self.processes.protected = False

    def _take_its_place(self, last: list[Step]) -> None:
        manifest = Path(settings.STATIC_ROOT).resolve() / "staticfiles.json"
        for step in last:
            self.processes.protected |= step.what == SWITCH
            self._do(step)
        with suppress(OSError):  # otherwise it is older than the same files in their new place
            manifest.touch()
        self._restart()
        self._forget()
        if self.diary is not None:
            self.diary.write(f"{DONE}\n")

    def back(self) -> None:
        """Without what an upgrade made ready that was killed before it changed anything."""
        with self._alone():
            mark = upgrade_mark.read(self.base)
            if mark is None:
                raise UpgradeError(f"No hay ninguna actualización a medias. Para volver atrás: {manual.GOING_BACK}.")
            if mark.restarting or not mark.before:
                raise UpgradeError(f"{mark.sentence} {mark.remedy} Para volver atrás: {manual.GOING_BACK}.")
            self.mark, self.before = mark, mark.before
            if not self._put_back():
                raise UpgradeError("Corrija eso y corra upgrade --back otra vez.")

    def tell(self, line: str) -> None:
        """To whoever looks, who may be gone, and into the diary that is read afterwards."""
        with suppress(OSError, ValueError):
            self.say(line)
        if self.diary is not None:
            self.diary.write(f"{line}\n")

    # --- How ----------------------------------------------------------------------------------------------------

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with upgrade_mark.held(self.base) as right:
            if right is None:
                raise UpgradeError("Ya hay otra actualización en curso: espere a que termine.")
            # A step that outlives us holds it too.
            self.processes.handed = (right.fileno(),)
            with self.processes.guarded(), upgrade_mark.diary(self.base) as self.diary:
                try:
                    yield
                except UpgradeError as error:
                    self.diary.write(f"{error}\n")
                    raise

    def _go_on_from_what_was_left(self) -> None:
        """As if the one that was killed had not begun, but for what it migrated, which does not disturb what serves."""
        mark = upgrade_mark.read(self.base)
        if mark is None:
            return
        self.tell(f"{mark.sentence} Se empieza otra vez.")
        self.to, self.mark = self.to or mark.to, mark
        if mark.before:
            self.before = mark.before
            if not self._put_back():
                raise UpgradeError("Corrija eso y corra upgrade otra vez.")

    def _write(self, mark: Mark) -> None:
        self.mark = mark
        mark.write(self.base)

    def _forget(self) -> None:
        self.mark = None
        self._take_away()
        upgrade_mark.erase(self.base)

    def _take_away(self) -> None:
        """What lies beside the code: the former version, or one that does not come in, from which nothing starts."""
        new, former = self.base / NEXT, self.base / FORMER
        shutil.rmtree(former, ignore_errors=True)
        if new.exists():
            new.rename(former)
            shutil.rmtree(former, ignore_errors=True)
        if (self.base / ".git" / "worktrees").exists():
            self._git("worktree", "unlock", str(new))  # a git that was killed leaves it locked
            self._git("worktree", "prune")

    def _prepare(self) -> None:
        if not self.to:
            return
        self._take_away()
        code = _other(self.base)
        if not (self.base / ".git").exists():
            raise UpgradeError(
                f"«{self.base}» no es un clon de git: ponga ahí el código nuevo y corra upgrade sin --to."
            )
        if changed := self._git("status", "--porcelain", "--untracked-files=no"):
            raise UpgradeError(
                f"Hay cambios hechos a mano en «{self.base}»: {changed.split(chr(10))[0].strip()}. Quítelos."
            )
        fetched = self._process((*_GIT, "fetch", "--tags"), code)
        if fetched.returncode:
            raise UpgradeError(f"No se pudo traer el código: {_of_git(fetched.stderr)}")
        self.before = self._git("rev-parse", "HEAD")
        if not self._git("rev-parse", "--quiet", "--verify", f"{self.to}^{{commit}}"):
            raise UpgradeError(
                f"No hay ninguna versión «{self.to}» en el código: git -C {self.base} tag dice cuáles hay."
            )

    def _do(self, step: Step) -> None:
        began = time.monotonic()
        self.tell(f"· {step}")
        done = self._process(
            step.command,
            step.account,
            as_owner=step.as_owner,
            where=step.where,
            hear=lambda line: self.tell(f"    {line}"),
        )
        if done.returncode or self.processes.stopped:
            for line in done.stderr.splitlines():
                self.tell(f"    {_for_people(line)}")
            if self.processes.protected:
                raise UpgradeError(f"{step.what}: no se pudo. {step.otherwise}")
            self._put_back()
            why = "se pidió detenerla" if self.processes.stopped else "no se pudo"
            raise UpgradeError(f"{step.what}: {why}. Lo anterior sigue sirviendo. {step.otherwise}")
        self.tell(f"    hecho en {time.monotonic() - began:.1f} s")

    def _put_back(self) -> bool:
        """Whether the code that serves is in its place, with its environment, and nothing beside it."""
        self.processes.protected = True
        if not self.before:
            return False
        # Those of before put the new code in its place at once.
        if self._git("rev-parse", "HEAD") != self.before:
            code = _other(self.base)
            put = self._process((*_GIT, "checkout", "--quiet", "--detach", self.before), code)
            if put.returncode:
                self.tell(f"El código no pudo volver a {self.before[:12]}: {_of_git(put.stderr)}")
                return False
            made = self._process(("make", "setup"), code)
            self.tell(f"El código volvió a {self.before[:12]}{'' if made.returncode == 0 else '; corra make setup'}.")
            if made.returncode:
                return False
        elif self.mark is not None:
            self.tell(f"Lo preparado se quitó; sigue {self.before[:12]}.")
        self._forget()
        self.processes.protected = False
        return True

    def _doctor(self, where: Path) -> dict[str, str]:
        """What is grave, by its sentence without figures: since when and how many is no other fault."""
        done = self._process((_python(where), "manage.py", "doctor"), _other(Path(settings.FILES_ROOT)), where=where)
        lines = [line.split(None, 1) for line in done.stdout.splitlines()]
        graves = [words[1] for words in lines if len(words) > 1 and words[0] == _GRAVE]
        return {re.sub(r"\d", "", sentence): sentence for sentence in graves}

    def _restart(self) -> None:
        self.processes.protected = True
        steps = self.restarts()
        for step in steps:
            self._do(step)
        for unit in self._began_beside():
            again = ("systemctl", "restart", unit)
            self._do(Step("Lo que empezó durante el cambio", again, f"Vea systemctl status {unit}."))
        if not any(step.command[-1] == WEB for step in steps):
            self.tell(
                "Aquí no hay servicio de systemd «pmd»: reinicie lo que sirve páginas (gunicorn, también su "
                "proceso principal) y el worker."
            )
            return
        if _unit(SOCKET, "ActiveState") != "active":
            self.tell(f"Sin {SOCKET}, quien pidió una página durante el reinicio no la recibió ({manual.UPGRADING}).")
        self.tell(self._health())

    def _began_beside(self) -> list[str]:
        """What systemd started from ``.next``, such as a unit that is new in this version: that folder goes."""
        if not shutil.which("systemctl"):
            return []
        command = ["systemctl", "list-units", "--plain", "--no-legend", "--state=running", "pmd*.service"]
        listed = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
        gone, found = str(self.base / FORMER), []
        for name in (line.split()[0] for line in listed if line.strip()):
            with suppress(OSError):
                if os.readlink(f"/proc/{_unit(name, 'MainPID')}/cwd").startswith(gone):
                    found.append(name)
        return found

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
        self,
        command: Sequence[str],
        account: int | None,
        *,
        as_owner: bool = False,
        where: Path | None = None,
        hear: Callable[[str], None] | None = None,
    ) -> Done:
        environment = {name: value for name, value in os.environ.items() if as_owner or name != _OWNER}
        return self.processes.run(command, account, environment, hear, where or self.base)


_GIT = ("git", "-c", "advice.detachedHead=false")


def _other(place: Path) -> int | None:
    """Whose that is, where we are root and it is somebody else's."""
    owner = place.stat().st_uid
    return owner if os.geteuid() == 0 and owner != 0 else None


def _python(folder: Path) -> str:
    return str(folder / ".venv" / "bin" / "python")


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
    """Its reason; what follows it is advice, and what comes before it what went well."""
    lines = [line.strip() for line in text.strip().splitlines()]
    reasons = [line for line in lines if line.startswith(("fatal: ", "! "))]
    return [*reasons, *lines, "git no dijo por qué."][0]
