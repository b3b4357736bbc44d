"""Folders and disks: what has to be there, take a file and give it back, and have room."""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from filecmp import cmp
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from core.private_files import require_root
from pmd.environment import FILES_ROOT, PUBLIC_ROOT
from pmd.installation.findings import Finding

# Below this an upload, a backup or the database's own work may find no room.
_ROOM = 1024**3
_GIGABYTE = 1024**3


def files(now: datetime) -> Iterator[Finding]:
    try:
        require_root(settings.FILES_ROOT, own=settings.OWN_FILES_ROOT, name=FILES_ROOT)
    except ImproperlyConfigured as error:
        yield Finding(str(error))


def public_files(now: datetime) -> Iterator[Finding]:
    try:
        require_root(settings.PMD_PUBLIC_ROOT, own=settings.OWN_PUBLIC_ROOT, name=PUBLIC_ROOT)
    except ImproperlyConfigured as error:
        yield Finding(str(error))


def static_files(now: datetime) -> Iterator[Finding]:
    if settings.DEBUG:
        return
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    remedy = "Corra manage.py collectstatic y reinicie."
    try:
        collected = set(json.loads(manifest.read_text(encoding="utf-8"))["paths"])
    except (FileNotFoundError, NotADirectoryError):
        yield Finding(f"En «{settings.STATIC_ROOT}» no están los estilos de las páginas.", remedy)
    except OSError as error:
        yield Finding(
            f"No se pueden leer los estilos de las páginas en «{settings.STATIC_ROOT}» ({error.strerror}).",
            "Dé permiso a la cuenta del servicio.",
        )
    except (ValueError, LookupError, TypeError):
        yield Finding(f"«{manifest}» está alterado, y sin él no hay páginas.", f"Bórrelo. {remedy}")
    else:
        if other := _of_another_version(collected):
            yield Finding(
                f"Los estilos en «{settings.STATIC_ROOT}» no son los de esta versión: {len(other)} son otros o faltan, "
                f"entre ellos {other[0]}.",
                remedy,
            )


def _of_another_version(collected: set[str]) -> list[str]:
    """What ``collectstatic`` would write that is not there, or is another file there."""
    sources: dict[str, str] = {}
    for finder in get_finders():
        for name, storage in finder.list([]):  # of two with one name the first is taken
            sources.setdefault(os.path.join(getattr(storage, "prefix", None) or "", name), storage.path(name))
    return sorted(name for name, source in sources.items() if name not in collected or _differs(name, source))


def _differs(name: str, source: str) -> bool:
    """Where only the names with a hash were kept, these say it."""
    kept = settings.STATIC_ROOT / name
    return kept.is_file() and not cmp(source, kept, shallow=False)


def room(now: datetime) -> Iterator[Finding]:
    for place in _disks():
        free = shutil.disk_usage(place).free
        if free < _ROOM:
            yield Finding(
                f"En el disco de «{place}» quedan {free / _GIGABYTE:.2f} GB libres.",
                "Haga lugar: sin él no se guardan capturas ni archivos.",
            )


def _disks() -> list[Path]:
    """A folder of each disk that is written to, once."""
    places = [settings.FILES_ROOT, settings.PMD_PUBLIC_ROOT]
    if settings.PMD_BACKUP_ROOT:
        places.append(Path(settings.PMD_BACKUP_ROOT))
    if connection.vendor == "sqlite" and Path(str(settings.DATABASES["default"]["NAME"])).is_file():
        places.append(Path(settings.DATABASES["default"]["NAME"]).parent)
    found: dict[int, Path] = {}
    for place in places:
        if os.path.isdir(place):  # a folder that may not be entered is told by whoever needs it
            found.setdefault(place.stat().st_dev, place)
    return list(found.values())
