"""The month of a department with forty indicators, from the paste to the mayor's number, without the mouse.

Only ``page.keyboard`` works the pages; what the keyboard cannot do here is choosing the file in the system's window.
The browser test tells it on a quick line, the benchmark on a slow one through the server of production.
"""

import re
from datetime import date
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from accounts.models import Role
from indicators.models import Measurement, State
from tests.factories import make_department, make_indicator, make_measurement, make_program, make_user, make_year
from tests.indicators.sample_files import pdf

PASSWORD = "una-clave-de-prueba-2016"
EXPLAINED, EVIDENCED, RETURNED = 7, 12, 5  # places in the list of indicators
HOPS = 400  # more than the places of any page that Tab stops at


def make_month() -> list[str]:
    """Forty indicators in two programmes, of which one asks for evidence; August is validated. Gives their codes."""
    department = make_department()
    for username, role in (("enlace", Role.LIAISON), ("directora", Role.DIRECTOR)):
        make_user(username, role, department, password=PASSWORD)
    year = make_year()
    programs = [make_program(year, "PRE-01"), make_program(year, "PRE-02")]
    made = [
        make_indicator(programs[place // 20], requires_evidence=place == EVIDENCED, frequency=1) for place in range(40)
    ]
    for indicator in made:
        make_measurement(indicator, 8, 9, 10)
    return [indicator.code for indicator in made]


class Keyboard:
    """What a person without a mouse does."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, page.keyboard

    def reach(self, target: Locator, key: str = "Tab") -> None:
        """Go on with one key until the target has the focus."""
        expect(target).to_be_visible()
        handle = target.element_handle()
        for _ in range(HOPS):
            if handle.evaluate("(element) => element === document.activeElement"):
                return
            self.keys.press(key)
        raise AssertionError(f"{key} does not reach {target}")

    def press(self, target: Locator, key: str = "Enter", by: str = "Tab") -> None:
        self.reach(target, by)
        self.keys.press(key)

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.keys.press("Control+A")
        self.keys.insert_text(text)

    def button(self, name: str, by: str = "Tab") -> None:
        self.press(self.page.get_by_role("button", name=re.compile(name)), by=by)

    def link(self, name: str) -> None:
        self.press(self.page.get_by_role("link", name=re.compile(name)).first)

    def sign_in(self, username: str) -> None:
        """The name's field has the focus already."""
        self.page.goto("/entrar/")
        self.write(self.page.get_by_label("Usuario"), username)
        self.write(self.page.locator("input[name=password]"), PASSWORD)
        self.keys.press("Enter")
        expect(self.page.get_by_role("button", name="Salir")).to_be_visible()

    def sign_out(self, by: str = "Tab") -> None:
        self.button("^Salir$", by=by)
        expect(self.page.get_by_label("Usuario")).to_be_visible()


def tell(page: Page, codes: list[str], folder: Path) -> None:
    """The whole story, each of its steps waited for. ``folder`` is where the evidence lies."""
    person = Keyboard(page)
    person.sign_in("enlace")
    _capture(person, page, codes, folder)
    _send(person, page, "40")
    assert _states() == {State.SUBMITTED}
    person.sign_out()

    person.sign_in("directora")
    _return(person, page, codes[RETURNED])
    person.sign_out(by="Shift+Tab")

    person.sign_in("enlace")
    _correct(person, page, codes[RETURNED])
    _send(person, page, "1")
    person.sign_out()

    person.sign_in("directora")
    _validate(person, page, codes[EXPLAINED])
    assert _states() == {State.VALIDATED}
    person.link("^Tablero")
    # Two months of each: 19 / 20 but for 23 / 20 (explained) and 18 / 20 (corrected), both in PRE-01.
    # PRE-01 (18 × 95 + 115 + 90) / 20 = 95.75; PRE-02 95; their mean 95.375
    expect(page.get_by_role("main")).to_contain_text("95.75 %")
    expect(page.get_by_role("main")).to_contain_text("95.38 %")


def _states() -> set[str]:
    return set(Measurement.objects.filter(month=9).values_list("state", flat=True))


def _cell(page: Page, code: str, side: str = "Numerador") -> Locator:
    return page.get_by_label(f"{side} de {code}", exact=True)


def _status(page: Page, code: str) -> Locator:
    return page.locator(f"#fila-{code} [data-status]")


def _copy(page: Page, text: str) -> None:
    """What copying in Excel leaves behind, for Ctrl-V to find."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)


def _capture(person: Keyboard, page: Page, codes: list[str], folder: Path) -> None:
    """One paste, one justification, one evidence; in between the panel says what is missing."""
    person.link("Capturar Septiembre")
    expect(_cell(page, codes[0])).to_be_visible()
    _copy(page, "\n".join(f"{14 if place == EXPLAINED else 10}\t10" for place in range(len(codes))))
    person.reach(_cell(page, codes[0]))
    page.keyboard.press("Control+V")
    expect(page.get_by_role("dialog")).to_contain_text("no trae claves")
    person.button("^Guardar 40 filas")
    expect(page.get_by_text("Se guardó lo que pegó en 40 indicadores")).to_be_visible()

    person.button("^Revisar y enviar", by="Shift+Tab")
    expect(page.get_by_text("Faltan 2 de 40")).to_be_visible()
    person.link(codes[EXPLAINED])
    person.reach(_cell(page, codes[EXPLAINED]))
    page.keyboard.press("F2")
    page.keyboard.insert_text("Se atendió el rezago de agosto")
    page.keyboard.press("F2")
    expect(_status(page, codes[EXPLAINED])).to_contain_text("guardado")

    (folder / "acta.pdf").write_bytes(pdf())
    with page.expect_file_chooser() as chooser:
        person.reach(_cell(page, codes[EVIDENCED]), "ArrowDown")
        page.keyboard.press("Alt+a")
    chooser.value.set_files(folder / "acta.pdf")
    expect(page.locator(f"#fila-{codes[EVIDENCED]}")).to_contain_text("Evidencia (1)")


def _send(person: Keyboard, page: Page, figures: str) -> None:
    """Through the panel of what changes, on to the acuse."""
    person.button("^Revisar y enviar")
    expect(page.get_by_text("Qué cambia al enviar")).to_be_visible()
    person.button(f"^Enviar {figures} ")
    expect(page.get_by_text(re.compile("^Folio"))).to_be_visible()


def _return(person: Keyboard, page: Page, code: str) -> None:
    person.link("Revisar Septiembre")
    person.reach(page.get_by_label(f"Seleccionar {code}"), "ArrowDown")
    person.press(page.locator(f'summary[aria-label="Devolver {code}"]'))
    person.write(page.get_by_label(f"Qué hay que corregir en {code}"), "El acta dice 9 y no 10")
    person.button(f"^Devolver {code} con la observación")
    expect(page.get_by_text("Se devolvió 1.")).to_be_visible()


def _correct(person: Keyboard, page: Page, code: str) -> None:
    """The observation is beside the cell."""
    person.link("Corregir Septiembre")
    expect(page.locator(f"#fila-{code}")).to_contain_text("El acta dice 9 y no 10")
    person.write(_cell(page, code), "9")
    page.keyboard.press("Tab")
    expect(_status(page, code)).to_contain_text("guardado")


def _validate(person: Keyboard, page: Page, over: str) -> None:
    """All that raise no flag; then the one that is over, which says why and until when."""
    person.link("Revisar Septiembre")
    person.button("^Validar todas sin alertas", by="Shift+Tab")
    person.button("^Validar 39 cifras")
    expect(page.get_by_text("Se validaron 39.")).to_be_visible()
    row = page.locator(f"#fila-{over}")
    person.write(row.get_by_label("Causa"), "Se atendió el rezago de agosto")
    person.write(row.get_by_label("Acción"), "Repartir las solicitudes por semana")
    person.reach(row.get_by_label("Fecha compromiso"))
    page.keyboard.type(f"1212{date.today().year + 1}")  # day and month alike: their order is the browser's language
    person.button(f"^Validar {over}", by="Shift+Tab")
    person.button("^Validar 1 cifra")
    expect(page.get_by_text("Se validó 1.")).to_be_visible()
