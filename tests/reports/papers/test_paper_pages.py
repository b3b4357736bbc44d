"""The report, the ficha and the card as paper: where pages end, what is read, what leads where, and what it costs."""

import io
import re
import time
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from page import validate_pdf_bytes
from pypdf import PdfReader

from accounts.models import Role
from indicators.models import Indicator
from programs.models import Axis, Department, Program
from tests.factories import make_people, make_user
from tests.reports.conftest import sign_in
from tests.reports.municipality import make_municipality
from tests.support.printed import FOOT, faults, lines_of, runs

pytestmark = pytest.mark.django_db
PDFS = ("/2016/informe.pdf?mes=3", "/2016/programas/PRE-02/ficha.pdf?mes=3", "/2016/tarjeta.pdf?mes=3")
PROGRAMS = [f"DA{letter}-{number:02d}" for letter in "ABCDE" for number in range(1, 6)][:24]
LONG = ["palabra larga de un nombre " * 19, "x" * 500]


@dataclass(frozen=True)
class Report:
    """``texts``: what each page reads."""

    content: bytes
    reader: PdfReader
    texts: list[str]


@pytest.fixture(scope="module")
def _printed() -> list[Report]:
    return []


@pytest.fixture
def report(request: pytest.FixtureRequest, _printed: list[Report]) -> Report:
    """Of 24 programmes with 7 indicators each: printed and read for the first that asks, and looked at by all."""
    if not _printed:
        client: Client = request.getfixturevalue("client")
        make_municipality(programs=24, indicators_each=7)
        sign_in(client, make_user("mayor", Role.READER))
        content = client.get("/2016/informe.pdf?mes=3").content
        reader = PdfReader(io.BytesIO(content))
        _printed.append(Report(content, reader, [page.extract_text() for page in reader.pages]))
    return _printed[0]


def rename(model: type[Model], field: str, words: str) -> None:
    """As far as the field takes it."""
    most = getattr(model._meta.get_field(field), "max_length", None)
    model._default_manager.update(**{field: words[:most].strip()})


# --- Letters -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PDFS)
def test_every_letter_is_on_its_page_and_can_be_read(reader, town, path):
    assert faults(reader.get(path).content) == []


@pytest.mark.parametrize("words", LONG)
@pytest.mark.parametrize("path", PDFS)
def test_long_names_stay_on_their_page(reader, town, path, words):
    for model in (Axis, Department, Program, Indicator):
        rename(model, "name", words)
    for field in ("numerator_label", "denominator_label"):
        rename(Indicator, field, words)
    assert faults(reader.get(path).content) == []


def test_the_mayors_sheet_is_one_page_of_letters_of_9_points(reader, town):
    content = reader.get(PDFS[2]).content
    assert len(PdfReader(io.BytesIO(content)).pages) == 1
    assert [run for run in runs(content) if run.size < 8.79 and run.baseline > FOOT] == [], "only the foot is smaller"


def test_every_light_of_the_mayors_sheet_has_its_word(client):
    make_municipality(programs=24, indicators_each=7)
    sign_in(client, make_user("mayor", Role.READER))
    content = client.get("/2016/tarjeta.pdf?mes=3").content
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    words = re.findall(r"[●▲■◆○]\s*([a-z]*)", text)
    assert not re.search(r"^\s*%", text, re.M), "a number keeps its sign"
    assert len(words) > 8 and set(words) <= {"verde", "amarillo", "rojo", "sobrecumplimiento", "sin"}, words


def test_a_ficha_of_many_indicators_takes_a_second_page_before_its_letters_get_small(client):
    year = make_municipality(programs=1, indicators_each=60)
    sign_in(client, make_people(year.programs.get().department)["reader"])
    content = client.get("/2016/programas/DAA-01/ficha.pdf?mes=3").content
    assert faults(content) == []
    lines = lines_of(content)
    assert len(lines) > 1 and min(lines) > 5


# --- Pages -------------------------------------------------------------------------------------------------------


def test_no_page_of_the_report_holds_a_line_or_two(report):
    lines = lines_of(report.content)
    assert len(lines) > 12
    assert all(count >= 5 for count in lines), lines


def test_a_programme_begins_with_its_picture_and_its_first_indicator(report):
    for code in PROGRAMS:
        *_, begins = (text for text in report.texts if f"{code} Programa" in text)
        after = begins.split(f"{code} Programa")[1]
        assert "Cumplimiento: ene" in after and f"{code}-01" in after, code


def test_the_titles_come_again_and_name_the_programme(report):
    for text in report.texts:
        for code in set(re.findall(r"^(D[A-Z]{2}-\d\d)-\d\d", text, re.M)):
            assert f"Indicadores de {code} y su fórmula" in text, code


# --- Ways --------------------------------------------------------------------------------------------------------


def links(reader: PdfReader) -> list[tuple[int, int]]:
    """From page to page, counted from 1."""
    at = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages, start=1)}
    found = []
    for number, page in enumerate(reader.pages, start=1):
        for annotation in page.get("/Annots", []):
            target: Any = annotation.get_object().get("/A", annotation.get_object())
            where = target["/D"] if "/D" in target else target["/Dest"]
            if isinstance(where, str):
                where = reader.named_destinations[where].dest_array
            found.append((number, at[where[0].idnum]))
    return found


def test_the_list_leads_to_each_programme_and_back(report):
    text = report.texts
    ways = links(report.reader)
    (first,) = (number for number, page in enumerate(text, start=1) if "Programa por programa" in page and number > 1)
    for code in PROGRAMS:
        (listed,) = (n for n, page in enumerate(text[: first - 1], start=1) if f"{code} Programa" in page)
        (sheet,) = (n for n, page in enumerate(text[first - 1 :], start=first) if f"{code} Programa" in page)
        assert (listed, sheet) in ways and (sheet, listed) in ways, code


def test_the_cover_lists_what_is_inside_with_its_pages(report):
    cover = report.texts[0]
    for title in ("Resumen", "Lista de programas", "Programa por programa", "Método"):
        found = re.search(rf"{title}\s+(\d+)", cover)
        assert found, title
        assert title in report.texts[int(found[1]) - 1]
        assert (1, int(found[1])) in links(report.reader)


def test_the_outline_leads_to_departments_and_programmes(report):
    def titles(entries: Any, depth: int = 0) -> list[tuple[int, str]]:
        made = []
        for entry in entries:
            made += titles(entry, depth + 1) if isinstance(entry, list) else [(depth, entry.title)]
        return made

    found = titles(report.reader.outline)
    assert [title[:6] for depth, title in found if depth == 3] == PROGRAMS
    assert [title for depth, title in found if depth == 2] == [f"Dependencia {number}" for number in range(5)]


# --- What it costs -----------------------------------------------------------------------------------------------


def test_the_report_costs_little(client):
    """Time of processors, which is the same on a busy machine; ``bench`` measures the real size, and its memory."""
    make_municipality(programs=24, indicators_each=7)
    sign_in(client, make_user("mayor", Role.READER))
    started = time.process_time()
    client.get("/2016/informe.pdf?mes=3")
    assert time.process_time() - started < 2.5


# --- The standard ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PDFS)
def test_a_validator_of_pdf_ua_finds_nothing(reader, town, path):
    report = validate_pdf_bytes(reader.get(path).content, profile="ua1")
    assert report.is_compliant, report.to_json()


def test_a_validator_of_pdf_ua_finds_nothing_in_a_report_of_many_pages(report):
    found = validate_pdf_bytes(report.content, profile="ua1")
    assert found.is_compliant, found.to_json()
