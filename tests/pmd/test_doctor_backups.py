"""What ``doctor`` says of backups: none in a day and a half, one that failed, a folder that is not there."""

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.models import Backup, TrailEntry
from pmd.backups import last, restoring_mark
from pmd.backups.restoring_mark import Mark

pytestmark = pytest.mark.django_db


def said() -> str:
    return "\n".join(last.sentences(timezone.now()))


def act(hours: int) -> None:
    TrailEntry.objects.create(
        at=timezone.now() - timedelta(hours=hours), action="x", subject_type="x", subject_id=1, subject_label="x"
    )


def backup(hours: int, fault: str = "") -> None:
    at = timezone.now() - timedelta(hours=hours)
    Backup.objects.create(started_at=at, ended_at=at, archive=__file__, fault=fault)


def test_where_there_is_nothing_to_keep_nothing_is_missed() -> None:
    assert said() == ""
    act(hours=35)
    assert said() == ""


def test_work_that_was_never_kept_is_told() -> None:
    act(hours=37)
    assert said().startswith("Nunca se ha hecho un respaldo: corra manage.py backup cada noche")


def test_the_last_good_one_counts() -> None:
    act(hours=1000)
    backup(hours=35)
    assert said() == ""
    backup(hours=2, fault="No cabe en «/x».")
    assert "El último respaldo, del " in said() and "no se hizo: No cabe en «/x»." in said()
    assert "último respaldo bueno" not in said()
    backup(hours=1)
    assert said() == ""


def test_one_that_is_too_old_is_told() -> None:
    act(hours=1000)
    backup(hours=37)
    assert said().startswith("El último respaldo bueno es del ")


def test_doctor_says_it() -> None:
    act(hours=37)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=out)
    assert "FALTA  Nunca se ha hecho un respaldo" in out.getvalue()


def test_a_folder_that_is_not_mounted_is_told(settings: Any, tmp_path: Path) -> None:
    settings.PMD_BACKUP_ROOT = str(tmp_path / "no")
    assert "PMD_BACKUP_ROOT es «" in said() and "créela o monte su disco" in said()


@pytest.mark.parametrize("broken", [False, True])
def test_a_restoring_that_did_not_end_is_told(settings: Any, tmp_path: Path, broken: bool) -> None:
    settings.FILES_ROOT = tmp_path
    restoring_mark.write(tmp_path, Mark("pmd-2016-10-05T0230.tar", "abc"))
    if broken:
        (tmp_path / restoring_mark.NAME).write_text("{")
    assert f"La restauración de «{'?' if broken else 'pmd-2016-10-05T0230.tar'}» no terminó" in said()


def test_the_last_good_one_is_still_there(settings: Any, tmp_path: Path) -> None:
    at = timezone.now() - timedelta(hours=2)
    archive = tmp_path / "disco" / "pmd-2016-10-05T0230.tar"
    Backup.objects.create(started_at=at, ended_at=at, archive=str(archive))
    assert f"El último respaldo bueno, «{archive}», ya no está ahí" in said()
    settings.PMD_BACKUP_ROOT = str(archive.parent)
    assert "ya no está ahí" not in said() and "no existe: créela o monte su disco" in said()
    archive.parent.mkdir()
    assert "ya no está ahí" in said()
    archive.write_text("")
    assert said() == ""


def test_what_the_backup_of_this_night_would_be_refused_for(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT, settings.PMD_PUBLIC_ROOT = tmp_path / "files", tmp_path / "publico"
    for root, where in ((settings.FILES_ROOT, "PMD_FILES_ROOT"), (settings.PMD_PUBLIC_ROOT, "PMD_PUBLIC_ROOT")):
        root.mkdir()
        settings.PMD_BACKUP_ROOT = str(root)
        assert said().startswith(f"PMD_BACKUP_ROOT es «{root}» y ahí no se puede respaldar: ") and where in said()
    settings.PMD_BACKUP_ROOT = ""
    for key in ("age1xxxx", "una llave"):
        settings.PMD_BACKUP_KEY = [key]
        assert said().startswith(f"PMD_BACKUP_KEY no sirve para cifrar los respaldos: «{key}» no es una llave pública")


def test_a_private_key_in_the_settings_is_told_and_not_repeated(settings: Any) -> None:
    settings.PMD_BACKUP_KEY = ["AGE-SECRET-KEY-1QQPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQ"]
    assert "Eso es una llave privada" in said() and "1QQPQYQ" not in said()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_the_service_cannot_use(settings: Any, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    settings.PMD_BACKUP_ROOT = str(folder)
    folder.chmod(0o500)
    assert "No se puede escribir en" in said()
    folder.parent.chmod(0o600)
    try:
        assert f"no puede entrar a «{folder.parent}»" in said()
    finally:
        folder.parent.chmod(0o700)
