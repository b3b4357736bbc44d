"""What is answered while the folder is written, by whoever is killed in the middle of it: one publication, whole."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from publishing.export.publication import publish
from publishing.publication.place import writing_alone
from publishing.publication.published_files import PublishedFiles
from tests.publishing.export.documents import ADDRESS
from tests.publishing.export.killing import Killed, stop_at
from tests.publishing.export.test_folder import SECOND, THIRD
from tests.publishing.publication.made_by_hand import digest


def answered(site: Path) -> dict[str, bytes]:
    """Every file of whatever the folder says is published; each with the bytes that it names."""
    files = PublishedFiles(site)
    found = {}
    for name, said in files.names().items():
        content = files.content(name, said)
        assert content is not None and digest(content) == said, name
        found[name] = content
    return found


def test_wherever_it_is_killed_what_is_answered_is_one_of_the_two_publications(tmp_path: Path) -> None:
    for name, chain in (("before", SECOND), ("after", THIRD)):
        publish(tmp_path / name, chain, address=ADDRESS)
    before, after = answered(tmp_path / "before"), answered(tmp_path / "after")
    seen, step, finished = set(), 0, False
    while not finished:
        site = Path(shutil.copytree(tmp_path / "before", tmp_path / f"{step}"))
        with pytest.MonkeyPatch.context() as patched:
            stop_at(patched, step)
            try:
                publish(site, THIRD, address=ADDRESS)
                finished = True
            except Killed:
                pass
        found = answered(site)
        assert found in (before, after), step
        seen.add(found == after)
        shutil.rmtree(site)
        step += 1
    assert seen == {False, True} and step > 20


_WRITER = """
import os, sys
import django
django.setup()
from publishing.export import folder
from publishing.export.publication import publish
from publishing.publication.place import writing_alone
from tests.publishing.export.test_folder import ADDRESS, THIRD
show = folder.Folder._show
def slowly(self, name):
    show(self, name)
    if name.startswith("2016/08/v1"):
        print("half way", flush=True)
        sys.stdin.read()
folder.Folder._show = slowly
with writing_alone(patience=0) as site:
    publish(site, THIRD, address=ADDRESS)
"""


def test_a_worker_that_is_really_killed_leaves_what_was_public_and_lets_the_next_one_write(
    root: Path, tmp_path: Path
) -> None:
    site = root / "sitio"
    publish(site, SECOND, address=ADDRESS)
    before, visitor = answered(site), Client()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.support.type_settings",
        "PYTHONPATH": ".",
        "PMD_PUBLIC_ROOT": str(root),
    }
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == b"half way\n", process.stderr.read()
        with pytest.raises(Exception, match="El sitio se está escribiendo"), writing_alone(patience=0):
            raise AssertionError("two wrote at once")
        # The tests' client gives pages back with plain spaces (tests/conftest.py).
        for name, content in ((name, content) for name, content in before.items() if not name.endswith(".html")):
            assert visitor.get(f"/publico/{name}").content == content, name
        process.send_signal(signal.SIGKILL)
    assert answered(site) == before and (site / ".pmd-antes").exists()
    with writing_alone(patience=5) as folder:
        publish(folder, THIRD, address=ADDRESS)
    assert visitor.get("/publico/2016/08/v1/datos/cierre.json").status_code == 200
