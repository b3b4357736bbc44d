"""What every answer carries, the health check, the error pages and the fence around the demonstration."""

import errno
import gzip
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from accounts.models import Role
from pmd.middleware import GZipTextMiddleware, LoopbackOnlyMiddleware, is_loopback
from tests.factories import make_user, make_year
from tests.indicators.town import make_town

ROOT = Path(__file__).resolve().parents[2]
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/salud/", "/entrar/", "/admin/", "/no-existe/"])
def test_every_answer_carries_the_strict_policy(client: Client, address: str) -> None:
    response = client.get(address)
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/admin/", "/admin/accounts/user/", "/cuenta/"])
def test_nothing_else_is_open(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith(("/entrar/", "/admin/login/"))


@pytest.mark.django_db
def test_a_page_that_does_not_exist_says_so_in_spanish(client: Client) -> None:
    response = client.get("/no-existe/")
    assert response.status_code == 404
    assert "No existe esa página" in response.content.decode()


@pytest.mark.django_db
def test_a_form_from_elsewhere_is_refused_in_spanish() -> None:
    response = Client(enforce_csrf_checks=True).post("/entrar/", {"username": "ana", "password": "x"})
    assert response.status_code == 403
    assert "No se guardó lo que envió" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("number", [400, 403, 404, 405, 413, 500, 503])
def test_error_pages_need_no_request(number: int) -> None:
    """Django renders some of them with an empty context, when even the request could not be read."""
    page = render_to_string(f"{number}.html")
    assert "<h1>" in page and 'href="/"' in page
    assert "style=" not in page and "<style" not in page and "<script>" not in page


@pytest.mark.django_db
def test_the_page_of_a_failure_stands_when_all_else_fell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without sessions (no database) and without the manifest of static files it says what to do, under the policy."""

    def away(*args: object, **kwargs: object) -> Any:
        raise OperationalError("away")

    def unknown(self: object, name: str, force: bool = False) -> str:
        raise ValueError(f"Missing staticfiles manifest entry for '{name}'")

    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    monkeypatch.setattr(type(staticfiles_storage._wrapped), "url", unknown)
    response = client.get("/2016/tablero/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "Algo falló de nuestro lado" in page and "Lo guardado sigue guardado" in page
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY


def test_the_page_of_a_failure_asks_nothing_of_the_product() -> None:
    """No tag or variable that could fail in it; its only style sheet has a fixed address and exists."""
    page = (ROOT / "templates" / "500.html").read_text()
    assert "{%" not in page and re.findall(r"{{ *([^}]*?) *}}", page) == ["support_code"]
    sheets = re.findall(r'href="/static/([^"]+)"', page)
    assert sheets and all((ROOT / "static" / sheet).is_file() for sheet in sheets)
    assert settings.STATIC_URL == "/static/"


@pytest.mark.django_db
@pytest.mark.parametrize("field", [{"large": "x" * 2_700_000}, {f"field{n}": "" for n in range(20_000)}])
def test_a_form_that_is_too_large_says_so(field: dict[str, str]) -> None:
    body = urlencode(field)
    response = Client().post("/entrar/", body, content_type="application/x-www-form-urlencoded")
    page = response.content.decode()
    assert response.status_code == 413
    assert "Lo que envió es demasiado grande" in page and "no se guardó nada" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/bitacora/?texto=%00",
        "/bitacora.csv?texto=a%00",
        "/2016/catalogo/metas/?buscar=%00x",
        "/2016/programas/%00/",
        "/2016/programas/PRE-02%00.csv",
        "/2016/indicadores/A%00/",
        "/2016/explicacion/programa/%00/",
        "/2016/catalogo/metas/%00/",
        "/2016/catalogo/?q=%00",
        "/2016/tablero/?texto=%00",
    ],
)
def test_a_nul_in_an_address_is_refused_before_the_database_meets_it(client: Client, address: str) -> None:
    make_year()
    client.force_login(make_user("planner", Role.PLANNING), backend="accounts.backends.PersonBackend")
    response = client.get(address)
    assert response.status_code == 400 and "No se entendió la solicitud" in response.content.decode()
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY


@pytest.mark.django_db
def test_a_nul_in_a_cookie_counts_as_no_cookie(client: Client) -> None:
    for cookie in ('sessionid="\\000abcdefghijk"', 'messages="\\000"', 'csrftoken="\\000"'):
        response = client.get("/", headers={"cookie": cookie})
        assert (response.status_code, response["Location"]) == (302, "/entrar/?next=/")
        assert "\0" not in "".join(response.wsgi_request.COOKIES.values())


@pytest.mark.django_db
def test_an_address_of_a_button_says_so_when_it_is_opened(client: Client) -> None:
    """After the session ended, the button's own address is where the sign-in page leads."""
    client.force_login(make_user("planner", Role.PLANNING), backend="accounts.backends.PersonBackend")
    response = client.get("/2016/faltantes/recordar/")
    page = response.content.decode()
    assert response.status_code == 405 and response["Allow"] == "POST"
    assert "Aquí solo se llega con un botón" in page and "No se hizo ni se guardó nada" in page
    assert response["Content-Type"].startswith("text/html")
    assert "Aquí solo se llega" in client.post("/2016/tablero/").content.decode()
    assert client.head("/2016/faltantes/recordar/").content == b""


@pytest.mark.django_db
def test_a_request_that_cannot_be_read_is_still_a_bad_one() -> None:
    response = Client(headers={"host": "otro.example"}).get("/entrar/")
    assert response.status_code == 400
    assert "No se entendió la solicitud" in response.content.decode()


@pytest.mark.parametrize(
    "address, expected",
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.8", False),
        ("::ffff:10.0.0.8", False),
        ("", False),
        ("localhost", False),
    ],
)
def test_loopback(address: str, expected: bool) -> None:
    assert is_loopback(address) is expected


@pytest.mark.parametrize(
    "meta, status",
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "192.168.1.20"}, 403),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.168.1.20"}, 403),
        ({"REMOTE_ADDR": ""}, 403),
    ],
)
def test_the_demonstration_answers_this_machine_only(meta: dict[str, str], status: int) -> None:
    def inside(request: HttpRequest) -> HttpResponse:
        return HttpResponse("dentro")

    response = LoopbackOnlyMiddleware(inside)(RequestFactory().get("/", **meta))
    assert response.status_code == status


@pytest.mark.django_db
def test_pages_are_compressed_and_files_are_not(client: Client) -> None:
    page = client.get("/entrar/", headers={"accept-encoding": "gzip, br"})
    assert page["Content-Encoding"] == "gzip" and "Accept-Encoding" in page["Vary"]
    assert "Usuario" in gzip.decompress(page.content).decode()
    assert "Content-Encoding" not in client.get("/entrar/")


def test_what_is_compressed_by_its_own_format_is_sent_as_it_is(rf: RequestFactory) -> None:
    asked = rf.get("/", headers={"accept-encoding": "gzip"})
    for kind, encoded in (("application/pdf", False), ("image/png", False), ("text/csv", True)):
        answer = GZipTextMiddleware(lambda request, kind=kind: HttpResponse(b"x" * 9_000, content_type=kind))(asked)
        assert answer.has_header("Content-Encoding") is encoded, kind


def test_a_refusal_is_one_line_of_the_log_and_a_failure_is_told_whole(
    client: Client, db: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    client.force_login(make_user("nadie"))
    assert client.get("/").status_code == 403
    assert [record.exc_info for record in caplog.records if record.name == "django.request"] == [None]
    caplog.clear()

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("reports.home.views.home_page", broken)
    client.force_login(make_town().people["director"])
    assert client.get("/").status_code == 500
    assert [record.exc_info is None for record in caplog.records if record.name == "django.request"] == [False]


KEPT_NOWHERE = "private, no-store"
PRIVATE = [
    ("/", 200), ("/cuenta/", 200), ("/bitacora/", 200), ("/admin/", 200), ("/admin/indicators/measurement/", 200),
    ("/catalogo/personas/", 200), ("/2016/captura/", 302), ("/2016/captura/PRE/9/", 200), ("/2016/revision/", 200),
    ("/2016/tablero/", 200), ("/2016/tarjeta.pdf", 200), ("/2016/catalogo/exportar.csv", 200), ("/no-existe/", 404),
    ("/2016/captura/PRE/9/libro.xlsx", 200), ("/2016/indicadores/PRE-01-01/?formato=json", 200), ("/entrar/", 302),
]  # fmt: skip


@pytest.mark.parametrize(("address", "status"), PRIVATE)
def test_no_browser_keeps_what_stands_behind_the_sign_in(client: Client, db: None, address: str, status: int) -> None:
    client.force_login(make_town().people["planning"])
    response = client.get(address)
    assert (response.status_code, response["Cache-Control"]) == (status, KEPT_NOWHERE)


def test_no_browser_keeps_the_way_to_the_sign_in_nor_the_answer_to_a_form(client: Client, db: None) -> None:
    assert client.get("/bitacora/")["Cache-Control"] == KEPT_NOWHERE
    assert client.get("/entrar/")["Cache-Control"] == KEPT_NOWHERE
    client.force_login(make_town().people["planning"])
    assert client.post("/2016/captura/PRE/9/", {})["Cache-Control"] == KEPT_NOWHERE
    assert client.post("/salir/")["Cache-Control"] == KEPT_NOWHERE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No hay espacio en el disco del servidor"),
        (OSError(errno.EROFS, "Read-only file system"), "no puede escribir en su carpeta de archivos"),
        (OperationalError('could not extend file "base/1": No space left on device'), "No hay espacio en el disco"),
        (OperationalError("database or disk is full"), "No hay espacio en el disco"),
        (OperationalError("attempt to write a readonly database"), "No hay espacio en el disco"),
    ],
)
def test_a_full_disk_is_told_wherever_it_is_met(monkeypatch: pytest.MonkeyPatch, error: Exception, said: str) -> None:
    """An upload that is too large for memory waits in a file: it can meet a full disk before any view."""

    def refuse(*args: object, **kwargs: object) -> Any:
        raise error

    monkeypatch.setattr("django.http.request.HttpRequest._load_post_and_files", refuse)
    response = Client(raise_request_exception=False).post("/entrar/", {"username": "x"})
    page = response.content.decode()
    assert response.status_code == 503 and said in page and "Lo guardado sigue guardado" in page
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
