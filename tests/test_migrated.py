"""The migrated database that the tests begin with: another one as soon as anything it was made of is another."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support import migrated

FILES = {
    "requirements.txt": "django",
    "requirements-dev.txt": "pytest",
    "pmd/settings.py": "import os",
    "core/management/commands/migrate.py": "from core import owner",
    "core/__init__.py": "",
    "core/owner.py": "",
    "core/unasked.py": "",
    "rooms/migrations/0001_first.py": "import rooms.models",
    "rooms/models/__init__.py": "from rooms.models.tables import Table",
    "rooms/models/tables.py": "class Table: ...",
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    monkeypatch.setattr(migrated, "FOLDER", tmp_path / "kept")
    return tmp_path


@pytest.mark.parametrize("name", sorted(set(FILES) - {"core/unasked.py"}))
def test_what_a_migration_leads_to_makes_another_one(tree, name):
    before = migrated._fingerprint()
    assert migrated._fingerprint() == before != migrated._fingerprint("another server")
    (tree / name).write_text(f"{FILES[name]}\n# changed")
    assert migrated._fingerprint() != before


def test_a_new_migration_makes_another_one_and_what_none_asks_for_does_not(tree):
    before = migrated._fingerprint()
    (tree / "core/unasked.py").write_text("# changed")
    assert migrated._fingerprint() == before
    (tree / "rooms/migrations/0002_second.py").write_text("")
    assert migrated._fingerprint() != before


def test_it_is_made_once_and_what_failed_or_was_killed_is_not_kept(tree):
    made: list[Path] = []

    def make(path: Path) -> None:
        made.append(path)
        path.write_text("whole")

    def fail(path: Path) -> None:
        path.write_text("half")
        raise subprocess.CalledProcessError(1, "migrate")

    def killed(path: Path) -> None:
        path.write_text("half")
        raise KeyboardInterrupt

    assert migrated._kept("one.tar", fail) is None
    with pytest.raises(KeyboardInterrupt):
        migrated._kept("one.tar", killed)
    for _ in range(2):
        kept = migrated._kept("one.tar", make)
        assert kept is not None and kept.read_text() == "whole"
    assert len(made) == 1


def test_a_few_are_kept_for_whoever_changes_branches(tree):
    def make(path: Path) -> None:
        path.write_text("whole")

    def names() -> Any:
        return {path.name for path in migrated.FOLDER.glob("*.tar")}

    for number in range(5):
        migrated._kept(f"{number}.tar", make)
    migrated._kept("file.sqlite3", make)
    assert names() == {"2.tar", "3.tar", "4.tar"} and (migrated.FOLDER / "file.sqlite3").exists()
