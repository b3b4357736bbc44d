"""Import and export in the admin: upload, preview, confirm; the same code as the command."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import Role
from catalog.admin import spreadsheets
from catalog.workbook import catalog_file
from core.models import TrailEntry
from indicators.models import Indicator
from programs.models import FiscalYear
from tests.catalog.workbooks import row, write_csv, write_xlsx
from tests.factories import make_user

IMPORT, CONFIRM = "admin:indicators_indicator_import", "admin:indicators_indicator_process_import"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path) -> Any:
    storages = {
        name: {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "up"}}
        for name in ("default", "evidence")
    } | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=storages):
        yield tmp_path / "up"


def upload(client: Client, path: Path, **options: Any) -> Any:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(reverse(IMPORT), {"import_file": file, "format": "0", "resource": "0", **options})


def confirm(client: Client, preview: Any, **changes: Any) -> Any:
    form = preview.context["confirm_form"]
    data = {name: form[name].value() for name in form.fields if form[name].value()}
    return client.post(reverse(CONFIRM), data | changes, follow=True)


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_upload_preview_confirm(planning: Client, tmp_path: Path, uploads: Path) -> None:
    preview = upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1), row(2)]))
    text = preview.content.decode()
    assert "2 se agregan, 0 cambian, 0 quedan igual, 0 fallan" in text and "Vista previa del catálogo 2016" in text
    assert Indicator.objects.count() == 0
    assert len(stored(uploads)) == 1
    done = confirm(planning, preview)
    assert "Se importó el catálogo 2016: 2 se agregan" in done.content.decode()
    assert Indicator.objects.count() == 2
    entry = TrailEntry.objects.filter(action="importar").first()
    assert entry is not None and entry.actor.username == "planeacion" and "c.xlsx" in entry.reason
    assert [path.parent.name for path in stored(uploads)] == ["importaciones-catalogo"]
    again = upload(planning, write_csv(tmp_path / "c.csv", [row(1), row(2)])).content.decode()
    assert "Sin cambios" in again and "2 quedan igual" in again


def test_all_errors_are_shown_and_nothing_can_be_confirmed(planning: Client, tmp_path: Path) -> None:
    page = upload(planning, write_xlsx(tmp_path / "c.xlsx", [row(1, Meta="cien"), row(2, Frecuencia="diaria")]))
    text = page.content.decode()
    assert "«cien» no es un número" in text and "«diaria» no es una opción" in text
    assert "confirm_form" not in page.context
    assert "Traceback" not in text


@pytest.mark.parametrize(("name", "data"), [("c.xlsx", b"%PDF-1.7"), ("c.xlsx", b"PK\x03\x04"), ("c.csv", b"\n")])
def test_a_hostile_file_is_one_sentence(planning: Client, tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    page = upload(planning, tmp_path / name)
    text = page.content.decode()
    assert page.status_code == 200 and "El archivo no se puede importar" in text and "Traceback" not in text


def test_a_file_over_the_limit_is_refused(planning: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_BYTES", 100)
    assert "pesa más de" in upload(planning, write_csv(tmp_path / "c.csv", [row(1)])).content.decode()


def test_what_changed_since_the_preview_is_not_written(planning: Client, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "c.csv", [row(1), row(2)])
    preview = upload(planning, file)
    other = upload(planning, write_csv(tmp_path / "d.csv", [row(1)]))
    confirm(planning, other)
    assert "cambió desde la vista previa" in confirm(planning, preview).content.decode()
    assert Indicator.objects.count() == 1


def test_an_upload_of_somebody_else_or_of_no_one_is_refused(planning: Client, tmp_path: Path) -> None:
    preview = upload(planning, write_csv(tmp_path / "c.csv", [row(1)]))
    (tmp_path / "up" / "secreto.csv").write_text("x")
    for name in ("secreto.csv", "../../etc/passwd", ""):
        assert confirm(planning, preview, import_file_name=name).status_code == 200
    planning.force_login(make_user("otra", Role.PLANNING))
    assert "es de otra persona" in confirm(planning, preview).content.decode()
    assert Indicator.objects.count() == 0


def test_a_confirmed_upload_is_not_confirmed_twice(planning: Client, tmp_path: Path) -> None:
    preview = upload(planning, write_csv(tmp_path / "c.csv", [row(1)]))
    confirm(planning, preview)
    assert "ya no está disponible" in confirm(planning, preview).content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PLANNING])
def test_nobody_else_imports_or_exports(client: Client, role: str, tmp_path: Path) -> None:
    from tests.factories import make_department, make_people

    client.force_login(make_people(make_department())[role])
    assert upload(client, write_csv(tmp_path / "c.csv", [row(1)])).status_code == 302
    assert client.get(reverse("admin:indicators_indicator_export")).status_code == 302
    assert client.post(reverse(CONFIRM), {}).status_code == 302


@pytest.mark.parametrize(("format_", "suffix"), [("0", "xlsx"), ("1", "csv")])
def test_the_export_is_what_the_command_writes(planning: Client, tmp_path: Path, format_: str, suffix: str) -> None:
    confirm(planning, upload(planning, write_csv(tmp_path / "c.csv", [row(1), row(2)])))
    year = FiscalYear.objects.get()
    given = planning.post(
        reverse("admin:indicators_indicator_export"), {"format": format_, "resource": "0", "year": year.pk}
    )
    assert f".{suffix}" in given["Content-Disposition"]
    read = catalog_file.read_catalog(io.BytesIO(given.content), name=f"c.{suffix}")
    assert [found.indicator_code for found in read.parsed.rows] == ["PRE-01-01", "PRE-01-02"]
    (tmp_path / f"e.{suffix}").write_bytes(given.content)
    assert "Sin cambios" in upload(planning, tmp_path / f"e.{suffix}").content.decode()
