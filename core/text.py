"""Comparing words as people do: without case, accents or doubled blanks."""

import unicodedata


def fold(text: str) -> str:
    """«  Gestión  Municipal» and «gestion municipal» become the same text."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())
