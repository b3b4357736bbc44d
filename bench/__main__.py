"""``python -m bench``: one table of name, value, limit, held or not; exit status 1 when a limit is not held."""

import argparse
import sys

from tqdm import tqdm

from bench.figures import Figure, table
from bench.municipality import prepared
from bench.rows import ROWS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=sorted(ROWS), action="append", help="measure these rows only")
    wanted = parser.parse_args().only or list(ROWS)
    print("Preparing the database of real size…", file=sys.stderr)
    figures: list[Figure] = []
    with prepared() as run:
        for name in tqdm(wanted, unit=" rows", file=sys.stderr):
            figures += ROWS[name](run)
    print(table(figures))
    return 0 if all(figure.held for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
