"""A manual's PDF is made once for everybody, and nobody's page waits while it is."""

import fcntl
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from core.loaded import load_all
from core.pdf import PdfError
from manuals import kept, reading
from tests.factories import make_user, signed_in
from tests.support.tasks import tasks_by_worker

PDF = "/ayuda/direccion.pdf"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each time that a manual is really set."""
    names: list[str] = []
    make = kept.manual_pdf

    def counted(texts: Any, manual: Any, **kwargs: Any) -> bytes:
        names.append(manual.slug)
        return make(texts, manual, **kwargs)

    monkeypatch.setattr(kept, "manual_pdf", counted)
    return names


def as_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_held", kept.Shelf(reading.library()))


def files_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.pdf"))


def files(folder: Path) -> list[str]:
    """Of which manuals there are PDFs."""
    return [name.partition("-")[0] for name in files_of(folder / "manuales")]


@pytest.mark.django_db
def test_it_is_made_once_for_all_processes(
    made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    client = signed_in(make_user("ana"))
    first = client.get(PDF)
    as_another_process(monkeypatch)
    assert client.get(PDF).content == first.content and made == ["direccion"] and files(tmp_path) == ["direccion"]
    settings.PMD_MUNICIPALITY = "Municipio de Canatlán"
    as_another_process(monkeypatch)
    assert client.get(PDF).content != first.content and len(made) == 2
    assert files(tmp_path) == ["direccion"]  # that of before is gone


@pytest.mark.django_db
def test_while_somebody_makes_one_everybody_else_is_told_so_at_once(made: list[str], tmp_path: Path) -> None:
    client = signed_in(make_user("ana"))
    (tmp_path / "manuales").mkdir(mode=0o700)
    with (tmp_path / "manuales" / "haciendo").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        page = client.get(PDF)
        assert page.status_code == 202 and page["Refresh"] == "3" and not made
        assert "Preparando el PDF" in page.content.decode() and f'href="{PDF}"' in page.content.decode()
    assert client.get(PDF)["Content-Type"] == "application/pdf"


@pytest.mark.django_db
def test_what_is_made_of_two_versions_is_not_kept(
    made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    client = signed_in(make_user("ana"))
    as_another_process(monkeypatch)
    settings.PMD_MUNICIPALITY = "Otra"  # as if files had changed since this process read them
    assert client.get(PDF)["Content-Type"] == "application/pdf"
    assert files(tmp_path) == []


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_costs_time_and_no_manual(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    client = signed_in(make_user("ana"))
    (tmp_path / "file").write_text("")
    settings.VAR_DIR = tmp_path / "file"
    monkeypatch.setenv("TMPDIR", str(tmp_path / "other"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "other"))
    assert client.get(PDF)["Content-Type"] == "application/pdf"
    (folder,) = (tmp_path / "other").iterdir()
    assert files_of(folder)[0].startswith("direccion-")
    as_another_process(monkeypatch)
    settings.PMD_MUNICIPALITY = "Otra"
    before = files_of(folder.rename(tmp_path / "elsewhere"))
    folder.symlink_to(tmp_path / "elsewhere")  # among the temporary files anybody may have laid it there
    assert client.get(PDF)["Content-Type"] == "application/pdf"
    assert files_of(tmp_path / "elsewhere") == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite in memory refuses worker and sealer at once")
@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_all_of_them_when_it_begins(made: list[str], tmp_path: Path) -> None:
    with tasks_by_worker():
        call_command("db_worker", batch=False, max_tasks=0, startup_delay=False, interval=0, reload=False, verbosity=0)
    manuals = list(reading.library().manuals)
    until = time.monotonic() + 90
    while len(files(tmp_path)) < len(manuals) and time.monotonic() < until:
        time.sleep(0.2)
    assert sorted(made) == sorted(manuals) == files(tmp_path)
    client: Client = signed_in(make_user("ana"))
    assert client.get(PDF)["Content-Type"] == "application/pdf" and len(made) == len(manuals)


def test_one_that_cannot_be_set_keeps_no_other_from_being_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(texts: Any, manual: Any, **kwargs: Any) -> bytes:
        if manual.slug == "enlace":  # the first of them
            raise PdfError("unknown character")
        return b"%PDF"

    monkeypatch.setattr(kept, "manual_pdf", broken)
    kept.print_all()
    assert set(files(tmp_path)) == set(reading.library().manuals) - {"enlace"}
    assert "«enlace»" in caplog.text and "unknown character" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_what_serves_has_read_the_texts_before_the_first_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_held", kept.Shelf(reading.Library()))
    load_all()
    assert kept._held.texts.manuals
