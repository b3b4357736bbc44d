"""Personal tokens: making, showing once, ending, and who does."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts import services
from accounts.acts import AccountAct, ApiTokenAct
from accounts.api_tokens import AT_MOST, Made, hash_of, make_token, revoke_token
from accounts.erasing import erase_person
from accounts.models import ApiToken, Membership, Role, User
from core.models import TrailEntry
from core.refusals import NotAllowed, ServiceError
from tests.factories import NOW, TODAY, access_of, make_department, make_people, make_user, signed_in
from tests.support.owner import as_owner
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"pmd_[A-Za-z0-9]{40}")


@pytest.fixture
@shared
def ana() -> User:
    return make_user("ana", Role.LIAISON, make_department(), first_name="Ana", last_name="Ruiz")


def make(user: User, name: str = "Power BI", days: int = 30, **kwargs: Any) -> Made:
    return make_token(access=access_of(user), name=name, days=days, now=kwargs.get("now", NOW))


def acts(token: ApiToken) -> list[str]:
    entries = TrailEntry.objects.filter(subject_type="accounts.apitoken", subject_id=token.pk)
    return list(entries.order_by("id").values_list("action", flat=True))


class TestMaking:
    def test_keeps_a_hash_and_a_few_letters_of_the_secret(self, ana: User) -> None:
        made = make(ana)
        assert SECRET.fullmatch(made.secret)
        stored = ApiToken.objects.values().get(pk=made.token.pk)
        assert stored["sha256"] == hash_of(made.secret) and stored["shown"] == made.secret[:10]
        assert made.secret not in repr(stored)

    @pytest.mark.parametrize("days", [30, 90, 365])
    def test_lasts_as_long_as_was_chosen(self, days: int, ana: User) -> None:
        assert make(ana, days=days).token.expires_on == TODAY + timedelta(days=days)

    @pytest.mark.parametrize("days", [0, 366, 10_000])
    def test_lasts_no_other_time(self, days: int, ana: User) -> None:
        with pytest.raises(ValidationError):
            make(ana, days=days)
        assert not ApiToken.objects.exists()

    def test_is_in_the_trail_with_its_person_and_without_secret(self, ana: User) -> None:
        made = make(ana)
        entry = TrailEntry.objects.get(action=ApiTokenAct.MAKE)
        assert entry.actor == ana and entry.changes == {"expires_on": [None, "2016-11-02"]}
        assert entry.subject_label == f"Llave «Power BI» ({made.secret[:10]}…) de Ana Ruiz (ana)"
        assert made.secret not in repr(vars(entry)) and hash_of(made.secret) not in repr(vars(entry))

    def test_two_secrets_are_never_the_same(self, ana: User) -> None:
        assert make(ana, "uno").secret != make(ana, "dos").secret

    @pytest.mark.parametrize("name", ["Power BI", "power bi", "  Power   BI "])
    def test_a_name_is_of_one_token_in_force(self, name: str, ana: User) -> None:
        first = make(ana)
        with pytest.raises(ValidationError, match="Ya tiene una llave"):
            make(ana, name)
        revoke_token(access=access_of(ana), token=first.token, now=NOW)
        assert make(ana, name).token.name == " ".join(name.split())

    def test_has_a_name(self, ana: User) -> None:
        with pytest.raises(ValidationError):
            make(ana, "   ")
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.filter(pk=make(ana).token.pk).update(name="")

    def test_a_person_has_few(self, ana: User) -> None:
        made = [make(ana, f"llave {number}") for number in range(AT_MOST)]
        with pytest.raises(ServiceError, match="revoque alguna"):
            make(ana, "otra")
        later = NOW + timedelta(days=31)  # when those have ended
        assert make(ana, "otra", now=later) and make(make_user("beto", Role.READER), "otra")
        assert len(made) == AT_MOST

    def test_who_reads_nothing_makes_none(self) -> None:
        with pytest.raises(NotAllowed):
            make(make_user("sin.funcion"))


class TestEnding:
    def test_ones_own(self, ana: User) -> None:
        token = make(ana).token
        assert revoke_token(access=access_of(ana), token=token, now=NOW)
        token.refresh_from_db()
        assert (token.revoked_at, token.revoked_by) == (NOW, ana)
        assert acts(token) == [ApiTokenAct.MAKE, ApiTokenAct.REVOKE] and not mail.outbox

    def test_a_second_time_writes_nothing(self, ana: User) -> None:
        token = make(ana).token
        revoke_token(access=access_of(ana), token=token, now=NOW)
        assert not revoke_token(access=access_of(ana), token=token, now=NOW)
        assert len(acts(token)) == 2

    def test_planning_ends_anybodys_and_they_are_told(self, ana: User, django_capture_on_commit_callbacks: Any) -> None:
        planning, token = make_user("planeacion", Role.PLANNING), make(ana).token
        with django_capture_on_commit_callbacks(execute=True):
            revoke_token(access=access_of(planning), token=token, now=NOW)
        assert TrailEntry.objects.get(action=ApiTokenAct.REVOKE).actor == planning
        (told,) = [message for message in mail.outbox if message.to == [ana.email]]
        assert "Se revocó su llave de lectura «Power BI»" in str(told.body)

    @pytest.mark.parametrize("role", [Role.LIAISON, Role.DIRECTOR, Role.READER, Role.COMPTROLLER])
    def test_nobody_else_ends_anothers(self, role: Role, ana: User) -> None:
        other = make_people(make_department("OBR", "Obras"))[role]
        with pytest.raises(NotAllowed):
            revoke_token(access=access_of(other), token=make(ana).token, now=NOW)

    def test_a_superusers_is_out_of_plannings_hands(self) -> None:
        root = make_user("root", is_superuser=True)
        with pytest.raises(NotAllowed):
            revoke_token(access=access_of(make_user("p", Role.PLANNING)), token=make(root).token, now=NOW)

    def test_leaving_ends_all_for_good(self, ana: User) -> None:
        planning, token = access_of(make_user("planeacion", Role.PLANNING)), make(ana).token
        services.deactivate(access=planning, user=ana, reason="Se fue", now=NOW)
        services.reactivate(access=planning, user=ana, reason="Volvió", now=NOW)
        token.refresh_from_db()
        assert token.revoked_at == NOW and TrailEntry.objects.get(action=ApiTokenAct.REVOKE).reason

    def test_a_recovered_password_ends_all_and_a_changed_one_none(self, ana: User) -> None:
        token = make(ana).token
        assert services.record_password_change(user=ana, action=AccountAct.CHANGE_PASSWORD, now=NOW) == 0
        token.refresh_from_db()
        assert token.revoked_at is None
        assert services.record_password_change(user=ana, action=AccountAct.RECOVER_PASSWORD, now=NOW) == 1
        token.refresh_from_db()
        assert token.revoked_at == NOW

    def test_an_erased_persons_tokens_lose_their_names(self, ana: User) -> None:
        token = make(ana, "Excel de Ana Ruiz").token
        Membership.objects.filter(user=ana).update(ends_on=TODAY - timedelta(days=1))
        services.deactivate(access=access_of(make_user("p", Role.PLANNING)), user=ana, reason="x", now=NOW)
        ana.refresh_from_db()
        with as_owner():
            erase_person(person=ana, reason="Lo pidió", instrument="Resolución 4", now=NOW)
        token.refresh_from_db()
        labels = TrailEntry.objects.filter(subject_type="accounts.apitoken").values_list("subject_label", flat=True)
        assert token.name == "dato suprimido" and set(labels) == {"dato suprimido"}


class TestPages:
    NEW = "/cuenta/llaves/nueva/"

    def post(self, client: Client, **fields: Any) -> Any:
        return client.post(self.NEW, {"name": "Power BI", "days": "90", **fields})

    def test_the_secret_is_shown_once_and_kept_nowhere(self, ana: User) -> None:
        client = signed_in(ana)
        response = self.post(client)
        (secret,) = set(SECRET.findall(response.content.decode()))
        assert ApiToken.objects.get(person=ana).sha256 == hash_of(secret)
        assert response["Cache-Control"] == "private, no-store"
        assert secret not in repr(dict(client.session.items()))
        for page in ("/cuenta/", self.NEW):
            assert secret not in client.get(page).content.decode()

    def test_sent_again_it_makes_no_second_one(self, ana: User) -> None:
        client = signed_in(ana)
        self.post(client)
        again = self.post(client).content.decode()
        assert "Ya tiene una llave que se llama «Power BI»" in again and not SECRET.search(again)
        assert ApiToken.objects.count() == 1

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"name": ""}, "Escriba dónde la va a usar."),
            ({"name": "x" * 61}, "60"),
            ({"days": "400"}, "Elija una de las opciones."),
            ({"days": ""}, "Elija por cuánto tiempo sirve."),
        ],
    )
    def test_refusals(self, fields: dict[str, str], said: str, ana: User) -> None:
        assert said in self.post(signed_in(ana), **fields).content.decode()
        assert not ApiToken.objects.exists()

    def test_who_has_no_role_is_told_why(self) -> None:
        client = signed_in(make_user("sin.funcion"))
        assert "Hoy no tiene ninguna función" in self.post(client).content.decode()
        assert "Crear una llave" not in client.get("/cuenta/").content.decode()

    def test_the_account_lists_them_and_ends_one(self, ana: User) -> None:
        client, now = signed_in(ana), timezone.now()
        token = make_token(access=access_of(ana, timezone.localdate()), name="Excel", days=30, now=now).token
        page = client.get("/cuenta/").content.decode()
        assert "Excel" in page and f"{token.shown}…" in page and "nunca" in page
        after = client.post(f"/cuenta/llaves/{token.pk}/revocar/", follow=True).content.decode()
        assert "quedó revocada" in after and "revocada el" in after
        assert f"/cuenta/llaves/{token.pk}/revocar/" not in after

    def test_what_ended_long_ago_is_not_listed(self, ana: User) -> None:
        make(ana, "de antes")  # until 2016
        assert "de antes" not in signed_in(ana).get("/cuenta/").content.decode()

    def test_anothers_is_not_there(self, ana: User) -> None:
        client = signed_in(make_user("beto", Role.READER))
        token = make(ana).token
        assert client.post(f"/cuenta/llaves/{token.pk}/revocar/").status_code == 404
        assert ApiToken.objects.filter(pk=token.pk, revoked_at=None).exists()

    def test_planning_sees_and_ends_them_at_the_persons_page(self, ana: User) -> None:
        token = make(ana, days=365, now=timezone.now()).token
        address = f"/catalogo/personas/{ana.pk}/llaves/{token.pk}/revocar/"
        comptroller = signed_in(make_user("c", Role.COMPTROLLER))
        read = comptroller.get(f"/catalogo/personas/{ana.pk}/").content.decode()
        assert "Power BI" in read and address not in read
        assert comptroller.post(address).status_code == 404
        planning = signed_in(make_user("p", Role.PLANNING))
        assert address in planning.get(f"/catalogo/personas/{ana.pk}/").content.decode()
        assert "quedó revocada" in planning.post(address, follow=True).content.decode()

    def test_a_token_of_somebody_else_is_not_at_that_page(self, ana: User) -> None:
        token, other = make(ana).token, make_user("beto", Role.READER)
        planning = signed_in(make_user("p", Role.PLANNING))
        assert planning.post(f"/catalogo/personas/{other.pk}/llaves/{token.pk}/revocar/").status_code == 404

    def test_a_superusers_is_refused_to_planning(self) -> None:
        root = make_user("root", is_superuser=True)
        token = make(root).token
        planning = signed_in(make_user("p", Role.PLANNING))
        assert planning.post(f"/catalogo/personas/{root.pk}/llaves/{token.pk}/revocar/").status_code == 404

    def test_whoever_changes_the_password_is_told_that_tokens_go_on(self, settings: Settings) -> None:
        user = make_user("eva", Role.READER, password="una-frase-larga-2016")
        make(user, days=365, now=timezone.now())
        fields = {"old_password": "una-frase-larga-2016"} | dict.fromkeys(
            ("new_password1", "new_password2"), "otra-frase-mejor-2017"
        )
        page = signed_in(user).post("/cuenta/contrasena/", fields, follow=True).content.decode()
        assert "Sus llaves de lectura siguen sirviendo" in page

    def test_costs_the_same_for_many(self, ana: User) -> None:
        client, planning = signed_in(ana), signed_in(make_user("p", Role.PLANNING))

        def costs() -> list[int]:
            counted = []
            for asker, page in ((client, "/cuenta/"), (planning, f"/catalogo/personas/{ana.pk}/")):
                with CaptureQueriesContext(connection) as queries:
                    asker.get(page)
                counted.append(len(queries))
            return counted

        make(ana, "una", days=365, now=timezone.now())
        costs()
        with_one = costs()
        for number in range(AT_MOST - 1):
            make(ana, f"llave {number}", days=365, now=timezone.now())
        assert costs() == with_one


def test_the_trail_finds_them_by_person_and_leads_to_the_person(ana: User) -> None:
    make(ana, days=365, now=timezone.now())
    planning = signed_in(make_user("planeacion", Role.PLANNING))
    page = planning.get("/bitacora/?quien=ana+ruiz&acto=llave").content.decode()
    assert "Creó la llave de lectura" in page and f"/catalogo/personas/{ana.pk}/" in page


def test_it_stands_as_its_days_say(ana: User) -> None:
    token = make(ana).token
    assert [token.standing(day).name for day in (date(2016, 11, 2), date(2016, 11, 3))] == ["IN_FORCE", "EXPIRED"]
