"""The system's Chromium for tests and benchmarks, and the slow line that it emulates."""

import shutil
from typing import Any

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELL_NAMES = ("chromium-headless-shell", *CHROMIUM_NAMES)
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
# A telephone's line at the edge of the municipality: 400 ms there and back, 256 kbit/s.
SLOW_LINE = {"offline": False, "latency": 400, "downloadThroughput": 32_000, "uploadThroughput": 32_000}


def find_chromium() -> str | None:
    """The whole browser, which people have: what is measured is measured in it."""
    return _first(CHROMIUM_NAMES)


def find_shell() -> str | None:
    """The same engine without the windows around it if there is one: a page takes a third of the processor's time."""
    return _first(SHELL_NAMES)


def _first(names: tuple[str, ...]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def slow_down(page: Any) -> None:
    """From now on this page has a slow line, by the browser's own emulation."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW_LINE)
