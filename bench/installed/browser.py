"""One person's browser: signs in, keeps its cookies, posts the forms that it was shown, and notes how long all took."""

import re
import threading
import time
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import requests

from bench.installed.people import Person

_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_SENTENCE = re.compile(r"<h1[^>]*>(.*?)</h1>(?:.*?<p[^>]*>(.*?)</p>)?", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Taken:
    """One answer: 0 for none at all. ``at`` is when it was asked for, in seconds of this process's clock."""

    at: float
    seconds: float
    kind: str
    status: int
    prefix: str
    role: str
    said: str = ""


@dataclass
class Notes:
    """What everybody notes, of all threads."""

    taken: list[Taken] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, one: Taken) -> None:
        with self.lock:
            self.taken.append(one)


def inputs(page: str) -> dict[str, str]:
    """Name → value of what is written in the fields of a piece of a page."""
    found = {}
    for tag in _INPUT.findall(page):
        attributes = dict(_ATTRIBUTE.findall(tag))
        if "name" in attributes:
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    return found


def rows(page: str) -> dict[str, dict[str, str]]:
    """Code → the fields of each row of a month that can be written, without the prefix that the page gives them."""
    found = {}
    for piece in page.split("<tbody")[1:]:
        code = re.search(r'data-code="([^"]*)" data-row=', piece)
        if code:
            named = {name.rsplit("-", 1)[-1]: value for name, value in inputs(piece).items()}
            found[unescape(code[1])] = named
    return found


def sentence(page: str) -> str:
    """What a page that is not the one that was asked for says first."""
    found = _SENTENCE.search(page)
    words = " · ".join(part for part in found.groups() if part) if found else page[:200]
    return " ".join(unescape(_TAG.sub("", words)).split())[:300]


class Browser:
    """``ask`` never raises for what the server does: an answer that did not come has the status 0."""

    def __init__(self, address: str, person: Person, notes: Notes, *, verify: bool | str = True) -> None:
        self.address, self.person, self.notes = address.rstrip("/"), person, notes
        self.session = requests.Session()
        self.session.verify = verify
        # A proxy or a list of authorities of this machine's environment is not meant for the site.
        self.session.trust_env = False
        self.token = ""

    def ask(self, kind: str, path: str, data: dict[str, Any] | None = None, *, patience: float = 120) -> Any:
        """The answer, None where there was none; ``data`` makes it a form of ours."""
        headers = {"Referer": f"{self.address}/", "Accept-Encoding": "gzip"}
        if data is not None and self.token:
            data = {"csrfmiddlewaretoken": self.token, **data}
        at, started = time.monotonic(), time.perf_counter()
        answer, status, said = None, 0, ""
        try:
            answer = self.session.request(
                "GET" if data is None else "POST", self.address + path, data=data, headers=headers, timeout=patience
            )
            status = answer.status_code
            if status >= 400:
                said = sentence(answer.text)
        except requests.RequestException as error:
            said = type(error).__name__
        seconds = time.perf_counter() - started
        self.notes.add(Taken(at, seconds, kind, status, self.person.prefix, self.person.role, said))
        if answer is not None and answer.headers.get("Content-Type", "").startswith("text/html"):
            self.token = inputs(answer.text).get("csrfmiddlewaretoken", "") or self.token
        return answer

    def goes_on(self, cookies: dict[str, dict[str, str]]) -> bool:
        """With a session that was open before: name → its cookies."""
        self.session.cookies.update(cookies.get(self.person.username, {}))
        return self.person.username in cookies

    def sign_in(self) -> bool:
        """Tried again until it works: whoever cannot come in tries again too."""
        for _ in range(5):
            self.ask("entrada", "/entrar/")
            answer = self.ask(
                "entrar", "/entrar/", {"username": self.person.username, "password": self.person.password}
            )
            if answer is not None and answer.ok and not urlsplit(answer.url).path.startswith("/entrar/"):
                return True
            time.sleep(3)
        return False
