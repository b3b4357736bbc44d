"""A municipality with figures, papers, files and a sealed trail, and an empty place to which it may come back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from core import seals
from indicators import services
from tests.factories import NOW
from tests.indicators.corrected import correct, review, validated
from tests.indicators.sample_files import png, upload
from tests.pmd.backups import places
from tests.pmd.backups.places import Place
from tests.publishing.closed import close
from tests.support.postgres import programs_folder


@pytest.fixture(autouse=True)
def programs(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Backups see what is committed, and nobody is in the tests' own database while it is copied."""
    if connection.vendor == "postgresql":
        monkeypatch.setenv("PATH", str(programs_folder()), prepend=":")


@pytest.fixture
def town(tmp_path: Path, settings: Any) -> Iterator[Place]:
    settings.PMD_BACKUP_ROOT, settings.PMD_BACKUP_KEY, settings.PMD_BACKUP_KEEP = "", [], 0
    with places.made("town", tmp_path, settings, empty=False) as place:
        with place.at_work():
            _work()
        yield place


def _work() -> None:
    town = validated(indicators=2)
    for number, file in enumerate((upload(), upload(png(), "foto.png"))):
        services.attach_evidence(
            access=town.access("liaison"), period=town.period(10), indicator_ids=[town.indicators[number].pk],
            file=file, name=file.name, now=NOW,
        )  # fmt: skip
    close(town.year, 9)
    correct(town, 2, 4, "Se contó dos veces")
    review(town, services.validate)
    close(town.year, 9, reason="Corrección", instrument="Oficio 12/2016")
    seals.seal_trail(now=NOW)


@pytest.fixture
def elsewhere(tmp_path: Path, settings: Any) -> Iterator[Place]:
    with places.made("elsewhere", tmp_path, settings, empty=True) as place:
        yield place


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder


@pytest.fixture
def kept(town: Place, shelf: Path) -> Path:
    """A backup of the town."""
    status, said = town.run("backup", shelf)
    assert status == 0, said
    (archive,) = shelf.iterdir()
    return archive


@contextmanager
def nothing_changes(folder: Path) -> Iterator[None]:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    yield
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
