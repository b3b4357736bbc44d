"""``python -m bench``: one table of name, value, limit, held or not.

The exit status is 1 when a limit is not held, and when a row fails or takes longer than ``PATIENCE``: such a row is a
line of the table that says why, and the others are measured all the same.
"""

import argparse
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from bench.figures import Figure, failure, table
from bench.municipality import Run, prepared
from bench.rows import ROWS

PATIENCE = 420  # seconds; the longest row takes about two minutes on two cores


class _TooLong(Exception):
    """Raised in the middle of a row that hangs."""


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise _TooLong(f"no answer after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def measured(
    name: str, row: Callable[[Run], Sequence[Figure]], run: Run, *, patience: float = PATIENCE
) -> Sequence[Figure]:
    """The figures of a row, or one line that says why there are none; what went wrong is printed as well."""
    try:
        with _at_most(patience):
            return row(run)
    except Exception as error:
        traceback.print_exc()
        said = str(error).strip().splitlines()
        return [failure(name, f"{type(error).__name__.lstrip('_')}: {said[0] if said else 'no words'}")]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=sorted(ROWS), action="append", help="measure these rows only")
    wanted = parser.parse_args().only or list(ROWS)
    print("Preparing the database of real size…", file=sys.stderr)
    figures: list[Figure] = []
    with prepared() as run:
        for name in tqdm(wanted, unit=" rows", file=sys.stderr):
            figures += measured(name, ROWS[name], run)
    print(table(figures))
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
