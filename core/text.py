"""Comparing words as people do: without case, accents or doubled blanks."""

import re
import unicodedata

# The marks of Spanish and of most of Latin; whatever else combines is looked up letter by letter.
_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]")


def fold(text: str) -> str:
    """«  Gestión  Municipal» and «gestion municipal» become the same text."""
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    if not text.isascii():
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(text.casefold().split())
