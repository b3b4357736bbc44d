"""The example that analysts start from: the file of the folder is the one of docs/open-data.md, and it computes."""

import functools
import re
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from publishing.export.publication import publish
from tests.publishing.export.documents import ADDRESS, a_municipality, chain_of

DOCS = Path(__file__).resolve().parents[3] / "docs/open-data.md"


def _shown() -> str:
    blocks = re.findall(r"^```python\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return next(block for block in blocks if "pandas" in block)


def _run(script: Path, *where: str, cwd: Path | None = None) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-W", "error", script, *where], capture_output=True, text=True, cwd=cwd)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def example(tmp_path) -> Path:
    path = tmp_path / "de la documentación.py"
    path.write_text(_shown(), encoding="utf-8")
    return path


def test_the_folder_has_the_example_of_the_documentation(folder):
    assert (folder / "ejemplo.py").read_text(encoding="utf-8") == _shown()


def test_it_recomputes_the_newest_closing(folder, example):
    assert _run(example, str(folder)) == (
        0,
        "Cierre 2016-09, versión 1: se recalcularon 40 indicadores y 5 programas; todo coincide.\n",
    )
    assert _run(folder / "ejemplo.py", cwd=folder)[0] == 0


@pytest.mark.parametrize("rules", [{"missing_as_zero": True}, {"descending_enters_as": "percentage"}])
def test_it_follows_the_rules_of_the_year(tmp_path, example, rules):
    publish(tmp_path / "folder", chain_of([12], a_municipality(8, 80, seed=3), **rules), address=ADDRESS)
    status, said = _run(example, str(tmp_path / "folder"))
    assert status == 0 and "todo coincide" in said


def test_it_names_what_was_altered(folder, tmp_path, example):
    publish(tmp_path / "folder", chain_of([12], a_municipality(2, 12)), address=ADDRESS)
    path = tmp_path / "folder/2016/12/datos/mediciones.csv"
    lines = path.read_bytes().decode("utf-8-sig").split("\r\n")
    cells = lines[1].split(",")
    cells[5] = f"{float(cells[5]) + 50:.4f}"
    path.write_text("\ufeff" + "\r\n".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8", newline="")
    status, said = _run(example, str(tmp_path / "folder"))
    assert status == 1
    assert re.search(rf"^{cells[2]}: el porcentaje publicado es [\d.]+ y resulta [\d.]+$", said, re.MULTILINE)


def test_it_reads_from_the_internet(folder, example):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        status, said = _run(example, f"http://127.0.0.1:{server.server_port}/")
    finally:
        server.shutdown()
        server.server_close()
    assert status == 0 and "todo coincide" in said
