"""Passwords within addresses (DATABASE_URL, EMAIL_URL): signs that cut an address short have to be percent-encoded."""

import re
from urllib.parse import quote, urlsplit

# Whatever stands for itself in the password of an address; ":" and "@" are read as meant, but not by every program.
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CUTS = "/?#[]"


def password_fault(name: str, url: str) -> str:
    """A sentence where the user or password of this address is read as something else; empty otherwise.

    It names the sign and how it is written, never the password.
    """
    scheme, _, rest = url.partition("://")
    before, at, _ = rest.rpartition("@")
    if not at or scheme == "sqlite":
        return ""
    sign = next((sign for sign in before if sign in _CUTS), "") if _cut_short(url, rest) else ""
    if not sign and _BARE_PERCENT.search(before):
        sign = "%"
    if not sign:
        return ""
    return (
        f"La clave de {name} lleva «{sign}», que en una dirección termina la clave: escríbalo "
        f"«{quote(sign, safe='')}». Así también # es %23, / es %2F, ? es %3F, @ es %40, % es %25 y : es %3A. La clave "
        'entera la escribe: python3 -c "import getpass, urllib.parse; '
        "print(urllib.parse.quote(getpass.getpass(), safe=''))\""
    )


def _cut_short(url: str, rest: str) -> bool:
    """Whether the «@» that ends user and password came to stand behind what is taken for the server."""
    try:
        parts = urlsplit(url)
        understood = parts.port is None or parts.port > 0
    except ValueError:
        return True
    if "@" in parts.path or "@" in parts.fragment:
        return True
    names_nothing = not parts.path.strip("/")
    if "@" in parts.netloc:  # of a password with both signs the first one is there
        return "@" in parts.query and names_nothing
    # An @ in the query of a whole address is a value of an option.
    return not understood or names_nothing
