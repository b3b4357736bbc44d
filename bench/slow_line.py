"""The ten minutes of an enlace with forty indicators in a real browser, over a slow line.

As a program (``python -m bench.slow_line``) it starts gunicorn on its empty database, tells the story of
``tests/indicators/ten_minutes.py`` by the keyboard, and prints what it took as JSON. The browser's cache is empty at
the beginning; the seconds are those of a person who never hesitates: what remains of ten minutes is for thinking.
"""

import json
import os
import tempfile
import time
from pathlib import Path

from bench.saving import served
from tests.support.chromium import CHROMIUM_FLAGS, find_chromium, slow_down

PATIENCE = 60_000  # milliseconds


def measure() -> dict[str, float]:
    """The seconds of the story in a browser that has been nowhere yet."""
    from playwright.sync_api import expect, sync_playwright

    from tests.indicators import ten_minutes

    expect.set_options(timeout=PATIENCE)
    codes = ten_minutes.make_month()
    # The demonstration's settings: those of production, without TLS and for this machine only.
    with served(PMD_DEMO="true") as port, sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        page = browser.new_page(
            base_url=f"http://127.0.0.1:{port}", locale="es-MX", viewport={"width": 1366, "height": 768}
        )
        page.set_default_timeout(PATIENCE)
        slow_down(page)
        started = time.perf_counter()
        ten_minutes.tell(page, codes, Path(folder))
        return {"seconds": time.perf_counter() - started}


if __name__ == "__main__":
    import django

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop in this thread

    django.setup()
    print(json.dumps(measure()))
