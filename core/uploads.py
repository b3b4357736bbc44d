"""Looking at a file that somebody brings as evidence: what it is by its content, whatever its name says.

Accepted are PDF, JPG, PNG, DOCX and XLSX. The name decides nothing; it is only shown, and ``display_name`` makes it fit
to be shown and to be saved under.
"""

import hashlib
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image

from core.spreadsheets.errors import SpreadsheetError
from core.spreadsheets.guard import BROKEN, ENTITIES, MACROS, TOO_MUCH, Guard

MEGABYTE = 2**20
MAX_BYTES = 10 * MEGABYTE
MAX_INFLATED = 100 * MEGABYTE
"""What the parts of a document may weigh together when unpacked."""
MAX_PIXELS = 60_000_000
"""A telephone of 50 megapixels, or an A3 page scanned at 500 dots per inch; decoded, at most 240 MB for a moment."""
MAX_SIDE = 20_000
MAX_SCANS = 30
"""Passes of a progressive JPEG, of which programs write about ten: each costs time for the whole picture."""
MAX_NAME = 120
"""Characters of a name as it is shown, its extension included."""

_CHUNK = 2**16
_PDF_TAIL = 4096
_MAX_CONTENT_TYPES = MEGABYTE

ACCEPTED = "PDF, JPG, PNG, DOCX o XLSX"
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadError(Exception):
    """The file is not accepted; ``message`` is one sentence in Spanish for the person who brought it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class UploadKind:
    """What a file is: ``extension`` without its dot and ``content_type`` by content, ``size`` in bytes."""

    extension: str
    content_type: str
    size: int
    sha256: str


def inspect_upload(file: BinaryIO, name: str) -> UploadKind:
    """Look a file over from its beginning to its end and leave it at its beginning.

    ``file`` is seekable (Django's uploaded files are); ``name`` only makes the sentences clearer. Raises UploadError
    for whatever is not one of the accepted kinds, whole, and at most MAX_BYTES long.
    """
    size, sha256 = _measure(file)
    try:
        extension = _kind(file, size, name)
    finally:
        file.seek(0)
    return UploadKind(extension, CONTENT_TYPES[extension], size, sha256)


def _measure(file: BinaryIO) -> tuple[int, str]:
    """Size and SHA-256, chunk by chunk; no more is read than the limit."""
    file.seek(0)
    digest, size, blank = hashlib.sha256(), 0, True
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > MAX_BYTES:
            raise UploadError(f"El archivo pesa más de {MAX_BYTES // MEGABYTE} MB, que es lo más que se acepta.")
        digest.update(chunk)
        blank = blank and not chunk.strip(b"\x00 \t\r\n")
    if blank:
        raise UploadError("El archivo está vacío.")
    return size, digest.hexdigest()


def _kind(file: BinaryIO, size: int, name: str) -> str:
    file.seek(0)
    head = file.read(1024)
    if head.startswith(b"%PDF-"):
        return _checked_pdf(file, head, size)
    if head.startswith(b"\xff\xd8\xff"):
        return _checked_picture(file, "JPEG", "jpg")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _checked_picture(file, "PNG", "png")
    if head.startswith(b"PK\x03\x04"):
        return _checked_document(file)
    raise UploadError(_what_else(head, name))


# What is refused, said by its name

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (rb"GIF8", "una imagen GIF"),
    (rb"RIFF....WEBP", "una imagen WEBP"),
    (rb"....ftyp(heic|heix|hevc|mif1|msf1)", "una foto HEIC"),
    (rb"II\*\x00|MM\x00\*", "una imagen TIFF"),
    (rb"BM....\x00\x00\x00\x00", "una imagen BMP"),
    (rb"....ftyp", "un video"),
    (rb"\{\\rtf", "un documento RTF"),
    (rb"MZ|\x7fELF|#!", "un programa"),
    (rb"Rar!|7z\xbc\xaf|\x1f\x8b|PK", "un archivo comprimido"),
)
_FOREIGN_PATTERNS = tuple((re.compile(pattern, re.DOTALL), what) for pattern, what in _FOREIGN)
_MARKUP = re.compile(rb"<(\?xml|!doctype|!--|html|head|body|script|svg|[a-z]+[ >/])", re.IGNORECASE)


def _what_else(head: bytes, name: str) -> str:
    if head.startswith(_OLE):
        return (
            "El archivo es un documento antiguo de Office o está protegido con contraseña: "
            "guárdelo sin contraseña como DOCX, XLSX o PDF."
        )
    for pattern, what in _FOREIGN_PATTERNS:
        if pattern.match(head):
            return f"El archivo es {what}, y solo se acepta {ACCEPTED}."
    # A mark of byte order or blanks before the first tag are common in pages and drawings.
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if _MARKUP.match(text):
        what = "un dibujo SVG" if b"<svg" in text.lower() else "una página web o un archivo XML"
        return f"El archivo es {what}, y solo se acepta {ACCEPTED}."
    if b"%PDF-" in head:
        return "El PDF trae otra cosa antes de su comienzo y no se acepta por seguridad: guárdelo otra vez como PDF."
    extension = _extension(name)
    if extension in _SAME:
        return f"El archivo se llama .{extension}, pero no lo es o está dañado: solo se acepta {ACCEPTED}."
    return f"El archivo no es de un tipo aceptado: {ACCEPTED}."


# PDF

_PDF_HEADER = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\s%]")
_PDF_END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF[\s\x00]*\Z")
_PDF_BROKEN = "El PDF está dañado o incompleto: guárdelo o imprímalo otra vez como PDF."


def _checked_pdf(file: BinaryIO, head: bytes, size: int) -> str:
    """Header at the first byte, and at the end the place of the cross-reference and nothing else after the mark."""
    file.seek(max(0, size - _PDF_TAIL))
    end = _PDF_END.search(file.read(_PDF_TAIL))
    if not _PDF_HEADER.match(head) or end is None:
        raise UploadError(_PDF_BROKEN)
    if int(end.group(1)) >= size:
        raise UploadError(_PDF_BROKEN)
    return "pdf"


# Pictures

_PICTURE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    OverflowError,
    zlib.error,
    MemoryError,
    TypeError,
    IndexError,
    KeyError,
)


def _checked_picture(file: BinaryIO, form: str, extension: str) -> str:
    """Decode the whole picture; only after its sides are known to be bounded."""
    try:
        _verify(file, form)
        if form == "JPEG":
            _bound_scans(file)
        _decode(file, form)
    except Image.DecompressionBombError as error:
        raise UploadError(_too_large_picture()) from error
    except _PICTURE_ERRORS as error:
        raise UploadError("La imagen está dañada o incompleta: ábrala y guárdela otra vez como JPG o PNG.") from error
    return extension


def _verify(file: BinaryIO, form: str) -> None:
    file.seek(0)
    picture = Image.open(file, formats=[form])
    width, height = picture.size
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise UploadError(_too_large_picture())
    picture.verify()


_SEGMENT = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9


def _bound_scans(file: BinaryIO) -> None:
    """A few kilobytes may hold thousands of passes over a large picture: hours of decoding."""
    file.seek(0)
    data = file.read()
    place, scans = 2, 0
    while (found := _SEGMENT.search(data, place)) and found.group(1)[0] != _END_OF_IMAGE:
        # The length counts its own two bytes; within a scan's data a 0xFF never starts a segment.
        place = found.end() + max(2, int.from_bytes(data[found.end() : found.end() + 2], "big"))
        scans += found.group(1)[0] == _START_OF_SCAN
        if scans > MAX_SCANS:
            raise UploadError(
                "La imagen está guardada de un modo que no se acepta: ábrala y guárdela otra vez como JPG."
            )


def _decode(file: BinaryIO, form: str) -> None:
    file.seek(0)
    picture = Image.open(file, formats=[form])
    # A JPEG is read to its end all the same, at an eighth of its sides: a sixty-fourth of the memory.
    picture.draft(None, (1, 1))
    picture.load()


def _too_large_picture() -> str:
    return (
        f"La imagen mide demasiado: se aceptan hasta {MAX_PIXELS // 1_000_000} millones de puntos "
        f"y {MAX_SIDE:,} por lado; redúzcala y súbala otra vez."
    )


# Word and Excel

_CONTENT_TYPES_PART = "[Content_Types].xml"
_MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
_NO_DOCUMENT = f"El archivo es un archivo comprimido o de otro programa, y solo se acepta {ACCEPTED}."
_BROKEN_DOCUMENT = "El documento está dañado: ábralo y guárdelo otra vez como DOCX o XLSX."
# The guard speaks of workbooks; here the same may be a letter.
_GUARD_SENTENCES = {
    BROKEN: _BROKEN_DOCUMENT,
    TOO_MUCH: "El documento es demasiado grande por dentro: divídalo o guárdelo como PDF.",
    MACROS: "El documento contiene macros: guárdelo sin macros (DOCX o XLSX).",
    ENTITIES: "El documento contiene definiciones XML que uno de Office nunca tiene, y no se acepta por seguridad.",
}
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    KeyError,
)


def _checked_document(file: BinaryIO) -> str:
    """A Word or Excel package: bounded when unpacked, without macros, with the main part of its kind."""
    _refuse_other_packages(file)
    try:
        Guard(MAX_INFLATED, only_workbooks=False).check(file)
    except SpreadsheetError as error:
        raise UploadError(_GUARD_SENTENCES.get(error.message, error.message)) from error
    try:
        with zipfile.ZipFile(file) as package:
            return _office_kind(package)
    except (*_ZIP_ERRORS, ParseError, DefusedXmlException) as error:
        raise UploadError(_BROKEN_DOCUMENT) from error


def _refuse_other_packages(file: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(file) as package:
            if _CONTENT_TYPES_PART not in package.namelist():
                raise UploadError(_NO_DOCUMENT)
    except _ZIP_ERRORS as error:
        raise UploadError(_BROKEN_DOCUMENT) from error


def _office_kind(package: zipfile.ZipFile) -> str:
    if package.getinfo(_CONTENT_TYPES_PART).file_size > _MAX_CONTENT_TYPES:
        raise UploadError(_GUARD_SENTENCES[TOO_MUCH])
    declared = list(_declared(fromstring(package.read(_CONTENT_TYPES_PART), forbid_dtd=True)))
    # A macro's part may have any name; its type says what it is.
    if any(
        "vbaproject" in content_type.lower() or "macroenabled" in content_type.lower() for _, content_type in declared
    ):
        raise UploadError(_GUARD_SENTENCES[MACROS])
    kinds = {(_MAIN_PARTS[content_type], part) for part, content_type in declared if content_type in _MAIN_PARTS}
    if len(kinds) != 1:
        raise UploadError(_NO_DOCUMENT)
    kind, part = kinds.pop()
    fromstring(package.read(part.lstrip("/")), forbid_dtd=True)
    return kind


def _declared(types: Element) -> list[tuple[str, str]]:
    """(part, content type) of each line of the table; the part is empty where the line is for an extension."""
    return [(line.get("PartName", ""), line.get("ContentType", "")) for line in types]


# Names

_SAME = {"pdf": "pdf", "jpg": "jpg", "jpeg": "jpg", "jpe": "jpg", "png": "png", "docx": "docx", "xlsx": "xlsx"}
# What must not stand before or in place of the true extension.
_DECEPTIVE = re.compile(
    r"exe|com|bat|cmd|scr|pif|msi|jar|jse?|vb[se]|wsf|hta|ps1|lnk|url|sh|php|aspx?|jsp|x?html?|svg|xml|do[ct]m?|xl[st]m?|zip"
)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_NAMELESS = "archivo"


def display_name(name: str, extension: str = "") -> str:
    """A file's name as it is shown and offered for saving: at most MAX_NAME characters, never empty.

    Folders before it, control characters, direction marks and what file systems forbid are removed; a long name loses
    the middle, never its extension. With ``extension`` (that of UploadKind) the name ends in it, whatever extensions
    it pretends to: «factura.pdf.exe» that is a PDF becomes «factura.pdf». What came out of
    here goes through unchanged.
    """
    stem = _clean(name)
    if extension:
        stem, suffix = _without_extensions(stem), _true_suffix(stem, extension)
    else:
        stem, suffix = _split(stem)
    if _RESERVED.fullmatch(stem.split(".")[0]):
        stem = f"_{stem}"
    return _shortened(stem or _NAMELESS, MAX_NAME - len(suffix)) + suffix


def short_name(name: str, limit: int) -> str:
    """A name as ``display_name`` gave it in at most ``limit`` characters, where a whole one takes too many lines."""
    stem, suffix = _split(name)
    return _shortened(stem, limit - len(suffix)) + suffix


def _clean(name: str) -> str:
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    spaced = re.sub(r"\s+", " ", last)
    shown = "".join(letter for letter in spaced if unicodedata.category(letter) not in _HIDDEN)
    # What was removed may have stood between a letter and its accent.
    return re.sub(r" +", " ", unicodedata.normalize("NFC", _FORBIDDEN.sub("_", shown))).strip(" .")


def _split(name: str) -> tuple[str, str]:
    """Stem and extension with its dot; an extension is 1 to 5 letters or digits after a stem."""
    found = re.fullmatch(r"(.+?) *\.([A-Za-z0-9]{1,5})", name)
    return (found.group(1).rstrip(" ."), f".{found.group(2)}") if found else (name, "")


def _extension(name: str) -> str:
    return _split(_clean(name))[1].removeprefix(".").lower()


def _without_extensions(name: str) -> str:
    """The name without the known extensions at its end; «informe.v2» keeps its own."""
    while True:
        stem, suffix = _split(name)
        known = suffix.removeprefix(".").lower()
        if known not in _SAME and not _DECEPTIVE.fullmatch(known):
            return name
        name = stem


def _true_suffix(name: str, extension: str) -> str:
    """The extension as it was written, if it is a spelling of the true one (.JPEG for jpg)."""
    written = _split(name)[1]
    return written if _SAME.get(written.removeprefix(".").lower()) == extension else f".{extension}"


def _shortened(stem: str, limit: int) -> str:
    if len(stem) <= limit:
        return stem
    tail = 20
    return f"{stem[: limit - tail - 1].rstrip(' .')}…{stem[-tail:].lstrip(' .')}"
