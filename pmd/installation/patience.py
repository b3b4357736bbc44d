"""What may never answer (a mail server, a disk of the network) is asked beside, and given up after a while."""

import os
import pickle
import select
import signal
import time
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, Generic, TypeVar

Found = TypeVar("Found")
_PIECE = 2**16


class Unanswered(Exception):
    """It did not answer in time."""


def asked_beside(ask: Callable[[], Iterable[Found]], seconds: float) -> list[Found]:
    """What it finds, in a process of its own: one that waits for a disk may not even be ended, and then waits alone.

    Unanswered after so many seconds. It asks the database nothing, whose connection is not its own.
    """
    read, write = os.pipe()
    nothing = os.open(os.devnull, os.O_RDWR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which the child does not have
        child = os.fork()
    if not child:
        try:
            os.close(read)
            for stream in (0, 1, 2):  # whoever reads what we say does not wait for it either
                os.dup2(nothing, stream)
            with os.fdopen(write, "wb") as out:
                out.write(_answer(ask))
        finally:
            os._exit(0)
    os.close(write)
    os.close(nothing)
    with os.fdopen(read, "rb", buffering=0) as answer:
        found, fault = _read(answer, child, time.monotonic() + seconds)
    if fault is not None:
        raise RuntimeError(fault)
    return found


def _answer(ask: Callable[[], Iterable[Any]]) -> bytes:
    try:
        return pickle.dumps((list(ask()), None))
    except Exception as error:
        return pickle.dumps(([], f"{type(error).__name__}: {error}"))


def _read(answer: Any, child: int, until: float) -> tuple[list[Any], str | None]:
    told = b""
    while select.select([answer], [], [], max(0, until - time.monotonic()))[0]:
        piece = answer.read(_PIECE)
        if not piece:
            os.waitpid(child, 0)
            found: tuple[list[Any], str | None] = pickle.loads(told) if told else ([], "it ended")
            return found
        told += piece
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    raise Unanswered


class _Question(Generic[Found]):
    """What is being asked in a thread; ``since``: when that began (monotonic)."""

    def __init__(self, ask: Callable[[], Iterable[Found]]) -> None:
        self.since = time.monotonic()
        self.found: list[Found] = []
        self.fault: Exception | None = None
        self._ask = ask
        self.thread = Thread(target=self._run, daemon=True, name="asked-beside")
        self.thread.start()

    def _run(self) -> None:
        try:
            self.found = list(self._ask())
        except Exception as error:
            self.fault = error


class AskedOnce(Generic[Found]):
    """The same within a process that serves, in a thread: whoever asks meanwhile waits for the same answer.

    Nobody begins another one while that is not there, and nobody waits for one that has had its time.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds, self._lock = seconds, Lock()
        self._asked: _Question[Found] | None = None

    def ask(self, ask: Callable[[], Iterable[Found]]) -> list[Found]:
        with self._lock:
            asked = self._asked
            if asked is None or not asked.thread.is_alive():
                asked = self._asked = _Question(ask)
        asked.thread.join(max(0, asked.since + self._seconds - time.monotonic()))
        if asked.thread.is_alive():
            raise Unanswered
        if asked.fault is not None:
            raise asked.fault
        return asked.found
