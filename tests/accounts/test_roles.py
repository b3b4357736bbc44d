"""A role is declared once (``accounts/roles.py``): whoever has it finds a way in, a menu and a first page."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.access import TABLE
from accounts.demo import DEMO_USERS
from accounts.menu import MENU
from accounts.models import Membership, User
from accounts.roles import DEPARTMENT_ROLES, ROLES, ROLES_OF_TWO, Action, HomePart, Role
from core.pages import Section
from tests.factories import (
    TODAY,
    access_of,
    make_department,
    make_indicator,
    make_people,
    make_program,
    make_user,
    make_year,
    signed_in,
)

pytestmark = pytest.mark.django_db


def test_every_role_is_declared() -> None:
    assert list(ROLES) == list(Role), "say in ROLES of accounts/roles.py what the role may do and who tries it"


def test_who_is_given_by_two_people_is_no_mistake() -> None:
    """Written out, and not derived: a role that one officer alone may give is decided, not forgotten."""
    assert ROLES_OF_TWO == (Role.DIRECTOR, Role.PLANNING, Role.COMPTROLLER)


def test_every_role_has_an_account_in_the_demonstration() -> None:
    people = {person.role: person for person in DEMO_USERS if not person.is_superuser}
    assert set(people) == set(Role) and len({person.username for person in DEMO_USERS}) == len(Role) + 1
    assert {role for role, person in people.items() if person.department_prefix} == set(DEPARTMENT_ROLES)


@pytest.mark.parametrize("role", list(Role))
def test_the_table_is_what_roles_say(role: Role) -> None:
    assert {action: row[role] for action, row in TABLE.items() if role in row} == role.declared.may
    # Whoever reads nothing would have a menu of one link.
    assert Action.READ in role.declared.may


@pytest.mark.parametrize("role", list(Role))
def test_the_database_holds_where_a_role_is_held(role: Role) -> None:
    department = make_department()
    right, wrong = (department, None) if role.declared.in_department else (None, department)
    user = make_user("somebody", role, right)
    with pytest.raises(ValidationError, match="Un enlace o director pertenece a una dependencia"):
        Membership(user=user, role=role, department=wrong, starts_on=TODAY).full_clean()


def may_see(role: Role, section: Section) -> bool:
    reach = role.declared.may.get(section.needs) if isinstance(section.needs, Action) else "all"
    return reach == "all" if section.everywhere else reach is not None


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_follows_from_what_a_role_may(role: Role) -> None:
    program = make_program(make_year())
    make_indicator(program)  # an empty product begins with its first steps
    person = make_people(program.department)[role.value]
    page = signed_in(person).get("/")
    shown = [link["label"] for link in page.context["nav"]]
    assert shown == [section.label for section in MENU if may_see(role, section)]


PARTS = {
    HomePart.RESULTS: "summary", HomePart.BEHIND: "attention", HomePart.OWN_PROGRAMS: "own_programs",
    HomePart.MONTH: "status",
}  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_the_first_page_has_the_parts_of_the_role(role: Role) -> None:
    program = make_program(make_year())
    make_indicator(program)  # an empty product begins with its first steps
    person = make_people(program.department)[role.value]
    page: Any = signed_in(person).get("/").context["page"]
    assert {part for part, name in PARTS.items() if getattr(page, name) is not None} == role.declared.home


def test_a_superuser_has_the_first_page_of_planning() -> None:
    root = User.objects.create_superuser("root", "root@durango.example")
    assert all(access_of(root).home_has(part) == (part in Role.PLANNING.declared.home) for part in HomePart)
