"""The capture grid in a browser."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.indicators.capture_page import url
from tests.indicators.grid_page import sign_in
from tests.indicators.town import Town


@pytest.fixture
def grid(page: Page, town: Town, live_server: Any) -> Page:
    """September of the town's department, open before its enlace."""
    expect.set_options(timeout=6_000)
    sign_in(page, town, live_server)
    page.goto(url())
    return page
