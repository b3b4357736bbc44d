"""Every way of writing a row, and what four witnesses say of it: the page, the form, the database and the trail.

``WAYS`` says for each way which row it writes, how, and what stands there in the end. The ways that need other pages
come first (``write_elsewhere``); those in the grid (``write_in_grid``) also work over a cut line or without a session.
"""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from playwright.sync_api import Page, TimeoutError, expect

from core.formats import plain_amount
from core.models import TrailEntry
from indicators.models import Measurement
from tests.indicators.capture_page import url
from tests.indicators.grid_page import cell, kept, paste, sign_in, status
from tests.indicators.town import Town, acts
from tests.indicators.workbook.month.book import made

Said = tuple[str, str, str, str]  # numerator, denominator, «sin actividad», justification
FIELDS = ("numerator", "denominator", "no_activity", "justification")
PATIENCE = 10  # seconds


@dataclass
class Visit:
    """One person in one tab, who may come back in another one."""

    page: Page
    town: Town
    server: Any
    posted: list[dict[str, list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        sign_in(self.page, self.town, self.server)
        self.listen()

    def listen(self) -> None:
        self.page.set_default_timeout(6_000)
        self.page.on("request", self._heard)
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _heard(self, request: Any) -> None:
        if request.method == "POST" and request.url.endswith(url()):
            self.posted.append(parse_qs(request.post_data or "", keep_blank_values=True))

    def row(self, number: int) -> Any:
        return self.page.locator(f"#fila-{code_of(number)}")

    def another_tab(self) -> None:
        self.page = self.page.context.new_page()
        self.listen()


def code_of(number: int) -> str:
    return f"PRE-01-{number + 1:02d}"


# --- Writing ---------------------------------------------------------------------------------------------------


def typing(visit: Visit, number: int) -> None:
    cell(visit.page, code_of(number)).fill("1,234.50")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.type("2000")
    visit.page.keyboard.press("Enter")


def justifying(visit: Visit, number: int) -> None:
    cell(visit.page, code_of(number)).press("F2")
    visit.page.keyboard.insert_text("No hubo\nsolicitudes")
    visit.page.get_by_label(f"Sin actividad (0/0) de {code_of(number)}").select_option("suspended")
    visit.page.keyboard.press("Escape")


def pressing(name: str) -> Callable[[Visit, int], None]:
    return lambda visit, number: visit.row(number).get_by_role("button", name=name).click()


def marking(visit: Visit, number: int) -> None:
    cell(visit.page, code_of(number)).press("Control+Space")
    visit.page.get_by_label("Las marcadas, sin actividad").select_option("not_scheduled")
    visit.page.get_by_role("button", name="Aplicar").press("Enter")
    cell(visit.page, code_of(number)).focus()


def clashing(visit: Visit, number: int) -> None:
    """Somebody else was faster; whoever writes chooses their own (see ``finish``)."""
    visit.town.save(visit.town.pair(1, 9, number), role="director")
    cell(visit.page, code_of(number)).fill("7")
    cell(visit.page, code_of(number), "Denominador").fill("8")
    visit.page.keyboard.press("Tab")


def pasting(visit: Visit, number: int) -> None:
    visit.page.goto(url())
    paste(visit.page, f"{code_of(number)}\t5\t6\n{code_of(number)}-x\t1\t1", code_of(number))
    visit.page.get_by_role("dialog").get_by_role("button", name="Guardar 1 fila").click()
    expect(visit.page.get_by_text("Se guardó lo que pegó")).to_be_visible()


def uploading(visit: Visit, number: int) -> None:
    visit.page.goto(f"{url()}subir/")
    book = made([[2016, 9, code_of(number), 0, 0, "sin demanda"]])
    file = {"name": "septiembre.xlsx", "mimeType": "application/octet-stream", "buffer": book}
    visit.page.locator("input[type=file]").set_input_files([file])
    visit.page.get_by_role("button", name="Ver qué cambia").click()
    visit.page.get_by_role("button", name="Guardar como borrador").click()
    expect(visit.page.get_by_text("Se guardó 1 indicador")).to_be_visible()


def recovering(visit: Visit, number: int) -> None:
    visit.page.goto(url())
    visit.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    cell(visit.page, code_of(number)).fill("3")
    cell(visit.page, code_of(number), "Denominador").fill("4")
    visit.page.keyboard.press("Tab")
    expect(status(visit.page, code_of(number))).to_contain_text("su sesión terminó")
    sign_in(visit.page, visit.town, visit.server)
    visit.page.goto(url())
    finish(visit)


WAYS: dict[str, tuple[Callable[[Visit, int], None], Said]] = {
    "typing": (typing, ("1234.5", "2000", "", "")),
    "F2": (justifying, ("0", "0", "suspended", "No hubo\nsolicitudes")),
    "sin demanda": (pressing("sin demanda"), ("0", "0", "no_demand", "")),
    "nada programado": (pressing("nada programado"), ("0", "0", "not_scheduled", "")),
    "suspendido": (pressing("suspendido"), ("0", "0", "suspended", "")),
    "marked": (marking, ("0", "0", "not_scheduled", "")),
    "conflict": (clashing, ("7", "8", "", "")),
    "paste": (pasting, ("5", "6", "", "")),
    "workbook": (uploading, ("0", "0", "no_demand", "")),
    "recovery": (recovering, ("3", "4", "", "")),
}
ELSEWHERE = ("workbook", "paste", "recovery")
NUMBERS = {way: number for number, way in enumerate(WAYS)}
AT_ONCE = len(WAYS)  # one more row: in it somebody is still typing when the page goes away
UNFINISHED: Said = ("12", "", "", "")


def write_elsewhere(visit: Visit) -> None:
    for way in ELSEWHERE:
        WAYS[way][0](visit, NUMBERS[way])


def write_in_grid(visit: Visit) -> None:
    for way, (write, _) in WAYS.items():
        if way not in ELSEWHERE:
            write(visit, NUMBERS[way])


def type_at_once(visit: Visit) -> None:
    cell(visit.page, code_of(AT_ONCE)).focus()
    visit.page.keyboard.type("12")


def finish(visit: Visit) -> None:
    """Take what is offered, choose one's own, and wait until the browser has nothing left to give to the server."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for name in (re.compile("Ponerlas? en sus casillas"), "Usar la mía"):
            button = visit.page.get_by_role("button", name=name).first
            if button.is_visible():
                with suppress(TimeoutError):  # it may have gone with the last press
                    button.click(timeout=500)
        if not kept(visit.page):
            return
        visit.page.wait_for_timeout(50)
    raise AssertionError(f"{kept(visit.page)} rows are still kept in the browser")


# --- The witnesses ---------------------------------------------------------------------------------------------


def shown(visit: Visit) -> dict[str, Said]:
    """What the cells of the page hold, once all of it is there."""
    visit.page.wait_for_load_state("domcontentloaded")
    found: dict[str, list[str]] = visit.page.evaluate(
        """(fields) => Object.fromEntries([...document.querySelectorAll('tbody[data-row]')].map((body) => [
          body.dataset.code, fields.map((name) => body.querySelector(`[name$="-${name}"]`).value)]))""",
        FIELDS,
    )
    return {code: _said(values) for code, values in found.items()}


def posted(visit: Visit) -> dict[str, Said]:
    """What the form took to the server the last time."""
    data = visit.posted[-1]
    codes = {str(indicator.pk): indicator.code for indicator in visit.town.indicators}
    return {
        codes[data[f"fila-{number}-indicator"][0]]: _said([data[f"fila-{number}-{name}"][0] for name in FIELDS])
        for number in range(int(data["fila-TOTAL_FORMS"][0]))
    }


def stored() -> dict[str, Said]:
    return {
        row.indicator.code: _said([getattr(row, name) for name in FIELDS])
        for row in Measurement.objects.select_related("indicator")
    }


def told() -> dict[str, Said]:
    """Where the trail leads to, told entry by entry."""
    found = {}
    for row in Measurement.objects.select_related("indicator"):
        values: dict[str, Any] = dict.fromkeys(FIELDS, "")
        for entry in acts(row):
            values |= {name: change[1] for name, change in entry.changes.items() if name in FIELDS}
        found[row.indicator.code] = _said([_amount(values[name], name) for name in FIELDS])
    return found


def entries() -> int:
    return TrailEntry.objects.filter(subject_type="indicators.measurement").count()


def _amount(value: Any, name: str) -> Any:
    return Decimal(value) if value and name in FIELDS[:2] else value


def _said(values: list[Any]) -> Said:
    plain = [plain_amount(value) if isinstance(value, Decimal) else str(value or "") for value in values]
    numerator, denominator, reason, words = ("\n".join(text.split("\r\n")) for text in plain)
    return numerator, denominator, reason, words
