"""The manuals' texts: links, pictures and names lead somewhere, and nothing of them is markup of the page."""

from pathlib import Path
from typing import Any

import pytest

from core.pages import declared_pages, help_of
from manuals import reading
from manuals.context import url_of_help
from manuals.drawing import draw
from manuals.readers import MANUAL_OF
from tests.manuals.faults import faults


@pytest.fixture
def written(tmp_path: Path, monkeypatch: Any) -> Any:
    """A shelf of one's own: files by name; ``{"enlace/01-uno.md": "# Uno"}``."""

    def write(files: dict[str, str]) -> Any:
        covers = {f"{file.partition('/')[0]}/README.md": "# Manual" for file in files if "/" in file}
        for file, text in {"glosario.md": "# Glosario", **covers, **files}.items():
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_text(text, encoding="utf-8")
        monkeypatch.setattr(reading, "folder", lambda: tmp_path)
        return reading.library()

    return write


def drawn(shelf: Any, urls: dict[str, str] | None = None) -> str:
    return draw(shelf, shelf.manuals["enlace"].chapters[0]).with_pages(urls or {})


def test_what_the_manuals_say_leads_somewhere() -> None:
    assert list(faults(reading.library())) == []


def test_every_role_has_its_manual_and_every_page_its_chapter() -> None:
    shelf = reading.library()
    assert set(MANUAL_OF.values()) <= set(shelf.manuals)
    named = {place for declared in declared_pages().values() for place in help_of(declared)}
    assert named and [place for place in named if not url_of_help(shelf, place)] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[x](02-nada.md)", "lleva a un texto que no existe"),
        ("[x](../README.md)", "lleva a un texto que no existe"),
        ("[x](../../operations.md)", "lleva a un texto que no existe"),
        ("[x](#nada)", "un apartado que enlace/01-uno.md no tiene"),
        ("[x](../glosario.md#nada)", "un apartado que glosario.md no tiene"),
        ("[x](pmd:reports:nada)", "ninguna página se llama así"),
        ("[x](pmd:reports:dashboard_file)", "ninguna página se llama así"),
        ("[x](pmd:reports:program)", "pide más que el ejercicio"),
        ("[x](/ayuda/enlace/)", "no es de los enlaces"),
        ("![Una pantalla entera](../imagenes/nada.webp)", "no está la imagen"),
        ("![x](../imagenes/nada.webp)", "no dice lo que se ve"),
        ("Vea <b>esto</b>", "parece HTML"),
        ("# Otro", "un título h1"),
        ("Bien", "«Lo más buscado» tiene 0 enlaces"),
    ],
)
def test_what_leads_nowhere_is_told(written: Any, text: str, fault: str) -> None:
    assert any(fault in said for said in faults(written({"enlace/01-uno.md": f"# Uno\n\n{text}\n"})))


@pytest.mark.parametrize(
    ("name", "text"), [("enlace/uno.md", "# Uno"), ("enlace/01-Uno.md", "# Uno"), ("enlace/01-uno.md", "Uno")]
)
def test_a_file_that_is_no_chapter_is_refused_by_its_name(written: Any, name: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"docs/manuales/{name}"):
        written({name: text})


def test_html_is_text_and_no_address_runs(written: Any) -> None:
    text = (
        "# Uno\n\n<script>alert(1)</script>\n\na <img src=x onerror=y> [b](javascript:alert(1)) `<i>`\n\n<!-- x -->\n"
    )
    html = drawn(written({"enlace/01-uno.md": text}))
    assert "<script" not in html and "<img" not in html and "<!--" not in html and "javascript:alert" in html
    assert 'href="javascript' not in html and "&lt;script&gt;" in html and "&lt;i&gt;" in html


def test_links_lead_to_chapters_and_to_pages_that_the_reader_may_open(written: Any) -> None:
    text = "# Uno\n\n[Dos](02-dos.md#qué-más) y [Tablero](pmd:reports:dashboard) y [Afuera](https://www.gob.mx/)\n"
    shelf = written({"enlace/01-uno.md": text, "enlace/02-dos.md": "# Dos\n\n## ¿Qué más?\n\nEsto.\n"})
    assert '<a href="/ayuda/enlace/dos/#qué-más">Dos</a>' in drawn(shelf)
    assert "<strong>Tablero</strong>" in drawn(shelf)
    assert '<a href="/2016/tablero/">Tablero</a>' in drawn(shelf, {"reports:dashboard": "/2016/tablero/"})
    assert '<a href="https://www.gob.mx/" rel="noreferrer">Afuera</a>' in drawn(shelf)


def test_the_first_word_of_the_glossary_in_the_running_text_leads_there(written: Any) -> None:
    glossary = "# Glosario\n\n## Acción\n\nAlgo.\n\n## Meta\n\nX.\n\n## Meta ajustada\n\nOtra.\n"
    text = "# Uno\n\n## La meta\n\n**Meta** `meta` [meta](#la-meta): dos metas ajustadas, ACCIONES, acción, metáfora.\n"
    html = drawn(written({"glosario.md": glossary, "enlace/01-uno.md": text}))
    assert '<h2 id="la-meta">La meta</h2>' in html
    assert '<a href="/ayuda/glosario/#meta-ajustada" class="term">metas ajustadas</a>' in html
    assert '<a href="/ayuda/glosario/#acción" class="term">ACCIONES</a>, acción, metáfora' in html
    assert html.count('class="term"') == 2


def test_tables_notes_and_code(written: Any) -> None:
    table, notes = "| a | b |\n|---|--:|\n| 1 | 2 |", "> **Importante:** No.\n\n> **Ejemplo:** Sí."
    text = f"# Uno\n\n{table}\n\n{notes}\n\n```sh\nmake run <x>\n```\n"
    html = drawn(written({"enlace/01-uno.md": text}))
    assert 'role="region" aria-label="Tabla: Uno"><table class="table">' in html
    assert '<th scope="col" class="num">b</th>' in html and '<td class="num">2</td>' in html and "style=" not in html
    assert html.count("alert-warning") == html.count("alert-info") == 1
    assert "<code>make run &lt;x&gt;\n</code>" in html
