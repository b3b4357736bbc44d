"""What a list of people would do: who is new, what they are named to, what stays, and everything that is wrong.

Nothing is written here. The list is compared with the people that there are by their addresses, without regard to
case; ``accounts.enrolling`` writes what comes out, or has a second person confirm it.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from accounts.access import Access
from accounts.appointing import of_two, why_not_there
from accounts.models import Membership, User
from accounts.names import username_for
from accounts.rules import SEEN_FOR_ROLE
from accounts.usernames import key_of
from core import trail
from core.text import fold
from programs.models import Department

NAME, EMAIL, DEPARTMENT, ROLE, STARTS_ON, ENDS_ON = "name", "email", "department", "role", "starts_on", "ends_on"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A person and what they are to be named to, as one row of a list says.

    ``role`` "": none for now. ``starts_on`` None: as it is, or today for what is new. ``ends_on`` None: without end.
    """

    row: int
    email: str
    first_name: str
    last_name: str
    role: str = ""
    department_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def key(self) -> str:
        """What tells people apart: the address without regard to case."""
        return self.email.casefold()

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def as_json(self) -> dict[str, Any]:
        plain = asdict(self)
        return plain | {name: plain[name].isoformat() if plain[name] else None for name in (STARTS_ON, ENDS_ON)}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "Wanted":
        days = {name: date.fromisoformat(plain[name]) if plain[name] else None for name in (STARTS_ON, ENDS_ON)}
        return cls(**{**plain, **days})


@dataclass(frozen=True, slots=True)
class Refusal:
    """``column``: one of the names above; the sentence goes on after «fila 7 · Correo: »."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Line:
    """What one row does. ``user`` is not saved yet where ``is_new``, ``membership`` None where none is added.

    ``stays``: the membership that is there already, in words. ``wanted`` says its days as they were understood.
    """

    wanted: Wanted
    user: User
    is_new: bool
    membership: Membership | None = None
    stays: str = ""
    note: str = ""

    @property
    def changes(self) -> bool:
        return self.is_new or self.membership is not None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """All lines of a list, in its order, with all that is wrong."""

    lines: tuple[Line, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    seen: dict[str, Any] = field(default_factory=dict)

    @property
    def new_people(self) -> list[User]:
        return list({line.wanted.key: line.user for line in self.lines if line.is_new}.values())

    @property
    def memberships(self) -> list[Membership]:
        return [line.membership for line in self.lines if line.membership is not None]

    @property
    def changing(self) -> list[Line]:
        return [line for line in self.lines if line.changes]

    @property
    def needs_two(self) -> bool:
        """Whether one of the roles is not given by one officer alone: then all of it waits."""
        return any(of_two(row.role, substitute=False) for row in self.memberships)

    @property
    def fingerprint(self) -> str:
        """Of what it would do and to whom: another one where anything of that changed."""
        said = json.dumps(self.seen, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


def compare(*, access: Access | None, wanted: Sequence[Wanted], today: date) -> Enrolment:
    """What these rows would do today; 3 queries, however many they are.

    ``access`` None: an administrator of the server confirms what an officer asked for.
    """
    return _Comparison(access, wanted, today).result()


class _Comparison:
    def __init__(self, access: Access | None, wanted: Sequence[Wanted], today: date) -> None:
        self._access, self._wanted, self._today = access, wanted, today
        everybody = list(User.objects.order_by("pk"))
        self._taken = {key_of(user.username) for user in everybody}
        self._by_email: dict[str, list[User]] = {}
        for user in everybody:
            if user.email:
                self._by_email.setdefault(user.email.casefold(), []).append(user)
        # By the person: the role, and the row of the list that names them to it, None for those that are there.
        self._held: dict[str, list[tuple[Membership, int | None]]] = {}
        concerned = {user.pk: row.key for row in wanted for user in self._by_email.get(row.key, ()) if user.is_active}
        held = Membership.objects.filter(user__in=concerned).select_related("department", "substitutes", "user")
        for membership in held.order_by("starts_on", "pk"):
            self._held.setdefault(concerned[membership.user_id], []).append((membership, None))
        self._departments = {row.pk: row for row in Department.objects.select_related("merged_into")}
        self._people: dict[str, tuple[User, bool] | None] = {}
        self._first_rows: dict[str, Wanted] = {}
        self._staying: dict[int, int] = {}
        self._refusals: list[Refusal] = []

    def result(self) -> Enrolment:
        lines = []
        for row in self._wanted:
            person = self._person(row)
            line = self._line(row, *person) if person is not None else None
            if line is not None:
                lines.append(line)
        return Enrolment(tuple(lines), tuple(self._refusals), _state_of(lines))

    def _refuse(self, row: Wanted, column: str, sentence: str) -> None:
        self._refusals.append(Refusal(row.row, column, sentence))

    def _person(self, row: Wanted) -> tuple[User, bool] | None:
        """Who it is, and whether this row makes them; None where that is refused."""
        first = self._first_rows.setdefault(row.key, row)
        if first is row:
            self._people[row.key] = self._found(row)
        elif fold(first.name) != fold(row.name):
            self._refuse(
                row, NAME, f"«{row.name}» tiene el correo {row.email}, que en la fila {first.row} es de «{first.name}»"
            )
            return None
        person = self._people[row.key]
        return person and (person[0], person[1] and first is row)

    def _found(self, row: Wanted) -> tuple[User, bool] | None:
        same = self._by_email.get(row.key, [])
        active = next((user for user in same if user.is_active), None)
        if active is None:
            left = next((user for user in same if _is_called(user, row)), None)
            if left is not None:
                self._refuse(row, EMAIL, f"{left} ({left.username}) está de baja: reactive primero su cuenta")
                return None
            return self._new(row)
        if active.is_superuser:
            self._refuse(row, EMAIL, f"«{row.email}» es de una cuenta de administración del sistema: quite la fila")
            return None
        if not _is_called(active, row):
            said = (
                f"el correo {row.email} ya es de {active} ({active.username}), y aquí dice «{row.name}»: escriba el "
                "mismo nombre, o corríjalo en la página de la persona"
            )
            self._refuse(row, NAME, said)
            return None
        return active, False

    def _new(self, row: Wanted) -> tuple[User, bool] | None:
        username = username_for(row.first_name, row.last_name, row.email, self._taken)
        user = User(username=username, first_name=row.first_name, last_name=row.last_name, email=row.email)
        user.set_unusable_password()
        try:
            user.clean_fields(exclude=["password"])
        except ValidationError as refused:
            for name, messages in refused.message_dict.items():
                self._refuse(row, EMAIL if name == "email" else NAME, messages[0].rstrip("."))
            return None
        self._taken.add(key_of(username))
        return user, True

    def _line(self, row: Wanted, user: User, is_new: bool) -> Line | None:
        """None where the row is refused."""
        if not row.role:
            return Line(row, user, is_new)
        there = next((one for one, _ in self._same_role(row) if one.pk and self._means(row, one)), None)
        if there is not None:
            before = self._staying.setdefault(there.pk, row.row)
            if before != row.row:
                self._refuse(row, ROLE, f"repite la fila {before}")
                return None
            keeps = row.ends_on is None and there.ends_on is not None
            note = f"sigue terminando el {there.ends_on:%d/%m/%Y}" if keeps else ""
            return Line(row, user, is_new, stays=there.in_words, note=note)
        department = self._departments.get(row.department_id) if row.department_id else None
        starts_on = row.starts_on or self._today
        made = Membership(user=user, role=row.role, department=department, starts_on=starts_on, ends_on=row.ends_on)
        if not self._is_sound(row, made):
            return None
        self._held.setdefault(row.key, []).append((made, row.row))
        return Line(replace(row, starts_on=starts_on), user, is_new, membership=made)

    def _same_role(self, row: Wanted) -> list[tuple[Membership, int | None]]:
        held = self._held.get(row.key, ())
        return [pair for pair in held if (pair[0].role, pair[0].department_id) == (row.role, row.department_id)]

    def _means(self, row: Wanted, there: Membership) -> bool:
        """Whether the row says this membership: the same days, as far as the row says them."""
        if there.substitutes_id is not None:
            return False
        if row.ends_on not in (None, there.ends_on):
            return False
        if row.starts_on is None:
            return there.starts_on <= self._today and (there.ends_on is None or there.ends_on >= self._today)
        return row.starts_on == there.starts_on

    def _is_sound(self, row: Wanted, made: Membership) -> bool:
        refusals = len(self._refusals)
        if self._access is not None and made.user.pk == self._access.user.pk:
            self._refuse(
                row, ROLE, "es usted, y nadie se nombra a sí mismo ni prolonga lo suyo: que otra persona lo pida"
            )
        try:
            made.clean_fields(exclude=["user", "department"])
        except ValidationError as refused:
            for name, messages in refused.message_dict.items():
                self._refuse(row, name, messages[0].rstrip("."))
        if made.ends_on is not None and made.ends_on < made.starts_on:
            said = f"el {made.ends_on:%d/%m/%Y} es anterior al primer día, {made.starts_on:%d/%m/%Y}"
            self._refuse(row, ENDS_ON, said)
        ended = why_not_there(made)
        if ended:
            self._refuse(row, DEPARTMENT, f"{ended}: escriba la dependencia que sigue")
        clash = next((pair for pair in self._same_role(row) if _share_a_day(pair[0], made)), None)
        if clash is not None:
            self._refuse(row, STARTS_ON, _clash_words(*clash))
        return len(self._refusals) == refusals


def _is_called(user: User, row: Wanted) -> bool:
    """The name as it is registered, in either order, without regard to case and accents."""
    return fold(str(user)) in (fold(row.name), fold(f"{row.last_name} {row.first_name}"))


def _share_a_day(one: Membership, other: Membership) -> bool:
    begins_before_end = other.ends_on is None or one.starts_on <= other.ends_on
    return begins_before_end and (one.ends_on is None or one.ends_on >= other.starts_on)


def _clash_words(other: Membership, row: int | None) -> str:
    if row is not None:
        return f"la fila {row} ya lo nombra {other.in_words}: las fechas no pueden encimarse"
    return (
        f"ya es {other.in_words}, y las fechas no pueden encimarse: para cambiar sus días abra la página de la persona"
    )


def _state_of(lines: Iterable[Line]) -> dict[str, Any]:
    """What changes and how the people concerned stand, as plain values: by it is seen what changed meanwhile."""
    said: dict[str, Any] = {}
    for line in lines:
        if not line.changes:
            continue
        user, made = line.user, line.membership
        found = said.setdefault(
            line.wanted.key, {"person": user.pk, "as": trail.snapshot(user, SEEN_FOR_ROLE), "named": []}
        )
        if made is not None:
            found["named"].append(
                [made.role, made.department_id, str(made.department or ""), made.starts_on.isoformat(),
                 made.ends_on.isoformat() if made.ends_on else None]
            )  # fmt: skip
    return said
