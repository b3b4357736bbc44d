"""The official document on the screen: planning uploads it, reads what came of it, and imports what it takes along."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from core.models import TrailEntry
from indicators.models import Indicator
from tests.catalog.doors import confirm
from tests.catalog.doors import upload as import_file
from tests.catalog.official_document.pats import SOURCE, draw, rows_of
from tests.catalog.official_document.test_drawn_documents import durango
from tests.factories import make_user, signed_in
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
SCANNED = Path(__file__).with_name("pat-2016-presidencia-municipal.txt")
ADDRESS = "/catalogo/documento/"


def send(client: Client, data: bytes, name: str = "PAT 2016.pdf", **fields: str):  # type: ignore[no-untyped-def]
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, data), **fields}, follow=True)


def test_from_the_document_to_the_catalogue(planning: Client, tmp_path: Path) -> None:
    assert reverse("catalog:draft") in planning.get(reverse("catalog:import")).content.decode()
    page = send(planning, draw(durango(), SOURCE))
    assert "PAT 2016.pdf" in text_of(page) and "5 programas, 11 filas, 1 con dudas." in text_of(page)
    assert Indicator.objects.count() == 0 and not TrailEntry.objects.filter(action="importar").exists()
    answer = planning.get(page.context["book_url"])
    book = tmp_path / "borrador-catalogo.xlsx"
    book.write_bytes(answer.content)
    assert 'filename="borrador-catalogo.xlsx"' in answer["Content-Disposition"]
    assert len(rows_of(book)) == 11
    preview = import_file(planning, book)
    assert "errores" not in text_of(preview)
    confirm(planning, preview)
    assert Indicator.objects.count() == 11


def test_the_scanned_text_and_its_doubts(planning: Client) -> None:
    page = send(planning, SCANNED.read_bytes(), "pat.txt")
    assert "5 programas, 11 filas" in text_of(page) and "celdas amarillas" in text_of(page)
    rows = rows_of(io.BytesIO(planning.get(page.context["book_url"]).content))  # type: ignore[arg-type]
    assert rows[0]["Numerador"] == "NUumero de solicitudes atendidas"


def _doubts(planning: Client, page) -> str:  # type: ignore[no-untyped-def]
    rows = rows_of(io.BytesIO(planning.get(page.context["book_url"]).content))  # type: ignore[arg-type]
    return str(rows[0]["Dudas"])


def test_what_is_no_document_is_told_beside_the_file(planning: Client) -> None:
    for data, sentence in ((b"", "vacío"), (b"%PDF-1.4 roto", "dañado"), (b"PK\x03\x04", "no es un PDF ni un texto")):
        page = send(planning, data)
        assert sentence in text_of(page)
        assert page.status_code == 200 and not page.redirect_chain
    assert "Elija el archivo" in text_of(planning.post(ADDRESS, {}))
    assert "el documento dice 2016" in _doubts(planning, send(planning, SCANNED.read_bytes(), "pat.txt", year="2017"))
    assert "no es un año" in text_of(send(planning, SCANNED.read_bytes(), "pat.txt", year="veinte"))


def test_only_planning_has_the_page_and_its_draft(planning: Client) -> None:
    page = send(planning, SCANNED.read_bytes(), "pat.txt")
    reader = signed_in(make_user("lectora", Role.READER))
    other = signed_in(make_user("otra", Role.PLANNING))
    for address in (ADDRESS, page.redirect_chain[-1][0], page.context["book_url"]):
        assert reader.get(address).status_code == 404
    assert other.get(page.context["book_url"]).status_code == 302
