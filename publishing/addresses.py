"""The addresses of what is published of one closing: its pages, by the codes that its document names things with.

One rule for whoever writes a page or leads to one. A code is what somebody typed; an address depends on the code alone,
so that it stays from one closing to the next, and no two codes share one, not even where «a» and «A» are one name.
"""

import hashlib
import re

from core.text import fold

PROGRAMS, INDICATORS, AXES, DEPARTMENTS = "programas", "indicadores", "ejes", "dependencias"
INDEX = "index.html"
# Letters, digits, «-» and «.» between them: what every file system and every address takes as it is.
_PLAIN = re.compile(r"(?=.{1,40}\Z)[A-Z0-9]+(?:[-.][A-Z0-9]+)*", re.ASCII)
_TAKEN = re.compile(r"INDEX|CON|PRN|AUX|NUL|(?:COM|LPT)[0-9]", re.ASCII)  # ours, and what Windows keeps for itself
_OTHER = re.compile(r"[^a-z0-9]+")
_MOST, _DIGITS = 40, 16


def stem(code: str) -> str:
    """The code where it is a plain one; otherwise what can be read of it and, after «_», a part of its SHA-256."""
    if _PLAIN.fullmatch(code) and not _TAKEN.fullmatch(code.partition(".")[0]):
        return code
    digest = hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    readable = _OTHER.sub("-", fold(code)).strip("-")[:_MOST].strip("-")
    return f"{readable}_{digest}"


def program_page(code: str) -> str:
    """Within the closing's folder, as all of these."""
    return f"{PROGRAMS}/{stem(code)}.html"


def indicator_page(code: str) -> str:
    return f"{INDICATORS}/{stem(code)}.html"


def axis_page(key: str) -> str:
    return f"{AXES}/{stem(key)}.html"


def department_page(prefix: str) -> str:
    return f"{DEPARTMENTS}/{stem(prefix)}.html"
