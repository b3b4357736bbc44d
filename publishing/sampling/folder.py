"""A folder that is written as one ZIP: each file with its SHA-256, a piece in memory at a time."""

import hashlib
import re
import zipfile
from collections.abc import Iterable
from typing import BinaryIO

from core.text import fold

SUMS = "SHA256SUMS"
_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP knows: the same content gives the same bytes whenever it is made
_NOT_A_NAME = re.compile(r"[^a-z0-9.]+")
_LONGEST = 60


class Folder:
    """``close`` writes SHA256SUMS, as ``sha256sum -c`` reads it, and ends the ZIP."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w")
        self._sums: dict[str, str] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._sums

    def add(self, name: str, content: bytes) -> str:
        """Its SHA-256."""
        return self.add_pieces(name, [content], packed=True)

    def add_pieces(self, name: str, pieces: Iterable[bytes], *, packed: bool = False) -> str:
        """``packed``: what people bring is packed already, and takes the time of packing it again for nothing."""
        if name in self._sums:
            raise ValueError(f"{name} is there already")
        found = hashlib.sha256()
        entry = zipfile.ZipInfo(name, _DAY)
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        entry.external_attr = 0o644 << 16
        with self._zip.open(entry, "w") as target:
            for piece in pieces:
                found.update(piece)
                target.write(piece)
        self._sums[name] = found.hexdigest()
        return self._sums[name]

    def close(self) -> None:
        lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(self._sums.items()))
        self.add(SUMS, lines.encode())
        self._zip.close()


def file_name(text: str) -> str:
    """Letters, digits, dots and hyphens: a name that every system takes, whatever whoever brought it called it."""
    name = _NOT_A_NAME.sub("-", fold(text)).strip("-.") or "archivo"
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:_LONGEST]
    return f"{stem[:_LONGEST]}.{ending[:10]}"
