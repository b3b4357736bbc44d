"""The page of a sample: who opens it, what it shows beforehand, and what it says of what cannot be."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from core.models import TrailEntry
from indicators.models import Indicator
from programs.models import FiscalYear, Program
from publishing.acts import SampleAct
from tests.factories import make_measurement, make_people, signed_in
from tests.reports.county import make_county
from tests.support.contents import forget_captures
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
AUDITORS = [Role.COMPTROLLER, Role.PLANNING]
PAGE, FILE = "/2016/muestra/", "/2016/muestra/expediente.zip"


@pytest.fixture
@shared
def county() -> FiscalYear:
    """PRE-01 100, PRE-02 80, OBR-01 60, DIF-01 95 from January to March: 12 figures."""
    year = make_county()
    for indicator in Indicator.objects.filter(measurements__month=1):
        pair = indicator.measurements.get(month=1)
        for month in (2, 3):
            make_measurement(indicator, month, pair.numerator, pair.denominator)
    return year


def client_of(role: str) -> Client:
    return signed_in(make_people(Program.objects.earliest("pk").department)[role])


@pytest.fixture
def auditor(county) -> Client:
    return client_of(Role.COMPTROLLER.value)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def sent(client: Client, query: str = "?mes=3", **data: str) -> Any:
    shown = client.get(f"{PAGE}{query}").context["sample"].fingerprint
    return client.post(
        f"{FILE}{query}", {"size": "4", "seed": "a", "strata": "dependencia", "population": shown, **data}
    )


@pytest.mark.parametrize("role", list(Role))
def test_only_who_reads_the_whole_trail_and_every_draft_draws(county, role):
    client = client_of(role.value)
    expected = 200 if role in AUDITORS else 404
    assert client.get(PAGE).status_code == expected
    assert client.post(FILE, {"size": "1", "seed": "a", "strata": "dependencia"}).status_code == expected
    trail = client.get("/bitacora/")
    assert ("Sacar una muestra" in trail.content.decode()) == (role in AUDITORS)
    assert not TrailEntry.objects.filter(action=SampleAct.DRAW).exists()


def test_nobody_draws_without_signing_in(county):
    for answer in (Client().get(PAGE), Client().post(FILE)):
        assert answer.status_code == 302 and "/entrar/" in answer["Location"]


def test_strata_and_figures_are_shown_before_they_are_drawn(auditor):
    page = text_of(auditor.get(f"{PAGE}?mes=3&tamano=6&semilla=acta%207"))
    assert "Población: 12 cifras." in page and "Descargar el expediente de 6 cifras (ZIP)" in page
    rows = auditor.get(f"{PAGE}?mes=3&tamano=6").context["strata"]
    assert [(row["name"], row["population"], row["drawn"]) for row in rows] == [
        ("Presidencia Municipal", "6", "3"), ("Obras Públicas", "3", "2"), ("Ándale Desarrollo Integral", "3", "1"),
    ]  # fmt: skip
    first, second = (auditor.get(f"{PAGE}?mes=3&tamano=6&semilla=acta%207").context["units"] for _ in range(2))
    assert first == second and len(first) == 6


def test_strata_by_light(auditor):
    rows = auditor.get(f"{PAGE}?mes=3&tamano=4&estratos=semaforo").context["strata"]
    assert [(row["name"], row["population"], row["drawn"]) for row in rows] == [
        ("verde", "6", "2"), ("amarillo", "3", "1"), ("rojo", "3", "1"),
    ]  # fmt: skip


def test_a_seed_is_proposed_and_may_be_any_text(auditor):
    proposed = {auditor.get(PAGE).context["asked"].seed for _ in range(2)}
    assert len(proposed) == 2
    page = auditor.get(f"{PAGE}?semilla=Acta%20%20n%CC%83and%C3%BA%0A%3Cb%3E")
    assert page.context["asked"].seed == "Acta ñandú <b>" and "&lt;b&gt;" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("tamano=13", "No hay tantas cifras: la población tiene 12. Pida 12 o menos."),
        ("tamano=0", "Escriba de cuántas cifras es la muestra, con un número de 1 a 12."),
        ("tamano=-1", "Escriba de cuántas cifras es la muestra, con un número de 1 a 12."),
        ("tamano=%D9%A4%D9%A2", "Escriba de cuántas cifras es la muestra, con un número de 1 a 12."),
        ("tamano=" + "9" * 5000, "Escriba de cuántas cifras es la muestra, con un número de 1 a 12."),
        ("estratos=color", "Los estratos son por dependencia o por semáforo: elija uno de los dos."),
        ("semilla=" + "a" * 101, "La semilla cabe en 100 letras: escriba una más corta."),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence_and_what_was_typed_stays(auditor, query, sentence):
    answer = auditor.get(f"{PAGE}?mes=3&semilla=mia&{query}")
    assert answer.status_code == 200 and text_of(answer).count(sentence) == 1
    assert "Descargar el expediente" not in text_of(answer) and "Población: 12 cifras." in text_of(answer)
    if "semilla=a" not in query:
        assert 'value="mia"' in text_of(answer)


@pytest.mark.parametrize(
    "data", [{"size": "13"}, {"size": "x"}, {"size": "\0"}, {"strata": "color"}, {"seed": "a" * 101}, {"seed": ""}]
)
def test_what_cannot_be_drawn_is_told_where_it_is_sent_too(auditor, data):
    answer = sent(auditor, **data)
    assert answer.status_code == 200 and 'role="alert"' in text_of(answer)
    assert not TrailEntry.objects.filter(action=SampleAct.DRAW).exists()


@pytest.mark.parametrize("shown", ["", "0" * 64])
def test_a_population_that_changed_since_is_told_and_nothing_is_downloaded(auditor, shown):
    answer = sent(auditor, population=shown)
    assert "La población cambió mientras usted miraba la página" in text_of(answer)
    assert not TrailEntry.objects.filter(action=SampleAct.DRAW).exists()
    assert sent(auditor)["Content-Type"] == "application/zip"


def test_a_sample_smaller_than_its_strata_says_that_some_have_none(auditor):
    assert "algunos quedan sin ninguna" in text_of(auditor.get(f"{PAGE}?mes=3&tamano=2"))
    assert "algunos quedan sin ninguna" not in text_of(auditor.get(f"{PAGE}?mes=3&tamano=3"))


def test_a_year_without_figures_says_so(auditor):
    forget_captures()
    page = text_of(auditor.get(f"{PAGE}?mes=3"))
    assert "no hay cifras validadas" in page and "Descargar" not in page
    assert "no hay cifras validadas" in text_of(sent(auditor))


@pytest.mark.parametrize("path", ["/2011/muestra/", "/2016/muestra/?mes=13", "/2016/muestra/?mes=x"])
def test_what_does_not_exist_is_not_found(auditor, path):
    assert auditor.get(path).status_code == 404


def test_the_page_reads_as_often_whatever_the_size(auditor, django_assert_num_queries):
    auditor.get(f"{PAGE}?mes=3")
    with django_assert_num_queries(6):
        auditor.get(f"{PAGE}?mes=3&tamano=3&semilla=a")
    with django_assert_num_queries(6):
        auditor.get(f"{PAGE}?mes=3&tamano=12&semilla=a")
