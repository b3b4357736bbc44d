"""People from a workbook, through the page and the command: all or nothing, once, by two where one must not alone."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import services, two_people
from accounts.models import Membership, PendingAct, Role, User
from accounts.services import Appointment
from accounts.tokens import InvitationTokens
from core.models import TrailEntry
from core.refusals import ServiceError
from tests.catalog.people.lists import IMPORT, answer, book, confirm, send, told
from tests.catalog.people.pages import LIST
from tests.factories import NOW, access_of, make_department, make_user, signed_in
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db
FILES = ("plantilla.xlsx", "exportar.xlsx", "exportar.csv")
LUZ = ("Luz María Mora Díaz", "luz@durango.example", "Presidencia Municipal", "Enlace", date(2016, 10, 1))
ANA = ("Ana Ríos", "ana@durango.example", "PRE", "Titular", date(2016, 10, 1), date(2016, 12, 31))


@pytest.fixture
def second(people: dict[str, User]) -> Client:
    return signed_in(make_user("second", Role.PLANNING))


def everything() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in (User, Membership, PendingAct, TrailEntry)}


def the_act() -> PendingAct:
    return PendingAct.objects.get(kind="import")


def act_page(act: PendingAct) -> str:
    return f"/catalogo/por-confirmar/{act.pk}/"


class TestWhoMay:
    @pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
    def test_nobody_but_planning(self, role: str, people: dict[str, User]) -> None:
        client, before = signed_in(people[role]), everything()
        assert client.get(IMPORT).status_code == 404
        assert send(client, book(LUZ)).status_code == 404
        assert client.post(f"{LIST}invitaciones/").status_code == 404
        for file in FILES:
            reads = role == "comptroller" and file != "plantilla.xlsx"
            assert client.get(f"{LIST}{file}").status_code == (200 if reads else 404)
        assert everything() == before

    def test_nobody_who_is_not_signed_in(self, client: Client, people: dict[str, User]) -> None:
        assert client.get(IMPORT).url.startswith("/entrar/")

    def test_somebody_elses_upload_is_not_confirmed(self, planning: Client, second: Client) -> None:
        page = send(planning, book(LUZ))
        assert "Esta carga es de otra persona" in words_of(answer(second, page))
        assert not User.objects.filter(email=LUZ[1]).exists()


class TestAtOnce:
    def test_nothing_is_written_before_it_is_confirmed(self, planning: Client) -> None:
        before = everything()
        page = send(planning, book(LUZ))
        assert everything() == before and not mail.outbox
        (line,) = page.context["preview"]["lines"]
        assert (line["name"], line["username"]) == ("Luz María Mora Díaz", "luz.mora")
        assert line["role"] == "Enlace de Presidencia Municipal, desde el 01/10/2016"

    def test_an_answer_about_one_file_is_not_kept_for_another(self, planning: Client) -> None:
        """Or the browser would tell of a form that nobody can open again, or put it in beside another file's posts."""
        page = send(planning, book(("Ana Ríos", "ana@durango.example", "PRE", "Jefa de área")))
        forms = re.findall(r"<form[^>]*people-form[^>]*>", page.content.decode())
        assert len(forms) == 1 and "data-not-kept" in forms[0]

    def test_a_new_person_is_made_named_and_invited(self, planning: Client, people: dict[str, User]) -> None:
        done = confirm(planning, book(LUZ))
        assert done.url == LIST
        luz = User.objects.get(email="luz@durango.example")
        assert (luz.first_name, luz.last_name, luz.username) == ("Luz María", "Mora Díaz", "luz.mora")
        assert not (luz.is_superuser or luz.is_staff or luz.has_usable_password())
        row = luz.memberships.get()
        assert (row.role, row.starts_on, row.ends_on) == ("liaison", date(2016, 10, 1), None)
        assert list(row.set_by.all()) == [people["planning"]]
        told = {message.to[0]: message for message in mail.outbox}
        assert set(told) == {"luz@durango.example", "comptroller@durango.example"}
        invitation = " ".join(str(told["luz@durango.example"].body).split())
        assert "durante 7 días" in invitation and "Su función: Enlace de Presidencia Municipal" in invitation
        assert "Luz María Mora Díaz (luz@durango.example): Enlace" in str(told["comptroller@durango.example"].body)
        entries = TrailEntry.objects.filter(actor=people["planning"]).order_by("pk")
        assert [entry.action for entry in entries] == ["dar de alta", "nombrar", "enviar invitación"]
        assert "Archivo «personas.xlsx», SHA-256" in entries[0].reason and entries[0].capacity == "Planeación"

    def test_the_same_file_again_changes_nothing_and_says_so(self, planning: Client) -> None:
        data = book(LUZ, ("Eva Sol", "eva@durango.example", "", "Consulta", date(2016, 10, 1)))
        confirm(planning, data)
        before = everything()
        page = send(planning, data)
        assert "Sin cambios: todas las personas y sus funciones ya están" in words_of(page)
        assert not page.context["preview"]["changes"]
        answer(planning, page)
        assert everything() == before

    def test_and_without_days_too(self, planning: Client, monkeypatch: Any) -> None:
        data = book(LUZ[:4])
        confirm(planning, data)
        assert Membership.objects.get(user__email=LUZ[1]).starts_on == timezone.localdate()
        later = timezone.now() + timedelta(days=40)
        monkeypatch.setattr("django.utils.timezone.now", lambda: later)
        planning = signed_in(User.objects.get(username="planning"))
        assert not send(planning, data).context["preview"]["changes"]

    def test_an_address_in_other_case_is_the_same_person(self, planning: Client) -> None:
        confirm(planning, book(LUZ))
        row = ("LUZ MARIA MORA DIAZ", "LUZ@Durango.Example", "PRE", "Consulta")
        page = send(planning, book(row))
        assert told(page) == [] and page.context["preview"]["counts"][0] == ("0", "personas nuevas")
        mail.outbox.clear()
        answer(planning, page)
        luz = User.objects.get(email="luz@durango.example")
        assert (luz.first_name, luz.email) == ("Luz María", "luz@durango.example") and luz.memberships.count() == 2
        # She has an account: a notice of her own, and no second invitation.
        own = [message for message in mail.outbox if message.to == ["luz@durango.example"]]
        assert len(own) == 1 and "- Consulta, desde el" in str(own[0].body)

    def test_several_rows_are_several_roles_of_one_person(self, planning: Client) -> None:
        make_department("OBR", "Obras", 2)
        confirm(planning, book(LUZ, (*LUZ[:2], "OBR", "Enlace"), ("", LUZ[1], "", "Consulta")))
        roles = Membership.objects.filter(user__email=LUZ[1]).values_list("role", "department__prefix")
        assert sorted(map(str, roles)) == ["('liaison', 'OBR')", "('liaison', 'PRE')", "('reader', None)"]

    def test_whoever_takes_over_a_mailbox_is_new(self, planning: Client, people: dict[str, User]) -> None:
        left = people["liaison"]
        services.deactivate(access=access_of(people["planning"]), user=left, reason="Se fue", now=NOW)
        confirm(planning, book(("Rosa Lima", left.email, "PRE", "Enlace")))
        assert User.objects.filter(email=left.email, is_active=True).get().first_name == "Rosa"

    def test_a_person_without_a_role_for_now(self, planning: Client) -> None:
        confirm(planning, book(("Eva Sol", "eva@durango.example", "", "")))
        assert User.objects.get(username="eva.sol").memberships.count() == 0


class TestRefused:
    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            ([LUZ, ("Ana Ruiz", "LUZ@durango.example", "", "Consulta")], "3 Nombre: «Ana Ruiz» tiene el correo"),
            ([LUZ, LUZ], "3 Desde: la fila 2 ya lo nombra Enlace de Presidencia Municipal"),
            ([("Otra Persona", "liaison@durango.example", "PRE", "Consulta")], "2 Nombre: el correo liaison@durango"),
            (
                [("liaison", "liaison@durango.example", "PRE", "Enlace", date(2015, 1, 1))],
                "ya es Enlace de Presidencia",
            ),
            ([("planning", "planning@durango.example", "", "Contraloría")], "2 Rol: es usted, y nadie se nombra"),
            ([("root", "root@durango.example", "", "Consulta")], "es de una cuenta de administración del sistema"),
            ([("Ida Paz", "ida@durango.example", "", "Consulta")], "Ida Paz (ida) está de baja"),
            ([(*LUZ[:4], date(2016, 10, 1), date(2016, 9, 1))], "2 Hasta: el 01/09/2016 es anterior al primer día"),
            ([("x" * 151, "x@durango.example", "", "Consulta")], "2 Nombre:"),
        ],
    )
    def test_nothing_is_written(self, rows: Any, said: str, planning: Client) -> None:
        make_user("root", is_superuser=True)
        make_user("ida", first_name="Ida", last_name="Paz", is_active=False)
        before = everything()
        page = send(planning, book(*rows, ("Buena Persona", "buena@durango.example", "PRE", "Enlace")))
        assert any(said in one for one in told(page)), told(page)
        answer(planning, page)
        assert everything() == before and not mail.outbox

    def test_the_own_file_comes_back_with_its_errors(self, planning: Client) -> None:
        page = send(planning, book(LUZ, ("", "luz", "PRE", "Enlace"), ("Ana", "LUZ@durango.example", "PRE", "Enlace")))
        got = answer(planning, page, "errores")
        sheet = openpyxl.load_workbook(BytesIO(got.content)).active
        said = {row[0].row: row[6].value for row in sheet.iter_rows()}
        assert said[1] == "Errores" and said[2] is None and "Correo: «luz» no es un correo" in said[3]
        assert "Nombre: «Ana» tiene el correo" in said[4]

    def test_what_changed_since_the_preview_is_shown_again(self, planning: Client, people: dict[str, User]) -> None:
        page = send(planning, book(LUZ))
        services.create_user(
            access=access_of(people["planning"]), username="luz.mora", first_name="Luz", last_name="Otra",
            email="otra@durango.example", now=NOW,
        )  # fmt: skip
        again = answer(planning, page)
        assert "Algo cambió desde que usted vio la vista previa" in words_of(again)
        assert again.context["preview"]["lines"][0]["username"] == "luz.mora.diaz"
        answer(planning, again)
        assert User.objects.get(email=LUZ[1]).username == "luz.mora.diaz"

    def test_a_crash_half_way_leaves_everything_as_it_was(self, planning: Client, monkeypatch: Any) -> None:
        page, before = send(planning, book(LUZ)), everything()
        monkeypatch.setattr("accounts.enrolling.invite_all", lambda **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            answer(planning, page)
        assert everything() == before


class TestTwoPeople:
    @pytest.mark.parametrize("role", ["Planeación", "Titular", "Contraloría"])
    def test_all_of_it_waits(self, role: str, planning: Client) -> None:
        data = book(LUZ, ("Ana Ríos", "ana@durango.example", "PRE", role))
        page = send(planning, data)
        assert "todo el archivo espera, completo" in words_of(page)
        asked = answer(planning, page)
        act = the_act()
        assert asked.url == act_page(act) and not User.objects.filter(email__in=(LUZ[1], ANA[1])).exists()
        assert act.words.startswith("importar de «personas.xlsx» 2 personas nuevas y 2 nombramientos, de ellos 1 de ")

    def test_and_is_done_as_a_whole_by_the_second(
        self, planning: Client, second: Client, people: dict[str, User]
    ) -> None:
        row = ("reader", "reader@durango.example", "", "Contraloría", date(2016, 10, 1))
        confirm(planning, book(LUZ, ANA, row))
        asked = {message.to[0] for message in mail.outbox}
        assert asked == {"comptroller@durango.example", "second@durango.example", "reader@durango.example"}
        mail.outbox.clear()
        page = second.get(act_page(the_act()))
        assert "Ana Ríos" in words_of(page) and "Director (titular) de Presidencia Municipal" in words_of(page)
        done = second.post(act_page(the_act()), {"act": "confirmar", "answer": ""}, follow=True)
        assert "Las 2 invitaciones van en camino" in words_of(done)
        ana = User.objects.get(email=ANA[1])
        assert ana.memberships.get().ends_on == date(2016, 12, 31)
        assert people["reader"].memberships.filter(role=Role.COMPTROLLER).count() == 1
        told = sorted(message.to[0].split("@")[0] for message in mail.outbox)
        assert told == ["ana", "comptroller", "luz", "planning", "reader"]
        named = TrailEntry.objects.filter(action="nombrar").first()
        assert named is not None and named.changes["asked_by"] == [None, "planning"]
        assert named.changes["confirmed_by"] == [None, "second"]

    def test_whoever_asked_does_not_confirm(self, planning: Client) -> None:
        confirm(planning, book(ANA))
        page = planning.post(act_page(the_act()), {"act": "confirmar", "answer": ""})
        assert "Usted lo pidió: lo confirma otra persona" in words_of(page)
        assert not User.objects.filter(email=ANA[1]).exists()

    def test_nor_does_whoever_is_named_in_it(self, planning: Client, second: Client) -> None:
        row = ("second", "second@durango.example", "", "Contraloría")
        confirm(planning, book(row, ANA))
        page = second.post(act_page(the_act()), {"act": "confirmar", "answer": ""})
        assert "El archivo lo nombra a usted" in words_of(page)
        assert not User.objects.filter(email=ANA[1]).exists()

    @pytest.mark.parametrize("role", ["liaison", "director", "reader"])
    def test_others_do_not_see_it(self, role: str, planning: Client, people: dict[str, User]) -> None:
        confirm(planning, book(ANA))
        assert signed_in(people[role]).post(act_page(the_act()), {"act": "confirmar"}).status_code == 404

    def test_contraloria_reads_it_and_does_not_confirm(self, planning: Client, people: dict[str, User]) -> None:
        confirm(planning, book(ANA))
        reader = signed_in(people["comptroller"])
        assert "Ana Ríos" in words_of(reader.get(act_page(the_act())))
        assert reader.post(act_page(the_act()), {"act": "confirmar"}).status_code == 404

    def test_what_changed_meanwhile_is_told_and_nothing_is_done(
        self, planning: Client, second: Client, people: dict[str, User]
    ) -> None:
        confirm(planning, book(LUZ, ANA))
        services.create_user(
            access=access_of(people["planning"]), username="ana.rios.1", first_name="Ana", last_name="Ríos",
            email="ANA@durango.example", now=NOW,
        )  # fmt: skip
        page = second.post(act_page(the_act()), {"act": "confirmar", "answer": ""})
        assert "no se hizo nada: Ana Ríos (ana@durango.example)" in words_of(page)
        assert not User.objects.filter(email=LUZ[1]).exists() and the_act().confirmed_at is None

    def test_a_role_that_was_given_meanwhile_is_told(
        self, planning: Client, second: Client, people: dict[str, User]
    ) -> None:
        row = ("reader", "reader@durango.example", "PRE", "Enlace", date(2016, 10, 1))
        confirm(planning, book(row, ANA))
        services.appoint(
            access=access_of(people["planning"]), user=people["reader"],
            appointment=Appointment(Role.LIAISON, make_department(), date(2016, 11, 1)), now=NOW,
        )  # fmt: skip
        page = second.post(act_page(the_act()), {"act": "confirmar", "answer": ""})
        assert "ya es Enlace de Presidencia Municipal, desde el 01/11/2016" in words_of(page)
        assert not User.objects.filter(email=ANA[1]).exists()

    def test_the_same_twice_waits_once(self, planning: Client) -> None:
        confirm(planning, book(ANA))
        page = confirm(planning, book(ANA))
        assert "planning ya lo pidió el" in words_of(page) and PendingAct.objects.count() == 1

    def test_it_is_declined_with_a_reason_and_told(self, planning: Client, second: Client) -> None:
        confirm(planning, book(ANA, ("reader", "reader@durango.example", "", "Contraloría")))
        mail.outbox.clear()
        second.post(act_page(the_act()), {"act": "rechazar", "answer": "Falta el oficio"})
        told = sorted(message.to[0].split("@")[0] for message in mail.outbox)
        assert told == ["comptroller", "planning", "reader"]
        assert the_act().declined_at is not None and not User.objects.filter(email=ANA[1]).exists()

    def test_the_server_confirms_where_nobody_else_is_there(self, planning: Client) -> None:
        confirm(planning, book(ANA))
        call_command("confirm_act", str(the_act().pk), reason="Nadie más", stdout=StringIO())
        assert User.objects.get(email=ANA[1]).memberships.get().role == Role.DIRECTOR

    def test_but_not_where_somebody_is(self, planning: Client, second: Client) -> None:
        confirm(planning, book(ANA))
        with pytest.raises(CommandError, match="Lo puede confirmar otra persona"):
            call_command("confirm_act", str(the_act().pk), reason="Con prisa", stdout=StringIO())

    def test_it_is_confirmed_once(self, planning: Client, people: dict[str, User]) -> None:
        confirm(planning, book(ANA))
        access = access_of(make_user("otra", Role.PLANNING))
        two_people.confirm(access=access, act=the_act(), now=NOW)
        with pytest.raises(ServiceError, match="Ya lo confirmó otra"):
            two_people.confirm(access=access, act=the_act(), now=NOW)


class TestExport:
    @pytest.mark.parametrize("form", ["xlsx", "csv"])
    def test_importing_it_again_changes_nothing(self, form: str, planning: Client, people: dict[str, User]) -> None:
        access = access_of(people["planning"])
        make_user("sin.nombre")
        make_user("root", Role.READER, is_superuser=True)
        stands_in = Appointment(
            Role.DIRECTOR, make_department(), date(2016, 1, 1), date(2099, 1, 31), people["director"], "Oficio 1"
        )
        services.appoint(access=access, user=people["reader"], appointment=stands_in, now=NOW)
        later = Appointment(Role.READER, None, date(2090, 1, 1), date(2090, 12, 31))
        services.appoint(access=access, user=people["liaison"], appointment=later, now=NOW)
        got = planning.get(f"{LIST}exportar.{form}")
        page = send(planning, got.content, f"personas.{form}")
        assert told(page) == [] and "Sin cambios" in words_of(page)
        assert page.context["preview"]["counts"][2] == ("7", "filas quedan igual")
        assert b"root@" not in got.content

    def test_it_goes_into_an_empty_installation(self, planning: Client, people: dict[str, User]) -> None:
        data = planning.get(f"{LIST}exportar.xlsx").content
        Membership.objects.exclude(role=Role.PLANNING).delete()
        User.objects.exclude(username="planning").delete()
        confirm(planning, data)
        call_command("confirm_act", str(the_act().pk), reason="Empieza", stdout=StringIO())
        roles = Membership.objects.values_list("user__email", "role")
        assert set(roles) == {(f"{role}@durango.example", role.value) for role in Role}


class TestManyPeople:
    def rows(self, count: int) -> list[Any]:
        for number in range(count // 2):
            make_department(f"D{chr(65 + number // 26)}{chr(65 + number % 26)}", f"Dependencia {number}", 100 + number)
        departments = [f"Dependencia {number}" for number in range(count // 2)]
        names = [f"Persona{chr(97 + n // 26)}{chr(97 + n % 26)} Mora Díaz" for n in range(count)]
        return [
            (name, f"p{n}@durango.example", departments[n // 2], ("Enlace", "Titular")[n % 2])
            for n, name in enumerate(names)
        ]

    def test_as_many_queries_for_seventy_as_for_ten(self, planning: Client, second: Client) -> None:
        def queries(act: Any) -> int:
            with CaptureQueriesContext(connection) as found:
                act()
            return len([q for q in found.captured_queries if "SAVEPOINT" not in q["sql"]])

        counts = []
        rows = self.rows(80)
        for data in (book(*rows[:10]), book(*rows[10:80])):
            page = send(planning, data)
            looked = queries(lambda data=data: send(planning, data))
            asked = queries(lambda page=page: answer(planning, page))
            act = PendingAct.objects.waiting().get(kind="import")
            mail.outbox.clear()
            done = queries(lambda act=act: second.post(act_page(act), {"act": "confirmar", "answer": ""}))
            # Each letter leaves by a task of its own, after everything is written: five queries.
            counts.append((looked, asked, done - 5 * len(mail.outbox)))
        assert User.objects.filter(email__startswith="p", username__startswith="persona").count() == 80
        assert counts[0][0] == counts[1][0] and counts[0][1] == counts[1][1], counts
        assert counts[1][2] - counts[0][2] <= 2, counts

    def test_the_preview_of_seventy_is_quick(self, planning: Client) -> None:
        data = book(*self.rows(70))
        before = timezone.now()
        page = send(planning, data)
        assert timezone.now() - before < timedelta(seconds=4) and len(page.context["preview"]["lines"]) == 70


class TestInvitations:
    @pytest.fixture(autouse=True)
    def entered(self, people: dict[str, User]) -> Iterator[None]:
        User.objects.exclude(username="reader").update(last_login=NOW)
        yield

    def link_in(self, message: Any) -> str:
        found = re.search(r"/contrasena/nueva/\S+/", str(message.body))
        assert found is not None
        return found[0]

    def test_all_who_never_entered_with_one_button(self, planning: Client) -> None:
        make_user("nunca")
        make_user("ida", is_active=False)
        make_user("root", is_superuser=True)
        make_user("demo", is_demo=True)
        page = planning.get(LIST)
        assert page.context["renew"] == "Renovar las invitaciones de 2 personas que nunca han entrado"
        done = planning.post(f"{LIST}invitaciones/", follow=True)
        assert "2 invitaciones van en camino" in words_of(done)
        assert sorted(message.to[0].split("@")[0] for message in mail.outbox) == ["nunca", "reader"]
        assert TrailEntry.objects.filter(action="enviar invitación").count() == 2

    def test_two_clicks_are_one_letter(self, planning: Client) -> None:
        planning.post(f"{LIST}invitaciones/")
        done = planning.post(f"{LIST}invitaciones/", follow=True)
        assert "1 persona la recibió hace menos de diez minutos" in words_of(done) and len(mail.outbox) == 1

    def test_nobody_is_left(self, planning: Client) -> None:
        User.objects.update(last_login=NOW)
        assert planning.get(LIST).context["renew"] == ""
        assert "ya entraron" in words_of(planning.post(f"{LIST}invitaciones/", follow=True)) and not mail.outbox

    @pytest.mark.parametrize(("days", "works"), [(6.9, True), (7.1, False)])
    def test_the_link_lasts_a_week(self, days: float, works: bool, planning: Client, monkeypatch: Any) -> None:
        planning.post(f"{LIST}invitaciones/")
        address = self.link_in(mail.outbox[0])
        later = InvitationTokens()._now() + timedelta(days=days)
        monkeypatch.setattr("accounts.tokens.InvitationTokens._now", lambda self: later)
        page = Client().get(address, follow=True)
        assert page.context["validlink"] is works

    def test_it_serves_once_and_not_once_they_entered(self, planning: Client, people: dict[str, User]) -> None:
        planning.post(f"{LIST}invitaciones/")
        address = self.link_in(mail.outbox[0])
        client = Client()
        form = client.get(address, follow=True)
        new = {"new_password1": "Una-frase-larga-2016", "new_password2": "Una-frase-larga-2016"}
        client.post(form.redirect_chain[-1][0], new)
        people["reader"].refresh_from_db()
        assert people["reader"].check_password("Una-frase-larga-2016")
        assert Client().get(address, follow=True).context["validlink"] is False

    def test_a_forgotten_password_still_lasts_as_the_settings_say(
        self, planning: Client, people: Any, settings: Any
    ) -> None:
        Client().post("/contrasena/olvidada/", {"email": "director@durango.example"})
        assert "durante 1 día" in str(mail.outbox[0].body)


def test_a_file_over_the_limit_is_refused_while_it_comes(planning: Client) -> None:
    file = SimpleUploadedFile("p.xlsx", b"PK" + b"x" * (5 * 2**20))
    assert "El archivo pesa más de 5 MB" in words_of(planning.post(IMPORT, {"file": file}))
