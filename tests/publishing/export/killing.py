"""Ending the writing of a folder as a killed process does, at whichever of its steps."""

import os
import shutil
from pathlib import Path

import pytest

from publishing.export import folder as folder_module


class Killed(BaseException):
    """As a process ends that is killed: nothing after it is done."""


CALLS = ("replace", "link", "unlink")


def stop_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """The ``step``-th thing that is done to the folder's files is the last one before the process dies."""
    left = [step]

    def counting(call):
        def counted(*args, **kwargs):
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return call(*args, **kwargs)

        return counted

    for name in CALLS:
        monkeypatch.setattr(folder_module.os, name, counting(getattr(os, name)))
    monkeypatch.setattr(folder_module.shutil, "rmtree", counting(shutil.rmtree))
    monkeypatch.setattr(Path, "write_bytes", counting(Path.write_bytes))
