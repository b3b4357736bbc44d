"""Contraloría reads the catalogue and changes nothing: every address of the product is walked in its hands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import transaction
from django.test import Client, override_settings

from accounts.models import Role, User
from core.models import TrailEntry
from indicators.models import Indicator
from tests.factories import make_user, signed_in
from tests.hostile.addresses import Address
from tests.hostile.attack import HEAVY, filled
from tests.hostile.pages import Page
from tests.hostile.place import Place, make_place
from tests.support.contents import contents
from tests.support.declared import own_addresses

pytestmark = pytest.mark.django_db

READ = {
    "tree", "branch", "node", "export", "records", "record", "record_file", "record_before", "departments",
    "department", "people", "people_export", "person", "waiting", "waiting_act", "targets_file", "targets", "target",
    "thresholds", "years", "year_compare", "year_compare_file", "links",
}  # fmt: skip
# A person's own: whoever is signed in signs out and chooses a password.
LOST = 410  # the town's files are gone with the test that stored them, and their page says so
OWN = ("accounts:", "logout", "login", "password")
SIGN_OUT = "/salir/"
# Who draws a sample is in the trail, which is all that it writes.
SAMPLE = "/2016/muestra/expediente.zip"
TRAIL = {"core_trailentry", "core_trailseal"}
# What reading writes: sessions, and that a file of the town is gone.
NOT_SENT = ("django_session", "core_filefault")
FRAME = (SIGN_OUT, "/cuenta/sesion/")


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: Any) -> Iterator[Place]:
    block = transaction.atomic()
    block._from_testcase = True
    with django_db_blocker.unblock(), override_settings(PMD_DEMO=True), block:
        yield make_place()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def reader(place: Place) -> Client:
    return signed_in(User.objects.get(username="contraloria"))


@pytest.fixture(scope="module")
def planner(place: Place) -> Client:
    return signed_in(User.objects.get(username="planeacion"))


def paths(place: Place, address: Address) -> list[str]:
    return [address.at(sample) for sample in place.samples(address)]


def of_catalogue() -> list[Address]:
    return [address for address in own_addresses() if address.name.startswith("catalog:")]


def written(response: Any) -> str:
    """Of a page its HTML; empty for a file and for a refusal."""
    is_page = response.status_code == 200 and not response.streaming and "html" in response.get("Content-Type", "")
    return response.content.decode() if is_page else ""


@dataclass(frozen=True)
class Opened:
    name: str
    path: str
    status: int
    text: str


@pytest.fixture(scope="module")
def opened(place: Place, reader: Client) -> list[Opened]:
    """What each address of the product answers them; of files, those of the catalogue only."""
    found = []
    for address in own_addresses():
        if address.name.startswith(OWN):
            continue
        for path in paths(place, address):
            if address.name.startswith("catalog:") or not path.endswith(HEAVY):
                answer = reader.get(path)
                found.append(Opened(address.name, path, answer.status_code, written(answer)))
    return found


def of_the_catalogue(opened: list[Opened]) -> list[Opened]:
    return [one for one in opened if one.name.startswith("catalog:")]


def test_every_address_of_the_catalogue_is_read_or_refused(opened: list[Opened]) -> None:
    read = {f"catalog:{name}" for name in READ}
    answered = of_the_catalogue(opened)
    faults = [one for one in answered if one.status not in ((200, LOST) if one.name in read else (404, 405))]
    assert {one.name for one in answered} > read
    assert not faults, "\n".join(f"{one.name} {one.path}: {one.status}" for one in faults)


def test_no_page_that_they_open_has_a_form_that_writes(opened: list[Opened]) -> None:
    """None of the whole product, but for signing out, their own password and the sample that they draw."""
    faults = [
        f"{one.path}: {form}"
        for one in opened
        for form in re.findall(r"<form[^>]*>", one.text)
        if 'method="post"' in form and SIGN_OUT not in form and f'action="{SAMPLE}' not in form
    ]
    assert len([one for one in opened if one.text]) > 50
    assert not faults, "\n" + "\n".join(faults)


def test_no_link_of_the_catalogue_leads_them_to_a_refusal(opened: list[Opened], reader: Client) -> None:
    found: dict[str, str] = {}
    for one in of_the_catalogue(opened):
        for link in Page(one.path, one.text).links:
            if link.startswith("/"):
                found.setdefault(link.partition("#")[0], one.path)
    answers = {link: reader.get(link, follow=True).status_code for link in found}
    faults = [f"{link} on {found[link]}: {status}" for link, status in answers.items() if status not in (200, LOST)]
    assert len(found) > 50
    assert not faults, "\n" + "\n".join(faults)


def test_an_indicator_with_borders_of_its_own_leads_them_to_its_page(place: Place, reader: Client) -> None:
    Indicator.objects.filter(code="PRE-01-01").update(green_from=80, amber_from=60)
    page = reader.get("/2016/catalogo/umbrales/").content.decode()
    (link,) = re.findall(r'<a href="([^"]+)"><span class="code">PRE-01-01</span>', page)
    assert "Umbrales del semáforo" in reader.get(link).content.decode()


def test_whatever_they_send_changes_nothing(place: Place, reader: Client, planner: Client) -> None:
    """Each form as planning sees it, with each of its buttons, and an empty one to every address."""
    before, entries = kept(), TrailEntry.objects.count()
    faults, sent = [], 0
    for address in own_addresses():
        if address.name.startswith(OWN):
            continue
        for path in paths(place, address):
            for action, body in ((path, b""), *bodies(planner, path)):
                if urlsplit(action).path == SAMPLE:
                    continue
                answer = reader.generic("POST", action, body, "application/x-www-form-urlencoded")
                sent += 1
                if answer.status_code not in (403, 404, 405, LOST) or TrailEntry.objects.count() != entries:
                    faults.append(f"{address.name} {action}: {answer.status_code}")
                    entries = TrailEntry.objects.count()
    assert sent > 200
    assert kept() == before
    assert not faults, "\n" + "\n".join(faults)


def test_the_sample_that_they_draw_writes_that_they_did_and_nothing_else(place: Place, reader: Client) -> None:
    before = kept()
    forms = [body for action, body in bodies(reader, "/2016/muestra/") if urlsplit(action).path == SAMPLE]
    answer = reader.generic("POST", SAMPLE, forms[0], "application/x-www-form-urlencoded")
    assert answer.status_code == 200
    after = kept()
    changed = {table for table in after if after[table] != before[table]}
    assert "core_trailentry" in changed and changed <= TRAIL


def bodies(planner: Client, path: str) -> Iterator[tuple[str, bytes]]:
    if path.endswith(HEAVY):
        return
    for form in Page(path, written(planner.get(path))).forms:
        if form.method == "post" and form.action.startswith("/") and urlsplit(form.action).path not in FRAME:
            for button in form.acts:
                yield form.action, urlencode([*filled(form, button)]).encode()


def kept() -> dict[str, Any]:
    return {table: rows for table, rows in contents(but=()).items() if table not in NOT_SENT}


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DIRECTOR, Role.READER])
def test_nobody_else_reads_it(role: Role, place: Place) -> None:
    client = signed_in(User.objects.get(username=PEOPLE[role]))
    faults = [
        path
        for address in of_catalogue()
        for path in paths(place, address)
        if client.get(path).status_code not in (404, 405)
    ]
    assert faults == []


PEOPLE = {Role.LIAISON: "enlace.presidencia", Role.DIRECTOR: "director.presidencia", Role.READER: "presidente"}


class TestWhatIsShownOfPeople:
    """Name, e-mail, department, role, dates, who named them; not how the account is used."""

    def test_on_the_page_of_a_person(self, place: Place, reader: Client) -> None:
        person = User.objects.get(username="enlace.presidencia")
        text = reader.get(f"/catalogo/personas/{person.pk}/").content.decode()
        for words in ("Elena Enríquez Soto", person.email, "Presidencia", "Enlace", "Quién lo registró"):
            assert words in text, words
        for words in (f">{person.username}<", "Última entrada", "Contraseña", "invitación"):
            assert words not in text, words

    def test_on_the_list(self, place: Place, reader: Client) -> None:
        text = reader.get("/catalogo/personas/?ver=todas").content.decode()
        assert "Elena Enríquez Soto" in text
        for words in ("enlace.presidencia<", "Última entrada", "Nunca han entrado", "Bloqueadas"):
            assert words not in text, words

    def test_no_list_tells_who_never_entered(self, place: Place, reader: Client) -> None:
        asked = reader.get("/catalogo/personas/?ver=sin-entrar").content.decode()
        assert 'value="activas" selected' in asked

    def test_the_name_of_an_account_finds_nobody(self, place: Place, reader: Client, planner: Client) -> None:
        olga = make_user("cuenta.rara", Role.READER, first_name="Olga", last_name="Ochoa")
        User.objects.filter(pk=olga.pk).update(email="olga@durango.example")
        assert "Olga Ochoa" in planner.get("/catalogo/personas/?q=cuenta.rara").content.decode()
        assert "Olga Ochoa" not in reader.get("/catalogo/personas/?q=cuenta.rara").content.decode()
        assert "Olga Ochoa" in reader.get("/catalogo/personas/?q=olga").content.decode()


def test_the_menu_leads_there(place: Place, reader: Client) -> None:
    page = reader.get("/")
    assert "Catálogo" in [link["label"] for link in page.context["nav"]]
    assert "Administración" not in [link["label"] for link in page.context["nav"]]
