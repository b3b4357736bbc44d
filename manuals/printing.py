"""The manuals as PDF: each made once for all processes of this machine, and kept as a file.

A PDF takes seconds and is the same for everybody until the code or the settings change: its name says of what it was
made. Who asks while one is being made is told so at once: no thread that serves pages waits for another.
"""

import fcntl
import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from core.own_folder import own_folder

logger = logging.getLogger(__name__)

_SOURCES = (
    ("docs/manuales", "**/*"), ("templates/pdf", "*.typ"), ("manuals", "*.py"), ("core/pdf", "*.py"),
    ("core/pdf/fonts", "*"),
)  # fmt: skip


def seal() -> str:
    """Of all that a manual's PDF is made of: texts, pictures, what sets them, and the settings that it shows."""
    base, digest = Path(settings.BASE_DIR), hashlib.sha256()
    logo = settings.PMD_LOGO.drawing if settings.PMD_LOGO else ""
    said = (settings.PMD_MUNICIPALITY, settings.TIME_ZONE, logo, version("typst"), version("markdown-it-py"))
    digest.update(repr(said).encode())
    for folder, names in _SOURCES:
        for path in sorted((base / folder).glob(names)):
            if path.is_file():
                content = path.read_bytes()
                digest.update(f"{path.relative_to(base)}\0{len(content)}\0".encode())
                digest.update(content)
    return digest.hexdigest()


def kept_or_made(slug: str, sealed: str, make: Callable[[], bytes]) -> bytes | None:
    """None while somebody else makes a manual: then one asks again.

    ``sealed``: the seal of what this process has read. Where files changed meanwhile, as an upgrade does, what is made
    of both versions is nobody else's.
    """
    try:
        path = own_folder("manuales") / f"{slug}-{sealed[:32]}.pdf"
    except OSError as error:
        logger.warning("El PDF del manual no se puede guardar y se hará cada vez: %s", error)
        return make()
    if (found := _kept(path)) is not None:
        return found
    with (path.parent / "haciendo").open("a") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _kept(path)
        if (found := _kept(path)) is not None:
            return found
        content = make()
        if seal() == sealed:
            _keep(path, slug, content)
        return content


def _kept(path: Path) -> bytes | None:
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return None


def _keep(path: Path, slug: str, content: bytes) -> None:
    """Whole or not at all; those of before are of no use any more."""
    draft = path.with_suffix(".new")
    try:
        draft.write_bytes(content)
        draft.rename(path)
        for other in path.parent.glob(f"{slug}-*.pdf"):
            if other != path:
                other.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("El PDF del manual no se pudo guardar en «%s» y se hará otra vez: %s", path.parent, error)
        draft.unlink(missing_ok=True)
