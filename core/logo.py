"""The municipality's shield: read once at the start, shown by pages and printed by papers."""

import base64
import hashlib
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

LARGEST = 200_000  # bytes: every page of a first visit carries it
PNG = b"\x89PNG\r\n\x1a\n"
SVG_ROOT = "{http://www.w3.org/2000/svg}svg"


class LogoRefused(Exception):
    """With the sentence that says what the file must be."""


@dataclass(frozen=True)
class Logo:
    content: bytes
    content_type: str

    @cached_property
    def digest(self) -> str:
        """In its address, so that a browser keeps it until there is another one."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @cached_property
    def drawing(self) -> str:
        """As SVG, which papers take as a text; a PNG stands inside one, in its own measures."""
        if self.content_type == "image/svg+xml":
            return self.content.decode()
        width, height = struct.unpack(">II", self.content[16:24])
        picture = base64.b64encode(self.content).decode()
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
            f'<image width="{width}" height="{height}" href="data:image/png;base64,{picture}"/></svg>'
        )


def read_logo(path: Path) -> Logo:
    """The file by what is in it, whatever its name says. Raises LogoRefused."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise LogoRefused(f"no se puede leer ({error.strerror or 'no es un archivo'})") from None
    if len(content) > LARGEST:
        raise LogoRefused(f"pesa más de {LARGEST // 1000} kB; guárdelo más pequeño")
    if content.startswith(PNG) and content[12:16] == b"IHDR" and len(content) > 24:
        return Logo(content, "image/png")
    if _is_svg(content):
        return Logo(content, "image/svg+xml")
    raise LogoRefused("no es una imagen SVG ni PNG")


def _is_svg(content: bytes) -> bool:
    try:
        content.decode()
        return bool(fromstring(content).tag == SVG_ROOT)
    except (ParseError, DefusedXmlException, UnicodeDecodeError, ValueError):
        return False
