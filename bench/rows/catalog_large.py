"""Previewing and importing a catalogue of 10,000 rows, against merely reading it; and export → import at real size."""

from bench.figures import Figure
from bench.municipality import Run, manage
from bench.pages import YEAR

ROWS = 10_000
LIMIT_PREVIEW, LIMIT_IMPORT, LIMIT_CHANGE = 2, 3, 2.5  # times what openpyxl needs to read the file
LIMIT_MEGABYTES = 300
_MODULE = "bench.catalog_import"


def measure(run: Run) -> list[Figure]:
    path = run.directory / "catalogo-grande.xlsx"
    run.child(_MODULE, "make", str(path), str(ROWS), database=run.empty)
    figures = [_unchanged(run)]
    for name, url in (("", run.empty), (" on SQLite", _sqlite(run))):
        taken = run.child(_MODULE, "times", str(path), database=url)
        memory = run.child(_MODULE, "memory", str(path), database=url)["megabytes"]
        promised = not name
        for act, limit in (("preview", LIMIT_PREVIEW), ("import", LIMIT_IMPORT), ("change", LIMIT_CHANGE)):
            what = "import of changes to" if act == "change" else f"{act} of"
            note = f"{taken[act]:.1f} s against {taken['read']:.1f} s"
            ratio = taken[act] / taken["read"]
            figures.append(
                Figure(f"{what} {ROWS} rows{name}: times reading them", ratio, "x", limit if promised else None, note)
            )
        figures.append(Figure(f"import of {ROWS} rows{name}: peak memory", memory, "MB", LIMIT_MEGABYTES))
    return figures


def _unchanged(run: Run) -> Figure:
    path = run.directory / "exportado.xlsx"
    manage(run.real, run.directory, "export_catalog", str(path), "--year", str(YEAR))
    unchanged = run.child(_MODULE, "again", str(path), database=run.real)["unchanged"]
    return Figure("export → import of the real size: rows that change", 0 if unchanged else 1, "rows", 0)


def _sqlite(run: Run) -> str:
    url = f"sqlite:///{run.directory / 'large.sqlite3'}"
    manage(url, run.directory, "migrate", "--verbosity=0")
    return url
