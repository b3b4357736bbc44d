"""User names that nobody takes for another: the same letters in other case, with accents or unseen ones are a twin."""

import unicodedata

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower, Replace

from core.text import fold

# What shows nothing and yet counts as a letter of a name.
_FILLERS = "\u115f\u1160\u3164\uffa0"
_ACCENTS = (("áÁ", "a"), ("éÉ", "e"), ("íÍ", "i"), ("óÓ", "o"), ("úüÚÜ", "u"), ("ñÑ", "n"))


def key_of(username: str) -> str:
    """Equal for two names that a person reads as one."""
    seen = (letter for letter in username if unicodedata.category(letter)[0] not in "CZ" and letter not in _FILLERS)
    return fold("".join(seen))


def refuse_twin(user: AbstractUser) -> None:
    """ValidationError where another account, active or not, has this name but for case, accents or unseen letters."""
    others = type(user)._default_manager.exclude(pk=user.pk).values_list("username", flat=True)
    wanted = key_of(user.username)
    twin = next((other for other in others if key_of(other) == wanted), None)
    if twin is not None:
        written = "" if twin == user.username else f", escrito «{twin}»"
        said = f"Ya hay una persona con el usuario «{user.username}»{written}: elija otro."
        raise ValidationError({"username": said})


def folded(column: str = "username") -> Combinable:
    """As much of ``key_of`` as both databases can say: case, and the accents of Spanish."""
    said: Combinable = F(column)
    for letters, plain in _ACCENTS:
        for letter in letters:
            said = Replace(said, Value(letter), Value(plain))
    return Lower(said)
