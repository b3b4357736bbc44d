"""Of what a programme or indicator is the continuation: correcting it, and comparing two years through it."""

import io
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog.years.comparing import YearComparison, compare_years
from core.models import TrailEntry
from indicators.models import Indicator
from programs.models import Action, FiscalYear, Program
from tests.catalog.year_pages import confirm, make_source, preview, successor
from tests.factories import make_department, make_indicator, make_people, make_program, make_year, signed_in
from tests.support.pages import words_of
from tests.support.shared import shared

pytestmark = pytest.mark.django_db
LINKS = "/2017/catalogo/vinculos/"
LINK = LINKS + "indicadores/PRE-01-01/"


@pytest.fixture
@shared
def both(officer: User) -> tuple[FiscalYear, FiscalYear]:
    """2016, and 2017 made from it."""
    older, planning = make_source(officer), signed_in(officer)
    confirm(planning, preview(planning))
    return older, FiscalYear.objects.get(year=2017)


class TestCorrecting:
    def test_cleared_and_chosen_again(self, both: Any, planning: Client) -> None:
        assert "Todos los indicadores de 2017 tienen su vínculo" in words_of(planning.get(LINKS))
        planning.post(LINK, {"choice": "ninguno"})
        assert successor("PRE-01-01").previous is None
        assert "PRE-01-01" in words_of(planning.get(LINKS))
        page = planning.get(LINK)
        former = Indicator.objects.get(fiscal_year=both[0], code="PRE-01-01")
        assert str(former.pk) in [key for key, _ in page.context["form"].fields["choice"].choices]
        planning.post(LINK, {"choice": str(former.pk)})
        assert successor("PRE-01-01").previous == former
        acts = TrailEntry.objects.filter(action="cambiar antecesor").order_by("id")
        assert [entry.changes["previous"][1] for entry in acts] == [None, f"{former} (2016)"]
        assert acts[0].scope_id == former.action.program.department_id

    def test_any_other_by_its_year_and_code(self, both: Any, planning: Client) -> None:
        planning.post(LINK, {"choice": "otro", "year": "2016", "code": " pre-02-01 "})
        assert successor("PRE-01-01").previous.code == "PRE-02-01"
        planning.post(LINKS + "programas/PRE-01/", {"choice": "otro", "year": "2016", "code": "PRE-02"})
        assert Program.objects.get(fiscal_year__year=2017, code="PRE-01").previous.code == "PRE-02"

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"choice": "otro", "year": "2016", "code": "PRE-99-01"}, "En 2016 no hay un indicador con la clave"),
            ({"choice": "otro", "year": "2016", "code": "pre-1-1"},
             "En 2016 no hay un indicador con la clave PRE-1-1; ¿quiso decir «PRE-01-01»?"),
            ({"choice": "otro", "year": "2016", "code": "pre-9-1"}, "un indicador con la clave PRE-9-1."),
            ({"choice": "otro", "year": "2016", "code": ""}, "Escriba la clave y elija su ejercicio."),
            ({"choice": "otro", "year": "2017", "code": "OBR-01-01"}, "2017 no es una de las opciones"),
            ({"choice": "otro", "year": "2016", "code": "OBR-01-01"}, "ya continúa en 2017 como OBR-01-01"),
            ({"choice": "1"}, "Elija una opción de la lista."),
            ({"code": "PRE-01-01"}, "Elija una opción."),
        ],
    )  # fmt: skip
    def test_bad_input(self, typed: dict[str, str], said: str, both: Any, planning: Client) -> None:
        before = successor("PRE-01-01").previous
        refused = planning.post(LINK, typed)
        assert refused.status_code == 200 and said in words_of(refused), words_of(refused)
        assert successor("PRE-01-01").previous == before

    def test_a_locked_year_keeps_its_links(self, both: Any, planning: Client) -> None:
        FiscalYear.objects.filter(year=2017).update(locked=True)
        refused = planning.post(LINK, {"choice": "ninguno"})
        assert "está cerrado y ya no admite cambios" in words_of(refused)
        assert successor("PRE-01-01").previous is not None

    def test_what_is_like_it_is_offered(self, both: Any, planning: Client) -> None:
        planning.post(LINK, {"choice": "ninguno"})
        older = make_indicator(
            Program.objects.get(fiscal_year=both[0], code="PRE-01"), name="Porcentaje de solicitudes atendidas en plazo"
        )
        make_indicator(
            Program.objects.get(fiscal_year__year=2017, code="PRE-01"),
            "PRE-01-09",
            name="Porcentaje de solicitudes atendidas a plazo",
        )
        page = planning.get(LINKS + "indicadores/PRE-01-09/")
        assert older.name in words_of(page)

    def test_the_same_key_and_name_of_the_nearest_year_that_has_one_is_offered_first(
        self, both: Any, planning: Client
    ) -> None:
        """2018 has been opened and holds something else; 2019 was imported."""
        make_indicator(make_program(make_year(2018), "PRE-08"))
        year = make_year(2019)
        made = make_indicator(make_program(year, "PRE-01"), name=successor("PRE-01-01").name.upper())
        page = planning.get(f"/2019/catalogo/vinculos/indicadores/{made.code}/")
        key, label = page.context["form"].fields["choice"].choices[0]
        assert (key, label) == (str(successor("PRE-01-01").pk), f"{successor('PRE-01-01')} (2017)")

    def test_the_database_knows_the_rules_too(self, both: Any) -> None:
        row, other = successor("PRE-01-01"), successor("OBR-01-01")
        for wrong in (row, other):
            with pytest.raises(IntegrityError, match="anterior"), transaction.atomic():
                Indicator.objects.filter(pk=row.pk).update(previous=wrong)
        with pytest.raises(IntegrityError), transaction.atomic():
            Indicator.objects.filter(pk=row.pk).update(previous=other.previous)
        program = Program.objects.get(fiscal_year__year=2017, code="PRE-01")
        with pytest.raises(IntegrityError, match="anterior"), transaction.atomic():
            Program.objects.filter(pk=program.pk).update(previous=program)

    def test_nothing_that_is_not_there(self, both: Any, planning: Client) -> None:
        for path in ("otros/PRE-01/", "programas/PRE-99/", "indicadores/PRE-01/"):
            assert planning.get(LINKS + path).status_code == 404


class TestLinkingInBulk:
    """2019 was imported: its programmes and indicators continue nothing yet."""

    PATH = "/2019/catalogo/vinculos/iguales/"

    @pytest.fixture
    def year(self, both: Any) -> FiscalYear:
        year = make_year(2019)
        first = make_program(year, "PRE-01", name="PROGRAMA  pre-01")
        make_indicator(first, "PRE-01-01", name=successor("PRE-01-01").name)
        make_indicator(first, "PRE-01-02", name="Otra cosa")
        works = make_program(year, "OBR-01", department=make_department("OBR"))
        make_indicator(works, "OBR-01-01", name=successor("OBR-01-01").name)
        return year

    @staticmethod
    def previous(year: FiscalYear) -> dict[str, int | None]:
        rows = Indicator.objects.filter(fiscal_year=year).select_related("previous__fiscal_year").order_by("code")
        return {row.code: row.previous and row.previous.fiscal_year.year for row in rows}

    def test_offered_ticked_confirmed_and_in_the_trail(self, year: FiscalYear, planning: Client, officer: User) -> None:
        offer = words_of(planning.get("/2019/catalogo/vinculos/"))
        assert "2 indicadores tienen la misma clave y el mismo nombre que uno de un ejercicio anterior" in offer
        page = planning.get(self.PATH + "?tipo=indicadores")
        assert 'aria-current="page">Ejercicios' in " ".join(page.content.decode().split())
        rows = [row for group in page.context["groups"] for row in group["rows"]]
        assert [(row["code"], row["year"], row["marked"]) for row in rows] == [
            ("OBR-01-01", "2017", False),
            ("PRE-01-01", "2017", False),
        ]
        # Without JavaScript too, all of them with one click.
        everything = planning.get(self.PATH + "?tipo=indicadores&marcar=todos")
        assert all(row["marked"] for group in everything.context["groups"] for row in group["rows"])
        asked = planning.post(self.PATH, {"tipo": "indicadores", "pair": rows[1]["pair"], "act": "ver"})
        assert "Va a ligar 1 indicador de 2019." in words_of(asked) and set(self.previous(year).values()) == {None}
        given = {"tipo": "indicadores", "pair": rows[1]["pair"], "act": "confirmar"}
        done = planning.post(self.PATH, given, follow=True)
        assert "Se ligó 1 indicador con el anterior" in words_of(done)
        assert self.previous(year) == {"OBR-01-01": None, "PRE-01-01": 2017, "PRE-01-02": None}
        entry = TrailEntry.objects.get(action="cambiar antecesor")
        former = successor("PRE-01-01")
        assert entry.changes == {"previous": [None, f"{former} (2017)"]} and entry.actor == officer
        assert (entry.capacity, entry.scope_id) == ("Planeación", former.action.program.department_id)

    def test_programmes_too(self, year: FiscalYear, planning: Client) -> None:
        page = planning.get(self.PATH + "?tipo=programas&marcar=todos")
        pairs = [row["pair"] for group in page.context["groups"] for row in group["rows"]]
        planning.post(self.PATH, {"tipo": "programas", "pair": pairs, "act": "confirmar"})
        rows = Program.objects.filter(fiscal_year=year).order_by("code")
        assert [(row.code, row.previous and row.previous.code) for row in rows] == [
            ("OBR-01", "OBR-01"),
            ("PRE-01", "PRE-01"),
        ]
        assert "Ninguno de los programas" in words_of(planning.get(self.PATH + "?tipo=programas"))

    @pytest.mark.parametrize("act", ["ver", "confirmar"])
    def test_what_is_not_offered_is_not_linked(self, act: str, year: FiscalYear, planning: Client) -> None:
        other = Indicator.objects.get(fiscal_year=year, code="PRE-01-02")
        for wrong in (f"{other.pk}-{successor('PRE-01-01').pk}", "x", "1-", "", "9" * 40 + "-1"):
            answer = planning.post(self.PATH, {"tipo": "indicadores", "pair": wrong, "act": act})
            assert answer.status_code == 200 and "cambiaron mientras usted los veía" in words_of(answer)
        nothing = planning.post(self.PATH, {"tipo": "indicadores", "act": act})
        assert "Marque al menos uno" in words_of(nothing)
        assert set(self.previous(year).values()) == {None}

    def test_what_somebody_linked_meanwhile_stays(self, year: FiscalYear, planning: Client) -> None:
        page = planning.get(self.PATH + "?tipo=indicadores")
        pairs = [row["pair"] for group in page.context["groups"] for row in group["rows"]]
        corrected = Indicator.objects.get(fiscal_year=year, code="PRE-01-02")
        Indicator.objects.filter(pk=corrected.pk).update(previous=successor("PRE-01-01"))
        response = planning.post(self.PATH, {"tipo": "indicadores", "pair": pairs, "act": "confirmar"})
        assert "cambiaron mientras usted los veía" in words_of(response)
        # All or nothing; what is still possible stays ticked.
        assert self.previous(year) == {"OBR-01-01": None, "PRE-01-01": None, "PRE-01-02": 2017}
        rows = [row for group in response.context["groups"] for row in group["rows"]]
        assert [(row["code"], row["marked"]) for row in rows] == [("OBR-01-01", True)]

    def test_a_locked_year_keeps_its_links(self, year: FiscalYear, planning: Client) -> None:
        page = planning.get(self.PATH + "?tipo=indicadores")
        pairs = [row["pair"] for group in page.context["groups"] for row in group["rows"]]
        FiscalYear.objects.filter(pk=year.pk).update(locked=True)
        response = planning.post(self.PATH, {"tipo": "indicadores", "pair": pairs, "act": "confirmar"})
        assert "está cerrado" in words_of(response) and set(self.previous(year).values()) == {None}
        assert "Revisar y ligar" not in words_of(planning.get("/2019/catalogo/vinculos/"))

    def test_queries_do_not_grow_by_the_row(self, year: FiscalYear, planning: Client) -> None:
        def queries() -> int:
            page = planning.get(self.PATH + "?tipo=indicadores")
            pairs = [row["pair"] for group in page.context["groups"] for row in group["rows"]]
            with CaptureQueriesContext(connection) as captured:
                given = {"tipo": "indicadores", "pair": pairs, "act": "confirmar"}
                assert planning.post(self.PATH, given).status_code == 302
            return len(captured)

        few = queries()
        for number in range(10, 20):
            make_indicator(make_program(FiscalYear.objects.get(year=2017), f"PRE-{number}"))
            make_indicator(make_program(year, f"PRE-{number}"))
        assert queries() == few


def found(comparison: YearComparison, section: str) -> list[tuple[str, str, str, str]]:
    return [(line.label, line.field, line.before, line.after) for line in comparison.lines if line.section == section]


class TestComparing:
    def test_every_kind_of_change_through_the_links(self, both: Any, planning: Client) -> None:
        older, newer = both
        program = Program.objects.get(fiscal_year=newer, code="PRE-01")
        Program.objects.filter(pk=program.pk).update(
            code="PRE-09", name="Otro nombre", department=make_department("DIF", "Familia")
        )
        kept = successor("PRE-01-01")
        Indicator.objects.filter(pk=kept.pk).update(
            code="PRE-09-01", target=95, numerator_label="Otra cosa", frequency=6, source="Registros"
        )
        Action.objects.filter(pk=kept.action_id).update(code="PRE-09-01")
        # The old code is given to something new: never taken for the same.
        new = make_indicator(make_program(newer, "PRE-01", name="Nuevo"), "PRE-01-01", name="Cosa nueva")
        comparison = compare_years(older, newer)
        assert found(comparison, "added") == [(f"{new.action.program}", "", "", ""), (str(new), "", "", "")]
        assert [label.split()[0] for label, *_ in found(comparison, "dropped")] == ["PRE-02", "PRE-01-02", "PRE-02-01"]
        assert ("PRE-09 Otro nombre", "nombre", "Programa PRE-01", "Otro nombre") in found(comparison, "renamed")
        assert [row[2:] for row in found(comparison, "recoded")] == [("PRE-01", "PRE-09"), ("PRE-01-01", "PRE-09-01")]
        assert [row[1:] for row in found(comparison, "moved")] == [("dependencia", "Presidencia Municipal", "Familia")]
        # 2016 ends with its adjusted target.
        assert [row[1:] for row in found(comparison, "target")] == [("meta vigente", "90 %", "95 %")]
        assert [row[3] for row in found(comparison, "formula")] == ["Otra cosa"]
        assert [row[1:] for row in found(comparison, "asked")] == [("frecuencia", "mensual", "semestral")]
        assert [row[3] for row in found(comparison, "sheet")] == ["Registros"]
        assert (comparison.continued, comparison.same) == (4, 2)
        page = words_of(planning.get("/2017/catalogo/comparar/?con=2016"))
        assert "Qué cambió de 2016 a 2017" in page and "2,016" not in page
        whole = words_of(planning.get("/2017/catalogo/comparar/?con=2016&seccion=recoded"))
        assert "Cambiaron de clave: 2" in whole

    def test_over_a_year_between(self, both: Any, planning: Client) -> None:
        confirm(planning, preview(planning, "/2017/catalogo/siguiente/"), "/2017/catalogo/siguiente/")
        comparison = compare_years(both[0], FiscalYear.objects.get(year=2018))
        assert (comparison.continued, comparison.same) == (4, 4) and not found(comparison, "added")
        # An indicator of 2018 that continues one of 2016 directly.
        successor("PRE-01-01", 2018)
        Indicator.objects.filter(fiscal_year__year=2018, code="PRE-01-01").update(
            previous=Indicator.objects.get(fiscal_year__year=2016, code="PRE-01-02")
        )
        comparison = compare_years(both[0], FiscalYear.objects.get(year=2018))
        assert ("PRE-01-01", "clave", "PRE-01-02", "PRE-01-01") in [
            (label.split()[0], *rest) for label, *rest in found(comparison, "recoded")
        ]

    def test_without_any_change(self, both: Any, planning: Client) -> None:
        page = words_of(planning.get("/2017/catalogo/comparar/"))
        assert "4 siguen iguales" in page and "3 ya no están" in page

    def test_as_a_workbook(self, both: Any, planning: Client) -> None:
        Indicator.objects.filter(fiscal_year__year=2017).update(name="=1+1")
        given = planning.get("/2017/catalogo/comparar.xlsx?con=2016")
        assert "catalogo-2016-2017.xlsx" in given["Content-Disposition"]
        sheet = openpyxl.load_workbook(io.BytesIO(given.content)).active
        assert [cell.value for cell in sheet[1]] == ["Cambio", "Qué", "Clave y nombre", "Dato", "2016", "2017"]
        renamed = [row for row in sheet.iter_rows(min_row=2) if row[0].value == "Cambiaron de nombre"]
        assert [(row[5].value, row[5].data_type) for row in renamed] == [("=1+1", "s")] * 2

    def test_addresses_that_do_not_exist(self, both: Any, planning: Client) -> None:
        assert planning.get("/2017/catalogo/comparar/?con=2017").status_code == 404
        assert planning.get("/2017/catalogo/comparar/?con=x").status_code == 404
        assert planning.get("/2019/catalogo/comparar/").status_code == 404

    def test_the_only_year(self, planning: Client) -> None:
        make_year(2016)
        assert "no hay con qué comparar" in words_of(planning.get("/2016/catalogo/comparar/"))
        assert planning.get("/2016/catalogo/comparar.xlsx").status_code == 404


def test_queries_do_not_grow_by_the_row(both: Any, planning: Client) -> None:
    paths = (
        "/2017/catalogo/comparar/",
        LINKS + "iguales/",
        LINKS + "?ver=todos",
        LINKS + "?tipo=programas&ver=todos",
        LINK,
    )

    def queries() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as captured:
                assert planning.get(path).status_code == 200
            counts.append(len(captured))
        return counts

    few = queries()
    for number in range(10, 30):
        old = make_indicator(make_program(both[0], f"PRE-{number}"))
        new = make_program(both[1], f"PRE-{number}", previous=old.action.program)
        make_indicator(new, previous=old, target=50)
    assert queries() == few


@pytest.mark.parametrize("role", ["liaison", "director", "reader", "comptroller"])
def test_only_planning(role: str, both: Any, client: Client) -> None:
    client.force_login(make_people(make_department("DIF", "Familia"))[role])
    for path in (LINKS, LINK, LINKS + "iguales/", "/2017/catalogo/comparar/", "/2017/catalogo/comparar.xlsx"):
        reads = role == "comptroller" and path not in (LINK, LINKS + "iguales/")
        assert client.get(path).status_code == (200 if reads else 404), path
    assert client.post(LINK, {"choice": "ninguno"}).status_code == 404
    assert client.post(LINKS + "iguales/", {"pair": "1-1", "act": "confirmar"}).status_code == 404
