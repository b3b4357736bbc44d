"""The environment file: every command and everything that serves finds its settings there by itself.

One line says ``NAME='value'``, as systemd (EnvironmentFile=) and a shell (``.``) read it too. Lines that these two
would read in different ways are refused; django-environ's and python-dotenv's parsers would read them in a third one.
"""

import os
import re
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from pmd.environment import read_bool

NAMED_BY = "PMD_ENV_FILE"
# The second is where it was before there was a folder.
PLACES = (Path("/etc/pmd/pmd.env"), Path("/etc/pmd.env"))
_LINE = re.compile(
    r"""[ \t]*([A-Za-z_][A-Za-z0-9_]*)=(?:'([^'\r]*)'|"([^"$`\\\r]*)"|([\w@%+=:,./-]*))[ \t]*""", re.ASCII
)
_NAME = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=")
_HINT = "escriba cada ajuste en su línea, así: NOMBRE='valor', sin nada después y sin comillas simples en el valor"


def load(environment: MutableMapping[str, str]) -> Path | None:
    """Add what the file says; what the environment says already wins. The file that was read, None for none.

    On one's own machine (DEBUG, demonstration, and so the tests) none is: it would be the settings of the server that
    happens to run there. ImproperlyConfigured for a file that cannot be read.
    """
    if any(read_bool(environment, name, default=False) for name in ("DEBUG", "PMD_DEMO")):
        return None
    for path in _places(environment):
        text = _text(path, named=NAMED_BY in environment)
        if text is None:
            continue
        for number, name, value in _lines(text):
            if name in environment:
                continue
            if value is None:
                raise ImproperlyConfigured(f"No se entiende la línea {number} de {path}: {_hint(text, number)}.")
            environment[name] = value
        return path
    return None


def names(path: Path) -> list[str]:
    """What the file sets, for whoever looks for misspelt names; nothing of a file that cannot be read."""
    try:
        return [name for _, name, _ in _lines(path.read_text(encoding="utf-8")) if name]
    except (OSError, UnicodeDecodeError):
        return []


def _places(environment: Mapping[str, str]) -> tuple[Path, ...]:
    if NAMED_BY not in environment:
        return PLACES
    given = environment[NAMED_BY].strip()
    return (Path(given),) if given else ()


def _text(path: Path, *, named: bool) -> str | None:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        if not named:
            return None
        raise ImproperlyConfigured(f"{NAMED_BY} vale «{path}» y ese archivo no existe.") from None
    except OSError as error:
        raise ImproperlyConfigured(
            f"No se puede leer {path} ({os.strerror(error.errno or 0)}): use la cuenta del servicio (sudo -u pmd …) o "
            "root, o corrija sus permisos (root:pmd, 0640)."
        ) from None
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"{path} no está escrito en UTF-8: guárdelo así.") from None


def _hint(text: str, number: int) -> str:
    """What of a line that looks right is wrong; of any other, how one is written."""
    line = text.split("\n")[number - 1]
    if line.startswith("\ufeff"):
        return "empieza con un signo que no se ve (BOM): guarde el archivo en UTF-8 sin BOM"
    if line.endswith("\r"):
        return "termina como en Windows (CRLF): corrija el archivo con sed -i 's/\\r$//'"
    if re.match(r"[ \t]*export[ \t]", line):
        return f"quite la palabra export; {_HINT}"
    if re.match(r"[ \t]*\w+[ \t]*=", line, re.ASCII) and re.search(r"^[ \t]*\w+[ \t]+=|=[ \t]+\S", line, re.ASCII):
        return f"quite los espacios alrededor de «=»; {_HINT}"
    return _HINT


def _lines(text: str) -> Iterator[tuple[int, str, str | None]]:
    """Number, name and value of each setting; value None for a line that is not understood, and name "" too."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip(" \t") or line.lstrip(" \t").startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found:
            yield number, found[1], next(value for value in found.groups()[1:] if value is not None)
        else:
            name = _NAME.match(line)
            yield number, name[1] if name else "", None
