"""What stands in the private stores of files."""

from pathlib import Path

from django.conf import settings


def stored_evidence() -> set[Path]:
    location = Path(settings.STORAGES["evidence"]["OPTIONS"]["location"])
    return {path for path in location.rglob("*") if path.is_file()}
