"""What people do on the fifth working day, each with pauses as of somebody who reads and types."""

import random
import threading
import time
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from bench.installed.browser import Browser, inputs, rows

SAVED = ("saved", "unchanged")
NOBODY_SAVES = 8  # seconds until a row that was not taken is sent again, as the grid does


@dataclass
class Figures:
    """(prefix, month, code) → the numerator and denominator that the server said it had saved."""

    acknowledged: dict[tuple[str, int, str], tuple[str, str]] = field(default_factory=dict)
    saves: int = 0
    submitted: int = 0
    validated: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def saved(self, prefix: str, month: int, code: str, pair: tuple[str, str]) -> None:
        with self.lock:
            self.acknowledged[prefix, month, code] = pair
            self.saves += 1

    def count(self, name: str) -> None:
        with self.lock:
            setattr(self, name, getattr(self, name) + 1)


@dataclass
class Day:
    """What all people share: the year, its months to capture, pauses, and when everybody stops."""

    year: int
    months: list[int]
    think: float
    until: float
    figures: Figures = field(default_factory=Figures)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.until

    def pause(self, share: float = 1.0) -> None:
        """Between half and one and a half of what people take on the average, and never beyond the end."""
        wanted = self.think * share * random.uniform(0.5, 1.5)
        time.sleep(max(0.0, min(wanted, self.until - time.monotonic())))


def clerk(browser: Browser, day: Day) -> None:
    """Month by month: the page, one row after the other, then the month is sent."""
    for month in cycle(day.months):
        if day.is_over:
            return
        place = f"/{day.year}/captura/{browser.person.prefix}/{month}/"
        page = browser.ask("mes", place)
        day.pause(0.5)
        if page is None or not page.ok:
            continue
        found = rows(page.text)
        mine = sorted(found)[browser.person.share :: browser.person.of]
        for code in mine:
            if day.is_over:
                return
            _save(browser, day, month, code, found[code])
            day.pause()
        if mine and not day.is_over:
            _send(browser, day, place)
        browser.ask("inicio", "/")
        day.pause(0.5)


def _save(browser: Browser, day: Day, month: int, code: str, row: dict[str, str]) -> None:
    """Until the server says that it has it, as the page itself does."""
    whole = random.randint(50, 500)
    pair = (str(whole - random.randint(0, 2)), str(whole))
    sent = {
        "indicator": row["indicator"], "version": row.get("version", "0"), "seen": row.get("seen", ""),
        "numerator": pair[0], "denominator": pair[1], "no_activity": "", "justification": "", "reason": "",
    }  # fmt: skip
    path = f"/{day.year}/captura/{browser.person.prefix}/{month}/fila/{code}/"
    for _ in range(40):
        answer = browser.ask("guardar", path, sent)
        said = answer.headers.get("X-Fila", "") if answer is not None else ""
        if said in SAVED:
            day.figures.saved(browser.person.prefix, month, code, pair)
            return
        if said or day.is_over:
            return  # somebody else's figure, or a rule: the page asks the person
        time.sleep(NOBODY_SAVES)


def _send(browser: Browser, day: Day, place: str) -> None:
    page = browser.ask("enviar: ver", f"{place}enviar/")
    if page is None or not page.ok or 'name="seen"' not in page.text:
        return
    day.pause(0.5)
    form = {"seen": inputs(page.text)["seen"], "act": "enviar-de-todos-modos"}
    answer = browser.ask("enviar", f"{place}enviar/", form)
    if answer is not None and answer.ok and "/papeles/" in answer.url:
        day.figures.count("submitted")


def director(browser: Browser, day: Day) -> None:
    """What waits, a month of it, and whatever has no alert validated; the dashboard in between."""
    while not day.is_over:
        browser.ask("por validar", f"/{day.year}/revision/")
        day.pause(0.5)
        for month in day.months:
            if day.is_over:
                return
            path = f"/{day.year}/revision/{browser.person.prefix}/{month}/"
            page = browser.ask("revisión", path)
            if page is None or not page.ok or "validar-todas" not in page.text:
                continue
            day.pause()
            seen = {name: value for name, value in inputs(page.text).items() if name.startswith("version-")}
            asked = browser.ask("validar: ver", path, {**seen, "act": "validar-todas"})
            if asked is None or not asked.ok or 'value="confirmar"' not in asked.text:
                continue
            day.pause(0.5)
            if _confirm(browser, path, asked.text):
                day.figures.count("validated")
        browser.ask("tablero", f"/{day.year}/tablero/?alcance=preliminar")
        day.pause()


def _confirm(browser: Browser, path: str, page: str) -> bool:
    form: dict[str, Any] = {name: value for name, value in inputs(page).items() if name != "csrfmiddlewaretoken"}
    form["selected"] = [name.removeprefix("version-") for name in form if name.startswith("version-")]
    answer = browser.ask("validar", path, {**form, "act": "confirmar"})
    return answer is not None and answer.ok


def paper(browser: Browser, path: str, *, until: float) -> None:
    """Until it is there, as a browser that looks again when the page says so."""
    while time.monotonic() < until:
        answer = browser.ask("papel", path, patience=300)
        if answer is not None and answer.status_code == 200 and "Refresh" not in answer.headers:
            return
        again = answer.headers.get("Refresh", "") if answer is not None else ""
        if "url=" in again:
            path = again.split("url=", 1)[1]
        time.sleep(int(answer.headers.get("Retry-After", 3)) if answer is not None else 3)


def kept(browser: Browser, day: Day) -> tuple[int, list[str]]:
    """How many figures that the server had acknowledged are there as they were saved, and those that are not."""
    found, lost = 0, []
    mine = {key: pair for key, pair in day.figures.acknowledged.items() if key[0] == browser.person.prefix}
    for month in sorted({month for _, month, _ in mine}):
        answer = browser.ask("comprobar", f"/{day.year}/captura/{browser.person.prefix}/{month}/filas/")
        stored = answer.json()["rows"] if answer is not None and answer.ok else {}
        for (prefix, of, code), pair in mine.items():
            if of != month:
                continue
            fields = stored.get(code, {}).get("fields", {})
            if (fields.get("numerator"), fields.get("denominator")) == pair:
                found += 1
            else:
                lost.append(f"{prefix} {of} {code}: {pair} ≠ {fields}")
    return found, lost
