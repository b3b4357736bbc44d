"""A file that the store lost, or that somebody altered there: who is told, where, and how the same one comes back."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from core.models import FileFault, TrailEntry
from indicators import services
from indicators.models import Evidence, InstrumentFile, Period
from tests.factories import NOW
from tests.indicators.files.test_instruments import letter
from tests.indicators.sample_files import pdf, png, upload
from tests.indicators.town import Town, acts, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
CAPTURE, MONTH, REVIEW = "/2016/captura/PRE/9/", "/2016/captura/PRE/9/evidencia/", "/2016/revision/PRE/9/"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Path:
    storage = {"BACKEND": "core.private_files.PrivateStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"evidence": storage}
    return tmp_path


@pytest.fixture
@shared
def town() -> Town:
    return make_town(2)


@pytest.fixture
def evidence(town: Town) -> Evidence:
    ids = [town.indicators[0].pk]
    made = services.attach_evidence(
        access=town.access("liaison"), period=town.period(), indicator_ids=ids, file=upload(), name="acta.pdf", now=NOW
    )
    town.save(town.pair(3, 4))
    town.submit(allow_missing=True)
    return made


def lose(files: Path) -> None:
    for path in files.rglob("*.pdf"):
        path.unlink()


def alter(files: Path) -> None:
    for path in files.rglob("*.pdf"):
        path.write_bytes(path.read_bytes().replace(b"Acta", b"Otra"))


@pytest.mark.parametrize(
    ("act", "said", "word"),
    [(lose, "«acta.pdf» se perdió", "perdido"), (alter, "«acta.pdf» no es el que se guardó", "alterado")],
)
def test_what_is_wrong_with_a_file_is_told_on_its_page_and_on_its_figure(
    town: Town, evidence: Evidence, files: Path, act: Any, said: str, word: str
) -> None:
    act(files)
    client = town.client()
    gone = client.get(f"/evidencia/{evidence.pk}/archivo/")
    assert gone.status_code == 410 and said in text_of(gone) and b"Acta" not in gone.content
    page = text_of(client.get(f"/evidencia/{evidence.pk}/"))
    assert said in page and "Reponer el archivo" in page
    assert word in text_of(client.get(MONTH))
    assert "un archivo se perdió o se alteró" in text_of(client.get(CAPTURE))
    assert f"acta.pdf ({word} en el almacén)" in text_of(town.client("director").get(REVIEW))


@pytest.mark.parametrize("act", [lose, alter])
def test_the_same_file_comes_back_with_an_entry_in_the_trail(
    town: Town, evidence: Evidence, files: Path, act: Any
) -> None:
    act(files)
    client = town.client()
    client.get(f"/evidencia/{evidence.pk}/archivo/")
    other = client.post(f"/evidencia/{evidence.pk}/", {"act": "reponer", "file": upload(pdf("Otra acta"))})
    assert "No es el mismo archivo" in text_of(other) and FileFault.objects.count() == 1
    assert "Elija un archivo" in text_of(client.post(f"/evidencia/{evidence.pk}/", {"act": "reponer"}))
    before = len(acts(town.row()))
    back = client.post(f"/evidencia/{evidence.pk}/", {"act": "reponer", "file": upload(name="copia.pdf")})
    assert back.status_code == 302 and not FileFault.objects.exists()
    assert b"".join(client.get(f"/evidencia/{evidence.pk}/archivo/").streaming_content) == pdf()
    assert [path.suffix for path in files.rglob("*") if path.is_file()] == [".pdf"]
    entries = acts(town.row())
    assert len(entries) == before + 1 and entries[-1].action == "reponer archivo"
    assert entries[-1].changes["sha256"] == [None, evidence.sha256]
    assert "Devolvió a su lugar el archivo" in text_of(client.get("/2016/historia/PRE-01-01/9/"))
    assert "se perdió" not in text_of(client.get(CAPTURE))


def test_a_file_of_a_locked_year_comes_back_too(town: Town, evidence: Evidence, files: Path) -> None:
    lose(files)
    town.year.locked = True
    town.year.save()
    posted = {"act": "reponer", "file": upload()}
    assert town.client("planning").post(f"/evidencia/{evidence.pk}/", posted).status_code == 302
    assert list(files.rglob("*.pdf"))


@pytest.mark.parametrize(
    ("role", "status"), [("comptroller", 403), ("reader", 404), ("director", 302), ("planning", 302)]
)
def test_who_puts_a_file_back(town: Town, evidence: Evidence, files: Path, role: str, status: int) -> None:
    lose(files)
    client = town.client(role)
    assert client.post(f"/evidencia/{evidence.pk}/", {"act": "reponer", "file": upload()}).status_code == status
    assert bool(list(files.rglob("*.pdf"))) == (status == 302)
    if role == "comptroller":
        page = text_of(client.get(f"/evidencia/{evidence.pk}/"))
        assert "se perdió" in page and "Reponer el archivo" not in page


def test_a_file_that_is_whole_costs_nothing_and_says_nothing(town: Town, evidence: Evidence) -> None:
    client = town.client()
    assert client.get(f"/evidencia/{evidence.pk}/archivo/").status_code == 200
    assert "se perdió" not in text_of(client.get(f"/evidencia/{evidence.pk}/")) and not FileFault.objects.exists()


def test_the_file_of_an_instrument_says_so_and_comes_back(
    town: Town, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2016, 10, 11, 18, tzinfo=UTC))
    Period.objects.filter(month=9).update(closed_on=date(2016, 10, 10))
    client = town.client("planning")
    fields = {
        "department": "PRE", "month": "9", "until": "2016-10-20", "reason": "Cambio de enlace",
        "instrument": "Oficio 45 del 10/10/2016", "file": letter(),
    }  # fmt: skip
    assert client.post("/2016/calendario/prorrogas/nueva/", fields).status_code == 302
    kept = InstrumentFile.objects.get()
    url = kept.get_absolute_url()
    assert client.get(url).status_code == 200
    lose(files)
    page = client.get(url)
    assert page.status_code == 410 and "se perdió" in text_of(page) and "Reponer el archivo" in text_of(page)
    wrong = client.post(url, {"act": "reponer", "file": upload(png(), "foto.png")})
    assert "No es el mismo archivo" in text_of(wrong)
    assert "Avise a Planeación" in text_of(town.client("comptroller").get(url))
    denied = town.client("comptroller").post(url, {"act": "reponer", "file": letter()})
    assert denied.status_code == 410 and not list(files.rglob("*.pdf"))
    assert client.post(url, {"act": "reponer", "file": letter()}).status_code == 302
    assert client.get(url).status_code == 200
    assert TrailEntry.objects.filter(action="reponer archivo").count() == 1
