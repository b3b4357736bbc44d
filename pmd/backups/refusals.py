"""What a backup or a restoring says where it stops."""

import errno
from pathlib import Path

from core.private_files import FULL


class BackupError(Exception):
    """Nothing half is left behind; ``str()`` is one sentence that says what to do."""


class CutShort(BackupError):
    """The archive ends, or stops making sense, before its end."""


def why_not_written(error: OSError, folder: Path) -> BackupError:
    """The sentence for what the system answered to writing into that folder."""
    if error.errno in (*FULL, errno.EFBIG):
        return BackupError(
            f"No cabe en «{folder}»: el disco está lleno. No quedó nada a medias; libere espacio o elija otra carpeta."
        )
    return BackupError(
        f"No se puede escribir en «{folder}» ({error.strerror or error}). No quedó nada a medias; dé permiso a la "
        "cuenta del servicio o elija otra carpeta."
    )
