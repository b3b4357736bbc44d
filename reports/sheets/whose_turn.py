"""What a programme still lacks up to the cut-off, and whose turn it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.models import Membership, Role
from core.compiled import Compiled
from core.moments import day_text
from indicators.deadlines import Deadlines
from indicators.models import State, month_name
from indicators.openings import Turn, opening, whose_turn
from programs.models import Department
from reports import words
from reports.address.cutoff import Cut
from reports.address.links import Addresses
from reports.sheets.program_reading import Capture, Month, ProgramRead

NOBODY = "nadie: el ejercicio está cerrado"
HISTORICAL = "nadie: el ejercicio es histórico"
PLANNING = "Planeación: el mes está cerrado y pide una prórroga"
EXPIRED = "Planeación: el plazo para corregirla terminó el {} y pide una prórroga o una corrección"
WAITING = "todavía nadie: el mes no abre"


@dataclass(frozen=True, slots=True)
class ProgramTurn:
    """Figures of one month that lack the same and wait for the same person."""

    month: str
    what: str
    indicators: tuple[tuple[str, str], ...]  # code and address
    who: str
    when: str
    overdue: bool


def turns(read: ProgramRead, cut: Cut, *, sees_drafts: bool, today: date) -> list[ProgramTurn]:
    """By month, the oldest first; what a reader may not see is only «en captura». One query, whatever lacks."""
    groups: dict[tuple[int, str, Turn, date | None], list[str]] = {}
    months = {month.month: month for month in read.months}
    deadlines = Deadlines([], on=today)
    for month in range(1, cut.month + 1):
        for row in read.indicators:
            capture = row.captures.get(month)
            what = _lacks(capture, sees_drafts)
            if what and row.indicator.is_due_in(month) and month in months:
                turn, until = _turn(capture, months[month], cut, deadlines)
                if what == words.IN_PROGRESS and turn is Turn.PLANNING:
                    until = None  # when it was returned is not for this reader
                groups.setdefault((month, what, turn, until), []).append(row.indicator.code)
    people = _people(read.program.department, today)
    if cut.fiscal_year.historical and not cut.fiscal_year.locked:
        people[Turn.NOBODY] = HISTORICAL
    sheets = Addresses.of("reports:indicator", cut)
    return [
        ProgramTurn(
            month=month_name(month).capitalize(),
            what=what,
            indicators=tuple((code, sheets.at(code)) for code in codes),
            who=EXPIRED.format(day_text(until)) if turn is Turn.PLANNING and until else people[turn],
            when=_when(months[month], turn, until, today),
            overdue=turn is Turn.LIAISON and until is not None and today > until,
        )
        for (month, what, turn, until), codes in groups.items()
    ]


def _lacks(capture: Capture | None, sees_drafts: bool) -> str:
    """What it lacks, in words; empty where nothing is."""
    if capture is None or not capture.version:
        return "sin captura"
    if capture.state == State.VALIDATED:
        return ""
    kind = "corrección " if capture.is_correction else "cifra "
    if capture.state == State.SUBMITTED:
        return f"{kind}enviada, espera validación"
    if not sees_drafts:
        return words.IN_PROGRESS
    return f"{kind}observada, por corregir" if capture.state == State.RETURNED else f"{kind}en borrador"


def _turn(capture: Capture | None, month: Month, cut: Cut, deadlines: Deadlines) -> tuple[Turn, date | None]:
    """Whose turn it is, and the last day in time, or that on which the time to correct it ended."""
    found = opening(
        month,
        on=deadlines.on,
        locked=cut.fiscal_year.locked,
        extension_until=lambda: month.extension_until,
        returned_at=capture.returned_at if capture is not None and capture.state == State.RETURNED else None,
        correcting_until=deadlines.correcting_until,
    )
    state = capture.state if capture is not None and capture.version else None
    turn = whose_turn(state, found, historical=cut.fiscal_year.historical)
    return turn, found.until if turn in (Turn.LIAISON, Turn.PLANNING) else None


def _when(month: Month, turn: Turn, until: date | None, today: date) -> str:
    if turn is Turn.NOT_YET:
        return f"abre el {day_text(month.opens_on)}"
    if turn is not Turn.LIAISON or until is None:
        return ""
    return f"{'venció' if today > until else 'vence'} el {day_text(until)}"


def _people(department: Department, today: date) -> dict[Turn, str]:
    """The words of each turn, with the names of who holds the role that day."""
    named: dict[str, list[str]] = {}
    for row in _holders(department=department.pk, today=today):
        named.setdefault(row.role, []).append(str(row.user))
    director = _named("Director", named.get(Role.DIRECTOR, ()))
    return {
        Turn.LIAISON: _named("Enlace", named[Role.LIAISON]) if Role.LIAISON in named else director,
        Turn.DIRECTOR: director,
        Turn.PLANNING: PLANNING,
        Turn.NOT_YET: WAITING,
        Turn.NOBODY: NOBODY,
    }


def _holders_of(department: int, today: date) -> QuerySet[Membership]:
    rows = Membership.objects.in_force(today).filter(
        department_id=department, role__in=(Role.LIAISON, Role.DIRECTOR), user__is_active=True
    )
    return rows.select_related("user").order_by("starts_on", "id")


_holders: Compiled[Membership] = Compiled(_holders_of)


def _named(role: str, people: Iterable[str]) -> str:
    names = ", ".join(dict.fromkeys(people))
    return f"{role}: {names}" if names else f"{role} (nadie nombrado: avise a Planeación)"
