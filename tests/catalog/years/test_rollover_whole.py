"""All or nothing, on both databases: a roll-over killed half way, and two officers at once."""

import signal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.access import Access
from accounts.models import Role, User
from catalog.years.lifecycle import NewPlan, open_year
from catalog.years.rollover.proposal import Wish, propose
from catalog.years.rollover.writing import CatalogueChanged, roll_over
from indicators.models import Indicator, Period
from indicators.services import ServiceError
from programs.models import FiscalYear, Plan, Program
from tests.catalog.processes import PATIENCE, address, child, counted, wait_until_released
from tests.catalog.year_pages import make_source
from tests.factories import NOW, access_of, make_user
from tests.indicators.test_concurrency import at_once

# Makes a small year, then carries it on and stands still when everything but the trail is written.
_PREPARE = """
import django
django.setup()
from accounts.models import Role
from tests.catalog.year_pages import make_source
from tests.factories import make_user
make_source(make_user("planeacion", Role.PLANNING))
"""
_ROLL = """
import sys, time
import django
django.setup()
from datetime import date
from accounts.access import access_for
from accounts.models import User
from catalog.years.rollover import writing
from catalog.years.rollover.proposal import Wish, propose
from indicators.models import Indicator
from programs.models import FiscalYear
from tests.factories import NOW, TODAY

def stand_still(*args):
    print("written", Indicator.objects.filter(fiscal_year__year=2017).count(), flush=True)
    time.sleep(600)

if sys.argv[1] == "halt":
    writing._insert_objectives = stand_still
source = FiscalYear.objects.get(year=2016)
wish = Wish(source, 2017, source.plan, frozenset(["PRE-01", "OBR-01"]))
access = access_for(User.objects.get(username="planeacion"), on=TODAY)
writing.roll_over(access=access, wish=wish, fingerprint=propose(wish).fingerprint, now=NOW)
print("done", Indicator.objects.filter(fiscal_year__year=2017).count())
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_half_way_leaves_everything_as_it_was(tmp_path: Path) -> None:
    url = address(tmp_path)
    made = child(_PREPARE, url=url, files=tmp_path)
    _, errors = made.communicate(timeout=PATIENCE)
    assert made.returncode == 0, errors
    before = counted(url, tmp_path)
    killed = child(_ROLL, "halt", url=url, files=tmp_path)
    assert killed.stdout is not None
    line = killed.stdout.readline()
    killed.send_signal(signal.SIGKILL)
    killed.wait(PATIENCE)
    assert line.strip() == "written 2", killed.communicate()
    wait_until_released(url, tmp_path)
    assert counted(url, tmp_path) == before
    # Whoever comes next finds nothing locked and nothing half done.
    again = child(_ROLL, "go", url=url, files=tmp_path)
    out, errors = again.communicate(timeout=PATIENCE)
    assert (again.returncode, out.strip()) == (0, "done 2"), errors


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="concurrent writers are judged on PostgreSQL")
class TestTwoOfficers:
    @pytest.fixture
    def officers(self) -> list[User]:
        return [make_user(name, Role.PLANNING) for name in ("una", "otra")]

    @pytest.fixture
    def source(self, officers: list[User]) -> FiscalYear:
        return make_source(officers[0])

    def _act(self, officer: User, wish: Wish) -> Any:
        fingerprint, access = propose(wish).fingerprint, access_of(officer)
        return lambda: roll_over(access=access, wish=wish, fingerprint=fingerprint, now=NOW)

    @pytest.mark.parametrize("attempt", range(3))
    def test_of_two_who_prepare_the_same_year_one_wins_and_the_other_is_told(
        self, attempt: int, officers: list[User], source: FiscalYear
    ) -> None:
        all_of_it, part = frozenset(["PRE-01", "OBR-01"]), frozenset(["OBR-01"])
        results = at_once(
            self._act(officers[0], Wish(source, 2017, source.plan, all_of_it)),
            self._act(officers[1], Wish(source, 2017, source.plan, part)),
        )
        refused = [result for result in results if isinstance(result, CatalogueChanged)]
        assert len(refused) == 1 and "otra persona" in str(refused[0]), results
        (won,) = [result for result in results if not isinstance(result, Exception)]
        assert Program.objects.filter(fiscal_year__year=2017).count() == len(won.programs)
        assert (FiscalYear.objects.count(), Period.objects.count()) == (2, 24)

    def test_of_two_who_complete_the_same_year_each_row_is_carried_once(
        self, officers: list[User], source: FiscalYear
    ) -> None:
        open_year(access=access_of(officers[0]), year=2017, plan=source.plan, now=NOW)
        wish = Wish(source, 2017, None, frozenset(["PRE-01"]))
        results = at_once(self._act(officers[0], wish), self._act(officers[1], wish))
        assert sorted(type(result).__name__ for result in results) == ["CatalogueChanged", "Proposal"], results
        assert Indicator.objects.filter(fiscal_year__year=2017).count() == 1

    def test_of_two_who_open_a_year_in_a_new_plan_one_is_told(self, officers: list[User], source: FiscalYear) -> None:
        plan = NewPlan("PMD 2019-2021", 2019, 2021)
        accesses = [access_of(officer) for officer in officers]

        def open_by(access: Access) -> Any:
            return lambda: open_year(access=access, year=2019, plan=plan, now=NOW)

        results = at_once(*(open_by(access) for access in accesses))
        refused = [result for result in results if isinstance(result, ServiceError)]
        assert len(refused) == 1 and "ya existe" in str(refused[0]), results
        assert Plan.objects.filter(name=plan.name).count() == 1
