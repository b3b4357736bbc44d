"""Correcting the first day and the letter of a role that was registered wrong, and the letters of what waits."""

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, PendingAct, Role, User
from core.models import TrailEntry
from indicators.models import InstrumentFile
from tests.catalog.people.pages import NAME, page_of
from tests.factories import make_user, signed_in
from tests.indicators.sample_files import pdf, upload
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db
WAITING = "/catalogo/por-confirmar/"
TYPED = {"starts_on": "2014-03-01", "instrument": "Oficio 7/2014", "reason": "Se registró otro día"}
OF_TWO = [Role.DIRECTOR, Role.COMPTROLLER, Role.PLANNING]


@pytest.fixture
def people(people: dict[str, User]) -> dict[str, User]:
    return people | {"second": make_user("second", Role.PLANNING)}


def place(row: Membership) -> str:
    return f"/catalogo/nombramientos/{row.pk}/corregir/"


def confirm(people: dict[str, User], **more: Any) -> str:
    act = PendingAct.objects.waiting().get()
    done = signed_in(people["second"]).post(f"{WAITING}{act.pk}/", {"act": "confirmar", **more}, follow=True)
    return text_of(done)


class TestCorrecting:
    @pytest.mark.parametrize("role", [Role.LIAISON, Role.READER])
    def test_acts_at_once_with_its_reason(self, role: str, planning: Client, people: dict[str, User]) -> None:
        row = people[role].memberships.get()
        assert place(row) in text_of(planning.get(page_of(people[role])))
        assert 'value="2014-01-01"' in text_of(planning.get(place(row)))
        done = planning.post(place(row), {**TYPED, "file": upload(name="oficio.pdf")}, follow=True)
        assert "Se corrigió" in text_of(done) and "desde el 01/03/2014" in text_of(done)
        row.refresh_from_db()
        assert (row.starts_on, row.instrument) == (date(2014, 3, 1), "Oficio 7/2014")
        entry = TrailEntry.objects.get(action="corregir nombramiento")
        assert entry.changes == {"starts_on": ["2014-01-01", "2014-03-01"], "instrument": ["", "Oficio 7/2014"]}
        assert entry.reason == "Se registró otro día" and entry.actor == people["planning"]
        assert InstrumentFile.objects.get().membership == row

    @pytest.mark.parametrize("role", OF_TWO)
    def test_waits_where_the_role_is_given_by_two(self, role: str, planning: Client, people: dict[str, User]) -> None:
        person = people["second" if role == Role.PLANNING else role]
        row = person.memberships.get()
        third = people | {"second": make_user("third", Role.PLANNING)}
        assert "Lo confirma una segunda persona" in text_of(planning.get(place(row)))
        page = text_of(planning.post(place(row), {**TYPED, "file": upload(name="oficio.pdf")}, follow=True))
        row.refresh_from_db()
        assert "Todavía no se hace" in page and row.starts_on == date(2014, 1, 1)
        assert "el primer día pasa de 01/01/2014 a 01/03/2014 y se anota el oficio «Oficio 7/2014»" in page
        kept = InstrumentFile.objects.get()
        assert kept.pending_act == PendingAct.objects.get() and kept.membership is None
        assert "ya está hecho" in confirm(third)
        row.refresh_from_db()
        kept.refresh_from_db()
        assert (row.starts_on, row.instrument) == (date(2014, 3, 1), "Oficio 7/2014")
        assert (kept.membership, kept.pending_act, kept.department) == (row, None, row.department)
        assert TrailEntry.objects.get(action="corregir nombramiento").changes["asked_by"] == [None, "planning"]

    def test_of_a_role_that_is_over_too(self, planning: Client, people: dict[str, User]) -> None:
        Membership.objects.filter(user=people["liaison"]).update(ends_on=date(2015, 12, 31))
        row = people["liaison"].memberships.get()
        assert place(row) in text_of(planning.get(page_of(people["liaison"])))
        planning.post(place(row), TYPED)
        row.refresh_from_db()
        assert (row.starts_on, row.ends_on) == (date(2014, 3, 1), date(2015, 12, 31))

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            (
                {"starts_on": "2017-01-01"},
                "El nombramiento termina el 31/12/2016: el primer día no puede ser posterior.",
            ),
            ({"starts_on": "2013-06-01"}, "las fechas no pueden encimarse"),
            ({"starts_on": "ayer"}, "Escriba una fecha que exista"),
            ({"starts_on": ""}, "Escriba"),
            ({"reason": ""}, "Escriba qué se corrige y por qué."),
            ({"starts_on": "2014-01-01", "instrument": ""}, "Nada cambió"),
            ({"instrument": "", "file": True}, "Escriba qué oficio es el archivo"),
            ({"instrument": "x" * 201}, "200"),
        ],
    )
    def test_bad_input_is_told_and_kept(
        self, typed: dict[str, Any], said: str, planning: Client, people: dict[str, User]
    ) -> None:
        row = people["liaison"].memberships.get()
        Membership.objects.filter(pk=row.pk).update(ends_on=date(2016, 12, 31))
        Membership.objects.create(
            user=row.user,
            role=row.role,
            department=row.department,
            starts_on=date(2012, 1, 1),
            ends_on=date(2013, 12, 31),
        )
        if typed.get("file"):
            typed = {**typed, "file": upload()}
        page = text_of(planning.post(place(row), {**TYPED, **typed}))
        assert said in page and (typed.get("reason") == "" or "Se registró otro día" in page)
        row.refresh_from_db()
        assert row.starts_on == date(2014, 1, 1) and not TrailEntry.objects.filter(action="corregir nombramiento")
        assert not InstrumentFile.objects.exists()

    def test_a_stand_in_keeps_a_letter(self, planning: Client, people: dict[str, User]) -> None:
        row = Membership.objects.create(
            user=people["liaison"],
            role=Role.DIRECTOR,
            department=people["director"].memberships.get().department,
            starts_on=date(2016, 9, 1),
            ends_on=date(2016, 9, 30),
            substitutes=people["director"],
            instrument="Oficio 2",
        )
        page = text_of(planning.post(place(row), {**TYPED, "starts_on": "2016-09-05", "instrument": ""}))
        assert "Una suplencia cita el oficio que la nombra." in page
        planning.post(place(row), {**TYPED, "starts_on": "2016-09-05"})
        row.refresh_from_db()
        assert (row.starts_on, row.instrument) == (date(2016, 9, 5), "Oficio 7/2014")

    def test_not_ones_own(self, planning: Client, people: dict[str, User]) -> None:
        row = people["planning"].memberships.get()
        assert place(row) not in text_of(planning.get(page_of(people["planning"])))
        for page in (planning.get(place(row)), planning.post(place(row), TYPED)):
            assert "Nadie corrige su propio nombramiento" in text_of(page)
        assert not PendingAct.objects.exists()

    def test_planning_is_never_left_without_anybody(self, planning: Client, people: dict[str, User]) -> None:
        people["second"].memberships.all().delete()
        row = make_user("tercera", Role.PLANNING).memberships.get()
        later = timezone.localdate().replace(year=2099)
        people["planning"].memberships.update(ends_on=timezone.localdate())
        page = text_of(planning.post(place(row), {**TYPED, "starts_on": later.isoformat()}))
        assert "no quedaría nadie de Planeación" in page and not PendingAct.objects.exists()

    @pytest.mark.parametrize("who", ["liaison", "director", "reader", "comptroller"])
    def test_by_planning_only(self, who: str, people: dict[str, User]) -> None:
        row, client = people["reader"].memberships.get(), signed_in(people[who])
        assert client.get(place(row)).status_code == 404
        assert client.post(place(row), TYPED).status_code == 404
        assert Client().get(place(row)).url.startswith("/entrar/")
        root = make_user("root", Role.READER, is_superuser=True).memberships.get()
        assert signed_in(people["planning"]).post(place(root), TYPED).status_code == 404

    def test_what_changed_meanwhile_is_told(self, planning: Client, people: dict[str, User]) -> None:
        row = people["director"].memberships.get()
        planning.post(place(row), TYPED)
        Membership.objects.filter(pk=row.pk).update(instrument="Otro")
        assert "cambiaron desde que se pidió" in confirm(people)
        row.refresh_from_db()
        assert row.starts_on == date(2014, 1, 1)


class TestLettersThatWait:
    ROLE = {"role": "director", "department": "PRE", "starts_on": "2016-10-01", "instrument": "Oficio PM/12"}

    def ask(self, planning: Client, people: dict[str, User]) -> InstrumentFile:
        typed = {**self.ROLE, "user": people["reader"].pk, "file": upload(name="oficio.pdf")}
        assert "Todavía no se hace" in text_of(planning.post(NAME, typed, follow=True))
        return InstrumentFile.objects.get()

    def test_comes_with_what_is_asked_and_becomes_the_roles(self, planning: Client, people: dict[str, User]) -> None:
        kept = self.ask(planning, people)
        act = PendingAct.objects.get()
        assert (kept.pending_act, kept.membership, kept.department) == (act, None, None)
        link = f'<a href="/instrumentos/{kept.pk}/archivo/">oficio.pdf</a>'
        page = text_of(signed_in(people["second"]).get(f"{WAITING}{act.pk}/"))
        assert link in page and 'type="file"' not in page
        confirm(people)
        kept.refresh_from_db()
        made = people["reader"].memberships.get(role=Role.DIRECTOR)
        assert (kept.membership, kept.pending_act, kept.department) == (made, None, made.department)
        assert link in text_of(planning.get(page_of(people["reader"])))
        asked, named = TrailEntry.objects.filter(action="adjuntar instrumento").order_by("id")
        assert (asked.subject_type, asked.actor) == ("accounts.user", people["planning"])
        assert (named.subject_type, named.subject_id, named.actor) == ("accounts.membership", made.pk, people["second"])

    def test_the_servers_command_hands_it_over_too(self, planning: Client, people: dict[str, User]) -> None:
        kept = self.ask(planning, people)
        people["second"].memberships.all().delete()
        call_command("confirm_act", str(PendingAct.objects.get().pk), reason="Nadie más", stdout=StringIO())
        kept.refresh_from_db()
        assert kept.membership == people["reader"].memberships.get(role=Role.DIRECTOR)

    def test_without_one_the_second_person_brings_it(self, planning: Client, people: dict[str, User]) -> None:
        planning.post(NAME, {**self.ROLE, "user": people["reader"].pk})
        assert "ya está hecho" in confirm(people, file=upload(name="despues.pdf"))
        assert InstrumentFile.objects.get().membership == people["reader"].memberships.get(role=Role.DIRECTOR)

    def test_stays_with_what_was_declined(self, planning: Client, people: dict[str, User]) -> None:
        kept, act = self.ask(planning, people), PendingAct.objects.get()
        planning.post(f"{WAITING}{act.pk}/", {"act": "rechazar", "answer": "Era otra persona"})
        kept.refresh_from_db()
        assert kept.pending_act == act and "oficio.pdf" in text_of(planning.get(f"{WAITING}{act.pk}/"))

    @pytest.mark.parametrize(
        ("who", "reads"),
        [
            ("planning", True),
            ("second", True),
            ("comptroller", True),
            ("reader", True),
            ("liaison", False),
            ("director", False),
        ],
    )
    def test_is_read_by_who_answers_and_by_the_person(
        self, who: str, reads: bool, planning: Client, people: dict[str, User]
    ) -> None:
        address = f"/instrumentos/{self.ask(planning, people).pk}/archivo/"
        found = signed_in(people[who]).get(address)
        assert found.status_code == (200 if reads else 404)
        assert not reads or b"".join(found.streaming_content) == pdf()

    def test_what_is_refused_keeps_no_file(self, planning: Client, people: dict[str, User]) -> None:
        self.ask(planning, people)
        typed = {**self.ROLE, "user": people["reader"].pk, "file": upload(name="otra.pdf")}
        assert "ya lo pidió" in text_of(planning.post(NAME, typed))
        assert InstrumentFile.objects.count() == 1
