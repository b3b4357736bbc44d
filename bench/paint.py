"""When a real browser shows the first text of the pages that a mayor opens, and how much they move afterwards.

As a program (``python -m bench.paint``) it serves its database with gunicorn and prints, by page, the median over
visits with an empty cache as JSON: milliseconds to the first contentful paint and the layout shift.
"""

import json
import os
import statistics

from bench.municipality import HOST
from bench.pages import PAGES, session_cookie
from bench.saving import served
from tests.support.chromium import CHROMIUM_FLAGS, find_chromium

VISITED = ("plan page", "heat map", "programme page")
VISITS = 7
PATIENCE = 15_000  # milliseconds
# The shifts that the person did not cause by typing or pressing, as the browser counts them.
_SEEN = """(patience) => new Promise((resolve, reject) => {
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  // A page that is never painted (a window behind others, a machine too busy) has no such entry.
  setTimeout(() => reject(new Error(`nothing was painted within ${patience} ms`)), patience);
  new PerformanceObserver((list) => {
    const paint = list.getEntriesByName("first-contentful-paint")[0];
    if (paint) setTimeout(() => resolve({ paint: paint.startTime, shift }), 300);
  }).observe({ type: "paint", buffered: true });
})"""


def measure() -> dict[str, dict[str, float]]:
    from playwright.sync_api import sync_playwright

    name, value = session_cookie().split("=", 1)
    # Without TLS here: the demonstration's settings let the session's cookie travel so, to this machine only.
    with served(PMD_DEMO="true") as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        found: dict[str, dict[str, float]] = {}
        for page_name in VISITED:
            visits = []
            for _ in range(VISITS):
                context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="es-MX")
                context.add_cookies([{"name": name, "value": value, "url": f"http://{HOST}:{port}"}])
                page = context.new_page()
                page.goto(f"http://{HOST}:{port}{PAGES[page_name]}", wait_until="load")
                visits.append(page.evaluate(_SEEN, PATIENCE))
                context.close()
            found[page_name] = {key: statistics.median(visit[key] for visit in visits) for key in ("paint", "shift")}
        return found


if __name__ == "__main__":
    import django

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop in this thread

    django.setup()
    print(json.dumps(measure()))
