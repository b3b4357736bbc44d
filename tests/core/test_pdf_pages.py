"""What is printed stays on its page and can be read: no letter under 8 pt, none beyond the margins or over another.

And a validator of PDF/UA-1 finds nothing.
"""

import io
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pypdf
import pytest
from page import validate_pdf_bytes

from core.pdf import render_pdf
from tests.core import pdf_samples as samples
from tests.support.printed import faults

NOW = datetime(2016, 10, 7, 12, 34, tzinfo=ZoneInfo("America/Monterrey"))
DOCUMENTS = [("acuse.typ", samples.acuse), ("constancia.typ", samples.constancia), ("formato.typ", samples.formato)]
LONG = ["palabra larga de un nombre " * 19, "x" * 500, "Administración/Desarrollo-" * 19, "ñ́" * 250]


def pdf(template, data):
    return render_pdf(template, data, created=NOW, title="Septiembre 2016")


def lengthened(value, words):
    """The same data with every name, reason and note in those words."""
    if isinstance(value, list):
        return [lengthened(item, words) for item in value]
    if isinstance(value, dict):
        long = {"name", "department", "by", "numerator_label", "formula", "reason", "text", "municipality", "product"}
        return {
            key: words if key in long and isinstance(item, str) else lengthened(item, words)
            for key, item in value.items()
        }
    return value


@pytest.mark.parametrize(("template", "sample"), DOCUMENTS)
def test_every_letter_is_on_its_page_and_can_be_read(template, sample):
    assert faults(pdf(template, sample())) == []


@pytest.mark.parametrize("words", LONG)
@pytest.mark.parametrize(("template", "sample"), DOCUMENTS)
def test_names_of_500_letters_stay_on_their_page(template, sample, words):
    content = pdf(template, lengthened(sample(), words))
    assert faults(content) == []
    printed = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    letters = re.sub(r"[\s\u200b]+", "", printed)
    assert letters.count(re.sub(r"\s+", "", words)[:400]) >= 1, "nothing of it is cut"


@pytest.mark.parametrize(("template", "sample"), DOCUMENTS)
def test_the_largest_amounts_leave_room_for_the_name(template, sample):
    data = sample()
    for program in data["programs"]:
        for row in program["rows"]:
            row |= {"numerator": "999,999,999,999.9999", "denominator": "999,999,999,999.9999"}
            row |= {"month": "12,345,678.90 %", "accumulated": "12,345,678.90 %"}
    assert faults(pdf(template, data)) == []


@pytest.mark.parametrize(("template", "sample"), DOCUMENTS)
def test_a_validator_of_pdf_ua_finds_nothing(template, sample):
    report = validate_pdf_bytes(pdf(template, sample()), profile="ua1")
    assert report.is_compliant, report.to_json()


def test_the_validator_would_find_something():
    content = pdf("acuse.typ", samples.acuse()).replace(b"/Marked true", b"/Marked null")
    assert not validate_pdf_bytes(content, profile="ua1").is_compliant


def test_nothing_is_said_to_be_suspect():
    """Readers that are built on poppler call «Suspects false» an error of the file."""
    content = pdf("acuse.typ", samples.acuse())
    assert b"/Suspects" not in content
    assert pypdf.PdfReader(io.BytesIO(content), strict=True).trailer["/Root"]["/MarkInfo"] == {"/Marked": True}


def test_a_row_and_its_notes_are_on_one_page():
    note = [{"label": "Justificación", "text": "palabra " * 60 + "fin"}]
    rows = [samples.ROWS[0] | {"code": f"PRE-02-{n:03}", "notes": note} for n in range(1, 40)]
    content = pdf("constancia.typ", samples.constancia(programs=[samples.PROGRAM | {"rows": rows}]))
    for text in (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages):
        assert (
            len(re.findall(r"PRE-02-\d{3}", text)) == text.count("Justificación:") == len(re.findall(r"\bfin\b", text))
        )


def test_a_note_that_fills_a_page_by_itself_goes_on_on_the_next():
    note = [{"label": "Justificación", "text": "palabra " * 1500 + "fin"}]
    program = samples.PROGRAM | {"rows": [samples.ROWS[0] | {"notes": note}]}
    assert faults(pdf("constancia.typ", samples.constancia(programs=[program]))) == []
