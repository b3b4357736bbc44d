"""What the manuals' tests share."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    """PDFs are kept in a folder of each test's own."""
    settings.VAR_DIR = tmp_path
