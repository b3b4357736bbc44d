"""Programs of the system that a page names and that cannot be run here: what of a call can be judged is judged.

Each answers 0 and what a page may read of it, or 2 and why this call is none: a unit, a target, a service or an option
that is not there. Where the program itself is on this machine, its long options are held against its own help.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import yaml

from tests.operation.machine import Answer, Call
from tests.pmd.test_settings import ROOT

Judged = tuple[int, str]
# «postgresql» alone is not among them: stopping it does not wait for the server, whose folder may be moved too early.
OURS = {path.name for path in (ROOT / "deploy/systemd").iterdir()}
FOREIGN = {f"{name}.service" for name in ("nginx", "postgresql@15-main", "systemd-journald")}
_VERBS = {
    "start", "stop", "restart", "reload", "status", "enable", "is-active", "edit", "daemon-reload", "list-timers",
}  # fmt: skip
_PACKAGES = {"age", "git", "make", "certbot", "postgresql-client", "systemd-timesyncd", "rsync"}
_TARGETS = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
_LINES = [
    {"at": "2026-11-28T16:00:00+00:00", "logger": "gunicorn.access", "path": "/2016/captura/", "ms": 1800,
     "request_id": "3f9a27c01b44", "user": "ana.quinones"},
    {"at": "2026-11-28T16:00:01+00:00", "logger": "gunicorn.access", "path": "/api/resultados/", "ms": 12},
    {"at": "2026-11-28T16:00:02+00:00", "logger": "pmd.security", "event": "locked_out", "who": "ana.quinones"},
]  # fmt: skip


def system_programs() -> dict[str, Answer]:
    silent = ("chown", "useradd", "nano", "curl", "rsync", "timedatectl", "nginx", "getent")
    return {
        **{name: partial(_known_options, said="") for name in silent},
        "chown": _chown, "systemctl": _systemctl, "journalctl": _journalctl, "apt-get": _apt, "git": _git,
        "nginx": _nginx, "getent": partial(_known_options, said="192.0.2.2       pmd.example.gob.mx"),
        "pg_lsclusters": _pg_lsclusters, "nano": _nano,
    }  # fmt: skip


def _refused(call: Call, why: str) -> Judged:
    return 2, f"{call.program} {' '.join(call.words)}: {why}"


@cache
def _help(program: str) -> str:
    found = shutil.which(program, path="/usr/bin:/usr/sbin:/bin:/sbin:/usr/local/bin")
    if found is None:
        return ""
    words = ("--help", "all") if program == "curl" else ("--help",)
    done = subprocess.run([found, *words], capture_output=True, text=True)
    return done.stdout + done.stderr


def unknown_options(program: str, words: list[str]) -> list[str]:
    """Long options that this machine's program of that name does not tell of; none where it is not installed."""
    told = _help(program)
    given = [word.partition("=")[0] for word in words if re.match(r"--[a-z]", word)]
    return [option for option in given if told and not re.search(rf"{re.escape(option)}\b", told)]


def _known_options(call: Call, *, said: str) -> Judged:
    unknown = unknown_options(call.program, call.words)
    return _refused(call, f"no option {unknown}") if unknown else (0, said)


def _chown(call: Call) -> Judged:
    account, *paths = [word for word in call.words if word != "-R"]
    known = re.fullmatch(r"(root|pmd|postgres)(:(root|pmd|postgres))?", account)
    return (0, "") if known and paths else _refused(call, "nobody's account")


def _is_unit(name: str) -> bool:
    return bool({name, f"{name}.service"} & (OURS | FOREIGN))


def _systemctl(call: Call) -> Judged:
    unknown = unknown_options("systemctl", call.words)
    verb, *units = [word for word in call.words if not word.startswith("--")]
    if verb not in _VERBS or unknown:
        return _refused(call, f"no such verb or option {unknown}")
    if verb == "list-timers":
        return 0, "\n".join(sorted(name for name in OURS if name.endswith(".timer")))
    wrong = [unit for unit in units if not _is_unit(unit)]
    if wrong or (not units and verb != "daemon-reload"):
        return _refused(call, f"no unit {wrong}")
    return 0, "active" if verb in ("is-active", "status") else ""


def _journalctl(call: Call) -> Judged:
    given = iter(call.words)
    for word in given:
        if word == "-u" and not _is_unit(unit := next(given)) and unit != "pmd*":
            return _refused(call, f"no unit {unit}")
    unknown = unknown_options("journalctl", call.words)
    return _refused(call, f"no option {unknown}") if unknown else (0, "\n".join(map(json.dumps, _LINES)))


def _apt(call: Call) -> Judged:
    verb, *packages = [word for word in call.words if not word.startswith("-")]
    known = verb in ("update", "upgrade", "clean") or (verb == "install" and packages and set(packages) <= _PACKAGES)
    return (0, "") if known else _refused(call, "no such package or verb")


def _git(call: Call) -> Judged:
    words = call.words[2:] if call.words[0] == "-C" else call.words
    known = {
        "clone": len(words) == 3 and words[2].endswith("/srv/pmd"),
        "checkout": len(words) == 2, "pull": len(words) == 1,
        "status": len(words) == 1, "stash": len(words) == 1, "tag": len(words) == 1,
    }.get(words[0])  # fmt: skip
    return (0, "") if known else _refused(call, "nothing that a page should ask of git")


def _nginx(call: Call) -> Judged:
    return (0, "") if call.words == ["-t"] else _refused(call, "only -t")


def _nano(call: Call) -> Judged:
    return (0, "") if call.words and call.words[0].endswith(".env") else _refused(call, "one of our files")


def _pg_lsclusters(call: Call) -> Judged:
    return 0, "15  main    5432 online postgres /var/lib/postgresql/15/main"


def make_target(call: Call) -> str:
    """The target, which the Makefile has; "" otherwise."""
    targets = [word for word in call.words if "=" not in word]
    return targets[0] if len(targets) == 1 and targets[0] in _TARGETS else ""


def made_variables(call: Call) -> dict[str, str]:
    return dict(word.split("=", 1) for word in call.words if "=" in word)


def docker(call: Call, inside: Callable[[list[str]], Judged]) -> Judged:
    """Files and services of a compose call; ``inside`` judges what is to run in a container."""
    words = call.words
    if words == ["image", "prune", "--force"]:
        return 0, ""
    if words[:1] != ["compose"] or words[1:3] != ["-f", "deploy/compose.yaml"]:
        return _refused(call, "not our compose file")
    composed = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
    services, (verb, *rest) = composed["services"], words[3:]
    if verb == "run":
        rest = [word for word in rest if word != "--rm"]
        if rest == ["prepared"]:
            return 0, ""
        if rest[:2] != ["--entrypoint", "sh"] or rest[2] not in services:
            return _refused(call, "no such service")
        return inside(["sh", *rest[3:]]) if rest[3:] else (0, "")
    if verb == "exec":
        account, rest = (rest[1], rest[2:]) if rest[0] == "--user" else ("", rest)
        known = rest[0] in services and account in ("", "postgres")
        as_account = ["runuser", "-u", account, "--"] if account else []
        return inside([*as_account, *rest[1:]]) if known else _refused(call, "no such service")
    if verb == "cp":
        return (0, "") if all(_is_copied(place, services) for place in rest) else _refused(call, "not there")
    named = {word for word in rest if not word.startswith("-") and not word.isdigit()}
    known = verb in ("up", "build", "ps", "logs", "restart", "stop") and named <= set(services)
    return (0, "") if known else _refused(call, "no such service or verb")


def _is_copied(place: str, services: dict[str, Any]) -> bool:
    """A folder of ours, or a place in a volume that this service may write."""
    service, colon, path = place.partition(":")
    mounts = [mount.split(":") for mount in services.get(service, {}).get("volumes", ()) if isinstance(mount, str)]
    return not colon or any(path.startswith(mount[1]) and mount[2:] != ["ro"] for mount in mounts)
