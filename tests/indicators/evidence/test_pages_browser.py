"""Evidence in a real browser: by the file chooser, by dragging, refused, cancelled, and shown beside its figure."""

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from indicators import services
from indicators.models import Evidence
from tests.indicators.sample_files import SVG, pdf, png, upload
from tests.indicators.town import Town, make_town
from tests.support.browser import bring_session
from tests.support.chromium import find_chromium

pytestmark = pytest.mark.django_db(transaction=True)
GRID, MONTH = "/2016/captura/PRE/9/", "/2016/captura/PRE/9/evidencia/"
DROP = """([selector, name, type, bytes, padding]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes), new Uint8Array(padding)], name, { type }));
  const target = document.querySelector(selector);
  for (const kind of ["dragenter", "dragover", "drop"])
    target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def town(page: Any, live_server: Any) -> Town:
    """The enlace has signed in."""
    made = make_town(3)
    bring_session(page.context, made.people["liaison"], live_server.url)
    return made


def drop(page: Any, selector: str, name: str, content: bytes, padding: int = 0) -> None:
    """Drag a file to the page; ``padding`` zero bytes are made there, because megabytes are slow to hand over."""
    page.evaluate(DROP, [selector, name, "application/octet-stream", list(content), padding])


def cell(page: Any, town: Town, number: int = 0) -> Any:
    return page.locator(f'.evidence-cell[data-evidence="{town.indicators[number].pk}"]')


def test_a_row_of_the_grid_takes_a_file_from_the_chooser(page: Any, town: Town, tmp_path: Path) -> None:
    (tmp_path / "acta.pdf").write_bytes(pdf())
    (tmp_path / "falsa.png").write_bytes(SVG)
    page.goto(GRID)
    numerator = page.locator("[name$=numerator]").first
    numerator.fill("7")
    with page.expect_file_chooser() as chooser:
        cell(page, town).get_by_text("Adjuntar evidencia").click()
    chooser.value.set_files([tmp_path / "acta.pdf", tmp_path / "falsa.png"])
    cell(page, town).get_by_text("Evidencia (1)").wait_for()
    cell(page, town).get_by_text("falsa.png: El archivo es un dibujo SVG").wait_for()
    assert numerator.input_value() == "7"  # what was typed is still there
    assert [file.name for file in Evidence.objects.all()] == ["acta.pdf"]
    cell(page, town).get_by_role("button", name="Quitar el aviso de falsa.png").click()
    assert cell(page, town).get_by_text("falsa.png").count() == 0


def test_a_row_of_the_grid_takes_a_file_that_is_dragged_to_it(page: Any, town: Town) -> None:
    page.goto(GRID)
    drop(page, "#fila-PRE-01-02", "lista.png", png())
    cell(page, town, 1).get_by_text("Evidencia (1)").wait_for()
    cell(page, town, 1).get_by_text("lista.png: guardado.").wait_for()
    assert Evidence.objects.get().measurements.get().indicator == town.indicators[1]
    drop(page, "h1", "perdida.png", png(90))  # beside the grid: nothing happens, the page stays
    assert page.url.endswith(GRID) and Evidence.objects.count() == 1


def test_one_file_for_several_indicators_is_dragged_to_the_page_of_the_month(page: Any, town: Town) -> None:
    page.goto(f"{MONTH}?indicador={town.indicators[0].pk}")
    page.get_by_label("PRE-01-03").check()
    drop(page, "[data-evidence-drop]", "acta.pdf", pdf())
    page.get_by_text("acta.pdf: guardado.").wait_for()
    page.get_by_text("Respalda septiembre: PRE-01-01, PRE-01-03").wait_for()
    drop(page, "[data-evidence-drop]", "enorme.pdf", b"%PDF-1.4", padding=11 * 2**20)
    page.get_by_text("enorme.pdf: pesa más de 10 MB").wait_for()


def test_a_lost_connection_is_told_and_retried(page: Any, town: Town) -> None:
    page.goto(MONTH)
    page.get_by_label("PRE-01-01").check()
    page.context.set_offline(True)
    drop(page, "[data-evidence-drop]", "acta.pdf", pdf())
    page.get_by_text("Se perdió la conexión").wait_for()
    page.context.set_offline(False)
    page.get_by_role("button", name="Reintentar acta.pdf").click()
    page.get_by_text("acta.pdf: guardado.").wait_for()


def test_an_upload_is_cancelled(page: Any, town: Town) -> None:
    page.goto(MONTH)
    page.get_by_label("PRE-01-01").check()
    page.route(f"**{MONTH}", lambda route: None)  # it never arrives
    drop(page, "[data-evidence-drop]", "acta.pdf", pdf())
    page.get_by_role("button", name="Cancelar acta.pdf").click()
    page.get_by_text("acta.pdf: cancelado; no se subió.").wait_for()
    page.unroute(f"**{MONTH}")
    assert not Evidence.objects.exists()


@pytest.fixture
def ended(page: Any, town: Town) -> None:
    """The page of the month's files, open since before the session ended, with a file that was refused for that."""
    page.goto(MONTH)
    page.get_by_label("PRE-01-01").check()
    page.context.clear_cookies()
    drop(page, "[data-evidence-drop]", "acta.pdf", pdf())
    page.get_by_text("Su sesión terminó").wait_for()


def sign_in_beside(page: Any, town: Town, role: str = "liaison") -> Any:
    """In another tab, as the line of the file says; the page with the file stays open."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Entrar en otra pestaña").press("Enter")
    beside = opened.value
    town.people[role].set_password("una clave larga")
    town.people[role].save()
    beside.get_by_label("Usuario").fill(town.people[role].get_username())
    beside.get_by_label("Contraseña").fill("una clave larga")
    beside.get_by_role("button", name="Entrar").click()
    beside.get_by_role("button", name="Salir").wait_for()
    return beside


def test_a_file_that_an_ended_session_refused_is_uploaded_after_signing_in(page: Any, town: Town, ended: None) -> None:
    page.get_by_role("button", name="Reintentar acta.pdf").press("Enter")
    page.get_by_text("acta.pdf: Su sesión terminó").wait_for()  # still nobody: it says so again
    sign_in_beside(page, town)
    page.bring_to_front()
    page.get_by_role("button", name="Reintentar acta.pdf").press("Enter")
    page.get_by_text("acta.pdf: guardado.").wait_for()
    assert Evidence.objects.get().name == "acta.pdf"


def test_a_file_goes_by_itself_when_the_person_comes_back_signed_in(page: Any, town: Town, ended: None) -> None:
    sign_in_beside(page, town)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("acta.pdf: guardado.").wait_for()


def test_a_file_does_not_go_in_somebody_elses_name(page: Any, town: Town, ended: None) -> None:
    sign_in_beside(page, town, "director")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("button", name="Reintentar acta.pdf").press("Enter")
    page.get_by_text("acta.pdf: Su sesión terminó").wait_for()
    assert not Evidence.objects.exists()


def test_a_page_older_than_the_session_uploads_all_the_same(page: Any, town: Town, live_server: Any) -> None:
    page.goto(MONTH)
    page.get_by_label("PRE-01-01").check()
    page.context.clear_cookies(name="csrftoken")  # as signing in anew in another tab does
    drop(page, "[data-evidence-drop]", "acta.pdf", pdf())
    page.get_by_text("acta.pdf: guardado.").wait_for()


def test_leaving_warns_of_a_file_that_was_not_taken(page: Any, town: Town, ended: None) -> None:
    warned: list[str] = []
    page.once("dialog", lambda dialog: (warned.append(dialog.type), dialog.accept()))
    page.goto("/entrar/")
    assert warned == ["beforeunload"]


def test_without_javascript_the_plain_form_does_the_same(browser: Any, town: Town, live_server: Any, page: Any) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(GRID)
    cell(plain, town).get_by_text("Adjuntar evidencia").click()
    assert plain.get_by_label("PRE-01-01").is_checked()
    plain.set_input_files("#archivo", {"name": "acta.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    plain.get_by_role("button", name="Subir archivo").click()
    plain.get_by_text("Se adjuntó «acta.pdf» a PRE-01-01.").wait_for()
    context.close()


def attach(town: Town, content: bytes, name: str) -> Evidence:
    return services.attach_evidence(
        access=town.access("liaison"),
        period=town.period(),
        indicator_ids=[town.indicators[0].pk],
        file=upload(content, name),
        name=name,
        now=timezone.now(),
    )


def test_a_picture_opens_beside_the_figure(page: Any, town: Town) -> None:
    picture = attach(town, png(width=800, height=600), "foto.png")
    page.goto(f"/evidencia/{picture.pk}/")
    assert page.evaluate("document.querySelector('.evidence-viewer img').naturalWidth") == 800


@pytest.fixture
def whole_page(
    page: Any, town: Town, browser_type: Any, browser_type_launch_args: Any, browser_context_args: Any
) -> Iterator[Any]:
    """A page of the whole browser, signed in: the headless shell has no viewer of PDF."""
    program = find_chromium() or browser_type_launch_args["executable_path"]
    browser = browser_type.launch(**{**browser_type_launch_args, "executable_path": program})
    context = browser.new_context(**browser_context_args)
    context.add_cookies(page.context.cookies())
    yield context.new_page()
    browser.close()


def test_a_pdf_opens_beside_the_figure(whole_page: Any, town: Town) -> None:
    page = whole_page
    paper = attach(town, pdf(), "acta.pdf")
    page.goto(f"/evidencia/{paper.pk}/")
    # Chromium's viewer has a dark ground; a frame that it refuses is light grey, one without a document white.
    deadline = time.monotonic() + 6
    while _ground_of(page.locator("iframe")) > 80:
        assert time.monotonic() < deadline, "The frame does not show the PDF"
        page.wait_for_timeout(200)


def _ground_of(frame: Any) -> int:
    """How light the lower part of a frame is, from 0 to 255."""
    picture = Image.open(io.BytesIO(frame.screenshot())).convert("L")
    light: int = picture.getpixel((picture.width // 2, picture.height - 20))
    return light


@pytest.mark.parametrize("width, height", [(1366, 768), (390, 844)])
def test_the_pages_fit_a_desk_and_a_pocket(page: Any, town: Town, width: int, height: int) -> None:
    evidence = attach(town, pdf(), "un nombre de archivo bastante largo que alguien escribió sin cuidado.pdf")
    page.set_viewport_size({"width": width, "height": height})
    for url in (MONTH, f"/evidencia/{evidence.pk}/", GRID):
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), url
