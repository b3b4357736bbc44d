"""What one must not do alone: asked by one officer, done by a second person, told to whom it concerns."""

import re
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts import services, two_people
from accounts.access import Access
from accounts.models import Membership, PendingAct, Role, User
from accounts.pending_acts import who_may_confirm
from accounts.resets import RESET_WAITS
from accounts.services import Appointment
from core.models import TrailEntry
from core.refusals import NotAllowed, ServiceError
from tests.catalog.people.pages import LIST, LUZ, NAME, NEW, page_of, save
from tests.factories import NOW, TODAY, access_of, make_department, make_people, make_user, signed_in
from tests.support.pages import words_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
WAITING = "/catalogo/por-confirmar/"
RECOVER = "/contrasena/olvidada/"
FOR_TWO = [Role.PLANNING, Role.DIRECTOR, Role.COMPTROLLER]
SERVER = "un administrador del servidor, por comando"


@pytest.fixture
@shared
def people() -> dict[str, User]:
    return make_people(make_department()) | {"second": make_user("second", Role.PLANNING)}


@pytest.fixture
def one(people: dict[str, User]) -> Access:
    return access_of(people["planning"])


@pytest.fixture
def other(people: dict[str, User]) -> Access:
    return access_of(people["second"])


@pytest.fixture
def sent(django_capture_on_commit_callbacks: Any) -> Any:
    """What an act tells by e-mail: the addresses, each once."""

    def told(act: Any) -> list[str]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        assert all(len(message.to) == 1 for message in mail.outbox)
        return sorted(message.to[0].split("@")[0] for message in mail.outbox)

    return told


def appointment(role: str, **kwargs: Any) -> Appointment:
    department = make_department() if role in (Role.DIRECTOR, Role.LIAISON) else None
    return Appointment(role, department, date(2016, 9, 1), **kwargs)


def ask_address(access: Access, user: User, email: str = "nuevo@durango.example") -> PendingAct:
    corrected = services.update_user(
        access=access,
        user=user,
        first_name=user.first_name,
        last_name=user.last_name,
        email=email,
        seen=services.user_state(user),
        reason="Cambió de buzón",
        now=NOW,
    )
    assert corrected.waits is not None
    return corrected.waits


def ask_role(access: Access, user: User, role: str = Role.PLANNING) -> PendingAct:
    made = services.appoint(access=access, user=user, appointment=appointment(role, instrument="Oficio 9"), now=NOW)
    assert isinstance(made, PendingAct)
    return made


class TestWhatWaits:
    def test_another_persons_address(self, one: Access, other: Access, people: dict[str, User]) -> None:
        act = ask_address(one, people["director"])
        assert User.objects.get(username="director").email == "director@durango.example"
        two_people.confirm(access=other, act=act, now=NOW)
        assert User.objects.get(username="director").email == "nuevo@durango.example"
        entry = TrailEntry.objects.get(action="cambiar datos")
        assert entry.actor == people["second"] and entry.reason == "Cambió de buzón"
        assert entry.changes["asked_by"] == [None, "planning"] and entry.changes["confirmed_by"] == [None, "second"]
        assert entry.changes["email"] == ["director@durango.example", "nuevo@durango.example"]

    @pytest.mark.parametrize("role", FOR_TWO)
    def test_a_role_of_two(self, role: str, one: Access, other: Access, people: dict[str, User]) -> None:
        act = ask_role(one, people["reader"], role)
        assert not people["reader"].memberships.filter(role=role).exists()
        two_people.confirm(access=other, act=act, now=NOW)
        made = people["reader"].memberships.get(role=role)
        assert (made.starts_on, made.instrument) == (date(2016, 9, 1), "Oficio 9")
        assert TrailEntry.objects.get(action="nombrar").changes["asked_by"] == [None, "planning"]

    @pytest.mark.parametrize("role", FOR_TWO)
    def test_its_last_day_too(self, role: str, one: Access, other: Access, people: dict[str, User]) -> None:
        person = people["second" if role == Role.PLANNING else role]
        row = person.memberships.get()
        act = services.end_membership(access=one, membership=row, ends_on=date(2016, 12, 31), reason="Se va", now=NOW)
        assert isinstance(act, PendingAct) and person.memberships.get().ends_on is None
        third = access_of(make_user("tercera", Role.PLANNING))
        two_people.confirm(access=third, act=act, now=NOW)
        assert person.memberships.get().ends_on == date(2016, 12, 31)

    @pytest.mark.parametrize("role", [Role.LIAISON, Role.READER])
    def test_other_roles_act_at_once(self, role: str, one: Access, people: dict[str, User]) -> None:
        made = services.appoint(access=one, user=make_user("luz"), appointment=appointment(role), now=NOW)
        assert isinstance(made, Membership)
        ended = services.end_membership(access=one, membership=made, ends_on=TODAY, reason="x", now=NOW)
        assert isinstance(ended, Membership) and not PendingAct.objects.exists()

    @pytest.mark.parametrize("role", FOR_TWO)
    def test_and_whoever_stands_in(self, role: str, one: Access, people: dict[str, User]) -> None:
        holder = people["second" if role == Role.PLANNING else role]
        named = appointment(role, ends_on=date(2016, 12, 1), substitutes=holder, instrument="Oficio 1")
        assert isinstance(services.appoint(access=one, user=people["reader"], appointment=named, now=NOW), Membership)

    def test_deactivating_and_ones_own_address_too(self, one: Access, people: dict[str, User]) -> None:
        services.deactivate(access=one, user=people["director"], reason="Se fue", now=NOW)
        own = people["planning"]
        services.update_user(
            access=one,
            user=own,
            first_name="",
            last_name="",
            email="mia@durango.example",
            seen=services.user_state(own),
            now=NOW,
        )
        own.refresh_from_db()
        assert own.email == "mia@durango.example" and not PendingAct.objects.exists()

    @pytest.mark.parametrize("role", list(Role))
    def test_nobody_names_themselves(self, role: str, one: Access, people: dict[str, User]) -> None:
        with pytest.raises(ServiceError, match="Nadie se nombra a sí mismo"):
            services.appoint(access=one, user=people["planning"], appointment=appointment(role), now=NOW)

    def test_an_address_without_a_reason_is_not_asked(self, one: Access, people: dict[str, User]) -> None:
        typed = {"first_name": "Dora", "email": "x@durango.example"}
        page = save(signed_in(people["planning"]), page_of(people["director"]), **typed)
        assert "Escriba por qué cambia el correo" in words_of(page) and 'value="x@durango.example"' in str(page.content)
        assert not PendingAct.objects.exists()

    def test_the_same_is_asked_once(self, one: Access, other: Access, people: dict[str, User]) -> None:
        ask_address(one, people["director"])
        ask_role(one, people["reader"])
        for again in (
            lambda: ask_address(other, people["director"], "z@durango.example"),
            lambda: ask_role(other, people["reader"]),
        ):
            with pytest.raises(ServiceError, match="planning ya lo pidió"):
                again()
        ask_role(other, people["reader"], Role.COMPTROLLER)


class TestWhoConfirms:
    @pytest.mark.parametrize("who", ["planning", "liaison", "director", "reader", "comptroller"])
    def test_neither_the_asker_nor_other_roles(self, who: str, one: Access, people: dict[str, User]) -> None:
        act = ask_address(one, people["liaison"])
        with pytest.raises(NotAllowed):
            two_people.confirm(access=access_of(people[who]), act=act, now=NOW)
        if who != "planning":
            with pytest.raises(NotAllowed):
                two_people.decline(access=access_of(people[who]), act=act, reason="No", now=NOW)
        assert User.objects.get(username="liaison").email == "liaison@durango.example"

    def test_nor_the_person_concerned(self, one: Access, other: Access, people: dict[str, User]) -> None:
        act = ask_address(one, people["second"])
        with pytest.raises(NotAllowed, match="Se trata de usted"):
            two_people.confirm(access=other, act=act, now=NOW)
        page = words_of(signed_in(people["second"]).get(f"{WAITING}{act.pk}/"))
        assert "Se trata de usted" in page and 'value="confirmar"' not in page

    def test_the_database_holds_it(self, one: Access, people: dict[str, User]) -> None:
        act = ask_address(one, people["director"])
        rows = PendingAct.objects.filter(pk=act.pk)
        wrong = [
            {"confirmed_by": people["planning"], "confirmed_at": NOW}, {"confirmed_by": people["director"]},
            {"confirmed_by": people["second"]}, {"asked_by": people["director"]},
            {"declined_by": people["second"], "declined_at": NOW}, {"kind": "otro"},
        ]  # fmt: skip
        for values in wrong:
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**values)

    def test_a_superuser_does(self, one: Access, people: dict[str, User]) -> None:
        act = ask_role(one, people["reader"])
        root = access_of(make_user("root", is_superuser=True))
        two_people.confirm(access=root, act=act, now=NOW)
        assert people["reader"].memberships.filter(role=Role.PLANNING).exists()

    def test_nobody_confirms_through_a_stand_in_of_their_own_making(
        self, one: Access, other: Access, people: dict[str, User]
    ) -> None:
        """One officer names two stand-ins of planning at once, and the second by the first."""
        stand_ins = []
        access = one
        for name in ("uno", "dos"):
            user = make_user(name)
            named = appointment(
                Role.PLANNING, ends_on=date(2016, 12, 1), substitutes=people["second"], instrument="Oficio 1"
            )
            services.appoint(access=access, user=user, appointment=named, now=NOW)
            access = access_of(user)
            stand_ins.append(access)
        by_officer = ask_address(one, people["director"])
        by_stand_in = ask_address(stand_ins[0], people["liaison"], "otro@durango.example")
        for act, who in [
            (by_officer, stand_ins[0]),
            (by_officer, stand_ins[1]),
            (by_stand_in, one),
            (by_stand_in, stand_ins[1]),
        ]:
            with pytest.raises(NotAllowed, match="por una suplencia"):
                two_people.confirm(access=who, act=act, now=NOW)
        assert who_may_confirm(by_officer, now=NOW) == [people["second"]]
        two_people.confirm(access=other, act=by_stand_in, now=NOW)
        two_people.confirm(access=other, act=by_officer, now=NOW)

    def test_once(self, one: Access, other: Access, people: dict[str, User]) -> None:
        act = ask_role(one, people["reader"])
        two_people.confirm(access=other, act=act, now=NOW)
        for again in (
            lambda: two_people.confirm(access=other, act=act, now=NOW),
            lambda: two_people.decline(access=other, act=act, reason="No", now=NOW),
        ):
            with pytest.raises(ServiceError, match="Ya lo confirmó second"):
                again()

    @pytest.mark.parametrize(("who", "action"), [("planning", "retirar lo pedido"), ("second", "rechazar lo pedido")])
    def test_no_is_said_with_a_reason(self, who: str, action: str, one: Access, people: dict[str, User]) -> None:
        act = ask_role(one, people["reader"])
        access = access_of(people[who])
        with pytest.raises(ServiceError, match="Escriba por qué"):
            two_people.decline(access=access, act=act, reason=" ", now=NOW)
        two_people.decline(access=access, act=act, reason="Era otra persona", now=NOW)
        assert TrailEntry.objects.get(action=action).reason == "Era otra persona"
        with pytest.raises(ServiceError, match="Ya no se puede"):
            two_people.confirm(access=access_of(people["second"]), act=act, now=NOW)
        assert not people["reader"].memberships.filter(role=Role.PLANNING).exists()

    @pytest.mark.parametrize("changed", [{"first_name": "Eva"}, {"is_active": False}, {"email": "x@durango.example"}])
    def test_who_changed_meanwhile_is_told(
        self, changed: dict[str, Any], one: Access, other: Access, people: dict[str, User]
    ) -> None:
        act = ask_address(one, people["director"])
        User.objects.filter(username="director").update(**changed)
        with pytest.raises(ServiceError, match="cambiaron desde que se pidió"), transaction.atomic():
            two_people.confirm(access=other, act=act, now=NOW)
        assert PendingAct.objects.waiting().get() == act

    def test_what_can_no_longer_be_done_is_told_and_still_waits(
        self, one: Access, other: Access, people: dict[str, User]
    ) -> None:
        act = ask_address(one, people["director"])
        make_user("nuevo")
        done = signed_in(people["second"]).post(f"{WAITING}{act.pk}/", {"act": "confirmar"})
        assert "Otra persona activa ya usa este correo." in words_of(done)
        assert PendingAct.objects.waiting().get() == act
        assert User.objects.get(username="director").email == "director@durango.example"


class TestMessages:
    def test_the_address(self, one: Access, other: Access, people: dict[str, User], sent: Any) -> None:
        root = make_user("root", is_superuser=True)
        acts: list[PendingAct] = []
        asked = sent(lambda: acts.append(ask_address(one, people["director"])))
        assert asked == ["comptroller", "director", root.username, "second"]
        assert "Se pidió cambiar el correo de director" in str(mail.outbox[0].body)
        assert "Lo pidió planning." in str(mail.outbox[0].body)
        done = sent(lambda: two_people.confirm(access=other, act=acts[0], now=NOW))
        assert done == ["comptroller", "director", "nuevo"]
        assert "Lo pidió planning y lo confirmó second." in str(mail.outbox[0].body)

    def test_a_role_and_a_refusal(self, one: Access, other: Access, people: dict[str, User], sent: Any) -> None:
        act = ask_role(one, people["reader"])
        assert sent(lambda: two_people.decline(access=other, act=act, reason="No", now=NOW)) == [
            "comptroller",
            "planning",
            "reader",
        ]
        act = ask_role(one, people["reader"])
        assert sent(lambda: two_people.confirm(access=other, act=act, now=NOW)) == ["comptroller", "reader"]

    def test_what_acts_at_once(self, one: Access, people: dict[str, User], sent: Any) -> None:
        luz = make_user("luz")
        named = appointment(Role.LIAISON)
        assert sent(lambda: services.appoint(access=one, user=luz, appointment=named, now=NOW)) == [
            "comptroller",
            "luz",
        ]
        row = luz.memberships.get()
        ended = sent(lambda: services.end_membership(access=one, membership=row, ends_on=TODAY, reason="x", now=NOW))
        assert ended == ["comptroller", "luz"]
        stand_in = appointment(
            Role.DIRECTOR, ends_on=date(2016, 12, 1), substitutes=people["director"], instrument="Oficio 1"
        )
        assert sent(lambda: services.appoint(access=one, user=luz, appointment=stand_in, now=NOW)) == [
            "comptroller",
            "director",
            "luz",
        ]
        for act in (services.deactivate, services.reactivate):
            assert sent(lambda act=act: act(access=one, user=luz, reason="x", now=NOW)) == ["comptroller", "luz"]

    def test_a_mail_server_that_is_down_undoes_nothing(
        self, one: Access, other: Access, people: dict[str, User], sent: Any, monkeypatch: Any
    ) -> None:
        def down(*args: Any) -> None:
            raise OSError("gone")

        act = ask_address(one, people["director"])
        monkeypatch.setattr(EmailBackend, "send_messages", down)
        assert sent(lambda: two_people.confirm(access=other, act=act, now=NOW)) == []
        assert User.objects.get(username="director").email == "nuevo@durango.example"


class TestPassword:
    @pytest.mark.parametrize(
        ("after", "to"),
        [
            (timedelta(0), ["director@durango.example"]),
            (RESET_WAITS - timedelta(seconds=1), ["director@durango.example"]),
            (RESET_WAITS, ["nuevo@durango.example"]),
            (RESET_WAITS + timedelta(days=9), ["nuevo@durango.example"]),
        ],
    )
    def test_waits_a_day_after_somebody_else_changed_the_address(
        self, after: timedelta, to: list[str], one: Access, other: Access, people: dict[str, User], monkeypatch: Any
    ) -> None:
        two_people.confirm(access=other, act=ask_address(one, people["director"]), now=NOW)
        monkeypatch.setattr(timezone, "now", lambda: NOW + after)
        mail.outbox.clear()
        client = Client()
        answer = client.post(RECOVER, {"email": "nuevo@durango.example"}, follow=True)
        assert [message.to for message in mail.outbox] == [to]
        waits = to == ["director@durango.example"]
        assert bool(re.search("/contrasena/nueva/", str(mail.outbox[0].body))) is not waits
        unknown = client.post(RECOVER, {"email": "nadie@durango.example"}, follow=True)
        assert words_of(answer) == words_of(unknown)
        # Planning's own button is a door to the same link.
        invite = lambda: services.invite(  # noqa: E731
            access=one, user=people["director"], base_url="https://pmd.example", now=NOW + after
        )
        people["director"].refresh_from_db()
        if waits:
            with pytest.raises(ServiceError, match="el enlace se puede enviar desde el 04/10/2016 13:00"):
                invite()
        else:
            invite()

    def test_not_after_ones_own_change(self, one: Access, people: dict[str, User]) -> None:
        own = people["planning"]
        services.update_user(
            access=one,
            user=own,
            first_name="",
            last_name="",
            email="mia@durango.example",
            seen=services.user_state(own),
            now=timezone.now(),
        )
        mail.outbox.clear()
        Client().post(RECOVER, {"email": "mia@durango.example"})
        assert [message.to for message in mail.outbox] == [["mia@durango.example"]]


class TestPages:
    def test_from_asking_to_done(self, people: dict[str, User]) -> None:
        first, second = signed_in(people["planning"]), signed_in(people["second"])
        typed = {"first_name": "Dora", "email": "nuevo@durango.example", "reason": "Otro buzón"}
        asked = save(first, page_of(people["director"]), **typed)
        act = PendingAct.objects.get()
        told = words_of(first.get(asked.url))
        assert "espera a que otra persona de Planeación o quien administra el sistema lo confirme" in told
        assert "Espera a una segunda persona" in told and "Lo pidió planning el" in told
        assert "espera a una segunda persona" in words_of(first.get(LIST))
        for client in (second, signed_in(people["comptroller"])):
            assert "Cambiar el correo de Dora" in words_of(client.get(WAITING))
        own = words_of(first.get(f"{WAITING}{act.pk}/"))
        assert "Usted lo pidió" in own and 'value="confirmar"' not in own
        assert first.post(f"{WAITING}{act.pk}/", {"act": "confirmar"}).status_code == 200
        assert PendingAct.objects.waiting().exists()
        done = second.post(f"{WAITING}{act.pk}/", {"act": "confirmar"}, follow=True)
        assert "Se confirmó y ya está hecho" in words_of(done) and "Ya resueltos" in words_of(done)
        people["director"].refresh_from_db()
        assert people["director"].email == "nuevo@durango.example"

    def test_the_role_of_somebody_new_waits_and_the_account_does_not(self, people: dict[str, User]) -> None:
        first = signed_in(people["planning"])
        typed = {**LUZ, "role": "director", "department": "PRE", "starts_on": "2016-10-01"}
        page = words_of(first.post(NEW, typed, follow=True))
        luz = User.objects.get(username="luz.mora")
        assert not luz.memberships.exists() and "Se dio de alta a Luz Mora" in page and "Todavía no se hace" in page
        assert ["luz@durango.example"] in [message.to for message in mail.outbox]
        role = {"user": luz.pk, "role": "comptroller", "starts_on": "2016-10-01"}
        assert "Todavía no se hace" in words_of(first.post(NAME, role, follow=True))
        assert PendingAct.objects.waiting().count() == 2

    @pytest.mark.parametrize("who", ["liaison", "director", "reader"])
    def test_are_not_there_for_others(self, who: str, one: Access, people: dict[str, User]) -> None:
        act = ask_role(one, people["reader"])
        client = signed_in(people[who])
        for path in (WAITING, f"{WAITING}{act.pk}/"):
            assert client.get(path).status_code == 404
        assert client.post(f"{WAITING}{act.pk}/", {"act": "confirmar"}).status_code == 404

    def test_contraloria_reads_and_does_not_answer(self, one: Access, people: dict[str, User]) -> None:
        act = ask_role(one, people["reader"])
        client = signed_in(people["comptroller"])
        page = client.get(f"{WAITING}{act.pk}/")
        assert "Nombrar a reader" in words_of(page) and "<button" not in str(page.content).split("<main")[1]
        for answer in ("confirmar", "rechazar"):
            assert client.post(f"{WAITING}{act.pk}/", {"act": answer, "answer": "x"}).status_code == 404

    @pytest.mark.parametrize("value", ["9" * 5000, "-1", "٤٢", "\x00", "confirmar\x00", "[]", ""])
    def test_hostile_values_never_break_them(self, value: str, one: Access, people: dict[str, User]) -> None:
        act = ask_role(one, people["reader"])
        client = signed_in(people["second"])
        for posted in (
            {"act": value},
            {"act": "confirmar", "answer": "\x00"},
            {"act": value, "answer": value},
        ):
            assert client.post(f"{WAITING}{act.pk}/", posted).status_code < 500
        for path in (f"{WAITING}?pagina={value}", f"{WAITING}{'9' * 300}/"):
            assert client.get(path).status_code < 500


class TestCommand:
    def test_where_nobody_else_is_there(self, people: dict[str, User]) -> None:
        people["second"].memberships.all().delete()
        act = ask_address(access_of(people["planning"]), people["director"])
        out = StringIO()
        call_command("confirm_act", stdout=out)
        assert f"{act.pk}  cambiar el correo de director" in out.getvalue()
        with pytest.raises(CommandError, match="--reason"):
            call_command("confirm_act", str(act.pk))
        call_command("confirm_act", str(act.pk), reason="Oficio PM/3", stdout=out)
        people["director"].refresh_from_db()
        assert people["director"].email == "nuevo@durango.example"
        entry = TrailEntry.objects.get(action="cambiar datos")
        assert entry.actor is None and entry.changes["confirmed_by"] == [None, SERVER]
        assert entry.changes["asked_by"] == [None, "planning"]

    def test_not_where_others_could(self, one: Access, people: dict[str, User]) -> None:
        act = ask_role(one, people["reader"])
        with pytest.raises(CommandError, match="second"):
            call_command("confirm_act", str(act.pk), reason="x")
        for wrong in ("0", "-1", "9" * 300):
            with pytest.raises(CommandError, match="No hay nada con el número"):
                call_command("confirm_act", "--reason", "x", "--", wrong)
        assert PendingAct.objects.waiting().exists()
