"""A role is declared once: its name, what it may do, where it is held, what its first page shows, who tries it.

The menu follows from what a role may do (``accounts/menu.py``). The rules that concern one role and no other (whose
turn it is, who is reminded, that planning is never left without anybody) name it where they stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from django.db import models

ALL: Literal["all"] = "all"
OWN: Literal["own"] = "own"
Reach = Literal["all", "own"]


class Action(Enum):
    """What a person may do."""

    READ = "read dashboards, sheets and exports"
    SEE_DRAFTS = "see drafts and returned figures"
    CAPTURE = "capture, attach evidence, submit"
    VALIDATE = "validate or return"
    ASK_CORRECTION = "ask for the correction of a validated figure"
    MAKE_CORRECTION = "make the correction of a validated figure"
    MANAGE_PERIODS = "periods, extensions, thresholds, targets"
    CLOSE_MONTHS = "close a month, rectify"
    # Taking down takes a second one of them. Everybody who reads the plan reads what is public.
    PUBLISH = "publish closings, take the public site down"
    MANAGE_CATALOG = "catalogue, imports, roll-over, users"
    READ_CATALOG = "read catalogue, targets, thresholds, imports, people, years, links"
    # Whoever asked and whoever is concerned do not confirm: ``accounts.two_people``. Contraloría reads what waits.
    CONFIRM = "ask, confirm and decline what waits for a second person"
    READ_TRAIL = "read the trail"


class HomePart(Enum):
    """What the first page shows besides what waits for the person, which follows from what they may do."""

    RESULTS = "the results of the plan"
    BEHIND = "the programmes that are behind"
    OWN_PROGRAMS = "the programmes of their department"
    MONTH = "how far the month is"


@dataclass(frozen=True, slots=True)
class RoleDeclared:
    """``may``: each action, in every department or in one's own; ``in_department``: it is held in one.

    ``by_two``: given and changed by two people, but for whoever stands in. ``demo`` is the account of the
    demonstration: user name, first name, last name.
    """

    may: Mapping[Action, Reach]
    demo: tuple[str, str, str]
    in_department: bool = False
    by_two: bool = False
    home: frozenset[HomePart] = frozenset()


class Role(models.TextChoices):
    LIAISON = "liaison", "Enlace"
    DIRECTOR = "director", "Director (titular)"
    PLANNING = "planning", "Planeación"
    READER = "reader", "Consulta"
    COMPTROLLER = "comptroller", "Contraloría"

    @property
    def declared(self) -> RoleDeclared:
        return ROLES[self]


ROLES: Mapping[Role, RoleDeclared] = {
    Role.LIAISON: RoleDeclared(
        may={
            Action.READ: ALL,
            Action.SEE_DRAFTS: OWN,
            Action.CAPTURE: OWN,
            Action.ASK_CORRECTION: OWN,
            Action.READ_TRAIL: OWN,
        },
        in_department=True,
        demo=("enlace.presidencia", "Elena", "Enríquez Soto"),
    ),
    Role.DIRECTOR: RoleDeclared(
        may={
            Action.READ: ALL,
            Action.SEE_DRAFTS: OWN,
            Action.CAPTURE: OWN,
            Action.VALIDATE: OWN,
            Action.ASK_CORRECTION: OWN,
            Action.READ_TRAIL: OWN,
        },
        in_department=True,
        by_two=True,
        home=frozenset({HomePart.OWN_PROGRAMS}),
        demo=("director.presidencia", "Daniel", "Durán Ávila"),
    ),
    Role.PLANNING: RoleDeclared(
        may={
            Action.READ: ALL,
            Action.SEE_DRAFTS: ALL,
            Action.CAPTURE: ALL,
            Action.VALIDATE: ALL,
            Action.MAKE_CORRECTION: ALL,
            Action.MANAGE_PERIODS: ALL,
            Action.CLOSE_MONTHS: ALL,
            Action.PUBLISH: ALL,
            Action.MANAGE_CATALOG: ALL,
            Action.READ_CATALOG: ALL,
            Action.CONFIRM: ALL,
            Action.READ_TRAIL: ALL,
        },
        by_two=True,
        home=frozenset({HomePart.RESULTS, HomePart.MONTH}),
        demo=("planeacion", "Paula", "Peña Ruiz"),
    ),
    Role.READER: RoleDeclared(
        may={Action.READ: ALL},
        home=frozenset({HomePart.RESULTS, HomePart.BEHIND}),
        demo=("presidente", "Pedro", "Pacheco León"),
    ),
    Role.COMPTROLLER: RoleDeclared(
        may={Action.READ: ALL, Action.SEE_DRAFTS: ALL, Action.READ_CATALOG: ALL, Action.READ_TRAIL: ALL},
        by_two=True,
        home=frozenset({HomePart.RESULTS, HomePart.BEHIND}),
        demo=("contraloria", "Carla", "Corral Núñez"),
    ),
}  # fmt: skip

# Not of every ``Role``: one that nobody declared may do nothing, and a test says what is missing.
DEPARTMENT_ROLES = tuple(role for role, declared in ROLES.items() if declared.in_department)
ROLES_OF_TWO = tuple(role for role, declared in ROLES.items() if declared.by_two)
