"""PDF: what is printed is what was given, whatever it is; tagged, repeatable, quick, and without the world outside."""

import io
import json
import re
import resource
import socket
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdf
import pytest
from django.conf import settings

from core.lights import LIGHTS
from core.pdf import PdfError, fingerprint, render_pdf
from tests.core import pdf_samples as samples

NOW = datetime(2016, 10, 7, 12, 34, tzinfo=ZoneInfo("America/Monterrey"))
TEMPLATES = Path(settings.BASE_DIR) / "templates" / "pdf"
DOCUMENTS = [("acuse.typ", samples.acuse), ("constancia.typ", samples.constancia), ("formato.typ", samples.formato)]
UA = b"<pdfuaid:part>1</pdfuaid:part>"


def pdf(template="constancia.typ", data=None, created=NOW, title="Constancia"):
    return render_pdf(template, samples.constancia() if data is None else data, created=created, title=title)


def pages(content):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def text(content):
    return re.sub(r"\s+", " ", "\n".join(pages(content)))


@pytest.mark.parametrize(("template", "sample"), DOCUMENTS)
def test_a_document_is_tagged_titled_and_in_spanish(template, sample):
    content = pdf(template, sample(), title="Septiembre 2016")
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert UA in content
    assert reader.metadata.title == "Septiembre 2016"
    assert reader.metadata.creation_date == NOW
    assert reader.trailer["/Root"]["/Lang"] == "es-MX"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    width, height = sorted(float(side) for side in reader.pages[0].mediabox[2:])
    assert (width, height) == (612, 792)
    for page in reader.pages:
        assert all("SourceSans3" in font["/BaseFont"] for font in page["/Resources"]["/Font"].values())


def test_the_record_prints_who_what_and_when():
    printed = text(pdf())
    for expected in (
        "Municipio de Durango",
        "Folio CON-2016-PRE-09-0001",
        "Constancia de validación",
        "Presidencia Municipal · Septiembre 2016",
        "Ing. José Ángel Peña Muñoz, Titular",
        "07/10/2016, 12:34 h",
        "72.40 % → 75.10 % · 3 de 4 considerados",
        "Coordinación de Intercacción Institucional",
        "Justificación: Se evaluó el rezago de agosto.",
        "123,456,789,012.3456",
        "Emitido el 07/10/2016, 12:34 h",
        f"Huella SHA-256 de las cifras: {samples.SHEET['fingerprint']}",
        "Página 1 de 1",
    ):
        assert expected in printed
    assert "Datos de demostración" not in printed
    assert "SIN EFECTO" not in printed


def test_the_acknowledgement_says_that_it_is_late_and_what_is_missing():
    printed = text(pdf("acuse.typ", samples.acuse(demo=True)))
    assert "Entrega extemporánea" in printed
    assert "Enlace, en suplencia de Juan Pérez" in printed
    assert "Giras de trabajo sin captura" in printed
    assert "Datos de demostración" in printed


def test_the_form_leaves_room_to_write():
    printed = text(pdf("formato.typ", samples.formato()))
    assert "Reuniones de Gabinete realizadas ÷ Reuniones de Gabinete programadas" in printed
    assert "Mes anterior: 3 / 4" in printed
    assert "Nada programado" in printed
    assert "Nombre y firma" in printed
    assert "Huella" not in printed
    assert "None" not in printed and "none" not in printed


def test_a_record_without_effect_says_so_on_every_page():
    content = pdf(data=samples.constancia(rows=60, void=samples.VOID))
    first, *others = pages(content)
    sentence = (
        "SIN EFECTO desde el 21/11/2016. Motivo: Corrección de PRE-02-03. La sustituye el folio CON-2016-PRE-09-0002"
    )
    assert sentence in re.sub(r"\s+", " ", first)
    assert others and all("SIN EFECTO" in page for page in others)
    assert UA in content


def test_a_record_without_effect_may_have_neither_reason_nor_successor():
    printed = text(pdf(data=samples.constancia(void={"since": "21/11/2016"})))
    assert "SIN EFECTO desde el 21/11/2016." in printed
    assert "Motivo" not in printed


def test_the_lights_are_those_of_the_pages():
    written = {
        code: (word, shape)
        for code, shape, word in re.findall(
            r'^  "?(\w+)"?: \("(.)", "([^"]+)", rgb', (TEMPLATES / "base.typ").read_text(encoding="utf-8"), re.M
        )
    }
    assert written == LIGHTS
    printed = text(pdf())
    for word in ("● verde", "▲ amarillo", "■ rojo", "◆ sobrecumplimiento", "○ sin demanda"):
        assert word in printed


HOSTILE = [
    '#eval("1")',
    '#import "@preview/x:0.1.0"',
    '#read("base.typ")',
    "$x$",
    "*bold* _it_ `raw`",
    "= Título",
    "- uno",
    "a\\b \\ c",
    "<etiqueta> @cita",
    "// comentario",
    "/* abierto",
    "]",
    "{{ data }} {% x %}",
    "\"comillas\" y 'otras'",
    "https://example.com/a",
    "~ --- ...",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_and_never_markup(name):
    row = samples.ROWS[0] | {"name": name, "notes": [{"label": name, "text": name}]}
    program = samples.PROGRAM | {"name": name, "rows": [row]}
    content = pdf(data=samples.constancia(programs=[program], month=name), title=name)
    printed = text(content)
    assert printed.count(re.sub(r"\s+", " ", name)) == 5
    assert UA in content
    assert pypdf.PdfReader(io.BytesIO(content)).metadata.title == name


@pytest.mark.parametrize("name", ["palabra " * 38, "x" * 300, "ñ/" * 150])
def test_300_characters_stay_within_the_page(name):
    program = samples.PROGRAM | {"name": name, "rows": [samples.ROWS[0] | {"name": name}]}
    content = pdf(data=samples.constancia(programs=[program]))
    edges = []
    page = pypdf.PdfReader(io.BytesIO(content)).pages[0]
    page.extract_text(visitor_text=lambda words, cm, tm, *_: edges.append(cm[4] + tm[4]) if words.strip() else None)
    assert max(edges) < 612 - 48
    letters = re.sub(r"[\s\u200b]+", "", text(content))
    assert letters.count(name.replace(" ", "")) >= 1
    assert UA in content


def test_a_note_longer_than_a_page_goes_on_on_the_next():
    row = samples.ROWS[0] | {"notes": [{"label": "Justificación", "text": "palabra " * 1500 + "fin"}]}
    content = pdf(data=samples.constancia(programs=[samples.PROGRAM | {"rows": [row]}]))
    assert len(pages(content)) > 1
    assert text(content).count("palabra") == 1500
    assert all(samples.SHEET["fingerprint"] in page for page in pages(content))


def test_what_cannot_be_printed_is_left_out():
    content = pdf(data=samples.constancia(month="Sep\x00tiem\u202ebre\ud800\ufeff 2016\x1b"))
    assert "· Septiembre 2016" in text(content)
    assert UA in content


def test_a_character_without_a_shape_does_not_stop_the_document(caplog):
    content = pdf(data=samples.constancia(month="Septiembre 😀 中"))
    assert "Septiembre" in text(content)
    assert UA not in content
    assert pypdf.PdfReader(io.BytesIO(content)).trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "without PDF/UA" in caplog.text


@pytest.mark.parametrize(("template", "sample"), DOCUMENTS)
def test_the_same_input_gives_the_same_bytes(template, sample):
    content = pdf(template, sample())
    assert pdf(template, sample()) == content
    assert pdf(template, sample(), created=NOW.astimezone(ZoneInfo("UTC"))) == content
    assert pdf(template, sample(), created=NOW + timedelta(minutes=1)) != content
    assert str(settings.BASE_DIR).encode() not in content


def test_200_rows_repeat_the_titles_and_the_programme_on_every_page():
    content = pdf(data=samples.constancia(rows=200))
    printed = pages(content)
    of_figures = [page for page in printed if "PRE-02-" in page.replace("PRE-02-03", "")]
    assert len(of_figures) > 8
    for number, page in enumerate(printed, start=1):
        assert f"Página {number} de {len(printed)}" in page
    for page in of_figures:
        assert "Numerador" in page and "Denominador" in page
        assert "Coordinación de Intercacción Institucional" in page
    assert set(re.findall(r"PRE-02-\d{3}", "\n".join(printed))) == {f"PRE-02-{n:03}" for n in range(1, 201)}
    assert UA in content


def test_40_rows_take_well_under_a_second():
    started = time.process_time()  # typst has threads of its own; the machine may be busy with others
    pdf(data=samples.constancia(rows=40, folio="another"))
    assert time.process_time() - started < 1


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell the memory in use")
def test_large_documents_give_their_memory_back():
    """typst keeps the layout of the last documents: a process that prints reports would grow with each."""

    def in_use() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

    def print_one(number: int) -> None:
        pdf(data=samples.constancia(rows=1200, folio=f"CON-{number}"))

    print_one(0)
    before = in_use()
    for number in range(1, 4):
        print_one(number)
    assert in_use() - before < 80 * 2**20


def test_nothing_comes_from_outside(monkeypatch):
    """typst opens its own connections, so the templates are read too: they name nothing but each other."""

    def refuse(*_args, **_options):
        raise AssertionError("no network")

    monkeypatch.setattr(socket, "socket", refuse)
    pdf()
    for path in TEMPLATES.glob("*.typ"):
        source = path.read_text(encoding="utf-8")
        assert set(re.findall(r'#import "([^"]+)"', source)) <= {path.name for path in TEMPLATES.glob("*.typ")}
        # A picture is drawn from the data; those of a manual are files that ``render_pdf`` lays beside the template.
        data = r"bytes\(|whole\(block\.name\)" if path.name == "manual.typ" else r"bytes\("
        assert not re.search(rf"#include|@preview|@local|\bread\(|\bimage\((?!{data})|plugin\(|\beval\(", source)


@pytest.mark.parametrize(
    "template", ["", "acuse", "../base.html", "/etc/passwd", "nada.typ", "a/acuse.typ", "acuse.typ\n"]
)
def test_only_a_template_of_the_folder_is_printed(template):
    with pytest.raises(PdfError):
        pdf(template)


def test_a_missing_key_is_our_fault_and_said():
    data = samples.constancia()
    del data["validated"]
    with pytest.raises(PdfError, match="validated"):
        pdf(data=data)


def test_the_moment_must_have_a_zone():
    with pytest.raises(ValueError, match="aware"):
        pdf(created=NOW.replace(tzinfo=None))


def test_the_fingerprint_depends_on_the_figures_and_not_on_their_order():
    first = fingerprint({"a": "1", "b": ["2", None]})
    assert re.fullmatch(r"[0-9a-f]{64}", first)
    assert fingerprint(json.loads('{"b": ["2", null], "a": "1"}')) == first
    assert fingerprint({"a": "1", "b": [None, "2"]}) != first
