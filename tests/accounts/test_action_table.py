"""Every cell of the action table of docs/domain.md, written out from there and not derived from the code."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.access import Access, Action, access_for, holders, readable_trail
from accounts.models import Membership, Role, User
from core.models import TrailEntry
from indicators import services
from indicators.models import Measurement, State
from programs.models import Department
from tests.factories import (
    NOW,
    TODAY,
    access_of,
    make_department,
    make_indicator,
    make_measurement,
    make_people,
    make_program,
    make_user,
    make_year,
)
from tests.support.shared import shared

pytestmark = pytest.mark.django_db

NOBODY = "nobody"
PERSONAS = ("liaison", "director", "planning", "reader", "comptroller", NOBODY)

# Columns: enlace, director, Planeación, Consulta, Contraloría, nobody signed in.
TABLE = {
    Action.READ:            ("all", "all", "all", "all", "all", "–"),
    Action.SEE_DRAFTS:      ("own", "own", "all", "–",   "all", "–"),
    Action.CAPTURE:         ("own", "own", "all", "–",   "–",   "–"),
    Action.VALIDATE:        ("–",   "own", "all", "–",   "–",   "–"),
    Action.ASK_CORRECTION:  ("own", "own", "–",   "–",   "–",   "–"),
    Action.MAKE_CORRECTION: ("–",   "–",   "all", "–",   "–",   "–"),
    Action.MANAGE_PERIODS:  ("–",   "–",   "all", "–",   "–",   "–"),
    Action.CLOSE_MONTHS:    ("–",   "–",   "all", "–",   "–",   "–"),
    Action.PUBLISH:         ("–",   "–",   "all", "–",   "–",   "–"),
    Action.MANAGE_CATALOG:  ("–",   "–",   "all", "–",   "–",   "–"),
    Action.READ_CATALOG:    ("–",   "–",   "all", "–",   "all", "–"),
    Action.CONFIRM:         ("–",   "–",   "all", "–",   "–",   "–"),
    Action.READ_TRAIL:      ("own", "own", "all", "–",   "all", "–"),
}  # fmt: skip
CELLS = [(action, who, cell) for action, row in TABLE.items() for who, cell in zip(PERSONAS, row, strict=True)]
EXPECTED = {"all": (True, True), "own": (True, False), "–": (False, False)}


@pytest.fixture
@shared
def own() -> Department:
    return make_department("PRE")


@pytest.fixture
@shared
def other() -> Department:
    return make_department("SPM", "Servicios Públicos")


@pytest.fixture
@shared
def people(own: Department) -> dict[str, User]:
    return make_people(own)


def access_as(who: str, people: dict[str, User]) -> Access:
    return access_for(AnonymousUser(), on=TODAY) if who == NOBODY else access_of(people[who])


def test_the_table_names_every_action() -> None:
    assert set(TABLE) == set(Action)


@pytest.mark.parametrize(("action", "who", "cell"), CELLS)
def test_cell(action: Action, who: str, cell: str, people: dict[str, User], own: Department, other: Department) -> None:
    access = access_as(who, people)
    in_own, in_other = EXPECTED[cell]

    assert access.allows(action, own.pk) is in_own
    assert access.allows(action, other.pk) is in_other
    assert access.allows(action) is (in_own or in_other)
    expected = {"all": {own, other}, "own": {own}, "–": set()}[cell]
    assert set(access.departments(action)) == expected


def test_a_superuser_counts_as_planning(own: Department, other: Department) -> None:
    access = access_of(make_user("root", is_superuser=True))
    for action, row in TABLE.items():
        assert access.allows(action, other.pk) is (row[2] == "all")
    assert access.capacity(Action.CAPTURE, own.pk) == "Planeación"


def test_an_inactive_person_may_nothing(people: dict[str, User], own: Department) -> None:
    for user in people.values():
        user.is_active = False
        access = access_of(user)
        assert not any(access.allows(action, own.pk) for action in Action)
    inactive_root = make_user("root", is_superuser=True, is_active=False)
    assert not access_of(inactive_root).allows(Action.READ)


def test_somebody_without_membership_may_nothing(own: Department) -> None:
    access = access_of(make_user("nuevo"))
    assert not any(access.allows(action) for action in Action)


@pytest.mark.parametrize(
    ("on", "in_force"),
    [
        (date(2016, 2, 29), False),
        (date(2016, 3, 1), True),
        (date(2016, 6, 15), True),
        (date(2016, 6, 30), True),
        (date(2016, 7, 1), False),
    ],
    ids=["the day before", "first day", "between", "last day", "the day after"],
)
def test_a_membership_holds_between_its_dates(on: date, in_force: bool, own: Department) -> None:
    user = make_user("enlace")
    Membership.objects.create(
        user=user, role=Role.LIAISON, department=own, starts_on=date(2016, 3, 1), ends_on=date(2016, 6, 30)
    )
    assert access_of(user, on).allows(Action.CAPTURE, own.pk) is in_force
    assert (user.pk in {m.user_id for m in holders(Action.CAPTURE, own.pk, on=on)}) is in_force


def test_several_memberships_add_up(own: Department, other: Department) -> None:
    user = make_user("dos", Role.LIAISON, own)
    Membership.objects.create(user=user, role=Role.DIRECTOR, department=other, starts_on=date(2016, 1, 1))
    access = access_of(user)
    assert access.allows(Action.CAPTURE, own.pk) and access.allows(Action.CAPTURE, other.pk)
    assert access.allows(Action.VALIDATE, other.pk) and not access.allows(Action.VALIDATE, own.pk)


class TestSubstitutes:
    @pytest.fixture
    def substitute(self, people: dict[str, User], own: Department) -> User:
        user = make_user("suplente", first_name="Sonia", last_name="Sosa")
        titular = people["director"]
        titular.first_name, titular.last_name = "Ana", "Ruiz"
        titular.save()
        Membership.objects.create(
            user=user,
            role=Role.DIRECTOR,
            department=own,
            starts_on=date(2016, 9, 1),
            ends_on=date(2016, 10, 31),
            substitutes=titular,
            instrument="Oficio PM/123/2016",
        )
        return user

    def test_may_what_the_titular_may_while_it_lasts(self, substitute: User, own: Department) -> None:
        assert access_of(substitute).allows(Action.VALIDATE, own.pk)
        assert not access_of(substitute, date(2016, 11, 1)).allows(Action.VALIDATE, own.pk)

    def test_acts_in_their_name(self, substitute: User, own: Department) -> None:
        capacity = access_of(substitute).capacity(Action.VALIDATE, own.pk)
        assert capacity == "Director (titular) en suplencia de Ana Ruiz"

    def test_what_they_do_is_recorded_so(self, substitute: User, people: dict[str, User]) -> None:
        row = make_measurement(
            make_indicator(make_program(make_year())), 9, 3, 4, State.SUBMITTED, by=people["liaison"]
        )
        services.validate(access=access_of(substitute), seen={row.pk: row.version}, now=NOW)
        entry = TrailEntry.objects.get(action="validar")
        assert (entry.actor, entry.capacity) == (substitute, "Director (titular) en suplencia de Ana Ruiz")

    def test_ones_own_appointment_speaks_before_the_substitution(self, substitute: User, own: Department) -> None:
        Membership.objects.create(user=substitute, role=Role.DIRECTOR, department=own, starts_on=date(2016, 1, 1))
        assert access_of(substitute).capacity(Action.VALIDATE, own.pk) == "Director (titular)"


def test_capacity_is_empty_for_who_may_not(people: dict[str, User], own: Department, other: Department) -> None:
    assert access_of(people["director"]).capacity(Action.VALIDATE, other.pk) == ""


def test_holders_are_the_department_and_planning(people: dict[str, User], own: Department, other: Department) -> None:
    make_user("ajeno", Role.DIRECTOR, other)
    make_user("de baja", Role.DIRECTOR, own, is_active=False)

    def who(action: Action) -> set[str]:
        return {m.user.username for m in holders(action, own.pk, on=TODAY)}

    assert who(Action.VALIDATE) == {"director", "planning"}
    assert who(Action.CAPTURE) == {"liaison", "director", "planning"}
    assert who(Action.MAKE_CORRECTION) == {"planning"}
    assert who(Action.READ) == {"liaison", "director", "planning", "reader", "comptroller", "ajeno"}


class TestQuerysets:
    @pytest.fixture
    def rows(self, own: Department, other: Department, people: dict[str, User]) -> dict[str, Measurement]:
        year = make_year()
        mine = make_indicator(make_program(year, "PRE-01"))
        theirs = make_indicator(make_program(year, "SPM-01", department=other))
        months = {State.DRAFT: 1, State.SUBMITTED: 2, State.VALIDATED: 3, State.RETURNED: 4}
        return {
            f"{where} {state.value}": make_measurement(indicator, month, 3, 4, state)
            for where, indicator in (("own", mine), ("other", theirs))
            for state, month in months.items()
        }

    def names(self, queryset: object, rows: dict[str, Measurement]) -> set[str]:
        by_id = {row.pk: name for name, row in rows.items()}
        return {by_id[row.pk] for row in queryset}  # type: ignore[attr-defined]

    SETTLED = {"own submitted", "own validated", "other submitted", "other validated"}
    OWN_OPEN = {"own draft", "own returned"}
    OTHER_OPEN = {"other draft", "other returned"}

    @pytest.mark.parametrize(
        ("who", "expected"),
        [
            ("liaison", SETTLED | OWN_OPEN),
            ("director", SETTLED | OWN_OPEN),
            ("planning", SETTLED | OWN_OPEN | OTHER_OPEN),
            ("reader", SETTLED),
            ("comptroller", SETTLED | OWN_OPEN | OTHER_OPEN),
            (NOBODY, set()),
        ],
    )
    def test_visible_to(
        self, who: str, expected: set[str], people: dict[str, User], rows: dict[str, Measurement]
    ) -> None:
        assert self.names(Measurement.objects.visible_to(access_as(who, people)), rows) == expected

    @pytest.mark.parametrize(
        ("who", "expected"),
        [
            ("liaison", set()),
            ("director", {"own submitted"}),
            ("planning", {"own submitted", "other submitted"}),
            ("reader", set()),
            ("comptroller", set()),
            (NOBODY, set()),
        ],
    )
    def test_waiting_for(
        self, who: str, expected: set[str], people: dict[str, User], rows: dict[str, Measurement]
    ) -> None:
        access = access_as(who, people)
        assert self.names(Measurement.objects.waiting_for(access), rows) == expected

    @pytest.mark.parametrize("who", ["director", "planning"])
    def test_never_what_they_changed_themselves(
        self, who: str, people: dict[str, User], rows: dict[str, Measurement]
    ) -> None:
        own = rows["own submitted"]
        own.changed_by.add(people[who])
        access = access_as(who, people)
        assert own in Measurement.objects.waiting_for(access)
        outcome = services.validate(access=access, seen={own.pk: own.version}, now=NOW)
        assert [refusal.measurement for refusal in outcome.refused] == [own] and not outcome.done


class TestReadableTrail:
    """The last row: an enlace reads of their own figures, a director of their own department."""

    @pytest.mark.parametrize(
        ("who", "expected"),
        [
            ("liaison", {"own figure"}),
            ("director", {"own figure", "own target"}),
            ("planning", {"own figure", "own target", "other figure", "catalogue"}),
            ("reader", set()),
            ("comptroller", {"own figure", "own target", "other figure", "catalogue"}),
            (NOBODY, set()),
        ],
    )
    def test_cell(
        self, who: str, expected: set[str], people: dict[str, User], own: Department, other: Department
    ) -> None:
        subjects = {
            "own figure": ("indicators.measurement", own.pk),
            "own target": ("indicators.targetadjustment", own.pk),
            "other figure": ("indicators.measurement", other.pk),
            "catalogue": ("programs.plan", None),
        }
        for label, (subject_type, scope_id) in subjects.items():
            TrailEntry.objects.create(
                at=NOW, action="x", subject_type=subject_type, subject_id=1, subject_label=label, scope_id=scope_id
            )
        readable = readable_trail(access_as(who, people)).filter(action="x")
        assert {entry.subject_label for entry in readable} == expected


def test_access_costs_one_query(people: dict[str, User], django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        access_of(people["director"]).departments(Action.READ)
