"""A folder of the product's own for what any process can make again: nobody's data, in no backup."""

import os
import tempfile
from pathlib import Path

from django.conf import settings


def own_folder(name: str) -> Path:
    """Below the code; where that cannot be written, one for this account among the temporary files.

    PermissionError where that one is another account's.
    """
    try:
        return _made(Path(settings.VAR_DIR) / name)
    except OSError:
        return _made(Path(tempfile.gettempdir()) / f"pmd-{name}-{os.getuid()}")


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or folder.is_symlink() or not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder} belongs to another account")
    return folder
