"""A department that was merged away: what follows is told, its programmes go elsewhere, its years keep it, undone."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from accounts import services
from accounts.models import Membership, Role, User
from accounts.services import Appointment
from catalog.imports.applying import CatalogHasErrorsError, import_catalog
from catalog.workbook import catalog_file
from catalog.years.rollover.proposal import Wish, propose
from core.models import TrailEntry
from core.refusals import ServiceError
from indicators.models import Observation, State
from indicators.services import retire_indicators
from programs.models import Department, FiscalYear, Program
from tests.catalog.people.lists import book, confirm, send, told
from tests.catalog.people.pages import DEPARTMENTS, NAME
from tests.factories import (
    NOW,
    access_of,
    make_department,
    make_indicator,
    make_measurement,
    make_program,
    make_user,
    make_year,
    signed_in,
)  # fmt: skip
from tests.support.pages import words_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
END = f"{DEPARTMENTS}OBR/fin/"
TYPED = {
    "ends_on": "2016-09-30", "merged_into": "PRE", "instrument": "Acuerdo 12", "reason": "Se fusionaron",
    "hand_over": "on",
}  # fmt: skip


@pytest.fixture
@shared
def year() -> FiscalYear:
    return make_year(2016)


@pytest.fixture
@shared
def works(year: FiscalYear, people: dict[str, User]) -> Program:
    """A programme of Obras with an indicator that holds a draft, one that was sent and one with an observation."""
    make_department("OBR", "Obras Públicas", 2)
    program = make_program(year, "OBR-01")
    indicator = make_indicator(program)
    make_measurement(indicator, 7, 1, 2, State.DRAFT)
    make_measurement(indicator, 8, 1, 2, State.SUBMITTED)
    row = make_measurement(indicator, 9, 1, 2, State.RETURNED)
    Observation.objects.create(measurement=row, text="Falta", author=row.updated_by, created_at=NOW)
    make_user("enlace.obr", Role.LIAISON, make_department("OBR"))
    return program


def obras() -> Department:
    return Department.objects.get(prefix="OBR")


def end(client: Client, **typed: str) -> Any:
    """See what follows, and do it."""
    data = {name: value for name, value in {**TYPED, **typed}.items() if value}
    seen = client.post(END, {**data, "act": "ver"})
    assert seen.context["shown"] is not None, words_of(seen)
    return client.post(END, {**data, "act": "guardar", "seen": seen.context["shown"]["token"]})


class TestWhoMay:
    @pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
    def test_nobody_but_planning(self, role: str, works: Program, people: dict[str, User]) -> None:
        client = signed_in(people[role])
        assert client.get(END).status_code == 404
        assert client.post(END, {**TYPED, "act": "guardar", "seen": "x"}).status_code == 404
        assert obras().ends_on is None

    def test_nobody_who_is_not_signed_in(self, client: Client, works: Program) -> None:
        assert client.get(END).url.startswith("/entrar/")


class TestWhatFollows:
    def test_is_told_before_anything_is_saved(self, planning: Client, works: Program) -> None:
        page = planning.post(END, {**TYPED, "act": "ver"})
        words = words_of(page)
        assert "Este programa sigue pidiendo cifras después de ese día" in words
        assert "1 borrador, 1 cifra observada, 1 cifra por validar, 1 observación sin atender" in words
        assert "enlace.obr : Enlace de Obras Públicas, desde el 01/01/2014" in words
        assert obras().ends_on is None and not TrailEntry.objects.filter(actor__username="planning").exists()

    def test_saving_without_having_seen_it_shows_it(self, planning: Client, works: Program) -> None:
        page = planning.post(END, {**TYPED, "act": "guardar"})
        assert page.context["shown"]["programs"] and obras().ends_on is None

    def test_what_changed_meanwhile_is_shown_again(self, planning: Client, works: Program) -> None:
        seen = planning.post(END, {**TYPED, "act": "ver"}).context["shown"]["token"]
        make_indicator(works)
        page = planning.post(END, {**TYPED, "act": "guardar", "seen": seen})
        assert "Algo cambió mientras usted lo veía" in words_of(page) and obras().ends_on is None
        assert page.context["shown"]["token"] != seen

    @pytest.mark.parametrize(
        ("ends_on", "left"), [("2016-12-31", 0), ("2016-11-30", 1), ("2017-01-31", 0), ("2015-12-31", 1)]
    )
    def test_a_programme_is_left_where_it_asks_for_later_months(
        self, ends_on: str, left: int, planning: Client, works: Program
    ) -> None:
        page = planning.post(END, {**TYPED, "ends_on": ends_on, "act": "ver"})
        assert len(page.context["shown"]["programs"]) == left

    @pytest.mark.parametrize("how", ["locked", "historical"])
    def test_years_that_ask_nobody_stay_as_they_are(
        self, how: str, planning: Client, works: Program, year: FiscalYear
    ) -> None:
        FiscalYear.objects.filter(pk=year.pk).update(**{how: True})
        end(planning, hand_over="")
        assert obras().ends_on == date(2016, 9, 30) and Program.objects.get(pk=works.pk).department == obras()

    def test_a_programme_that_was_retired_by_then_stays(
        self, planning: Client, works: Program, people: dict[str, User]
    ) -> None:
        other = make_program(works.fiscal_year, "OBR-02")
        kept = make_indicator(other)
        access = access_of(people["planning"])
        retire_indicators(access=access, indicator_ids=[kept.pk], from_month=10, reason="Fusión", now=NOW)
        end(planning)
        assert Program.objects.get(code="OBR-02").department == obras()
        assert Program.objects.get(code="OBR-01").department.prefix == "PRE"
        with pytest.raises(ServiceError, match="Obras Públicas deja de existir"):
            retire_indicators(access=access, indicator_ids=[kept.pk], from_month=None, reason="Sigue", now=NOW)


class TestEnding:
    def test_its_programmes_go_where_it_went(self, planning: Client, works: Program, people: dict[str, User]) -> None:
        done = end(planning)
        assert done.url == f"{DEPARTMENTS}OBR/"
        made = obras()
        assert (made.ends_on, made.merged_into, made.end_instrument) == (
            date(2016, 9, 30), make_department(), "Acuerdo 12",
        )  # fmt: skip
        assert Program.objects.get(pk=works.pk).department.prefix == "PRE"
        entries = TrailEntry.objects.filter(actor=people["planning"]).order_by("pk")
        assert [entry.action for entry in entries] == ["cambiar", "dar fin a la dependencia"]
        assert entries[0].changes == {
            "department": ["Obras Públicas", "Presidencia Municipal"], "instrument": [None, "Acuerdo 12"],
        }  # fmt: skip
        assert entries[1].changes["ends_on"] == [None, "2016-09-30"] and entries[1].reason == "Se fusionaron"

    def test_nobody_is_left_without_anybody(self, planning: Client, works: Program) -> None:
        for typed in ({"hand_over": ""}, {"merged_into": ""}):
            page = end(planning, **typed)
            assert "Nadie capturaría después de ese día los programas OBR-01" in words_of(page)
        assert obras().ends_on is None and Program.objects.get(pk=works.pk).department == obras()

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"ends_on": "ayer"}, "fecha"),
            ({"ends_on": "1900-01-01"}, "entre 1950 y 2099"),
            ({"merged_into": "OBR"}, "Elija una dependencia de la lista."),
            ({"reason": ""}, "Escriba por qué deja de existir."),
            ({"instrument": "x" * 201}, "200"),
        ],
    )
    def test_bad_input(self, typed: dict[str, str], said: str, planning: Client, works: Program) -> None:
        page = planning.post(END, {**TYPED, **typed, "act": "guardar", "seen": "x"})
        assert page.status_code == 200 and said in words_of(page) and obras().ends_on is None

    def test_it_ends_once(self, planning: Client, works: Program) -> None:
        end(planning)
        assert "Quitar el fin de Obras Públicas" in words_of(planning.get(END))

    def test_its_people_finish_the_months_before(self, planning: Client, works: Program) -> None:
        end(planning)
        assert Membership.objects.get(user__username="enlace.obr").ends_on is None


class TestItLeavesTheLists:
    @pytest.fixture(autouse=True)
    def ended(self, planning: Client, works: Program) -> None:
        make_program(make_year(2015), "OBR-01")
        FiscalYear.objects.filter(year=2015).update(locked=False)
        Program.objects.filter(fiscal_year__year=2015).update(department=obras())
        FiscalYear.objects.filter(year=2015).update(historical=True)
        end(planning)

    def test_planning_reads_what_became_of_it(self, planning: Client) -> None:
        page = planning.get(DEPARTMENTS)
        assert [row["prefix"] for row in page.context["ended"]] == ["OBR"]
        words = words_of(planning.get(f"{DEPARTMENTS}OBR/"))
        assert "Obras Públicas deja de existir el 30/09/2016 y se integra a Presidencia Municipal (Acuerdo 12)" in words
        assert "Nombrar enlace" not in words

    @pytest.mark.parametrize("path", [NAME, "/catalogo/personas/nueva/"])
    def test_nobody_is_offered_it(self, path: str, planning: Client) -> None:
        choices = [str(label) for _, label in planning.get(path).context["form"]["department"].field.choices]
        assert not any("Obras" in label for label in choices) and any("Presidencia" in label for label in choices)

    def test_nobody_is_named_to_it_from_then_on(self, people: dict[str, User]) -> None:
        access, reader = access_of(people["planning"]), people["reader"]
        for day, ok in ((date(2016, 10, 1), False), (date(2016, 9, 30), True)):
            named = Appointment(Role.LIAISON, obras(), day)
            if ok:
                services.appoint(access=access, user=reader, appointment=named, now=NOW)
            else:
                with pytest.raises(ServiceError, match="Obras Públicas deja de existir el 30/09/2016"):
                    services.appoint(access=access, user=reader, appointment=named, now=NOW)

    def test_nor_by_a_list_of_people(self, planning: Client) -> None:
        row = ("Luz Mora", "luz@durango.example", "OBR", "Enlace", date(2016, 10, 1))
        (error,) = told(send(planning, book(row)))
        assert error.startswith("2 Dependencia: Obras Públicas deja de existir el 30/09/2016 y se integra a Pres")
        confirm(planning, book((*row[:4], date(2016, 1, 1), date(2016, 9, 30))))
        assert User.objects.get(email="luz@durango.example").memberships.get().department == obras()

    def test_the_tree_gives_it_no_programme(self, planning: Client, works: Program) -> None:
        form = planning.get("/2016/catalogo/programas/OBR-01/").context["form"]
        choices = [str(label) for _, label in form["department"].field.choices]
        assert not any("Obras" in label for label in choices)
        data = {name: form[name].value() or "" for name in form.fields}
        page = planning.post("/2016/catalogo/programas/OBR-01/", {**data, "department": str(obras().pk)})
        assert page.status_code == 200 and Program.objects.get(pk=works.pk).department.prefix == "PRE"

    def test_nor_does_an_import(self, works: Program, people: dict[str, User]) -> None:
        year = works.fiscal_year
        Program.objects.filter(pk=works.pk).update(department=obras())
        data = catalog_file.bytes_of(year)
        Program.objects.filter(pk=works.pk).update(department=make_department())
        read = catalog_file.read_catalog(BytesIO(data), name="catalogo.xlsx")
        with pytest.raises(CatalogHasErrorsError) as refused:
            import_catalog(
                parsed=read.parsed, fields=read.fields, source=read.source, actor=people["planning"], now=NOW
            )
        (error,) = refused.value.preview.errors
        assert str(error).startswith("fila 2 · Dependencia: Obras Públicas deja de existir el 30/09/2016")
        # What stayed there is read as it is.
        Program.objects.filter(pk=works.pk).update(department=obras())
        done = import_catalog(
            parsed=read.parsed, fields=read.fields, source=read.source, actor=people["planning"], now=NOW
        )
        assert done.changes_nothing

    def test_captures_and_the_board_follow(self, planning: Client) -> None:
        planning.get(DEPARTMENTS)  # what was done is told once
        for path in ("/2016/captura/?todos=1", "/2016/faltantes/"):
            page = planning.get(path, follow=True)
            assert page.status_code == 200 and "Obras Públicas" not in words_of(page), path

    def test_its_years_still_show_it(self, planning: Client) -> None:
        assert "Obras Públicas" in words_of(planning.get("/2015/catalogo/"))

    def test_the_next_year_continues_in_what_absorbed_it(self, works: Program) -> None:
        Program.objects.filter(pk=works.pk).update(department=obras())
        year = works.fiscal_year
        wish = Wish(source=year, year=2017, plan=year.plan, codes=frozenset({"OBR-01"}))
        (made,) = propose(wish).programs
        assert made.code == "OBR-01" and made.department.prefix == "PRE"

    def test_and_where_nothing_did_it_is_told(self, works: Program) -> None:
        Program.objects.filter(pk=works.pk).update(department=obras())
        Department.objects.filter(prefix="OBR").update(merged_into=None)
        year = works.fiscal_year
        found = propose(Wish(source=year, year=2017, plan=year.plan, codes=frozenset({"OBR-01"})))
        assert found.is_empty and "páselo antes a otra dependencia" in found.obstacles[0][1]


class TestUndoing:
    def test_gives_back_what_it_had(self, planning: Client, works: Program) -> None:
        end(planning)
        page = planning.get(END)
        assert "Recupera este programa de Presidencia Municipal" in words_of(page)
        planning.post(END, {"reason": "Fue un error"})
        made = obras()
        assert (made.ends_on, made.merged_into, made.end_instrument, made.handed_over) == (None, None, "", None)
        assert Program.objects.get(pk=works.pk).department == made
        entry = TrailEntry.objects.get(action="quitar el fin de la dependencia")
        assert entry.changes["ends_on"] == ["2016-09-30", None] and entry.reason == "Fue un error"

    def test_not_what_went_on_elsewhere_meanwhile(self, planning: Client, works: Program) -> None:
        end(planning)
        third = make_department("TRE", "Tercera", 3)
        Program.objects.filter(pk=works.pk).update(department=third)
        assert "1 de los que se pasaron se queda donde está" in words_of(planning.get(END))
        planning.post(END, {"reason": "Fue un error"})
        assert obras().ends_on is None and Program.objects.get(pk=works.pk).department == third

    def test_needs_a_reason(self, planning: Client, works: Program) -> None:
        end(planning)
        assert "Escriba por qué se quita." in words_of(planning.post(END, {"reason": ""}))
        assert obras().ends_on is not None
