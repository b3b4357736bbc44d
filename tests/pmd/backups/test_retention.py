"""What is too old goes after a backup that was found whole; whatever is not ours, or the last one, stays."""

import os
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from pmd.backups.retention import put_away
from tests.pmd.backups.places import Place
from tests.pmd.backups.test_archive import CONTENTS, written

NOW = datetime(2016, 10, 31, 8, 30, tzinfo=UTC)


def test_only_ours_go_and_only_the_old_ones(tmp_path: Path) -> None:
    old, young = written(tmp_path / "pmd-2016-10-01T0230.tar", CONTENTS), tmp_path / "pmd-2016-10-17T0230.tar"
    written(young, CONTENTS)
    encrypted = tmp_path / "pmd-2016-09-30T0230-2.tar.age"
    encrypted.write_bytes(b"age-encryption.org/v1\n...")
    strangers = {
        "pmd-2016-10-02T0230.tar": b"no es un respaldo",
        "pmd-2016-10-02T0230.tar.age": b"tampoco",
        "pmd-2016-10-02T0230.tar.copia": old.read_bytes(),
        "otro-2016-10-02T0230.tar": old.read_bytes(),
        "pmd-2016-10-02.dump": b"de antes",
    }
    for name, content in strangers.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "pmd-2016-10-03T0230.tar").mkdir()
    (tmp_path / "pmd-2016-10-04T0230.tar").symlink_to(young)
    newest = written(tmp_path / "pmd-2016-10-02T0231.tar", CONTENTS)
    of_last_week = [written(tmp_path / f"pmd-2016-10-{day}T0230.tar", CONTENTS) for day in range(24, 31)]
    assert put_away(tmp_path, days=14, newest=newest, now=NOW) == [encrypted, old]
    assert {path.name for path in tmp_path.iterdir()} == {
        *strangers, young.name, newest.name, "pmd-2016-10-03T0230.tar", "pmd-2016-10-04T0230.tar",
        *(path.name for path in of_last_week),
    }  # fmt: skip


@pytest.mark.parametrize(("days", "stay"), [(14, 7), (7, 7), (3, 3), (1, 1)])
def test_the_newest_stay_where_a_clock_jumped_ahead(tmp_path: Path, days: int, stay: int) -> None:
    made = [written(tmp_path / f"pmd-2016-10-{day}T0230.tar", CONTENTS) for day in range(10, 31)]
    newest = written(tmp_path / "pmd-2036-01-01T0230.tar", CONTENTS)
    gone = put_away(tmp_path, days=days, newest=newest, now=datetime(2036, 1, 1, 8, 30, tzinfo=UTC))
    assert gone == made[:-stay]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_setting", [True, False])
def test_a_backup_puts_the_old_ones_away(town: Place, shelf: Path, by_setting: bool) -> None:
    old, young = (written(shelf / f"pmd-2016-10-0{day}T0230.tar", CONTENTS) for day in (1, 2))
    town.settings.PMD_BACKUP_KEEP = 1 if by_setting else 0
    status, said = town.run("backup", shelf, *([] if by_setting else ["--keep", "1"]))
    assert status == 0 and f"Borrado, de hace más de un día: {old.name}" in said
    assert young.exists() and len(list(shelf.iterdir())) == 2


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_failed_puts_nothing_away(town: Place, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = written(shelf / "pmd-2016-10-01T0230.tar", CONTENTS)
    fsync = os.fsync

    def full(handle: int) -> None:
        if any(os.path.samestat(os.fstat(handle), path.stat()) for path in shelf.glob("*.parcial")):
            raise OSError(28, "No space left on device")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)
    status, said = town.run("backup", shelf, "--keep", "14")
    assert status == 1 and "No cabe" in said and list(shelf.iterdir()) == [old]


@pytest.mark.parametrize("days", ["0", "-1", "dos", "10000", "٣"])
def test_days_are_days(days: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no es un número de días"):
        call_command("backup", str(tmp_path), "--keep", days, stdout=StringIO())
