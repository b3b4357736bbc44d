"""Every file that the product keeps, against the rows that name it: what is missing, altered or named by none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.files.storage import Storage
from django.utils import timezone

from catalog.imports import session
from catalog.models import CatalogImport, import_storage
from core.kept_files import fault_of
from core.models import FileFault
from core.pending_uploads import KEPT
from core.private_files import PART
from indicators.models import Evidence, InstrumentFile
from indicators.workbook import views as workbook

ORPHANS_LIVE = timedelta(days=1)
"""A file without a row may belong to an upload that is under way."""
_WAITING = (session.FILES.folder, session.VIEWS.folder, workbook.PENDING.folder)


class Kept(NamedTuple):
    """A file that a row names: what the row is, and what the file was when it was kept."""

    what: str
    name: str
    sha256: str
    size: int | None


class Found(NamedTuple):
    """A file with something wrong about it."""

    name: str
    what: str


@dataclass(slots=True)
class Check:
    """What ``check`` found. ``orphans`` are named by no row, ``young`` the number of those from the last day."""

    checked: int = 0
    missing: list[Found] = field(default_factory=list)
    altered: list[Found] = field(default_factory=list)
    orphans: list[Found] = field(default_factory=list)
    young: int = 0


def kept_files() -> Iterator[Kept]:
    """Every file that a row names, one by one."""
    for label, model in (("evidencia", Evidence), ("instrumento", InstrumentFile)):
        rows = model._default_manager.order_by("pk").values_list("pk", "name", "file", "sha256", "size")
        for pk, name, file, sha256, size in rows.iterator():
            yield Kept(f"{label} {pk} «{name}»", file, sha256, size)
    records = CatalogImport.objects.order_by("pk").values_list(
        "pk", "file", "sha256", "size", "before", "before_sha256"
    )
    for pk, file, sha256, size, before, before_sha256 in records.iterator():
        yield Kept(f"importación {pk}, archivo", file, sha256, size)
        if before:
            yield Kept(f"importación {pk}, catálogo anterior", before, before_sha256, None)


def check(now: datetime) -> Check:
    """Read every file that a row names, and look for files that none does. Faults are noted for their pages."""
    storage, found, named = import_storage(), Check(), set[str]()
    for kept in kept_files():
        if kept.name not in named:
            found.checked += 1
        named.add(kept.name)
        fault = fault_of(storage, kept.name, sha256=kept.sha256, size=kept.size)
        if fault == FileFault.Fault.MISSING:
            found.missing.append(Found(kept.name, kept.what))
        elif fault:
            found.altered.append(Found(kept.name, kept.what))
    for name in _stored(storage):
        if name in named:
            continue
        age = _age(storage, name, now)
        if age is None:
            continue  # gone meanwhile
        limit = KEPT if name.split("/")[0] in _WAITING and not name.endswith(PART) else ORPHANS_LIVE
        if age > limit:
            found.orphans.append(Found(name, f"de hace {age.days} días" if age.days > 1 else "de hace más de un día"))
        else:
            found.young += 1
    return found


def sweep(orphans: list[Found]) -> int:
    """Delete these files, which no row names; how many there were."""
    storage = import_storage()
    for orphan in orphans:
        storage.delete(orphan.name)
    return len(orphans)


def _stored(storage: Storage, folder: str = "") -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(names):
        yield f"{folder}{name}"
    for inner in sorted(folders):
        yield from _stored(storage, f"{folder}{inner}/")


def _age(storage: Storage, name: str, now: datetime) -> timedelta | None:
    try:
        changed = storage.get_modified_time(name)
    except FileNotFoundError:
        return None
    return now - (changed if timezone.is_aware(changed) else timezone.make_aware(changed))
