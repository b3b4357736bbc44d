"""A paper that somebody altered past the rules says so wherever it is seen, instead of printing its old fingerprint."""

import copy
import hashlib
import json
import re
from typing import Any

import pytest

from core.models import TrailEntry
from core.pdf import canonical, fingerprint
from indicators.acts import ReceiptAct
from indicators.models import Receipt
from indicators.papers import checking
from indicators.papers.checking import NotHeld, papers_that_do_not_hold
from tests.indicators.papers.test_issuing import correct, figures
from tests.indicators.papers.test_issuing import validate as validate_again
from tests.indicators.papers.test_pages import folio, pdf_text, validate
from tests.indicators.town import Town, make_town
from tests.support.owner import past_rules
from tests.support.pages import text_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
SAID = "NO COINCIDE CON SU HUELLA"
TO_DO = "Avise a Contraloría y a Planeación"
LABEL = "Huella SHA-256 de las cifras"


@pytest.fixture
@shared
def town() -> Town:
    town = make_town(2)
    town.save(town.pair(3, 4), town.pair(4, 4, 1))
    town.submit()
    town.commit(0)
    validate(town, 0, 1)
    return town


def alter(receipt: Receipt, **values: Any) -> None:
    """As whoever owns the database can, with the rules switched off."""
    with past_rules():
        Receipt.objects.filter(pk=receipt.pk).update(**values)


def other_figure(receipt: Receipt) -> Any:
    figures = copy.deepcopy(receipt.figures)
    figures["programs"][0]["rows"][0]["numerator"] = "4"
    return figures


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text_of(response)))


def test_what_an_altered_constancia_says_is_not_carried_into_the_next_one(town):
    old = Receipt.objects.get(kind="constancia")
    changed = copy.deepcopy(old.figures)
    changed["programs"][0]["rows"][1]["numerator"] = "400"
    alter(old, figures=changed)
    correct(town, 4, 4)
    new = validate_again(town, 0)
    assert {code: row["numerator"] for code, row in figures(new).items()} == {"PRE-01-01": "4", "PRE-01-02": "4"}
    assert new.measurements.count() == 2 and checking.altered(new) is None
    entry = TrailEntry.objects.get(action=ReceiptAct.ISSUE_CONSTANCIA, subject_id=new.pk)
    assert f"Lo guardado de {old.folio} no coincide con su huella" in entry.reason


@pytest.mark.parametrize("kind", ["acuse", "constancia"])
def test_page_pdf_and_file_of_a_sound_paper(town, kind):
    receipt, client = Receipt.objects.get(kind=kind), town.client("comptroller")
    page, printed = words(client.get(f"/papeles/{folio(kind)}/")), pdf_text(client.get(f"/papeles/{folio(kind)}.pdf"))
    for said in (page, printed):
        assert SAID not in said and f"{LABEL}: {receipt.fingerprint}" in re.sub(r" ?: ?", ": ", said)
    file = client.get(f"/papeles/{folio(kind)}.json")
    assert hashlib.sha256(file.content).hexdigest() == receipt.fingerprint
    assert file["Content-Disposition"] == f'attachment; filename="{folio(kind)}.json"'
    assert f"/papeles/{folio(kind)}.json" in text_of(client.get(f"/papeles/{folio(kind)}/"))


@pytest.mark.parametrize("kind", ["acuse", "constancia"])
def test_one_altered_figure_is_told_on_page_pdf_list_and_file(town, kind):
    receipt, client = Receipt.objects.get(kind=kind), town.client("director")
    changed = other_figure(receipt)
    alter(receipt, figures=changed)
    page, printed = words(client.get(f"/papeles/{folio(kind)}/")), pdf_text(client.get(f"/papeles/{folio(kind)}.pdf"))
    for said in (page, printed):
        assert SAID in said and TO_DO in said and receipt.folio in said and LABEL not in said
        assert f"Huella con que se expidió: {receipt.fingerprint}" in said
        assert f"Huella de lo que hoy está guardado: {fingerprint(changed)}" in said
    listed = words(client.get("/2016/captura/PRE/9/papeles/"))
    assert listed.count("no coincide con su huella") == 1
    file = client.get(f"/papeles/{folio(kind)}.json")
    assert json.loads(file.content) == changed and "no-coincide" in file["Content-Disposition"]


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        "x",
        7,
        {"at": None},
        {"programs": None},
        {"programs": [{"rows": [{}]}]},
        {"count": [7], "programs": "ab"},
    ],
    ids=repr,
)
def test_content_that_is_no_paper_any_more_is_told_too(town, content):
    receipt, client = Receipt.objects.get(kind="constancia"), town.client("director")
    old_acuse = Receipt.objects.get(kind="acuse")
    alter(
        receipt,
        figures=content,
        replaced_by=old_acuse,
        void_at="2016-11-01T00:00Z",
    )
    for address in ("/", ".pdf"):
        response = client.get(f"/papeles/{receipt.folio}{address}")
        said = words(response) if address == "/" else pdf_text(response)
        assert response.status_code == 200 and SAID in said and receipt.folio in said
    assert client.get(f"/papeles/{receipt.folio}.json").status_code == 200
    assert "no coincide con su huella" in words(client.get("/2016/captura/PRE/9/papeles/"))
    assert "no coincide con su huella" in words(client.get("/2016/revision/PRE/9/"))


def test_the_same_content_written_otherwise_holds(town):
    receipt = Receipt.objects.get(kind="acuse")
    alter(receipt, figures=json.loads(json.dumps(receipt.figures, sort_keys=True, indent=3)))
    assert SAID not in words(town.client().get(f"/papeles/{receipt.folio}/"))


@pytest.mark.parametrize(
    ("role", "status"), [("liaison", 200), ("director", 200), ("planning", 200), ("comptroller", 200), ("reader", 404)]
)
def test_the_file_is_for_whoever_reads_the_paper(town, role, status):
    response = town.client(role).get(f"/papeles/{folio()}.json")
    assert response.status_code == status
    assert town.client(role).post(f"/papeles/{folio()}.json").status_code == 405


def test_every_paper_that_holds_is_passed_over(town):
    assert Receipt.objects.count() == 2 and list(papers_that_do_not_hold()) == []


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (lambda paper: {"figures": other_figure(paper)}, "lo que está guardado no coincide con su huella"),
        (lambda paper: {"fingerprint": "0" * 64}, "lo que está guardado no coincide con su huella"),
        (
            lambda paper: {"figures": other_figure(paper), "fingerprint": fingerprint(other_figure(paper))},
            "la bitácora dice que se expidió con otra huella",
        ),
        (lambda paper: {"folio": "C-2016-PRE-09-777"}, "la bitácora dice que se expidió con otro folio"),
    ],
    ids=["figure", "fingerprint", "both", "folio"],
)
def test_what_was_altered_is_named_among_all_papers(town, values, reason):
    paper = Receipt.objects.get(kind="constancia")
    alter(paper, **values(paper))
    paper.refresh_from_db()
    assert list(papers_that_do_not_hold()) == [NotHeld(paper.folio, reason)]


def test_a_paper_that_nobody_issued_is_named(town):
    paper = Receipt.objects.get(kind="constancia")
    paper.pk, paper.folio = None, "C-2016-PRE-09-002"
    paper.save()
    assert list(papers_that_do_not_hold()) == [NotHeld(paper.folio, "la bitácora no tiene su expedición")]


def test_papers_are_read_a_few_at_a_time(town, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(checking, "BATCH", 1)
    with django_assert_num_queries(3):  # the papers, and the trail of each batch
        assert list(papers_that_do_not_hold()) == []


def test_the_fingerprint_is_of_the_file_s_bytes(town):
    paper = Receipt.objects.get(kind="acuse")
    assert canonical(paper.figures) == town.client().get(f"/papeles/{paper.folio}.json").content
