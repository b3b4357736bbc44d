"""Where the public site lies: a folder of its own within PMD_PUBLIC_ROOT, which appears and goes as a whole."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.file_errors import why_not
from core.private_files import require_root
from publishing.export.folder import CannotPublish
from publishing.publication.for_proxy import forget, withdraw

SITE = "sitio"
PUBLIC_MODE = 0o755
"""A proxy reads it as somebody else."""
_GONE = ".retirado-"
_BETWEEN_LOOKS = 0.05  # seconds


def site_folder() -> Path:
    """The published files; there is no such folder while nothing is published."""
    return Path(settings.PMD_PUBLIC_ROOT) / SITE


@contextmanager
def writing_alone(*, patience: float) -> Iterator[Path]:
    """The site's folder, for whoever writes it or takes it away, one at a time; ``patience``: seconds of waiting.

    CannotPublish where it cannot be written, or somebody else still writes.
    """
    root = Path(settings.PMD_PUBLIC_ROOT)
    try:
        require_root(root, own=settings.OWN_PUBLIC_ROOT, name="PMD_PUBLIC_ROOT", mode=PUBLIC_MODE)
        handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    except ImproperlyConfigured as error:
        raise CannotPublish(str(error)) from error
    except OSError as error:
        raise CannotPublish(f"No se puede escribir en «{root}»: {why_not(error)}.") from error
    try:
        until = time.monotonic() + patience
        while not _locked(handle):
            if time.monotonic() > until:
                raise CannotPublish("El sitio se está escribiendo en este momento: inténtelo de nuevo cuando termine.")
            time.sleep(_BETWEEN_LOOKS)
        yield root / SITE
    finally:
        os.close(handle)


def take_away(site: Path) -> bool:
    """The folder is gone at once, whatever it holds; whether there was one. Within ``writing_alone``."""
    try:
        withdraw(site)
        os.rename(site, site.with_name(f"{_GONE}{uuid4().hex}"))
    except FileNotFoundError:
        return False
    except OSError as error:
        raise CannotPublish(f"No se puede retirar «{site}»: {why_not(error)}.") from error
    return True


def sweep(site: Path) -> None:
    """Delete what was taken away. What cannot be deleted stays, under a name that nobody is served."""
    forget(site)
    for path in site.parent.glob(f"{_GONE}*"):
        shutil.rmtree(path, ignore_errors=True)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
