"""Here the folder and its data are tried; its pages have tests of their own (tests/publishing/site)."""

import pytest

from publishing.export import publication


@pytest.fixture(autouse=True)
def _without_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publication, "_draw", lambda folder, unit: None)
