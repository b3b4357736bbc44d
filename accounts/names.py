"""Names of people as papers write them: one text that is first name and family names, and the user name made of it."""

import re
from collections.abc import Collection

from accounts.usernames import key_of
from core.text import fold

_PARTICLES = frozenset(
    {"de", "del", "la", "las", "los", "y", "e", "san", "santa", "von", "van", "da", "di", "do", "dos"}
)
_NOT_OF_A_USERNAME = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def split_name(full: str) -> tuple[str, str]:
    """First name and family names: the last two words are these, with what belongs to them («de la Cruz Mora»).

    «Mora Díaz, Luz» says itself which is which. A single word is a first name.
    """
    family, comma, first = full.partition(",")
    if comma and first.strip() and family.strip():
        return first.strip(), family.strip()
    words = full.replace(",", " ").split()
    if len(words) < 2:
        return " ".join(words), ""
    names = _with_particles(words)
    kept = max(1, len(names) - 2)
    return " ".join(names[:kept]), " ".join(names[kept:])


def _with_particles(words: list[str]) -> list[str]:
    """«de», «la» and their like belong to the word behind them."""
    names: list[str] = []
    waiting: list[str] = []
    for word in words:
        waiting.append(word)
        if fold(word) not in _PARTICLES:
            names.append(" ".join(waiting))
            waiting = []
    if waiting:
        names.append(" ".join(waiting))
    return names


def username_for(first_name: str, last_name: str, email: str, taken: Collection[str]) -> str:
    """«luz.mora», and «luz.mora.diaz» or «luz.mora2» where that is somebody's.

    ``taken``: ``key_of`` every user name that there is, of people who left too.
    """
    first = _plain((_with_particles(first_name.split()) or [""])[0])
    family = [_plain(word) for word in _with_particles(last_name.split())]
    parts = [part for part in (first, *family[:1]) if part]
    shortest = ".".join(parts) or _plain(email.partition("@")[0]) or "persona"
    wanted = [shortest[:_LONGEST]]
    if len(parts) == 2 and len(family) > 1 and family[1]:
        wanted.append(f"{shortest}.{family[1]}"[:_LONGEST])
    for name in wanted:
        if key_of(name) not in taken:
            return name
    number = 2
    while key_of(f"{wanted[0]}{number}") in taken:
        number += 1
    return f"{wanted[0]}{number}"


def _plain(text: str) -> str:
    return _NOT_OF_A_USERNAME.sub("", fold(text).replace("ñ", "n"))
