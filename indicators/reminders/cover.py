"""Telling by e-mail that a department is, or will be, without enlace or titular: planning, and who remains there.

Each person is told of a gap twice at most: some day of the fortnight before it begins, and once it has begun. One
message has all that a person is told that day.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.mailing import post
from accounts.models import Mail, Membership, Role, User
from core import trail
from indicators.acts import CalendarAct
from indicators.cover.reading import NEEDED, Cover, Missing, months_at_work
from indicators.cover.words import ROLE_WORDS, MissingLine, line_of
from indicators.models import CoverNotice
from indicators.reminders.sending import Failure

# Before that, naming somebody is on planning's first page.
DAYS_BEFORE = timedelta(days=15)
SHOWN = 10


@dataclass(frozen=True, slots=True)
class CoverLetter:
    """What one person is told that day; ``names``: they may name whoever is missing."""

    user: User
    missing: tuple[Missing, ...]
    names: bool


@dataclass(slots=True)
class CoverOutcome:
    """``already``: somebody else told them at this moment; ``failed``: the mail server refused it for good."""

    written: list[CoverLetter] = field(default_factory=list)
    already: list[CoverLetter] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


def cover_letters(*, on: date) -> list[CoverLetter]:
    """What is to be told that day and was not yet, by person; 7 queries at most."""
    cover = Cover(months_at_work(), on=on)
    near = [one for one in cover.missing() if one.first <= on + DAYS_BEFORE]
    if not near:
        return []
    told = set(
        CoverNotice.objects.told()
        .filter(department__in={one.department.pk for one in near})
        .values_list("user_id", "department_id", "role", "first_day", "begun")
    )
    letters: dict[tuple[User, bool], list[Missing]] = defaultdict(list)
    planning = _people(Role.PLANNING, on=on)
    remaining = _people(*NEEDED, on=on)
    for one in near:
        there = [user for user, _ in remaining.get(one.department.pk, ()) if _stays(cover, user, one)]
        officers = [user for user, _ in planning.get(None, ())]
        for user in dict.fromkeys([*officers, *there]):
            if any((user.pk, *key) not in told for key in _keys(one, on)):
                letters[user, user in officers].append(one)
    return [CoverLetter(user, tuple(found), names) for (user, names), found in letters.items()]


def send_cover_letters(*, letters: Iterable[CoverLetter], base_url: str, now: datetime, on: date) -> CoverOutcome:
    """One message a person, recorded with it; the failure of one does not stop the others."""
    outcome = CoverOutcome()
    for letter in letters:
        try:
            with transaction.atomic():
                mail = _write(letter, base_url.rstrip("/"), on, now)
                _record(letter, mail, on, now)
        except IntegrityError:
            outcome.already.append(letter)
            continue
        mail.refresh_from_db(fields=["state", "reason"])
        if mail.state == Mail.State.FAILED:
            outcome.failed.append(Failure(letter.user, mail.reason))
        else:
            outcome.written.append(letter)
    return outcome


def _people(*roles: Role, on: date) -> dict[int | None, list[tuple[User, Membership]]]:
    """Who holds these roles that day and has an address, by department."""
    found: dict[int | None, list[tuple[User, Membership]]] = defaultdict(list)
    rows = Membership.objects.in_force(on).filter(role__in=roles, user__is_active=True).exclude(user__email="")
    for row in rows.select_related("user").order_by("user_id", "pk"):
        found[row.department_id].append((row.user, row))
    return found


def _stays(cover: Cover, user: User, missing: Missing) -> bool:
    """Whether they hold an office there on the day from which somebody is missing, or today where that has passed."""
    day = max(missing.first, cover.on)
    return any(
        office.person == user.pk
        and office.department == missing.department.pk
        and office.starts_on <= day
        and (office.ends_on is None or office.ends_on >= day)
        for office in cover.offices
    )


def _keys(missing: Missing, on: date) -> list[tuple[int, str, date, bool]]:
    """By which it is told once: department, role, first day, and whether that has come."""
    return [(gap.department, gap.role, gap.first, gap.first <= on) for gap in missing.gaps]


def _record(letter: CoverLetter, mail: Mail, on: date, now: datetime) -> None:
    entries = []
    for one in letter.missing:
        for department, role, first, begun in _keys(one, on):
            values = {
                "user": letter.user, "department_id": department, "role": role, "first_day": first, "begun": begun,
            }  # fmt: skip
            # The row of a message that was given up told nobody, and makes room for this one.
            CoverNotice.objects.filter(**values, mail__state=Mail.State.FAILED).delete()
            if CoverNotice.objects.filter(**values).exists():
                continue  # told with the other role's, on another day
            row = CoverNotice.objects.create(**values, sent_at=now, mail=mail)
            entries.append(
                trail.entry(
                    subject=row,
                    label=f"{one.department.prefix} · sin {ROLE_WORDS[Role(role)]} desde el {first:%d/%m/%Y}",
                    action=CalendarAct.TELL_MISSING,
                    actor=None,
                    at=now,
                    changes={"user": [None, str(letter.user)], "email": [None, letter.user.email]},
                    scope_id=department,
                )
            )
    trail.write(entries)


def _write(letter: CoverLetter, site: str, on: date, now: datetime) -> Mail:
    lines = [line_of(one, on=on) for one in letter.missing]
    # Whatever a department is called, it begins no line of its own.
    told = [" ".join(" ".join([f"{line.text}. {line.detail}.", *_waits(line)]).split()) for line in lines]
    subject = _subject(lines)
    return post(
        kind=Mail.Kind.REMINDER,
        to=letter.user.email,
        person=letter.user,
        about=subject[:300],
        subject=subject,
        now=now,
        text=render_to_string(
            "indicators/reminders/cover_email.txt",
            {
                "url": site + _address(letter, lines),
                "user": " ".join(str(letter.user).split()),
                "lines": told[:SHOWN],
                "more": max(0, len(told) - SHOWN),
                "names": letter.names,
            },
        ),
    )


def _waits(line: MissingLine) -> list[str]:
    return [f"Ya se pidió nombrar {whom}; espera a una segunda persona." for _, whom in line.asked]


def _address(letter: CoverLetter, lines: Sequence[MissingLine]) -> str:
    """Where somebody is named; the board for who may not, and where there are several."""
    if letter.names and len(lines) == 1 and lines[0].roles:
        role, _ = lines[0].roles[0]
        return f"{reverse('catalog:membership_new')}?dependencia={lines[0].prefix}&funcion={role}"
    return reverse("indicators:board", args=[letter.missing[0].months[-1][0]]) + "#falta-gente"


def _subject(lines: Sequence[MissingLine]) -> str:
    """Without the reason of the first one, which the text has."""
    first = " ".join(lines[0].text.split(": ")[0].split())
    more = len(lines) - 1
    return first + (f" · y {more} caso{'' if more == 1 else 's'} más" if more else "")
