"""The municipality's shield: what file it may be, how it is served, and where it is seen."""

import base64
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pypdf import PdfReader

from core.logo import LARGEST, Logo, LogoRefused, read_logo
from core.pdf import render_pdf
from pmd.checks import the_shield_is_printed
from pmd.environment import read_shield
from tests.core.pdf_samples import formato
from tests.factories import NOW, make_people, make_program, make_year, signed_in

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 12"><path d="M0,0 h10 v8 l-5,4 -5,-4 z"/></svg>'
SCRIPTED = SVG.replace(b"<path", b'<script>document.title = "roto"</script><path onload="alert(1)"')


def paper() -> bytes:
    return render_pdf("formato.typ", formato(), created=NOW, title="Formato")


def drawn(paper: bytes) -> int:
    """How many pictures and paths its first page draws."""
    page = PdfReader(io.BytesIO(paper)).pages[0]
    content = page.get_contents()
    assert content is not None
    return len(re.findall(rb"\b(?:Do|c|l|f)\b", content.get_data()))


def kept(folder: Path, content: bytes, name: str = "escudo.svg") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (SVG, "image/svg+xml"),
        (b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\n<!-- Durango -->\n' + SVG, "image/svg+xml"),
        (PNG, "image/png"),
    ],
)
def test_the_kind_is_what_is_in_the_file(tmp_path: Path, content: bytes, kind: str) -> None:
    assert read_logo(kept(tmp_path, content, "escudo.dat")).content_type == kind


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xd8\xff\xe0 JFIF", "no es una imagen SVG ni PNG"),
        (b"<html><body>escudo</body></html>", "no es una imagen SVG ni PNG"),
        (b"<svg", "no es una imagen SVG ni PNG"),
        (SVG.replace(b"<svg", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg'), "no es una imagen SVG ni PNG"),
        (PNG[:20], "no es una imagen SVG ni PNG"),
        (b"", "no es una imagen SVG ni PNG"),
        (SVG + b" " * LARGEST, "pesa más de 200 kB"),
    ],
)
def test_another_file_is_refused_with_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"PMD_LOGO vale «.*escudo.svg» y {sentence}.*SVG o PNG"):
        read_shield({"PMD_LOGO": str(kept(tmp_path, content))})


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "no.svg", tmp_path):
        with pytest.raises(LogoRefused, match="no se puede leer"):
            read_logo(path)


@pytest.mark.parametrize("environment", [{}, {"PMD_LOGO": ""}, {"PMD_LOGO": "  "}])
def test_no_shield_is_none(environment: dict[str, str]) -> None:
    assert read_shield(environment) is None


@pytest.mark.django_db
@pytest.mark.parametrize("content", [SVG, SCRIPTED, PNG])
def test_it_is_served_to_everybody_under_an_address_of_its_own(
    client: Client, settings: Any, tmp_path: Path, content: bytes
) -> None:
    settings.PMD_LOGO = shield = read_logo(kept(tmp_path, content))
    page = client.get("/entrar/").content.decode()
    address = f"/escudo/?v={shield.digest}"
    assert f'<img class="site-logo" src="{address}" alt="">' in page
    response = client.get(address)
    assert response.content == content and response["Content-Type"] == shield.content_type
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "script-src" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response["Cache-Control"]
    assert "no-store" in client.get("/escudo/?v=otra")["Cache-Control"]


@pytest.mark.django_db
def test_without_one_the_name_stands_alone(client: Client, settings: Any) -> None:
    settings.PMD_LOGO = None
    assert "site-logo" not in client.get("/entrar/").content.decode()
    assert client.get("/escudo/").status_code == 404


@pytest.mark.parametrize("content", [SVG, SCRIPTED, PNG])
def test_papers_carry_it(settings: Any, tmp_path: Path, content: bytes) -> None:
    plain = paper()
    settings.PMD_LOGO = read_logo(kept(tmp_path, content))
    with_shield = paper()
    assert drawn(with_shield) > drawn(plain)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in with_shield
    assert "Municipio de Durango" in PdfReader(io.BytesIO(with_shield)).pages[0].extract_text()
    assert the_shield_is_printed(None) == []


def test_a_shield_that_papers_cannot_draw_is_told_and_left_out(settings: Any) -> None:
    broken = b'<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>'
    settings.PMD_LOGO = Logo(broken, "image/svg+xml")
    (warning,) = the_shield_is_printed(None)
    assert "PMD_LOGO" in warning.msg and warning.id == "pmd.W006"
    assert paper().startswith(b"%PDF")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_script_in_it_runs_nowhere(page: Any, live_server: Any, settings: Any, tmp_path: Path) -> None:
    settings.PMD_LOGO = shield = read_logo(kept(tmp_path, SCRIPTED))
    page.goto("/entrar/")
    assert page.locator(".site-logo").evaluate("(picture) => picture.naturalWidth") > 0
    assert "roto" not in page.title()
    alone = page.context.new_page()  # whose console says that the policy holds
    alone.goto(f"/escudo/?v={shield.digest}")
    assert "roto" not in alone.title()


@pytest.mark.django_db
def test_a_page_of_the_product_shows_it(settings: Any, tmp_path: Path) -> None:
    settings.PMD_LOGO = read_logo(kept(tmp_path, SVG))
    reader = make_people(make_program(make_year(), "PRE-01").department)["reader"]
    assert 'class="site-logo"' in signed_in(reader).get("/").content.decode()
