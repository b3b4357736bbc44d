"""Naming people, as holders and as substitutes, and ending it."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Role, User
from core.models import TrailEntry
from indicators.models import Observation, State
from tests.catalog.people.pages import DEPARTMENTS, LIST, NAME
from tests.factories import (
    NOW,
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_user,
    make_year,
)
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db


class TestMemberships:
    def test_a_substitute_with_dates_and_instrument(self, planning: Client, people: dict[str, User]) -> None:
        typed = {
            "user": people["liaison"].pk, "role": "director", "department": "PRE", "starts_on": "2026-11-20",
            "ends_on": "2026-12-05", "substitutes": people["director"].pk, "instrument": "Oficio PM/12/2026",
        }  # fmt: skip
        asked = f"{NAME}?dependencia=PRE&funcion=director&suple={people['director'].pk}"
        form = planning.get(asked)
        assert f'<option value="{people["director"].pk}" selected>' in form.content.decode()
        done = planning.post(asked, typed)
        assert done.url == f"{DEPARTMENTS}PRE/"
        made = people["liaison"].memberships.get(role=Role.DIRECTOR)
        assert made.substitutes == people["director"]
        assert TrailEntry.objects.get(action="nombrar").reason == "Oficio PM/12/2026"
        assert "suple a director" in words_of(planning.get(f"{DEPARTMENTS}PRE/"))

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"ends_on": "2016-09-30"}, "La fecha final no puede ser anterior a la inicial."),
            ({"role": "liaison"}, "Elija la dependencia: Enlace es de una."),
            ({"department": "PRE"}, "no es de ninguna dependencia"),
            ({"department": "XYZ"}, "Elija una dependencia de la lista."),
            ({"role": "liaison", "department": "PRE", "user": "liaison"}, "ya es Enlace de Presidencia Municipal"),
            ({"substitutes": "planning"}, "Una suplencia dice hasta qué día dura."),
            ({"substitutes": "planning", "ends_on": "2016-12-01"}, "Una suplencia cita el oficio que la nombra."),
            ({"substitutes": "comptroller", "ends_on": "2016-12-01", "instrument": "Oficio 3"},
             "comptroller no es Planeación en esas fechas: no hay a quién suplir."),
            ({"substitutes": "reader", "ends_on": "2016-12-01"}, "Nadie se suple a sí mismo."),
            ({"starts_on": "mañana"}, "Escriba una fecha que exista"),
            ({"starts_on": "0001-01-01"}, "Escriba una fecha entre 1950 y 2099."),
            ({"starts_on": "1900-12-01"}, "Escriba una fecha entre 1950 y 2099."),
            ({"ends_on": "9999-12-31"}, "Escriba una fecha entre 1950 y 2099."),
            ({"user": ""}, "Elija a la persona."),
        ],
    )  # fmt: skip
    def test_bad_input_is_told_and_nothing_is_written(
        self, typed: dict[str, str], said: str, planning: Client, people: dict[str, User]
    ) -> None:
        values = {"user": "reader", "role": "planning", "starts_on": "2016-10-01", **typed}
        values |= {name: people[values[name]].pk for name in ("user", "substitutes") if values.get(name)}
        before = Membership.objects.count()
        refused = planning.post(NAME, values)
        assert refused.status_code == 200 and said in words_of(refused), words_of(refused)
        assert Membership.objects.count() == before

    def test_a_role_that_began_on_a_mistyped_day_can_be_ended(self, planning: Client, people: dict[str, User]) -> None:
        role = people["liaison"].memberships.get()
        Membership.objects.filter(pk=role.pk).update(starts_on=date.min)
        end = f"/catalogo/nombramientos/{role.pk}/terminar/"
        refused = planning.post(end, {"ends_on": "9999-12-31", "reason": "Se va"})
        assert "Escriba una fecha entre 1950 y 2099." in words_of(refused)
        assert planning.post(end, {"ends_on": "2099-06-30", "reason": "Se va"}).status_code == 302
        assert people["liaison"].memberships.get().ends_on == date(2099, 6, 30)

    def test_what_is_left_open_and_who_goes_on_is_shown_before_a_role_ends(
        self, planning: Client, people: dict[str, User]
    ) -> None:
        indicator = make_indicator(make_program(make_year(2016)))
        make_measurement(indicator, 8, 1, 2, State.DRAFT)
        returned = make_measurement(indicator, 9, 1, 2, State.RETURNED)
        Observation.objects.create(measurement=returned, text="Falta", author=people["director"], created_at=NOW)
        membership = people["liaison"].memberships.get()
        end = reverse("catalog:membership_end", args=[membership.pk])
        page = words_of(planning.get(end))
        assert "1 borrador, 1 cifra observada, 1 observación sin atender" in page
        assert "Lo sigue quien permanece en la dependencia: director (Director (titular))" in page
        planning.post(end, {"ends_on": "2026-11-30", "reason": "Cambio de área"})
        membership.refresh_from_db()
        assert membership.ends_on == date(2026, 11, 30)
        assert TrailEntry.objects.get(action="terminar nombramiento").reason == "Cambio de área"

        last = reverse("catalog:membership_end", args=[people["director"].memberships.get().pk])
        Membership.objects.filter(pk=membership.pk).update(ends_on=date(2016, 1, 31))
        assert "Nadie más de la dependencia podría seguirlo" in words_of(planning.get(last))
        # What was open is found by whoever is named next: figures belong to the department.
        successor = make_user("sucesora", Role.LIAISON, make_department())
        signed_in = Client()
        signed_in.force_login(successor)
        assert signed_in.get("/2016/captura/PRE/8/").context is not None
        assert indicator.code in words_of(signed_in.get("/2016/captura/PRE/8/"))

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"ends_on": "2013-12-31", "reason": "x"}, "El nombramiento empezó el 01/01/2014"),
            ({"ends_on": "", "reason": "x"}, "Escriba la fecha."),
            ({"ends_on": "2026-12-31", "reason": " "}, "Escriba por qué termina."),
        ],
    )
    def test_bad_ends(self, typed: dict[str, str], said: str, planning: Client, people: dict[str, User]) -> None:
        membership = people["liaison"].memberships.get()
        assert said in words_of(planning.post(reverse("catalog:membership_end", args=[membership.pk]), typed))
        membership.refresh_from_db()
        assert membership.ends_on is None

    def test_the_last_of_planning_stays(self, planning: Client, people: dict[str, User]) -> None:
        own = people["planning"].memberships.get()
        other = make_user("otra", Role.PLANNING)
        # Her own role ends today: the other is the one who remains, and she can still act.
        Membership.objects.filter(pk=own.pk).update(ends_on=timezone.localdate())
        end = reverse("catalog:membership_end", args=[other.memberships.get().pk])
        refused = planning.post(end, {"ends_on": "2099-12-31", "reason": "Se va"})
        assert "no quedaría nadie de Planeación" in words_of(refused)
        assert 'value="2099-12-31"' in refused.content.decode() and "Se va" in words_of(refused)
        assert "no quedaría nadie" in words_of(planning.post(f"{LIST}{other.pk}/baja/", {"reason": "Renunció"}))
        Membership.objects.filter(pk=own.pk).update(ends_on=None)
        assert planning.post(end, {"ends_on": "2099-12-31", "reason": "Se va"}).status_code == 302

    def test_nobody_ends_their_own_planning(self, planning: Client, people: dict[str, User]) -> None:
        make_user("otra", Role.PLANNING)
        own = people["planning"].memberships.get()
        end = reverse("catalog:membership_end", args=[own.pk])
        page = planning.get(end)
        assert "Nadie termina su propio nombramiento de Planeación" in words_of(page)
        assert 'name="ends_on"' not in page.content.decode()
        for day in ("2026-11-24", "2099-12-31"):
            refused = planning.post(end, {"ends_on": day, "reason": "Me voy"})
            assert "Nadie termina su propio nombramiento de Planeación" in words_of(refused)
        own.refresh_from_db()
        assert own.ends_on is None and planning.get(LIST).status_code == 200
        # One that has a last day neither lasts longer nor less: nobody names themselves.
        Membership.objects.filter(pk=own.pk).update(ends_on=date(2099, 6, 30))
        sooner = planning.post(end, {"ends_on": "2099-06-29", "reason": "Me voy"})
        assert "Nadie termina su propio nombramiento de Planeación" in words_of(sooner)
        longer = planning.post(end, {"ends_on": "2099-12-31", "reason": "Se prorroga"})
        assert "Nadie termina su propio nombramiento de Planeación" in words_of(longer)
        own.refresh_from_db()
        assert own.ends_on == date(2099, 6, 30)
        # Another role of hers is like anybody's.
        reader = Membership.objects.create(user=people["planning"], role=Role.READER, starts_on=date(2016, 1, 1))
        path = reverse("catalog:membership_end", args=[reader.pk])
        assert planning.post(path, {"ends_on": "2026-12-31", "reason": "x"}).status_code == 302

    def test_what_is_over_is_not_ended_again(self, planning: Client, people: dict[str, User]) -> None:
        membership = people["liaison"].memberships.get()
        Membership.objects.filter(pk=membership.pk).update(ends_on=date(2016, 1, 31))
        assert planning.get(reverse("catalog:membership_end", args=[membership.pk])).status_code == 404
