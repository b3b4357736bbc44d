"""Evidence files: what is accepted, what is refused and how that is said, and what becomes of names."""

import hashlib
import io
import struct
import time
import tracemalloc
import unicodedata
import zipfile
import zlib

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core import uploads
from core.uploads import CONTENT_TYPES, MAX_BYTES, MAX_NAME, UploadError, display_name, inspect_upload

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def pdf(body=b"1 0 obj\n<< /Type /Catalog >>\nendobj\n", header=b"%PDF-1.7\n", tail=b"\n%%EOF\n"):
    return header + body + b"xref\n0 1\ntrailer << /Root 1 0 R >>\nstartxref\n9" + tail


def picture(form="PNG", size=(40, 30), mode="RGB", **options):
    file = io.BytesIO()
    image = Image.effect_noise(size, 80).convert(mode)
    image.save(file, form, **options)
    return file.getvalue()


def package(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def types(*lines):
    overrides = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in lines)
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def docx(extra=None, lines=(("/word/document.xml", WORD),), document="<w:document xmlns:w='w'><w:body/></w:document>"):
    parts = {"[Content_Types].xml": types(*lines), "_rels/.rels": "<Relationships/>"}
    if document is not None:
        parts["word/document.xml"] = document
    return package(parts | (extra or {}))


def xlsx():
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


def inspect(data, name="evidencia.pdf"):
    return inspect_upload(io.BytesIO(data), name)


def refusal(data, name="evidencia.pdf"):
    with pytest.raises(UploadError) as caught:
        inspect(data, name)
    message = caught.value.message
    assert message.endswith(".") and "\n" not in message
    assert len(message) < 200
    return message


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (pdf(), "pdf"),
        (pdf(header=b"%PDF-2.0\r\n%\xe2\xe3\xcf\xd3\r\n", tail=b"\r\n%%EOF\r\n"), "pdf"),
        (pdf(tail=b"\n%%EOF"), "pdf"),
        (pdf(tail=b"\n%%EOF\n" + b"\x00" * 512), "pdf"),
        (pdf(body=pdf()), "pdf"),  # saved again on top of itself
        (picture("PNG"), "png"),
        (picture("PNG", mode="1"), "png"),
        (picture("PNG", mode="RGBA"), "png"),
        (picture("JPEG"), "jpg"),
        (picture("JPEG", mode="L"), "jpg"),
        (picture("JPEG", mode="CMYK"), "jpg"),
        (picture("JPEG", progressive=True, size=(2000, 1500)), "jpg"),
        (picture("MPO", save_all=True), "jpg"),  # what telephones write
        (docx(), "docx"),
        (docx(extra={"word/media/image1.png": picture()}), "docx"),
        (xlsx(), "xlsx"),
    ],
)
def test_what_is_accepted(data, extension):
    kind = inspect(data, "sin-nombre")
    assert kind.extension == extension
    assert kind.content_type == CONTENT_TYPES[extension]
    assert kind.size == len(data)
    assert kind.sha256 == hashlib.sha256(data).hexdigest()


def test_the_content_decides_and_not_the_name():
    assert inspect(picture("PNG"), "factura.pdf").extension == "png"
    assert inspect(pdf(), "factura.pdf.exe").extension == "pdf"


def test_a_file_of_django_is_left_at_its_beginning():
    for data in (pdf(), picture("JPEG"), xlsx()):
        file = SimpleUploadedFile("evidencia", data)
        inspect_upload(file, file.name)
        assert not file.closed
        assert file.read() == data


def test_a_refused_file_is_left_at_its_beginning():
    file = io.BytesIO(b"<html>")
    with pytest.raises(UploadError):
        inspect_upload(file, "a.png")
    assert file.tell() == 0


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\x00" * 5000])
def test_an_empty_file(data):
    assert "vacío" in refusal(data)


def test_ten_megabytes_and_not_one_byte_more():
    filling = MAX_BYTES - len(pdf(b""))
    assert inspect(pdf(b"x" * filling)).size == MAX_BYTES
    assert "10 MB" in refusal(pdf(b"x" * (filling + 1)))


def test_no_more_is_read_than_the_limit():
    class Endless(io.RawIOBase):
        given = 0

        def seek(self, *_args):
            return 0

        def read(self, size=-1):
            assert size > 0
            self.given += size
            return b"%" * size

    file = Endless()
    with pytest.raises(UploadError):
        inspect_upload(file, "a.pdf")
    assert file.given <= MAX_BYTES + 2**17


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (SVG, "foto.png", "SVG"),
        (b'<?xml version="1.0"?>\n' + SVG, "foto.png", "SVG"),
        (b"\xef\xbb\xbf\n<!-- a -->" + SVG, "foto.jpg", "SVG"),
        (b"<!DOCTYPE html><html></html>", "foto.png", "página web"),
        (b"  <ScRiPt>alert(1)</script>", "foto.png", "página web"),
        ("<html></html>".encode("utf-16"), "foto.png", "página web"),
        (b"GIF89a" + bytes(20), "foto.png", "GIF"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "foto.jpg", "WEBP"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "foto.jpg", "HEIC"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(20), "video.jpg", "video"),
        (b"II*\x00" + bytes(20), "foto.png", "TIFF"),
        (b"MZ\x90\x00", "factura.pdf.exe", "programa"),
        (b"\x7fELF", "a.pdf", "programa"),
        (b"#!/bin/sh\n", "a.pdf", "programa"),
        (b"Rar!\x1a\x07", "a.docx", "comprimido"),
        (b"PK\x05\x06" + bytes(18), "a.docx", "comprimido"),
        (b"{\\rtf1 hola}", "a.docx", "RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "a.docx", "antiguo"),
        (b"hola", "a.pdf", ".pdf"),
        (b"hola", "a.txt", "tipo aceptado"),
        (b"hola", "", "tipo aceptado"),
        (b"hola", "x" * 300 + ".png", ".png"),
    ],
)
def test_other_kinds_are_refused_by_their_names(data, name, words):
    assert words in refusal(data, name)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<html><script>alert(1)</script>" + pdf(), "página web"),
        (b"\n" + pdf(), "antes de su comienzo"),
        (b"GARBAGE" + pdf(), "antes de su comienzo"),
        (pdf()[:-20], "dañado"),
        (pdf(tail=b"\n"), "dañado"),
        (b"%PDF-1.7", "dañado"),
        (b"%PDF-1.7\n%%EOF", "dañado"),
        (pdf(header=b"%PDF-9.9\n"), "dañado"),
        (pdf(header=b"%PDF-<html>\n"), "dañado"),
        (pdf(tail=b"999999\n%%EOF"), "dañado"),
        (pdf() + b"<script>alert(1)</script>", "dañado"),
        (pdf() + docx(), "dañado"),
    ],
)
def test_a_pdf_begins_at_its_first_byte_and_ends_at_its_last(data, words):
    assert words in refusal(data)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of_size(width, height, pixels=b"\x00"):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("form", "name"), [("PNG", "foto.png"), ("JPEG", "foto.jpg")])
def test_a_broken_picture(form, name):
    whole = picture(form, size=(300, 300))
    for data in (whole[:12], whole[: len(whole) // 2], whole[:8] + b"\x00" * 400):
        assert "dañada" in refusal(data, name)


def test_a_png_with_a_wrong_checksum():
    whole = bytearray(picture("PNG", size=(300, 300)))
    whole[len(whole) // 2] ^= 0xFF
    assert "dañada" in refusal(bytes(whole), "foto.png")


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff<script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>",
        b"\xff\xd8\xff\xe0" + bytes(1000),
    ],
)
def test_a_header_does_not_make_a_picture(data):
    assert "dañada" in refusal(data, "foto.png")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(20_001, 1), (1, 20_001), (8_000, 8_000), (10_000, 10_000), (60_000, 60_000)])
def test_a_picture_of_too_many_points_is_not_decoded(size):
    width, height = size
    rows = min(height, 60_000)
    data = png_of_size(width, height, bytes((width + 7) // 8 + 1) * min(rows, 1000))
    tracemalloc.start()
    message = refusal(data, "foto.png")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "millones de puntos" in message
    assert peak < 20 * 2**20


def test_a_jpeg_of_countless_passes_is_not_decoded():
    whole = picture("JPEG", size=(200, 200), progressive=True)
    assert 1 < whole.count(b"\xff\xda") < uploads.MAX_SCANS
    last = whole[whole.rindex(b"\xff\xda") : -2]
    assert inspect(whole).extension == "jpg"
    assert "guárdela otra vez como JPG" in refusal(whole[:-2] + last * 40 + whole[-2:], "foto.jpg")
    # What follows the picture, such as a telephone's little film, is not counted.
    assert inspect(whole + last * 40).extension == "jpg"


def test_texts_hidden_in_a_picture_that_swell_are_refused():
    bomb = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(100 * 2**20)))
    data = picture("PNG")
    assert "dañada" in refusal(data[:33] + bomb + data[33:], "foto.png")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (package({"a.txt": "hola"}), "comprimido"),
        (package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}), "comprimido"),
        (docx(lines=()), "otro programa"),
        (docx(lines=(("/ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.x"),)), "otro programa"),
        (docx(lines=(("/word/document.xml", WORD), ("/xl/workbook.xml", EXCEL))), "otro programa"),
        (docx(document=None), "dañado"),
        (docx(document="<w:document"), "dañado"),
        (docx(document='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "definiciones XML"),
        (docx(extra={"word/vbaProject.bin": b"x"}), "macros"),
        (docx(extra={"word/VBAPROJECT.BIN": b"x"}), "macros"),
        (docx(lines=(("/word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),)), "macros"),
        (
            docx(lines=(("/word/document.xml", WORD), ("/word/inocente.bin", "application/vnd.ms-office.vbaProject"))),
            "macros",
        ),
        (docx()[:-30], "dañado"),
        (b"PK\x03\x04" + bytes(500), "dañado"),
        (docx(extra={"[Content_Types].xml": "<Types"}), "dañado"),
        (docx(extra={"[Content_Types].xml": types() + " " * 2_000_000}), "demasiado grande"),
        (docx(extra={f"word/media/{n}.txt": "x" for n in range(2_100)}), "demasiado grande"),
    ],
)
def test_a_package_that_is_not_a_sound_document(data, words):
    assert words in refusal(data, "oficio.docx")


def test_a_bomb_named_docx_costs_little():
    data = docx(extra={"word/media/image1.bmp": bytes(300 * 2**20)})
    assert len(data) < MAX_BYTES
    tracemalloc.start()
    started = time.thread_time()  # of this thread alone: the machine may be busy
    message = refusal(data, "oficio.docx")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "demasiado grande" in message
    assert time.thread_time() - started < 1
    assert peak < 10 * 2**20


def test_a_document_full_of_xml_is_bounded():
    document = "<w:document xmlns:w='w'>" + "<w:p/>" * 3_100_000 + "</w:document>"
    assert "demasiado grande" in refusal(docx(document=document), "oficio.docx")


@pytest.mark.parametrize(
    ("name", "extension", "shown"),
    [
        ("Oficio 123.pdf", "", "Oficio 123.pdf"),
        ("C:\\fakepath\\acta de Íñigo.PDF", "pdf", "acta de Íñigo.PDF"),
        ("../../etc/passwd", "", "passwd"),
        ("a/b\\c.pdf", "pdf", "c.pdf"),
        ("factura.pdf.exe", "pdf", "factura.pdf"),
        ("factura.pdf.exe", "", "factura.pdf.exe"),
        ("foto.png.html", "png", "foto.png"),
        ("foto.JPEG", "jpg", "foto.JPEG"),
        ("foto.jpg", "png", "foto.png"),
        ("informe.v2", "pdf", "informe.v2.pdf"),
        ("informe v1.2.docx", "docx", "informe v1.2.docx"),
        ("sin extension", "png", "sin extension.png"),
        ("a\x00b\r\nc\t.pdf", "pdf", "ab c.pdf"),
        ("gpj.\u202efdp.exe", "pdf", "gpj.fdp.pdf"),
        ('a<b>:c"d|e?f*.pdf', "pdf", "a_b__c_d_e_f_.pdf"),
        ("", "", "archivo"),
        ("...", "pdf", "archivo.pdf"),
        ("///", "", "archivo"),
        (".htaccess", "", "htaccess"),
        ("con.pdf", "pdf", "_con.pdf"),
        ("Jose\u0301.pdf", "pdf", "José.pdf"),
        ("acta . pdf . ", "", "acta . pdf"),
    ],
)
def test_names(name, extension, shown):
    assert display_name(name, extension) == shown


def test_a_long_name_loses_its_middle_and_keeps_its_extension():
    shown = display_name("Acta de la sesión " + "muy larga " * 30 + "número 27.pdf", "pdf")
    assert len(shown) <= MAX_NAME
    assert shown.startswith("Acta de la sesión muy larga")
    assert shown.endswith("número 27.pdf")
    assert "…" in shown


EXTENSIONS = st.sampled_from(["", *CONTENT_TYPES])
NAMES = st.text(max_size=400) | st.text(
    alphabet=st.sampled_from("aé\u0301. /\\:\x00\u202e\u200d…_\t\ud800con1pdfjgexe"), max_size=400
)


@given(NAMES, EXTENSIONS)
def test_any_name_becomes_one_that_can_be_shown(name, extension):
    shown = display_name(name, extension)
    assert 0 < len(shown) <= MAX_NAME
    assert not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") for letter in shown)
    assert not set(shown) & set('/\\<>:"|?*')
    assert shown == shown.strip(" .")
    assert shown.encode("utf-8")
    if extension:
        assert uploads._SAME[shown.rpartition(".")[2].lower()] == extension
    assert display_name(shown, extension) == shown


@given(NAMES)
def test_no_name_breaks_a_refusal(name):
    assert len(refusal(b"hola", name)) < 200


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"%PDF-1.7\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"])
)
def test_no_content_gets_through_as_anything_but_a_refusal(data, beginning):
    refusal(beginning + data, "a.pdf")


@given(st.integers(0, 10_000), st.integers(0, 255), st.sampled_from(["PNG", "JPEG", "docx", "xlsx"]))
def test_a_changed_byte_is_accepted_or_refused_but_never_an_accident(place, value, form):
    whole = bytearray(_WHOLE[form])
    whole[place % len(whole)] = value
    try:
        inspect(bytes(whole))
    except UploadError as error:
        assert error.message.endswith(".")


_WHOLE = {"PNG": picture("PNG"), "JPEG": picture("JPEG"), "docx": docx(), "xlsx": xlsx()}
