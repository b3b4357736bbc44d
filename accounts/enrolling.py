"""Letting in the people of a list: all of them or none, at once or once a second person confirmed it as a whole.

What they are let in by is ``accounts.enrolment``, which compares the list with who is there; here it is written, with
bulk writes, the trail of every account and role, and a letter to each person whom it concerns. Nobody becomes a
superuser, and nothing of anybody who is there already is changed but for the roles that are added.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.access import Access, Action
from accounts.acts import AccountAct, MembershipAct, TwoPeopleAct
from accounts.appointing import MEMBERSHIP_FIELDS
from accounts.enrolment import Enrolment, Line, Wanted, compare
from accounts.inviting import invite_all
from accounts.models import Membership, PendingAct, User
from accounts.notices import tell_of_list
from accounts.pending_acts import WHAT_FOLLOWS, concerned, who_may_confirm
from accounts.roles import ROLES_OF_TWO, Role
from accounts.rules import SERVER, USER_FIELDS, both, lock_planning, require_planning
from core import trail
from core.moments import day_text
from core.refusals import ServiceError


class EnrolmentRefused(ServiceError):
    """The list has errors; nothing was written. ``enrolment`` has them all."""

    def __init__(self, enrolment: Enrolment) -> None:
        count = len(enrolment.refusals)
        super().__init__(f"La lista tiene {count} {'error' if count == 1 else 'errores'}: no se guardó nada.")
        self.enrolment = enrolment


class EnrolmentStale(ServiceError):
    """What it would do is not any more what was seen; nothing was written. ``enrolment`` is how it is now."""

    def __init__(self, enrolment: Enrolment) -> None:
        super().__init__(
            "Algo cambió desde que usted vio la vista previa y no se guardó nada: revise cómo queda ahora y confírmelo."
        )
        self.enrolment = enrolment


@dataclass(frozen=True, slots=True)
class Source:
    """The file that the list came from."""

    name: str
    sha256: str

    @property
    def words(self) -> str:
        return f"Archivo «{self.name}», SHA-256 {self.sha256}"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Whom it let in and what was added."""

    people: tuple[User, ...] = ()
    memberships: tuple[Membership, ...] = ()


@transaction.atomic
def enroll(
    *, access: Access, wanted: Sequence[Wanted], source: Source, seen: str, base_url: str, now: datetime
) -> Enrolled | PendingAct:
    """Let the people of the list in and invite them, or ask a second person for all of it.

    ``seen``: the fingerprint of what the officer had before them. EnrolmentRefused, EnrolmentStale; ServiceError where
    the same waits already; NotAllowed for who is not planning. A list that changes nothing writes nothing.
    """
    require_planning(access)
    lock_planning()
    found = _compared(access, wanted, now)
    if found.fingerprint != seen:
        raise EnrolmentStale(found)
    if not found.changing:
        return Enrolled()
    if found.needs_two:
        return _ask(access, found, source, now)
    return _write(access, found, source, base_url, now)


def _compared(access: Access | None, wanted: Sequence[Wanted], now: datetime) -> Enrolment:
    """The list against people who stay as they are until the transaction ends."""
    keys = {row.key for row in wanted}
    listed = User.objects.exclude(email="").values_list("pk", "email")
    concerned = [pk for pk, email in listed if email.casefold() in keys]
    list(User.objects.filter(pk__in=concerned).order_by("pk").select_for_update(of=("self",), no_key=True))
    found = compare(access=access, wanted=wanted, today=timezone.localdate(now))
    if found.refusals:
        raise EnrolmentRefused(found)
    return found


def _ask(access: Access, found: Enrolment, source: Source, now: datetime) -> PendingAct:
    rows = [line.wanted.as_json() for line in found.changing]
    for other in PendingAct.objects.waiting().filter(kind=PendingAct.Kind.IMPORT).select_related("asked_by"):
        if other.data["rows"] == rows:
            raise ServiceError(
                f"{other.asked_by} ya lo pidió el {day_text(other.asked_at)} ({other.words}): confírmelo otra persona, "
                "o retírelo en «Por confirmar» y pídalo de nuevo."
            )
    made = PendingAct.objects.create(
        kind=PendingAct.Kind.IMPORT,
        words=words_of(found, source),
        data={
            "rows": rows, "seen": found.seen, "file": source.name, "sha256": source.sha256,
            "shown": [shown_line(line) for line in found.changing],
        },
        reason=source.words,
        asked_by=access.user,
        asked_at=now,
    )  # fmt: skip
    trail.record(
        subject=made,
        label=made.words,
        action=TwoPeopleAct.ASK,
        actor=access.user,
        at=now,
        capacity=access.capacity(Action.CONFIRM, 0),
        changes={"pending": [None, made.words], "sha256": [None, source.sha256]},
        reason=made.reason,
    )
    tell_of_list(
        what=f"Se pidió {made.words}.",
        who=f"Lo pidió {access.user}.",
        lines=said_lines(found.changing),
        follows=WHAT_FOLLOWS,
        people=_already_there(found),
        addresses=[user.email for user in who_may_confirm(made, now=now)],
        now=now,
    )
    return made


def enroll_confirmed(access: Access | None, act: PendingAct, now: datetime, base_url: str) -> Enrolled:
    """Do what two people asked and confirmed: all of it as it was seen, or nothing and what changed since."""
    require_planning(access)
    lock_planning()
    wanted = [Wanted.from_json(row) for row in act.data["rows"]]
    try:
        found = _compared(access, wanted, now)
    except EnrolmentRefused as refused:
        raise ServiceError(_stale_words([one.sentence for one in refused.enrolment.refusals])) from refused
    if found.seen != act.data["seen"]:
        raise ServiceError(_stale_words(_differing(act.data, found)))
    return _write(access, found, Source(act.data["file"], act.data["sha256"]), base_url, now, act)


def tell_declined(act: PendingAct, *, what: str, who: str, addresses: Iterable[str], now: datetime) -> None:
    """Who was told of the import that was asked for hears that nothing comes of it."""
    there = User.objects.in_bulk(concerned(act))
    roles: dict[User, list[str]] = {}
    for row, shown in zip(map(Wanted.from_json, act.data["rows"]), act.data["shown"], strict=True):
        person = there.get(act.data["seen"].get(row.key, {}).get("person") or 0)
        if person is not None and shown["adds"]:
            roles.setdefault(person, []).append(shown["role"])
    lines = [said_line(shown) for shown in act.data["shown"]]
    tell_of_list(what=what, who=who, lines=lines, people=roles, addresses=addresses, now=now)


def _differing(data: dict[str, Any], found: Enrolment) -> list[str]:
    """Whose line is not what it was when the import was asked for."""
    names = {row.key: row.name for row in map(Wanted.from_json, data["rows"])}
    return [f"{names[key]} ({key})" for key in names if data["seen"].get(key) != found.seen.get(key)]


def _stale_words(what: Sequence[str]) -> str:
    shown = "; ".join(what[:5])
    more = f"; y {len(what) - 5} más" if len(what) > 5 else ""
    return (
        f"Algo cambió desde que se pidió, y por eso no se hizo nada: {shown}{more}. Rechace esto y suba el archivo "
        "otra vez si todavía hace falta."
    )


def _write(
    access: Access | None,
    found: Enrolment,
    source: Source,
    base_url: str,
    now: datetime,
    act: PendingAct | None = None,
) -> Enrolled:
    people, memberships = found.new_people, found.memberships
    for user in people:
        user.date_joined = now
    User.objects.bulk_create(people)
    for row in memberships:
        row.user = row.user  # its key is known only now
    Membership.objects.bulk_create(memberships)
    if access is not None:
        through = Membership.set_by.through
        through.objects.bulk_create([through(membership_id=row.pk, user_id=access.user.pk) for row in memberships])
    _record(access, people, memberships, source, now, act)
    who = both(act) if act else f"Lo hizo {access.user}." if access else ""
    tell_of_list(
        what=f"Se hizo: {words_of(found, source)}.",
        who=who,
        lines=said_lines(found.changing),
        people=_already_there(found),
        addresses=[act.asked_by.email] if act else [],
        now=now,
    )
    invite_all(access=access, people=people, base_url=base_url, now=now)
    return Enrolled(tuple(people), tuple(memberships))


def _record(
    access: Access | None,
    people: Iterable[User],
    memberships: Iterable[Membership],
    source: Source,
    now: datetime,
    act: PendingAct | None,
) -> None:
    two = (
        {"asked_by": [None, str(act.asked_by)], "confirmed_by": [None, str(act.confirmed_by or SERVER)]} if act else {}
    )
    said: dict[str, Any] = {"actor": access.user if access else None, "at": now, "reason": source.words}
    entries = [
        trail.entry(
            subject=user,
            label=f"{user} ({user.username})",
            action=AccountAct.CREATE,
            capacity=access.capacity(Action.MANAGE_CATALOG, 0) if access else "",
            changes=trail.changes_between({}, trail.snapshot(user, USER_FIELDS)) | two,
            **said,
        )
        for user in people
    ]
    entries += [
        trail.entry(
            subject=row,
            label=f"{row} · {row.user}",
            action=MembershipAct.NAME,
            capacity=access.capacity(Action.MANAGE_CATALOG, row.department_id or 0) if access else "",
            changes=trail.changes_between({}, trail.snapshot(row, MEMBERSHIP_FIELDS)) | two,
            scope_id=row.department_id,
            **said,
        )
        for row in memberships
    ]
    trail.write(entries)


def _already_there(found: Enrolment) -> dict[User, list[str]]:
    """Those who have an account already, with what they are named to; who is new reads it in the invitation."""
    told: dict[User, list[str]] = {}
    new = {line.wanted.key for line in found.lines if line.is_new}
    for line in found.lines:
        if line.membership is not None and line.wanted.key not in new:
            told.setdefault(line.user, []).append(line.membership.in_words)
    return told


def words_of(found: Enrolment, source: Source) -> str:
    """«importar de «personal.xlsx» 70 personas nuevas y 72 nombramientos, de ellos 35 de Director (titular)»."""
    people, rows = len(found.new_people), found.memberships
    new = f"{people:,} {'persona nueva' if people == 1 else 'personas nuevas'}"
    named = f"{len(rows):,} {'nombramiento' if len(rows) == 1 else 'nombramientos'}"
    counts = {role: sum(row.role == role for row in rows) for role in ROLES_OF_TWO}
    of_two = [f"{count:,} de {Role(role).label}" for role, count in counts.items() if count]
    among = f", de ellos {', '.join(of_two)}" if of_two else ""
    return f"importar de «{source.name}» {new} y {named}{among}"


def shown_line(line: Line) -> dict[str, str]:
    """One line as pages and letters say it."""
    return {
        "row": str(line.wanted.row),
        "name": line.wanted.name if line.is_new else str(line.user),
        "username": line.user.username,
        "email": line.wanted.email,
        "is_new": "sí" if line.is_new else "",
        "role": line.membership.in_words if line.membership else line.stays,
        "adds": "sí" if line.membership else "",
        "note": line.note,
    }


def said_line(shown: Mapping[str, str]) -> str:
    return f"{shown['name']} ({shown['email']}): {shown['role'] or 'todavía sin función'}"


def said_lines(lines: Iterable[Line]) -> list[str]:
    return [said_line(shown_line(line)) for line in lines]
