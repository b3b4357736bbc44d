"""The file of the instrument of an adjusted target that was registered without it: attached afterwards, once."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core.models import TrailEntry
from indicators import services
from indicators.models import Indicator, InstrumentFile, TargetAdjustment
from programs.models import FiscalYear
from tests.factories import NOW, access_of, make_department, make_indicator, make_people, make_program, make_year
from tests.indicators.sample_files import SVG, pdf, upload
from tests.support.files import stored_evidence
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db
TARGET, LIST = "/2016/catalogo/metas/PRE-01-01/", "/2016/catalogo/metas/"
ATTACH = f"{TARGET}10/archivo/"


@pytest.fixture
def officer() -> User:
    """Of planning, who adjusted three targets by «Acta 12» and one by another, all without the file."""
    year = make_year()
    program = make_program(year)
    people = make_people(program.department)
    for month, instrument in ((10, "Acta 12"), (10, "Acta 12"), (11, "acta  12"), (11, "Acta 7")):
        adjust(people["planning"], make_indicator(program), month, instrument)
    other = make_program(year, "OBR-01", department=make_department("OBR", "Obras"))
    adjust(people["planning"], make_indicator(other), 10, "Acta 12")
    return people["planning"]


@pytest.fixture
def planning(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


def adjust(officer: User, indicator: Indicator, month: int, instrument: str) -> None:
    services.adjust_target(
        access=access_of(officer),
        indicator=indicator,
        effective_month=month,
        target=80,
        reason="Recorte",
        authorized_by="Cabildo",
        instrument=instrument,
        now=NOW,
    )


def send(client: Client, **changes: Any) -> Any:
    return client.post(ATTACH, {"file": upload(name="../acta 12.pdf"), **changes}, follow=True)


def test_the_page_says_who_lacks_a_file_and_leads_to_it(planning: Client) -> None:
    page = planning.get(TARGET)
    assert "sin archivo" in words_of(page) and f'href="{ATTACH}"' in page.content.decode()
    form = words_of(planning.get(ATTACH))
    assert "Acta 12" in form and "desde octubre" in form and "Cabildo" in form
    done = send(planning)
    assert done.redirect_chain[-1][0] == TARGET
    kept = InstrumentFile.objects.get()
    assert kept.adjustment.indicator.code == "PRE-01-01" and kept.instrument == "Acta 12"
    assert "acta 12.pdf" in words_of(done) and "sin archivo" not in words_of(done)
    assert ATTACH not in done.content.decode()


def test_the_trail_says_it(planning: Client, officer: User) -> None:
    send(planning)
    entry = TrailEntry.objects.get(action="adjuntar instrumento")
    kept = InstrumentFile.objects.get()
    assert (entry.actor, entry.capacity, entry.subject_label) == (officer, "Planeación", "PRE-01-01 desde octubre")
    assert entry.changes["file"] == [None, "acta 12.pdf"] and entry.scope_id == kept.department_id


def test_one_file_serves_all_that_cite_it_where_that_is_asked_for(planning: Client, kept_files: Path) -> None:
    form = planning.get(ATTACH)
    said = words_of(form)
    assert "OBR-01-01" in said and "PRE-01-02" in said and "PRE-01-03" in said and "PRE-01-04" not in said
    before = stored_evidence()
    done = words_of(send(planning, also="on"))
    assert "PRE-01-01 y 3 más" in done
    codes = sorted(kept.adjustment.indicator.code for kept in InstrumentFile.objects.all())
    assert codes == ["OBR-01-01", "PRE-01-01", "PRE-01-02", "PRE-01-03"]
    assert len({kept.file.name for kept in InstrumentFile.objects.all()}) == 1 and len(stored_evidence() - before) == 1
    prefixes = [kept.department.prefix for kept in InstrumentFile.objects.order_by("adjustment__indicator__code")]
    assert prefixes == ["OBR", "PRE", "PRE", "PRE"]
    assert TrailEntry.objects.filter(action="adjuntar instrumento").count() == 4


def test_the_list_finds_who_lacks_one(planning: Client) -> None:
    def codes() -> list[str]:
        return [row.code for row in planning.get(LIST, {"solo": "sin-archivo"}).context["list"].rows]

    assert codes() == ["OBR-01-01", "PRE-01-01", "PRE-01-02", "PRE-01-03", "PRE-01-04"]
    send(planning, also="on")
    assert codes() == ["PRE-01-04"]
    assert "con meta ajustada sin archivo" in words_of(planning.get(LIST))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"file": ""}, "Elija un archivo."), ({"file": upload(SVG)}, "SVG"), ({"file": upload(b"")}, "vacío")],
)
def test_what_is_not_accepted_is_said_and_keeps_nothing(planning: Client, changes: Any, sentence: str) -> None:
    before = stored_evidence()
    page = send(planning, also="on", **changes)
    assert page.status_code == 200 and sentence in words_of(page) and "checked" in page.content.decode()
    assert not InstrumentFile.objects.exists() and stored_evidence() == before


def test_a_second_file_is_not_taken(planning: Client) -> None:
    send(planning)
    before = stored_evidence()
    page = send(planning, file=upload(pdf("otro")))
    assert "ya tiene su archivo" in words_of(page)
    assert InstrumentFile.objects.count() == 1 and stored_evidence() == before
    assert planning.get(ATTACH).status_code == 302


def test_a_locked_year_takes_none(planning: Client) -> None:
    FiscalYear.objects.update(locked=True)
    assert ATTACH not in planning.get(TARGET).content.decode()
    assert "está cerrado" in words_of(send(planning))
    assert not InstrumentFile.objects.exists()


def test_what_is_not_there_is_not_found(planning: Client) -> None:
    for path in (
        f"{TARGET}9/archivo/",
        "/2016/catalogo/metas/PRE-09-01/10/archivo/",
        "/2015/catalogo/metas/x/1/archivo/",
    ):
        assert planning.get(path).status_code == 404, path


@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_nobody_but_planning_attaches_it(role: str, client: Client, officer: User) -> None:
    before = stored_evidence()
    client.force_login(User.objects.get(username=role), backend="accounts.backends.PersonBackend")
    assert client.get(ATTACH).status_code == 404 and send(client).status_code == 404
    with pytest.raises(services.NotAllowed):
        services.attach_instrument(
            access=access_of(User.objects.get(username=role), date(2016, 10, 3)),
            adjustments=TargetAdjustment.objects.all(),
            file=upload(),
            name="acta.pdf",
            now=NOW,
        )
    assert not InstrumentFile.objects.exists() and stored_evidence() == before


@pytest.mark.parametrize("adjusted", [1, 9])
def test_the_queries_do_not_depend_on_how_many_cite_it(
    planning: Client, officer: User, adjusted: int, django_assert_num_queries: Any
) -> None:
    program = TargetAdjustment.objects.first().indicator.action.program
    for _ in range(adjusted):
        adjust(officer, make_indicator(program), 10, "Acta 12")
    with django_assert_num_queries(7):
        assert planning.get(ATTACH).status_code == 200
