"""A town whose liaison fills in workbooks, and where uploads wait."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings

from tests.indicators.town import Town, make_town
from tests.support.shared import shared


@pytest.fixture(autouse=True)
def kept(tmp_path: Path) -> Iterator[Path]:
    """Where uploads wait."""
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "kept"}}
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={"default": storage, "evidence": storage, "staticfiles": static}):
        yield tmp_path / "kept" / "cargas-capturas"


@pytest.fixture
@shared
def town() -> Town:
    return make_town(3)


@pytest.fixture
def client(town: Town) -> Client:
    return town.client()
