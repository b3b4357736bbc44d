"""A server on which a page's commands are typed as they are written: a folder for its disk, and programs of its own.

``bash`` runs the text with nothing on its path but what stands here: a few programs of the system that touch files
below that folder, and the others, which ask the test (``answers``). Whatever a page names besides is not found, and
fails. Paths of the server (/srv, /etc, /var, /root, /run, /tmp) are those below the folder.
"""

import contextlib
import os
import re
import select
import shutil
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.pmd.test_settings import ROOT

# As they are: they read and write below the folder alone, because every path of the text is put there.
REAL = (
    "cat", "chmod", "cp", "cut", "date", "df", "du", "echo", "env", "false", "free", "grep", "gzip", "head", "ln", "ls",
    "mkdir", "mv", "openssl", "python3", "rm", "sed", "sh", "sha256sum", "sleep", "sort", "tail", "tar", "tee", "test",
    "touch", "true", "dirname",
)  # fmt: skip
_PATHS = re.compile(r"(?<![\w.:/}@-])/(srv|etc|var|root|run|tmp)(?=[/\s'\"]|$)", re.MULTILINE)
_CLIENT = """#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/{port}
printf '%s\\0' "$(($# + 4))" "${{0##*/}}" "$PWD" "${{RUN_AS:-root}}" "${{PMD_DATABASE_OWNER_URL:-}}" "$@" >&3
IFS= read -r status <&3
{cat} <&3
exit "$status"
"""
# Another account's command: it sees what ours sees, as with runuser.
_RUNUSER = """#!/bin/bash
[[ "$1" == -u && "$3" == -- ]] && {{ [[ "$2" == pmd || "$2" == postgres ]]; }} || exit 2
export RUN_AS="$2"; shift 3; exec "$@"
"""
# Accounts of the server are not there; everything else of it is done.
_INSTALL = """#!/bin/bash
given=()
while (($#)); do case "$1" in
  -o|-g) [[ "$2" =~ ^(root|pmd|postgres)$ ]] || exit 2; shift 2 ;;
  *) given+=("$1"); shift ;;
esac; done
exec {install} "${{given[@]}}"
"""
# age itself is on no machine of the tests; its format is opened by the library that the product uses.
_AGE = """#!{python}
import sys
import pyrage
sign, naming, key, path = sys.argv[1:]
assert (sign, naming) == ("-d", "-i")
lines = [line.strip() for line in open(key) if not line.startswith("#")]
keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line]
sys.stdout.buffer.write(pyrage.decrypt(open(path, "rb").read(), keys))
"""
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Call:
    """A program that was asked for; ``owner``: the environment says how the owner of the database connects."""

    program: str
    words: list[str]
    cwd: Path
    account: str
    owner: bool


Answer = Callable[[Call], "tuple[int, str]"]


@dataclass(slots=True)
class Machine:
    root: Path
    answers: dict[str, Answer]
    asked: list[Call] = field(default_factory=list)
    _listening: socket.socket = field(default_factory=socket.socket)
    _typed: int = 0

    def __post_init__(self) -> None:
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen()
        programs = self.root / "bin"
        programs.mkdir()
        for name in REAL:
            if found := shutil.which(name, path="/usr/local/bin:/usr/bin:/bin"):
                (programs / name).symlink_to(found)
        client = _CLIENT.format(port=self._listening.getsockname()[1], cat=shutil.which("cat"))
        written = {
            "runuser": _RUNUSER.format(), "install": _INSTALL.format(install=shutil.which("install")),
            "age": _AGE.format(python=sys.executable),
        }  # fmt: skip
        for name, text in {**dict.fromkeys(self.answers, client), **written}.items():
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        self._lay_out()

    def _lay_out(self) -> None:
        """The folders of a Debian, and the code in /srv/pmd without what its commands could harm."""
        for folder in ("srv/pmd", "etc/systemd/system", "etc/postgresql/15/main/conf.d", "root", "run", "tmp",
                       "var/backups/pmd", "var/lib/postgresql/15/main"):  # fmt: skip
            (self.root / folder).mkdir(parents=True)
        for name in ("docs", "README.md"):
            (self.root / "srv/pmd" / name).symlink_to(ROOT / name)
        (self.root / "srv/pmd/deploy").mkdir()  # a page writes into it
        for path in (ROOT / "deploy").iterdir():
            (self.root / "srv/pmd/deploy" / path.name).symlink_to(path)

    def close(self) -> None:
        self._listening.close()

    def at(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def home(self, name: str) -> Path:
        """What a page writes as ``~/name``: of root, who types."""
        return self.root / "root" / name

    def placed(self, text: str) -> str:
        return _PATHS.sub(lambda found: f"{self.root}/{found[1]}", text)

    def named(self, text: str) -> str:
        """The same with the names of the server again."""
        return text.replace(str(self.root), "")

    @property
    def programs(self) -> set[str]:
        return {path.name for path in (self.root / "bin").iterdir()}

    def type(self, text: str, stdin: str = "") -> tuple[int, str]:
        """Exit status of the first command that failed, and everything that was said."""
        environment = {
            "PATH": str(self.root / "bin"), "PYTHON": str(self.root / "bin/pmd-python"),
            "HOME": str(self.home("")),
            "LC_ALL": "C.UTF-8", "TMPDIR": str(self.root / "tmp"),
        }  # fmt: skip
        self._typed += 1  # a container's command is typed while another one waits for it
        said = self.root / f"said-{self._typed}"
        with said.open("w+b") as out, (self.root / f"typed-{self._typed}").open("w+b") as given:
            given.write(stdin.encode())
            given.seek(0)
            bash = shutil.which("bash") or "/bin/bash"
            process = subprocess.Popen(
                [bash, "-eu", "-c", self.placed(text)], env=environment, cwd=self.root, stdin=given, stdout=out,
                stderr=out, start_new_session=True,
            )  # fmt: skip
            self._answer_until_it_ends(process)
        return process.returncode, self.named(said.read_text(errors="replace"))

    def _answer_until_it_ends(self, process: "subprocess.Popen[bytes]") -> None:
        end = time.monotonic() + _SECONDS
        while process.poll() is None:
            if time.monotonic() > end:
                process.kill()
            ready, _, _ = select.select([self._listening], [], [], 0.01)
            if ready:
                connection, _ = self._listening.accept()
                with contextlib.closing(connection):
                    self._answer(connection)
        process.wait()

    def _answer(self, connection: socket.socket) -> None:
        program, cwd, account, owner, *words = _words(connection)
        call = Call(program, words, Path(cwd), account, bool(owner))
        self.asked.append(call)
        try:
            status, said = self.answers[program](call)
        except Exception:  # told with the page's line, beside whatever else is wrong
            status, said = 70, traceback.format_exc()
        said = said if said.endswith("\n") or not said else f"{said}\n"
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # «head» reads no further
            connection.sendall(f"{status}\n{said}".encode())

    def __enter__(self) -> "Machine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _words(connection: socket.socket) -> list[str]:
    """How many there are, and then each of them with a zero behind it."""
    with connection.makefile("rb") as stream:
        read = _strings(stream)
        return [next(read) for _ in range(int(next(read)))]


def _strings(stream: IO[bytes]) -> Iterator[str]:
    piece = b""
    while byte := stream.read(1):
        if byte == b"\0":
            yield os.fsdecode(piece)
            piece = b""
        else:
            piece += byte
