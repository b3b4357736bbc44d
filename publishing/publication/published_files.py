"""The files of the public site as they were published: no byte is handed out that SHA256SUMS does not name.

While the folder is written, what it says is still the publication before, whose files lie under ``.pmd-antes``.
"""

import gzip
import hashlib
import os
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from publishing.export.folder import BEFORE, named
from publishing.published import SUMS

NOTHING: Mapping[str, str] = {}
_GZIP_LEVEL = 6
GZIP_MARK = f"-gzip-{zlib.ZLIB_RUNTIME_VERSION}"
"""Another zlib writes other bytes, which have another tag."""
_KEPT_BYTES, _KEPT_AT_MOST = 16 * 2**20, 2 * 2**20


class PublishedFiles:
    """One folder, as one process reads it. It asks no database, and stats one file a request."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: tuple[tuple[int, int, int], Mapping[str, str]] | None = None
        self._kept = Kept(_KEPT_BYTES)

    def names(self) -> Mapping[str, str]:
        """Each published file with its SHA-256, SHA256SUMS among them; empty where nothing is published."""
        path = self._root / SUMS
        try:
            found = os.stat(path)
            stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
            if self._read is not None and self._read[0] == stamp:
                return self._read[1]
            content = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return NOTHING
        names = {**named(content), SUMS: hashlib.sha256(content).hexdigest()}
        self._read = stamp, names
        return names

    def content(self, name: str, digest: str) -> bytes | None:
        """The bytes of that fingerprint; None where neither the file nor the one it replaces has them any more."""
        return self._kept.get(digest, lambda: self._genuine(name, digest))

    def gzipped(self, name: str, digest: str) -> bytes | None:
        """The same, compressed; always the same bytes as long as ``GZIP_MARK`` is the same."""

        def compress() -> bytes | None:
            content = self.content(name, digest)
            return None if content is None else gzip.compress(content, _GZIP_LEVEL, mtime=0)

        return self._kept.get(f"{digest}{GZIP_MARK}", compress)

    def _genuine(self, name: str, digest: str) -> bytes | None:
        for folder in (self._root, self._root / BEFORE):
            try:
                content = (folder / name).read_bytes()
            except OSError:
                continue
            if hashlib.sha256(content).hexdigest() == digest:
                return content
        return None


class Kept:
    """What was asked for last, by the fingerprint of what it is: what is kept so is never older than the folder."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._rows: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], bytes | None]) -> bytes | None:
        """What ``make`` gives, which is asked where it is not kept; None is not."""
        with self._lock:
            found = self._rows.get(key)
            if found is not None:
                self._rows.move_to_end(key)
                return found
        made = make()
        if made is not None and len(made) <= _KEPT_AT_MOST:
            with self._lock:
                if key not in self._rows:
                    self._rows[key] = made
                    self._size += len(made)
                while self._size > self._most:
                    self._size -= len(self._rows.popitem(last=False)[1])
        return made


@cache
def files_of(root: Path) -> PublishedFiles:
    """One for each folder, once a process."""
    return PublishedFiles(root)
