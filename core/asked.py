"""What people send besides the fields of forms: whole numbers (keys, years, months, versions, counts), texts and JSON.

``int()`` reads the digits of every script («٤٢»), refuses 5,000 of them with a ValueError and makes of 20 a number that
no column holds; ``isdecimal()`` lets all of that through. Whatever comes from outside is read here.
"""

import json
import re
from typing import Any

KEY_DIGITS = 18  # what every column of keys holds, on both databases
_DIGITS = re.compile(r"[0-9]+")


def read_whole(text: str | None, *, digits: int = KEY_DIGITS) -> int | None:
    """The number written with the digits 0 to 9, at most so many; None for whatever else was sent."""
    if not text or len(text) > digits or not _DIGITS.fullmatch(text):
        return None
    return int(text)


def read_key(text: str | None) -> int | None:
    """The key of a row, which may or may not exist; None for what can be no key."""
    return read_whole(text)


def read_text(text: str | None) -> str:
    """A text that no field of a form reads, without what no database takes: a NUL, which nobody sees or types."""
    return (text or "").replace("\0", "").strip()


def read_object(text: str) -> dict[str, Any] | None:
    """The object that a page wrote as JSON; None for anything else, however deep, and for halves of letters."""
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()  # "\\ud800" is JSON, and no text that can be kept
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


class _Digits:
    """A part of an address that is a number; what is longer has no page (404)."""

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int | str) -> str:
        return str(value)


class KeyConverter(_Digits):
    regex = "[0-9]{1,18}"


class YearConverter(_Digits):
    regex = "[0-9]{1,4}"


class MonthConverter(_Digits):
    regex = "[0-9]{1,2}"


CONVERTERS = {"key": KeyConverter, "year": YearConverter, "month": MonthConverter}
