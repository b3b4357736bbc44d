"""A row of the benchmarks that fails or hangs is a line of the table and the exit status; the others are printed."""

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import bench.__main__ as program
from bench.figures import Figure, not_measured, table
from bench.municipality import ChildFailed, Run

RUN: Any = SimpleNamespace()


def broken(run: Any) -> list[Figure]:
    raise ValueError("the page answered 500\nand more")


def hanging(run: Any) -> list[Figure]:
    time.sleep(30)
    return []


def sound(run: Any) -> list[Figure]:
    return [Figure("sound", 1.5, "x", 2)]


def test_a_row_that_breaks_off_says_why() -> None:
    (figure,) = program.measured("pages", broken, RUN)
    assert (figure.name, figure.note, figure.met) == ("pages", "failed: ValueError: the page answered 500", False)


def test_a_row_that_hangs_is_given_up() -> None:
    (figure,) = program.measured("paint", hanging, RUN, patience=0.1)
    assert figure.note == "failed: TooLong: no answer after 0.1 s" and not figure.met


def test_the_others_are_printed_and_the_status_is_1(monkeypatch: Any, capsys: Any) -> None:
    class Prepared:
        def __enter__(self) -> Any:
            return RUN

        def __exit__(self, *_: Any) -> None:
            pass

    monkeypatch.setattr(program, "prepared", Prepared)
    monkeypatch.setattr(program.sys, "argv", ["bench"])
    monkeypatch.setattr(program, "ROWS", {"one": broken, "two": sound})
    assert program.main() == 1
    printed = capsys.readouterr().out
    assert "failed: ValueError: the page answered 500" in printed and "1.50 x" in printed
    monkeypatch.setattr(program, "ROWS", {"two": sound})
    assert program.main() == 0


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (Figure("kept", 1, "x", 2), "yes"),
        (Figure("broken", 3, "x", 2), "NO"),
        (Figure("shown", 3, "x"), ""),
        (not_measured("paint", "there is no Chromium on this machine"), ""),
    ],
)
def test_a_figure_is_held_broken_or_merely_shown(figure: Figure, verdict: str) -> None:
    assert figure.met is (verdict != "NO")
    line = table([figure]).splitlines()[-1]
    assert verdict in line.split() if verdict else not {"yes", "NO"} & set(line.split())


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("bench.nothing", "No module named bench.nothing"),
        ("this", "printed no figures"),  # ends well, and what it prints is no JSON
    ],
)
def test_what_a_child_printed_is_shown(module: str, said: str, tmp_path: Path, capsys: Any) -> None:
    run = Run("", "", "", "", tmp_path, 0)
    with pytest.raises(ChildFailed, match=said):
        run.child(module, database="sqlite:///:memory:")
    assert capsys.readouterr().err


def test_a_child_that_hangs_is_ended(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("bench.municipality.CHILD_PATIENCE", 0.5)
    run = Run("", "", "", "", tmp_path, 0)
    with pytest.raises(ChildFailed, match=r"did not end in 0\.5 s"):
        run.child("http.server", "0", database="sqlite:///:memory:")
