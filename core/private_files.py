"""Where files that people bring are stored, outside the web root.

A file is written beside its place, forced to the disk and put there in one step, so that no half of one is ever seen.
"""

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

PART = ".parcial"
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
FULL = (errno.ENOSPC, errno.EDQUOT)
_REMEDIES = {
    **dict.fromkeys(FULL, "haga lugar en ese disco"),
    errno.EROFS: "ese disco está montado para solo leer; móntelo de nuevo",
    errno.EIO: "ese disco falla; cámbielo y restaure el respaldo",
}
_PROBE = b"pmd"
_SHUT = (errno.EROFS, errno.EACCES, errno.EPERM)
_CALL = "Avise a quien administra el sistema e inténtelo de nuevo en un momento."


class NotKept(Exception):
    """The file could not be kept; nothing of it stays behind. ``message`` is a sentence for whoever brought it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def why_not_kept(error: OSError) -> str:
    """The sentence for what the system answered to writing a file."""
    if error.errno in FULL:
        return f"No hay espacio en el disco del servidor: no se guardó nada. {_CALL}"
    if error.errno in _SHUT:
        return f"El servidor no puede escribir en su carpeta de archivos: no se guardó nada. {_CALL}"
    if error.errno == errno.ENOENT:
        return f"El servidor no encuentra su carpeta de archivos: no se guardó nada. {_CALL}"
    return f"El servidor no pudo guardar el archivo: no se guardó nada. {_CALL}"


class PrivateStorage(FileSystemStorage):
    """Files under one root, which is made only where ``own_root`` says that it is the product's own folder."""

    def __init__(self, *args: Any, own_root: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("file_permissions_mode", _FILE_MODE)
        kwargs.setdefault("directory_permissions_mode", _FOLDER_MODE)
        super().__init__(*args, **kwargs)
        self.own_root = own_root

    def deconstruct(self) -> Any:  # the field's storage is a callable: migrations never name this one
        raise NotImplementedError

    def _save(self, name: str, content: Any) -> str:
        self._put(Path(self.path(name)), content)
        return name

    def put_back(self, name: str, content: Any) -> None:
        """The same name with these bytes, whether there is a file or not."""
        self._put(Path(self.path(name)), content)

    def _put(self, path: Path, content: Any) -> None:
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
        try:
            self._make_folders(path.parent)
            try:
                _write(part, content)
                os.replace(part, path)
            except BaseException:
                with suppress(OSError):
                    part.unlink()
                raise
            _sync_folder(path.parent)
        except OSError as error:
            raise NotKept(why_not_kept(error)) from error

    def _make_folders(self, folder: Path) -> None:
        """The folders of a file; the root itself only where it is ours, so that a disk that is not mounted shows."""
        root = Path(self.location)
        if not root.is_dir():
            if not self.own_root:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(root))
            root.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        made = []
        while folder != root and not folder.is_dir():
            made.append(folder)
            folder = folder.parent
        for missing in reversed(made):
            with suppress(FileExistsError):
                missing.mkdir(mode=_FOLDER_MODE)
            _sync_folder(missing.parent)


def _write(path: Path, content: Any) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE), "wb") as file:
        for chunk in content.chunks():
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk only once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def require_root(root: Path, *, own: bool, name: str, mode: int = _FOLDER_MODE) -> None:
    """Asked before the first page is served. ImproperlyConfigured where files could not be kept.

    ``name``: the variable that says where. ``own``: the product's own folder, which is made, with ``mode``; any other
    is never made in silence, because a disk that is not mounted would look like an empty store.
    """
    try:
        if own:
            root.mkdir(mode=mode, parents=True, exist_ok=True)
        if not root.is_dir():
            raise ImproperlyConfigured(
                f"{name} es «{root}» y esa carpeta no existe: créela (o monte su disco) y dé permiso de "
                "escritura a la cuenta del servicio."
            )
        probe = root / f".prueba.{secrets.token_hex(4)}{PART}"
        try:
            _write(probe, ContentFile(_PROBE))
            if probe.read_bytes() != _PROBE:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
        finally:
            with suppress(OSError):
                probe.unlink()
    except OSError as error:
        what = _REMEDIES.get(error.errno or 0, "dele permiso de escritura")
        raise ImproperlyConfigured(
            f"{name} es «{root}» y la cuenta del servicio no puede escribir ahí ({error.strerror}): {what}."
        ) from error
