"""The acta of a closing, and planning's list of who signs it."""

import io
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest

from accounts.models import Role
from core.models import TrailEntry
from programs.models import Department, FiscalYear, Program
from publishing.acta.content import acta_data, acta_pdf
from publishing.models import Closing, DocumentAltered, Signer
from tests.factories import NOW, make_people, signed_in
from tests.publishing.closed import close, planner
from tests.publishing.document.test_differences import changed
from tests.reports.county import make_county
from tests.support.owner import past_rules
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
OTHERS = [role for role in Role if role != Role.PLANNING]


@pytest.fixture
@shared
def county() -> FiscalYear:
    return make_county()


def signer(**kwargs: Any) -> Signer:
    values = {"name": "Paula Peña", "office": "Directora de Planeación", "starts_on": date(2016, 1, 1), **kwargs}
    return Signer.objects.create(**values)


def printed(content: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).replace("\u200b", "").split())


def test_it_says_what_was_closed_what_lacked_and_the_fingerprints(county):
    first = close(county, 1)
    signer()
    signer(name="Carla Corral", office="Contralora", position=2)
    made = close(county, 2, instrument="Oficio 4")
    text = printed(acta_pdf(made))
    for said in (
        "Municipio de Durango", "Acta de cierre de febrero de 2016", "enero–febrero 2016", "83.75 %", "4 de 6",
        "OBR Obras Públicas", "Paula Peña", "Directora de Planeación", "Carla Corral", "Oficio 4",
        "Cierre anterior: enero de 2016", "Sin sellar al cerrar",
    ):  # fmt: skip
        assert said in text, said
    together = text.replace(" ", "")
    assert made.sha256 in together and first.sha256 in together


def test_a_rectification_names_the_version_that_it_rectifies_and_its_reason(county):
    first = close(county, 1)
    signer()
    signer(kind="rectification", name="Síndica Soto", office="Síndica")
    text = printed(acta_pdf(close(county, 1, reason="Se sumó mal")))
    assert "Acta de rectificación de enero de 2016" in text and "Se sumó mal" in text
    assert first.sha256 in text.replace(" ", "") and "Síndica Soto" in text and "Paula Peña" not in text


def test_a_rectification_lists_what_changed_and_which_later_closings_hold_what_was(county):
    close(county, 1)
    close(county, 2)
    changed("OBR-01-01", 1, 30, 100)
    made = close(county, 1, reason="Se sumó mal")
    text = printed(acta_pdf(made))
    for said in (
        "Cifras: 1", "OBR-01-01, enero", "60 / 100", "30 / 100", "El plan: indicador global", "83.75 %", "76.25 %",
        "Cierre de febrero 2016: OBR-01-01 de enero",
    ):  # fmt: skip
        assert said in text, said
    assert "Lo que cambia" not in printed(acta_pdf(Closing.objects.get(month=2)))
    again = printed(acta_pdf(close(county, 2, reason="También")))
    assert "Ninguno de los que había al rectificar" in again and "60 / 100" in again


def test_what_a_rectification_says_of_later_closings_stays_when_they_are_rectified(county):
    close(county, 1)
    close(county, 2)
    changed("OBR-01-01", 1, 30, 100)
    made = close(county, 1, reason="Se sumó mal")
    before = acta_pdf(made)
    close(county, 2, reason="Se sumó mal en enero")
    changed("OBR-01-01", 1, 20, 100)
    close(county, 1, reason="Todavía mal")
    assert acta_pdf(made) == before


def test_of_many_changes_the_acta_says_how_many_and_where_the_rest_is(county, monkeypatch):
    close(county, 1)
    changed("OBR-01-01", 1, 30, 100)
    changed("PRE-02-01", 1, 30, 100)
    monkeypatch.setattr("publishing.acta.changes.MOST", 1)
    text = printed(acta_pdf(close(county, 1, reason="Se sumó mal")))
    assert "Cifras: 2" in text and "OBR-01-01, enero" in text and "PRE-02-01, enero" not in text
    assert "Falta 1 renglón de esta lista: completa está en la página «Qué cambió»" in text
    assert "/2016/cierres/1/2/cambios/" in text


def test_a_rectification_without_differences_says_so(county):
    close(county, 1)
    assert "dice lo mismo que la versión anterior" in printed(acta_pdf(close(county, 1, reason="Por las dudas")))


def test_a_rectification_of_an_altered_version_has_no_acta(county):
    first, made = close(county, 1), close(county, 1, reason="Se sumó mal")
    with past_rules():
        Closing.objects.filter(pk=first.pk).update(document=b"{}")
    with pytest.raises(DocumentAltered):
        acta_pdf(made)
    answer = signed_in(planner()).get("/2016/cierres/1/2/acta.pdf")
    assert answer.status_code == 409 and "su huella no coincide" in answer.content.decode()


def test_months_before_it_that_are_open_or_not_closed_are_named(county):
    text = printed(acta_pdf(close(county, 3)))
    assert "seguían abiertos: enero, febrero." in text and "sin cierre: enero, febrero." in text


def test_it_prints_the_same_later_whatever_changed(county):
    signs = signer()
    made = close(county, 1)
    before = acta_pdf(made)
    signs.name = "Otra Persona"
    signs.save()
    Department.objects.filter(prefix="OBR").update(name="Otro nombre")
    close(county, 1, reason="Otra vez")
    made.refresh_from_db()
    assert acta_pdf(made) == before


def test_nobody_signs_where_nobody_is_named(county):
    assert acta_data(close(county, 1))["signatures"] == [{"role": "Firma", "name": None, "capacity": None}]


@pytest.mark.parametrize(
    "starts_on, ends_on, signs",
    [
        (date(2016, 1, 1), None, True),
        (date(2016, 10, 3), date(2016, 10, 3), True),
        (date(2016, 10, 4), None, False),
        (date(2015, 1, 1), date(2016, 10, 2), False),
    ],
)
def test_who_signs_is_who_does_so_that_day(county, starts_on, ends_on, signs):
    signer(starts_on=starts_on, ends_on=ends_on)
    assert bool(close(county, 1).acta["signers"]) is signs


def test_everybody_who_reads_prints_it(county):
    close(county, 1)
    people = make_people(Program.objects.first().department)
    for person in people.values():
        answer = signed_in(person).get("/2016/cierres/1/1/acta.pdf")
        assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"


# --- Who signs -----------------------------------------------------------------------------------------------------

NEW = "/cierres/firmas/nueva/"
GIVEN = {
    "kind": "closing", "name": "Ana Ruiz", "office": "Presidenta", "position": "1", "starts_on": "2016-09-01",
    "ends_on": "",
}  # fmt: skip


def test_planning_adds_and_changes_who_signs_and_the_trail_has_it():
    client = signed_in(planner())
    assert "Nadie está anotado" in client.get("/cierres/firmas/").content.decode()
    assert client.post(NEW, GIVEN).status_code == 302
    made = Signer.objects.get()
    assert "Ana Ruiz" in client.get("/cierres/firmas/").content.decode()
    client.post(f"/cierres/firmas/{made.pk}/", {**GIVEN, "ends_on": "2016-12-31"})
    made.refresh_from_db()
    assert made.ends_on == date(2016, 12, 31)
    entries = TrailEntry.objects.filter(subject_type="publishing.signer").order_by("pk")
    assert [entry.action for entry in entries] == ["agregar firmante", "cambiar firmante"]
    assert entries[1].changes == {"ends_on": [None, "2016-12-31"]}


@pytest.mark.parametrize(
    "given, said",
    [
        ({"name": ""}, "Escriba el nombre."),
        ({"name": "x" * 151}, "El nombre cabe en 150 letras."),
        ({"office": ""}, "Escriba el cargo."),
        ({"position": "0"}, "Escriba un número de 1 a 20."),
        ({"position": "uno"}, "Escriba un número de 1 a 20."),
        ({"starts_on": ""}, "Escriba la fecha."),
        ({"starts_on": "9999-12-31"}, "Escriba una fecha entre 1950 y 2099."),
        ({"ends_on": "2016-08-31"}, "no puede dejar de firmar antes de empezar"),
        ({"kind": "otra"}, "no es una de las opciones"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_lost(given, said):
    answer = signed_in(planner()).post(NEW, {**GIVEN, **given})
    assert answer.status_code == 200 and said in answer.content.decode() and not Signer.objects.exists()
    assert "Ana Ruiz" in answer.content.decode() or "name" in given


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "En el lugar 1 ya firma Paula Peña, Directora de Planeación desde el 01/01/2016: dé otro lugar"),
        ({"ends_on": "2016-12-31"}, "En el lugar 1 ya firma Paula Peña"),
        ({"starts_on": "2015-01-01", "ends_on": "2016-01-01"}, "En el lugar 1 ya firma Paula Peña"),
        ({"starts_on": "2015-01-01", "ends_on": "2015-12-31"}, None),
        ({"position": "2"}, None),
        ({"kind": "rectification"}, None),
    ],
)
def test_two_do_not_sign_in_one_place_at_once(given, said):
    signer()
    answer = signed_in(planner()).post(NEW, {**GIVEN, **given})
    assert Signer.objects.count() == (1 if said else 2)
    if said:
        text = " ".join(answer.content.decode().split())
        assert text.count(said) == 1 and 'value="Ana Ruiz"' in text
        assert not TrailEntry.objects.filter(subject_type="publishing.signer").exists()


def test_who_ended_leaves_the_place_and_who_is_changed_keeps_it():
    there = signer(ends_on=date(2016, 8, 31))
    client = signed_in(planner())
    assert client.post(NEW, GIVEN).status_code == 302
    path = f"/cierres/firmas/{there.pk}/"
    given = {**GIVEN, "name": "Paula Peña Ríos", "starts_on": "2016-01-01"}
    assert client.post(path, {**given, "ends_on": "2016-08-30"}).status_code == 302
    answer = client.post(path, {**given, "ends_on": "2016-09-01"})
    assert "En el lugar 1 ya firma Ana Ruiz, Presidenta desde el 01/09/2016" in answer.content.decode()
    there.refresh_from_db()
    assert there.ends_on == date(2016, 8, 30)


@pytest.mark.parametrize("role", OTHERS)
def test_everybody_else_is_refused(county, role):
    made = signer()
    client = signed_in(make_people(Program.objects.first().department)[role.value])
    for path in ("/cierres/firmas/", NEW, f"/cierres/firmas/{made.pk}/"):
        assert client.get(path).status_code == 403 and client.post(path, GIVEN).status_code == 403
    assert Signer.objects.get().name == "Paula Peña"


def test_a_signer_who_does_not_exist_is_not_found():
    assert signed_in(planner()).get("/cierres/firmas/987654/").status_code == 404


def test_who_signs_in_the_future_is_not_on_the_papers_of_today(county):
    signer(starts_on=(NOW + timedelta(days=30)).date())
    assert close(county, 1).acta["signers"] == []
