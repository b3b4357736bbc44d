"""The folder as a web server and a visitor meet it: whole at every moment, and changed only where something is new."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from publishing.export import folder as folder_module
from publishing.export import publication, verificar
from publishing.export.folder import CannotPublish, Written, opened
from publishing.export.publication import publish
from tests.publishing.export.altering import said_of, small_programs
from tests.publishing.export.documents import ADDRESS, chain_of, sealed
from tests.publishing.export.killing import Killed, stop_at


def _state(root: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and moment of writing of every file."""
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def _bytes(root: Path) -> dict[str, bytes]:
    return {name: content for name, (content, _) in _state(root).items()}


FIRST = chain_of([8], small_programs)
SECOND = chain_of([8, 9], small_programs)
THIRD = chain_of([8, 9, 8], small_programs)


def test_what_is_in_it(tmp_path):
    publish(tmp_path, THIRD, address=ADDRESS)
    data = {"cierre.json", "programas.csv", "indicadores.csv", "mediciones.csv", "diccionario.csv", "libro.xlsx"}
    places = ("2016/08", "2016/08/v1", "2016/09")
    assert set(_bytes(tmp_path)) == {
        "SHA256SUMS",
        *("cierres.json", "catalogo.jsonld", "openapi.json", "ejemplo.py", "verificar.py"),
        *(f"{place}/datos/{name}" for place in places for name in (*data, "datapackage.json")),
    }
    assert said_of(tmp_path) == []


def test_an_acta_goes_beside_the_data_of_its_closing(tmp_path):
    source = FIRST[0]
    document = verificar.read_json(source.content())
    publish(tmp_path, [sealed(document, acta=b"%PDF-1.7 acta")], address=ADDRESS)
    assert (tmp_path / "2016/08/acta.pdf").read_bytes() == b"%PDF-1.7 acta"
    assert said_of(tmp_path) == []


def test_a_second_run_changes_nothing_at_all(tmp_path, monkeypatch):
    assert publish(tmp_path, THIRD, address=ADDRESS) == Written(new=26, changed=0, gone=0, same=0)
    before = _state(tmp_path)
    monkeypatch.setattr(publication, "closing_files", lambda source: pytest.fail("it was made again"))
    assert publish(tmp_path, THIRD, address=ADDRESS) == Written(new=0, changed=0, gone=0, same=26)
    assert _state(tmp_path) == before


def test_only_what_is_new_is_written(tmp_path):
    publish(tmp_path, FIRST, address=ADDRESS)
    before = _state(tmp_path)
    assert publish(tmp_path, SECOND, address=ADDRESS) == Written(new=7, changed=2, gone=0, same=10)
    after = _state(tmp_path)
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"SHA256SUMS", "cierres.json", "catalogo.jsonld"}
    # A rectification: what August said goes into v1, whole and as it was.
    publish(tmp_path, THIRD, address=ADDRESS)
    for name, (content, _) in before.items():
        if name.startswith("2016/08/"):
            assert (tmp_path / name.replace("2016/08/", "2016/08/v1/")).read_bytes() == content
    assert said_of(tmp_path) == []


def test_the_same_closings_give_the_same_bytes_however_they_came(tmp_path):
    for chain in (FIRST, SECOND, THIRD):
        publish(tmp_path / "grown", chain, address=ADDRESS)
    publish(tmp_path / "at once", THIRD, address=ADDRESS)
    assert _bytes(tmp_path / "grown") == _bytes(tmp_path / "at once")


def test_what_was_lost_or_altered_is_written_again(tmp_path):
    publish(tmp_path, THIRD, address=ADDRESS)
    before = _bytes(tmp_path)
    (tmp_path / "2016/09/datos/libro.xlsx").unlink()
    (tmp_path / "2016/08/v1/datos/programas.csv").write_bytes(b"otra cosa")
    (tmp_path / "verificar.py").write_text("print('Todo coincide')")
    assert publish(tmp_path, THIRD, address=ADDRESS) == Written(new=1, changed=2, gone=0, same=23)
    assert _bytes(tmp_path) == before


def test_what_an_earlier_publication_had_and_this_one_has_not_goes(tmp_path):
    with opened(tmp_path) as folder:
        folder.put("2015/12/datos/nota.txt", b"x")
        folder.put("cierres.json", publication.index([]))
        folder.finish()
    assert publish(tmp_path, FIRST, address=ADDRESS).gone == 1
    assert not (tmp_path / "2015").exists()
    assert said_of(tmp_path) == []


# --- Stopped half way


def test_whenever_it_is_killed_the_folder_holds_and_the_next_run_ends_as_if_it_had_not_been(tmp_path):
    publish(tmp_path / "right", THIRD, address=ADDRESS)
    publish(tmp_path / "before", SECOND, address=ADDRESS)
    right = _bytes(tmp_path / "right")
    before_heads = (2, 3)
    step = 0
    while True:
        root = Path(shutil.copytree(tmp_path / "before", tmp_path / f"{step}"))
        with pytest.MonkeyPatch.context() as patched:
            stop_at(patched, step)
            try:
                publish(root, THIRD, address=ADDRESS)
            except Killed:
                finished = False
            else:
                finished = True
        report, chain, _ = verificar.verify(str(root))
        assert report.faults == [], step
        assert len(chain) in before_heads
        publish(root, THIRD, address=ADDRESS)
        assert _bytes(root) == right, step
        shutil.rmtree(root)
        step += 1
        if finished:
            break
    assert step > 20  # it was stopped at each of them


@pytest.mark.parametrize("step", range(0, 40, 3))
def test_a_first_publication_that_was_killed_is_begun_again(tmp_path, monkeypatch, step):
    with monkeypatch.context() as patched:
        stop_at(patched, step)
        with pytest.raises(Killed):
            publish(tmp_path, THIRD, address=ADDRESS)
    publish(tmp_path, THIRD, address=ADDRESS)
    assert said_of(tmp_path) == []


def test_a_run_that_is_killed_after_one_that_was_killed_still_goes_back_to_what_held(tmp_path):
    publish(tmp_path, SECOND, address=ADDRESS)
    held = _bytes(tmp_path)
    for step in (12, 18, 3, 20, 25):
        with pytest.MonkeyPatch.context() as patched:
            stop_at(patched, step)
            with pytest.raises(Killed):
                publish(tmp_path, THIRD, address=ADDRESS)
        assert said_of(tmp_path) == []
    with opened(tmp_path):
        pass
    publish(tmp_path, SECOND, address=ADDRESS)
    assert _bytes(tmp_path) == held


_SLOW_RUN = """
import os, sys
from pathlib import Path
from publishing.export import folder
from tests.publishing.export.test_folder import ADDRESS, THIRD
from publishing.export.publication import publish
show = folder.Folder._show
def slowly(self, name):
    show(self, name)
    if name.startswith("2016/08/v1"):
        print("half way", flush=True)
        sys.stdin.read()
folder.Folder._show = slowly
publish(Path(sys.argv[1]), THIRD, address=ADDRESS)
"""


def test_a_process_that_is_really_killed_leaves_what_held(tmp_path):
    publish(tmp_path, SECOND, address=ADDRESS)
    command = [sys.executable, "-c", f"import django; django.setup()\n{_SLOW_RUN}", str(tmp_path)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.support.type_settings", "PYTHONPATH": "."}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout.readline() == b"half way\n", process.stderr.read()
        with pytest.raises(CannotPublish, match="Otra publicación está escribiendo"):
            publish(tmp_path, THIRD, address=ADDRESS)
        process.send_signal(signal.SIGKILL)
    report, chain, folder = verificar.verify(str(tmp_path))
    assert (report.faults, len(chain), folder.interrupted) == ([], 2, True)
    publish(tmp_path, THIRD, address=ADDRESS)
    report, chain, folder = verificar.verify(str(tmp_path))
    assert (report.faults, len(chain), folder.interrupted) == ([], 3, False)


# --- Refusals


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "tesis.docx").write_text("mine")
    with pytest.raises(CannotPublish, match="no está vacía y no es una publicación de este sistema: indique otra"):
        publish(tmp_path, FIRST, address=ADDRESS)
    assert [path.name for path in tmp_path.iterdir()] == ["tesis.docx"]


@pytest.mark.parametrize("index", ["", "[]", "{}", '{"format": "otro", "closings": []}'])
def test_a_list_of_closings_of_somebody_else_makes_no_folder_ours(tmp_path, index):
    (tmp_path / "cierres.json").write_text(index)
    with pytest.raises(CannotPublish, match="no es una publicación de este sistema"):
        publish(tmp_path, FIRST, address=ADDRESS)


def test_a_folder_that_publishes_another_chain_is_never_overwritten(tmp_path):
    publish(tmp_path, SECOND, address=ADDRESS)
    before = _state(tmp_path)
    other = chain_of([8, 9, 10], small_programs, green_from="80.0000")
    for chain in (other, FIRST):
        with pytest.raises(CannotPublish, match="publica un cierre que este sistema no tiene o tiene en otro orden"):
            publish(tmp_path, chain, address=ADDRESS)
        assert _state(tmp_path) == before


def test_without_closings_there_is_nothing_to_publish(tmp_path):
    with pytest.raises(CannotPublish, match="No hay ningún cierre que publicar: cierre primero un mes"):
        publish(tmp_path / "new", [], address=ADDRESS)
    assert not (tmp_path / "new").exists()


def test_a_place_that_is_no_folder_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CannotPublish, match=r"No se puede escribir en «.*file»: "):
        publish(tmp_path / "file", FIRST, address=ADDRESS)


def test_a_folder_that_cannot_be_written_is_said(tmp_path, monkeypatch):
    def refused(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    publish(tmp_path, SECOND, address=ADDRESS)
    before = _state(tmp_path)
    monkeypatch.setattr(Path, "write_bytes", refused)
    with pytest.raises(CannotPublish, match=r"No se puede escribir en «.*»: no hay permiso"):
        publish(tmp_path, THIRD, address=ADDRESS)
    assert _state(tmp_path) == before


@pytest.mark.parametrize("already", [0, 2])
def test_a_disk_that_is_full_half_way_leaves_what_was(tmp_path, monkeypatch, already):
    if already:
        publish(tmp_path, SECOND, address=ADDRESS)
    before = _state(tmp_path)
    show = folder_module.Folder._show

    def full(self, name):
        if name.startswith("2016/08/v1"):
            raise OSError(28, "No space left on device")
        show(self, name)

    with monkeypatch.context() as patched:
        patched.setattr(folder_module.Folder, "_show", full)
        with pytest.raises(CannotPublish, match="No space left on device"):
            publish(tmp_path, THIRD, address=ADDRESS)
    assert _state(tmp_path) == before
    publish(tmp_path, THIRD, address=ADDRESS)
    assert said_of(tmp_path) == []
