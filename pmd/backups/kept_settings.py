"""The settings that go into a backup: everything but what opens a door."""

import re
import shlex
from collections.abc import Mapping

_OURS = re.compile(
    r"PMD_\w+|DATABASE_URL|SECRET_KEY|ALLOWED_HOSTS|EMAIL_URL|DEFAULT_FROM_EMAIL|DEBUG|GUNICORN_CMD_ARGS|WEB_CONCURRENCY"
)
_SECRET = re.compile(r"SECRET|PASSWORD|TOKEN|CLAVE|OWNER_URL")


def without_secrets(environment: Mapping[str, str]) -> tuple[str, list[str]]:
    """The lines of an environment file, and what was left out of them: names, and the passwords of addresses."""
    lines, left_out = [], []
    for name in sorted(environment):
        if not _OURS.fullmatch(name):
            continue
        if _SECRET.search(name):
            left_out.append(name)
            continue
        value = _without_password(environment[name])
        if value != environment[name]:
            left_out.append(f"la contraseña de {name}")
        lines.append(f"{name}={shlex.quote(value)}\n")
    return "".join(lines), left_out


def _without_password(value: str) -> str:
    """Addresses keep who and where. A password may have any sign in it: everything up to the last @ goes."""
    value = re.sub(r"://([^:/@?#]*):.*@", r"://\1@", value, flags=re.DOTALL)
    return re.sub(r"([?&])password=[^&]*", r"\1", value, flags=re.IGNORECASE)
