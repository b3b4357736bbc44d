"""What a first visit to a page brings over the line, compressed: the page, its styles, scripts and fonts."""

import gzip
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urljoin

from bench.figures import Figure, interleaved
from bench.municipality import Run
from bench.pages import MONTH, PAGES, YEAR, visitor

LIMIT_KILOBYTES = 300
LIMIT_SECONDS = 5
_WEIGHED = ("plan page", "heat map", "programme page")
_BOUGHT = re.compile(r"""(?:src|href)="(/static/[^"]+)"|url\("?([^")\s]{1,200})"?\)|from ["']([\w./-]{1,200})["']""")
_FILES = (
    f"/{YEAR}/tablero.xlsx?mes={MONTH}",
    f"/{YEAR}/tablero.xlsx?mes={MONTH}&ver=estrategias",
    f"/{YEAR}/mapa.xlsx?mes={MONTH}",
    f"/{YEAR}/comparar.xlsx?mes={MONTH}&contra={YEAR - 1}-12&ver=indicadores",
    f"/{YEAR}/programas/PRE-01/anio.xlsx?mes={MONTH}",
)


def measure(run: Run) -> list[Figure]:
    get = visitor()
    figures = [
        Figure(f"{name}: weight of a first visit", _kilobytes(get(PAGES[name]), run.directory / "static"), "kB", limit)
        for name, limit in ((name, LIMIT_KILOBYTES) for name in _WEIGHED)
    ]
    taken = interleaved({path: partial(get, path) for path in _FILES}, rounds=5, warm_up=1)
    slowest = max(taken, key=lambda path: taken[path])
    return [*figures, Figure("every table as XLSX", sum(taken.values()), "s", LIMIT_SECONDS, f"slowest: {slowest}")]


def _kilobytes(page: bytes, static: Path) -> float:
    """Every font that a style names counts, although a browser fetches only those that the page's letters need."""
    return (len(gzip.compress(page)) + sum(map(_size, _files(page.decode(), static, {})))) / 1000


def _files(text: str, static: Path, seen: dict[str, Path], base: str = "/static/") -> Iterator[Path]:
    for match in _BOUGHT.finditer(text):
        address = urljoin(base, next(filter(None, match.groups())))
        path = static / address.removeprefix("/static/")
        if address in seen or not address.startswith("/static/") or not path.is_file():
            continue
        seen[address] = path
        yield path
        if path.suffix in (".css", ".js"):
            yield from _files(path.read_text(), static, seen, address)


def _size(path: Path) -> int:
    data = path.read_bytes()
    return len(data) if path.suffix == ".woff2" else len(gzip.compress(data))
