"""The people of the generated municipality: an enlace and a director in each department, and those of no department."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.acts import AccountAct, MembershipAct
from accounts.demo import DEMO_PASSWORD, DEMO_USERS, DemoUser
from accounts.models import Membership, Role, User
from accounts.services import MEMBERSHIP_FIELDS, USER_FIELDS
from catalog.demo import names
from core import trail
from core.models import TrailEntry
from programs.models import Department


@dataclass(slots=True)
class People:
    """Who acts where: enlaces and directors by department id, and the planning officer who closes and corrects."""

    planning: User
    users: list[User] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    liaisons: dict[int, User] = field(default_factory=dict)
    directors: dict[int, User] = field(default_factory=dict)


def build_people(rng: random.Random, departments: list[Department], first_year: int, last_year: int) -> People:
    """Demonstration accounts with the public password; hashed once, because hashing is slow on purpose."""
    password = make_password(DEMO_PASSWORD, salt=f"{rng.getrandbits(96):024x}")
    since = date(first_year, 1, 1)
    by_prefix = {department.prefix: department for department in departments}
    wanted = [person for person in DEMO_USERS if person.department_prefix in (None, *by_prefix)]
    taken = {(person.role, person.department_prefix) for person in wanted}
    for department in departments:
        for role, stem in ((Role.LIAISON, "enlace"), (Role.DIRECTOR, "director")):
            if (role, department.prefix) not in taken:
                wanted.append(_person(rng, f"{stem}.{department.prefix.lower()}", role, department.prefix))
    wanted.append(_person(rng, "planeacion.seguimiento", Role.PLANNING, None))
    users = [demo_user(person, password, since, pk=number) for number, person in enumerate(wanted, start=1)]
    planning = next(user for user, person in zip(users, wanted, strict=True) if person.role == Role.PLANNING)
    people = People(planning, users)
    for user, person in zip(users, wanted, strict=True):
        department = by_prefix.get(person.department_prefix or "")
        people.memberships.append(
            Membership(
                pk=len(people.memberships) + 1, user=user, role=person.role, department=department, starts_on=since
            )
        )
        if department is not None:
            holders = people.liaisons if person.role == Role.LIAISON else people.directors
            holders[department.pk] = user
    _add_substitute(people, departments[-1], last_year)
    return people


def _person(rng: random.Random, username: str, role: Role, prefix: str | None) -> DemoUser:
    surnames = f"{rng.choice(names.SURNAMES)} {rng.choice(names.SURNAMES)}"
    return DemoUser(username, rng.choice(names.GIVEN_NAMES), surnames, role, prefix)


def demo_user(person: DemoUser, password: str, since: date, *, pk: int | None = None) -> User:
    """The account, not saved yet; ``password`` is already hashed."""
    return User(
        pk=pk,
        username=person.username,
        first_name=person.first_name,
        last_name=person.last_name,
        email=f"{person.username}@durango.example",
        password=password,
        is_demo=True,
        is_superuser=person.is_superuser,
        is_staff=person.is_superuser,
        date_joined=datetime(since.year, since.month, since.day, 15, tzinfo=UTC),
    )


def who_set(memberships: Sequence[Membership], actor: User) -> list[Any]:
    """What naming leaves of whoever names, for memberships that have their keys."""
    through = Membership.set_by.through
    return [through(pk=key, membership_id=row.pk, user_id=actor.pk) for key, row in enumerate(memberships, start=1)]


def people_entries(users: Iterable[User], memberships: Iterable[Membership], actor: User) -> list[TrailEntry]:
    """What the trail says of them, in the words of ``accounts.services``."""
    planning = str(Role.PLANNING.label)
    entries = [
        trail.entry(
            subject=user,
            label=f"{user} ({user.username})",
            action=AccountAct.CREATE,
            actor=actor,
            capacity=planning,
            at=user.date_joined,
            changes=trail.changes_between({}, trail.snapshot(user, USER_FIELDS)),
        )
        for user in users
    ]
    return entries + [
        trail.entry(
            subject=row,
            label=f"{row} · {row.user}",
            action=MembershipAct.NAME,
            actor=actor,
            capacity=planning,
            at=row.user.date_joined,
            reason=row.instrument,
            scope_id=row.department_id,
            changes=trail.changes_between({}, trail.snapshot(row, MEMBERSHIP_FIELDS)),
        )
        for row in memberships
    ]


def _add_substitute(people: People, department: Department, year: int) -> None:
    """For two weeks of July the enlace of one department stands in for the director."""
    people.memberships.append(
        Membership(
            pk=len(people.memberships) + 1,
            user=people.liaisons[department.pk],
            role=Role.DIRECTOR,
            department=department,
            starts_on=date(year, 7, 18),
            ends_on=date(year, 7, 29),
            substitutes=people.directors[department.pk],
            instrument=f"Oficio {department.prefix}/{year}/118 del 15/07/{year}",
        )
    )
