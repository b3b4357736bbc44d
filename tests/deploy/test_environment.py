"""``make setup`` where something is missing: one sentence, and a second time that repairs or asks for nothing.

Python and pip are stand-ins, so that no machine has to be without them; ``make run`` of CI is the real thing.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.installing.base import CODE

# What a Python answers to ``deploy/environment``. In HERE, ``said`` is what pip prints, ``broken`` that it fails.
PYTHON = """#!/bin/sh
here=$HERE
case "$1 $2" in
"--version ") echo "Python $(cat "$here/version")" ;;
"-c import sys"*) case $(cat "$here/version") in 3.1[1-4].*) ;; *) exit 1 ;; esac ;;
"-c import ensurepip"*) [ ! -e "$here/no-venv" ] ;;
"-c import pip") ;;
"-m venv")
    if [ -e "$here/no-links" ]; then echo "Error: [Errno 1] Operation not permitted: 'lib'" >&2; exit 1; fi
    rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python; echo venv >>"$DIARY" ;;
"-m pip") echo pip >>"$DIARY"; cat "$here/said"; [ ! -e "$here/broken" ] ;;
esac
"""
TOOLS = ("sh", "dirname", "grep", "cmp", "cp", "ln", "mv", "touch", "rm", "cat", "mkdir", "uname", "tail", "make")


class Machine:
    """A folder with a space and an accent, a PATH with what macOS has too, and a Python."""

    def __init__(self, tmp_path: Path) -> None:
        self.base, self.tools, self.diary = tmp_path / "Año nuevo", tmp_path / "bin", tmp_path / "diary"
        (self.base / "deploy").mkdir(parents=True)
        self.tools.mkdir()
        for name in ("Makefile", "deploy/environment"):
            shutil.copy(CODE / name, self.base / name)
        for name in TOOLS:
            (self.tools / name).symlink_to(str(shutil.which(name)))
        self.list_ = self.base / "requirements.txt"
        self.list_.write_text("django==5.2\n")
        self.has(version="3.12.1", said="")
        (self.tools / "python3").write_text(PYTHON)
        (self.tools / "python3").chmod(0o755)

    def has(self, **files: str) -> None:
        for name, text in files.items():
            (self.tools / name).write_text(text)

    def setup(self, former: Path | None = None) -> tuple[int, str, list[str]]:
        """Status, what was printed, and which of venv and pip were asked for."""
        self.diary.write_text("")
        # Nothing else in the environment: neither HOME nor a language.
        environment = {"PATH": str(self.tools), "HERE": str(self.tools), "DIARY": str(self.diary)}
        command = ["make", "-s", "setup", *([f"FORMER={former}"] if former else [])]
        done = subprocess.run(command, cwd=self.base, env=environment, capture_output=True, text=True)
        lines = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
        return done.returncode, "\n".join(lines) or done.stdout, self.diary.read_text().split()

    def stops(self) -> str:
        status, said, _ = self.setup()
        assert status != 0 and len(said.splitlines()) == 1, said
        return said


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_second_time_asks_the_network_for_nothing(machine: Machine) -> None:
    assert machine.setup()[2] == ["venv", "pip"]
    assert machine.setup()[2] == []
    # A clone, an unpacked copy and a disk of Windows have other times.
    future = machine.list_.stat().st_mtime + 60
    subprocess.run(["touch", "-d", f"@{future:.0f}", machine.list_], check=True)
    machine.has(broken="", said="Failed to establish a new connection")
    assert machine.setup()[::2] == (0, [])
    machine.list_.write_text("django==5.3\n")
    assert "hace falta internet" in machine.stops()


@pytest.mark.parametrize(
    ("there", "sentence"),
    [({"version": "3.9.6"}, "aquí hay: Python 3.9.6"), ({"no-venv": ""}, "apt install python3-venv"),
     ({"no-links": ""}, "carpeta personal")],
)  # fmt: skip
def test_what_the_machine_lacks_is_one_sentence(machine: Machine, there: dict[str, str], sentence: str) -> None:
    machine.has(**there)
    assert sentence in machine.stops()
    for name in there:
        (machine.tools / name).unlink()
    machine.has(version="3.12.1")
    assert machine.setup()[0] == 0


def test_no_python_at_all(machine: Machine) -> None:
    (machine.tools / "python3").unlink()
    assert "aquí hay: ninguno" in machine.stops()


def test_a_newer_one_beside_the_system_s_own_is_found(machine: Machine) -> None:
    (machine.tools / "python3").rename(machine.tools / "python3.13")
    (machine.tools / "python3").write_text("#!/bin/sh\nexit 1\n")
    assert machine.setup()[0] == 0


NO_NETWORK = "WARNING: Retrying after connection broken by 'NewConnectionError(Failed to establish a new connection)'\n"
NO_VERSION = "ERROR: No matching distribution found for django==5.2\n"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (NO_NETWORK + NO_VERSION, "HTTPS_PROXY"),
        ("WARNING: ... ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407'))", "El proxy"),
        ("SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED'))\n" + NO_VERSION, "PIP_CERT"),
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "No queda lugar"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "no es lo que PMD espera"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied", "borre esa carpeta"),
        (NO_VERSION, "Para este sistema"),
        ("ERROR: something new", "ERROR: something new"),
    ],
)
def test_what_pip_says_becomes_a_sentence_that_says_what_to_do(machine: Machine, said: str, sentence: str) -> None:
    machine.has(said=said, broken="")
    assert sentence in machine.stops()
    (machine.tools / "broken").unlink()
    # Nothing was installed: what there is of .venv, perhaps that of a version at work, stays.
    assert machine.setup()[::2] == (0, ["pip"])


def test_what_was_ended_half_way_is_made_anew(machine: Machine) -> None:
    machine.has(said="Installing collected packages: django\n", broken="")
    machine.stops()
    (machine.tools / "broken").unlink()
    assert machine.setup()[::2] == (0, ["venv", "pip"])


def test_beside_a_version_that_serves_its_environment_is_taken_over_and_not_touched(machine: Machine) -> None:
    def inside(folder: Path) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    machine.setup()
    former = machine.base / ".venv"
    former.rename(machine.base / "en otro disco")
    former.symlink_to(machine.base / "en otro disco")
    (former / "paquete.py").write_text("de antes")
    machine.base = machine.base / "al lado"
    shutil.copytree(former.parent, machine.base, ignore=shutil.ignore_patterns(".venv", "al lado", "en otro disco"))
    machine.list_ = machine.base / "requirements.txt"
    before = inside(former)
    assert machine.setup(former)[::2] == (0, []) and (machine.base / ".venv").resolve() == former.resolve()
    (machine.base / ".venv").unlink()
    machine.list_.write_text("django==5.3\n")
    machine.has(said="Installing collected packages: django\n", broken="")
    assert machine.setup(former)[0] != 0
    (machine.tools / "broken").unlink()
    shutil.rmtree(machine.base / ".venv")
    assert machine.setup(former)[::2] == (0, ["pip"])  # what is there already is not fetched again
    assert (machine.base / ".venv/paquete.py").read_text() == "de antes" and inside(former) == before
    # One that was ended half way, or whose Python is gone, is nothing to begin with; nor is it made anew by this.
    shutil.rmtree(machine.base / ".venv")
    (former / "pip.log").write_text("Installing collected packages: django\n")
    before = inside(former)
    assert machine.setup(former)[::2] == (0, ["venv", "pip"]) and inside(former) == before


@pytest.mark.parametrize("shell", [["busybox", "sh"], ["bash", "--posix"], ["dash"]], ids=" ".join)
def test_any_shell_will_do(machine: Machine, shell: list[str]) -> None:
    if not shutil.which(shell[0]):
        pytest.skip(f"{shell[0]} is not installed")
    program = [str(shutil.which(shell[0])), *shell[1:]]
    environment = {"PATH": str(machine.tools), "HERE": str(machine.tools), "DIARY": str(machine.diary)}
    command = [*program, "deploy/environment", "requirements.txt", ".venv/.installed"]
    subprocess.run(command, cwd=machine.base, env=environment, check=True)
    assert machine.diary.read_text().split() == ["venv", "pip"]


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
def test_the_script_is_sound() -> None:
    done = subprocess.run(["shellcheck", CODE / "deploy/environment"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
