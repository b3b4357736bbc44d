"""Writing the published folder so that at every moment somebody finds in it a publication that holds.

What changed is written under ``.pmd-nuevo``; what it replaces is kept under ``.pmd-antes`` until SHA256SUMS, which goes
last, says that all is there. ``verificar.py`` reads what was before as long as it does not, and so does the next run.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.file_errors import why_not
from publishing.published import INDEX, INDEX_FORMAT, SUMS

BEFORE, NEXT = ".pmd-antes", ".pmd-nuevo"


class CannotPublish(Exception):
    """The folder cannot be written; the message is one sentence in Spanish that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many files are new, changed, gone, and as they were."""

    new: int
    changed: int
    gone: int
    same: int


@contextmanager
def opened(root: Path) -> Iterator["Folder"]:
    """The folder, made if there is none, for one writer at a time; CannotPublish if it is not to be written."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise CannotPublish(f"No se puede escribir en «{root}»: {why_not(error)}.") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotPublish(
                f"Otra publicación está escribiendo en «{root}»: espere a que termine e inténtelo de nuevo."
            ) from error
        folder = None
        try:
            folder = Folder(root)
            yield folder
        except Exception:
            if folder:
                folder.undo()
            raise
    except OSError as error:
        raise CannotPublish(f"No se puede escribir en «{root}»: {why_not(error)}.") from error
    finally:
        os.close(handle)


class Folder:
    """Files are ``put`` one by one, all that the folder is to hold; ``finish`` then shows them."""

    def __init__(self, root: Path) -> None:
        self._root, self._before, self._next = root, root / BEFORE, root / NEXT
        if not self._is_ours():
            raise CannotPublish(
                f"La carpeta «{root}» no está vacía y no es una publicación de este sistema: indique otra, o vacíela."
            )
        self.undo()
        self._old = listed(root / SUMS)
        self._sums: dict[str, str] = {}
        self._staged: list[str] = []
        self._next.mkdir()

    def published(self) -> dict[str, str]:
        """The fingerprints of the closings that the folder lists, in the chain's order, and where each document is."""
        index = _index(self._root / INDEX)
        return {one["sha256"]: one["document"] for one in index["closings"]} if index else {}

    def still_there(self, place: str, names: Iterable[str]) -> dict[str, bytes] | None:
        """Those files of a folder as they were published; None if one is missing, was changed or never was."""
        found = {}
        for name in names:
            content = _content(self._at(self._root, f"{place}/{name}"))
            if content is None or hashlib.sha256(content).hexdigest() != self._old.get(f"{place}/{name}"):
                return None
            found[name] = content
        return found

    def names(self) -> Iterable[str]:
        """What the publication before this one lists."""
        return self._old

    def content(self, name: str) -> bytes | None:
        return _content(self._at(self._root, name))

    def keep(self, names: Iterable[str]) -> bool:
        """Let those files stay as they were published; False, and nothing done, if one is missing or was changed."""
        kept = {name: self._old.get(name, "") for name in names}
        for name, digest in kept.items():
            content = _content(self._at(self._root, name))
            if content is None or hashlib.sha256(content).hexdigest() != digest:
                return False
        self._sums |= kept
        return True

    def put(self, name: str, content: bytes) -> str:
        """Its fingerprint."""
        self._sums[name] = hashlib.sha256(content).hexdigest()
        if _content(self._at(self._root, name)) != content:
            self._stage(name, content)
        return self._sums[name]

    def finish(self) -> Written:
        """Put what was staged in its place, and take away what the publication before had and this one has not."""
        gone = sorted(set(self._old) - set(self._sums))
        sums = "".join(f"{self._sums[name]}  {name}\n" for name in sorted(self._sums)).encode()
        replaced = [name for name in self._staged if self._at(self._root, name).exists()]
        if self._staged or gone or _content(self._root / SUMS) != sums:
            self._stage(SUMS, sums)
            self._keep([*replaced, *gone])
            for name in self._staged[:-1]:
                self._show(name)
            for name in gone:
                self._remove(name)
            self._show(SUMS)
            self._staged.pop()
        self._clear()
        changed = len(replaced)
        return Written(len(self._staged) - changed, changed, len(gone), len(self._sums) - len(self._staged))

    def undo(self) -> None:
        """Take back what a run that did not come to SHA256SUMS had put in place; one that did was whole."""
        kept, shown = _content(self._before / SUMS), _content(self._root / SUMS)
        if kept == shown:  # where both are missing, nothing was published before
            for name in sorted(set(listed(self._next / SUMS)) - set(listed(self._before / SUMS))):
                self._remove(name)
            for path in sorted(self._before.rglob("*")):
                if path.is_file() and path != self._before / SUMS:
                    target = self._root / path.relative_to(self._before)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    os.replace(path, target)
        self._clear()

    def _is_ours(self) -> bool:
        inside = {one.name for one in self._root.iterdir()}
        return not inside or bool(inside & {BEFORE, NEXT}) or _index(self._root / INDEX) is not None

    def _stage(self, name: str, content: bytes) -> None:
        path = self._at(self._next, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._staged.append(name)

    def _keep(self, names: list[str]) -> None:
        """The list goes last: with it, what is kept counts."""
        if not (self._root / SUMS).exists():
            return
        self._before.mkdir()
        for name in [*names, SUMS]:
            path = self._at(self._before, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            _link(self._at(self._root, name), path)

    def _show(self, name: str) -> None:
        target = self._at(self._root, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if name != SUMS:
            # A copy stays until the end, by which the next run knows what this one was about to show.
            os.replace(self._at(self._next, name), target)
            return
        beside = self._at(self._next, f"{SUMS}.uno")
        _link(self._at(self._next, SUMS), beside)
        os.replace(beside, target)

    def _remove(self, name: str) -> None:
        path = self._at(self._root, name)
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == self._root or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()

    def _clear(self) -> None:
        shutil.rmtree(self._before, ignore_errors=True)
        shutil.rmtree(self._next, ignore_errors=True)

    @staticmethod
    def _at(root: Path, name: str) -> Path:
        return root.joinpath(*PurePosixPath(name).parts)


def listed(path: Path) -> dict[str, str]:
    """What ``named`` reads in that file; nothing where there is none."""
    return named(_content(path) or b"")


def named(sums: bytes) -> dict[str, str]:
    """Name and fingerprint of each file that a SHA256SUMS names; nothing outside of its folder."""
    lines = sums.decode("utf-8", "replace").splitlines()
    pairs = [(name, digest) for digest, _, name in (line.partition("  ") for line in lines) if name]
    return {name: digest for name, digest in pairs if not name.startswith("/") and ".." not in name.split("/")}


def _index(path: Path) -> dict[str, list[dict[str, str]]] | None:
    """What a publication lists; None where there is none of ours."""
    try:
        found = json.loads(_content(path) or b"")
        known = found["format"] == INDEX_FORMAT and all(
            isinstance(one[key], str) for one in found["closings"] for key in ("sha256", "document")
        )
    except (ValueError, KeyError, TypeError):
        return None
    return found if known else None


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _link(source: Path, target: Path) -> None:
    """A second name where the file system has them, so that nothing is written twice; otherwise a copy."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        return
    except OSError:
        shutil.copy2(source, target)
