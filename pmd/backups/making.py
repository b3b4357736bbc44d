"""A backup: the database of one moment first, the files second, written beside its place, read back and put there."""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.loader import MigrationLoader

from catalog.stored_files import kept_files
from core.private_files import PART
from pmd import __version__
from pmd.backups import archive
from pmd.backups.encryption import encrypting, opened
from pmd.backups.engines import engine_of
from pmd.backups.kept_settings import without_secrets
from pmd.backups.refusals import BackupError, why_not_written
from pmd.backups.tables import Table

_PIECE = 2**20


@dataclass(slots=True)
class Made:
    """What a backup holds. ``missing``: files that rows name and that were not there, each with what it is of.

    ``read_back``: every member was compared after writing; otherwise (encrypted, without the private key) the bytes on
    the disk were compared with those that were written.
    """

    path: Path
    size: int = 0
    tables: int = 0
    rows: int = 0
    files: int = 0
    missing: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    read_back: bool = True


def folder_for(given: str) -> Path:
    """Where the archives go: what the command says, or PMD_BACKUP_ROOT. BackupError where it cannot be used."""
    if not (given or settings.PMD_BACKUP_ROOT):
        raise BackupError(
            "Diga en qué carpeta (manage.py backup /var/backups/pmd) o ponga PMD_BACKUP_ROOT en los ajustes."
        )
    folder = Path(os.path.abspath(given or settings.PMD_BACKUP_ROOT))
    if not os.path.isdir(folder):
        hidden = next((above for above in folder.parents if os.path.isdir(above)), folder.parent)
        if not os.access(hidden, os.X_OK):
            raise BackupError(f"La cuenta del servicio no puede entrar a «{hidden}», donde está «{folder.name}».")
        raise BackupError(f"La carpeta «{folder}» no existe: créela o monte su disco.")
    for root, name, what in (
        (settings.FILES_ROOT, "PMD_FILES_ROOT", "la carpeta de los archivos"),
        (settings.PMD_PUBLIC_ROOT, "PMD_PUBLIC_ROOT", "la carpeta del sitio público, que lee todo el mundo"),
    ):
        if folder.resolve().is_relative_to(Path(root).resolve()):
            raise BackupError(f"«{folder}» está dentro de {what} ({name}): elija otra.")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise why_not_written(PermissionError(errno.EACCES, os.strerror(errno.EACCES)), folder)
    return folder


def make(folder: Path, to: Sequence[Any], now: datetime) -> Made:
    """One archive in that folder, encrypted ``to`` these public keys if there are any. ``now`` is in people's zone.

    BackupError with a sentence; nothing of it stays behind then. Two at once in one folder are refused.
    """
    root = Path(settings.FILES_ROOT)
    # The product's own is made with its first file; any other that is not there is a disk that is not mounted.
    if not settings.OWN_FILES_ROOT and not os.path.isdir(root):
        raise BackupError(f"La carpeta de los archivos «{root}» (PMD_FILES_ROOT) no existe: créela o monte su disco.")
    try:
        with _alone(folder):
            for left in folder.glob(f".pmd-*{PART}"):  # of one that was killed
                _remove(left)
            return _made(folder, to, now)
    except OSError as error:
        raise why_not_written(error, folder) from error


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Ya se está haciendo otro respaldo en «{folder}»: espere a que termine.") from None
        yield
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir():
        for inside in path.iterdir():
            inside.unlink()
        path.rmdir()
    else:
        path.unlink()


class _Sink:
    """The file that is being written: how long it is, its SHA-256, and why it could not go on."""

    def __init__(self, file: Any) -> None:
        self._file, self.digest, self.size = file, hashlib.sha256(), 0
        self.fault: OSError | None = None

    def write(self, piece: bytes) -> int:
        rest = memoryview(piece)
        try:
            while rest:  # a disk that fills up takes a part before it refuses
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self.fault = error
            raise
        self.digest.update(piece)
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        pass


def _made(folder: Path, to: Sequence[Any], now: datetime) -> Made:
    place = _free_name(folder, now, encrypted=bool(to))
    part = folder / f".{place.name}{PART}"
    made = Made(place)
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b", buffering=0) as file:
            sink = _Sink(file)
            try:
                with encrypting(sink, to) as plain, archive.Writer(plain, now) as writer:
                    _write(writer, made, folder if not to else None, now)
            except Exception:
                if sink.fault is not None:  # whatever the encryption made of it
                    raise sink.fault from None
                raise
            os.fsync(file.fileno())
        made.size, made.read_back = sink.size, not to
        _read_back(part, sink.digest.hexdigest(), encrypted=bool(to))
        _belongs_to_its_folder(part)
        os.rename(part, place)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    return made


def _free_name(folder: Path, now: datetime, *, encrypted: bool) -> Path:
    number = 1
    while (place := folder / archive.name_at(now, encrypted=encrypted, number=number)).exists():
        number += 1
    return place


def _write(writer: archive.Writer, made: Made, workspace: Path | None, now: datetime) -> None:
    """``workspace``: where the dump waits; None for the system's own, because the folder may be anybody's to read."""
    ours = connections[DEFAULT_DB_ALIAS]
    with engine_of(ours).frozen(ours, workspace) as (tables, dump, size):
        text, made.left_out = without_secrets(os.environ)
        made.tables, made.rows = len(tables), sum(table.rows for table in tables.values())
        manifest = _manifest(tables, made.left_out, now)
        named = _named_by_rows() if not manifest["pending"] else {}
        writer.add_bytes(archive.MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        writer.add_bytes(archive.SETTINGS, text.encode())
        writer.add(archive.DUMPS[connection.vendor], dump, size)
    root = Path(settings.FILES_ROOT)
    _refuse_an_empty(root, named)
    kept = set(_add_files(writer, root))
    made.files = len(kept)
    made.missing = [f"{what}: {name}" for name, what in named.items() if name not in kept]
    writer.add_bytes(archive.MISSING, "".join(f"{line}\n" for line in made.missing).encode())


def _manifest(tables: dict[str, Table], left_out: list[str], now: datetime) -> dict[str, Any]:
    # Of the moment that was frozen, like the tables.
    loader = MigrationLoader(connections[DEFAULT_DB_ALIAS])
    applied = sorted(f"{app}.{name}" for app, name in loader.applied_migrations)
    known = {f"{app}.{name}" for app, name in loader.graph.nodes}
    return {
        "format": archive.FORMAT,
        "made_at": now.isoformat(timespec="seconds"),
        "version": __version__,
        "commit": commit(),
        "site": settings.PMD_SITE_URL,
        "engine": connection.vendor,
        "engine_version": _engine_version(),
        "migrations": applied,
        "pending": sorted(known.difference(applied)),
        "left_out": left_out,
        "tables": {name: table.as_dict() for name, table in tables.items()},
    }


def commit() -> str:
    """Which code this is, where it is a clone; otherwise empty."""
    # The code is root's and the service makes the backup: git asks of either that it says so.
    ours = f"safe.directory={settings.BASE_DIR}"
    command = ["git", "-c", ours, "-C", str(settings.BASE_DIR), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _engine_version() -> str:
    return ".".join(str(number) for number in connection.get_database_version())


def _named_by_rows() -> dict[str, str]:
    return {kept.name: kept.what for kept in kept_files()}


def _refuse_an_empty(root: Path, named: dict[str, str]) -> None:
    """The folder over which a disk should lie: such a backup would look whole, and put those away that are."""
    if named and os.path.isdir(root) and not any(os.scandir(root)):
        raise BackupError(
            f"La carpeta de los archivos «{root}» (PMD_FILES_ROOT) está vacía y la base de datos nombra "
            f"{len(named):,}: monte su disco."
        )


def _add_files(writer: archive.Writer, root: Path) -> Iterator[str]:
    """Every file of the store; one that goes while we read is left out, a half one is nobody's.

    BackupError for one that the service may not read: without it the backup would not be whole.
    """
    for path in _files_below(root):
        name = path.relative_to(root).as_posix()
        if path.name.endswith(PART) or path.is_symlink() or not path.is_file():
            continue
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise _unreadable(error, path) from error
        with file:
            writer.add(archive.FILES + name, _Source(file, path), os.fstat(file.fileno()).st_size)  # type: ignore[arg-type]
        yield name


def _files_below(root: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise _unreadable(error, Path(str(error.filename))) from error

    return sorted(Path(folder) / name for folder, _, names in os.walk(root, onerror=refuse) for name in names)


class _Source:
    """A file of the store: what goes wrong with reading it is not told of the disk of the backups."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file, self._path = file, path

    def read(self, size: int = -1) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            raise _unreadable(error, self._path) from error


def _unreadable(error: OSError, path: Path) -> BackupError:
    return BackupError(
        f"No se puede leer «{path}», que va en el respaldo ({error.strerror or error}). No quedó nada a medias; dé "
        "permiso a la cuenta del servicio, o revise ese disco."
    )


def _read_back(part: Path, sha256: str, *, encrypted: bool) -> None:
    """From the disk: what was written is what is there, and it is whole."""
    digest = hashlib.sha256()
    with part.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED) if hasattr(os, "posix_fadvise") else None
        while piece := file.read(_PIECE):
            digest.update(piece)
    if digest.hexdigest() != sha256:
        raise BackupError(f"Lo que quedó en «{part.parent}» no es lo que se escribió: revise ese disco.")
    if not encrypted:
        with opened(part, ()) as plain:
            archive.check(plain)


def _belongs_to_its_folder(path: Path) -> None:
    """Made by root, it is still the service's to read and to put away."""
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid)
