"""The pages and PDFs of acuses, constancias and the blank form: who reads them and what they print."""

import io
import re

import pypdf
import pytest
from django.test import Client

from core.models import TrailEntry
from core.moments import stamp_text
from indicators import services
from indicators.models import Receipt
from tests.factories import NOW, make_department, make_indicator, make_user
from tests.indicators.sample_files import upload
from tests.indicators.town import Town, make_town
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
FORM = "/2016/captura/PRE/9/formato.pdf"


@pytest.fixture
@shared
def town() -> Town:
    """September: two of three submitted and validated, the first in red with its commitment."""
    town = make_town(3)
    town.save(town.pair(1, 4), town.pair(5, 4, 1, justification="Se atendió el rezago"))
    town.submit(allow_missing=True)
    for number in (0, 1):
        town.commit(number)
    validate(town, 0, 1)
    return town


def validate(town: Town, *numbers: int) -> Receipt:
    rows = [town.row(number) for number in numbers]
    outcome = services.validate(access=town.access("director"), seen={row.pk: row.version for row in rows}, now=NOW)
    return outcome.papers[0]


def folio(kind: str = "constancia") -> str:
    return Receipt.objects.filter(kind=kind).latest("pk").folio


def pdf_text(response) -> str:
    assert response["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(response.content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_a_long_file_name_loses_its_middle_and_keeps_its_extension(town, tmp_path, settings):
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"evidence": backend}
    long = f"Acta de la sesión {'muy larga ' * 40}versión 2.pdf"
    town.save(town.pair(3, 4, 2))
    evidence = services.attach_evidence(
        access=town.access("liaison"),
        period=town.period(),
        indicator_ids=[town.indicators[2].pk],
        file=upload(name=long),
        name=long,
        now=NOW,
    )
    town.submit()
    page = town.client("director").get(f"/papeles/{folio('acuse')}/")
    (row,) = [row for program in page.context["paper"]["programs"] for row in program["rows"] if row["files"]]
    (note,) = [note["text"] for note in row["notes"] if note["label"] == "Evidencia"]
    assert len(note) <= 70 and note.startswith("Acta de la sesión muy larga") and "…" in note and note.endswith(".pdf")
    assert f'title="{evidence.name}"' in page.content.decode()
    paper = town.client("director").get(f"/papeles/{folio('acuse')}.pdf")
    assert note.replace(" ", "") in pdf_text(paper).replace(" ", "")


# --- Who -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["/", ".pdf"])
@pytest.mark.parametrize(
    ("role", "status"), [("liaison", 200), ("director", 200), ("planning", 200), ("comptroller", 200), ("reader", 404)]
)
def test_a_paper_is_for_those_who_see_the_departments_drafts(town, role, status, end):
    assert town.client(role).get(f"/papeles/{folio()}{end}").status_code == status


@pytest.mark.parametrize("end", ["/", ".pdf"])
def test_another_departments_paper_does_not_exist(town, end):
    obras = make_department("OBR", "Obras")
    town.people["otra"] = make_user("otra", "director", obras)
    assert town.client("otra").get(f"/papeles/{folio()}{end}").status_code == 404
    assert Client().get(f"/papeles/{folio()}{end}").status_code == 302
    assert town.client("director").get(f"/papeles/C-2016-PRE-09-999{end}").status_code == 404


@pytest.mark.parametrize(("role", "status"), [("liaison", 200), ("comptroller", 200), ("reader", 404)])
def test_the_blank_form_is_for_those_who_see_the_month(town, role, status):
    assert town.client(role).get(FORM).status_code == status


# --- What ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["acuse", "constancia"])
def test_page_and_pdf_say_the_same(town, kind):
    client = town.client("director")
    page = re.sub(r"<[^>]+>", " ", text_of(client.get(f"/papeles/{folio(kind)}/")))
    printed = pdf_text(client.get(f"/papeles/{folio(kind)}.pdf"))
    receipt = Receipt.objects.get(kind=kind)
    done = "enviados" if kind == "acuse" else "validados"
    for said in (
        receipt.folio,
        receipt.fingerprint,
        "Presidencia Municipal",
        "Septiembre 2016",
        "25.00 %",
        "125.00 %",
        "Se atendió el rezago",
        f"2 en este documento; 2 de 3 del mes {done}",
        "sin captura",
        "Solicitudes atendidas PRE-01-03",
    ):
        assert said in page and said in printed, said
    assert receipt.capacity in printed and str(receipt.issued_by) in printed


def test_a_constancia_prints_commitment_sender_and_signatures(town):
    printed = pdf_text(town.client("director").get(f"/papeles/{folio()}.pdf"))
    for said in ("Causa: Faltó personal", "Acción: Contratar a una persona", "Fecha compromiso: 30/11/2016"):
        assert said in printed
    assert "liaison" in printed and "Validó" in printed and "sobrecumplimiento" in printed
    assert "SIN EFECTO" not in printed


def test_a_corrected_constancia_says_what_replaced_it_and_why(town):
    old = folio()
    town.save(town.pair(3, 4, version=town.row().version, reason="Oficio 3"), role="planning")
    new = validate(town, 0).folio
    client = town.client("director")
    printed = pdf_text(client.get(f"/papeles/{old}.pdf"))
    assert "SIN EFECTO" in printed and f"La sustituye el folio {new}" in printed
    assert "corrección de PRE-01-01" in printed and "PRE-01-02" not in printed.split("La sustituye")[0]
    html = text_of(client.get(f"/papeles/{old}/"))
    assert "SIN EFECTO" in html and f"/papeles/{new}/" in html
    html = text_of(client.get(f"/papeles/{new}/"))
    assert "SIN EFECTO" not in html and f"/papeles/{old}/" in html
    assert f"Sustituye a la constancia {old}" in pdf_text(client.get(f"/papeles/{new}.pdf"))


@pytest.mark.parametrize(("kind", "done"), [("acuse", "enviados"), ("constancia", "validados")])
def test_what_other_papers_have_is_not_missing(town, kind, done):
    """The third figure is sent and validated last: nothing is missing then."""
    town.save(town.pair(3, 4, 2))
    town.submit()
    validate(town, 2)
    client = town.client("director")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text_of(client.get(f"/papeles/{folio(kind)}/"))))
    for said in (page, pdf_text(client.get(f"/papeles/{folio(kind)}.pdf"))):
        assert f"1 en este documento; 3 de 3 del mes {done}" in said and "Faltan" not in said
        others = said.split("No incluidos en este documento")[1]
        assert "PRE-01-01" in others and "PRE-01-02" in others and "validado" in others


def test_what_waits_for_validation_is_missing_from_a_constancia_and_not_from_an_acuse(town):
    town.save(town.pair(3, 4, 2))
    town.submit()
    make_indicator(town.program, "PRE-01-04")
    town.save(town.pair(5, 5, 1, version=town.row(1).version, reason="Oficio 4"), role="planning")
    town.save(town.pair(4, 4, 0, version=town.row(0).version, reason="Oficio 3"), role="planning")
    receipt = validate(town, 0)
    assert receipt.figures["count"] == "2 en este documento; 2 de 4 del mes validados"
    assert {row["code"]: row["reason"] for row in receipt.figures["missing"]} == {
        "PRE-01-03": "enviado, en espera de validación",
        "PRE-01-04": "sin captura",
    }
    assert receipt.figures["others"] == []


def test_a_validated_figure_under_correction_is_still_validated(town):
    """Its last validated pair stays official, in its own constancia."""
    town.save(town.pair(3, 4, 2))
    town.submit()
    town.save(town.pair(4, 4, 0, version=town.row(0).version, reason="Oficio 3"), role="planning")
    content = validate(town, 2).figures
    assert content["missing"] == [] and content["count"] == "1 en este documento; 3 de 3 del mes validados"
    assert [row["reason"] for row in content["others"]] == ["validado, con una corrección en curso", "validado"]


def test_a_corrected_figure_says_what_it_was_who_corrected_it_when_and_why(town):
    assert "Corrección:" not in pdf_text(town.client("director").get(f"/papeles/{folio()}.pdf"))
    town.save(town.pair(3, 4, version=town.row().version, reason="Oficio 3"), role="planning")
    validate(town, 0)
    town.save(town.pair(4, 4, 1, version=town.row(1).version, reason="Oficio 9"), role="planning")
    validate(town, 1)
    client = town.client("director")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text_of(client.get(f"/papeles/{folio()}/"))))
    entry = TrailEntry.objects.filter(action="corregir").latest("id")
    for said in (page, pdf_text(client.get(f"/papeles/{folio()}.pdf"))):
        said = re.sub(r" ?: ?", ": ", said)
        # The first correction goes on being told in the papers that carry its figure.
        assert "Corrección: 1 / 4 → 3 / 4" in said and "Motivo de la corrección: Oficio 3" in said
        assert "Corrección: 5 / 4 → 4 / 4" in said and "Motivo de la corrección: Oficio 9" in said
        by = f"Corrigió: {entry.actor}, {entry.capacity}, {stamp_text(entry.at)}"
        assert re.sub(r" ?: ?", ": ", by) in said
        assert said.count("corregida") == 2


def test_a_figure_corrected_before_its_first_validation_is_not_put_on_who_sent_it(town):
    town.save(town.pair(3, 4, 2))
    town.submit()
    town.save(town.pair(4, 4, 2, version=town.row(2).version, reason="Oficio 5"), role="planning")
    (program,) = validate(town, 2).figures["programs"]
    correction = program["rows"][0]["correction"]
    assert (correction["before"], correction["after"]) == ("3 / 4", "4 / 4")
    assert [(step["by"], step["reason"]) for step in correction["steps"]] == [("planning", "Oficio 5")]


def test_the_same_paper_prints_the_same_bytes(town):
    client = town.client("director")
    assert client.get(f"/papeles/{folio()}.pdf").content == client.get(f"/papeles/{folio()}.pdf").content


def test_a_name_that_looks_like_markup_is_printed_as_text(town):
    town.people["liaison"].first_name = '#eval("1") <b>&'
    town.people["liaison"].save()
    town.save(town.pair(3, 4, 2))
    town.submit()
    client = town.client("director")
    assert '#eval("1") <b>&' in pdf_text(client.get(f"/papeles/{folio('acuse')}.pdf"))
    assert "<b>&" not in text_of(client.get(f"/papeles/{folio('acuse')}/"))


def test_papers_are_listed_where_the_month_is_submitted_and_reviewed(town):
    assert "A-2016-PRE-09-001" in text_of(town.client().get("/2016/captura/PRE/9/enviar/"))
    html = text_of(town.client("director").get("/2016/revision/PRE/9/"))
    assert "A-2016-PRE-09-001" in html and "C-2016-PRE-09-001" in html


@pytest.mark.parametrize(("role", "status"), [("liaison", 200), ("comptroller", 200), ("reader", 404)])
def test_the_months_papers_have_a_page_of_their_own(town, role, status):
    response = town.client(role).get("/2016/captura/PRE/9/papeles/")
    assert response.status_code == status
    assert status == 404 or f"/papeles/{folio()}.pdf" in text_of(response)
    if role == "liaison":
        assert "/2016/captura/PRE/9/papeles/" in text_of(town.client(role).get("/2016/captura/PRE/9/"))
        assert "todavía no tiene acuses" in text_of(town.client(role).get("/2016/captura/PRE/8/papeles/"))


def test_the_blank_form_prints_what_is_due_with_last_months_pair(town):
    make_indicator(town.program, "PRE-01-04", frequency=12)
    town.save(town.pair(7, 9), month=8)
    printed = pdf_text(town.client("director").get(FORM))
    assert "Formato de recolección" in printed and "Solicitudes atendidas PRE-01-01" in printed
    assert "Mes anterior: 7 / 9" in printed and "PRE-01-04" not in printed
    assert "07/10/2016" in printed


def test_a_month_without_indicators_gives_an_empty_form():
    town = make_town(0)
    assert town.client("director").get(FORM).status_code == 200


def test_a_demonstration_says_so_on_paper(town):
    town.year.demo_data = True
    town.year.save()
    client = town.client("director")
    assert "Datos de demostración" in pdf_text(client.get(f"/papeles/{folio()}.pdf"))
    assert "Datos de demostración" in text_of(client.get(f"/papeles/{folio()}/"))
    assert "Datos de demostración" in pdf_text(client.get(FORM))


@pytest.mark.parametrize("indicators", [2, 40])
def test_a_paper_costs_the_same_queries_for_any_number_of_figures(indicators, django_assert_num_queries):
    town = make_town(indicators)
    town.save(*(town.pair(3, 4, number) for number in range(indicators)))
    town.submit()
    client = town.client("director")
    with django_assert_num_queries(6):
        client.get(f"/papeles/{folio('acuse')}.pdf")
    with django_assert_num_queries(8):
        client.get(f"/papeles/{folio('acuse')}/")


def test_people_of_the_department_read_its_papers_whoever_issued_them():
    """A paper belongs to the department and not to the person."""
    town = make_town(1)
    town.save(town.pair(3, 4), role="planning")
    town.submit(role="planning")
    assert town.client().get(f"/papeles/{folio('acuse')}/").status_code == 200
