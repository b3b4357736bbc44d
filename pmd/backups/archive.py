"""The archive: one tar with the database first, the files second and the sums of everything last.

Whoever has only ``tar`` and ``sha256sum`` can look into it: ``sha256sum -c SHA256SUMS`` within what was taken out.
It is written and read from beginning to end, so that it may pass through an encryption.
"""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any

from pmd.backups.refusals import BackupError, CutShort

MANIFEST, SETTINGS, MISSING = "manifest.json", "settings.env", "missing.txt"
SUMS, SEAL = "SHA256SUMS", "SHA256SUMS.sha256"
_SEALS = (SUMS, SEAL)
# Of a manifest, by whoever restores.
_NEEDED = {"commit", "engine", "left_out", "made_at", "migrations", "tables", "version"}
DUMPS = {"postgresql": "database.dump", "sqlite": "database.sqlite3.gz"}
FILES = "files/"
FORMAT = 1
NAME = re.compile(r"pmd-\d{4}-\d{2}-\d{2}T\d{4}(-\d+)?\.tar(\.age)?")
_PIECE = 2**20
_MARK, _ANY_NAME = "\\", "surrogateescape"  # a name is bytes to the disk
_SMALL = 2**26  # a manifest, sums: whatever is held in memory


def name_at(now: datetime, *, encrypted: bool, number: int = 1) -> str:
    """``now`` in the zone in which people read the name; ``number``: which of that minute."""
    again = f"-{number}" if number > 1 else ""
    return f"pmd-{now:%Y-%m-%dT%H%M}{again}.tar{'.age' if encrypted else ''}"


def _sum_line(sha256: str, name: str) -> str:
    """As ``sha256sum`` writes it: of a name with the sign that ends a line both are marked."""
    escaped = name.replace("\\", r"\\").replace("\n", r"\n").replace("\r", r"\r")
    return f"{'' if escaped == name else _MARK}{sha256}  {escaped}\n"


def _of_sum_line(line: str) -> tuple[str, str]:
    """Name and SHA-256; a line that is none of ours names nothing that an archive has."""
    sha256, _, name = line.removeprefix(_MARK).partition("  ")
    if line.startswith(_MARK):
        name = re.sub(r"\\([\\nr])", lambda found: {"n": "\n", "r": "\r"}.get(found[1], _MARK), name)
    return name, sha256


class _Hashed:
    """Reads through, and knows the SHA-256 of what was read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._digest = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self._digest.update(piece)
        return piece

    def drain(self) -> None:
        while self.read(_PIECE):
            pass

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class _Gate:
    """What of the tar reaches the archive: its last words do not where it is given up."""

    def __init__(self, sink: Any) -> None:
        self._sink, self.is_open = sink, True

    def write(self, piece: bytes) -> None:
        if self.is_open:
            self._sink.write(piece)


class Writer:
    """Adds members one after the other; whoever leaves it without a failure has the sums added."""

    def __init__(self, sink: Any, made_at: datetime) -> None:
        self._gate = _Gate(sink)
        self._tar = tarfile.open(fileobj=self._gate, mode="w|", format=tarfile.PAX_FORMAT, bufsize=_PIECE)  # noqa: SIM115
        self._at = int(made_at.timestamp())
        self._sums: list[str] = []

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """``size`` bytes of that name. OSError where there are fewer."""
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, self._at, 0o600
        hashed = _Hashed(content)
        self._tar.addfile(info, hashed)  # type: ignore[arg-type]  # it only reads
        self._sums.append(_sum_line(hashed.sha256, name))

    def add_bytes(self, name: str, content: bytes) -> None:
        self.add(name, io.BytesIO(content), len(content))

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._gate.is_open = kind is None
        if self._gate.is_open:
            self._add_sums()
        self._tar.close()

    def _add_sums(self) -> None:
        sums = "".join(self._sums).encode(errors=_ANY_NAME)
        self.add_bytes(SUMS, sums)
        self.add_bytes(SEAL, f"{hashlib.sha256(sums).hexdigest()}  {SUMS}\n".encode())


@dataclass(slots=True)
class Member:
    """One member while the archive is being read; whatever of it is not asked for is read all the same."""

    name: str
    size: int
    begins: int
    content: _Hashed

    @property
    def where(self) -> str:
        return f"«{self.name}» (bytes {self.begins:,} a {self.begins + self.size:,} del archivo)"

    def small(self) -> bytes:
        if self.size > _SMALL:
            raise BackupError(f"El archivo no es un respaldo de este sistema: «{self.name}» es demasiado grande.")
        return self.content.read()


def members(stream: Any) -> Iterator[Member]:
    """From beginning to end. BackupError where it is no archive of ours."""
    try:
        with tarfile.open(fileobj=stream, mode="r|", bufsize=_PIECE) as tar:
            for info in tar:
                content = tar.extractfile(info) if info.isreg() and _is_ours(info.name) else None
                if content is None:
                    raise BackupError(f"El archivo no es un respaldo de este sistema: contiene «{info.name}».")
                member = Member(info.name, info.size, info.offset_data, _Hashed(content))
                yield member
                member.content.drain()
        while stream.read(_PIECE):
            pass  # an encryption is known to be whole only at its very end
    except (tarfile.TarError, EOFError) as error:
        raise CutShort(f"El archivo está cortado o alterado y no se puede leer entero ({error}).") from error


def _is_ours(name: str) -> bool:
    if name.startswith(FILES):
        path = PurePosixPath(name)
        return ".." not in path.parts and str(path) == name
    return name in {MANIFEST, SETTINGS, MISSING, SUMS, SEAL, *DUMPS.values()}


def _manifest(content: bytes) -> dict[str, Any]:
    """What the archive says of itself, or BackupError: whole sums alone do not make a backup of ours."""
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    if not isinstance(said, dict) or (said.get("format") == FORMAT and not said.keys() >= _NEEDED):
        raise BackupError(f"El archivo no es un respaldo de este sistema: «{MANIFEST}» falta o no se entiende.")
    return said


@dataclass(slots=True)
class Checked:
    """An archive that was read to its end and is whole. ``id`` is the SHA-256 of its sums, which tells it from others.

    ``files`` are the SHA-256 of the files by their names within the store.
    """

    manifest: dict[str, Any]
    id: str
    settings: str = ""
    files: dict[str, str] = field(default_factory=dict)


def check(stream: Any) -> Checked:
    """Every member against the sums. BackupError names what was altered, or says that the archive is cut short."""
    found: dict[str, Member] = {}
    small: dict[str, bytes] = {}
    for member in members(stream):
        found[member.name] = member
        if member.name in (MANIFEST, SETTINGS, SUMS, SEAL):
            small[member.name] = member.small()
    if SEAL not in found:
        ends = max((member.begins + member.size for member in found.values()), default=0)
        raise CutShort(f"El archivo está cortado o alterado: se entiende hasta el byte {ends:,} y le falta el final.")
    if small[SEAL] != f"{found[SUMS].content.sha256}  {SUMS}\n".encode():
        raise BackupError(f"El archivo está alterado: {found[SUMS].where} no es lo que se guardó.")
    sums = dict(map(_of_sum_line, small[SUMS].decode(errors=_ANY_NAME).split("\n")[:-1]))
    altered = [one.where for name, one in found.items() if sums.get(name) != one.content.sha256 and name not in _SEALS]
    lost = [f"«{name}», que falta" for name in sums if name not in found]
    if wrong := altered + lost:
        more = f" y {len(wrong) - 5:,} más" if len(wrong) > 5 else ""
        raise BackupError(f"El archivo está alterado; no es lo que se guardó: {'; '.join(wrong[:5])}{more}.")
    manifest = _manifest(small.get(MANIFEST, b""))
    if manifest.get("format") != FORMAT:
        raise BackupError(
            f"El respaldo es de un formato que esta versión no conoce ({manifest.get('format')}): use la versión "
            f"{manifest.get('version')} o una más nueva."
        )
    files = {name.removeprefix(FILES): sums[name] for name in found if name.startswith(FILES)}
    return Checked(manifest, found[SUMS].content.sha256, small.get(SETTINGS, b"").decode(), files)
