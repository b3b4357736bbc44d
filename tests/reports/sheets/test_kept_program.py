"""A programme's page is kept by what was read for it: on both databases it says what is there now."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F

from accounts.models import User
from indicators.models import Indicator, Measurement, Period, State
from programs.models import Department, FiscalYear, Program, Strategy
from tests.factories import make_measurement
from tests.indicators.results.processes import nothing_kept
from tests.indicators.town import Town, make_town
from tests.support.contents import forget_captures
from tests.support.pages import words_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
PAGES = ("/2016/programas/PRE-01/?mes=9", "/2016/programas/PRE-01/?mes=3&alcance=preliminar")


@pytest.fixture
@shared
def town() -> Town:
    made = make_town(3)
    for month in (1, 2, 3):
        make_measurement(made.indicators[0], month, 3, 4, State.DRAFT if month == 3 else State.VALIDATED)
    return made


WRITES: dict[str, Callable[[Town], Any]] = {
    "capture": lambda town: town.save(town.pair(1, 2)),
    "sent": lambda town: make_measurement(town.indicators[1], 2, 4, 4, State.SUBMITTED),
    "corrected": lambda town: Measurement.objects.filter(month=1).update(numerator=1, validated_numerator=1),
    "deleted": lambda town: forget_captures(month=3),
    "target": lambda town: Indicator.objects.update(target=F("target") - 1),
    "labels": lambda town: Indicator.objects.update(numerator_label="Otras cosas"),
    "thresholds": lambda town: FiscalYear.objects.update(green_from=70, amber_from=50),
    "the programme's name": lambda town: Program.objects.update(name="Otro", description="Dice otra cosa"),
    "the department's name": lambda town: Department.objects.update(name="Otra"),
    "the strategy's name": lambda town: Strategy.objects.update(name="Otra estrategia"),
    "who captures": lambda town: User.objects.filter(username="liaison").update(first_name="Otra", last_name="Vela"),
    "when it is due": lambda town: Period.objects.update(due_on=F("opens_on")),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("role", ["liaison", "reader"])
def test_the_page_says_what_was_written(town, write, role):
    client = town.client(role)
    before = [words_of(client.get(path)) for path in PAGES]
    assert before == [words_of(client.get(path)) for path in PAGES]
    WRITES[write](town)
    after = [words_of(client.get(path)) for path in PAGES]
    with nothing_kept():
        assert after == [words_of(client.get(path)) for path in PAGES]
    assert after != before or (write, role) == ("capture", "reader")  # a draft is not for readers


def test_who_sees_drafts_and_who_does_not_read_different_pages(town):
    liaison, reader = (words_of(town.client(role).get(PAGES[0])) for role in ("liaison", "reader"))
    assert "en borrador" in liaison and "en borrador" not in reader
    assert liaison == words_of(town.client("liaison").get(PAGES[0]))
