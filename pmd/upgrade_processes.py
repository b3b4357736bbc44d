"""The processes of an upgrade: each as its account, heard as it speaks, and out of reach of the terminal.

A terminal that is closed ends nothing: whoever upgrades from afar loses the line, not the upgrade.
"""

import os
import pwd
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

Done = subprocess.CompletedProcess[str]


@dataclass(slots=True)
class Processes:
    """``stopped``: somebody asked to end it. ``protected``: it is too late for that. ``handed``: open in each."""

    base: Path
    stopped: bool = False
    protected: bool = False
    handed: tuple[int, ...] = ()
    _running: "subprocess.Popen[str] | None" = field(default=None, init=False)

    def run(
        self,
        command: Sequence[str],
        account: int | None,
        environment: Mapping[str, str],
        hear: Callable[[str], None] | None = None,
        where: Path | None = None,
    ) -> Done:
        """``hear`` gets each line of the standard output when it is written; without it they are all in what returns.

        In a group of its own, which the keyboard's interrupt does not reach: whoever asks to stop asks us.
        """
        given = {**environment, "PYTHONUNBUFFERED": "1"}
        who: dict[str, object] = {}
        if account is not None:
            entry = pwd.getpwuid(account)
            groups = os.getgrouplist(entry.pw_name, entry.pw_gid)
            who = {"user": account, "group": entry.pw_gid, "extra_groups": groups}
            given |= {"HOME": entry.pw_dir, "USER": entry.pw_name}
        lines: list[str] = []
        with tempfile.TemporaryFile("w+", errors="replace") as wrong:
            try:
                process = subprocess.Popen(
                    command, cwd=where or self.base, env=given, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=wrong, text=True, errors="replace", start_new_session=True, pass_fds=self.handed, **who,
                )  # type: ignore[call-overload]  # fmt: skip
            except OSError as error:
                return Done(command, 127, "", f"{command[0]}: {error.strerror}")
            self._running = process
            assert process.stdout is not None
            with process.stdout:
                for line in process.stdout:
                    lines.append(line)
                    if hear:
                        hear(line.rstrip("\n"))
            status = process.wait()
            self._running = None
            wrong.seek(0)
            return Done(command, status, "".join(lines), wrong.read())

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """The end of the terminal is nothing; a wish to stop ends the step under way, while that is still possible."""
        handlers = {
            signal.SIGHUP: signal.signal(signal.SIGHUP, signal.SIG_IGN),
            **{one: signal.signal(one, self._stop) for one in (signal.SIGTERM, signal.SIGINT)},
        }
        try:
            yield
        finally:
            for one, former in handlers.items():
                signal.signal(one, former)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self.protected:
            return
        self.stopped = True
        if self._running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._running.pid, signal.SIGTERM)
