"""The product's own commands as a page types them: run in this process, on an installation with its two roles.

``deploy/pmd`` is the real one; what it would start as Python comes here. A database that a page makes is made, and what
follows works with it. What would not end by itself (pages, worker) or would change this code is read and not started.
"""

import shlex
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cache
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import gunicorn.config
from django.core.management import CommandError
from django.db.models import Q
from django.test import Client

from accounts import services
from accounts.models import PendingAct, Role, User
from accounts.services import Appointment
from catalog.years.lifecycle import lock_year, pending_of
from catalog.years.reopening import ask_reopening
from deploy.install import main
from pmd.commands import Commands
from pmd.upgrading import Upgrade
from tests.factories import NOW, TODAY, access_of, make_user, make_year
from tests.operation import databases, programs
from tests.operation.machine import Answer, Call, Machine
from tests.operation.programs import Judged
from tests.pmd.backups import places
from tests.pmd.backups.places import Place
from tests.pmd.test_settings import PRODUCTION, run
from tests.support.owner import APPLICATION
from tests.support.tasks import tasks_by_worker

_numbers = count()
PASSWORD = "Planeacion-2016-clave"
PERSON, GONE = "ana.quinones", "luis.rocha"
# They run until they are stopped, or read a document for half a minute: their words are read, no more.
READ_ONLY = {"db_worker", "draft_catalog"}
OF_THE_QUEUE = {"db_worker", "prune_db_task_results"}


class Product:
    """Where commands are at work, and what they answer."""

    def __init__(self, town: Place, tmp_path: Path, settings: Any) -> None:
        self.place, self._town, self._tmp, self._settings = town, town, tmp_path, settings
        self._made, self._is_aside = ExitStack(), False
        self.machine: Machine

    def answers(self) -> dict[str, Answer]:
        return {
            **programs.system_programs(), "pmd-python": self._python, "make": self._make, "curl": self._curl,
            "docker": lambda call: programs.docker(call, self._inside), "psql": self._psql,
            "createuser": databases.judged, "pg_basebackup": databases.base_backup,
            "createdb": self._create, "dropdb": databases.judged, "certbot": self._certbot,
        }  # fmt: skip

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with self.place.at_work():
            yield

    def back_to_town(self) -> None:
        """The next page begins on the installation, and not on what the one before restored."""
        self._made.close()
        self.place = self._town

    # --- Programs

    def _psql(self, call: Call) -> Judged:
        self._is_aside = self._is_aside or "RENAME TO" in call.words[-1]
        with self.at_work():
            return databases.psql(call)

    def _create(self, call: Call) -> Judged:
        """A database of its own where the former one was put aside; elsewhere it is the installation's own."""
        judged = databases.judged(call)
        if judged[0] == 0 and self._is_aside:
            self._is_aside = False
            folder = self._tmp / f"restored-{len(self.machine.asked)}"
            folder.mkdir()
            self.place = self._made.enter_context(places.made("restored", folder, self._settings, empty=True))
            self.place.files = self._town.files
        return judged

    def _certbot(self, call: Call) -> Judged:
        """A certificate where it puts those that it got."""
        folder = self.machine.at("/etc/letsencrypt/live/pmd.example.gob.mx")
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.machine.home("certificado.pem"), folder / "fullchain.pem")
        shutil.copy(self.machine.home("llave.pem"), folder / "privkey.pem")
        return (0, "") if call.words[0] in ("certonly", "renew") else (2, f"certbot {call.words}")

    def _make(self, call: Call) -> Judged:
        target = programs.make_target(call)
        if target != "install":
            return (0, "") if target else (2, f"make has no {call.words}")
        given = programs.made_variables(call)
        dry = ["--dry-run"] if given.pop("DRY_RUN", "") else []
        out = StringIO()
        with patch.dict("os.environ", given), patch("sys.stdout", out):
            status = main(["--root", str(self.machine.root), *dry])
        return status, out.getvalue()

    def _curl(self, call: Call) -> Judged:
        address = call.words[-1]
        path = "/" + address.partition("://")[2].partition("/")[2]
        with self.at_work():
            said = Client().get(
                path, secure=not address.startswith("http://pmd"), headers={"host": "pmd.durango.gob.mx"}
            )
        body = (
            "".join(f"{name}: {value}\n" for name, value in said.items())
            if "-sI" in call.words
            else said.content.decode()
        )
        return (0 if said.status_code < 400 else 22), (f"{said.status_code}\n" if "-sI" in call.words else "") + body

    def _inside(self, words: list[str]) -> Judged:
        """What a container would run, in the folder of the code."""
        return self.machine.type(self.machine.named(f"cd /srv/pmd; {shlex.join(words)}"))

    def _python(self, call: Call) -> Judged:
        match call.words:
            case ["-m", "gunicorn", "pmd.wsgi", *options]:
                gunicorn.config.Config().parser().parse_args(["pmd.wsgi", *options])
                return 0, ""
            case ["-c", "import django"]:  # whether the environment still works, before «upgrade»
                return 0, ""
            case ["manage.py", "help"]:
                return 0, Commands(["manage.py", "help"]).main_help_text()
            case ["manage.py", "check", "--deploy"]:
                return _check_of_production()
            case ["manage.py", word, *options]:
                return self._command(call, word, options)
        return 2, f"python {call.words}"

    def _command(self, call: Call, word: str, options: list[str]) -> Judged:
        place, out = self.place, _Terminal()
        options = _of_the_tests(options) if word == "grants" else options
        owner, place.owner = place.owner, place.owner if call.owner else None
        try:
            with place.at_work(), _asked_at_the_terminal(), _only_said():
                return _run(word, options, out, call.cwd), out.getvalue().replace(APPLICATION, "pmd")
        finally:
            place.owner = owner


class _Terminal(StringIO):
    """Somebody reads there: ``doctor`` says so where nothing is wrong."""

    def isatty(self) -> bool:
        return True


def _of_the_tests(options: list[str]) -> list[str]:
    """The application's role has another name on the tests' server."""
    role = [APPLICATION if word == "pmd" else word for word in options]
    return role if "--role" in role else [*role, "--role", APPLICATION]


@cache
def _check_of_production() -> Judged:
    """In a process of its own: the tests' settings are no server's."""
    done = run(PRODUCTION, "manage.py", "check", "--deploy")
    return done.returncode, done.stdout + done.stderr


def _run(word: str, options: list[str], out: StringIO, cwd: Path) -> int:
    """As ``manage.py`` runs it, but for the connections, which stay the test's."""
    try:
        with tasks_by_worker() if word in OF_THE_QUEUE else nullcontext():
            with patch("sys.stdout", out), patch("sys.stderr", out):  # of whoever reads the words
                command = Commands(["manage.py", word]).fetch_command(word)
                given = vars(command.create_parser("manage.py", word).parse_args(_in(cwd, options)))
            if word not in READ_ONLY:
                given |= {"no_color": True, "stdout": out, "stderr": out}
                command.execute(*given.pop("args", ()), **given)
    except SystemExit as ended:
        return int(ended.code or 0)
    except CommandError as error:
        out.write(f"{error}\n")
        return error.returncode
    return 0


def _in(cwd: Path, options: list[str]) -> list[str]:
    """A file's name is one of the folder in which the command was typed."""
    return [str(cwd / word) if word.endswith((".xlsx", ".pdf")) else word for word in options]


@contextmanager
def _asked_at_the_terminal() -> Iterator[None]:
    """Whoever sits there answers: a new name each time, an address, a password."""
    number = next(_numbers)
    names = iter([f"persona{number}", f"persona{number}@example.gob.mx"])
    with (
        patch(
            "django.contrib.auth.management.commands.createsuperuser.input", lambda prompt="": next(names), create=True
        ),
        patch("getpass.getpass", lambda prompt="": PASSWORD),
        patch("sys.stdin.isatty", lambda: True),
    ):
        yield


@contextmanager
def _only_said() -> Iterator[None]:
    with patch.object(Upgrade, "run", lambda self: None), patch.object(Upgrade, "back", lambda self: None):
        yield


# --- What a page finds there ------------------------------------------------------------------------------------------


def people_of_the_pages() -> None:
    User.objects.filter(username="planning").update(username=PERSON)
    gone = User.objects.create_user(
        username=GONE, email="luis.rocha@example.gob.mx", first_name="Luis", is_active=False
    )
    gone.set_unusable_password()
    gone.save()


def a_year_waits() -> None:
    """2015 is locked, and somebody of planning asked to have it opened again."""
    asker, year = access_of(User.objects.get(username=PERSON)), make_year(2015)
    seen = pending_of(year, now=NOW).token
    lock_year(access=asker, fiscal_year=year, reason="Cuenta pública", seen=seen, now=NOW)
    ask_reopening(access=asker, fiscal_year=year, reason="Auditoría", now=NOW)


def something_waits() -> None:
    """Number 1 of what waits: the only person of planning asked for another one, and nobody else could confirm it."""
    asker = User.objects.get(username=PERSON)
    others = User.objects.exclude(pk=asker.pk).filter(Q(is_superuser=True) | Q(memberships__role=Role.PLANNING))
    User.objects.filter(pk__in=[user.pk for user in others]).update(is_active=False)
    PendingAct.objects.filter(pk=1).update(id=1001 + PendingAct.objects.count())
    waits = PendingAct.objects.waiting().first() or services.appoint(
        access=access_of(asker), user=make_user(f"nueva{next(_numbers)}"),
        appointment=Appointment(Role.PLANNING, None, TODAY, instrument="Oficio 9"), now=NOW,
    )  # fmt: skip
    PendingAct.objects.filter(pk=waits.pk).update(id=1)
