"""The ten minutes of an enlace with forty indicators, told by the keyboard alone (``ten_minutes.py``)."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.indicators import ten_minutes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_month_of_forty_indicators_by_keyboard(page: Page, tmp_path: Path) -> None:
    expect.set_options(timeout=6_000)
    ten_minutes.tell(page, ten_minutes.make_month(), tmp_path)
