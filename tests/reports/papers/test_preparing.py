"""The report of the whole plan by the worker: asked for, waited for, kept; nobody's request makes it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.mailing import Letter, post_all
from accounts.models import Mail
from core import trail
from indicators.acts import FigureAct
from indicators.models import State
from reports.models import PreparedPaper
from reports.papers import preparing
from tests.factories import make_measurement
from tests.reports.conftest import Town, sign_in
from tests.reports.papers.test_papers import pdf_of
from tests.support.pages import text_of
from tests.support.tasks import tasks_by_worker, work

pytestmark = pytest.mark.django_db
REPORT = "/2016/informe.pdf?mes=3&alcance=oficial"


@pytest.fixture(autouse=True)
def _worker() -> Iterator[None]:
    with tasks_by_worker():
        yield


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that a report is really made."""
    times: list[int] = []
    make = preparing.make_report

    def counted(*args: Any, **kwargs: Any) -> bytes:
        times.append(1)
        return make(*args, **kwargs)

    monkeypatch.setattr(preparing, "make_report", counted)
    return times


def reader_of(town: Town, role: str = "reader") -> Client:
    return sign_in(Client(), town.people[role])


def waits_at(page: Any) -> str:
    """Where the page looks again by itself."""
    assert page.status_code == 202 and page["Refresh"].startswith("3; url=")
    return page["Refresh"].removeprefix("3; url=")


def save_something(town: Town) -> None:
    """What any service does: it writes the trail with its change."""
    row = make_measurement(town.indicators["PRE-02-04"], 3, 1, 2, State.VALIDATED)
    trail.record(subject=row, action=FigureAct.VALIDATE, actor=None, at=timezone.now(), changes={})


def test_the_request_makes_nothing_and_the_page_becomes_the_file(town: Town, made: list[int]) -> None:
    reader = reader_of(town)
    page = reader.get(REPORT)
    assert not made and "Preparando el informe" in text_of(page) and "El suyo es el que sigue" in text_of(page)
    assert reader.get(waits_at(page)).status_code == 202
    work()
    done = reader.get(waits_at(page))
    assert "Informe trimestral, enero–marzo 2016" in pdf_of(done) and "120 / 130" in pdf_of(done)
    assert done["Content-Disposition"] == 'inline; filename="informe-trimestre-2016-03-oficial.pdf"'
    # The same address as ever has it as well, and nothing is made for it.
    assert reader.get(REPORT).content == done.content and len(made) == 1


def test_no_mail_server_keeps_a_report_waiting(town: Town) -> None:
    now = timezone.now()
    letter = Letter(Mail.Kind.REMINDER, "ana@durango.example", "Faltan cifras", "Faltan cifras.", "recordatorio")
    post_all([letter] * 3, now=now)
    reader_of(town).get(REPORT)
    paths = [task.task_path for task in DBTaskResult.objects.ready()]
    assert paths[0] == "reports.papers.preparing.prepare" and len(paths) == 4


def test_it_is_made_once_for_everybody(town: Town, made: list[int]) -> None:
    roles = ["reader", "planning", "liaison", "director", "comptroller"]
    pages = [(reader_of(town, role), reader_of(town, role).get(REPORT)) for role in roles]
    assert DBTaskResult.objects.count() == 1
    work()
    assert len({client.get(waits_at(page)).content for client, page in pages}) == 1 and len(made) == 1


def test_who_waits_gets_it_whatever_is_saved_meanwhile_and_who_asks_then_gets_the_new_one(
    town: Town, made: list[int]
) -> None:
    reader = reader_of(town)
    page = reader.get(REPORT)
    work()
    save_something(town)
    assert "1 / 2" not in pdf_of(reader.get(waits_at(page)))
    anew = reader.get(REPORT)
    assert anew.status_code == 202
    work()
    assert "1 / 2" in pdf_of(reader.get(REPORT)) and len(made) == 2


@pytest.mark.parametrize("other", ["mes=6&alcance=oficial", "mes=3&alcance=preliminar", "mes=3&elaboro=Ana"])
def test_another_report_is_never_handed_out_for_it(town: Town, other: str) -> None:
    reader = reader_of(town)
    reader.get(REPORT)
    work()
    paper = PreparedPaper.objects.get()
    assert reader.get(f"/2016/informe.pdf?{other}&preparado={paper.pk}").status_code == 202


@pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 40, "0", "%00"])
def test_a_made_up_one_is_no_paper(town: Town, typed: str) -> None:
    assert reader_of(town).get(f"{REPORT}&preparado={typed}").status_code in (202, 400)


def test_nobody_takes_it_without_signing_in(town: Town) -> None:
    reader_of(town).get(REPORT)
    work()
    response = Client().get(f"{REPORT}&preparado={PreparedPaper.objects.get().pk}")
    assert response.status_code == 302 and response.url.startswith("/entrar/")


def test_a_failure_is_told_and_asked_for_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> bytes:
        raise MemoryError

    reader = reader_of(town)
    with monkeypatch.context() as patch:
        patch.setattr(preparing, "render_pdf", fail)
        page = reader.get(REPORT)
        work()
        failed = reader.get(waits_at(page))
    assert failed.status_code == 503 and "No se pudo preparar el informe" in text_of(failed)
    assert "Refresh" not in failed and "Intentar otra vez" in text_of(failed)
    assert reader.get(REPORT).status_code == 202
    work()
    assert "120 / 130" in pdf_of(reader.get(REPORT))


def test_what_a_killed_worker_left_is_made_by_the_next(
    town: Town, made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = reader_of(town)
    page = reader.get(REPORT)
    DBTaskResult.objects.update(status="RUNNING")
    later = timezone.now() + preparing.FORGOTTEN * 1.2
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert reader.get(waits_at(page)).status_code == 202
    work()
    assert "120 / 130" in pdf_of(reader.get(REPORT)) and len(made) == 1


def test_papers_go_after_a_day(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = reader_of(town)
    reader.get(REPORT)
    work()
    tomorrow = timezone.now() + preparing.KEPT_FOR * 1.1
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    reader_of(town).get(REPORT)
    work()
    assert PreparedPaper.objects.count() == 1
