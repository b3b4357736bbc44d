"""Sends requests of every role, undoes what each of them wrote, and keeps what was answered with a failure."""

import gzip
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import quote_plus, urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from tests.factories import signed_in
from tests.hostile.place import ROLES
from tests.hostile.values import quoted

BOUNDARY = "frontera"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
Pairs = Sequence[tuple[str, bytes]]
_DEVELOPERS_WORDS = (
    "Traceback", "Exception", "Http404", "Resolver404", "DoesNotExist", "ValueError", "TypeError", "KeyError",
    "IntegrityError", "DataError", "matching query", "matches the given", "ManagementForm", "URLconf", "Not Found",
    "Page not found", "Bad Request", "Forbidden", "This field", ">Enter a", "Select a valid", ">None<",
)  # fmt: skip


@dataclass
class Walk:
    """``failures``: what was asked by whom, and with which error it failed, once for each kind of error; ``read``: the
    keys of the address and of the form that the last request was asked for, by whoever answered it.
    """

    cookies: dict[str, str] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    read: tuple[set[str], set[str]] = (set(), set())
    sent: int = 0
    _asked: list[tuple[Any, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._clients = {
            checked: Client(raise_request_exception=False, enforce_csrf_checks=checked) for checked in (False, True)
        }

    def enter(self) -> None:
        for role in filter(None, ROLES):
            client = signed_in(User.objects.get(username=role))
            self.cookies[role] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def send(self, role: str, method: str, path: str, body: bytes = b"", kind: str = URLENCODED, **extra: Any) -> Any:
        """``path`` is quoted already; ``extra`` goes into the environment of the request. Undone afterwards."""
        client = self._clients[extra.pop("checked", False)]
        block = transaction.atomic()
        block._from_testcase = True  # what must stand in no other transaction stands in the test's
        with block:
            response = self._answer(client, role, method, path, body, kind, **extra)
            transaction.set_rollback(True)
        return response

    def _answer(self, client: Client, role: str, method: str, path: str, *args: Any, **extra: Any) -> Any:
        """The answer, and where it leads on after something was taken: the page that shows what was written."""
        response = self._once(client, role, method, path, *args, **extra)
        self._note_reads(response)
        if method == "POST" and response.status_code == 302 and not has_failed(response):
            there = urljoin(path, response["Location"])
            if not urlsplit(there).netloc and not there.startswith("/entrar/"):
                after = self._once(client, role, "GET", there)
                return after if has_failed(after) else response
        return response

    def _once(self, client: Client, role: str, method: str, path: str, *args: Any, **extra: Any) -> Any:
        self.sent += 1
        self._asked.clear()
        client.cookies = SimpleCookie()
        if role in self.cookies:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[role]
        if path.startswith("/api/") and role in self.tokens:
            extra["HTTP_AUTHORIZATION"] = f"Bearer {self.tokens[role]}"
        response = client.generic(method, path, *args, **extra)
        if response.streaming:
            b"".join(response.streaming_content)
        return response

    def try_(self, what: str, role: str, method: str, path: str, *args: Any, **extra: Any) -> Any:
        """The same, for what must end in no failure; ``what`` tells a failure."""
        response = self.send(role, method, path, *args, **extra)
        if (fault := self._fault(response)) is not None:
            self.failures.setdefault(fault, f"{role or 'nadie'} {method} {path[:200]} [{what}]: {fault}")
        return response

    def _fault(self, response: Any) -> str | None:
        if has_failed(response):
            return _where(response.exc_info) if response.exc_info else f"status {response.status_code}"
        if not is_page(response):
            return None
        text = page_text(response)
        for word in _DEVELOPERS_WORDS:
            if word in text:
                return f"{response.status_code}, with «{text[max(0, text.index(word) - 40) :][:100]}»"
        return "a page that is not in Spanish" if "<html" in text and 'lang="es' not in text else None

    @contextmanager
    def noting_reads(self) -> Iterator[None]:
        """While it lasts, whatever is looked up in what was sent is noted, also what no page names."""
        looked_up, is_in = MultiValueDict.getlist, dict.__contains__
        item = MultiValueDict.__getitem__

        def note(held: Any, key: Any) -> None:
            if isinstance(held, QueryDict) and isinstance(key, str):
                self._asked.append((held, key))

        def getlist(held: Any, key: Any, *args: Any) -> Any:
            note(held, key)
            return looked_up(held, key, *args)

        def getitem(held: Any, key: Any) -> Any:
            note(held, key)
            return item(held, key)

        def contains(held: Any, key: Any) -> bool:
            note(held, key)
            return is_in(held, key)

        with (
            mock.patch.object(QueryDict, "getlist", getlist, create=True),
            mock.patch.object(QueryDict, "__getitem__", getitem, create=True),
            mock.patch.object(QueryDict, "__contains__", contains, create=True),
        ):
            yield

    def _note_reads(self, response: Any) -> None:
        request = response.wsgi_request
        of_form = [key for held, key in self._asked if request.method == "POST" and held is not request.GET]
        of_address = [key for held, key in self._asked if request.method != "POST" or held is request.GET]
        self.read = (set(of_address), set(of_form) - {"csrfmiddlewaretoken"})


def has_failed(response: Any) -> bool:
    return response.status_code >= 500 or response.exc_info is not None


def is_page(response: Any) -> bool:
    return not response.streaming and "html" in response.get("Content-Type", "")


def page_text(response: Any) -> str:
    packed = response.get("Content-Encoding") == "gzip"
    return (gzip.decompress(response.content) if packed else response.content).decode()


def _where(error: Any) -> str:
    frames = traceback.extract_tb(error[2])
    ours = [one for one in frames if "site-packages" not in one.filename] or list(frames)
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno} {error[0].__name__}: {str(error[1])[:150]}"


def form_body(pairs: Pairs) -> bytes:
    return b"&".join(f"{quote_plus(name)}={quoted(value)}".encode() for name, value in pairs)


def multipart_body(pairs: Pairs, files: Mapping[str, tuple[str, bytes]]) -> bytes:
    made = []
    for name, value in pairs:
        made.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n")
    for name, (file_name, content) in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{file_name}"'
        made.append(f"--{BOUNDARY}\r\n{head}\r\nContent-Type: text/plain\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(made) + f"--{BOUNDARY}--\r\n".encode()
