"""The pictures of the manuals: files that ``make pictures`` wrote, served like any other picture of the product."""

import io
import posixpath
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from PIL import Image

from manuals import reading

FOLDER = "imagenes"
STATIC_PREFIX = "manuales"
_QUALITY = 72


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    path: Path
    width: int
    height: int

    @property
    def static_name(self) -> str:
        return f"{STATIC_PREFIX}/{self.name}"

    @property
    def paper_name(self) -> str:
        return f"{self.path.stem}.jpg"


def folder() -> Path:
    return reading.folder() / FOLDER


def picture_of(file: str, source: str) -> Picture | None:
    """What ``![…](source)`` shows within that file; None for anything but a picture of that folder."""
    place = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(source)))
    parent, _, name = place.partition("/")
    if parent != FOLDER or not name or "/" in name:
        return None
    path = folder() / name
    return _measured(path, path.stat().st_mtime_ns) if path.is_file() else None


def for_paper(picture: Picture) -> bytes:
    """As JPEG, which a PDF holds as it is; what is in WebP it would hold in the open, ten times as large."""
    written = io.BytesIO()
    with Image.open(picture.path) as image:
        image.convert("RGB").save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()


@lru_cache(maxsize=500)
def _measured(path: Path, _changed: int) -> Picture:
    with Image.open(path) as image:
        return Picture(path.name, path, *image.size)
