"""The day on which the first page is opened."""

from datetime import datetime

import pytest
from django.utils import timezone

OCTOBER = datetime.fromisoformat("2016-10-03T12:00:00-06:00")


@pytest.fixture
def october(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 3 October 2016."""
    monkeypatch.setattr(timezone, "now", lambda: OCTOBER)
