"""The files of instruments: kept with the extension or the correction that cites them, and served to few."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from core.models import TrailEntry
from indicators.models import CorrectionRequest, Extension, InstrumentFile, Period, State
from tests.factories import make_department, make_measurement, make_user
from tests.indicators.sample_files import pdf
from tests.indicators.town import Town, make_town
from tests.support.files import stored_evidence
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
EXTENSION, CALENDAR = "/2016/calendario/prorrogas/nueva/", "/2016/calendario/"
CORRECTION, HISTORY = "/2016/correcciones/PRE-01-01/9/", "/2016/historia/PRE-01-01/9/"
REVIEW = "/2016/revision/PRE/9/"
LETTER = "Oficio DPM/045/2016 del 10/10/2016"


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2016, 10, 11, 18, tzinfo=UTC))
    made = make_town(2)
    Period.objects.filter(month=9).update(closed_on=date(2016, 10, 10))
    return made


def letter(content: bytes | None = None, name: str = "../oficio 45.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


def grant(town: Town, **changes: Any) -> Any:
    typed = {"department": "PRE", "month": "9", "until": "2016-10-20", "reason": "Cambio de enlace"}
    return town.client("planning").post(EXTENSION, typed | {"instrument": LETTER} | changes, follow=True)


def test_an_extension_keeps_its_letter_and_the_trail_says_so(town):
    before = stored_evidence()
    html = grant(town, file=letter()).content.decode()
    kept = InstrumentFile.objects.get()
    assert kept.extension == Extension.objects.get() and (kept.instrument, kept.name) == (LETTER, "oficio 45.pdf")
    assert f'<a href="/instrumentos/{kept.pk}/archivo/">oficio 45.pdf</a>' in html
    (path,) = stored_evidence() - before
    assert "oficio" not in path.name and path.read_bytes() == pdf()
    entry = TrailEntry.objects.get(action="adjuntar instrumento")
    assert (entry.capacity, entry.changes["sha256"]) == ("Planeación", [None, kept.sha256])


def test_without_a_file_the_letter_is_cited_all_the_same(town):
    assert LETTER in text_of(grant(town)) and not InstrumentFile.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"<svg onload=alert(1)></svg>", "oficio.pdf", "SVG"),
        (b"", "oficio.pdf", "vacío"),
        (b"MZ" + b"\0" * 200, "oficio.pdf", "programa"),
    ],
)
def test_a_file_that_is_not_accepted_grants_nothing(town, content, name, sentence):
    before = stored_evidence()
    html = text_of(grant(town, file=letter(content, name)))
    assert sentence in html and "Cambio de enlace" in html
    assert not Extension.objects.exists() and not InstrumentFile.objects.exists() and stored_evidence() == before


def test_an_extension_that_is_refused_leaves_no_file(town):
    before = stored_evidence()
    assert "ya pasó" in text_of(grant(town, until="2016-10-01", file=letter()))
    assert not InstrumentFile.objects.exists() and stored_evidence() == before


def test_a_correction_is_asked_and_made_with_their_letters(town):
    make_measurement(town.indicators[0], 9, 3, 4, State.VALIDATED)
    asked = {"act": "pedir", "reason": "Se contó dos veces", "instrument": LETTER, "file": letter()}
    html = town.client().post(CORRECTION, asked, follow=True).content.decode()
    assert LETTER in html and "(oficio 45.pdf)" in html
    assert CorrectionRequest.objects.get().reason == f"Se contó dos veces ({LETTER})"
    made = {
        "act": "corregir", "version": str(town.row().version), "numerator": "2", "denominator": "4",
        "reason": "Se contó dos veces", "instrument": "Minuta 3 del 11/10/2016", "file": letter(name="minuta.pdf"),
    }  # fmt: skip
    assert "Se corrigió PRE-01-01" in text_of(town.client("planning").post(CORRECTION, made, follow=True))
    assert [kept.name for kept in town.row().instrument_files.all()] == ["oficio 45.pdf", "minuta.pdf"]
    text = text_of(town.client("comptroller").get(HISTORY))
    assert "Adjuntó el instrumento que lo respalda" in text and "Se contó dos veces (Minuta 3 del 11/10/2016)" in text


def test_who_validates_a_correction_reads_why_from_which_pair_and_opens_the_letter(town):
    """On the row under review and before it is confirmed."""
    make_measurement(town.indicators[0], 9, 2, 3, State.VALIDATED)
    director, told = town.client("director"), "validado 2 / 3, ahora 3 / 3. Motivo: Faltó un folio"
    correct_with(town, 3, 3, "Faltó un folio", letter(name="minuta.pdf"))
    kept, row = InstrumentFile.objects.get(), town.row()
    opens = f'<a href="/instrumentos/{kept.pk}/archivo/">minuta.pdf</a>'
    chosen = {"act": f"validar-{row.pk}", f"version-{row.pk}": str(row.version)}
    for page in (director.get(REVIEW), director.post(REVIEW, chosen)):
        assert f"{told} (Minuta 3 del 11/10/2016) (planning)." in text_of(page) and opens in page.content.decode()
    assert director.get(f"/instrumentos/{kept.pk}/archivo/").status_code == 200
    confirmed = chosen | {"act": "confirmar", "selected": [str(row.pk)]}
    assert "Se validó 1." in text_of(director.post(REVIEW, confirmed, follow=True))
    correct_with(town, 1, 3, "Se contó de más")
    html = text_of(director.get(REVIEW))
    assert "validado 3 / 3, ahora 1 / 3. Motivo: Se contó de más" in html
    assert "minuta.pdf" not in html, "it is of the correction before"


def correct_with(town: Town, n: int, d: int, reason: str, file: SimpleUploadedFile | None = None) -> None:
    made: dict[str, Any] = {"act": "corregir", "version": str(town.row().version), "numerator": str(n)}
    made |= {"denominator": str(d), "reason": reason}
    made |= {"instrument": "Minuta 3 del 11/10/2016", "file": file} if file else {}
    assert "Se corrigió PRE-01-01" in text_of(town.client("planning").post(CORRECTION, made, follow=True))


def test_a_file_without_its_citation_is_asked_for_it_and_nothing_happens(town):
    make_measurement(town.indicators[0], 9, 3, 4, State.VALIDATED)
    typed = {"act": "pedir", "reason": "Se contó dos veces", "file": letter()}
    html = text_of(town.client().post(CORRECTION, typed))
    assert "Escriba qué instrumento es el archivo" in html and "Se contó dos veces</textarea>" in html
    assert not CorrectionRequest.objects.exists() and not InstrumentFile.objects.exists()


def test_a_correction_in_conflict_leaves_no_file(town):
    make_measurement(town.indicators[0], 9, 3, 4, State.VALIDATED)
    before = stored_evidence()
    typed = {
        "act": "corregir", "version": "77", "numerator": "2", "denominator": "4", "reason": "x",
        "instrument": LETTER, "file": letter(),
    }  # fmt: skip
    assert "Otra persona cambió esta cifra" in text_of(town.client("planning").post(CORRECTION, typed))
    assert not InstrumentFile.objects.exists() and stored_evidence() == before and town.row().numerator == 3


@pytest.mark.parametrize(
    ("role", "status"),
    [("liaison", 200), ("director", 200), ("planning", 200), ("comptroller", 200), ("reader", 404), ("otra", 404)],
)
def test_who_reads_a_letter(town, role, status):
    town.people["otra"] = make_user("otra", "director", make_department("OBR", "Obras"))
    grant(town, file=letter())
    address = f"/instrumentos/{InstrumentFile.objects.get().pk}/archivo/"
    response = town.client(role).get(address)
    assert response.status_code == status
    if status == 200:
        assert response["Content-Disposition"] == 'attachment; filename="oficio 45.pdf"'
        assert response["X-Content-Type-Options"] == "nosniff" and b"".join(response.streaming_content) == pdf()
    assert Client().get(address)["Location"].startswith("/entrar/")
