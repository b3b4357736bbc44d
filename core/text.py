"""Comparing words as people do: without case, accents or doubled blanks."""

import re
import unicodedata

# The marks of Spanish and of most of Latin; whatever else combines is looked up letter by letter.
_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]")


# «1. », «(2)», «3.-», «b)», «• »: what people put before the lines of a list.
_NUMBERING = re.compile(r"^\s*(?:\(?\d{1,3}\)|\d{1,3}\s*[.):-]+|[a-z]\)|[•▪◦●·*-])\s*(?=\D)")


def without_numbering(folded: str) -> str:
    """A folded text without the number or the bullet before it; «10-12 años» and «3.5 metros» keep theirs."""
    return _NUMBERING.sub("", folded)


def fold(text: str) -> str:
    """«  Gestión  Municipal» and «gestion municipal» become the same text."""
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    if not text.isascii():
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(text.casefold().split())
