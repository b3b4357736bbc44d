"""The product with its demonstration, served at a moment that stands still, and a browser that looks at it."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, FilePayload, Locator, Page, sync_playwright
from tqdm import tqdm

from accounts.models import User
from catalog.demo import durango
from pictures.paper import webp
from pictures.shots import NOW, PHONE, Shot, Step
from tests.support.chromium import CHROMIUM_FLAGS, find_shell

SOURCE = settings.BASE_DIR / "data" / "pat-durango-2016.xlsx"
HOST = "localhost"
PATIENCE, FOR_A_PAGE = 10_000, 60_000  # milliseconds: the first page loads all templates, on a machine that may be busy
EDGE = 14  # pixels around what is shown alone
# The date alone: Playwright's clock also takes away how the page was come to, by which forms know what was taken.
STANDS_STILL = """
  const now = %d, Real = Date;
  window.Date = class extends Real {
    constructor(...given) { super(...(given.length ? given : [now])); }
    static now() { return now; }
  };
"""
MARK = (Path(__file__).resolve().parent / "mark.js").read_text()


def take(shots: Sequence[Shot], folder: Path, into: Path) -> dict[str, int]:
    """Write the pictures; how many bytes each has."""
    into.mkdir(parents=True, exist_ok=True)
    with _clock_stands_still():
        call_command("migrate", verbosity=0, interactive=False)
        durango.make(SOURCE)
        call_command("seal_trail", stdout=StringIO())
        # People as a municipality has them: the demonstration's own do not come in without it.
        User.objects.update(is_demo=False)
        cookies = {user.username: _session(user) for user in User.objects.filter(is_active=True)}
        kept = folder / "kept.sqlite3"
        _copy(Path(settings.DATABASES["default"]["NAME"]), kept)
        with _served() as address, _browser() as browser:
            return {
                shot.name: _save(shot, browser, address, cookies, kept, into)
                for shot in tqdm(shots, unit=" pictures", disable=None)
            }


@contextmanager
def _clock_stands_still() -> Iterator[None]:
    with patch("django.utils.timezone.now", lambda: NOW):
        yield


def _session(user: User) -> str:
    client = Client()
    client.force_login(user, backend="accounts.backends.PersonBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


@contextmanager
def _served() -> Iterator[str]:
    server = LiveServerThread(HOST, StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, HOST]
    try:
        yield f"http://{HOST}:{server.port}"
    finally:
        server.terminate()
        connection.close()


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_shell(), args=CHROMIUM_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def _save(shot: Shot, browser: Browser, address: str, cookies: dict[str, str], kept: Path, into: Path) -> int:
    context = _context(shot, browser, address)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookies[shot.by], "url": address}])
    try:
        content = webp(picture(shot, context.new_page()))
    except Exception as error:
        error.add_note(f"the picture «{shot.name}»")
        raise
    finally:
        context.close()
        if shot.writes:
            _copy(kept, Path(settings.DATABASES["default"]["NAME"]))
    (into / f"{shot.name}.webp").write_bytes(content)
    return len(content)


def _context(shot: Shot, browser: Browser, address: str) -> BrowserContext:
    context = browser.new_context(
        base_url=address,
        viewport={"width": shot.size.width, "height": shot.size.height},
        locale="es-MX",
        timezone_id=settings.PMD_TIME_ZONE,
        reduced_motion="reduce",
        color_scheme="light",
        has_touch=shot.size == PHONE,
        is_mobile=shot.size == PHONE,
    )
    context.set_default_timeout(PATIENCE)
    context.set_default_navigation_timeout(FOR_A_PAGE)
    context.add_init_script(STANDS_STILL % (NOW.timestamp() * 1000))
    return context


def picture(shot: Shot, page: Page) -> bytes:
    """What the person sees after the steps, with its marks, as PNG."""
    answer = page.goto(shot.path)
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{shot.path} answered {answer and answer.status}")
    for step in shot.steps:
        _DO[step.act](in_sight(page, step.selector), step)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    places = [in_sight(page, selector) for selector in shot.marks]
    if places:
        places[0].scroll_into_view_if_needed()
    for number, place in enumerate(places, start=1):
        place.evaluate(MARK, str(number) if len(places) > 1 else "")
    if shot.only:
        box = in_sight(page, shot.only).bounding_box() or {"x": 0.0, "y": 0.0, "width": 0.0, "height": 0.0}
        left, top = max(0.0, box["x"] - EDGE), max(0.0, box["y"] - EDGE)
        clip = {
            "x": left,
            "y": top,
            "width": min(box["x"] + box["width"] + EDGE, shot.size.width) - left,
            "height": min(box["y"] + box["height"] + EDGE, shot.size.height) - top,
        }
        return page.screenshot(animations="disabled", caret="hide", clip=clip)  # type: ignore[arg-type]
    return page.screenshot(animations="disabled", caret="hide")


def _file(text: str) -> FilePayload:
    name, _, content = text.partition("\n")
    return {"name": name, "mimeType": "text/plain", "buffer": content.encode()}


def in_sight(page: Page, selector: str) -> Locator:
    found = page.locator(selector).locator("visible=true").first
    found.wait_for()
    return found


_DO: dict[str, Callable[[Locator, Step], object]] = {
    "fill": lambda place, step: place.fill(step.text),
    "click": lambda place, step: place.click(),
    "press": lambda place, step: place.press(step.text),
    "upload": lambda place, step: place.set_input_files(_file(step.text)),
    "see": lambda place, step: None,
    "choose": lambda place, step: place.select_option(step.text),
}
