"""Files and the rows that name them: both or neither, never taken away on an outcome that nobody knows, and looked over
whenever they are read.

What a lost answer or a killed process leaves behind names no row: ``manage.py check_files --sweep`` removes it later.
"""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.files.storage import Storage
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from core.models import FileFault
from core.private_files import NotKept, PrivateStorage


class Unconfirmed(NotKept):
    """The database's last word never came: the rows and the file may be there or not, so the file stays."""

    def __init__(self) -> None:
        super().__init__(
            "La conexión con la base de datos se cortó justo al guardar y no se sabe si quedó. "
            "Abra la página otra vez para comprobarlo antes de repetirlo."
        )


class Faulty(Exception):
    """The stored file is not what was kept: ``fault`` is one of FileFault.Fault."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class Keeping:
    """The files that one transaction keeps."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.names: list[str] = []
        self.is_committing = False

    def save(self, name: str, content: Any) -> str:
        """Keep a file under a random name that its row will carry. Raises NotKept."""
        self.names.append(name)
        kept: str = self._storage.save(name, content)
        self.names[-1] = kept
        return kept

    def remove(self) -> None:
        for name in self.names:
            with suppress(OSError):
                self._storage.delete(name)


@contextmanager
def keeping_files(storage: Storage, is_recorded: Callable[[str], bool], *, durable: bool = True) -> Iterator[Keeping]:
    """A transaction in which files are kept: rows and files both, or neither.

    What goes wrong before the commit, and a commit that the database refuses, takes the files away. A commit whose
    answer never came takes nothing away: the database is asked anew, by ``is_recorded`` of the first file. Where its
    row is there the act was done, and the block ends as if the answer had come; otherwise Unconfirmed.

    Durable, so that no transaction around it can still undo the rows once the files are there; ``durable`` False is
    for the making of a demonstration, which is one transaction as a whole.
    """
    keeping = Keeping(storage)
    try:
        with transaction.atomic(durable=durable):
            yield keeping
            keeping.is_committing = True
    except BaseException as error:
        if not keeping.is_committing or isinstance(error, IntegrityError):
            keeping.remove()
            raise
        if not isinstance(error, OperationalError | InterfaceError):
            raise
        if not (keeping.names and _is_there(keeping.names[0], is_recorded)):
            raise Unconfirmed from error


def _is_there(name: str, is_recorded: Callable[[str], bool]) -> bool:
    """Asked over a new connection; False where there is none to be had or the row is not there (yet)."""
    try:
        connection.close()
        return is_recorded(name)
    except DatabaseError:
        return False


# --- What is stored against what was kept -----------------------------------------------------------------------


def read_checked(storage: Storage, name: str, *, sha256: str, size: int | None) -> io.BytesIO:
    """The bytes, whole and looked over: what is served is what was checked. Raises Faulty, which is noted.

    ``sha256`` "" and ``size`` None: files from before they were noted, of which only being there can be asked.
    """
    try:
        with storage.open(name, "rb") as file:
            data = file.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        note_fault(name, FileFault.Fault.MISSING)
        raise Faulty(FileFault.Fault.MISSING) from error
    if (size is not None and len(data) != size) or (sha256 and hashlib.sha256(data).hexdigest() != sha256):
        note_fault(name, FileFault.Fault.ALTERED)
        raise Faulty(FileFault.Fault.ALTERED)
    return io.BytesIO(data)


def fault_of(storage: Storage, name: str, *, sha256: str, size: int | None) -> str:
    """What is wrong with a stored file, one of FileFault.Fault, or "". It is noted, so that its figure can say so."""
    try:
        read_checked(storage, name, sha256=sha256, size=size)
    except Faulty as faulty:
        return faulty.fault
    forget_fault(name)
    return ""


def note_fault(name: str, fault: str) -> None:
    found, is_new = FileFault.objects.get_or_create(name=name, defaults={"fault": fault, "found_at": timezone.now()})
    if not is_new and found.fault != fault:
        FileFault.objects.filter(pk=found.pk).update(fault=fault, found_at=timezone.now())


def forget_fault(name: str) -> None:
    FileFault.objects.filter(name=name).delete()


def put_back(storage: Storage, name: str, content: Any) -> None:
    """The lost or altered file in its place again. Raises NotKept."""
    content.seek(0)
    if isinstance(storage, PrivateStorage):
        storage.put_back(name, content)
    else:
        storage.delete(name)
        storage.save(name, content)
    forget_fault(name)
