"""gunicorn itself: whose headers are believed, the log that it and the product write, and the health pages."""

import runpy
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.pmd.test_settings import ROOT
from tests.support.served import Served, served

FORGED = {
    "X_Forwarded_For": "10.9.9.9", "X_Forwarded_Proto": "https", "X_Forwarded_Ssl": "on",
    "X_Forwarded_Protocol": "ssl", "X_Forwarded_Host": "malo.example", "X_Real_IP": "10.9.9.9",
    "Forwarded": "for=10.9.9.9;proto=https;host=malo.example", "X_Request_ID": "traido-por-alguien",
}  # fmt: skip
TOKEN = "cabc12-0123456789abcdef0123456789abcdef"

OWN_SCORE = Path("/proc/self/oom_score_adj")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("alone"), PMD_PROXY_COUNT="0") as one:
        yield one


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    site = "https://pmd.durango.gob.mx:8443"
    with served(tmp_path_factory.mktemp("behind"), PMD_PROXY_COUNT="1", PMD_SITE_URL=site) as one:
        yield one


def line_of(one: Served, code: str) -> dict[str, object]:
    (line,) = [line for line in one.lines_of(code) if line["logger"] == "gunicorn.access"]
    return line


def test_without_a_proxy_no_header_says_who_asks_and_how(alone: Served) -> None:
    status, headers, _ = alone.get("/entrar/", **FORGED)
    # Not taken for TLS, so that it is led there, under our own name.
    assert (status, headers["location"]) == (301, "https://pmd.durango.gob.mx/entrar/")
    assert headers["x-request-id"] != FORGED["X_Request_ID"] and len(headers["x-request-id"]) == 12
    assert line_of(alone, headers["x-request-id"])["ip"] == "127.0.0.1"
    assert not any("traido-por-alguien" in str(line) for line in alone.lines())


def test_our_own_proxy_is_believed_its_three(behind: Served) -> None:
    status, headers, _ = behind.get("/cuenta/sesion/", **{**FORGED, "X_Forwarded_For": "10.1.1.1, 10.9.9.9"})
    assert status == 200, "over TLS"
    assert headers["x-request-id"] == FORGED["X_Request_ID"]
    assert line_of(behind, FORGED["X_Request_ID"])["ip"] == "10.9.9.9"
    led = behind.get("/entrar/", X_Forwarded_Host="malo.example")[1]["location"]
    assert led == "https://pmd.durango.gob.mx/entrar/"
    assert behind.get("/entrar/", X_Request_ID="<script>")[1]["x-request-id"] != "<script>"


@pytest.mark.parametrize(
    ("origin", "status"), [("https://pmd.durango.gob.mx:8443", 500), ("https://malo.example", 403)]
)
def test_a_form_of_a_site_at_a_port_of_its_own(behind: Served, origin: str, status: int) -> None:
    """A proxy that says ``Host $host`` leaves the port out. What is let in fails, in a database without tables."""
    sent = {
        "Host": "pmd.durango.gob.mx", "X_Forwarded_Proto": "https", "X_Forwarded_For": "10.1.1.1", "Origin": origin,
        "Cookie": f"csrftoken={'a' * 32}", "Content_Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    form = f"username=ana&password=una-frase&csrfmiddlewaretoken={'a' * 32}"
    assert behind.ask("POST", "/entrar/", form, sent)[0] == status


def test_every_line_is_json_of_one_clock_with_its_request(behind: Served) -> None:
    status, headers, page = behind.get(
        "/cuenta/?buscar=Ana+Secreta", X_Forwarded_Proto="https", Cookie=f"sessionid={'a' * 32}"
    )
    code = headers["x-request-id"]
    assert status == 500 and f"Código para soporte: <strong>{code}</strong>" in page
    lines = behind.lines_of(code)
    assert {line["logger"] for line in lines} == {"django.request", "gunicorn.access"}
    (broken,) = [line for line in lines if line["logger"] == "django.request"]
    assert broken["level"] == "ERROR" and "no such table" in broken["exc_info"]
    access = line_of(behind, code)
    assert (access["method"], access["path"], access["status"]) == ("GET", "/cuenta/", 500)
    assert isinstance(access["ms"], float)
    for line in behind.lines():
        assert datetime.fromisoformat(line["at"]).utcoffset() == timedelta(0)
        assert "Secreta" not in str(line)


def test_the_token_of_a_link_is_written_nowhere(behind: Served) -> None:
    code = behind.get(f"/contrasena/nueva/MQ/{TOKEN}/", X_Forwarded_Proto="https")[1]["x-request-id"]
    assert any("/contrasena/nueva/MQ/…" in str(line) for line in behind.lines_of(code))
    assert TOKEN not in behind.log.read_text()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.1:8000", "pmd.durango.gob.mx"])
def test_health_answers_on_this_machine_without_tls(alone: Served, host: str) -> None:
    assert alone.get("/salud/vivo/", host=host)[::2] == (200, "ok")
    # This database has no tables: it is reached, and nothing can be written.
    assert alone.get("/salud/", host=host)[::2] == (503, "no se puede guardar")


def test_nothing_else_answers_by_that_name(alone: Served) -> None:
    assert alone.get("/entrar/", host="127.0.0.1")[0] == 400
    assert alone.get("/salud/", host="malo.example")[0] == 400


def test_what_is_wrong_is_told_in_the_log_alone(alone: Served, tmp_path: Path) -> None:
    _, headers, text = alone.get("/salud/", host="127.0.0.1")
    (line,) = [
        line for line in alone.lines()
        if line.get("request_id") == headers["x-request-id"] and line["logger"] == "pmd.health"
    ]  # fmt: skip
    assert "core_lastrun" in line["message"] and "lastrun" not in text


@pytest.mark.parametrize(("demo", "level"), [("true", "WARNING"), ("", "INFO")])
def test_whoever_tries_the_product_reads_no_line_for_each_page(
    demo: str, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PMD_DEMO", demo)
    monkeypatch.setenv("PMD_ENV_FILE", "")
    monkeypatch.delenv("PMD_LOG_LEVEL", raising=False)
    access = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["logconfig_dict"]["loggers"]["gunicorn.access"]
    assert access["level"] == level


@pytest.mark.skipif(not OWN_SCORE.exists(), reason="no Linux")
def test_where_memory_ends_one_that_serves_goes_and_not_who_makes_them(tmp_path: Path) -> None:
    before = OWN_SCORE.read_text()
    OWN_SCORE.write_text("300")
    try:
        with served(tmp_path) as one:
            lines = [line for line in one.lines() if line["logger"] == "gunicorn.error"]
            serving = {line["process"] for line in lines if line["message"].startswith("Booting worker")}
            (main,) = {line["process"] for line in lines} - serving
            scores = {pid: int(Path(f"/proc/{pid}/oom_score_adj").read_text()) for pid in (main, *serving)}
    finally:
        OWN_SCORE.write_text(before)
    assert serving and scores == {main: 300} | dict.fromkeys(serving, 0)
