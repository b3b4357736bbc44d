"""``check_files``: what is missing, altered or nobody's, and what of it may be swept away."""

import os
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from catalog.models import CatalogImport
from core.models import FileFault
from indicators import services
from indicators.models import Indicator, Period
from tests.catalog.doors import act, confirm, upload
from tests.catalog.workbooks import row, write_csv
from tests.factories import NOW, access_of
from tests.indicators import sample_files as samples
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
TWO_DAYS = 2 * 24 * 60 * 60


def run(*options: str) -> tuple[int, str]:
    out, status = StringIO(), 0
    try:
        call_command("check_files", *options, stdout=out)
    except SystemExit as stop:
        status = int(stop.code or 0)
    return status, out.getvalue()


@pytest.fixture
def everything(planning: Client, officer: User, tmp_path: Path, kept_files: Path) -> Path:
    """Two imports, of which the second has the catalogue that was there before it, and one file of evidence."""
    for number in (1, 2):
        confirm(planning, upload(planning, write_csv(tmp_path / f"{number}.csv", [row(number)])))
    period = Period.objects.get(month=9)
    services.attach_evidence(
        access=access_of(officer),
        period=period,
        indicator_ids=[Indicator.objects.get(code="PRE-01-01").pk],
        file=samples.upload(),
        name="acta.pdf",
        now=NOW,
    )
    return kept_files


def changing() -> CatalogImport:
    return CatalogImport.objects.exclude(before="").get()


def kept(folder: Path, suffix: str) -> Path:
    (found,) = folder.rglob(f"*.{suffix}")
    return found


def older(path: Path) -> None:
    when = time.time() - TWO_DAYS
    os.utime(path, (when, when))


def test_all_is_well(everything: Path) -> None:
    status, told = run()
    assert (status, told) == (0, "4 archivos revisados; 0 faltan; 0 alterados; 0 sin dueño.\n")


def test_what_is_missing_or_altered_is_named_and_noted(everything: Path) -> None:
    kept(everything, "pdf").unlink()
    record = changing()
    (everything / record.before.name).write_text("otra cosa")
    status, told = run()
    assert status == 1 and "falta · evidencia" in told and "«acta.pdf»" in told
    assert f"alterado · importación {record.pk}, catálogo anterior" in told
    assert "1 faltan; 1 alterados; 0 sin dueño" in told and "respaldo" in told
    assert sorted(FileFault.objects.values_list("fault", flat=True)) == ["altered", "missing"]
    assert run("--sweep")[0] == 1, "sweeping takes no file that a row names, and brings none back"


def test_a_fault_is_forgotten_once_the_file_is_there_again(everything: Path) -> None:
    path = kept(everything, "pdf")
    data = path.read_bytes()
    path.unlink()
    run()
    path.write_bytes(data)
    assert run()[0] == 0 and not FileFault.objects.exists()


def test_only_orphans_older_than_a_day_are_swept(everything: Path) -> None:
    names = ("old.pdf", "young.pdf", ".x.pdf.00.parcial")
    old, young, half = (everything / "2016" / name for name in names)
    for path in (old, young, half):
        path.write_bytes(b"nobody's")
    older(old)
    older(half)
    status, told = run()
    assert status == 1 and told.count("sin dueño · ") == 2 and "old.pdf" in told and "young" not in told
    assert old.exists()
    status, told = run("--sweep")
    assert status == 0 and "2 sin dueño, 2 borrados" in told
    assert not old.exists() and not half.exists() and young.exists() and run()[1].startswith("4 archivos")


def test_the_record_of_an_import_says_what_was_lost_and_takes_it_back(everything: Path, planning: Client) -> None:
    record = changing()
    page, before = (reverse(f"catalog:{name}", args=[2016, record.pk]) for name in ("record", "record_before"))
    data = (everything / record.before.name).read_bytes()
    (everything / record.before.name).unlink()
    lost = planning.get(before)
    assert lost.status_code == 410 and "se perdió" in text_of(lost)
    assert "perdido en el almacén" in text_of(planning.get(page))
    wrong = planning.post(before, {"act": "reponer", "file": samples.upload(b"otra", "c.csv")})
    assert "No es el mismo archivo" in text_of(wrong)
    back = planning.post(before, {"act": "reponer", "file": samples.upload(data, "c.csv")}, follow=True)
    assert "está otra vez en su lugar" in text_of(back) and "perdido" not in text_of(back)
    assert b"".join(planning.get(before).streaming_content) == data
    assert run()[0] == 0


def test_a_full_disk_keeps_the_import_where_it_was(
    planning: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any, kept_files: Path
) -> None:
    storage = {"BACKEND": "core.private_files.PrivateStorage", "OPTIONS": {"location": str(kept_files)}}
    settings.STORAGES = settings.STORAGES | {"evidence": storage}
    page = act(planning, upload(planning, write_csv(tmp_path / "c.csv", [row(1)])), historical="no")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        refused = upload(planning, write_csv(tmp_path / "d.csv", [row(1)]))
        assert "No hay espacio en el disco del servidor: no se guardó nada" in text_of(refused)
        stopped = act(planning, page, "confirmar")
        assert "No hay espacio en el disco del servidor" in text_of(stopped) and not CatalogImport.objects.exists()
    assert "Confirmar la importación" in text_of(stopped), "the preview is still there to be confirmed"
    confirm(planning, page)
    assert CatalogImport.objects.count() == 1
