"""What a programme still lacks up to the cut-off, and whose turn it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.models import Membership, Role
from indicators.models import OPEN_STATES, State, month_name
from indicators.wording import day_text
from programs.models import Department
from reports import words
from reports.addresses import Addresses
from reports.cutoff import Cut
from reports.program_reading import Capture, Month, ProgramRead

NOBODY = "nadie: el ejercicio está cerrado"
PLANNING = "Planeación: el mes está cerrado y pide una prórroga"
LIAISON, DIRECTOR, WAITING = "liaison", "director", "waiting"


@dataclass(frozen=True, slots=True)
class Turn:
    """Figures of one month that lack the same and wait for the same person."""

    month: str
    what: str
    indicators: tuple[tuple[str, str], ...]  # code and address
    who: str
    when: str
    overdue: bool


def turns(read: ProgramRead, cut: Cut, *, sees_drafts: bool, today: date) -> list[Turn]:
    """By month, the oldest first; what a reader may not see is only «en captura». One query, whatever lacks."""
    groups: dict[tuple[int, str, str], list[str]] = {}
    months = {month.month: month for month in read.months}
    for month in range(1, cut.month + 1):
        for row in read.indicators:
            if row.indicator.is_due_in(month) and month in months:
                lacks = _lacks(row.captures.get(month), months[month], sees_drafts=sees_drafts, today=today)
                if lacks is not None:
                    groups.setdefault((month, *lacks), []).append(row.indicator.code)
    people = _people(read.program.department, today)
    sheets = Addresses.of("reports:indicator", cut)
    return [
        Turn(
            month=month_name(month).capitalize(),
            what=what,
            indicators=tuple((code, sheets.at(code)) for code in codes),
            who=NOBODY if cut.fiscal_year.locked or cut.fiscal_year.historical else people.get(turn, turn),
            when=_when(months[month], turn, today),
            overdue=turn == LIAISON and today > months[month].due_on,
        )
        for (month, what, turn), codes in groups.items()
    ]


def _lacks(capture: Capture | None, month: Month, *, sees_drafts: bool, today: date) -> tuple[str, str] | None:
    """What it lacks and whose turn it is; None where nothing is."""
    turn = LIAISON if month.takes_captures(today) else (WAITING if month.closed_on is None else PLANNING)
    if capture is None or not capture.version:
        return "sin captura", turn
    if capture.state == State.VALIDATED:
        return None
    kind = "corrección " if capture.is_correction else ""
    if capture.state == State.SUBMITTED:
        return f"{kind or 'cifra '}enviada, espera validación", DIRECTOR
    if capture.state in OPEN_STATES and not sees_drafts:
        return words.IN_PROGRESS, LIAISON
    if capture.state == State.RETURNED:  # it may be mended for some days in a closed month too
        return f"{kind or 'cifra '}observada, por corregir", LIAISON
    return f"{kind or 'cifra '}en borrador", turn


def _when(month: Month, turn: str, today: date) -> str:
    if turn == WAITING:
        return f"abre el {day_text(month.opens_on)}"
    if turn != LIAISON:
        return ""
    due = max(month.due_on, month.extension_until or month.due_on)
    return f"{'venció' if today > due else 'vence'} el {day_text(due)}"


def _people(department: Department, today: date) -> dict[str, str]:
    """The words of each turn, with the names of who holds the role that day."""
    rows = Membership.objects.in_force(today).filter(
        Q(department=department), role__in=(Role.LIAISON, Role.DIRECTOR), user__is_active=True
    )
    named: dict[str, list[str]] = {}
    for row in rows.select_related("user").order_by("starts_on", "id"):
        named.setdefault(row.role, []).append(str(row.user))
    director = _named("Director", named.get(Role.DIRECTOR, ()))
    return {
        LIAISON: _named("Enlace", named[Role.LIAISON]) if Role.LIAISON in named else director,
        DIRECTOR: director,
        WAITING: "todavía nadie: el mes no abre",
    }


def _named(role: str, people: Iterable[str]) -> str:
    names = ", ".join(dict.fromkeys(people))
    return f"{role}: {names}" if names else f"{role} (nadie nombrado: avise a Planeación)"
