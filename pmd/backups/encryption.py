"""Archives that only whoever has the private key can read (age, by pyrage); the server has the public one alone."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pyrage

from pmd.backups.refusals import BackupError, CutShort

HEAD = b"age-encryption.org/v1"
_CHUNK = 2**16 + 16  # age's own: what is altered is told by the chunk that does not open


def recipients(given: Sequence[str]) -> list[Any]:
    """Public keys: ``age1…`` or a line of OpenSSH. BackupError names the one that is none."""
    return [_recipient(key.strip()) for key in given if key.strip()]


def _recipient(key: str) -> Any:
    if "SECRET-KEY" in key.upper() or "PRIVATE KEY" in key:
        raise BackupError(
            "Eso es una llave privada: el servidor solo tiene la pública (age1…). Guarde la privada fuera de él, y "
            "haga otra si alguien pudo leerla (manage.py backup --new-key ARCHIVO)."
        )
    kind = pyrage.ssh.Recipient if key.startswith("ssh-") else pyrage.x25519.Recipient
    try:
        return kind.from_str(key)
    except pyrage.RecipientError as error:
        raise BackupError(
            f"«{key}» no es una llave pública: debe empezar con age1… (o ser una de OpenSSH). La hace "
            "manage.py backup --new-key ARCHIVO."
        ) from error


def identities(path: Path | None) -> list[Any]:
    """The private keys of a file, as ``age-keygen`` or ``ssh-keygen`` write it."""
    if path is None:
        return []
    try:
        content = path.read_bytes()
        if b"OPENSSH PRIVATE KEY" in content:
            return [pyrage.ssh.Identity.from_buffer(content)]
        lines = [line.strip() for line in content.decode().splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except OSError as error:
        raise BackupError(f"No se puede leer la llave «{path}» ({error.strerror}).") from error
    except (pyrage.IdentityError, UnicodeDecodeError):
        found = []
    if not found:
        raise BackupError(f"«{path}» no es una llave privada (AGE-SECRET-KEY-… u OpenSSH sin contraseña).")
    return found


def new_key(path: Path) -> str:
    """A private key into a new file that only its owner reads; the public one is given back."""
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BackupError(f"No se puede escribir la llave en «{path}» ({error.strerror}).") from error
    with os.fdopen(handle, "w") as file:
        file.write(f"# public key: {public}\n{identity}\n")
    return public


def is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(HEAD)) == HEAD


@contextmanager
def encrypting(out: Any, to: Sequence[Any]) -> Iterator[Any]:
    """What is written within reaches ``out`` encrypted; to nobody: as it is."""
    if not to:
        yield out
        return
    read, write = os.pipe()
    faults: list[Exception] = []

    def work() -> None:
        # Closed on a failure, so that whoever writes into the pipe does not wait for ever.
        with os.fdopen(read, "rb") as source:
            try:
                pyrage.encrypt_io(source, out, to)
            except Exception as error:
                faults.append(error)

    thread = Thread(target=work)
    thread.start()
    try:
        with os.fdopen(write, "wb") as sink:
            yield sink
    except BrokenPipeError:
        pass  # the failure itself is told below
    finally:
        thread.join()
    if faults:
        raise faults[0]


class _Counted:
    """Reads through, and knows how far it came."""

    def __init__(self, stream: Any) -> None:
        self._stream, self.count = stream, 0

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self._stream.read(size)
        self.count += len(piece)
        return piece


@contextmanager
def opened(path: Path, keys: Sequence[Any]) -> Iterator[Any]:
    """The archive as it was before its encryption, from beginning to end. BackupError where it does not open."""
    try:
        encrypted = is_encrypted(path)
        file = path.open("rb")
    except OSError as error:
        raise BackupError(f"No se puede leer «{path}» ({error.strerror}).") from error
    with file:
        if not encrypted:
            yield file
            return
        if not keys:
            raise BackupError("El respaldo está cifrado: diga el archivo de la llave privada con --identity.")
        with _decrypted(_Counted(file), keys) as plain:
            yield plain


@contextmanager
def _decrypted(source: _Counted, keys: Sequence[Any]) -> Iterator[Any]:
    read, write = os.pipe()
    faults: list[Exception] = []

    def work() -> None:
        with suppress(BrokenPipeError), os.fdopen(write, "wb") as sink:
            try:
                pyrage.decrypt_io(source, sink, keys)
            except Exception as error:
                faults.append(error)

    thread = Thread(target=work)
    thread.start()
    stopped: BaseException | None = None
    with os.fdopen(read, "rb") as plain:
        try:
            yield plain
        except BaseException as error:
            stopped = error
    thread.join()
    # Whoever stops reading breaks the pipe, which is no fault of the archive.
    if faults and (stopped is None or isinstance(stopped, CutShort)):
        raise _why_not_opened(faults[0], source.count) from faults[0]
    if stopped is not None:
        raise stopped


def _why_not_opened(fault: Exception, count: int) -> BackupError:
    if isinstance(fault, pyrage.DecryptError) and "No matching keys" in str(fault):
        return BackupError("La llave privada no es la de este respaldo: se cifró para otra.")
    return BackupError(
        f"El respaldo cifrado está cortado o alterado entre los bytes {max(0, count - 2 * _CHUNK):,} y {count:,}."
    )
