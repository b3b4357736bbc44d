"""What people read of a department that lacks somebody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import Role
from indicators.cover.gaps import Gap, Office
from indicators.cover.reading import Missing
from indicators.models import month_name

SAID = 3  # in one message
ROLE_WORDS = {Role.LIAISON: "enlace", Role.DIRECTOR: "titular"}


@dataclass(frozen=True, slots=True)
class MissingLine:
    """«Obras Públicas» and «se queda sin enlace desde el 1 de diciembre: Juan Pérez termina el 30 de noviembre».

    ``detail`` says what is without anybody; ``roles`` are (value, word) of whom to name,
    ``asked`` (act, «titular a Ana Ruiz») of what was asked for and waits for a second person; those roles are left out.
    """

    prefix: str
    name: str
    rest: str
    detail: str
    begun: bool
    roles: tuple[tuple[str, str], ...]
    asked: tuple[tuple[int, str], ...] = ()

    @property
    def text(self) -> str:
        return f"{self.name} {self.rest}"


def line_of(missing: Missing, *, on: date) -> MissingLine:
    """What a page says of it on that day."""
    waiting = {office.role for office in missing.asked}
    return MissingLine(
        prefix=missing.department.prefix,
        name=missing.department.name,
        rest=_rest(missing, on=on),
        detail=_detail(missing),
        begun=missing.first <= on,
        roles=tuple((str(role), ROLE_WORDS[role]) for role in missing.roles if role not in waiting),
        asked=tuple((one.key, f"{ROLE_WORDS[Role(one.role)]} a {one.who}") for one in missing.asked),
    )


def _rest(missing: Missing, *, on: date) -> str:
    gap = missing.gaps[0]
    whom = " ni ".join(ROLE_WORDS[role] for role in missing.roles)
    if gap.first > on and all(_still_there(one, on) for one in missing.gaps):
        when = f"desde el {day_words(gap.first, on)}"
        if gap.last is not None:
            when = f"del {day_words(gap.first, on)} al {day_words(gap.last, on)}"
        said = f"se queda sin {whom} {when}"
    elif gap.first > on:
        said = f"no tiene {whom}, y le hace falta desde el {day_words(gap.first, on)}"
    else:
        said = f"no tiene {whom}"
    why = _why(missing.gaps, on)
    return f"{said}: {why}" if why else said


def day_words(day: date, on: date) -> str:
    """«1 de diciembre», with its year where that is another one than that of ``on``."""
    year = "" if day.year == on.year else f" de {day.year}"
    return f"{day.day} de {month_name(day.month)}{year}"


def _still_there(gap: Gap, on: date) -> bool:
    """Whether somebody holds the role on the day on which it is told."""
    before = gap.before
    return before is not None and before.active and before.ends_on is not None and before.ends_on >= on


def _why(gaps: Sequence[Gap], on: date) -> str:
    left = list(dict.fromkeys(_left(gap.before, on) for gap in gaps if gap.before))
    comes = list(
        dict.fromkeys(f"{gap.after.who} empieza el {day_words(gap.after.starts_on, on)}" for gap in gaps if gap.after)
    )
    return " y ".join([*left, *comes])


def _left(office: Office, on: date) -> str:
    if not office.active:
        return f"la cuenta de {office.who} está de baja"
    assert office.ends_on is not None  # else the role would be covered
    verb = "termina" if office.ends_on >= on else "terminó"
    return f"{office.who} {verb} el {day_words(office.ends_on, on)}"


def _detail(missing: Missing) -> str:
    """«Le corresponden 12 indicadores de octubre a diciembre de 2016»."""
    number = f"Le corresponden {missing.indicators:,} indicadores"
    if missing.indicators == 1:
        number = "Le corresponde 1 indicador"
    (first_year, first), (last_year, last) = missing.months[0], missing.months[-1]
    if (first_year, first) == (last_year, last):
        return f"{number} de {month_name(first)} de {first_year}"
    since = month_name(first) if first_year == last_year else f"{month_name(first)} de {first_year}"
    return f"{number} de {since} a {month_name(last)} de {last_year}"


@dataclass(frozen=True, slots=True)
class Opens:
    """What would lack somebody if something were done; nothing is said where ``lines`` is empty."""

    lead: str
    lines: list[MissingLine]
    names: bool = True  # whether whoever reads it may name somebody


def opens(lead: str, missing: Iterable[Missing], *, on: date, names: bool = True) -> Opens:
    return Opens(lead, [line_of(one, on=on) for one in missing], names)


def told_after(missing: Sequence[Missing], *, on: date) -> str:
    """What a message says once it is done: each case, or of many how many; empty where there is none."""
    if not missing:
        return ""
    if len(missing) <= SAID:
        return "; ".join(line_of(one, on=on).text for one in missing) + ". Nombre a quien siga."
    return (
        f"A {len({one.department.pk for one in missing})} dependencias les falta o les va a faltar enlace o titular: "
        "véalo en «Faltantes»."
    )
