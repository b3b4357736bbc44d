"""An archive into an empty place, and the comparison of what came out of it with what went in.

The archive is read twice: once to know that it is whole and of which version, before anything is written, and once to
take it out. What was left half way by a killed process is taken up by the same archive again.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader

from core import grants, manual
from core.installed_rules import declared_rules, differing_triggers
from core.owner import connected_as_owner
from core.private_files import PART, NotKept, PrivateStorage
from indicators.results import stamps
from pmd.backups import archive, postgresql, restoring_mark, sqlite, tables
from pmd.backups.encryption import opened
from pmd.backups.engines import NAMES, engine_of
from pmd.backups.refusals import BackupError, why_not_written
from pmd.backups.restoring_mark import Mark

_PIECE = 2**20


@dataclass(frozen=True, slots=True)
class Compared:
    """One table, or the files: how many in the archive and here, and whether every one of them is the same."""

    name: str
    archived: int
    restored: int
    equal: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """``older``: migrations of this version that the archive does not have yet. ``altered``: files and rules, named."""

    manifest: dict[str, Any]
    tables: list[Compared]
    files: Compared
    altered: list[str]
    older: list[str]

    @property
    def equal(self) -> bool:
        return self.files.equal and not self.altered and all(table.equal for table in self.tables)


def restore(path: Path, keys: Sequence[Any]) -> Restored:
    """BackupError with a sentence that says what to do; what it left half way is then started again the same way."""
    root = Path(settings.FILES_ROOT)
    role = connections[DEFAULT_DB_ALIAS].settings_dict["USER"]
    with connected_as_owner():
        ours = connections[DEFAULT_DB_ALIAS]
        begun = restoring_mark.read(root)
        if begun is None:
            _refuse_what_is_there(ours, root)
        checked = _checked(path, keys)
        if begun is not None and begun.id != checked.id:
            raise BackupError(
                f"Aquí se empezó a restaurar «{begun.archive}», que es otro respaldo: termine con ese, o vacíe la base "
                f"de datos y la carpeta «{root}»."
            )
        older = _refuse_other_versions(ours, checked.manifest)
        _take_out(path, keys, checked, ours, root)
        result = Restored(checked.manifest, _compare(ours, checked), *_compare_files(root, checked), older)
        if not older:
            result.altered.extend(_rules(ours))
            _let_in(role, ours)
        if ours.vendor == "postgresql":
            postgresql.settle(ours)
    if result.equal:
        restoring_mark.remove(root)
    return result


def check(path: Path, keys: Sequence[Any]) -> archive.Checked:
    """Read to its end. BackupError says what is wrong with it."""
    return _checked(path, keys)


def _checked(path: Path, keys: Sequence[Any]) -> archive.Checked:
    with opened(path, keys) as plain:
        return archive.check(plain)


def _refuse_what_is_there(ours: Any, root: Path) -> None:
    if not engine_of(ours).is_empty(ours):
        raise BackupError(
            f"La base de datos «{ours.settings_dict['NAME']}» no está vacía: se restaura solo en una base nueva "
            f"({manual.RESTORING}). No se tocó nada."
        )
    if not root.is_dir():
        raise BackupError(f"La carpeta de los archivos «{root}» no existe: créela o monte su disco.")
    if any(not one.name.endswith(PART) for one in root.iterdir()):
        raise BackupError(f"La carpeta de los archivos «{root}» no está vacía: se restaura solo en una vacía. "
                          "No se tocó nada.")  # fmt: skip


def _refuse_other_versions(ours: Any, manifest: dict[str, Any]) -> list[str]:
    """The migrations that it lacks; an archive that has some which this version does not know is refused."""
    if manifest["engine"] != ours.vendor:
        raise BackupError(
            f"El respaldo es de {NAMES.get(manifest['engine'], manifest['engine'])} y DATABASE_URL nombra una base de "
            f"{NAMES[ours.vendor]}: cambie DATABASE_URL."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).graph.nodes}
    newer = sorted(set(manifest["migrations"]) - known)
    if newer:
        code = f", código {manifest['commit'][:12]}" if manifest["commit"] else ""
        raise BackupError(
            f"El respaldo es de una versión más nueva ({manifest['version']}{code}; tiene {newer[-1]}): instale esa "
            "versión y restaure con ella. No se tocó nada."
        )
    return sorted(known.difference(manifest["migrations"]))


def _take_out(path: Path, keys: Sequence[Any], checked: archive.Checked, ours: Any, root: Path) -> None:
    store = PrivateStorage(location=str(root))
    try:
        restoring_mark.write(root, Mark(path.name, checked.id))
        with opened(path, keys) as plain:
            for member in archive.members(plain):
                if member.name == archive.DUMPS[ours.vendor]:
                    if engine_of(ours).is_empty(ours):  # otherwise it came in whole before what stopped the first try
                        _load(ours, member)
                elif member.name.startswith(archive.FILES):
                    store.put_back(member.name.removeprefix(archive.FILES), File(member.content))
        _belong_to_the_service(root, ours)
    except NotKept as error:
        raise BackupError(f"{error.message} Corrija eso y corra el mismo comando otra vez.") from error
    except OSError as error:
        raise why_not_written(error, root) from error


def _load(ours: Any, member: archive.Member) -> None:
    with engine_of(ours).loading(ours) as target:
        while piece := member.content.read(_PIECE):
            target.write(piece)


def _belong_to_the_service(root: Path, ours: Any) -> None:
    """Restored by root, the files are still those of the account whose folder it is."""
    if os.geteuid() != 0:
        return
    for place in (root, *([sqlite.path_of(ours).parent] if ours.vendor == "sqlite" else [])):
        account = place.stat()
        inside = root.rglob("*") if place == root else [sqlite.path_of(ours)]
        for path in inside:
            os.chown(path, account.st_uid, account.st_gid, follow_symlinks=False)


def _compare(ours: Any, checked: archive.Checked) -> list[Compared]:
    """Row by row: the sums are over all of them in order."""
    archived = checked.manifest["tables"]
    here = engine_of(ours).contents(ours)
    found = []
    for name in sorted({*archived, *here}):
        before = tables.Table(**archived[name]) if name in archived else None
        now = here.get(name)
        found.append(Compared(name, before.rows if before else 0, now.rows if now else 0, before == now))
    return found


def _compare_files(root: Path, checked: archive.Checked) -> tuple[Compared, list[str]]:
    """From the disk, each against the sum of the archive; whatever lies there besides is named too."""
    there = (path for path in root.rglob("*") if path.is_file() and path.name != restoring_mark.NAME)
    here = {path.relative_to(root).as_posix(): path for path in there}
    altered = [f"archivo «{name}»: falta" for name in checked.files if name not in here]
    altered += [f"archivo «{name}»: está de más" for name in here if name not in checked.files]
    altered += [
        f"archivo «{name}»: no es el del respaldo"
        for name, sha256 in checked.files.items()
        if name in here and _sha256(here[name]) != sha256
    ]
    return Compared("archivos", len(checked.files), len(here), not altered), altered


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rules(ours: Any) -> Iterator[str]:
    """What no row tells: the triggers that guard them."""
    for name in differing_triggers(ours, declared_rules()) + stamps.differing(ours):
        yield f"regla «{name}»: no es la de esta versión"


def _let_in(role: str, ours: Any) -> None:
    """What ``migrate`` gives the application's role."""
    if ours.vendor == "postgresql" and not grants.why_not_apart(ours, role):
        grants.apply(ours, role)
