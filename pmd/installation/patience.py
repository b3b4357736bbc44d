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


class AskedOnce(Generic[Found]):
    """The same within a process that serves, in a thread: as long as one waits, nobody else begins to."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._lock = seconds, Lock()
        self._thread: Thread | None = None

    def ask(self, ask: Callable[[], Iterable[Found]]) -> list[Found]:
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                raise Unanswered
            found: list[Found] = []
            faults: list[Exception] = []
            thread = self._thread = Thread(target=_into, args=(ask, found, faults), daemon=True, name="asked-beside")
            thread.start()
        thread.join(self._seconds)
        if thread.is_alive():
            raise Unanswered
        if faults:
            raise faults[0]
        return found


def _into(ask: Callable[[], Iterable[Any]], found: list[Any], faults: list[Exception]) -> None:
    try:
        found.extend(ask())
    except Exception as error:
        faults.append(error)
