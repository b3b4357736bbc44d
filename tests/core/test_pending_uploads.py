"""Uploads that wait for a confirmation: random names, signed slips, a day."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import signing
from django.core.files.storage import storages
from django.test import override_settings

from core.pending_uploads import KEPT, PendingUploads, UploadGone

UPLOADS = PendingUploads("cargas-de-prueba")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    kept = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    with override_settings(STORAGES={"default": kept, "evidence": kept, "staticfiles": kept}):
        assert storages["evidence"].location == str(tmp_path)
        yield tmp_path / "cargas-de-prueba"


def later(monkeypatch: pytest.MonkeyPatch, step: timedelta) -> None:
    then = time.time() + step.total_seconds()
    monkeypatch.setattr(signing.time, "time", lambda: then)


def test_what_is_kept_comes_back_to_whoever_brought_it() -> None:
    name = UPLOADS.save(b"datos")
    slip = UPLOADS.slip(name, user_id=7, about={"month": 9})
    assert UPLOADS.redeem(slip, user_id=7) == (name, {"month": 9})
    assert UPLOADS.read(name) == b"datos"


def test_names_are_random(folder: Path) -> None:
    names = {UPLOADS.save(b"igual") for _ in range(3)}
    assert len(names) == 3 and {path.name for path in folder.iterdir()} == names


def test_what_is_removed_is_gone(folder: Path) -> None:
    name = UPLOADS.save(b"datos")
    UPLOADS.remove(name)
    UPLOADS.remove(name)
    assert not list(folder.iterdir())
    with pytest.raises(UploadGone, match="suba el archivo otra vez"):
        UPLOADS.read(name)


def test_a_slip_is_for_one_person() -> None:
    with pytest.raises(UploadGone, match="es de otra persona"):
        UPLOADS.redeem(UPLOADS.slip(UPLOADS.save(b"x"), user_id=7), user_id=8)


def test_a_slip_of_another_folder_or_a_forged_one_is_refused() -> None:
    slip = PendingUploads("otra").slip("0" * 32, user_id=7)
    for forged in (slip, "", "../../etc/passwd", signing.dumps([7, "0" * 32, {}])):
        with pytest.raises(UploadGone):
            UPLOADS.redeem(forged, user_id=7)


def test_a_slip_is_good_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    slip = UPLOADS.slip(UPLOADS.save(b"x"), user_id=7)
    later(monkeypatch, KEPT - timedelta(minutes=1))
    UPLOADS.redeem(slip, user_id=7)
    later(monkeypatch, timedelta(minutes=2))
    with pytest.raises(UploadGone):
        UPLOADS.redeem(slip, user_id=7)


def test_old_files_go_when_somebody_uploads(folder: Path) -> None:
    old, young = UPLOADS.save(b"viejo"), UPLOADS.save(b"nuevo")
    yesterday = time.time() - KEPT.total_seconds() - 60
    os.utime(folder / old, (yesterday, yesterday))
    added = UPLOADS.save(b"otro")
    assert {path.name for path in folder.iterdir()} == {young, added}
