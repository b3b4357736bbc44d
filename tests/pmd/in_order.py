"""An installation in which nothing is wrong, and what ``doctor`` says of it."""

import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from pmd.installation import passed_on, places, reached
from tests.pmd.test_settings import PRODUCTION


@pytest.fixture(autouse=True)
def in_order(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings as the manual of operation asks for them, and nothing of the machine that the tests run on."""
    for name in [name for name in os.environ if name.startswith("PMD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(reached, "_site_faults", lambda now: iter(()))
    monkeypatch.setattr(passed_on, "faults", lambda patience: iter(()))
    static, files = tmp_path / "static", tmp_path / "files"
    static.mkdir()
    files.mkdir()
    (static / "staticfiles.json").write_text('{"paths": {}}')
    monkeypatch.setattr(places, "_of_another_version", lambda collected: [])
    settings.DEBUG = settings.PMD_DEMO = settings.LOCAL = False
    settings.ALLOWED_HOSTS = ["pmd.durango.gob.mx"]
    settings.EMAIL_CONFIGURED = True
    settings.DEFAULT_FROM_EMAIL = "PMD <pmd@durango.gob.mx>"
    settings.PMD_ADMINS, settings.PMD_PROXY_COUNT, settings.ENV_FILE = ["sistemas@durango.gob.mx"], 1, None
    settings.SECRET_KEY = PRODUCTION["SECRET_KEY"]
    monkeypatch.setitem(settings.DATABASES["default"], "PASSWORD", "")
    settings.PMD_SITE_URL = "https://pmd.durango.gob.mx"
    settings.STATIC_ROOT, settings.FILES_ROOT, settings.OWN_FILES_ROOT = static, files, False
    settings.PMD_PUBLIC_ROOT, settings.OWN_PUBLIC_ROOT = tmp_path / "publico", True


def told() -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()
