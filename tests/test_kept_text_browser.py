"""What is typed in a form is not lost: for each form, every way of losing it that a person meets."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Dialog, Page, expect

from accounts.models import Role, User
from indicators import services
from indicators.models import Commitment
from programs.models import Department
from tests.catalog.browser import sign_in
from tests.factories import NOW, make_user
from tests.indicators.town import Town, make_town
from tests.kept_text_places import PLACES, WORDS, Place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PASSWORD = "la-de-las-pruebas-9"
RECOVERED = "Recuperamos lo que había escrito."
BEGUN = "Aquí quedó algo escrito sin guardar"


@pytest.fixture
def town() -> Town:
    """A red figure that waits for review, and a validated one."""
    made = make_town(2)
    made.save(made.pair(1, 4), made.pair(4, 4, 1))
    made.submit()
    seen = {made.row(1).pk: made.row(1).version}
    services.validate(access=made.access("director"), seen=seen, now=NOW)
    for person in made.people.values():
        person.set_password(PASSWORD)
        person.save()
    return made


class Desk:
    """A page with one person at it, who may be asked before leaving."""

    def __init__(self, page: Page, town: Town, live_server: Any) -> None:
        self.page, self.town, self.live_server = page, town, live_server
        self.asked: list[str] = []
        self.stays = False
        page.on("dialog", self._answer)

    def _answer(self, dialog: Dialog) -> None:
        self.asked.append(dialog.type)
        (dialog.dismiss if self.stays else dialog.accept)()

    def at(self, who: str | User) -> "Desk":
        sign_in(self.page, self.town.people[who] if isinstance(who, str) else who, self.live_server)
        return self

    def address(self, place: Place) -> str:
        return place.address.format(director=self.town.people["director"].pk)

    def open(self, place: Place) -> None:
        self.page.goto(self.address(place))

    def cell(self, name: str) -> Any:
        return self.page.locator(f'main [name="{name.format(row=self.town.row().pk)}"]:not([type=hidden])').first

    def type(self, values: dict[str, str]) -> None:
        for name, value in values.items():
            found = self.cell(name)
            if found.evaluate("field => field.matches('select')"):
                found.select_option(value)
            else:
                # A closed part of a form opens by hand.
                found.evaluate("field => { if (field.closest('details')) field.closest('details').open = true; }")
                found.fill(value)

    def holds(self, values: dict[str, str]) -> None:
        for name, value in values.items():
            expect(self.cell(name)).to_have_value(value)

    def press(self, button: str) -> None:
        self.page.locator("main").get_by_role("button", name=button, exact=True).first.click()

    def end_session(self) -> None:
        Session.objects.all().delete()

    def sign_in(self, who: str) -> None:
        self.page.locator("[name=username]").fill(who)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.get_by_role("button", name="Entrar", exact=True).click()
        self.page.wait_for_url(lambda url: "/entrar/" not in url)

    def kept(self) -> list[str]:
        return list(self.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('pmd:texto:'))"))


@pytest.fixture
def desk(page: Page, town: Town, live_server: Any) -> Desk:
    return Desk(page, town, live_server)


@pytest.mark.parametrize("name", PLACES)
def test_leaving_asks_first(desk: Desk, name: str) -> None:
    place = PLACES[name]
    desk.at(place.who).open(place)
    desk.stays = True
    desk.page.locator('a[href="/"]').first.click()
    desk.page.wait_for_url("**/")
    assert desk.asked == []  # nothing was typed
    desk.open(place)
    desk.type(place.typed)
    desk.page.locator('a[href="/"]').first.click()
    assert desk.asked == ["beforeunload"]
    desk.holds(place.typed)


@pytest.mark.parametrize("name", PLACES)
def test_after_an_ended_session_it_stands_in_the_form(desk: Desk, name: str) -> None:
    place = PLACES[name]
    desk.at(place.who).open(place)
    desk.type(place.typed)
    desk.end_session()
    desk.press(place.button)
    expect(desk.page.get_by_text("Su sesión terminó")).to_be_visible()
    desk.sign_in(place.who)
    assert desk.page.url == f"{desk.live_server.url}{desk.address(place)}"
    expect(desk.page.get_by_text(f"{RECOVERED} Su sesión terminó")).to_be_visible()
    desk.holds(place.typed)
    desk.page.go_back()
    desk.holds(place.typed)  # by one «Back», not by two
    assert desk.asked == ["beforeunload"]


@pytest.mark.parametrize("name", PLACES)
def test_after_a_lost_line_it_stands_in_the_form(desk: Desk, name: str) -> None:
    place = PLACES[name]
    desk.at(place.who).open(place)
    desk.type(place.typed)
    desk.page.context.set_offline(True)
    desk.press(place.button)
    desk.page.wait_for_url("chrome-error://**")
    desk.page.context.set_offline(False)
    desk.open(place)
    expect(desk.page.get_by_text(f"{RECOVERED} Se envió y no llegó respuesta")).to_be_visible()
    desk.holds(place.typed)


@pytest.mark.parametrize("name", PLACES)
def test_back_to_a_form_that_came_back_with_an_error_shows_it(desk: Desk, name: str) -> None:
    place = PLACES[name]
    desk.at(place.who).open(place)
    desk.type(place.typed | place.also)
    desk.press(place.button)
    expect(
        desk.page.locator("main .is-invalid, main .field-error, main .alert-danger, main .errornote").first
    ).to_be_visible()
    desk.holds(place.typed)
    desk.page.locator('a[href="/"]').first.click()
    desk.page.wait_for_url("**/")
    assert desk.asked == ["beforeunload"]  # it was sent and not taken
    desk.page.go_back()
    expect(desk.page.get_by_text(f"{RECOVERED} Todavía no se guarda.")).to_be_visible()
    desk.holds(place.typed | place.also)
    desk.page.go_back()
    desk.holds(place.typed | place.also)
    desk.page.reload()
    desk.holds(place.typed | place.also)


def _commit(desk: Desk) -> None:
    desk.at("liaison").open(PLACES["commitment"])
    desk.type({**PLACES["commitment"].typed, "committed_on": (date.today() + timedelta(days=30)).isoformat()})
    desk.press("Guardar")
    expect(desk.page.get_by_text("Se guardó el compromiso")).to_be_visible()


def _add_department(desk: Desk) -> None:
    desk.at("planning").open(PLACES["department"])
    desk.type({"name": "Obras Públicas"})
    desk.press("Agregar")
    expect(desk.page.get_by_text("Escriba el prefijo.")).to_be_visible()
    desk.type({"prefix": "OBR"})
    desk.press("Agregar")
    desk.page.wait_for_url("**/dependencias/OBR/")
    assert Department.objects.filter(prefix="OBR").exists()


def _change_thresholds(desk: Desk) -> None:
    """In two steps: the second page holds in hidden fields what was typed in the first."""
    desk.at("planning").open(PLACES["thresholds"])
    desk.type({"green_from": "95", "reason": WORDS})
    desk.press("Ver qué cambia")
    expect(desk.page.get_by_role("heading", name="Qué cambiaría")).to_be_visible()
    assert desk.kept()
    desk.press("Cambiar los umbrales")
    expect(desk.page.get_by_text("Se cambiaron los umbrales de 2016.")).to_be_visible()


@pytest.mark.parametrize("act", [_commit, _add_department, _change_thresholds], ids=lambda act: act.__name__)
def test_what_the_server_took_is_not_offered(desk: Desk, act: Callable[[Desk], None]) -> None:
    act(desk)
    assert desk.asked == [] and desk.kept() == []
    for place in PLACES.values():
        if place.who in ("liaison", "planning"):
            desk.at(place.who).open(place)
            expect(desk.page.locator(".kept-text")).to_have_count(0)


def test_the_second_step_leads_back_to_what_was_typed(desk: Desk) -> None:
    desk.at("planning").open(PLACES["thresholds"])
    desk.type({"green_from": "95", "reason": WORDS})
    desk.press("Ver qué cambia")
    desk.press("Cambiar lo escrito")
    desk.holds({"green_from": "95", "reason": WORDS})
    desk.press("Ver qué cambia")
    desk.page.wait_for_load_state()
    desk.page.reload()
    desk.holds({"green_from": "95", "reason": WORDS})
    desk.open(PLACES["thresholds"])
    assert desk.asked == ["beforeunload"]


def test_another_person_at_the_machine_sees_nothing_of_it(desk: Desk) -> None:
    place = PLACES["thresholds"]
    desk.at("planning").open(place)
    desk.type(place.typed)
    desk.end_session()
    desk.press(place.button)
    other = make_user("otra", Role.PLANNING)
    other.set_password(PASSWORD)
    other.save()
    desk.sign_in("otra")
    expect(desk.page.get_by_role("button", name=place.button)).to_be_visible()
    expect(desk.page.locator(".kept-text")).to_have_count(0)
    desk.holds({"reason": ""})
    desk.at("planning").open(place)
    desk.holds(place.typed)


def test_no_password_is_kept(desk: Desk) -> None:
    desk.at("planning").page.goto("/cuenta/contrasena/")
    for box in desk.page.locator("main input[type=password]").all():
        box.fill("secreto-que-no-queda")
    desk.page.wait_for_timeout(400)
    desk.page.goto("/")
    stored = desk.page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    assert "secreto" not in stored and desk.kept() == []


def test_what_was_left_on_purpose_is_offered_and_not_put_in(desk: Desk) -> None:
    place = PLACES["department"]
    desk.at("planning").open(place)
    desk.type(place.typed)
    desk.page.get_by_role("link", name="Cancelar").click()
    desk.page.wait_for_url("**/dependencias/")
    desk.open(place)
    box = desk.page.locator(".kept-text")
    expect(box).to_contain_text(BEGUN)
    expect(box).to_contain_text("Obras Públicas")
    desk.holds({"name": ""})
    desk.type({"number": "7"})
    desk.page.wait_for_timeout(400)
    desk.press("Ponerlo en el formulario")
    desk.holds({"name": "Obras Públicas", "number": "7"})
    desk.page.locator(".kept-text").get_by_role("button", name="Descartar").click()
    desk.holds({"name": "", "number": ""})
    assert desk.kept() == []
    desk.asked.clear()
    desk.page.goto("/")
    assert desk.asked == []


def test_a_value_put_back_by_hand_asks_nothing(desk: Desk) -> None:
    desk.at("planning").open(PLACES["programme"])
    before = desk.cell("name").input_value()
    desk.type({"name": "Otro"})
    desk.type({"name": before})
    desk.page.goto("/")
    assert desk.asked == [] and desk.kept() == []


def test_what_a_colleague_changed_meanwhile_is_not_overwritten_unasked(desk: Desk) -> None:
    place = PLACES["person"]
    desk.at("planning").open(place)
    desk.type({"first_name": "Ana María", "email": "ana@municipio.gob.mx"})
    desk.end_session()
    desk.press("Guardar")
    User.objects.filter(pk=desk.town.people["director"].pk).update(first_name="Mariana")
    desk.sign_in("planning")
    desk.holds({"first_name": "Mariana", "email": "ana@municipio.gob.mx"})
    box = desk.page.locator(".kept-text")
    expect(box).to_contain_text("cambió mientras tanto y ahora dice «Mariana». Usted había escrito: «Ana María».")
    box.get_by_role("button", name="Poner lo mío").click()
    desk.holds({"first_name": "Ana María"})


def test_what_has_no_field_any_more_can_still_be_read(desk: Desk) -> None:
    place = PLACES["review of one"]
    desk.at("director").open(place)
    desk.type(place.typed)
    desk.end_session()
    desk.press("Guardar el compromiso de PRE-01-01")
    desk.town.commit()
    desk.sign_in("director")
    expect(desk.page.locator(".kept-text")).to_contain_text(
        f"ya no está en esta página. Usted había escrito: «{WORDS}»."
    )


def test_a_page_older_than_the_session_leads_back_to_the_text(desk: Desk) -> None:
    place = PLACES["commitment"]
    desk.at("liaison").open(place)
    desk.type(place.typed)
    desk.page.context.clear_cookies(name="csrftoken")
    desk.press("Guardar")
    expect(desk.page.get_by_role("heading", name="Falta un paso para guardar")).to_be_visible()
    desk.page.get_by_role("link", name="Volver al formulario con lo escrito").click()
    desk.holds(place.typed)
    desk.page.context.clear_cookies(name="csrftoken")
    desk.press("Guardar")
    desk.page.get_by_role("link", name="Descartarlo y volver").click()
    desk.holds(dict.fromkeys(place.typed, ""))
    assert desk.kept() == [] and Commitment.objects.count() == 0


def test_a_file_is_said_to_be_chosen_again(desk: Desk, tmp_path: Any) -> None:
    paper = tmp_path / "oficio.pdf"
    paper.write_bytes(b"%PDF-1.4")
    place = PLACES["extension"]
    desk.at("planning").open(place)
    desk.cell("file").set_input_files(str(paper))
    desk.type(place.typed)
    desk.page.goto("/")
    assert desk.asked == ["beforeunload"]
    desk.open(place)
    expect(desk.page.locator(".kept-text")).to_contain_text("El archivo no se conserva: elíjalo otra vez.")


def test_boxes_marked_all_at_once_come_back(desk: Desk) -> None:
    desk.at("planning").page.goto("/2016/catalogo/siguiente/")
    box = desk.page.locator('[name="program"]').first
    marked = box.is_checked()
    box.set_checked(not marked)
    desk.page.reload()
    assert box.is_checked() is not marked
    expect(desk.page.get_by_text(RECOVERED)).to_be_visible()
    assert desk.asked == ["beforeunload"]


def test_reviewing_figures_by_their_boxes_holds_nobody_back(desk: Desk) -> None:
    desk.at("director").open(PLACES["review"])
    desk.page.locator('[name="selected"]').first.check()
    desk.page.goto("/")
    assert desk.asked == []
    desk.page.go_back()
    expect(desk.page.locator('[name="selected"]').first).to_be_checked()


def test_without_storage_leaving_still_asks(desk: Desk) -> None:
    desk.page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) "
        "Object.defineProperty(window, name, { get() { throw new Error('no'); } });"
    )
    desk.at("planning").open(PLACES["department"])
    desk.type({"name": "Obras Públicas"})
    desk.stays = True
    desk.page.locator('a[href="/"]').first.click()
    assert desk.asked == ["beforeunload"]


def test_what_is_kept_says_of_which_page_it_is(desk: Desk) -> None:
    """For whoever lists what this person left unsaved."""
    desk.at("planning").open(PLACES["department"])
    desk.type({"name": "Obras Públicas"})
    desk.page.wait_for_timeout(400)
    [key] = desk.kept()
    entry = json.loads(desk.page.evaluate("(key) => localStorage.getItem(key)", key))
    assert key.startswith(f"pmd:texto:{desk.town.people['planning'].pk}:")
    assert entry["page"] == "/catalogo/dependencias/nueva/" and "Agregar una dependencia" in entry["title"]


def leave_written(desk: Desk) -> None:
    """In a form of planning, left on purpose."""
    desk.at("planning").open(PLACES["department"])
    desk.type({"name": "Obras Públicas"})
    desk.page.goto("/cuenta/")
    assert desk.asked == ["beforeunload"]
    desk.asked.clear()


def press_sign_out(desk: Desk) -> Any:
    desk.page.get_by_role("button", name="Salir", exact=True).press("Enter")
    return desk.page.get_by_role("dialog", name="Antes de salir")


def test_signing_out_names_what_was_written_and_leaves_it_for_the_same_person(desk: Desk) -> None:
    leave_written(desk)
    asked = press_sign_out(desk)
    expect(asked).to_contain_text("Antes de salir: queda 1 formulario sin guardar")
    expect(asked).to_contain_text("Agregar una dependencia: Nombre: «Obras Públicas»")
    expect(asked.get_by_role("link", name="Ir a guardarlo")).to_be_focused()
    asked.get_by_role("button", name="Salir y dejarlo en este equipo").press("Enter")
    expect(desk.page.get_by_text("Cerró su sesión.")).to_be_visible()
    desk.at("director").page.goto("/")
    desk.page.wait_for_load_state("networkidle")
    expect(desk.page.get_by_text("Obras Públicas")).to_have_count(0)
    desk.page.get_by_role("button", name="Salir", exact=True).click()  # nothing of theirs: one press
    expect(desk.page.get_by_text("Cerró su sesión.")).to_be_visible()
    desk.at("planning").page.goto("/")
    expect(desk.page.locator("[data-kept]")).to_contain_text("Queda 1 formulario sin enviar en este equipo")
    expect(desk.page.locator("[data-kept]")).to_contain_text("Nombre: «Obras Públicas»")
    expect(desk.page.locator(".kept-mark a")).to_have_text("1 sin guardar")
    desk.page.locator("[data-kept]").get_by_role("link", name="Agregar una dependencia").click()
    desk.page.get_by_role("button", name="Ponerlo en el formulario").click()
    desk.holds({"name": "Obras Públicas"})
    assert desk.asked == []


def test_signing_out_from_the_form_leads_back_to_it_or_erases_it(desk: Desk) -> None:
    desk.at("planning").open(PLACES["department"])
    desk.type({"name": "Obras Públicas"})
    asked = press_sign_out(desk)
    asked.get_by_role("link", name="Ir a guardarlo").press("Enter")
    expect(asked).to_have_count(0)
    expect(desk.cell("name")).to_be_focused()
    asked = press_sign_out(desk)
    asked.get_by_role("button", name="Salir y borrarlo").click()
    expect(desk.page.get_by_text("Cerró su sesión.")).to_be_visible()
    assert desk.kept() == [] and desk.asked == []


def test_the_first_page_discards_what_is_not_wanted_any_more(desk: Desk) -> None:
    leave_written(desk)
    desk.page.goto("/")
    desk.page.get_by_role("button", name="Descartarlo").press("Enter")
    expect(desk.page.get_by_text("Obras Públicas")).to_have_count(0)
    expect(desk.page.locator(".kept-mark")).to_have_count(0)
    assert desk.kept() == []


def test_marks_of_a_review_are_not_named(desk: Desk) -> None:
    desk.at("director").open(PLACES["review"])
    desk.cell("selected").check()
    desk.page.goto("/")
    desk.page.wait_for_load_state("networkidle")
    expect(desk.page.locator(".kept-mark")).to_have_count(0)
    press_sign_out(desk)
    expect(desk.page.get_by_text("Cerró su sesión.")).to_be_visible()
    assert desk.asked == []
