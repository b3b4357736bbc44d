"""How static files are collected for production."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

_MODULE_IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Compressed, and every name carries its content's hash: also those that our scripts import from one another.

    So a browser keeps them all for good, and a new release never mixes its scripts with kept ones. Only our own: the
    scripts of others import what is not shipped.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """What the manifest says of a name is the same as long as the process lives; a page names ten."""
        if name is None or force:
            return super().url(name, force)
        if name not in self._addresses:
            self._addresses[name] = super().url(name)
        return self._addresses[name]

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", _MODULE_IMPORTS))

    def save_manifest(self) -> None:
        """Whole or not at all, and with what the former version names: while an upgrade is under way it serves, and may
        have to start again. A file of the same name is the new one for both."""
        former: dict[str, str] = {}
        with suppress(ValueError):
            former, _ = self.load_manifest()
        kept = {name: hashed for name, hashed in former.items() if self.exists(hashed)}
        self.hashed_files = kept | self.hashed_files
        named = json.dumps(sorted(self.hashed_files.items())).encode()
        self.manifest_hash = self.file_hash(None, ContentFile(named))
        path = Path(self.path(self.manifest_name))
        draft = path.with_name(f"{path.name}.new")
        written = {"paths": self.hashed_files, "version": self.manifest_version, "hash": self.manifest_hash}
        draft.write_text(json.dumps(written), encoding="utf-8")
        draft.replace(path)
