"""The folder where a test's files are kept, and the people of planning who use the pages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from tests.factories import make_user
from tests.support.shared import shared


@pytest.fixture(autouse=True)
def kept_files(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("files")
    settings.STORAGES = settings.STORAGES | {
        "evidence": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder), "file_permissions_mode": 0o600},
        }
    }
    yield folder


@pytest.fixture
@shared
def officer(db: None) -> User:
    return make_user("planeacion", Role.PLANNING, first_name="Ana", last_name="Ruiz")


@pytest.fixture
def planning(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


@pytest.fixture
def superuser(client: Client, db: None) -> Client:
    client.force_login(make_user("raiz", is_superuser=True))
    return client
