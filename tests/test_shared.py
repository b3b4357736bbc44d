"""What tests share is there for each as it was made, and what one leaves in it is told (tests/support/shared.py)."""

from collections.abc import Iterator

import pytest

from core.models import TrailEntry
from programs.models import Department, FiscalYear
from tests.factories import make_department, make_year
from tests.support.shared import Standing, shared

pytestmark = pytest.mark.django_db
made: list[str] = []


@pytest.fixture
@shared
def year() -> FiscalYear:
    made.append("year")
    return make_year()


@pytest.fixture
@shared
def pair(year: FiscalYear) -> tuple[FiscalYear, Department]:
    return year, make_department()


@pytest.mark.parametrize("turn", range(3))
def test_each_finds_it_as_it_was_made(year: FiscalYear, turn: int) -> None:
    assert FiscalYear.objects.get() == year and not year.locked and not Department.objects.exists()
    assert made.count("year") <= 2  # for these, and for those with the pair
    year.locked = True
    year.save()
    make_department()


@pytest.mark.parametrize("turn", range(2))
def test_one_takes_another(year: FiscalYear, pair: tuple[FiscalYear, Department], turn: int) -> None:
    assert pair[0] is year and Department.objects.get() == pair[1]


def test_nothing_stands_where_nothing_is_asked_for() -> None:
    assert not FiscalYear.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_with_real_transactions_it_is_made_anew(year: FiscalYear) -> None:
    assert FiscalYear.objects.get() == year


@pytest.fixture
def standing() -> Iterator[Standing]:
    """Within this test's own transaction."""
    own = Standing()
    yield own
    own.take_away()


def test_what_is_left_in_it_is_told_and_taken_away(standing: Standing) -> None:
    standing.stand({"year": lambda: make_year()})
    make_department()
    with pytest.raises(AssertionError, match="programs_department"):
        standing.take_away()
    assert not Department.objects.exists() and not FiscalYear.objects.exists()


def test_what_cannot_be_made_leaves_nothing(standing: Standing) -> None:
    def breaks() -> None:
        make_department()
        raise ValueError

    with pytest.raises(ValueError):
        standing.stand({"breaks": breaks})
    assert not Department.objects.exists() and not standing.holds(breaks)


def test_it_takes_nothing_of_a_single_test(standing: Standing) -> None:
    def town(settings: object) -> None:
        TrailEntry.objects.all()

    with pytest.raises(pytest.UsageError, match="settings"):
        standing.stand({"town": town})
