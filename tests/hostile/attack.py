"""One group of addresses: opened by every role, every button pressed once, and then every key with hostile values."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle, islice
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.http import HttpResponseBase
from django.urls import resolve

from tests.hostile.addresses import Address, route_of
from tests.hostile.pages import Form, Page, asked_by, general
from tests.hostile.place import NOBODY, ROLES, Place
from tests.hostile.requests import BAD_FILES, BAD_QUERIES, BROKEN, HEADERS
from tests.hostile.values import IN_PATHS, NUMBERS, SHAPES, TEXTS, VALUES, WORST, Turns, quoted
from tests.hostile.walk import MULTIPART, URLENCODED, Walk, form_body, is_page, multipart_body
from tests.indicators.sample_files import pdf

HEAVY = (".pdf", ".xlsx", ".csv", ".json")  # a file takes as long as ten pages
Pairs = list[tuple[str, bytes]]


@dataclass(frozen=True)
class Seen:
    """A form in the hands of a role, at the address that it goes to."""

    role: str
    path: str
    form: Form

    @property
    def shape(self) -> tuple[str, frozenset[str]]:
        return str(route_of(self.path)), frozenset(self.form.shape)


@dataclass
class Attack:
    """``forms``: by route and keys, in whose hands; ``asked``: the parameters of each route; ``opened``: who may open
    which address; ``unreached``: the addresses at which nobody was answered; ``keys``: what was sent where.
    """

    walk: Walk
    place: Place
    addresses: Sequence[Address]
    forms: dict[tuple[str, frozenset[str]], list[Seen]] = field(default_factory=lambda: defaultdict(list))
    asked: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    opened: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    unreached: list[str] = field(default_factory=list)
    keys: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.walk.tokens = self.place.tokens
        rows = {f"row {n}": key.encode() for n, key in enumerate(self.place.elsewhere["pk"])}
        seed = self.addresses[0].group
        self._worst, self._typed = Turns(WORST, seed), Turns(VALUES, seed)
        self._chosen = Turns(NUMBERS | SHAPES | rows | TEXTS, seed)
        self._roles = islice(cycle(ROLES), len(seed) % len(ROLES), None)
        self._presses, self._spared = count(), cycle((0, 1))
        self._is_admin = seed.startswith("admin.")
        self._is_share = connection.vendor == "sqlite"
        self._files = islice(cycle(BAD_FILES.items()), len(seed) % len(BAD_FILES), None)
        self._waiting: list[tuple[Seen, bool]] = []
        self._reached: set[str] = set()
        self._heard: dict[tuple[str, frozenset[str]], set[str]] = defaultdict(set)

    def run(self) -> None:
        self.explore()
        self.one_key_at_a_time()
        self.every_field_at_once()
        self.parameters()
        self.parts_of_addresses()
        self.requests()

    # --- What there is ---------------------------------------------------------------------------------------------

    def explore(self) -> None:
        """Every page of everybody, and what comes of every button, to learn what can be sent.

        Whoever comes after the first with the same form presses one button of it.
        """
        with self.walk.noting_reads():
            for address in self.addresses:
                for number, sample in enumerate(self.place.samples(address)):
                    path = address.at(sample)
                    for role in self.openers(path, is_first=number == 0):
                        self._open(role, path)
            while self._waiting:
                one, is_first = self._waiting.pop(0)
                for button in one.form.acts if is_first else [self._button(one, "")]:
                    response = self._send(one, "as it is", filled(one.form, button))
                    self._note_reached(one.path, response)
                    self._heard[one.shape] |= self.walk.read[1]
                    self._learn(one.role, one.path, response)
        for address in self.addresses:
            if route_of(address.at(next(self.place.samples(address)))) not in self._reached:
                self.unreached.append(f"{address.name} {address.route}")

    def openers(self, path: str, *, is_first: bool) -> tuple[str, ...]:
        """Everybody for a page; planning and somebody else for a file, in the admin, which has one door, and for what
        is another kind of the same page.
        """
        if path.startswith("/admin/") or path.endswith(HEAVY) or not is_first:
            return ("planeacion", next(self._roles))
        return ROLES

    def _open(self, role: str, path: str) -> None:
        response = self.walk.try_("as it is", role, "GET", path)
        self._learn(role, path, response)
        if response.status_code == 405:
            response = self._feel(role, path)
        if self._note_reached(path, response):
            self.opened[str(route_of(path))].append((role, path))

    def _note_reached(self, path: str, response: Any) -> bool:
        """Whether it can be opened; a refusal in words is an answer too, «no such page» and the way to sign in none."""
        reached = response.status_code != 404 and not _is_sent_to_sign_in(response)
        if reached:
            self._reached.add(str(route_of(path)))
        return reached and response.status_code < 400

    def _feel(self, role: str, path: str) -> Any:
        """An address that takes forms and shows none (a script writes to it): what it looks up is what is sent."""
        known = self.place.posted.get(resolve(path).view_name, {})
        form, response = Form(path, "post"), None
        while response is None or self.walk.read[1] - {*dict(form.fields)}:
            keys = {*dict(form.fields), *known, *(self.walk.read[1] if response is not None else ())}
            form = Form(path, "post", [(key, known.get(key, "1")) for key in sorted(keys)])
            response = self._send(Seen(role, path, form), "felt", filled(form, None))
        self._learn(role, path, response)
        if form.fields and response.status_code != 404:
            self._take(Seen(role, path, form))
        return response

    def _learn(self, role: str, path: str, response: Any) -> None:
        self.asked[str(route_of(path))] |= self.walk.read[0]
        if not is_page(response):
            return
        page = Page(urlsplit(path).path, response.content.decode())
        for link in page.links:
            if (route := route_of(link)) is not None:
                self.asked[route].update(asked_by(link))
        for form in page.forms:
            if route_of(form.action) is None:
                continue
            if form.method == "get":
                self.asked[str(route_of(form.action))].update(form.keys)
            elif form.keys:
                self._take(Seen(role, form.action, form))

    def _take(self, one: Seen) -> None:
        """Once in the hands of each role, at each of its addresses; who has it already presses no button again."""
        known = self.forms[one.shape]
        if all((other.role, urlsplit(other.path).path) != (one.role, urlsplit(one.path).path) for other in known):
            if all(other.role != one.role for other in known):
                self._waiting.append((one, not known))
            known.append(one)

    # --- What is sent ----------------------------------------------------------------------------------------------

    def one_key_at_a_time(self) -> None:
        """Each key of each form, everything else as the page sends it: with a value or two, and each second one
        missing, twice or as a file. Which values a key meets goes round: its readers meet the others elsewhere.

        On SQLite, where nothing has failed that holds on PostgreSQL, each second key is left out.
        """
        left_out = cycle((False, self._is_share))
        met: set[tuple[str, str]] = set()
        hands, ways = count(), cycle((self._without, None, self._twice, None, self._as_file, None))
        for (route, _), seen in sorted(self.forms.items(), key=lambda item: (item[0][0], sorted(item[0][1]))):
            heard = sorted(self._heard[seen[0].shape])  # also what the page does not send
            for key in [*seen[0].form.keys, *heard]:
                if (route, kind := general(key)) in met:
                    continue
                met.add((route, kind))
                if next(left_out):
                    continue
                self.keys.add((route, kind))
                if key in seen[0].form.files:
                    self._hostile_files(seen, key)
                    continue
                is_chosen = key in seen[0].form.chosen  # what is typed meets the worst in every_field_at_once
                worst = self._worst.next(kind, 1) if is_chosen and next(self._spared) == 0 else []
                for what, value in [*worst, *(self._chosen if is_chosen else self._typed).next(kind, 1)]:
                    one = seen[next(hands) % len(seen)]
                    self._send(one, f"{key}={what}", with_value(filled(one.form, self._button(one, key)), key, value))
                one = seen[next(hands) % len(seen)]
                if (way := next(ways)) is not None:
                    way(one, key, filled(one.form, self._button(one, key)))

    def every_field_at_once(self) -> None:
        """Each value in all the fields of a form that somebody types into: each is read, whatever the others hold."""
        for seen in self.forms.values():
            form = seen[0].form
            typed = [key for key, _ in form.fields if key not in form.chosen and key != "csrfmiddlewaretoken"]
            if typed:
                hands = cycle(seen)
                for what, value in [*WORST.items(), *self._typed.next(f"all {seen[0].path}", 1)]:
                    one = next(hands)
                    pairs = filled(one.form, self._button(one, ""))
                    self._send(one, f"all={what}", [(key, value if key in typed else was) for key, was in pairs])
            foreign = [role for role in ROLES if role not in {one.role for one in seen}]
            for role in foreign[next(self._presses) % max(len(foreign), 1) :][:1]:
                strange = [(key, b"7\0" if key in typed else was) for key, was in filled(form, None)]
                self._send(Seen(role, seen[0].path, form), "as another's", strange)

    def _button(self, one: Seen, key: str) -> tuple[str, str] | None:
        """In turn, the one that the form is sent with; none where its own key is what is sent."""
        buttons = [button for button in one.form.buttons if button[0] != key]
        return buttons[next(self._presses) % len(buttons)] if buttons else None

    def _without(self, one: Seen, key: str, pairs: Pairs) -> None:
        self._send(one, f"without {key}", [pair for pair in pairs if pair[0] != key])

    def _twice(self, one: Seen, key: str, pairs: Pairs) -> None:
        self._send(one, f"{key} twice", [*pairs, *(pair for pair in pairs if pair[0] == key), (key, b"7"), (key, b"")])

    def _as_file(self, one: Seen, key: str, pairs: Pairs) -> None:
        rest = [pair for pair in pairs if pair[0] != key]
        self._send(one, f"{key} as a file", rest, {key: ("x", b"x")})

    def _hostile_files(self, seen: list[Seen], key: str) -> None:
        reads_tables = resolve(urlsplit(seen[0].path).path).view_name in self.place.files
        files = BAD_FILES.items() if reads_tables else islice(self._files, 5)
        for turn, (what, (name, content)) in enumerate(files):
            one = seen[turn % len(seen)]
            self._send(one, f"{key}: {what}", filled(one.form, self._button(one, "")), {key: (name, content)})
        one = seen[0]
        rest = filled(one.form, self._button(one, ""))
        self._send(one, f"{key} as text", [*rest, (key, b"7\0")], {})

    def _send(self, one: Seen, what: str, pairs: Pairs, files: dict[str, tuple[str, bytes]] | None = None) -> Any:
        name = resolve(urlsplit(one.path).path).view_name
        if one.form.files and files is None:
            files = {field: ("acta.pdf", self.place.files.get(name, pdf())) for field in one.form.files}
        if files is None:
            return self.walk.try_(what, one.role, "POST", one.path, form_body(pairs), URLENCODED)
        return self.walk.try_(what, one.role, "POST", one.path, multipart_body(pairs, files), MULTIPART)

    def parameters(self) -> None:
        """Each parameter that a link or a form names or a view reads, by itself, and all of them at once."""
        own = {str(route_of(address.at(next(self.place.samples(address))))) for address in self.addresses}
        for route in sorted(own):
            hands = cycle(self.opened.get(route, []))
            keys = sorted(self.asked[route])
            self.keys |= {(route, f"?{key}") for key in keys}
            is_file = any(path.endswith(HEAVY) for _, path in self.opened.get(route, []))
            alone = keys[len(route) % 3 :: 3] if self._is_admin else keys  # all its lists have the same readers
            for key in () if is_file else alone:  # its page has the same readers
                for what, value in self._typed.next(f"?{key}", 1):
                    self._ask(next(hands, None), what, {key: value})
            for what, value in WORST.items() if keys else ():
                self._ask(next(hands, None), what, dict.fromkeys(keys, value))

    def _ask(self, hand: tuple[str, str] | None, what: str, query: dict[str, bytes]) -> None:
        if hand is not None:
            role, path = hand
            written = "&".join(f"{quoted(key.encode())}={quoted(value[:6_000])}" for key, value in query.items())
            self.walk.try_(f"{[*query]}={what}", role, "GET", f"{path}?{written}")

    def parts_of_addresses(self) -> None:
        """Each part of each address with what is another department's or year's, and each second one with a value."""
        roles = cycle(role for role in ROLES if role != NOBODY)
        kinds, others = cycle(IN_PATHS.items()), dict[str, Iterator[str]]()
        for address in self.addresses:
            sample = next(self.place.samples(address))
            for part in address.parts:
                elsewhere = others.setdefault(part, cycle(self.place.elsewhere.get(part, self.place.elsewhere["pk"])))
                strange: Iterator[Any] = islice(kinds, next(self._spared))
                for what, value in [*strange, ("elsewhere", next(elsewhere))]:
                    self.walk.try_(f"{part}={what}", next(roles), "GET", address.at({**sample, part: value}))

    def requests(self) -> None:
        """What is no form at all, headers and cookies, at each address."""
        dice = random.Random(self.addresses[0].group)
        for address in self.addresses:
            path = address.at(next(self.place.samples(address)))
            what, (body, kind) = dice.choice([*BROKEN.items()])
            said = {"checked": True, "HTTP_SEC_FETCH_SITE": "same-origin"} if dice.random() < 0.3 else {}
            if not self._is_admin or next(self._spared):
                self.walk.try_(what, next(self._roles), "POST", path, body, kind, **said)
            method = dice.choice(("GET", "GET", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"))
            query, headers = dice.choice(BAD_QUERIES), dice.choice(HEADERS)
            asked = f"{path}?{query}" if dice.random() < 0.5 else path
            self.walk.try_(f"{headers}"[:80], next(self._roles), method, asked, **headers)


def filled(form: Form, button: tuple[str, str] | None) -> Pairs:
    pairs = [(name, value.encode()) for name, value in form.fields]
    return pairs + ([(button[0], button[1].encode())] if button else [])


def with_value(pairs: Pairs, key: str, value: bytes) -> Pairs:
    changed = [(name, value if name == key else was) for name, was in pairs]
    return changed if key in dict(pairs) else [*changed, (key, value)]


def _is_sent_to_sign_in(response: HttpResponseBase) -> bool:
    return response.status_code == 302 and "/entrar/?next=" in response["Location"]
