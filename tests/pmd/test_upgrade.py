"""``upgrade`` on an installation whose programs write down what they were asked: its order, and what stops it."""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from pmd import upgrade_switch
from pmd.installation import running
from pmd.upgrade_mark import Mark
from pmd.upgrading import Upgrade

ORDER = [
    "doctor",
    "backup",
    "setup",
    "check",
    "migrate",
    "collectstatic",
    "doctor",
    "deploy.install",
    "restart pmd",
    "restart pmd-worker",
]
# Says its name and arguments to the diary, what «said» has for it, and fails where «fails» names it.
STUB = """#!/bin/sh
name={name}; [ "$1" = manage.py ] && name=$2
[ "$1" = -m ] && name=$2
[ "$1" = list-units ] && {{ sed 's/$/.service loaded active running/' {home}/begun 2>/dev/null; exit 0; }}
[ "$1 $4" = "show MainPID" ] && {{ cat "{home}/pid"; exit 0; }}
[ "$1" = show ] && {{ echo active; exit 0; }}
[ "$name" = systemctl ] && name="$1 $2"; [ "$name" = make ] && name=$1
[ "$name" = setup ] && [ ! -e .venv ] && ln -s {home}/pmd/.venv .venv
echo "$name|$*|${{PMD_DATABASE_OWNER_URL:+owner}}|$(git rev-parse HEAD 2>/dev/null)" >> {home}/diary
[ -f "{home}/does-$name" ] && . "{home}/does-$name"
cat "{home}/said-$name" 2>/dev/null
cat "{home}/log-$name" >&2 2>/dev/null
grep -qx "$name" {home}/fails 2>/dev/null && {{ echo "se rompió $name" >&2; exit 1; }}
exit 0
"""


class Installation:
    def __init__(self, home: Path) -> None:
        self.home, self.base = home, home / "pmd"
        programs = home / "bin"
        programs.mkdir()
        (self.base / ".venv" / "bin").mkdir(parents=True)
        for path in (self.base / ".venv" / "bin" / "python", programs / "make", programs / "systemctl"):
            path.write_text(STUB.format(name=path.name, home=home))
            path.chmod(0o755)
        (self.base / "manage.py").write_text("")
        (self.base / "var").mkdir()
        (home / "files").mkdir()
        # What puts a version in its place is itself; everything else of Python only says its name.
        real = f"PYTHONPATH={settings.BASE_DIR} {sys.executable} -m pmd.upgrade_switch || exit 1\n"
        (home / "does-pmd.upgrade_switch").write_text(real)

    def run(self, *options: str) -> str:
        out = StringIO()
        try:
            call_command("upgrade", *options, stdout=out, stderr=out)
        except CommandError as error:
            out.write(f"\nSTOPPED {error}")
        return out.getvalue()

    @property
    def diary(self) -> list[list[str]]:
        path = self.home / "diary"
        return [line.split("|") for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def done(self) -> list[str]:
        return [line[0] for line in self.diary]

    def is_untouched(self, commit: str) -> bool:
        """Whether this one is whole in its place, and nothing of another beside it."""
        beside = [path.name for path in self.base.iterdir() if path.name in (".next", ".former", ".upgrade.json")]
        listed = self.git("worktree", "list").splitlines()
        clean = not self.git("status", "--porcelain")
        return not beside and len(listed) == 1 and clean and self.git("rev-parse", "HEAD") == commit

    def git(self, *command: str) -> str:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"]
        done = subprocess.run(["git", *identity, *command], cwd=self.base, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def publish_a_version(self) -> tuple[str, str]:
        """A clone whose origin has one commit more; both commits."""
        if not shutil.which("git"):
            pytest.skip("git is not installed")
        origin = self.home / "origin"
        (self.base / ".gitignore").write_text(".venv\n.upgrade.*\n.next\n.former\n")
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-qm", "una")
        first = self.git("rev-parse", "HEAD")
        self.git("clone", "-q", "--bare", str(self.base), str(origin))
        self.git("remote", "add", "origin", str(origin))
        (self.base / "nuevo.py").write_text("")
        self.git("add", ".")
        self.git("commit", "-qm", "otra")
        second = self.git("rev-parse", "HEAD")
        self.git("push", "-q", "origin", "main")
        self.git("reset", "-q", "--hard", first)
        return first, second


@pytest.fixture
def place(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Installation:
    installation = Installation(tmp_path)
    settings.BASE_DIR, settings.FILES_ROOT = installation.base, tmp_path / "files"
    settings.PMD_BACKUP_ROOT, settings.PMD_SITE_URL = "/var/backups/pmd", "http://127.0.0.1:1"
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("PMD_DATABASE_OWNER_URL", "postgresql://pmd_owner:x@/pmd")
    monkeypatch.setattr("pmd.upgrading.HEALTH_TRIES", 1)
    return installation


def test_everything_in_its_order_and_the_owner_for_migrating_alone(place: Installation) -> None:
    said = place.run()
    assert "STOPPED" not in said and place.done == ORDER
    assert [line[0] for line in place.diary if line[2]] == ["migrate"]
    (migrating,) = [line[1] for line in place.diary if line[0] == "migrate"]
    assert migrating == "manage.py migrate --no-input --lock-seconds 5 --tries 12"
    assert re.findall(r"^· (\w+)", said, re.MULTILINE) == [
        "Respaldo", "Entorno", "Revisión", "Migraciones", "Estilos", "Unidades", "Páginas", "Tareas"
    ]  # fmt: skip
    assert "Actualizado. Para volver atrás" in said


def test_a_dry_run_only_says_it(place: Installation) -> None:
    said = place.run("--dry-run", "--to", "v1", "--backups", "/otra")
    assert place.done == [] and "manage.py backup /otra" in said and "--detach .next v1" in said
    assert "systemctl restart pmd" in said and "Actualizado" not in said


def test_without_a_place_for_the_backup_nothing_begins(place: Installation, settings: Any) -> None:
    settings.PMD_BACKUP_ROOT = ""
    assert "STOPPED Diga dónde guardar el respaldo" in place.run() and place.done == []


def test_what_broke_is_told_as_a_sentence_and_not_as_a_line_of_the_log(place: Installation) -> None:
    (place.home / "fails").write_text("migrate\n")
    line = {
        "level": "ERROR",
        "message": "La orden «migrate» no terminó",
        "exc_info": "Traceback\n  File\nDataError: 1/0\n",
    }
    (place.home / "log-migrate").write_text(json.dumps(line) + "\n")
    said = place.run()
    assert "    La orden «migrate» no terminó: DataError: 1/0\n" in said and "Traceback" not in said


def test_the_reason_of_git_is_told_and_not_its_advice(place: Installation) -> None:
    place.publish_a_version()
    place.git("remote", "set-url", "origin", "/no/esta")
    said = place.run("--to", "origin/main")
    assert "No se pudo traer el código: fatal: '/no/esta'" in said


def test_a_version_that_became_another_one_is_named(place: Installation) -> None:
    """git says nothing of it where it is asked to be quiet."""
    first, second = place.publish_a_version()
    place.git("push", "-q", "origin", f"{second}:refs/tags/v1")
    place.git("tag", "v1", first)
    assert re.search(r"No se pudo traer el código: ! \[rejected\] +v1 ", place.run("--to", "v1"))


@pytest.mark.parametrize("step", ["backup", "setup", "check", "migrate", "collectstatic", "deploy.install"])
def test_a_step_that_fails_leaves_the_former_version_at_work(place: Installation, step: str) -> None:
    first, second = place.publish_a_version()
    (place.home / "fails").write_text(f"{step}\n")
    said = place.run("--to", "origin/main")
    assert f"se rompió {step}" in said and "Lo anterior sigue sirviendo" in said
    assert place.is_untouched(first)
    assert not [name for name in place.done if name.startswith(("reload", "restart"))]
    if step != "backup":
        assert f"Lo preparado se quitó; sigue {first[:12]}." in said and place.done[-1] == step
        assert place.diary[place.done.index(step)][3] == second
    else:
        assert place.done == ["doctor", "backup"]


def test_the_backup_is_of_the_former_code_and_the_rest_of_the_new_one(place: Installation) -> None:
    first, second = place.publish_a_version()
    said = place.run("--to", "origin/main")
    at = {line[0]: line[3] for line in place.diary}
    assert at["backup"] == first and at["migrate"] == at["doctor"] == second and place.is_untouched(second)
    steps = re.findall(r"^· (\w+)", said, re.MULTILINE)
    assert steps[1] == "Código" and steps[-4:] == ["Unidades", "Cambio", "Páginas", "Tareas"]


def test_until_the_last_step_what_serves_is_whole_in_its_place(place: Installation) -> None:
    first, second = place.publish_a_version()
    (place.base / ".venv" / "lib").write_text("de antes\n")
    (place.home / "does-setup").write_text(f"rm .venv; cp -a {place.base}/.venv .venv; echo nuevo > .venv/lib\n")
    seen = f"git -C {place.base} rev-parse HEAD; cat {place.base}/.venv/lib; cat .venv/lib; readlink -f var"
    for step in ("migrate", "collectstatic", "deploy.install"):
        (place.home / f"does-{step}").write_text(seen)
    said = place.run("--to", "origin/main")
    assert said.count(f"    {first}\n    de antes\n    nuevo\n    {place.base}/var\n") == 3
    assert (place.base / ".venv" / "lib").read_text() == "nuevo\n" and place.is_untouched(second)


def by_hand(place: Installation) -> None:
    (place.base / "manage.py").write_text("# parche")


def nowhere(place: Installation) -> None:
    place.git("remote", "set-url", "origin", "/no/esta")


@pytest.mark.parametrize(
    ("change", "to", "sentence"),
    [
        (by_hand, "origin/main", "Hay cambios hechos a mano"),
        (nowhere, "origin/main", "No se pudo traer el código"),
        (lambda place: None, "v9", "No hay ninguna versión «v9»"),
    ],
)
def test_code_that_cannot_be_had_stops_before_anything(
    place: Installation, change: Callable[[Installation], None], to: str, sentence: str
) -> None:
    place.publish_a_version()
    change(place)
    assert f"STOPPED {sentence}" in place.run("--to", to) and place.done == []


def test_where_the_code_is_no_clone_it_is_put_there_by_hand(place: Installation) -> None:
    assert "ponga ahí el código nuevo y corra upgrade sin --to" in place.run("--to", "v1") and place.done == []


def test_what_the_new_version_lacks_stops_before_the_restart(place: Installation) -> None:
    first, _ = place.publish_a_version()
    (place.home / "said-doctor").write_text("FALTA  lo de siempre, hace 3 horas.\nAviso  esto no.\n")
    assert "STOPPED" not in place.run("--to", "origin/main")
    place.git("checkout", "-q", first)
    python = place.base / ".venv" / "bin" / "python"
    told = "echo 'FALTA  lo de siempre, hace 4 horas.'; echo 'FALTA  algo nuevo.'"
    new = f'[ "$name" = migrate ] && ({told}) > {place.home}/said-doctor\n'
    python.write_text(python.read_text().removesuffix("exit 0\n") + new + "exit 0\n")
    said = place.run("--to", "origin/main")
    assert "STOPPED La versión nueva tendría esto por corregir" in said and "algo nuevo." in said
    assert "lo de siempre" not in said.partition("STOPPED")[2] and place.git("rev-parse", "HEAD") == first


def test_where_nothing_holds_the_address_meanwhile_that_is_told(place: Installation) -> None:
    assert "Sin pmd.socket" not in place.run()
    stub = place.home / "bin" / "systemctl"
    stub.write_text(stub.read_text().replace("echo active", '[ "$2" = pmd.socket ] || echo active'))
    assert "Sin pmd.socket, quien pidió una página durante el reinicio no la recibió" in place.run()


def test_where_there_is_no_systemd_it_says_what_to_restart(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place.home / "bin" / "systemctl").unlink()
    monkeypatch.setattr("shutil.which", lambda name: None)
    said = place.run()
    assert (
        "Aquí no hay servicio de systemd" in said
        and "también su proceso principal" in said
        and place.done == ORDER[:-2]
    )


def test_two_at_once_are_refused(place: Installation) -> None:
    with subprocess.Popen(["flock", place.base / ".upgrade.lock", "sleep", "60"]) as other:
        while subprocess.run(["flock", "--nonblock", place.base / ".upgrade.lock", "true"]).returncode == 0:
            pass
        said = place.run()
        other.kill()
    assert "STOPPED Ya hay otra actualización en curso" in said and place.done == []


# --- What is killed, and what waits


def test_the_end_of_the_terminal_ends_nothing_and_the_diary_has_it_all(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place.home / "does-migrate").write_text("kill -HUP $PPID\n")

    def gone(line: str) -> None:
        raise OSError(5, "Input/output error")

    upgrade = Upgrade(to="", backups="/respaldos", say=gone)
    upgrade.run()
    assert place.done == ORDER and not (place.base / ".upgrade.json").exists()
    diary = place.base / ".upgrade.log"
    assert "· Migraciones" in diary.read_text() and diary.read_text().splitlines()[-1].startswith("Actualizado.")
    assert diary.stat().st_mode & 0o777 == 0o600


def test_whoever_asks_it_to_end_has_the_former_code_back_until_the_restart(place: Installation) -> None:
    first, second = place.publish_a_version()
    (place.home / "does-migrate").write_text("kill -TERM $PPID; sleep 30\n")
    said = place.run("--to", "origin/main")
    assert "STOPPED Migraciones: se pidió detenerla. Lo anterior sigue sirviendo." in said
    assert place.is_untouched(first)
    (place.home / "does-migrate").unlink()
    (place.home / "does-restart pmd").write_text("kill -TERM $PPID\n")
    assert "Actualizado" in place.run("--to", "origin/main") and place.git("rev-parse", "HEAD") == second


class Killed(BaseException):
    """As by SIGKILL: nothing that catches errors sees it."""


@pytest.fixture
def killed(place: Installation, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    real = Upgrade._do

    def kill(at: str) -> None:
        def do(self: Upgrade, step: Any) -> None:
            if step.what == at:
                raise Killed
            real(self, step)

        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(Upgrade, "_do", do)
            place.run("--to", "origin/main")
        (place.home / "diary").unlink()

    return kill


def found() -> list[str]:
    return [str(one) for one in running.upgrade(timezone.now())]


def test_one_that_was_killed_is_known_and_finished(place: Installation, killed: Callable[[str], None]) -> None:
    first, second = place.publish_a_version()
    assert found() == []
    killed("Migraciones")
    assert place.git("rev-parse", "HEAD") == first and (place.base / ".next").exists()
    (sentence,) = found()
    assert "La actualización a origin/main que empezó el" in sentence and "no terminó." in sentence
    assert "Sigue la versión de antes, entera, también si se reinicia." in sentence
    assert "Actualizado" in place.run()
    at = {line[0]: line[3] for line in place.diary}
    assert at["backup"] == first and at["migrate"] == second and place.is_untouched(second)
    assert place.done[-1] == "restart pmd-worker" and found() == []


def test_one_of_a_version_that_put_its_code_in_place_at_once_is_taken_back(place: Installation) -> None:
    first, second = place.publish_a_version()
    Mark("origin/main", first, "hoy").write(place.base)
    place.git("checkout", "-q", second)
    assert "Mientras tanto no reinicie nada" in found()[0]
    assert f"El código volvió a {first[:12]}." in place.run("--back")
    assert place.done == ["setup"] and place.is_untouched(first) and found() == []


def test_what_began_beside_the_code_begins_again_in_its_place(place: Installation) -> None:
    """A unit that is new in a version is started before that version is in its place."""
    place.publish_a_version()
    (place.home / "does-deploy.install").write_text(
        f"sleep 60 > /dev/null 2>&1 & echo $! > {place.home}/pid; echo pmd-nueva > {place.home}/begun\n"
    )
    said = place.run("--to", "origin/main")
    os.kill(int((place.home / "pid").read_text()), signal.SIGKILL)
    assert (
        place.done[-3:] == ["restart pmd", "restart pmd-worker", "restart pmd-nueva.service"] and "Actualizado" in said
    )


@pytest.mark.parametrize("there", [True, False])
def test_a_git_that_was_killed_while_it_put_the_code_there_is_no_hindrance(place: Installation, there: bool) -> None:
    """It leaves its folder half written, and locked: that is how git keeps others from taking it away meanwhile."""
    first, second = place.publish_a_version()
    Mark("origin/main", first, "hoy", beside=True).write(place.base)
    place.git("worktree", "add", "-q", "--detach", "--lock", ".next", second)
    (place.base / ".next" / "nuevo.py").unlink()
    if not there:
        shutil.rmtree(place.base / ".next")
    assert "Actualizado" in place.run() and place.is_untouched(second)


@pytest.mark.parametrize("held", [".upgrade.lock", "manage.py"])
def test_one_that_is_under_way_is_no_fault_to_the_new_version(place: Installation, held: str) -> None:
    """Those of before held a file of the code, and the doctor that they ask is already the new one."""
    Mark("origin/main", "0123", "hoy").write(place.base)
    with (place.base / held).open("a") as file:
        assert found()
        fcntl.flock(file, fcntl.LOCK_EX)
        assert found() == []


def test_one_that_was_killed_is_taken_back(place: Installation, killed: Callable[[str], None]) -> None:
    assert "STOPPED No hay ninguna actualización a medias." in place.run("--back")
    first, _ = place.publish_a_version()
    killed("Revisión")
    assert f"Lo preparado se quitó; sigue {first[:12]}." in place.run("--back")
    assert place.done == [] and place.is_untouched(first) and found() == []


@pytest.mark.parametrize("step", ["Unidades", "Cambio", "Páginas", "Tareas"])
def test_one_that_was_killed_in_the_restart_only_goes_forward(
    place: Installation, killed: Callable[[str], None], settings: Any, step: str
) -> None:
    _, second = place.publish_a_version()
    killed(step)
    sentence = "Como root, con el dueño de la base: deploy/pmd upgrade la termina."
    if (place.base / ".next").exists():
        settings.BASE_DIR = place.base / ".next"  # deploy/pmd starts it there
    assert sentence in found()[0]
    assert "STOPPED La actualización a origin/main" in place.run("--back")
    (place.home / "fails").write_text("restart pmd\n")
    assert "STOPPED Páginas: no se pudo." in place.run() and "Se termina" in place.run()
    (place.home / "fails").unlink()
    settings.BASE_DIR = place.base
    assert sentence in found()[0]
    (place.home / "diary").unlink()
    assert "Actualizado" in place.run() and found() == [] and place.is_untouched(second)
    # What came before was done.
    assert place.done == ["deploy.install", "restart pmd", "restart pmd-worker"]


def test_after_one_that_was_killed_at_its_end_another_version_may_come(
    place: Installation, killed: Callable[[str], None]
) -> None:
    _, second = place.publish_a_version()
    killed("Cambio")
    (place.base / ".upgrade.log").unlink()
    assert "Actualizado" in place.run("--to", "HEAD")
    assert place.done.count("backup") == 1 and place.done.count("restart pmd") == 2 and place.is_untouched(second)


@pytest.mark.parametrize("after", ["checkout", "exchange", "rename"])
def test_a_version_takes_its_place_also_at_the_second_time(
    tmp_path: Path, place: Installation, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """Whoever is killed in the middle of it, with the lock of git still there, does it again."""
    _, second = place.publish_a_version()
    new = place.base / ".next"
    place.git("worktree", "add", "-q", "--detach", str(new), second)
    shutil.copytree(place.base / ".venv", new / ".venv")
    (new / ".venv" / "lib").write_text("nuevo")

    def die(*given: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        match after:
            case "checkout":
                patched.setattr(upgrade_switch, "_exchange", die)
            case "exchange":
                patched.setattr(Path, "rename", die)
            case "rename":
                patched.setattr(Path, "touch", die)
                (new / ".venv" / ".installed").write_text("")
        upgrade_switch.switch(new)
    if new.exists():
        (place.base / "nuevo.py").unlink()
        (place.base / ".git" / "index.lock").write_text("")
        upgrade_switch.switch(new)
    assert (place.base / ".venv" / "lib").read_text() == "nuevo" and not new.exists()
    assert place.git("rev-parse", "HEAD") == second and not place.git("status", "--porcelain")


def test_what_a_step_says_is_heard_while_it_waits(place: Installation) -> None:
    (place.home / "does-migrate").write_text(
        f"echo 'Una tabla está ocupada (41, de pmd)'; while [ ! -e {place.home}/go ]; do sleep 0.05; done\n"
    )

    def say(line: str) -> None:
        if "ocupada" in line:
            (place.home / "go").touch()

    Upgrade(to="", backups="/respaldos", say=say).run()
    assert place.done == ORDER
