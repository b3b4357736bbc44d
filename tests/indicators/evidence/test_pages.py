"""The pages of evidence: uploading, one file beside its figures, its bytes, and who reaches them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators import services
from indicators.models import Evidence, Measurement
from tests.factories import NOW, TODAY, make_department, make_indicator, make_program
from tests.indicators import capture_page
from tests.indicators.sample_files import HTML, SVG, docx, pdf, png, upload
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
MONTH = "/2016/captura/PRE/9/evidencia/"
ROLES = ("liaison", "director", "planning", "comptroller", "reader")


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.STORAGES = settings.STORAGES | {
        "evidence": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }
    yield tmp_path


@pytest.fixture
@shared
def town() -> Town:
    return make_town(3)


@pytest.fixture
def client(client: Client, town: Town) -> Client:
    client.force_login(town.people["liaison"])
    return client


def attach(town: Town, *numbers: int, content: bytes | None = None, name: str = "acta.pdf", **kwargs: Any) -> Evidence:
    options = {"period": town.period(), "now": NOW, "access": town.access("liaison"), **kwargs}
    ids = [town.indicators[number].pk for number in numbers or (0,)]
    return services.attach_evidence(indicator_ids=ids, file=upload(content, name), name=name, **options)


def send(client: Client, town: Town, *numbers: int, url: str = MONTH, script: bool = False, **data: Any) -> Any:
    fields = {"act": "subir", "indicators": [town.indicators[n].pk for n in numbers], **data}
    headers = {"X-Requested-With": "XMLHttpRequest"} if script else {}
    return client.post(url, fields, headers=headers)


def stored(files: Path) -> list[Path]:
    return [path for path in files.rglob("*") if path.is_file()]


def close_month(town: Town) -> None:
    period = town.period()
    period.closed_on = TODAY
    period.save()


# Uploading


def test_a_file_is_uploaded_for_several_indicators(client: Client, town: Town, files: Path) -> None:
    response = send(client, town, 0, 2, file=upload(name="Acta de José.pdf"))
    assert (response.status_code, response["Location"]) == (302, MONTH)
    page = text_of(client.get(MONTH))
    assert "Se adjuntó «Acta de José.pdf» a PRE-01-01 y PRE-01-03." in page
    assert "Respalda septiembre: PRE-01-01, PRE-01-03" in page and len(stored(files)) == 1


def test_our_script_is_answered_with_what_changed(client: Client, town: Town) -> None:
    told = send(client, town, 0, script=True, file=upload()).json()
    assert told["message"] == "Se adjuntó «acta.pdf» a PRE-01-01." and told["lacking"] == ""
    (cell,) = told["cells"].values()
    assert "Evidencia (1)" in cell and f"evidencia/?ver={town.indicators[0].pk}" in cell
    assert "acta.pdf" in told["list"]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (upload(SVG, "foto.png"), "dibujo SVG"),
        (upload(HTML, "foto.png"), "página web"),
        (upload(b"", "acta.pdf"), "está vacío"),
        (upload(b"%PDF-1.4" + bytes(11 * 2**20)), "10 MB"),
        (upload(docx(padding=101), "informe.docx"), "demasiado grande por dentro"),
        (None, "Elija un archivo."),
    ],
    ids=["svg", "html", "empty", "11 MB", "bomb", "none"],
)
@pytest.mark.parametrize("script", [True, False])
def test_each_refusal_is_one_sentence_and_leaves_nothing(
    client: Client, town: Town, files: Path, file: Any, sentence: str, script: bool
) -> None:
    if file is not None:
        file.seek(0)
    response = send(client, town, 0, script=script, **({"file": file} if file else {}))
    assert response.status_code == (422 if script else 200)
    text = response.json()["message"] if script else text_of(response)
    assert sentence in text
    assert not stored(files) and not Evidence.objects.exists()
    if not script:
        assert f'value="{town.indicators[0].pk}" checked' in text  # what was marked stays marked


def test_a_name_of_300_characters_is_shortened(client: Client, town: Town) -> None:
    send(client, town, 0, file=upload(name="a" * 296 + ".pdf"))
    name = Evidence.objects.get().name
    assert len(name) <= 120 and name.endswith(".pdf")


def test_no_indicator_no_upload(client: Client, town: Town, files: Path) -> None:
    assert "Marque al menos un indicador" in text_of(send(client, town, file=upload()))
    assert not stored(files)


def test_a_submitted_figure_and_a_closed_month_take_no_file(client: Client, town: Town, files: Path) -> None:
    town.save(town.pair(3, 4))
    town.submit(allow_missing=True)
    told = send(client, town, 0, script=True, file=upload())
    assert told.status_code == 422 and "PRE-01-01: Ya se envió" in told.json()["message"]
    close_month(town)
    told = send(client, town, 1, script=True, file=upload())
    assert told.status_code == 422 and "se cerró" in told.json()["message"]
    assert not stored(files)


def test_another_department_s_indicator_is_not_found(client: Client, town: Town, files: Path) -> None:
    other = make_indicator(make_program(town.year, "OBR-01", department=make_department("OBR", "Obras")))
    fields = {"act": "subir", "indicators": [other.pk], "file": upload()}
    assert client.post(MONTH, fields).status_code == 404
    assert client.post("/2016/captura/OBR/9/evidencia/", fields | {"file": upload()}).status_code == 404
    assert not stored(files) and not Measurement.objects.exists()


def test_a_forged_request_is_refused(town: Town) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(town.people["liaison"])
    assert send(strict, town, 0, file=upload()).status_code == 403
    assert not Evidence.objects.exists()


def test_a_file_of_the_year_is_used_again(client: Client, town: Town, files: Path) -> None:
    evidence = attach(town)
    fields = {"act": "vincular", "file": evidence.pk, "indicators": [town.indicators[1].pk]}
    client.post("/2016/captura/PRE/8/evidencia/", fields)
    assert evidence.measurements.filter(month=8, indicator=town.indicators[1]).exists() and len(stored(files)) == 1
    assert "Respalda agosto: PRE-01-02; septiembre: PRE-01-01" in text_of(client.get(MONTH))


# The grid and the review


def test_the_grid_counts_files_without_a_query_more(client: Client, town: Town) -> None:
    with CaptureQueriesContext(connection) as without:
        client.get(capture_page.url())
    attach(town, 0, 1)
    attach(town, 0, content=png(), name="foto.png")
    with CaptureQueriesContext(connection) as with_files:
        page = client.get(capture_page.url())
    assert len(with_files) == len(without)
    counts = {code: row.evidence.count for code, row in capture_page.rows_of(page).items()}
    assert counts == {"PRE-01-01": "2", "PRE-01-02": "1", "PRE-01-03": ""}


def test_a_figure_that_only_has_a_file_is_not_captured_and_saves_as_typed(client: Client, town: Town) -> None:
    page = client.get(capture_page.url())
    data = capture_page.fill(capture_page.page_data(page), page, "PRE-01-01", n="3", d="4")
    attach(town)  # meanwhile, from the same row
    client.post(capture_page.url(), data)
    assert (town.row().numerator, town.row().version) == (3, 1)
    attach(town, 1)
    row = capture_page.rows_of(client.get(capture_page.url()))["PRE-01-02"]
    assert (row.state, row.version, row.evidence.count) == ("sin captura", "0", "1")


def test_the_month_is_not_submitted_without_the_evidence_that_is_asked_for(client: Client, town: Town) -> None:
    indicator = town.indicators[0]
    indicator.requires_evidence = True
    indicator.save()
    assert "falta la evidencia" in text_of(client.get(capture_page.url()))
    assert "falta la evidencia de PRE-01-01" in text_of(client.get(MONTH))
    town.save(*(town.pair(3, 4, number) for number in range(3)))
    page = text_of(client.get(capture_page.url()))
    assert "falta la evidencia" in page
    with pytest.raises(services.NotReady):
        town.submit()
    attach(town)
    assert "falta la evidencia" not in text_of(client.get(MONTH)) and town.submit()


def test_the_review_leads_to_the_newest_file_in_one_click(client: Client, town: Town) -> None:
    attach(town)
    newest = attach(town, content=png(), name="foto.png", now=NOW + timedelta(minutes=1))
    town.save(town.pair(3, 4))
    town.submit(allow_missing=True)
    client.force_login(town.people["director"])
    address = f"{MONTH}?ver={town.indicators[0].pk}"
    assert address in client.get("/2016/revision/PRE/9/").content.decode()
    response = client.get(address)
    assert response["Location"] == f"/evidencia/{newest.pk}/"
    page = text_of(client.get(response["Location"]))
    assert "PRE-01-01" in page and "3 / 4" in page and "acta.pdf" in page


# One file


def test_a_file_is_superseded_and_the_old_one_stays(client: Client, town: Town, files: Path) -> None:
    old = attach(town)
    town.save(town.pair(3, 4))
    town.submit(allow_missing=True)
    url = f"/evidencia/{old.pk}/"
    data = {"act": "sustituir", "file": upload(pdf("Con firma"), "firmada.pdf")}
    assert "Escriba por qué se sustituye" in text_of(client.post(url, data))
    data = {"act": "sustituir", "file": upload(pdf("Con firma"), "firmada.pdf"), "reason": "Faltaba la firma"}
    response = client.post(url, data, follow=True)
    assert "«firmada.pdf» sustituye a «acta.pdf»" in text_of(response)
    assert "sustituido por «firmada.pdf»" in text_of(client.get(url))
    assert client.get(f"{url}archivo/").status_code == 200 and len(stored(files)) == 2
    assert "Sustituidos o retirados (1)" in text_of(client.get(MONTH))


def test_a_draft_s_file_is_withdrawn_a_submitted_one_is_not(client: Client, town: Town) -> None:
    evidence = attach(town)
    page = text_of(client.get(f"/evidencia/{evidence.pk}/"))
    assert "Retirar este archivo" in page
    town.save(town.pair(3, 4))
    town.submit(allow_missing=True)
    assert "Retirar este archivo" not in text_of(client.get(f"/evidencia/{evidence.pk}/"))
    response = client.post(f"/evidencia/{evidence.pk}/", {"act": "retirar"}, follow=True)
    assert "no se retira, solo se sustituye" in text_of(response)
    draft = attach(town, 1, content=png(), name="foto.png")
    response = client.post(f"/evidencia/{draft.pk}/", {"act": "retirar"}, follow=True)
    assert "Se retiró «foto.png»" in text_of(response)


# The bytes


def test_a_pdf_is_shown_in_a_sandbox_of_its_own(client: Client, town: Town) -> None:
    evidence = attach(town, name='Acta "final" de José.pdf')
    response = client.get(f"/evidencia/{evidence.pk}/archivo/")
    assert b"".join(response.streaming_content) == pdf()
    assert response["Content-Type"] == "application/pdf" and response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == f"inline; filename*=utf-8''{quote(evidence.name)}"
    policy = response["Content-Security-Policy"]
    assert set(policy.split("; ")) == {"default-src 'none'", "frame-ancestors 'self'", "sandbox"}
    assert response["X-Frame-Options"] == "SAMEORIGIN" and response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, no-store"


def test_what_is_not_shown_is_saved(client: Client, town: Town) -> None:
    shown = attach(town)
    saved = attach(town, content=docx(), name="informe.docx")
    for url in (f"/evidencia/{saved.pk}/archivo/", f"/evidencia/{shown.pk}/archivo/?descargar=1"):
        assert client.get(url)["Content-Disposition"].startswith("attachment; filename=")


def test_only_the_page_of_a_file_may_frame_ours(client: Client, town: Town) -> None:
    evidence = attach(town)
    assert "frame-src 'self'" in client.get(f"/evidencia/{evidence.pk}/")["Content-Security-Policy"]
    assert "frame-src" not in client.get(MONTH)["Content-Security-Policy"]
    assert client.get(f"/evidencia/{evidence.pk}/")["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("role", ROLES)
def test_who_reaches_a_file(client: Client, town: Town, role: str) -> None:
    """Whoever sees the department's drafts, also once the figure was submitted and validated."""
    evidence = attach(town)
    town.save(town.pair(3, 4))
    town.submit(allow_missing=True)
    services.validate(access=town.access("director"), seen={town.row().pk: town.row().version}, now=NOW)
    client.force_login(town.people[role])
    expected = 404 if role == "reader" else 200
    for url in (f"/evidencia/{evidence.pk}/", f"/evidencia/{evidence.pk}/archivo/", MONTH):
        assert client.get(url).status_code == expected
    posted = client.post(f"/evidencia/{evidence.pk}/", {"act": "retirar"}).status_code
    assert posted == {"reader": 404, "comptroller": 403}.get(role, 302)
    assert send(client, town, 1, file=upload()).status_code == {"reader": 404, "comptroller": 403}.get(role, 302)


def test_another_department_s_file_is_not_found(client: Client, town: Town) -> None:
    obras = make_department("OBR", "Obras")
    town.indicators.append(make_indicator(make_program(town.year, "OBR-01", department=obras)))
    foreign = attach(town, 3, access=town.access("planning"))
    for url in (f"/evidencia/{foreign.pk}/", f"/evidencia/{foreign.pk}/archivo/"):
        assert client.get(url).status_code == 404
    data = {"act": "sustituir", "file": upload(pdf("Mía")), "reason": "No"}
    assert client.post(f"/evidencia/{foreign.pk}/", data).status_code == 404
    fields = {"act": "vincular", "file": foreign.pk, "indicators": [town.indicators[0].pk]}
    assert "ya no está en vigor" in text_of(client.post(MONTH, fields))


@pytest.mark.parametrize("url", [MONTH, "/evidencia/1/", "/evidencia/1/archivo/"])
def test_nobody_signed_in_gets_nothing(town: Town, url: str) -> None:
    attach(town)
    assert Client().get(url)["Location"].startswith("/entrar/?next=")


def test_the_pages_cost_the_same_with_many_files(client: Client, town: Town) -> None:
    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    evidence = attach(town)
    attach(town, content=png(), name="foto.png")
    few = cost(MONTH), cost(f"/evidencia/{evidence.pk}/")
    for number in range(6):
        attach(town, 0, 1, 2, content=pdf(str(number)), name=f"{number}.pdf")
    evidence = Evidence.objects.latest("pk")
    assert (cost(MONTH), cost(f"/evidencia/{evidence.pk}/")) == few
    assert few[0] <= 15 and few[1] <= 15
