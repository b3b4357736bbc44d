"""Who is answered at the data addresses, and what everybody else reads there: JSON, whatever goes wrong."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts import api_access
from accounts.acts import ApiTokenAct
from accounts.models import ApiToken, Membership, Role, User
from accounts.throttling import Limit
from core.models import TrailEntry
from tests.factories import make_user, signed_in
from tests.reports.api.asking import Asker, body_of, secret_of
from tests.reports.conftest import Town
from tests.support.declared import own_addresses

pytestmark = pytest.mark.django_db
YEARS = "ejercicios.json"


@pytest.fixture
def asker(town: Town) -> Asker:
    return Asker(town.people["reader"])


def refused(response: Any, status: int) -> str:
    assert response.status_code == status, body_of(response)
    assert response["Content-Type"] == "application/json" and list(response.json()) == ["error"]
    return str(response.json()["error"])


class TestWithoutAToken:
    @pytest.mark.parametrize("header", ["", "Basic YW5hOng=", "Bearer", "Token pmd_x", "pmd_" + "a" * 40, "bearerx y"])
    def test_is_told_what_to_send(self, header: str, town: Town) -> None:
        response = Client().get(f"/api/{YEARS}", headers={"Authorization": header} if header else {})
        assert "Authorization: Bearer" in refused(response, 401) or header == "Bearer"
        assert response["WWW-Authenticate"].startswith('Bearer realm="PMD"')

    @pytest.mark.parametrize(
        "secret", ["pmd_" + "a" * 40, "pmd_", "x" * 100_000, "ñandú ♥", "pmd_" + "a" * 41, "' OR 1=1 --", "a b c"]
    )
    def test_a_wrong_one_is_told_that_it_does_not_exist(self, secret: str, town: Town) -> None:
        response = Client().get(f"/api/{YEARS}", headers={"Authorization": f"Bearer {secret}"})
        assert "no existe" in refused(response, 401)
        assert 'error="invalid_token"' in response["WWW-Authenticate"]

    def test_no_address_leads_to_the_sign_in_page(self, town: Town) -> None:
        for address in ("", "nada", "2016/capturas.csv", "bitacora.json", "2016/resultados/plan.csv", "x/y/z.html"):
            refused(Client().get(f"/api/{address}"), 401)

    def test_ones_session_does_not_open_them_and_none_is_made(self, town: Town) -> None:
        client = signed_in(town.people["planning"])
        before = Session.objects.count()
        response = client.get(f"/api/{YEARS}")
        refused(response, 401)
        asked = Asker(town.people["reader"])
        answer = asked.get(YEARS)
        assert Session.objects.count() == before and not asked.client.cookies
        assert "Cookie" not in response.get("Vary", "") + answer.get("Vary", "")

    def test_a_token_in_the_address_is_none(self, town: Town) -> None:
        secret = secret_of(town.people["reader"])
        refused(Client().get(f"/api/{YEARS}?access_token={secret}"), 401)

    def test_the_description_is_open(self, client: Client) -> None:
        assert client.get("/api/openapi.json").json()["openapi"] == "3.1.0"


def expire(token: ApiToken) -> None:
    ApiToken.objects.filter(pk=token.pk).update(expires_on=timezone.localdate() - timedelta(days=1))


def revoke(token: ApiToken) -> None:
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())


def leave(token: ApiToken) -> None:
    User.objects.filter(pk=token.person_id).update(is_active=False)


def be_of_the_demonstration(token: ApiToken) -> None:
    User.objects.filter(pk=token.person_id).update(is_demo=True)


def end_terms(token: ApiToken) -> None:
    Membership.objects.filter(user=token.person_id).update(ends_on=date(2016, 1, 1))


class TestATokenThatEnded:
    @pytest.mark.parametrize(
        ("what", "status", "said"),
        [
            (expire, 401, "venció el"),
            (revoke, 401, "se revocó el"),
            (leave, 401, "ya no puede entrar"),
            (be_of_the_demonstration, 401, "ya no puede entrar"),
            (end_terms, 403, "no tiene hoy ninguna función"),
        ],
    )
    def test_says_why(
        self, what: Callable[[ApiToken], None], status: int, said: str, asker: Asker, settings: Settings
    ) -> None:
        settings.PMD_DEMO = False
        assert asker.get(YEARS).status_code == 200
        what(ApiToken.objects.get())
        assert said in refused(asker.get(YEARS), status)

    @pytest.mark.parametrize("what", [expire, revoke])
    def test_is_in_the_trail_the_first_time(self, what: Callable[[ApiToken], None], asker: Asker) -> None:
        what(ApiToken.objects.get())
        for _ in range(3):
            asker.get(YEARS)
        entry = TrailEntry.objects.get(action=ApiTokenAct.TRY_ENDED)
        assert entry.actor is None and entry.subject_id == ApiToken.objects.get().pk

    def test_on_its_last_day_it_still_reads(self, asker: Asker) -> None:
        ApiToken.objects.update(expires_on=timezone.localdate())
        assert asker.get(YEARS).status_code == 200


# role, address, status: as its pages
READ = [(role, address, 200) for role in Role for address in (YEARS, "2016/capturas.csv", "2016/resultados/plan.json")]
TRAILS = [(role, "bitacora.csv", 403 if role == Role.READER else 200) for role in Role]


@pytest.mark.parametrize(("role", "address", "status"), READ + TRAILS)
def test_each_role_reads_what_its_pages_show(role: Role, address: str, status: int, town: Town) -> None:
    response = Asker(town.people[role.value]).get(address)
    assert response.status_code == status
    if status == 403:
        assert refused(response, 403) == "Su función no lee la bitácora."


def test_a_role_that_changed_changes_what_is_read_at_once(town: Town) -> None:
    asker = Asker(town.people["comptroller"])
    assert asker.get("bitacora.csv").status_code == 200
    Membership.objects.filter(user=asker.user).update(role=Role.READER)
    assert asker.get("bitacora.csv").status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", [YEARS, "2016/capturas.csv", "nada"])
def test_nothing_is_written(method: str, address: str, asker: Asker) -> None:
    ask = getattr(Client(enforce_csrf_checks=True), method)
    response = ask(f"/api/{address}", headers={"Authorization": f"Bearer {asker.secret}"})
    assert "solo se leen" in refused(response, 405) and response["Allow"] == "GET, HEAD, OPTIONS"


def test_options_says_what_there_is_and_gives_nothing_to_other_sites(asker: Asker) -> None:
    response = Client().options("/api/2016/capturas.csv", headers={"Origin": "https://otro.example"})
    assert (response.status_code, response["Allow"]) == (204, "GET, HEAD, OPTIONS")
    for answer in (response, asker.get(YEARS, Origin="https://otro.example")):
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize("address", [YEARS, "2016/capturas.csv", "bitacora.json"])
def test_head_has_the_same_head_and_no_body(address: str, town: Town) -> None:
    asker = Asker(town.people["planning"])
    asked = asker.client.head(f"/api/{address}", headers={"Authorization": f"Bearer {asker.secret}"})
    got = asker.get(address)
    assert asked.status_code == 200 and body_of(asked) == b"" != body_of(got)
    same = ("Content-Type", "ETag", "Content-Disposition")
    assert [asked.get(name) for name in same] == [got.get(name) for name in same]


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("2016/capturas.csv?alcanse=todas", 400, "no tiene el parámetro «alcanse»"),
        ("2016/capturas.csv?alcance=todo", 400, "use oficial, preliminar, todas"),
        ("2016/capturas.csv?alcance=oficial&alcance=todas", 400, "una sola vez"),
        ("2016/capturas.csv?dependencia=ZZZ", 400, "no hay una dependencia «ZZZ»"),
        ("2016/resultados/plan.csv?mes=13", 400, "va de 1"),
        ("2016/resultados/plan.csv?mes=٩", 400, "va de 1"),
        ("2016/resultados/programas.csv?eje=0", 400, "no hay un eje «0»"),
        ("2016/resultados/programas.json?alcance=todas", 400, "oficial o preliminar"),
        ("2016/catalogo/metas.csv?mes=3", 400, "no tiene ninguno"),
        ("1999/capturas.csv", 404, "No existe el ejercicio 1999"),
        ("1999/resultados/ejes.csv", 404, "No existe el ejercicio 1999"),
        ("2016/capturas.xlsx", 404, "No existe la dirección /api/2016/capturas.xlsx"),
        ("2016/capturas", 404, "No existe la dirección"),
    ],
)
def test_what_does_not_exist_is_told(address: str, status: int, said: str, asker: Asker) -> None:
    assert said in refused(asker.get(address), status)


@pytest.mark.parametrize(
    ("query", "said"),
    [("quien=nadie", "Nadie se llama"), ("desde=ayer", "no es una fecha"), ("orden=x", "no tiene el parámetro")],
)
def test_what_the_trail_would_complain_of_is_refused(query: str, said: str, town: Town) -> None:
    assert said in refused(Asker(town.people["planning"]).get(f"bitacora.csv?{query}"), 400)


class TestThrottling:
    @pytest.fixture(autouse=True)
    def _low(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(api_access, "READING", Limit("persona", requests=3, seconds=60))
        monkeypatch.setattr(api_access, "WRONG", Limit("direccion", requests=2, seconds=900))

    def test_a_person_who_asks_too_often_waits_whatever_tokens_they_have(self, asker: Asker) -> None:
        for _ in range(3):
            asker.get(YEARS)
        response = asker.get(YEARS)
        assert "demasiadas peticiones" in refused(response, 429) and 1 <= int(response["Retry-After"]) <= 60
        asker.secret = secret_of(asker.user, name="otra")
        refused(asker.get(YEARS), 429)
        assert Asker(make_user("otro", Role.READER)).get(YEARS).status_code == 200

    def test_an_address_of_wrong_tokens_waits_and_keeps_nobody_else_out(self, asker: Asker) -> None:
        wrong = [Client().get(f"/api/{YEARS}", headers={"Authorization": "Bearer nada"}) for _ in range(3)]
        assert [response.status_code for response in wrong] == [401, 401, 429]
        assert 1 <= int(wrong[-1]["Retry-After"]) <= 900
        elsewhere = Client(REMOTE_ADDR="10.1.1.1")
        assert elsewhere.get(f"/api/{YEARS}", headers={"Authorization": "Bearer nada"}).status_code == 401
        assert asker.get(YEARS).status_code == 200  # a colleague at the same address
        assert signed_in(asker.user).get("/cuenta/").status_code == 200

    def test_who_brings_nothing_is_not_counted(self, town: Town) -> None:
        for _ in range(5):
            refused(Client().get(f"/api/{YEARS}"), 401)


def test_the_last_use_is_written_once_a_day(asker: Asker) -> None:
    def writes() -> int:
        with CaptureQueriesContext(connection) as queries:
            asker.get(YEARS)
        return sum('UPDATE "accounts_apitoken"' in query["sql"] for query in queries)

    assert (writes(), writes(), writes()) == (1, 0, 0)
    assert ApiToken.objects.get().last_used_on == timezone.localdate()


def test_a_failure_is_told_in_json(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("reports.api.catalogue.year_rows", fail)
    asker.client.raise_request_exception = False
    assert "Algo falló" in refused(asker.get(YEARS), 500)


@pytest.mark.parametrize("debug", [False, True])
def test_an_address_that_nobody_can_read_is_told_in_json(debug: bool, asker: Asker, settings: Settings) -> None:
    settings.DEBUG = debug
    many = "&".join(f"p{number}=" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    for address in ("x%00", f"{YEARS}?a=%00", "bitacora.json?texto=a%00b", "openapi.json?%00", f"{YEARS}?{many}"):
        assert "no se puede leer" in refused(asker.get(address), 400)


def test_every_address_below_api_takes_a_token(town: Town) -> None:
    """One that was added without its guard would lead to the sign-in page, or be open."""
    routes = [one for one in own_addresses() if one.route.startswith("/api/") and one.name != "reports:api_description"]
    assert len(routes) > 20
    for address in routes:
        refused(Client().get(address.at({"year": "2016", "rest": "x"})), 401)
