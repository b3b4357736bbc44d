"""Mail leaves outside the request: by a task, in the transaction of its cause, tried again, seen by planning."""

import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.utils import IntegrityError
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import mailing
from accounts.models import Mail, User
from core.models import TrailEntry
from programs.models import FiscalYear
from tests.factories import make_department, make_indicator, make_people, make_program, make_user, make_year, signed_in
from tests.support.pages import words_of
from tests.support.shared import shared
from tests.support.tasks import MailServer, mail_server, tasks_by_worker, work

pytestmark = pytest.mark.django_db
RECOVER, MAIL = "/contrasena/olvidada/", "/catalogo/correos/"


@pytest.fixture
@shared
def people() -> dict[str, User]:
    make_year()
    return make_people(make_department())


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A mail server behind the worker, as in production."""
    with mail_server(settings) as found, tasks_by_worker():
        yield found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets time pass."""
    start = timezone.now()

    def at(**passed: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: start + timedelta(**passed))

    return at


def ask_for_link(name: str = "liaison") -> Any:
    return Client().post(RECOVER, {"email": f"{name}@durango.example"}, follow=True)


def health(client: Client) -> list[str]:
    """What the health page says beyond its first line."""
    page = client.get("/salud/")
    first, *more = page.content.decode().splitlines()
    assert page.status_code == 200 and first.startswith("ok")
    return more


def links(server: MailServer) -> list[str]:
    body = "".join(line.removesuffix("=") for line in server.received).replace("=3D", "=")
    return re.findall(r"/contrasena/nueva/[\w-]+/[\w-]+/", body)


class TestTheRequestDoesNotWait:
    def test_for_a_mail_server_that_says_nothing(
        self, server: MailServer, people: dict[str, User], settings: Any
    ) -> None:
        server.silent.set()
        started = time.monotonic()
        page = ask_for_link()
        assert time.monotonic() - started < 4 and "Revise su correo" in words_of(page)
        mail = Mail.objects.get()
        assert (mail.state, mail.attempts, mail.address) == (Mail.State.WAITING, 0, "liaison@durango.example")
        settings.EMAIL_TIMEOUT = 0.2
        work()
        mail.refresh_from_db()
        assert mail.state == Mail.State.WAITING and mail.reason == "El servidor de correo no respondió."

    def test_what_is_rolled_back_writes_to_nobody(self, server: MailServer, people: dict[str, User]) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            mailing.post(
                kind=Mail.Kind.NOTICE, to="x@durango.example", subject="s", text="t", about="a", now=timezone.now()
            )
            raise RuntimeError
        work()
        assert not Mail.objects.exists() and not DBTaskResult.objects.exists() and not server.received

    def test_what_is_committed_leaves_once(self, server: MailServer, people: dict[str, User]) -> None:
        ask_for_link()
        mail = Mail.objects.get()
        mailing.deliver.enqueue(mail.pk)  # a second task of the same message
        work()
        mail.refresh_from_db()
        assert mail.state == Mail.State.SENT and len(links(server)) == 1


class TestNoSecretIsKept:
    def test_neither_before_it_left_nor_afterwards(self, server: MailServer, people: dict[str, User]) -> None:
        ask_for_link()
        before = Mail.objects.get().text
        work()
        (link,) = links(server)
        token = link.split("/")[-2]
        assert "Elija su contraseña" in words_of(Client().get(link, follow=True))
        kept = json.dumps(list(DBTaskResult.objects.values("args_kwargs", "return_value", "traceback")), default=str)
        kept += before + str(list(Mail.objects.values())) + str(list(TrailEntry.objects.values()))
        assert token not in kept and mailing.TOKEN in before and Mail.objects.get().text == ""

    def test_the_database_keeps_no_text_of_what_left(self, people: dict[str, User]) -> None:
        with pytest.raises(IntegrityError, match="mail_text_until_it_left"), transaction.atomic():
            Mail.objects.create(
                kind="notice",
                address="x@durango.example",
                about="a",
                subject="s",
                text="t",
                state="sent",
                created_at=timezone.now(),
            )

    @pytest.mark.parametrize("change", [{"email": "otro@durango.example"}, {"is_active": False}])
    def test_a_link_goes_nowhere_once_the_account_is_another(
        self, change: dict[str, Any], server: MailServer, people: dict[str, User]
    ) -> None:
        ask_for_link()
        User.objects.filter(username="liaison").update(**change)
        work()
        mail = Mail.objects.get()
        assert mail.state == Mail.State.FAILED and "ya no se envía" in mail.reason and not server.received


class TestARefusedMessage:
    def test_is_tried_again_with_growing_pauses_and_given_up(
        self, server: MailServer, people: dict[str, User], clock: Any
    ) -> None:
        clock()
        server.answer = "550 no such mailbox"
        ask_for_link()
        passed, waits = timedelta(0), []
        for _ in range(20):
            work()
            mail = Mail.objects.get()
            if mail.state == Mail.State.FAILED:
                break
            assert mail.due_at is not None and mail.attempted_at is not None
            waits.append(mail.due_at - mail.attempted_at)
            work()  # before its time nothing happens
            assert Mail.objects.get().attempts == mail.attempts
            passed += waits[-1]
            clock(seconds=passed.total_seconds())
        assert waits == sorted(mailing.PAUSES) and mail.attempts == len(waits) + 1
        entry = TrailEntry.objects.get(action="no enviar correo")
        assert "liaison@durango.example" in entry.subject_label and "ese buzón no existe" in entry.reason

    def test_arrives_when_the_server_takes_it(self, server: MailServer, people: dict[str, User], clock: Any) -> None:
        server.answer = "451 greylisted"
        ask_for_link()
        work()
        assert Mail.objects.get().reason == "El servidor de correo pidió intentarlo más tarde."
        server.answer = "250 ok"
        clock(minutes=2)
        work()
        mail = Mail.objects.get()
        assert (mail.state, mail.reason) == (Mail.State.SENT, "") and len(links(server)) == 1

    def test_is_taken_up_again_where_the_worker_was_killed(
        self, server: MailServer, people: dict[str, User], clock: Any
    ) -> None:
        ask_for_link()
        DBTaskResult.objects.update(status="RUNNING")  # what a killed worker leaves behind
        work()
        assert not server.received
        clock(minutes=20)
        call_command("send_reminders")
        work()
        assert Mail.objects.get().state == Mail.State.SENT


class TestPlanning:
    def refused(self, server: MailServer, clock: Any) -> Mail:
        """A message that was given up."""
        server.answer = "550 no such mailbox"
        ask_for_link()
        for hours in range(0, 40, 4):
            clock(hours=hours)
            work()
        return Mail.objects.get(state=Mail.State.FAILED)

    def test_sees_which_message_to_whom_and_why_and_tries_it_again(
        self, server: MailServer, people: dict[str, User], clock: Any
    ) -> None:
        mail, client = self.refused(server, clock), signed_in(people["planning"])
        make_indicator(make_program(FiscalYear.objects.get()))  # an empty product begins with its first steps
        home = words_of(client.get("/"))
        assert "Un correo no salió." in home and "Ver los correos" in home
        page = words_of(client.get(MAIL))
        for said in (
            "liaison@durango.example",
            "Contraseña nueva",
            "ese buzón no existe o no recibe",
            "6 intentos",
            "Reintentar",
        ):
            assert said in page, said
        server.answer = "250 ok"
        response = client.post(f"{MAIL}{mail.pk}/", {"act": "reintentar"}, follow=True)
        assert "va en camino" in words_of(response)
        work()
        assert Mail.objects.get().state == Mail.State.SENT and len(links(server)) == 1
        assert TrailEntry.objects.get(action="reintentar correo").actor == people["planning"]
        assert "Un correo no salió." not in words_of(client.get("/"))

    def test_writes_to_the_address_that_was_corrected(
        self, server: MailServer, people: dict[str, User], clock: Any
    ) -> None:
        mail, client = self.refused(server, clock), signed_in(people["planning"])
        User.objects.filter(username="liaison").update(email="mejor@durango.example")
        server.answer = "250 ok"
        client.post(f"{MAIL}{mail.pk}/", {"act": "reintentar"})
        work()
        found = Mail.objects.get()
        assert (found.state, found.address) == (Mail.State.SENT, "mejor@durango.example")

    def test_sets_one_aside(self, server: MailServer, people: dict[str, User], clock: Any) -> None:
        mail, client = self.refused(server, clock), signed_in(people["planning"])
        response = client.post(f"{MAIL}{mail.pk}/", {"act": "descartar"}, follow=True)
        assert "Se descartó" in words_of(response) and "No hay correos detenidos" in words_of(response)
        mail.refresh_from_db()
        assert (mail.state, mail.text) == (Mail.State.DISMISSED, "")
        again = client.post(f"{MAIL}{mail.pk}/", {"act": "reintentar"}, follow=True)
        assert "Ese correo ya está descartado." in words_of(again)

    @pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
    def test_alone_sees_and_tries(self, role: str, server: MailServer, people: dict[str, User], clock: Any) -> None:
        mail, client = self.refused(server, clock), signed_in(people[role])
        assert client.get(MAIL).status_code == 404
        assert client.post(f"{MAIL}{mail.pk}/", {"act": "reintentar"}).status_code == 404
        mail.refresh_from_db()
        assert mail.state == Mail.State.FAILED and "correos" not in words_of(client.get("/"))

    @pytest.mark.parametrize("method", ["get", "put", "delete"])
    def test_acts_by_post_only(self, method: str, people: dict[str, User]) -> None:
        assert getattr(signed_in(people["planning"]), method)(f"{MAIL}1/").status_code == 405

    @pytest.mark.parametrize("number", [1, 40])
    def test_the_page_costs_the_same_for_many(
        self, number: int, people: dict[str, User], django_assert_max_num_queries: Any
    ) -> None:
        for row in range(number):
            person = make_user(f"uno{row}")
            Mail.objects.create(
                kind="notice",
                address=person.email,
                person=person,
                about="a",
                subject="s",
                text="t",
                state="failed",
                reason="No.",
                created_at=timezone.now(),
                attempted_at=timezone.now(),
            )
        client = signed_in(people["planning"])
        with django_assert_max_num_queries(10):
            assert words_of(client.get(MAIL)).count("Descartar") == number


class TestNobodyTakesThem:
    SENTENCE = "el proceso que envía los correos no está trabajando"

    def test_is_said_everywhere_and_no_page_stops(
        self, server: MailServer, people: dict[str, User], clock: Any, capsys: Any
    ) -> None:
        ask_for_link()
        clock(minutes=9)
        client = signed_in(people["planning"])
        assert self.SENTENCE not in words_of(client.get(MAIL)) and health(client) == []
        clock(minutes=11)
        page = words_of(client.get(MAIL))
        assert self.SENTENCE in page and "Todavía no lo toma el proceso" in page and "Reintentar" in page
        make_indicator(make_program(FiscalYear.objects.get()))  # an empty product begins with its first steps
        assert "Un correo espera desde hace más de diez minutos." in words_of(client.get("/"))
        assert health(client)[0].startswith("Hay tareas que nadie ha tomado desde hace más de 10 minutos")
        call_command("check", "--database", "default")
        assert "pmd.W005" in capsys.readouterr().err
        work()
        assert self.SENTENCE not in words_of(client.get(MAIL)) and health(client) == []

    def test_a_busy_worker_is_not_a_stopped_one(self, server: MailServer, people: dict[str, User], clock: Any) -> None:
        clock(minutes=-30)
        ask_for_link()
        ask_for_link("director")
        clock(minutes=0)
        first = DBTaskResult.objects.earliest("enqueued_at")
        first.claim("busy")
        assert health(Client()) == []

    def test_without_a_worker_there_is_nothing_to_say(self, people: dict[str, User]) -> None:
        assert health(Client()) == []
