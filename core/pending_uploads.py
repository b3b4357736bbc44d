"""Uploads that wait to be confirmed, kept for a day in the private storage under random names.

Whoever uploaded a file gets a signed slip for it. The slip goes to the browser and back; a name of a file never does.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.utils import timezone

KEPT = timedelta(days=1)

_GONE = "La carga ya no está disponible: suba el archivo otra vez."
_FOREIGN = "Esta carga es de otra persona: suba usted el archivo."


class UploadGone(Exception):
    """There is no such upload for this person; ``message`` says in Spanish what to do."""

    def __init__(self, message: str = _GONE) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class PendingUploads:
    """One folder of uploads; its name also keeps the slips of one folder from being taken in another."""

    folder: str

    def save(self, data: bytes) -> str:
        """Keep a file and give its random name; what has waited for longer than a day goes. Raises NotKept."""
        self._forget_old()
        name = uuid.uuid4().hex
        self._storage.save(self._path(name), ContentFile(data))
        return name

    def read(self, name: str) -> bytes:
        """Raises UploadGone when it was confirmed already or is too old."""
        try:
            with self._storage.open(self._path(name), "rb") as file:
                return bytes(file.read())
        except FileNotFoundError as error:
            raise UploadGone from error

    def has(self, name: str) -> bool:
        return self._storage.exists(self._path(name))

    def remove(self, name: str) -> None:
        self._storage.delete(self._path(name))

    def slip(self, name: str, *, user_id: int, about: Mapping[str, Any] | None = None) -> str:
        """A signed text by which this person, and nobody else, comes back to the file within a day.

        ``about`` are plain values that must come back as they are; they are signed, not hidden.
        """
        return signing.dumps([user_id, name, dict(about or {})], salt=self._salt)

    def redeem(self, slip: str, *, user_id: int) -> tuple[str, dict[str, Any]]:
        """The name and what the slip is about; UploadGone for one that is forged, too old or somebody else's."""
        try:
            owner_id, name, about = signing.loads(slip, salt=self._salt, max_age=KEPT)
        except signing.BadSignature as error:
            raise UploadGone from error
        if owner_id != user_id:
            raise UploadGone(_FOREIGN)
        return name, about

    @property
    def _salt(self) -> str:
        return f"core.pending_uploads.{self.folder}"

    @property
    def _storage(self) -> Storage:
        # The private storage: outside the web root, and shared by all web processes where it is S3.
        return storages["evidence"]

    def _path(self, name: str) -> str:
        return f"{self.folder}/{uuid.UUID(name).hex}"

    def _forget_old(self) -> None:
        try:
            _, names = self._storage.listdir(self.folder)
        except FileNotFoundError:
            return
        for name in names:
            path = f"{self.folder}/{name}"
            try:
                if timezone.now() - self._storage.get_modified_time(path) > KEPT:
                    self._storage.delete(path)
            except FileNotFoundError:  # somebody else's upload has just swept it
                continue
