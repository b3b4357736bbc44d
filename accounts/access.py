"""Who may do what: the action table of the domain, from what each role is declared to do (``accounts/roles.py``).

Every page, command and queryset asks here. ``Access`` answers for one person on one date.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Q, QuerySet

from accounts.models import Membership, MembershipQuerySet, called
from accounts.roles import ALL, OWN, ROLES, Action, HomePart, Reach, Role
from core.compiled import Compiled
from core.models import TrailEntry
from core.refusals import NotAllowed
from programs.models import Department

# The rows of the table, each with the roles that may.
TABLE: dict[Action, dict[str, Reach]] = {
    action: {role: declared.may[action] for role, declared in ROLES.items() if action in declared.may}
    for action in Action
}


@dataclass(frozen=True)
class Access:
    """One person's roles on one date. An inactive or anonymous person has none."""

    user: Any
    roles: tuple[tuple[str, int | None, str], ...]  # role, department id, whom they substitute

    def allows(self, action: Action, department_id: int | None = None) -> bool:
        """May they do this, in that department? Without a department: may they do it anywhere?"""
        reach = self.department_ids(action)
        if reach == ALL:
            return True
        return bool(reach) if department_id is None else department_id in reach

    def require(self, action: Action, refusal: str, department_id: int | None = None) -> None:
        """NotAllowed with that sentence for who may not."""
        if not self.allows(action, department_id):
            raise NotAllowed(refusal)

    def department_ids(self, action: Action) -> Literal["all"] | frozenset[int]:
        """``ALL`` or the departments in which they may do it."""
        row = TABLE[action]
        if any(row.get(role) == ALL for role, _, _ in self.roles):
            return ALL
        return frozenset(
            department for role, department, _ in self.roles if row.get(role) == OWN and department is not None
        )

    def departments(self, action: Action) -> QuerySet[Department]:
        reach = self.department_ids(action)
        return Department.objects.all() if reach == ALL else Department.objects.filter(pk__in=reach)

    def has_role(self, *roles: str) -> bool:
        return any(role in roles for role, _, _ in self.roles)

    def home_has(self, part: HomePart) -> bool:
        """Does the first page of one of their roles show it?"""
        return any(part in Role(role).declared.home for role, _, _ in self.roles)

    def capacity(self, action: Action, department_id: int) -> str:
        """In which capacity they act, for the trail: «Director (titular) en suplencia de Ana Ruiz»."""
        role, substituted = self._speaking(action, department_id)
        if role is None:
            return ""
        return f"{role.label} en suplencia de {substituted}" if substituted else str(role.label)

    def acting_role(self, action: Action, department_id: int) -> Role | None:
        """The role of that capacity, for whatever depends on it; None for who may not."""
        return self._speaking(action, department_id)[0]

    def _speaking(self, action: Action, department_id: int) -> tuple[Role | None, str]:
        """The role that they act by, and whom they substitute in it."""
        row = TABLE[action]
        fitting = [
            (role, substituted)
            for role, department, substituted in self.roles
            if row.get(role) == ALL or (row.get(role) == OWN and department == department_id)
        ]
        # Their own department's role speaks before planning's, a holder's before a substitute's.
        fitting.sort(key=lambda item: (row.get(item[0]) == ALL, item[1] != ""))
        if not fitting:
            return None, ""
        role, substituted = fitting[0]
        return Role(role), substituted


NOBODY = Access(user=None, roles=())


def _memberships_of(user: int, on: date) -> QuerySet[Membership, Any]:
    # Plain columns: every page asks this, and two whole people for each row cost more than the rest of its menu.
    return (
        Membership.objects.in_force(on)
        .filter(user=user)
        .order_by("starts_on", "pk")
        .values_list(
            "role", "department_id", "substitutes__first_name", "substitutes__last_name", "substitutes__username"
        )
    )


_memberships: Compiled[tuple[Any, ...]] = Compiled(_memberships_of)


def access_for(user: Any, *, on: date) -> Access:
    """The person's access on that date, with one query; a superuser counts as planning."""
    if user is None or not user.is_authenticated or not user.is_active:
        return NOBODY
    memberships = _memberships(user=user.pk, on=on)
    roles = [
        (role, department, called(first, last, username) if username else "")
        for role, department, first, last, username in memberships
    ]
    if user.is_superuser:
        roles.append((Role.PLANNING, None, ""))
    return Access(user=user, roles=tuple(roles))


def holders(action: Action, department_id: int, *, on: date) -> MembershipQuerySet:
    """The memberships by which people may do this in that department, for «a quién le toca»; superusers have none."""
    row = TABLE[action]
    everywhere = [role for role, reach in row.items() if reach == ALL]
    own = [role for role, reach in row.items() if reach == OWN]
    return (
        Membership.objects.in_force(on)
        .filter(Q(role__in=own, department_id=department_id) | Q(role__in=everywhere), user__is_active=True)
        .select_related("user")
    )


# What the trail calls a figure. By name, because measurements live in a room above this one.
FIGURE_SUBJECTS = ("indicators.measurement", "indicators.observation", "indicators.receipt")


def readable_trail(access: Access) -> QuerySet[TrailEntry]:
    """The acts that this person may read.

    An enlace: those on their department's figures; a director: all of the department's; planning and the
    comptroller's office: all.
    """
    entries = TrailEntry.objects.all()
    reach = access.department_ids(Action.READ_TRAIL)
    if reach == ALL:
        return entries
    return entries.filter(Q(scope_id__in=_directed(access)) | Q(scope_id__in=reach, subject_type__in=FIGURE_SUBJECTS))


def reads_act(access: Access, department_id: int | None, subject_type: str) -> bool:
    """The same of one act on something of that department, None for what is of the whole plan."""
    reach = access.department_ids(Action.READ_TRAIL)
    if reach == ALL:
        return True
    if department_id is None:
        return False
    return department_id in _directed(access) or (department_id in reach and subject_type in FIGURE_SUBJECTS)


def _directed(access: Access) -> list[int | None]:
    return [department for role, department, _ in access.roles if role == Role.DIRECTOR]
