"""Typesetting by typst, inside this process: no network, no system fonts, nothing read but the template folder.

The data goes in as JSON, so that a name is always text: ``#eval("1")`` prints as it is written.
"""

import contextlib
import ctypes
import hashlib
import json
import logging
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils import timezone

from core.logo import Logo
from core.moments import stamp_text

logger = logging.getLogger(__name__)

# glibc's numbers for mallopt: how many heaps threads have, and from how many bytes on a piece is one of its own.
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3
# typst lays out in threads of its own: with a heap for each, a large report kept 60 MB more, of no use to others.
with contextlib.suppress(AttributeError, OSError):
    ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
    ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, 128 * 1024)

FONTS = Path(__file__).resolve().parent / "fonts"
_TEMPLATE = re.compile(r"[a-z0-9][a-z0-9_-]*\.typ")
# A folder that does not exist: typst then finds no package that somebody installed on this machine.
_NO_PACKAGES = FONTS / "no-packages"
# Marks that turn or hide the text after them, and code points that mean nothing.
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_KEPT = {"\n", "\u00ad"}
# A word that is longer than any word may break anywhere, so that it never runs out of its cell; a fingerprint does not.
_WORD = re.compile(r"\S{23,}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_MAY_BREAK = "\u200b"
_MARKUP = "<svg"
# By default nothing in a PDF is suspect. typst says so, and readers that are built on poppler call that an error.
_MARKED = b"/MarkInfo<</Marked true/Suspects false>>"
_MARKED_ONLY = b"/MarkInfo<</Marked true" + b" " * len(b"/Suspects false") + b">>"
_REMEMBERED = 10  # compilations after which typst drops what none of them used
_LARGE = 200_000  # letters of data from which a document's layout is worth giving back


class PdfError(Exception):
    """A template and its data do not fit: a fault of ours, never of what a person typed."""


def render_pdf(
    template: str,
    data: Mapping[str, Any],
    *,
    created: datetime,
    title: str,
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """The PDF (tagged, PDF/UA-1) of ``template``, a file of ``templates/pdf`` such as ``acuse.typ``.

    ``data`` holds what JSON can say (texts, flags, lists, mappings, None); its keys are documented at the head of
    each template. Numbers come formatted. ``created`` is an aware moment: it is printed at the foot in the zone of
    the product and is the date inside the file, so that the same input gives the same bytes. ``title`` names the
    document for readers of files and of screens. ``pictures``, by name, are files beside the template while it is set.

    Where a text holds a character that no font has (an emoji), PDF/UA is out of reach: the same document then
    comes tagged but without that claim. Raises PdfError when the template does not exist or refuses the data.
    """
    if not timezone.is_aware(created):
        raise ValueError("created must be an aware datetime")
    folder = _templates()
    if not _TEMPLATE.fullmatch(template) or not (folder / template).is_file():
        raise PdfError(f"there is no template {template!r}")
    inputs = {
        "logo": _shield(),
        "data": json.dumps(_printable(data), ensure_ascii=False),
        "moment": stamp_text(created),
        "title": _printable_text(title),
    }
    with _beside(folder, pictures) as root:
        try:
            return _compile(root, template, inputs, created, ["ua-1"])
        except typst.TypstError as error:
            if not str(error).startswith("PDF/UA-1 error"):
                raise PdfError(str(error)) from error
            logger.warning("%s without PDF/UA: %s", template, error)
            return _compile(root, template, inputs, created, ["1.7"])
        finally:
            if pictures or len(inputs["data"]) > _LARGE:
                _forget()


@contextlib.contextmanager
def _beside(folder: Path, pictures: Mapping[str, bytes] | None) -> Iterator[Path]:
    """The templates' folder or, where there are pictures, one for this time alone: typst reads nothing else."""
    if not pictures:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="pmd-pdf-") as made:
        for path in folder.glob("*.typ"):
            shutil.copy(path, made)
        for name, content in pictures.items():
            (Path(made) / name).write_bytes(content)
        yield Path(made)


def fingerprint(figures: Any) -> str:
    """SHA-256, in 64 hexadecimal digits, of what JSON can say of ``figures``; the order of keys does not count."""
    return hashlib.sha256(canonical(figures)).hexdigest()


def canonical(figures: Any) -> bytes:
    """The bytes that ``fingerprint`` is taken of: whoever keeps them as a file can take it again."""
    return json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def why_not_printed(logo: Logo) -> str:
    """What typst says of a shield that it cannot draw; empty if it can."""
    try:
        _tried(logo.drawing)
    except typst.TypstError as error:
        return str(error)
    return ""


def _tried(drawing: str) -> None:
    source = b'#set page(height: 20mm, width: 60mm)\n#image(bytes(sys.inputs.logo), format: "svg", height: 10mm)'
    typst.Compiler(source, ignore_system_fonts=True, sys_inputs={"logo": drawing}).compile(format="pdf")


@lru_cache(maxsize=1)
def _printed(logo: Logo) -> str:
    fault = why_not_printed(logo)
    if fault:
        logger.warning("papers go without the shield of PMD_LOGO: %s", fault)
    return "" if fault else logo.drawing


def _shield() -> str:
    """The municipality's, as an SVG; empty where there is none or none that can be printed."""
    return _printed(settings.PMD_LOGO) if settings.PMD_LOGO else ""


def _forget() -> None:
    """Give back what typst keeps: it holds a layout for the next ten documents, some 300 MB of a large one."""
    compiler = typst.Compiler(ignore_system_fonts=True)
    for _ in range(_REMEMBERED + 2):
        compiler.compile(input=b"", format="svg")
    # Where the C library can be asked, what is free goes back to the system.
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def _compile(folder: Path, template: str, inputs: dict[str, str], created: datetime, standards: list[str]) -> bytes:
    compiler = typst.Compiler(
        str(folder / template),
        root=str(folder),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs=inputs,
        package_path=str(_NO_PACKAGES),
        package_cache_path=str(_NO_PACKAGES),
    )
    return _marked(compiler.compile(format="pdf", pdf_standards=standards, timestamp=int(created.timestamp())))


def _marked(content: bytes) -> bytes:
    """As long as before, so that the file's table of places holds: its catalogue is the last to say it."""
    before, found, after = content.rpartition(_MARKED)
    return before + _MARKED_ONLY + after if found else content


def _templates() -> Path:
    return Path(settings.BASE_DIR) / "templates" / "pdf"


def _printable(value: Any) -> Any:
    """The same value with every text made printable, and its longest words breakable.

    A kind that JSON does not know is left for it to refuse.
    """
    if isinstance(value, str):
        return _breakable(_printable_text(value))
    if isinstance(value, Mapping):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(item) for item in value]
    return value


def _breakable(text: str) -> str:
    return text if text.startswith(_MARKUP) else _WORD.sub(_in_pieces, text)


def _in_pieces(found: re.Match[str]) -> str:
    word = found[0]
    if _FINGERPRINT.fullmatch(word):
        return word
    return "".join(letter if unicodedata.combining(letter) else _MAY_BREAK + letter for letter in word).lstrip(
        _MAY_BREAK
    )


def _printable_text(text: str) -> str:
    """Text without control characters, direction marks and halves of characters, each of which becomes nothing."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if unified.isprintable():
        return unified
    return "".join(letter for letter in unified if letter in _KEPT or unicodedata.category(letter) not in _UNPRINTABLE)
