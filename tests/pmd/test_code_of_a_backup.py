"""Which code a backup is of: what whoever goes back asks of it."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from pmd.backups import making


def test_it_is_known_where_the_code_is_another_account_s(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As installed: the code is root's, and the service makes the backup."""
    settings.BASE_DIR = tmp_path
    who = ["-c", "user.name=x", "-c", "user.email=x@example.gob.mx"]
    for command in (["init", "-q"], [*who, "commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run(["git", "-C", tmp_path, *command], check=True)
    # Git's own word for a test that is no root.
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "true")
    refused = subprocess.run(["git", "-C", tmp_path, "rev-parse", "HEAD"], capture_output=True, text=True)
    assert "dubious ownership" in refused.stderr
    assert len(making.commit()) == 40
