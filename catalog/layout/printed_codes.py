"""Our codes as documents and sheets print them, with whatever dashes and blanks."""

import re

DASHES = "-‐‑‒–—−"
CODE = rf"[A-ZÑ]{{2,6}}\s?[{DASHES}]\s?\d{{2,3}}"
"""Of a programme; what follows it makes it an action's."""
ACTION_CODE = rf"{CODE}\s?[{DASHES}]\s?\d{{2,3}}(?:\s?[{DASHES}]\s?[A-Z](?![A-Za-z]))?"
_DASH = re.compile(rf"\s?[{DASHES}]\s?")


def code_of(text: str) -> str:
    """A key with plain hyphens, however its dashes were printed."""
    return _DASH.sub("-", text.strip())
