"""What measures an installation from outside works on the product as it is: forms, rows and addresses of its pages."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from bench.installed import work
from bench.installed.browser import Browser, Notes, Taken
from bench.installed.load import chosen, report, told_of
from bench.installed.people import Person, read
from indicators.models import Measurement, State
from tests.indicators.town import make_town

PASSWORD = "Durango-2016-prueba"


class ShortDay(work.Day):
    """It is over once so many figures are saved and a month was sent and validated."""

    @property
    def is_over(self) -> bool:
        return bool(self.figures.saves and self.figures.submitted) or super().is_over


def of(role: str, user: User, address: str, notes: Notes) -> Browser:
    user.set_password(PASSWORD)
    user.save()
    browser = Browser(address, Person(user.username, PASSWORD, role, "PRE"), notes)
    assert browser.sign_in()
    return browser


@pytest.mark.django_db(transaction=True)
def test_people_sign_in_capture_send_and_find_again_what_was_acknowledged(live_server: Any) -> None:
    town, notes = make_town(2), Notes()
    clerk = of("liaison", town.people["liaison"], live_server.url, notes)
    day = ShortDay(2016, [9], think=0, until=float("inf"))
    work.clerk(clerk, day)
    assert day.figures.saves == len(day.figures.acknowledged) == 2 and day.figures.submitted == 1
    assert set(Measurement.objects.values_list("state", flat=True)) == {State.SUBMITTED}
    assert work.kept(clerk, day) == (2, [])
    Measurement.objects.filter(indicator=town.indicators[0]).update(numerator=1)
    found, (lost,) = work.kept(clerk, day)
    assert found == 1 and town.indicators[0].code in lost
    assert {one.status for one in notes.taken} == {200}
    connection.close()


def test_what_was_measured_is_told_by_stretch_and_what_is_lost_by_name() -> None:
    taken = [Taken(at, at / 100, "guardar", status, prefix, "liaison", said) for at, status, prefix, said in (
        (1, 200, "PRE", ""), (12, 503, "PRE", "Un momento"), (13, 200, "OBR", ""), (21, 0, "OBR", "ConnectionError"),
    )]  # fmt: skip
    lines = report(taken, [0, 10, 20, 30], "OBR", kinds=False).splitlines()
    assert "| antes: los demás | 1 | 0.01 | 0.01 | 0.01 | — |" in lines
    assert "| durante: los demás | 1 | 0.12 | 0.12 | 0.12 | 1 × 503 |" in lines
    assert "| después: OBR | 1 | 0.21 | 0.21 | 0.21 | 1 × sin respuesta |" in lines
    assert "- 1 × 503: Un momento" in lines
    figures = work.Figures()
    figures.saved("PRE", 9, "PRE-01-01", ("1", "2"))
    assert "De 1 cifras reconocidas están 0 y faltan 1.\nFALTA PRE-01-01" in told_of(figures, 0, ["PRE-01-01"])


def test_people_are_read_from_their_file(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "username,password,role,prefix,share,of\na,x,liaison,PRE,1,2\nb,x,planning,,0,1\nc,x,liaison,OBR,0,1\n"
    )
    people = read(str(file))
    assert people[0] == Person("a", "x", "liaison", "PRE", 1, 2)
    assert [person.username for person in chosen(people, "liaison", 1)] == ["a"]
